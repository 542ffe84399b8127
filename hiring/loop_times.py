"""Times for a whole loop: everybody's hours and calendars on one grid, the best ways to hold it, and why there is none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.model import Ref
from hiring import (
    claims,
    interview_changes,
    interviewer_rules,
    interviewer_times,
    loop_over,
    trainees,
)
from hiring.debrief_times import Found
from hiring.errors import Refused
from hiring.loop_best import best
from hiring.loop_records import Option, Session
from hiring.loop_seats import Field, free_mask, limits_of, seated
from hiring.services import Services
from scheduling import because, grid, spell
from scheduling.hours import Interval
from scheduling.slots import Fact, Reason

STEP = timedelta(minutes=30)  # loops begin at full and half hours of the candidate's clock
BREAKS = (0, 15, 30)  # minutes between two sessions, the shortest first
LONGER_BREAKS = (0, 15, 30, 60, 90)
A_DAY, IN_ALL = 4, 24  # shown to a candidate
MINUTE = timedelta(minutes=1)
TRIES = 300  # parts of loops looked at from one beginning


@dataclass(frozen=True, slots=True)
class Suggested:
    """The best ways to hold a loop; whose calendar could not be read (name, why); why there is none, when there is none.

    `unsure` are those who are only optional and whose calendar cannot be read. Where a debrief is wanted, `debriefs` has
    its times after each of the ways.
    """

    options: tuple[Option, ...]
    unread: tuple[tuple[str, str], ...] = ()
    why_not: tuple[str, ...] = ()
    debriefs: tuple[Found, ...] = ()
    unsure: tuple[tuple[str, str], ...] = ()

    @property
    def over(self) -> bool:
        """Whether the ways go beyond something, so that they are for whoever decides only."""
        return any(option.over for option in self.options)


async def gather(
    services: Services,
    team: str,
    sessions: Sequence[Session],
    zone: str,
    whom: Ref,
    *,
    windows: Sequence[Interval] = (),
    but: Iterable[str] = (),
    own: Sequence[Interval] = (),
    fresh: bool = False,
) -> Field:
    """Ask everybody's calendar, once, as far ahead as the company looks. `windows` are when the candidate said she can."""
    now, rules = services.clock.now(), services.company.rules
    over = grid.over((now + rules.notice, now + rules.ahead))
    span = (over.start, over.at(over.cells))
    pools = {
        s.tag: tuple(await interviewer_rules.pool(services, team, s.tag))
        for s in sessions
        if s.seats
    }
    found = await trainees.seekers(services, team, pools)
    users = {u for s in sessions for u in (*s.required, *s.optional)}
    users |= {u for among in (*pools.values(), *found.values()) for u in among}
    people = await interview_changes.members(services, team, sorted(users))
    known = await interviewer_times.known(
        services, team, people, span, but=but, own=own, fresh=fresh
    )
    rooms = {s.room: claims.room(team, s.room) for s in sessions if s.room}
    hers = claims.candidate(team, whom)
    taken = await claims.held(services, [*rooms.values(), hers], span, but=but)
    can = over.inward(_joined(windows) if windows else [(now + rules.notice, span[1])])
    return Field(
        over,
        zone,
        {k.person.id: k for k in known},
        {k.person.id: free_mask(over, k) for k in known},
        {name: over.full & ~over.outward(taken[room]) for name, room in rooms.items()},
        pools,
        can & ~over.outward(taken[hers]),
        wished=bool(windows),
        limits={k.person.id: limits_of(over, k) for k in known},
        seekers={tag: tuple(among) for tag, among in found.items()},
        rules=rules,
    )


def _joined(windows: Sequence[Interval]) -> list[Interval]:
    """Windows that touch are one."""
    found: list[Interval] = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def suggest(field: Field, sessions: Sequence[Session], *, costly: bool = False) -> Suggested:
    """The best option and four others, each with what speaks for it. Raises Refused for a session with nobody in it.

    `costly`: where there is none, those over something that whoever decides may go beyond.
    """
    for session in sessions:
        if not session.required and not session.seats:
            raise Refused(f"{session.title} has no interviewer yet. Choose at least one.")
        if session.seats and len(field.pools[session.tag]) < session.seats:
            raise Refused(
                f"{session.title} wants {session.seats} with the skill {session.tag}, and "
                f"{len(field.pools[session.tag])} have it. Settle skills with `limits @person`."
            )
    needed, shut = field.needed(sessions), [k for k in field.people.values() if k.unread]
    unread = tuple((k.person.name, k.unread) for k in shut if k.person.id in needed)
    unsure = tuple((k.person.name, k.unread) for k in shut if k.person.id not in needed)
    found = best(field, sessions) or (loop_over.ways(field, sessions) if costly else [])
    if not found:
        return Suggested((), unread, tuple(_why_not(field, sessions)), unsure=unsure)
    options = tuple(_explained(field, sessions, option, found) for option in found)
    return Suggested(options, unread, unsure=unsure)


def every(
    field: Field, sessions: Sequence[Session], *, breaks: Sequence[int] = BREAKS
) -> list[Option]:
    """An option for every full and half hour at which the loop can begin, all of it on one day of the candidate's."""
    over = field.grid
    begins = [field.begins(session) for session in sessions]
    found = []
    for start in _starts((over.start, over.at(over.cells)), field.zone):
        if not begins[0] >> int((start - over.start) / grid.CELL) & 1:
            continue
        if option := _from(field, sessions, begins, start, breaks):
            found.append(option)
    return found


