"""Times that suit a panel: everybody's hours, calendar and limits, and what we have booked ourselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hiring.desk import Person
from hiring.errors import Refused
from hiring.interviewer_times import known
from hiring.services import Services
from scheduling import slots
from scheduling.hours import Interval
from scheduling.slots import Availability, SlotRequest

NOTICE = timedelta(hours=2)
AHEAD = timedelta(days=14)
STEP = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Times:
    """Proposed times, who has no readable calendar (name, why), and why nothing fits when nothing does."""

    slots: tuple[Interval, ...]
    unread: tuple[tuple[str, str], ...] = ()
    why_not: tuple[str, ...] = ()


async def propose(
    services: Services,
    team: str,
    people: Sequence[Person],
    minutes: int,
    zone: str,
    *,
    but: str = "",
    own: Interval | None = None,
    every: bool = False,
    fresh: bool = False,
) -> Times:
    """Times for a panel in the coming two weeks, aligned to half hours in `zone`.

    An interview being moved (`but`, with its `own` time) does not block itself. A calendar that cannot be read never
    counts as free time that was checked: the person is named in `unread`. `every` gives all times that fit, not a
    choice spread over the days: a time can be free without being among the proposed ones. `fresh` asks every calendar now.
    """
    if not people:
        return Times((), why_not=("Choose at least one interviewer.",))
    now = services.clock.now()
    window = (now + NOTICE, now + AHEAD)
    mine = (own,) if own else ()
    found = await known(services, team, people, window, but=(but,), own=mine, fresh=fresh)
    rows = [
        Availability(
            k.person.name, k.rules.hours(k.person.zone), k.busy if k.busy or not k.unread else None
        )
        for k in found
    ]
    unread = tuple((k.person.name, k.unread) for k in found if k.unread)
    length = timedelta(minutes=minutes)
    limits = {"limit": 100_000, "per_day": 1_000} if every else {}
    proposed = slots.propose(SlotRequest(window, length, STEP, tuple(rows), zone, **limits))
    return Times(proposed.slots, unread, tuple(_why(w) for w in proposed.why_not))


def _why(reason: slots.WhyNot) -> str:
    hours = f"{reason.free_minutes // 60} h free"
    match reason.reason:
        case "busy":
            return f"{reason.person} has no gap that long in the next two weeks ({hours})."
        case "no_hours":
            return f"{reason.person} has no working hours in the next two weeks."
        case "window_past":
            return "The time looked at is already over."
        case _:
            return f"{reason.person} has time ({hours}), but never together with the others."


def fits(slot: Interval, now: datetime) -> bool:
    """Whether a time still lies ahead."""
    return slot[0] > now


def parse_slot(text: str) -> Interval:
    """Read `start/end` as forms send it. Raises Refused."""
    try:
        start, end = (datetime.fromisoformat(part) for part in text.split("/"))
    except ValueError:
        raise Refused("Choose one of the times.", field="time") from None
    if start.tzinfo is None or end <= start:
        raise Refused("Choose one of the times.", field="time")
    return start, end


def spell_slot(slot: Interval) -> str:
    """`start/end`, the value of a time in a form."""
    return f"{slot[0].isoformat()}/{slot[1].isoformat()}"
