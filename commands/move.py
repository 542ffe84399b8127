"""Move an interview to another time."""

from collections.abc import Mapping

from commands import blocks, choosing, interview_blocks, over_blocks
from commands.router import Blocks, Gesture, Message, Reply, Router, View
from hiring import interviews
from hiring.candidates import LOOKERS
from hiring.errors import Refused, Taken
from hiring.interview_records import get
from hiring.people import Actor
from hiring.services import Services

router = Router()
TITLE = "Move interview"


@router.slash(
    "move",
    help="Move an interview to another time",
    roles=LOOKERS | {"admin"},
    example="move ada",
    order=22,
)
async def choose(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """The candidate's interviews, or those I arranged, each with a Move button."""
    open_ones = await interview_blocks.meant(services, actor, gesture.text)
    found = [i for i in open_ones if i.state == "scheduled"]
    if not found:
        root = services.company.command
        await reply.whisper(
            blocks.said(f"There is no interview to move. Schedule one with `/{root} schedule`.")
        )
        return
    rows = await interview_blocks.chooser(services, actor, found, "move.open", "Move")
    await reply.whisper(Message("Choose an interview to move", rows))


@router.action("move.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await choosing.opened(reply, TITLE, lambda: _form(services, actor, gesture.value))


async def _form(services: Services, actor: Actor, value: str) -> View:
    interview, why = interview_blocks.kept(value)
    now = await get(services, interview)
    if now.state != "scheduled":
        return blocks.notice(TITLE, "This interview has no time to move from.")
    profile, times, free = await interview_blocks.other_times(services, actor, now)
    first = profile.candidate.first_name
    options = free + over_blocks.over_options(times, actor.zone, first, now.zone)
    body: Blocks = [
        blocks.section(f"*{blocks.escape(now.title)} with {blocks.escape(profile.candidate.name)}*")
    ]
    if options:
        chooser = blocks.select("time", options, initial=free[0] if free else None)
        body.append(blocks.entry("New time", chooser, "time"))
        body += over_blocks.over_something(times, actor.zone)
        body += interview_blocks.reason_fields(services, optional=True, kept=why)
    body += interview_blocks.remarks(times, actor.zone)
    submit = "Move" if options else ""
    return blocks.modal(TITLE, "move", body, submit=submit, private={"interview": interview})


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    try:
        slot, over = over_blocks.chosen_time(str(gesture.values.get("time") or ""))
        await over_blocks.is_sure(services, actor.team, gesture.values, over)
        now = await get(services, gesture.private["interview"])
        if not await interviews.still_free(
            services, actor.team, now.interviewers, slot, but=now.id
        ):
            raise Taken(
                "That time was just booked by somebody else. Choose another one.", field="time"
            )
    except Refused as refused:
        return {"sure" if refused.field == "sure" else "time": refused.sentence}
    return {}


@router.view("move", check=_check)
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    slot, over = over_blocks.chosen_time(str(gesture.values.get("time")))
    interview, why = gesture.private["interview"], interview_blocks.reason_given(gesture)
    try:
        moved = await interviews.move(services, actor, interview, slot, why=why, over=over)
    except Taken as taken:
        again = interview_blocks.see_others("move.open", interview, why)
        await reply.whisper(
            blocks.said(f":warning: {blocks.escape(taken.sentence)}", blocks.actions(again))
        )
        return
    when = blocks.moment(moved.start, moved.start.isoformat(timespec="minutes"))
    await reply.whisper(
        blocks.said(f":calendar: Moved to {when}. Everybody's calendar is being updated.")
    )
