"""Why interviews are moved and cancelled: one of a few reasons, which is counted, and a note beside it, which is sealed. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.model import Ref
from hiring.errors import Refused

if TYPE_CHECKING:
    from hiring.keys import Keys

OURS = (
    "Interviewer unavailable",
    "Candidate asked",
    "Illness",
    "Conflict in a calendar",
    "Role changed or closed",
    "Candidate withdrew",
    "Other",
)
THEIRS = (
    "Another appointment",
    "Illness",
    "I need more time",
    "No longer interested",
    "Another reason",
)
CANDIDATE = "candidate"  # who, if no member
FAREWELL = "no_longer_interested"  # nobody moves an interview for this
MOST, LONGEST, MOST_NOTE = (
    25,
    75,
    2_000,
)  # reasons, letters of one (Slack's menus), letters of a note
Choices = Sequence[tuple[str, str]]  # key and words


@dataclass(frozen=True, slots=True)
class Why:
    """A key of the list, empty where none was chosen, and a note in somebody's own words."""

    reason: str = ""
    note: str = ""


UNSAID = Why()


@dataclass(frozen=True, slots=True)
class Last:
    """Why an interview or loop was moved or cancelled last, and by whom: a member or `candidate`. `note` is sealed."""

    reason: str = ""
    note: str | None = None
    by: str = ""


NEVER = Last()


def read(text: str) -> tuple[str, ...]:
    """The reasons of a comma list. Raises ValueError with a sentence."""
    found: dict[str, str] = {}
    for part in text.split(","):
        if key(part):
            found.setdefault(key(part), " ".join(part.split()))
    if not 1 <= len(found) <= MOST or any(len(words) > LONGEST for words in found.values()):
        raise ValueError(
            f"Write 1 to {MOST} reasons of up to {LONGEST} letters, separated by commas."
        )
    return tuple(found.values())


def key(words: str) -> str:
    """What is kept and counted of a reason: the same whatever its case and signs. No personal data."""
    return re.sub(r"[\W_]+", "_", words.casefold()).strip("_")[:80]


def choices(reasons: Sequence[str]) -> Choices:
    """A list as something to choose from."""
    return [(key(words), words) for words in reasons]


def named(reasons: Sequence[str], reason: str) -> str:
    """A key in words, also when it has left the list."""
    words = dict(choices(reasons))
    return words.get(reason, reason.replace("_", " ").capitalize())


def required(reasons: Sequence[str], reason: str) -> None:
    """Raise Refused, beside the field `reason`, unless it is a key of the list."""
    if reason not in dict(choices(reasons)):
        raise Refused("Choose one of the reasons.", field="reason")


def columns(seal: "Keys", application: Ref, why: Why, by: str) -> dict[str, Any]:
    """What a row keeps of the last change: nothing of the one before it."""
    note = why.note.strip()[:MOST_NOTE]
    sealed = seal.of(application.account).close(note) if note else None
    return {"reason": sealed, "why": why.reason, "why_by": by}


def last(row: Any) -> Last:
    """The same from a row."""
    return Last(row.why, row.reason, row.why_by)


def told(why: Why) -> Mapping[str, str]:
    """What the audit is told: the key alone."""
    return {"reason": why.reason} if why.reason else {}
