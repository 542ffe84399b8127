"""The card of a loop: what is booked, held or offered, what the candidate told, and what can be done."""

from typing import Any

from commands import blocks, interview_blocks, loop_blocks, over_blocks
from commands.router import Blocks, Message, Router
from hiring import answers, candidates, debrief_records, loop_records, meeting_links
from hiring.debrief_records import BOOKED, HELD, MISSING, OFF, Debrief
from hiring.interview_records import Interview
from hiring.loop_records import Loop, interviews_of
from hiring.services import Services
from scheduling import spell

router = Router()


@router.card("loop")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    now = await loop_records.get(services, subject)
    viewer = await services.desk.person(team, user)
    profile = await candidates.for_card(services, now.application)
    name = profile.candidate.name if profile else "a candidate"
    standing = await interviews_of(services, subject) if now.state == "booked" else []
    card: Blocks = [
        blocks.section(
            f":calendar: *Interviews with {blocks.escape(name)}*\n{_state(now, standing)}"
        )
    ]
    card += [blocks.section("\n".join(f"• {blocks.escape(i.title)}: {loop_blocks.line(i, viewer.zone)}" for i in standing))] if standing else []  # fmt: skip
    if now.state == "held":
        option = now.options[0]
        when = spell.spell((option.start, option.end), viewer.zone)
        card.append(
            blocks.context(
                f"{when}, held until {blocks.moment(now.hold_until or option.start, 'the hold ends')}"
            )
        )
    debrief = await debrief_records.of(services, subject)
    if debrief is not None and (lines := _debrief(debrief, standing, viewer.zone)):
        place = await meeting_links.where(services, debrief) if debrief.state == BOOKED else ""
        lines += f"\n{interview_blocks.way_in(place)}" if place else ""
        card.append(blocks.section(lines))
        if standing and user == now.created_by:
            card.append(blocks.actions(*_debrief_presses(debrief)))
    if user == now.created_by and now.state in ("held", "booked") and now.options:
        card += await over_blocks.booked_over(services, team, now.options[0].over)
    changed: list[Loop | Interview] = [now, *standing]
    if now.state == "booked":  # else all of it is called off, for one reason
        changed += await loop_records.called_off(services, subject)
    for thing in changed if user == now.created_by else []:
        card += interview_blocks.because(services, thing)
    heard = await answers.read(services, subject)
    card += interview_blocks.told(heard, viewer.zone, waiting=now.state != "booked")
    if user == now.created_by and (presses := _presses(now, standing)):
        card.append(blocks.actions(*presses))
    return Message(f"Interviews: {now.state}", card)


def _presses(now: Loop, standing: list[Interview]) -> list[dict[str, Any]]:
    cancel = blocks.button("Cancel all", "loop.cancel.open", now.id, style="danger")
    again = blocks.button("Look for times", "loop.again", now.id)
    match now.state:
        case "held":
            send = (
                []
                if now.link or now.options[0].over
                else [blocks.button("Send link", "loop.send", now.id)]
            )
            return [
                blocks.button("Book", "loop.book", now.id, style="primary"),
                *send,
                again,
                cancel,
            ]
        case "booked" if standing:
            every = blocks.button("Move all", "loop.move.open", now.id)
            return [every, blocks.button("Change one", "loop.sessions", now.id), cancel]
        case "draft" | "offered":
            return [again, cancel]
        case _:
            return []


def _debrief(debrief: Debrief, standing: list[Interview], zone: str) -> str:
    """When it is, or that it has no time; nothing once its interviews are called off."""
    if debrief.time:
        when = spell.spell(debrief.time, zone)
        if debrief.state == HELD:
            return f"*Debrief*: {when}, held"
        no = [f"<@{user}>" for user in debrief.users if debrief.answer(user) == "declined"]
        people = ", ".join(f"<@{user}>" for user in debrief.users)
        return f"*Debrief*: {when}, {people}" + (f"\nCannot come: {', '.join(no)}" if no else "")
    if debrief.state == MISSING and standing:
        days = debrief.wish.days
        missing = ", ".join(f"<@{user}>" for user in debrief.missing)
        within = f"within {days} working day{'s' if days > 1 else ''}"
        return f":warning: *No debrief*: no time {within}" + (f" for {missing}" if missing else "")
    if debrief.state == OFF and standing:
        return "*Debrief*: called off"
    return ""


def _debrief_presses(debrief: Debrief) -> list[dict[str, Any]]:
    if debrief.state != BOOKED:
        return [blocks.button("Find a time", "debrief.open", debrief.loop, style="primary")]
    sure = blocks.confirm(
        "Call off the debrief?", "Everybody in it gets a cancellation. The interviews stay.", "Call off", danger=True
    )  # fmt: skip
    return [
        blocks.button("Move debrief", "debrief.open", debrief.loop),
        blocks.button("Call off", "debrief.off", debrief.loop, ask=sure, aria="Call off the debrief"),
    ]  # fmt: skip


def _state(now: Loop, standing: list[Interview]) -> str:
    count = len(now.sessions)
    return {
        "draft": "Waiting to hear when they can",
        "offered": f"{len(now.options)} plan{'s' if len(now.options) != 1 else ''} offered; not chosen yet",
        "held": f"Held: {count} interview{'s' if count > 1 else ''}, nobody was told",
        "booked": f"{len(standing)} of {count} booked"
        if len(standing) < count
        else f"Booked: {count}",
        "cancelled": "Cancelled",
    }[now.state]
