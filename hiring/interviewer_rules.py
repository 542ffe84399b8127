"""What an interviewer settled about being booked: skills, limits, rest, interview hours, lunch, holidays and pauses."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import access, audit
from hiring.candidates import LOOKERS
from hiring.errors import Refused
from hiring.people import Actor
from hiring.plans_table import rules
from hiring.services import Services
from scheduling import company_rules
from scheduling.hours import Interval, Range, Week

SETTLERS = LOOKERS | {"admin"}  # who may change the rules and skills of somebody else
MOST_TAGS, MOST_LETTERS = 20, 40


@dataclass(frozen=True, slots=True)
class Rules:
    """Of one member. Limits None are none; `rest` is in minutes; `begins`, `ends` and `lunch` are minutes after midnight there.

    `in_a_row` is how many interviews they hold without a break; `holidays` is a place such as `DE-BY`, empty for the company's.
    `soft`: whether a recruiter may go beyond the limits; None is as the company settled.
    """

    user: str
    tags: tuple[str, ...] = ()
    per_day: int | None = None
    per_week: int | None = None
    rest: int = 0
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    begins: int = 9 * 60
    ends: int = 17 * 60
    paused: Interval | None = None
    in_a_row: int | None = None
    lunch: tuple[int, int] | None = None
    holidays: str = ""
    soft: bool | None = None

    @property
    def own_hours(self) -> bool:
        """Whether they settled other days or hours than the usual ones."""
        usual = Rules(self.user)
        return (self.days, self.begins, self.ends) != (usual.days, usual.begins, usual.ends)

    def week(self, zone: str) -> Week:
        """Their interview hours, as wall times of their zone."""
        hours = Range(_clock(self.begins), _clock(self.ends), frozenset(self.days))
        return Week(zone, working=(hours,))

    @property
    def at_lunch(self) -> Range | None:
        """Every day's lunch, as wall times of their zone."""
        if self.lunch is None:
            return None
        return Range(_clock(self.lunch[0]), _clock(self.lunch[1]), frozenset(range(7)))


async def of(services: Services, team: str, users: Iterable[str]) -> dict[str, Rules]:
    """The rules of each member; the usual ones for who settled nothing."""
    async with services.store.read() as conn:
        return await load(conn, team, users)


async def load(conn: AsyncConnection, team: str, users: Iterable[str]) -> dict[str, Rules]:
    """The same on the caller's connection."""
    found = {user: Rules(user) for user in users}
    query = sa.select(rules).where(rules.c.team == team, rules.c.user.in_(list(found)))
    return found | {row.user: _read(row) for row in await conn.execute(query)}


async def everybody(services: Services, team: str) -> dict[str, Rules]:
    """The rules of each member who settled something, or for whom somebody did; in one order."""
    query = sa.select(rules).where(rules.c.team == team).order_by(rules.c.user)
    async with services.store.read() as conn:
        return {row.user: _read(row) for row in await conn.execute(query)}


async def pool(services: Services, team: str, tag: str) -> list[str]:
    """The members who have a skill, in one order."""
    query = sa.select(rules).where(rules.c.team == team).order_by(rules.c.user)
    async with services.store.read() as conn:
        return [r.user for r in await conn.execute(query) if tag.casefold() in r.tags]


async def tags(services: Services, team: str) -> list[str]:
    """Every skill that somebody has."""
    query = sa.select(rules.c.tags).where(rules.c.team == team)
    async with services.store.read() as conn:
        return sorted({tag for row in await conn.execute(query) for tag in row.tags})


async def settle(services: Services, actor: Actor, wanted: Rules) -> Rules:
    """Keep somebody's rules. One's own limits anybody may settle; skills, and the rules of others, only who schedules.

    Raises Refused beside the field that cannot be so.
    """
    before = (await of(services, actor.team, [wanted.user]))[wanted.user]
    wanted = tidy(wanted)
    if wanted.user != actor.user or wanted.tags != before.tags:
        await access.require_anywhere(services, actor, frozenset(SETTLERS))
    async with services.store.begin() as tx:
        await _keep(tx, actor.team, wanted)
        await audit.record(tx, services, actor.user, "interviewer.settled", wanted.user)
    return wanted


