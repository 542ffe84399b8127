"""Cancel an interview, with a reason; everybody's calendar is told."""

from commands import blocks, interview_blocks
from commands.router import Gesture, Message, Reply, Router
from hiring import interviews
from hiring.candidates import LOOKERS
from hiring.interview_records import get
from hiring.people import Actor
from hiring.services import Services

router = Router()
TITLE = "Cancel interview"


@router.slash(
    "cancel", help="Cancel an interview", roles=LOOKERS | {"admin"}, example="cancel ada", order=24
)
async def choose(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    found = await interview_blocks.meant(services, actor, gesture.text)
    if not found:
        await reply.whisper(blocks.said("There is no interview to cancel."))
        return
    rows = await interview_blocks.chooser(services, actor, found, "cancel.open", "Cancel")
    await reply.whisper(Message("Choose an interview to cancel", rows))


@router.action("cancel.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    now = await get(services, gesture.value)
    if now.state == "cancelled":
        await reply.whisper(blocks.said("This interview is cancelled already."))
        return
    note = "The candidate and the interviewers get a cancellation for their calendars."
    if now.state == "offered":
        note = "The candidate's link stops working. Nobody has an invite yet."
    body = [
        blocks.section(f"*{blocks.escape(now.title)}*\n{note}"),
        *interview_blocks.reason_fields(services),
    ]
    await reply.open(
        blocks.modal(
            TITLE,
            "cancel",
            body,
            submit="Cancel interview",
            close="Keep it",
            private={"interview": now.id},
        )
    )


@router.view("cancel", check=interview_blocks.has_reason)
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    why = interview_blocks.reason_given(gesture)
    interview = await interviews.cancel(
        services, actor, gesture.private["interview"], why.note, reason=why.reason
    )
    again = blocks.button(
        "Schedule", "schedule.open", str(interview.application), aria="Schedule another time"
    )
    await reply.whisper(
        blocks.said(f":x: {blocks.escape(interview.title)} is cancelled.", blocks.actions(again))
    )
