"""Times for a debrief: after the last interview, when the panel and whoever arranged it can; who stands in the way of all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hiring import claims, interviewer_times
from hiring.debrief_records import Wish
from hiring.interviewer_times import Known
from hiring.loop_records import Option
from hiring.services import Services
from scheduling import grid, spell
from scheduling.hours import Interval, intervals

GAP = timedelta(minutes=5)  # between the last interview and the debrief
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    """Every time it could have, the earliest first. Without one, `why` says who stands in the way, and `missing` their ids."""

    slots: tuple[Interval, ...] = ()
    why: str = ""
    missing: tuple[str, ...] = ()


def until(after: datetime, days: int, zone: str) -> datetime:
    """The end of the working day (Monday to Friday in `zone`) that is so many after the day of `after`; aware UTC."""
    here = ZoneInfo(zone)
    day = after.astimezone(here).date()
    while days:
        day += DAY
        days -= day.weekday() < 5
    return datetime.combine(day + DAY, time(), here).astimezone(UTC)


def who(panel: Iterable[str], wish: Wish) -> tuple[str, ...]:
    """Everybody who is to be there: who interviews, and the others. Who trains is not asked."""
    return tuple(dict.fromkeys([*panel, *wish.others]))


def panel_of(option: Option) -> list[str]:
    """Who interviews in a loop."""
    return [user for sitting in option.sittings for user in sitting.users]


async def gather(
    services: Services,
    team: str,
    users: Iterable[str],
    window: Interval,
    *,
    but: Iterable[str] = (),
    own: Sequence[Interval] = (),
    fresh: bool = False,
) -> dict[str, Known]:
    """Everybody's hours and times, by member. What `but` holds, and what stands at `own` times, does not count."""
    people = [await services.desk.person(team, user) for user in dict.fromkeys(users)]
    known = await interviewer_times.known(
        services, team, people, window, but=but, own=own, fresh=fresh, meeting=True
    )
    return {each.person.id: each for each in known}


async def for_options(
    services: Services, team: str, wish: Wish, options: Sequence[Option], *, but: Sequence[str], fresh: bool
) -> tuple[list[Found], dict[str, Known]]:  # fmt: skip
    """The times after each of several ways to hold a loop, and whom they were looked for with. `wish` names the others."""
    users = who([user for option in options for user in panel_of(option)], wish)
    zone = await zone_of(services, team, wish)
    first, last = min(o.end for o in options), max(o.end for o in options)
    window = (first, until(last, wish.days, zone))
    known = await gather(services, team, users, window, but=but, fresh=fresh)
    return [after(known, wish, option, zone) for option in options], known


async def zone_of(services: Services, team: str, wish: Wish) -> str:
    """Whose working days count: those of who arranges it."""
    return (await services.desk.person(team, wish.others[0])).zone


def after(known: Mapping[str, Known], wish: Wish, option: Option, zone: str) -> Found:
    """The times after a loop that is not booked yet: its interviews, and the rest after them, keep people away."""
    sat: dict[str, list[Interval]] = {}
    for sitting in option.sittings:
        for user in sitting.users:
            rested = claims.with_rest(sitting.time, known[user].rules.rest)
            sat.setdefault(user, []).append(rested)
    return find(known, who(panel_of(option), wish), wish, option.end, zone, sat=sat)


def find(
    known: Mapping[str, Known],
    users: Sequence[str],
    wish: Wish,
    after: datetime,
    zone: str,
    *,
    sat: Mapping[str, Sequence[Interval]] | None = None,
) -> Found:
    """Every time for all of them from five minutes after `after` on. Limits of interviews do not count: it is none."""
    last = until(after, wish.days, zone)
    over = grid.over((after + GAP, last))
    cells = -(-wish.minutes // 5)
    window = over.inward([(after + GAP, last)])
    free = {user: window & _free(over, known[user], (sat or {}).get(user, ())) for user in users}

    def common(among: Iterable[str]) -> int:
        mask = window
        for user in among:
            mask &= free[user]
        return grid.starts(mask, cells)

    if open_ := common(users):
        length = timedelta(minutes=wish.minutes)
        begins = [datetime.fromtimestamp(at, UTC) for at in grid.seconds(open_, over.first)]
        return Found(tuple((at, at + length) for at in begins))
    missing = [user for user in users if common(other for other in users if other != user)]
    missing = missing or [user for user in users if not common([user])]
    said = [_why(over, known[user], cells, window) for user in missing]
    day = spell.spell_day((last - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date())
    why = ", ".join(said) or "all of them are never free at the same time"
    return Found((), f"No time for a debrief by {day.rsplit(' ', 1)[0]}: {why}.", tuple(missing))


def _free(over: grid.Grid, known: Known, sat: Sequence[Interval]) -> int:
    paused = [known.rules.paused] if known.rules.paused else []
    return _hours(over, known) & ~over.outward([*known.busy, *paused, *sat])


def _hours(over: grid.Grid, known: Known) -> int:
    return over.inward(intervals(known.week, (over.start, over.at(over.cells))))


def _why(over: grid.Grid, known: Known, cells: int, window: int) -> str:
    """What keeps somebody away: their hours, that they are away, or what they have to do."""
    hours = _hours(over, known) & window
    gone = [(e.start, e.end) for e in known.events if e.kind == "out_of_office"]
    gone += [known.rules.paused] if known.rules.paused else []
    if not grid.starts(hours, cells):
        return f"{known.person.first_name} does not work then"
    if not grid.starts(hours & ~over.outward(gone), cells):
        return f"{known.person.first_name} is away"
    return f"{known.person.first_name} has no time"