async def learn(tx: AsyncConnection, team: str, user: str, tag: str) -> None:
    """One more skill, in the caller's transaction. Raises Refused when there are too many already."""
    now = (await load(tx, team, [user]))[user]
    await _keep(tx, team, tidy(replace(now, tags=(*now.tags, tag))))


async def pause(services: Services, actor: Actor, user: str, time: Interval | None) -> Rules:
    """Ask for no interviews in that time, or end the pause (None). Interviews that are booked stay. Twice is harmless."""
    if user != actor.user:
        await access.require_anywhere(services, actor, frozenset(SETTLERS))
    if time is not None:
        pausable(services, time)
    async with services.store.begin() as tx:
        now = replace((await load(tx, actor.team, [user]))[user], paused=time)
        await _keep(tx, actor.team, now)
        what = "interviewer.paused" if time else "interviewer.back"
        await audit.record(tx, services, actor.user, what, user)
    return now


def pausable(services: Services, time: Interval) -> None:
    """Raises Refused for a pause that ends before it begins, or is over."""
    if time[1] <= max(time[0], services.clock.now()):
        raise Refused(
            "The last day has to come after the first, and not be over yet.", field="until"
        )


def tidy(wanted: Rules) -> Rules:
    """The rules as they are kept. Raises Refused beside the field that cannot be so."""
    tags = tuple(sorted({tag.strip().casefold() for tag in wanted.tags if tag.strip()}))
    if len(tags) > MOST_TAGS or any(len(tag) > MOST_LETTERS for tag in tags):
        raise Refused(f"Up to {MOST_TAGS} skills of up to {MOST_LETTERS} letters.", field="tags")
    if not wanted.days:
        raise Refused("Choose at least one day of the week.", field="days")
    if wanted.ends - wanted.begins < 30:
        raise Refused("The hours end before an interview fits in.", field="ends")
    limits = {"per_day": wanted.per_day, "per_week": wanted.per_week, "in_a_row": wanted.in_a_row}
    for field, limit in limits.items():
        if limit is not None and not 1 <= limit <= 40:
            raise Refused("A limit is a number from 1 to 40, or nothing.", field=field)
    if not 0 <= wanted.rest <= 120:
        raise Refused("Rest is 0 to 120 minutes.", field="rest")
    if wanted.lunch and not 15 <= wanted.lunch[1] - wanted.lunch[0] <= 180:
        raise Refused("Lunch takes 15 minutes to 3 hours.", field="lunch")
    place, days = _place(wanted.holidays), tuple(sorted(set(wanted.days)))
    return replace(wanted, tags=tags, days=days, holidays=place)


def _place(told: str) -> str:
    place = told.strip().upper()
    try:
        company_rules.public(place, 2026)
    except ValueError:
        raise Refused(
            f"No public holidays are known for {place}. Write a country, such as DE, or a part of one, such as DE-BY.",
            field="holidays",
        ) from None
    return place


async def _keep(tx: AsyncConnection, team: str, now: Rules) -> None:
    at = (rules.c.team == team, rules.c.user == now.user)
    await tx.execute(rules.delete().where(*at))
    first, last = now.paused or (None, None)
    lunch = now.lunch or (None, None)
    await tx.execute(
        rules.insert().values(
            team=team, user=now.user, tags=list(now.tags), per_day=now.per_day, per_week=now.per_week, rest=now.rest,
            days=list(now.days), begins=now.begins, ends=now.ends, paused_from=first, paused_until=last,
            in_a_row=now.in_a_row, lunch_begins=lunch[0], lunch_ends=lunch[1], holidays=now.holidays, soft=now.soft,
        )
    )  # fmt: skip


def _read(row: sa.Row[tuple[object, ...]]) -> Rules:
    paused: tuple[datetime, datetime] | None = None
    if row.paused_from and row.paused_until:
        paused = (row.paused_from, row.paused_until)
    lunch = None if row.lunch_begins is None else (row.lunch_begins, row.lunch_ends)
    return Rules(
        row.user, tuple(row.tags), row.per_day, row.per_week, row.rest, tuple(row.days), row.begins, row.ends, paused,
        row.in_a_row, lunch, row.holidays, row.soft,
    )  # fmt: skip


def _clock(minutes: int) -> time:
    """An end of 24:00 is the next midnight."""
    return time(minutes // 60 % 24, minutes % 60)
