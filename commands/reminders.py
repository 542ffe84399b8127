"""When the candidate is reminded of one interview."""

from collections.abc import Mapping

from commands import blocks
from commands.router import Gesture, Reply, Router
from hiring import interview_flow, reminders
from hiring.interview_records import get
from hiring.people import Actor
from hiring.services import Services
from scheduling import spans

router = Router()


@router.action("reminders.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    now = await get(services, gesture.value)
    current = spans.spell(interview_flow.spans(services, now))
    body = [
        blocks.section(f"*{blocks.escape(now.title)}*\nThe candidate is reminded by e-mail."),
        blocks.entry(
            "How long before",
            blocks.text_input("text", initial=current, most=100),
            "spans",
            hint="Such as 24h, 1h, or none. What falls into the night is sent the evening before.",
        ),
    ]
    private = {"interview": now.id}
    await reply.open(blocks.modal("Reminders", "reminders", body, submit="Save", private=private))


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    try:
        spans.minutes(str(gesture.values.get("spans") or ""))
    except ValueError as error:
        return {"spans": str(error)}
    return {}


@router.view("reminders", check=_check)
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    text = str(gesture.values.get("spans") or "")
    now = await reminders.change(services, actor, gesture.private["interview"], text)
    said = spans.spell(interview_flow.spans(services, now))
    await reply.whisper(blocks.said(f":bell: Reminders before the interview: {said}."))
