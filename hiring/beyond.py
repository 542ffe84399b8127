"""What a booking goes beyond because somebody said so, and the limits it keeps: counted once more in its transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import claims, interviewer_rules
from hiring.desk import Person
from hiring.errors import NotFound, Refused, Taken
from hiring.interviewer_rules import Rules
from hiring.interviews_table import interviews
from hiring.services import Services
from scheduling import because
from scheduling.hours import Interval
from scheduling.over import COST, Over

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """At most so many interviews of somebody may begin in a span: their day, or their ISO week."""

    person: Person
    span: Interval
    most: int

    @property
    def sentence(self) -> str:
        word = "week" if self.span[1] - self.span[0] > 2 * DAY else "day"
        return (
            f"{self.person.name} would have more than {self.most} interviews that {word}. "
            "Choose another time."
        )


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a booking goes beyond, and the limits that it keeps."""

    over: tuple[Over, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()


NOTHING = Allowed()


def soft(services: Services, rules: Rules) -> bool:
    """Whether a recruiter may go beyond somebody's limits."""
    return services.company.rules.soft_limits if rules.soft is None else rules.soft


async def allowed(
    services: Services,
    team: str,
    begins: Mapping[str, Sequence[datetime]],
    over: Collection[Over] = (),
    *,
    freely: bool = False,
) -> Allowed:
    """The limits of everybody for interviews that begin then, as far as `over` does not go beyond them.

    `freely`: soft limits do not count at all.
    """
    said: dict[tuple[str, str], int] = {(one.what, one.who): one.would for one in over}
    settled = await interviewer_rules.of(services, team, begins)
    found: list[Ceiling] = []
    for user, rules in settled.items():
        limits = {"per_day": rules.per_day, "per_week": rules.per_week}
        if (freely and soft(services, rules)) or not any(limits.values()):
            continue
        person = await services.desk.person(team, user)
        for what, limit in limits.items():
            if limit is not None:
                most = max(limit, said.get((what, user), 0))
                spans = {_span(at, what == "per_week", person.zone) for at in begins[user]}
                found += [Ceiling(person, span, most) for span in sorted(spans)]
    return Allowed(tuple(over), tuple(found))


async def keep(
    tx: AsyncConnection, services: Services, allowed: Allowed, interview: str = ""
) -> None:
    """After the times are claimed: nobody is above a limit, whoever booked meanwhile. Raises Taken.

    What an interview goes beyond is written beside it.
    """
    for one in allowed.ceilings:
        name = claims.person(one.person.team, one.person.id)
        around = (one.span[0] - DAY, one.span[1] + DAY)
        begun = (await claims.begun_in(tx, services, [name], around))[name]
        if sum(one.span[0] <= at < one.span[1] for at in begun) > one.most:
            raise Taken(one.sentence, field="time")
    if interview and allowed.over:
        mine = interviews.update().where(interviews.c.id == interview)
        await tx.execute(mine.values(over=rows(allowed.over)))


def told(over: Iterable[Over]) -> dict[str, str]:
    """What the audit keeps of it."""
    words = [
        f"{o.what} of {o.who}" + (f", {o.would} of {o.limit}" if o.would else "") for o in over
    ]
    return {"over": "; ".join(words)} if words else {}


def rows(over: Iterable[Over]) -> list[list[Any]]:
    """As JSON."""
    return [[one.what, one.who, one.would, one.limit] for one in over]


def read(told: Iterable[Sequence[Any]] | None) -> tuple[Over, ...]:
    """From JSON."""
    return tuple(Over(*row) for row in told or ())


def spell(over: Iterable[Over]) -> str:
    """As a form carries it beside a time."""
    return "".join(f"|{COST.index(o.what)}.{o.who}.{o.would}.{o.limit}" for o in over)


def parse(text: str) -> tuple[Over, ...]:
    """Read what `spell` wrote. Raises Refused."""
    found = []
    for part in text.split("|")[1:]:
        try:
            what, who, would, limit = part.split(".")
            found.append(Over(COST[int(what)], who, int(would), int(limit)))
        except (ValueError, IndexError):
            raise Refused("Choose one of the times.", field="time") from None
    return tuple(found)


async def said(services: Services, team: str, over: Sequence[Over]) -> str:
    """In words, with the names of those it concerns."""
    names = {}
    for user in {one.who for one in over}:
        try:
            names[user] = (await services.desk.person(team, user)).first_name
        except NotFound:  # left the workspace
            names[user] = "somebody"
    return because.over(over, names)


def _span(at: datetime, week: bool, zone: str) -> Interval:
    here = ZoneInfo(zone)
    day = at.astimezone(here).date()
    first = day - timedelta(days=day.weekday()) if week else day
    last = first + (7 * DAY if week else DAY)
    return datetime.combine(first, clock(), here), datetime.combine(last, clock(), here)
