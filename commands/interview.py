"""The card of an interview: what, when, who, and what can be done."""

from commands import blocks, interview_blocks, over_blocks
from commands.router import Blocks, Message, Router
from hiring import answers, candidate_events, feedback_flow, interview_answers
from hiring.interview_records import Interview, Seat, get
from hiring.services import Services
from scheduling import spell
from scheduling.invites import NO_ANSWER

router = Router()


@router.card("interview")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    interview = await get(services, subject)
    name, first = await interview_blocks.named(services, interview)
    viewer = await services.desk.person(team, user)
    card: Blocks = [
        blocks.section(
            f":calendar: *{blocks.escape(name)}*\n{_when(interview, viewer.zone, blocks.escape(first))}"
        )
    ]
    people = ", ".join(_seat(interview, seat) for seat in interview.panel)
    card.append(blocks.context(f"Interviewers: {people}", _state(interview)))
    if interview.state == "scheduled" and (said := await _candidate(services, interview)):
        card.append(blocks.context(f"{blocks.escape(first)} {said}"))
    arrived, asked = await feedback_flow.tally(services, interview.id)
    if asked:
        card.append(blocks.context(f":pencil: Scorecards: {arrived} of {asked} in"))
    seat = interview.seat(user)
    if seat and not seat.needed and interview.state == "scheduled":
        card.append(blocks.context(interview_blocks.part(seat)))
    if seat and interview.state == "scheduled" and interview.end > services.clock.now():
        card.append(blocks.actions(*interview_blocks.answer_buttons(interview, seat)))
    if user == interview.created_by:
        card += await over_blocks.booked_over(services, team, interview.over)
        card += interview_blocks.because(services, interview)
        said_by_them = await answers.read(services, interview.id)
        waiting = interview.state == "offered"
        card += interview_blocks.told(said_by_them, viewer.zone, waiting=waiting)
        if not (asked and interview.end <= services.clock.now()):
            card += _presses(interview)
    return Message(f"{blocks.escape(name)}: {_word(interview)}", card)


def _presses(interview: Interview) -> Blocks:
    """What whoever arranged it can do."""
    if interview.state == "cancelled":
        return []
    presses = [blocks.button("Look for times", "schedule.again", interview.id)]
    if interview.state == "scheduled":
        presses = [
            blocks.button("Move", "move.open", interview.id),
            blocks.button("Reminders", "reminders.open", interview.id),
        ]
    cancel = blocks.button("Cancel", "cancel.open", interview.id, style="danger")
    return [blocks.actions(*presses, cancel)]


def _seat(interview: Interview, seat: Seat) -> str:
    """An interviewer with what they answered, in words: no sign alone."""
    name = seat.named(f"<@{seat.user}>")
    if interview.state != "scheduled" or seat.answer == NO_ANSWER:
        return name
    word = interview_answers.WORDS[seat.answer]
    return f"{name} ({word}{', for an earlier time' if seat.stale else ''})"


async def _candidate(services: Services, interview: Interview) -> str:
    event = await candidate_events.of(services, interview.id, interview.application)
    if event is None or event.answer == NO_ANSWER:
        return ""
    word = interview_answers.WORDS[event.answer]
    return f"{word} the invite{' to an earlier time' if event.stale else ''}"


def _when(interview: Interview, zone: str, first_name: str) -> str:
    if interview.state == "offered":
        count = len(interview.slots)
        return f"{count} time{'s' if count != 1 else ''} offered; {first_name} has not chosen yet"
    said = spell.spell((interview.start, interview.end), zone, other=(first_name, interview.zone))
    return f"~{said}~" if interview.state == "cancelled" else said


def _state(interview: Interview) -> str:
    if interview.state == "scheduled" and interview.sequence:
        return f"Moved {interview.sequence} time{'s' if interview.sequence > 1 else ''}"
    return _word(interview).capitalize()


def _word(interview: Interview) -> str:
    return {"offered": "link sent", "scheduled": "booked", "cancelled": "cancelled"}[
        interview.state
    ]