def for_candidate(field: Field, sessions: Sequence[Session]) -> list[Option]:
    """A choice spread over each day and all of them."""
    days: dict[date, list[Option]] = {}
    for option in every(field, sessions):
        days.setdefault(_day(option, field.zone), []).append(option)
    chosen: list[Option] = []
    for rows in days.values():
        wanted = min(A_DAY, len(rows))
        picks = {round(i * (len(rows) - 1) / max(wanted - 1, 1)) for i in range(wanted)}
        chosen += [rows[i] for i in sorted(picks)]
    return chosen[:IN_ALL]


def _starts(span: Interval, zone: str) -> Iterable[datetime]:
    """Full and half hours of the candidate's clock."""
    local = span[0].astimezone(ZoneInfo(zone))
    past = timedelta(minutes=local.minute % 30, seconds=local.second)
    at = span[0] - past + (STEP if past else timedelta())
    while at < span[1]:
        yield at.astimezone(UTC)
        at += STEP


def _from(
    field: Field,
    sessions: Sequence[Session],
    begins: Sequence[int],
    start: datetime,
    breaks: Sequence[int],
) -> Option | None:
    """The loop that begins then with the shortest breaks, or None. `begins` are the cells for each session."""
    day, tries = start.astimezone(ZoneInfo(field.zone)).date(), TRIES
    rules, most = field.rules, field.rules.pause // MINUTE

    def go_on(at: datetime, times: tuple[Interval, ...], since: datetime) -> Option | None:
        """`since` is when the candidate began to sit without a break that counts."""
        nonlocal tries
        session, tries = sessions[len(times)], tries - 1
        time = (at, at + timedelta(minutes=session.minutes))
        if tries < 0 or not begins[len(times)] >> int((at - field.grid.start) / grid.CELL) & 1:
            return None
        if at.astimezone(ZoneInfo(field.zone)).date() != day:
            return None
        if len(times) + 1 == len(sessions):
            return seated(field, sessions, (*times, time))
        following = timedelta(minutes=sessions[len(times) + 1].minutes)
        for minutes in sorted({*breaks, most}):
            begins_at = time[1] + timedelta(minutes=minutes)
            rested = begins_at if minutes >= most else since
            if most and rested == since and begins_at + following - since > rules.stretch:
                continue  # a break is due
            if found := go_on(begins_at, (*times, time), rested):
                return found
        return None

    return go_on(start, (), start)


def _day(option: Option, zone: str) -> date:
    return option.start.astimezone(ZoneInfo(zone)).date()


def _explained(
    field: Field, sessions: Sequence[Session], option: Option, among: Sequence[Option]
) -> Option:
    """The option with what only the calendars tell: the earliest, what the candidate said, who has how much to do, and
    who is optional and can come."""
    said = [loop_over.said(field, option)] if option.over else []
    said += option.reasons
    if option.start == min(o.start for o in among):
        said.append("earliest of these")
    if field.wished:
        said.append("when they said")
    pooled = {user for pool in field.pools.values() for user in pool}
    for user in [u for s in option.sittings for u in s.users if u in pooled][:2]:
        known = field.people[user]
        count = len(known.starts)
        said.append(
            f"{known.person.first_name} has {count or 'no'} other{'s' if count > 1 else ''}"
        )
    said[1:1] = _beside(field, sessions, option)  # early: Slack cuts what is long
    return replace(option, reasons=tuple(said))


def _beside(field: Field, sessions: Sequence[Session], option: Option) -> list[str]:
    """Of each who is optional, whether they can come; of several sessions, to how many."""
    said = []
    for user in dict.fromkeys(user for session in sessions for user in session.optional):
        known = field.people[user]
        mine = [t for s, t in zip(sessions, option.times, strict=True) if user in s.optional]
        can, name = sum(field.fits(user, time) for time in mine), {user: known.person.first_name}
        if known.unread:
            continue
        if 0 < can < len(mine):
            said.append(f"{name[user]} can come to {can} of {len(mine)}")
        else:
            fact: Fact = "optional_free" if can else "optional_busy"
            said.append(because.reason(Reason(fact, (user,)), name))
    return said


def _why_not(field: Field, sessions: Sequence[Session]) -> list[str]:
    """What stands in the way, and what each thing that could be relaxed would give."""
    said = []
    for user in dict.fromkeys(u for s in sessions for u in s.required):
        without = [replace(s, required=tuple(u for u in s.required if u != user)) for s in sessions]
        name = field.people[user].person.name
        if gives := _gives(every(field, without), field.zone):
            said.append(f"{name} is what stands in the way: without them {gives}.")
    if gives := _gives(every(field, sessions, breaks=LONGER_BREAKS), field.zone):
        said.append(f"With breaks of up to {LONGER_BREAKS[-1]} minutes: {gives}.")
    if field.wished:
        anywhere = replace(field, window=field.grid.full, wished=False)
        if gives := _gives(every(anywhere, sessions), field.zone):
            said.append(f"Outside the times that the candidate named: {gives}.")
    for number, session in enumerate(sessions):
        rest = [s for n, s in enumerate(sessions) if n != number]
        if not said and rest and (gives := _gives(every(field, rest), field.zone)):
            said.append(f"Without {session.title}: {gives}.")
    days = field.rules.ahead.days
    return said or [f"Nobody's calendars leave the time for it in the next {days} days."]


def _gives(options: Sequence[Option], zone: str) -> str:
    if not options:
        return ""
    first = min(options, key=lambda o: o.start)
    count = len(options)
    return f"{count} way{'s' if count > 1 else ''}, the earliest {spell.spell_moment(first.start, zone)}"
