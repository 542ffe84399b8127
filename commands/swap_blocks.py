"""How a search for a substitute is drawn: who could, who was asked, who takes it."""

from typing import Any

from commands import blocks
from commands.router import Blocks
from hiring.interview_records import Interview
from hiring.substitutes import Found, Ranked
from hiring.swap_records import Ask, Swap

SHOWN = 3  # substitutes on the recruiter's card
MOST = 40  # people in the form


def suggestions(found: Found) -> Blocks:
    """The first substitutes with their reasons; why nobody fits when nobody does."""
    if not found.fitting:
        return [blocks.context(nobody(found), *found.remarks)]
    lines = [f"{n}. {line(r)}" for n, r in enumerate(found.fitting[:SHOWN], 1)]
    return [blocks.section("\n".join(["*Could take it:*", *lines])), *_remarks(found)]


def _remarks(found: Found) -> Blocks:
    return [blocks.context(*found.remarks)] if found.remarks else []


def line(ranked: Ranked) -> str:
    """A person with what speaks for and against them, in one line of mrkdwn."""
    said = "; ".join(blocks.escape(each) for each in ranked.because)
    against = ", ".join(ranked.against)
    return f"<@{ranked.user}>: {said}{f' (but {against})' if against else ''}"


def nobody(found: Found) -> str:
    """Why nobody can be asked."""
    if not found.people:
        return "Nobody else interviews for this. Settle skills with `limits @person`."
    rows = [f"<@{r.user}> {' and '.join(r.against)}" for r in found.people[:8]]
    return f"Nobody fits: {'; '.join(rows)}."


def asking(subject: str, found: Found) -> list[dict[str, Any]]:
    """The buttons that begin a search."""
    fitting = found.fitting
    buttons = []
    if fitting:
        name = blocks.clip(fitting[0].name.split(" ")[0], 40)
        value = f"{subject}:{fitting[0].user}"
        buttons.append(blocks.button(f"Ask {name}", "swap.first", value, style="primary"))
    if len(fitting) > 1:
        buttons.append(blocks.button(f"Ask all {len(fitting)}", "swap.all", subject))
    if any(ranked.possible for ranked in found.people):
        buttons.append(blocks.button("Choose", "swap.open", subject))
    return buttons


def seat_buttons(now: Interview, subject: str) -> list[dict[str, Any]]:
    """What can be done without a substitute."""
    move = blocks.button("Move", "move.open", now.id)
    cancel = blocks.button("Cancel", "cancel.open", now.id, style="danger")
    if len(now.interviewers) < 2:
        return [move, cancel]
    ask = blocks.confirm(
        "Drop the seat?", "The interview takes place with the others.", "Drop the seat"
    )
    return [move, blocks.button("Drop the seat", "swap.drop", subject, ask=ask), cancel]


def progress(found: Swap) -> str:
    """Who was asked and what they said, and who is next; mrkdwn lines."""
    lines = [_asked(ask) for ask in found.asks if ask.asked_at is not None]
    waiting = [f"<@{ask.user}>" for ask in found.asks if ask.state == "waiting"]
    if waiting and found.state == "open":
        lines.append(f"Next: {', '.join(waiting)}")
    return "\n".join(lines)


def _asked(ask: Ask) -> str:
    match ask.state:
        case "asked":
            until = f", has until {clock(ask)}" if ask.until else ""
            return f":hourglass: <@{ask.user}> is asked{until}"
        case "passed":
            return f":x: <@{ask.user}> cannot"
        case "taken":
            return f":white_check_mark: <@{ask.user}> takes it"
        case _:
            return f":zzz: <@{ask.user}> has not answered"


def clock(ask: Ask) -> str:
    """Until when somebody has time, in each reader's zone."""
    assert ask.until is not None  # they are asked
    return blocks.moment(ask.until, ask.until.isoformat(timespec="minutes"), "{time}")


def why(found: Swap, user: str) -> str:
    """What spoke for somebody when the search began."""
    row = next((row for row in found.pick if row["user"] == user), None)
    return blocks.escape("; ".join(row["because"])) if row else ""


def outcome(found: Swap) -> str:
    """What became of the search, in a sentence of mrkdwn."""
    match found.state:
        case "open":
            return f":mag: Looking for somebody instead of <@{found.leaving}>."
        case "nobody":
            return f":warning: Nobody who was asked takes the seat of <@{found.leaving}>."
        case "taken":
            return f":white_check_mark: <@{found.taken_by}> takes the seat of <@{found.leaving}>."
        case "dropped":
            return f"The seat of <@{found.leaving}> was dropped."
        case _:
            return f"Nobody is looked for any more: {found.why}."
