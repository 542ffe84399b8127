"""The record of an interview: read, listed, and its time claimed. No use case, no job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.model import Ref
from hiring import beyond, claims, debrief_records, interviewer_rules, reasons
from hiring.claims import Claim
from hiring.errors import NotFound
from hiring.interviews_table import interviews, panel
from hiring.reasons import NEVER, Last
from hiring.services import Services
from scheduling.hours import Interval
from scheduling.invites import NO_ANSWER
from scheduling.over import Over

CUT_OFF = 12  # hours before the (first) interview until which the candidate may change it alone
INTERVIEWER = (
    "interviewer"  # the kind of a seat without which the interview is not what was planned
)
OPTIONAL = "optional"  # of who may come and need not: they claim no time, and the candidate is not told of them
LEARNING = {"shadow": "shadow", "reverse_shadow": "reverse shadow"}
FOR_PANEL = {**LEARNING, OPTIONAL: OPTIONAL}
FOR_CANDIDATE = {
    "shadow": "joins to learn"
}  # who leads, with somebody beside them, is named like any other


@dataclass(frozen=True, slots=True)
class Seat:
    """One interviewer, somebody who learns, or somebody optional: a Slack member and, when known, their ATS user.

    `answer` is needs-action, accepted, declined or tentative; `stale` says that it was given to an earlier time.
    `reason` is sealed.
    """

    user: str
    ats_user: Ref | None
    answer: str = NO_ANSWER
    stale: bool = False
    answered: tuple[int, datetime] | None = None  # the SEQUENCE and DTSTAMP of the answer
    reason: str | None = None
    link: str | None = None
    kind: str = INTERVIEWER  # or optional, or how they learn here: shadow, reverse_shadow

    @property
    def needed(self) -> bool:
        """Whether the interview waits for them; without the others it takes place as well."""
        return self.kind == INTERVIEWER

    @property
    def learns(self) -> bool:
        """Whether they are here to learn."""
        return self.kind in LEARNING

    @property
    def optional(self) -> bool:
        return self.kind == OPTIONAL

    @property
    def owes(self) -> bool:
        """Whether a scorecard is theirs to write: who only watches, or need not come, has none."""
        return self.kind not in ("shadow", OPTIONAL)

    def named(self, name: str, words: Mapping[str, str] = FOR_PANEL) -> str:
        """The name with what they are there for, when that is not to interview."""
        word = words.get(self.kind)
        return f"{name} ({word})" if word else name

    @property
    def standing(self) -> str:
        """The answer to the time the interview has now."""
        return NO_ANSWER if self.stale else self.answer

    @property
    def away(self) -> bool:
        """Whether they would learn here and said no: then it takes none of their time."""
        return self.learns and self.standing == "declined"


@dataclass(frozen=True, slots=True)
class Interview:
    """Our record. `state` is offered (the candidate chooses), scheduled or cancelled; times are aware UTC."""

    id: str
    team: str
    application: Ref
    candidate: Ref
    job: Ref | None
    planned: Ref | None
    title: str
    minutes: int
    state: str
    start: datetime
    end: datetime
    zone: str
    location: str | None
    sequence: int
    stamp: datetime
    slots: tuple[Interval, ...]
    link: str | None
    created_by: str
    remote_id: str | None
    panel: tuple[Seat, ...]
    reminders: tuple[int, ...] | None = None  # minutes before the start, where not the company's
    loop: str | None = None
    position: int = 0
    room: str | None = None
    sender: str | None = None  # the calendar account that invites the panel; None: by mail
    cut_off: int = CUT_OFF  # a session of a loop has the loop's instead
    why: Last = NEVER  # of its last move or cancellation
    auto: bool = False  # booked by itself when the candidate says when they can
    focus: str = ""  # what it is about, which the candidate reads
    meeting: str | None = None  # what makes the meeting link: an account, or `calendar`
    over: tuple[Over, ...] = ()  # what it was booked over, knowingly

    @property
    def users(self) -> tuple[str, ...]:
        return tuple(seat.user for seat in self.panel)

    @property
    def interviewers(self) -> tuple[str, ...]:
        """Who has to be there: everybody but those who learn or are optional."""
        return tuple(seat.user for seat in self.panel if seat.needed)

    @property
    def optional(self) -> tuple[str, ...]:
        return tuple(seat.user for seat in self.panel if seat.optional)

    @property
    def claiming(self) -> tuple[str, ...]:
        """Whose time it takes: not that of who is optional, nor of who would have learned here and said no."""
        return tuple(seat.user for seat in self.panel if not (seat.optional or seat.away))

    @property
    def met(self) -> tuple[Seat, ...]:
        """Of whom the candidate may be told."""
        return tuple(seat for seat in self.panel if not seat.optional)

    def seat(self, user: str) -> Seat | None:
        return next((seat for seat in self.panel if seat.user == user), None)


async def load(conn: AsyncConnection, interview: str) -> Interview:
    """Read one in the caller's transaction (locked there on PostgreSQL). Raises NotFound."""
    query = sa.select(interviews).where(interviews.c.id == interview).with_for_update()
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such interview any more.")
    return await _read(conn, row)


