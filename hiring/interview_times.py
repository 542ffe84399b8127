"""Times that suit a panel: everybody's hours, calendar and limits, and what we have booked ourselves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.model import Ref
from hiring import beyond, claims, debrief_records
from hiring.beyond import Allowed
from hiring.desk import Person
from hiring.errors import Refused, Taken
from hiring.interviewer_times import Known, known
from hiring.services import Services
from scheduling import because, over, slots, spell, why
from scheduling.busy import without
from scheduling.hours import Interval
from scheduling.masks import Kept
from scheduling.over import Costly, Over, within
from scheduling.query import Query
from scheduling.slots import Found

STEP = 30  # minutes
SHOWN, SHOWN_A_DAY, MOST_REASONS = 40, 6, 5
FEW = 10  # times that fit: with fewer, those over what their owners can move are shown, too
COSTLY, COSTLY_A_DAY = 15, 3
NEAR = timedelta(hours=12)  # of a time, where interviews in a row with it may lie


@dataclass(frozen=True, slots=True)
class Times:
    """Proposed times, who has no readable calendar (name, why), and why nothing fits when nothing does.

    `unsure` are those who are optional and whose calendar cannot be read; `beside` says of each time who else of them
    can come. `best` is the place of the time that is recommended: on the first day the earliest that suits most of them.
    `over` are times that whoever decides may have all the same, the cheapest first, each with what it lies over in
    words: never for a candidate to choose.
    """

    slots: tuple[Interval, ...]
    unread: tuple[tuple[str, str], ...] = ()
    why_not: tuple[str, ...] = ()
    unsure: tuple[tuple[str, str], ...] = ()
    beside: Mapping[Interval, str] = field(default_factory=dict)
    best: int = 0
    over: tuple[tuple[Costly, str], ...] = ()


async def propose(
    services: Services,
    team: str,
    people: Sequence[Person],
    minutes: int,
    zone: str,
    whom: Ref,
    *,
    but: str = "",
    own: Interval | None = None,
    every: bool = False,
    fresh: bool = False,
    windows: Sequence[Interval] = (),
    optional: Sequence[Person] = (),
    costly: bool = False,
) -> Times:
    """Times for a panel as far ahead as the company looks, aligned to half hours in `zone`.

    An interview being moved (`but`, with its `own` time) does not block itself. A calendar that cannot be read never
    counts as free time that was checked: the person is named in `unread`. `every` gives all times that fit, not a
    choice spread over the days: a time can be free without being among the proposed ones. `fresh` asks every calendar now.
    `windows`, where there are any, are when the candidate `whom` said they can; nothing is offered over another
    interview of theirs. `optional` people keep nothing away; half of a day's times suit most of them, where so many do.
    `costly` adds times beyond soft limits and, with few others, over what its owner can move.
    """
    if not people:
        return Times((), why_not=("Choose at least one interviewer.",))
    now = services.clock.now()
    rules = services.company.rules
    window = (now, now + rules.ahead)
    holders, mine = await _theirs(services, but, own)
    needed = {person.id for person in people}
    asked = [*people, *(person for person in optional if person.id not in needed)]
    found = await known(services, team, asked, window, but=holders, own=mine, fresh=fresh)
    found, others = found[: len(people)], found[len(people) :]
    hers = claims.candidate(team, whom)
    taken = (await claims.held(services, [hers], window, but=holders))[hers]
    unread = tuple((k.person.name, k.unread) for k in found if k.unread)
    unsure = tuple((k.person.name, k.unread) for k in others if k.unread)
    rows = tuple(k.as_asked() for k in found)
    wanted = Query(
        rows, window, timedelta(minutes=minutes), now, zone, STEP, rules.notice,
        policy=services.company.policy, candidate=_left(windows, window, taken),
        optional=tuple(k.as_asked() for k in others if not k.unread),
    )  # fmt: skip
    open_ = slots.find(wanted, Kept())
    over_something = _costly(open_, found) if costly else ()
    if not open_.mask:
        said = because.why(why.explain(open_), wanted.names, zone)
        return Times((), unread, said[:MOST_REASONS], unsure, over=over_something)
    return replace(_chosen(open_, every), unread=unread, unsure=unsure, over=over_something)


def _chosen(open_: Found, every: bool) -> Times:
    """A choice of the times found, or `every` one, with who is optional and can come."""
    times, wanted = open_.slots(), open_.query
    coming = slots.coming(open_) if wanted.optional else {}

    def worth(slot: Interval) -> int:
        return len(coming.get(slot, ()))

    if not every:
        times = slots.spread(times, wanted.zone, limit=SHOWN, per_day=SHOWN_A_DAY, worth=worth)
    beside = {slot: because.beside(coming[slot], wanted) for slot in times if wanted.optional}
    zone = ZoneInfo(wanted.zone)
    days = [slot[0].astimezone(zone).date() for slot in times]
    best = max(range(days.count(days[0])), key=lambda place: worth(times[place]))
    return Times(times, beside=beside, best=best)


def _costly(open_: Found, people: Sequence[Known]) -> tuple[tuple[Costly, str], ...]:
    """The cheapest times over something, in words."""
    rows = over.times(open_, events=len(open_) < FEW)
    chosen = over.choice(rows, open_.query.zone, limit=COSTLY, per_day=COSTLY_A_DAY)
    names = {k.person.id: k.person.first_name for k in people}
    return tuple((one, because.over(one.over, names)) for one in chosen)


def _left(
    windows: Sequence[Interval], window: Interval, taken: Sequence[Interval]
) -> tuple[Interval, ...] | None:
    """When the candidate can: None for always."""
    left = list(windows or [window])
    for one in taken:
        left = without(left, one)
    return tuple(left) if windows or taken else None


async def require_free(
    services: Services,
    team: str,
    people: Sequence[Person],
    slot: Interval,
    *,
    but: str = "",
    own: Interval | None = None,
    over: Collection[Over] = (),
    freely: bool = False,
) -> Allowed:
    """Ask everybody's calendar about a chosen time once more, and their limits. Raises Taken with who is busy, or what
    goes further than the `over` that somebody said yes to; `freely`: soft limits may be gone beyond unsaid.

    A calendar that cannot be read, or does not answer, keeps nobody away: that was said when the time was chosen. What
    it goes beyond comes back, with the limits that the booking has to keep.
    """
    holders, mine = await _theirs(services, but, own)
    near = (slot[0] - NEAR, slot[1] + NEAR)
    found = await known(services, team, people, near, but=holders, own=mine, fresh=True)
    yes = {(one.what, one.who) for one in over}
    names = [k.person.name for k in found if any((kind, k.person.id) not in yes for kind in k.kinds(slot))]  # fmt: skip
    if names:
        services.memory.forget()  # the list of times that is shown next has to be fresh
        listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        raise Taken(
            f"That time is no longer free in the calendar of {listed}. Choose another one.",
            field="time",
        )
    now = tuple(sorted(one for k in found for one in k.over(slot)))
    for k in found:
        if not (freely and k.soft) and not within((o for o in now if o.who == k.person.id), over):
            raise Taken(await _further(services, team, now), field="time")
    begins = {person.id: (slot[0],) for person in people}
    return await beyond.allowed(services, team, begins, now, freely=freely)


async def _further(services: Services, team: str, now: Sequence[Over]) -> str:
    said = await beyond.said(services, team, now)
    return f"{spell.sentence(said)}. Choose another time."


async def _theirs(
    services: Services, but: str, own: Interval | None
) -> tuple[list[str], list[Interval]]:
    """What does not stand in the way of an interview that is moved: itself, and the debrief of its loop."""
    holders, times = await debrief_records.beside(services, but) if but else ((), ())
    return [but, *holders], [*([own] if own else []), *times]


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
