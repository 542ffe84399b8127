"""Answer an interview's invite in Slack, and what the recruiter sees of a no, of silence, and of another time."""

from collections.abc import Mapping

from commands import blocks, choosing, interview_blocks, swap_blocks
from commands.router import Blocks, Gesture, Message, Reply, Router, View
from hiring import (
    interview_answers,
    interview_times,
    proposals,
    swap_flow,
    swap_records,
)
from hiring.errors import NotFound, Refused, Taken
from hiring.interview_answers import CANDIDATE, OpenSeat
from hiring.interview_records import get
from hiring.people import Actor
from hiring.proposals import Proposal
from hiring.services import Services
from hiring.swap_records import Swap
from scheduling import spell
from scheduling.invites import NO_ANSWER

router = Router()
TITLE = "Propose another time"


@router.action("answer.accept", durable=True)
async def accept(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await interview_answers.answer(services, actor, gesture.value, "accepted")
    await reply.whisper(blocks.said(":white_check_mark: Noted: you will be there."))


@router.action("answer.decline")
async def open_decline(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    now = await get(services, gesture.value)
    seat = now.seat(actor.user)
    then = "Whoever arranged it is told at once."
    if seat and seat.learns:
        then = "The interview takes place without you, and your time is free again."
    elif seat and not seat.needed:
        then = "The interview takes place without you; the card says so."
    body: Blocks = [
        blocks.section(f"*{blocks.escape(now.title)}*\n{then}"),
        blocks.entry(
            "Reason",
            blocks.text_input("text", multiline=True, most=1_000),
            "reason",
            hint="Only the recruiter reads it.",
        ),
    ]
    private = {"interview": now.id}
    await reply.open(
        blocks.modal("Can't make it", "answer.decline", body, submit="Decline", private=private)
    )


async def _has_reason(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    given = str(gesture.values.get("reason") or "").strip()
    return {} if given else {"reason": "Say why in a few words."}


@router.view("answer.decline", check=_has_reason)
async def decline(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    reason = str(gesture.values.get("reason") or "")
    await interview_answers.answer(
        services, actor, gesture.private["interview"], "declined", reason
    )
    await reply.whisper(blocks.said("Noted: you cannot make it. The recruiter sees it."))


@router.action("answer.propose")
async def open_proposal(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await choosing.opened(reply, TITLE, lambda: _form(services, actor, gesture.value))


async def _form(services: Services, actor: Actor, interview: str) -> View:
    """Only times at which everybody else is free as well."""
    now = await get(services, interview)
    if now.state != "scheduled":
        return blocks.notice(TITLE, "This interview has no time to move from.")
    profile, times, options = await interview_blocks.other_times(services, actor, now)
    name = f"{now.title} with {profile.candidate.name}"
    body: Blocks = [blocks.section(f"*{blocks.escape(name)}*")]
    if options:
        chooser = blocks.select("time", options, initial=options[0])
        note = blocks.text_input("text", multiline=True, most=1_000)
        body += [
            blocks.entry("Time", chooser, "time"),
            blocks.entry("Note", note, "note", optional=True),
        ]
    body += interview_blocks.remarks(times, actor.zone)
    submit = "Propose" if options else ""
    return blocks.modal(TITLE, "answer.propose", body, submit=submit, private={"interview": now.id})


async def _has_time(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    try:
        interview_times.parse_slot(str(gesture.values.get("time") or ""))
    except Refused as refused:
        return {"time": refused.sentence}
    return {}


@router.view("answer.propose", check=_has_time)
async def propose(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    slot = interview_times.parse_slot(str(gesture.values.get("time")))
    await proposals.propose(
        services, actor, gesture.private["interview"], slot,
        str(gesture.values.get("note") or ""), key=gesture.delivery,
    )  # fmt: skip
    await reply.whisper(
        blocks.said("Your proposal is with the recruiter. Until then the time stays.")
    )


@router.card("rsvp")
async def draw_rsvp(services: Services, team: str, user: str, subject: str) -> Message:
    """Asks an interviewer for an answer; says so once there is one."""
    interview, who, sequence, _ = subject.split(":")
    now = await get(services, interview)
    seat = now.seat(who)
    name, first = await interview_blocks.named(services, now)
    if seat is None or now.state != "scheduled" or now.sequence != int(sequence):
        return blocks.said(f"The {blocks.escape(now.title)} has changed since; see its card.")
    if seat.standing != NO_ANSWER:
        word = interview_answers.WORDS[seat.standing]
        return blocks.said(f":white_check_mark: {blocks.escape(name)}: you have {word}.")
    viewer = await services.desk.person(team, user)
    when = spell.spell((now.start, now.end), viewer.zone, other=(first, now.zone))
    text = f":bell: *Will you be there?* {blocks.escape(name)}\n{blocks.escape(when)}"
    buttons = interview_blocks.answer_buttons(now, seat)
    return Message("Will you be there?", [blocks.section(text), blocks.actions(*buttons)])


@router.card("open_seat")
async def draw_open_seat(services: Services, team: str, user: str, subject: str) -> Message:
    """Tells the recruiter who declined or does not answer, who could take the seat, and who was asked or takes it."""
    if swap := await swap_records.find(services, subject):
        return await _seat_looked_for(services, team, user, swap)
    try:
        found = await interview_answers.open_seat(services, subject)
    except NotFound:
        return blocks.said("This person is no longer on the panel.")
    now = found.interview
    name, first = await interview_blocks.named(services, now)
    who = blocks.escape(first) if found.who == CANDIDATE else f"<@{found.who}>"
    viewer = await services.desk.person(team, user)
    when = blocks.escape(spell.spell((now.start, now.end), viewer.zone, other=(first, now.zone)))
    about = f"*{blocks.escape(name)}*\n{when}"
    if not found.current:
        return blocks.said(f"{about}\nThis has changed since; see the interview's card.")
    said = _said(found, who)
    card: Blocks = [blocks.section(f"{said}\n{about}")]
    if found.reason:
        card.append(blocks.context(f"Reason: {blocks.escape(blocks.clip(found.reason, 500))}"))
    if found.answer not in ("accepted", "tentative"):
        card += await _ways_out(services, found, subject)
    return Message(f"{blocks.escape(now.title)}: {_plain(found)}", card)


async def _ways_out(services: Services, found: OpenSeat, subject: str) -> Blocks:
    """For an interviewer's seat also who could take it over."""
    if found.who == CANDIDATE:
        return [blocks.actions(*interview_blocks.seat_buttons(found.interview))]
    could = await swap_flow.look(services, subject)
    buttons = swap_blocks.asking(subject, could)
    rest = swap_blocks.seat_buttons(found.interview, subject)
    return [*swap_blocks.suggestions(could), blocks.actions(*buttons, *rest)]


async def _seat_looked_for(services: Services, team: str, user: str, swap: Swap) -> Message:
    """How the search for a substitute goes, and what it came to."""
    now = await get(services, swap.interview)
    name, first = await interview_blocks.named(services, now)
    viewer = await services.desk.person(team, user)
    when = blocks.escape(spell.spell((now.start, now.end), viewer.zone, other=(first, now.zone)))
    about = f"*{blocks.escape(name)}*\n{when}"
    card: Blocks = [blocks.section(f"{swap_blocks.outcome(swap)}\n{about}")]
    if said := swap_blocks.progress(swap):
        card.append(blocks.section(said))
    if swap.taken_by and (why := swap_blocks.why(swap, swap.taken_by)):
        card.append(blocks.context(f"Why they were asked: {why}"))
    if swap.state in ("open", "nobody") and swap.stands_for(now):
        choose = blocks.button("Ask others", "swap.open", swap.subject)
        hurry = blocks.button("Ask all now", "swap.all", swap.subject)
        waits = swap.state == "open" and any(ask.state == "waiting" for ask in swap.asks)
        buttons = [
            *([hurry] if waits else []),
            choose,
            *swap_blocks.seat_buttons(now, swap.subject),
        ]
        card.append(blocks.actions(*buttons))
    return Message(f"{blocks.escape(now.title)}: {_WORDS[swap.state]}", card)


_WORDS = {
    "open": "a substitute is looked for", "nobody": "nobody takes the seat", "taken": "somebody takes the seat",
    "dropped": "the seat was dropped", "ended": "nobody is looked for any more",
}  # fmt: skip


def _said(found: OpenSeat, who: str) -> str:
    match found.answer:
        case "declined":
            return f":x: {who} cannot make it."
        case "accepted":
            return f":white_check_mark: {who} has accepted after all."
        case "tentative":
            return f":grey_question: {who} answered maybe."
        case _:
            return f":hourglass: {who} has not answered the invite."


def _plain(found: OpenSeat) -> str:
    return "somebody cannot make it" if found.answer == "declined" else "an answer is missing"


@router.card("proposal")
async def draw_proposal(services: Services, team: str, user: str, subject: str) -> Message:
    """Another time that somebody proposed: Accept moves the interview, Decline keeps it."""
    found = await proposals.read(services, subject)
    now = await get(services, found.interview)
    name, first = await interview_blocks.named(services, now)
    viewer = await services.desk.person(team, user)
    who = blocks.escape(first) if found.who == CANDIDATE else f"<@{found.who}>"
    new = blocks.escape(spell.spell(found.slot, viewer.zone, other=(first, now.zone)))
    card: Blocks = [
        blocks.section(
            f":calendar: {who} proposes another time.\n*{blocks.escape(name)}*\n*New:* {new}"
        )
    ]
    if found.note:
        card.append(blocks.context(f"Note: {blocks.escape(blocks.clip(found.note, 500))}"))
    if found.state != "open":
        card.append(blocks.context(f"{found.state.capitalize()} by <@{found.answered_by}>"))
    elif now.state == "scheduled":
        old = blocks.escape(spell.spell((now.start, now.end), viewer.zone))
        card.append(blocks.context(f"Until now: {old}"))
        card.append(_choices(found))
    return Message(f"{blocks.escape(now.title)}: another time is proposed", card)


def _choices(found: Proposal) -> dict[str, object]:
    ask = blocks.confirm(
        "Keep the time?", "Whoever proposed it is told that the time stays.", "Decline"
    )
    return blocks.actions(
        blocks.button("Accept", "proposal.accept", found.id, style="primary"),
        blocks.button("Decline", "proposal.decline", found.id, ask=ask),
    )


@router.action("proposal.accept", durable=True)
async def accept_proposal(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    try:
        moved = await proposals.accept(services, actor, gesture.value)
    except Taken:
        found = await proposals.read(services, gesture.value)
        again = blocks.button("See other times", "move.open", found.interview, style="primary")
        text = ":warning: Somebody of the panel is booked at that time. Choose another one."
        await reply.whisper(blocks.said(text, blocks.actions(again)))
        return
    when = blocks.moment(moved.start, moved.start.isoformat(timespec="minutes"))
    await reply.whisper(
        blocks.said(f":calendar: Moved to {when}. Everybody's calendar is being updated.")
    )


@router.action("proposal.decline", durable=True)
async def decline_proposal(
    gesture: Gesture, actor: Actor, services: Services, reply: Reply
) -> None:
    await proposals.decline(services, actor, gesture.value)
    await reply.whisper(blocks.said("The time stays. Whoever proposed another one is told."))