async def get(services: Services, interview: str) -> Interview:
    """Read one. Raises NotFound."""
    async with services.store.read() as conn:
        return await load(conn, interview)


async def exists(services: Services, interview: str) -> bool:
    """Whether there is such an interview."""
    async with services.store.read() as conn:
        query = sa.select(interviews.c.id).where(interviews.c.id == interview)
        return (await conn.execute(query)).first() is not None


async def listed(services: Services, *where: sa.ColumnElement[bool]) -> list[Interview]:
    """Interviews that match, earliest first."""
    query = sa.select(interviews).where(*where).order_by(interviews.c.start, interviews.c.id)
    async with services.store.read() as conn:
        return [await _read(conn, row) for row in (await conn.execute(query)).all()]


async def sat_by(services: Services, team: str, user: str) -> list[Interview]:
    """The scheduled interviews a member sits in, earliest first."""
    mine = sa.select(panel.c.interview).where(panel.c.user == user)
    return await listed(
        services,
        interviews.c.team == team,
        interviews.c.state == "scheduled",
        interviews.c.id.in_(mine),
    )


async def next_for(services: Services, application: Ref) -> Interview | None:
    """The next interview of a candidacy that is not over yet."""
    found = await listed(
        services, interviews.c.application == str(application), interviews.c.state == "scheduled",
        interviews.c.end > services.clock.now(),
    )  # fmt: skip
    return found[0] if found else None


async def take(
    tx: AsyncConnection,
    services: Services,
    now: Interview,
    users: Sequence[str],
    slot: Interval,
) -> None:
    """Book the time, and the rest they want after it, for these people, the candidate and the room: all or none.

    Raises Taken.

    The debrief of the loop it belongs to makes way.
    """
    wanted = await claims_for(tx, now.id, now.team, users, slot, now.candidate, now.room)
    debrief = (debrief_records.holder(now.loop),) if now.loop else ()
    await claims.take(tx, services, wanted, instead_of=(now.id,), over=debrief)


async def claims_for(
    conn: AsyncConnection,
    holder: str,
    team: str,
    users: Sequence[str],
    slot: Interval,
    whom: Ref,
    room: str | None = None,
) -> list[Claim]:
    """What an interview at that time claims."""
    rules = await interviewer_rules.load(conn, team, users)
    wanted = [
        Claim(claims.person(team, user), claims.with_rest(slot, rules[user].rest), holder)
        for user in sorted(set(users))
    ]
    wanted.append(Claim(claims.candidate(team, whom), slot, holder))
    return [*wanted, Claim(claims.room(team, room), slot, holder)] if room else wanted


async def booked(
    services: Services, team: str, users: Sequence[str], window: Interval, but: str = ""
) -> dict[str, list[Interval]]:
    """When each member is booked or held through us in a window, without the interview `but`."""
    named = {claims.person(team, user): user for user in users}
    holders, _ = await debrief_records.beside(services, but) if but else ((), ())
    found = await claims.held(services, named, window, but=(but, *holders))
    return {user: found[name] for name, user in named.items()}


async def _read(conn: AsyncConnection, row: Any) -> Interview:
    query = sa.select(panel).where(panel.c.interview == row.id).order_by(panel.c.position)
    seats = tuple(_seat(s) for s in await conn.execute(query))
    return Interview(
        id=row.id,
        team=row.team,
        application=Ref.parse(row.application),
        candidate=Ref.parse(row.candidate),
        job=Ref.parse(row.job) if row.job else None,
        planned=Ref.parse(row.planned) if row.planned else None,
        title=row.title,
        minutes=row.minutes,
        state=row.state,
        start=row.start or row.created_at,
        end=row.end or row.created_at,
        zone=row.zone,
        location=row.location,
        sequence=row.sequence,
        stamp=row.stamp,
        slots=tuple((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in row.slots),
        link=row.link,
        created_by=row.created_by,
        remote_id=row.remote_id,
        panel=seats,
        loop=row.loop,
        position=row.position or 0,
        room=row.room,
        sender=row.sender,
        meeting=row.meeting,
        cut_off=row.cut_off,
        why=reasons.last(row),
        auto=row.auto,
        focus=row.focus,
        over=beyond.read(row.over),
        reminders=None if row.reminders is None else tuple(row.reminders),
    )


def _seat(row: Any) -> Seat:
    answered = row.answer_stamp is not None
    return Seat(
        user=row.user,
        ats_user=Ref.parse(row.ats_user) if row.ats_user else None,
        answer=row.answer,
        stale=row.stale,
        answered=(row.answer_sequence, row.answer_stamp) if answered else None,
        reason=row.answer_reason,
        link=row.link,
        kind=row.kind,
    )
