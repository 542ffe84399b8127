"""Tell people what they watch: the first at once, more of it folded into one message, nothing in quiet hours."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from connectors.model import Event, Ref
from hiring import candidates, ids, watching
from hiring.candidates import Profile
from hiring.errors import NotFound, Refused
from hiring.jobs import job
from hiring.services import Services
from hiring.sync import on_event
from hiring.tables import audit, timers
from hiring.watch_table import notices

FOLD = timedelta(minutes=5)  # between two messages to one person
OWN = timedelta(minutes=10)  # what somebody just did themselves is no news to them
MOST = 20  # lines in one message


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, with whom it concerns as the ATS tells it now; None when they are gone."""

    event: Event
    profile: Profile | None


@on_event
async def hear(services: Services, event: Event) -> None:
    """Note the event for everybody who wants to know. Twice notes it once."""
    for team, user in await watching.wanting(services, event):
        if await _did_it(services, user, event):
            continue
        key = hashlib.sha256(f"{team}:{user}:{event.delivery}".encode()).hexdigest()
        async with services.store.begin() as tx:
            await services.store.alone(tx, f"notices:{team}:{user}")
            if (await tx.execute(sa.select(notices.c.key).where(notices.c.key == key))).first():
                continue
            sealed = services.seal.close(event.model_dump_json())
            row = {
                "key": key,
                "team": team,
                "user": user,
                "event": sealed,
                "at": services.clock.now(),
            }
            await tx.execute(notices.insert().values(**row))
            at = await _when(services, team, user)
            timer = f"notices:{team}:{user}"
            if at <= services.clock.now():
                await services.jobs.enqueue(tx, deliver, key=f"told:{key}", team=team, user=user)
            elif not (
                await tx.execute(sa.select(timers.c.key).where(timers.c.key == timer))
            ).first():
                await services.jobs.later(tx, deliver, key=timer, at=at, team=team, user=user)


async def _did_it(services: Services, user: str, event: Event) -> bool:
    """Whether this person just did it through us."""
    about = [str(ref) for ref in (event.application, event.candidate) if ref]
    since = services.clock.now() - OWN
    query = sa.select(audit.c.seq).where(
        audit.c.subject.in_(about), audit.c.actor == user, audit.c.at > since
    )
    async with services.store.read() as conn:
        return (await conn.execute(query.limit(1))).first() is not None


async def _when(services: Services, team: str, user: str) -> datetime:
    """When the person may be told next: not soon after the last message, not in their quiet hours."""
    query = sa.select(sa.func.max(notices.c.at)).where(
        notices.c.team == team, notices.c.user == user, notices.c.batch.is_not(None)
    )
    async with services.store.read() as conn:
        last = (await conn.execute(query)).scalar()
    now = services.clock.now()
    at = max(now, last + FOLD) if last else now
    wanted = await watching.quiet(services, team, user)
    zone = ZoneInfo((await services.desk.person(team, user)).zone)
    return after_quiet(at, zone, wanted.begins, wanted.ends)


def after_quiet(at: datetime, zone: ZoneInfo, begins: int, ends: int) -> datetime:
    """The same moment, or the end of the quiet hours it falls into, by the clock on the person's wall."""
    here = at.astimezone(zone)
    is_quiet = (
        begins <= here.hour < ends if begins < ends else here.hour >= begins or here.hour < ends
    )
    if begins == ends or not is_quiet:
        return at
    day = here.date() + timedelta(days=1 if begins > ends and here.hour >= begins else 0)
    return datetime.combine(day, datetime.min.time(), zone).replace(hour=ends).astimezone(at.tzinfo)


@job("notices.deliver", order="notices:{team}:{user}", what="Telling you what you watch")
async def deliver(services: Services, *, team: str, user: str) -> None:
    """Put everything that waits into one message. Twice shows the same message once."""
    async with services.store.begin() as tx:
        batch = ids.new("ntc")
        waiting = (notices.c.team == team, notices.c.user == user, notices.c.batch.is_(None))
        put = notices.update().where(*waiting).values(batch=batch, at=services.clock.now())
        if (await tx.execute(put)).rowcount == 0:
            return
        await services.jobs.enqueue(
            tx, show, key=f"show:{batch}", team=team, user=user, batch=batch
        )


@job("notices.show", order="notices:{team}:{user}", what="Telling you what you watch")
async def show(services: Services, *, team: str, user: str, batch: str) -> None:
    """Twice changes nothing: a card is posted once."""
    await services.desk.show(team, user, "notices", batch)


async def read(services: Services, batch: str) -> tuple[Sequence[Line], int]:
    """The lines of one message with their people as they are now, and how many more there are.

    Raises NotFound when the message is forgotten.
    """
    query = sa.select(notices).where(notices.c.batch == batch).order_by(notices.c.key)
    async with services.store.read() as conn:
        rows = (await conn.execute(query)).all()
    if not rows:
        raise NotFound("This notice is no longer kept.")
    events = [Event.model_validate_json(services.seal.open(row.event)) for row in rows]
    found: dict[Ref, Profile | None] = {}
    lines = []
    for event in events[:MOST]:
        about = event.application or event.candidate
        if about and about not in found:
            found[about] = await _profile(services, about)
        lines.append(Line(event, found.get(about) if about else None))
    return lines, len(events) - len(lines)


async def _profile(services: Services, ref: Ref) -> Profile | None:
    try:
        return await candidates.read(services, ref)
    except Refused:
        return None
