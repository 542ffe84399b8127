"""What goes wrong on the day: an interviewer runs late, a candidate does not come. Told at once, kept with the reason."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import audit, candidates, feedback_flow, links, meeting_links, outreach, people, post
from hiring.answers_table import troubles as table
from hiring.errors import AlreadyDone, NotAllowed, NotFound, Refused
from hiring.feedback_table import scorecards
from hiring.interview_records import Interview, get, load
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from messages import templates
from messages.mail import Mail
from scheduling import nudges

LATE, NO_SHOW = "late", "no_show"
MINUTES = (5, 10, 15, 30)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that went wrong; `current` is False once the interview has another time or is off."""

    interview: Interview
    what: str
    who: str
    minutes: int | None
    reason: str
    current: bool


async def late(services: Services, actor: Actor, interview: str, minutes: int, reason: str) -> None:
    """An interviewer begins late: the recruiter hears it, the candidate gets a mail. Once per interviewer and time."""
    if minutes not in MINUTES:
        raise Refused("Choose how many minutes.", field="minutes")
    async with services.store.begin() as tx:
        now = await _mine(tx, services, actor, interview)
        id = await _write(tx, services, now, LATE, actor.user, minutes, reason)
        if id:
            await services.jobs.enqueue(tx, tell_late, key=f"late:{id}", trouble=id)
            await services.jobs.enqueue(
                tx, mail_late, key=f"late-mail:{id}", partition=f"mail:{now.application}", trouble=id
            )  # fmt: skip


async def no_show(services: Services, actor: Actor, interview: str, reason: str) -> None:
    """The candidate did not come: nobody owes a scorecard, the recruiter may choose another time. Once per time."""
    async with services.store.begin() as tx:
        now = await _mine(tx, services, actor, interview)
        if now.start > services.clock.now():
            raise Refused("The interview has not begun yet. Wait until it has.", field="reason")
        id = await _write(tx, services, now, NO_SHOW, actor.user, None, reason)
        if id is None:
            return
        await services.jobs.cancel(tx, f"scorecard:{interview}")
        owed = (scorecards.c.interview == interview, scorecards.c.state == "owed")
        users = sa.select(scorecards.c.user).where(*owed)
        excused = [row.user for row in await tx.execute(users)]
        done = {"state": "excused", "done_at": services.clock.now()}
        await tx.execute(scorecards.update().where(*owed).values(**done))
        for user in excused:
            await services.jobs.enqueue(
                tx, feedback_flow.show, key=f"excused:{id}:{user}", interview=interview, user=user
            )  # fmt: skip
        await services.jobs.enqueue(tx, tell_no_show, key=f"no-show:{id}", trouble=id)


async def read(services: Services, trouble: str) -> Trouble:
    """One of them. Raises NotFound."""
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(table).where(table.c.id == trouble))).one_or_none()
    if row is None:
        raise NotFound("This is no longer kept.")
    now = await get(services, row.interview)
    reason = services.seal.open_text(row.reason) if row.reason else ""
    current = now.state == "scheduled" and now.start == row.start
    return Trouble(now, row.what, row.who, row.minutes, reason, current)


async def of(services: Services, now: Interview) -> set[str]:
    """What went wrong at the time the interview has: late, no_show."""
    query = sa.select(table.c.what).where(table.c.interview == now.id, table.c.start == now.start)
    async with services.store.read() as conn:
        return {row.what for row in await conn.execute(query)}


@job("trouble.no-show", lane="now", what="The notice that a candidate did not come")
async def tell_no_show(services: Services, *, trouble: str) -> None:
    """Show the recruiter what happened, with a way to another time."""
    await _show(services, trouble)


@job("trouble.late", lane="now", what="The notice that an interviewer runs late")
async def tell_late(services: Services, *, trouble: str) -> None:
    """Show the recruiter who runs late."""
    await _show(services, trouble)


@job("trouble.mail-late", what="The mail that an interview begins late")
async def mail_late(services: Services, *, trouble: str) -> None:
    """Tell the candidate, while it is still worth it."""
    found = await read(services, trouble)
    now = found.interview
    if not found.current or now.end <= services.clock.now():
        return
    profile = await candidates.read(services, now.application)
    actor = await people.actor(services, now.team, now.created_by)
    known = await outreach.facts(services, actor, profile) | {
        "interview_title": now.title,
        "interview_place": await meeting_links.where(services, now) or "We will send you the link",
        "interview_link": links.url(services, now.link) if now.link else None,
        "reason": f"about {found.minutes} minutes",
    }
    rendered = templates.render(templates.load()["running_late"], known)

    async def build(message_id: str) -> Mail:
        return outreach.letter(services, actor, profile, rendered, message_id)

    await post.deliver(
        services, key=f"late:{trouble}", subject=now.id, template="running_late", build=build
    )


async def _show(services: Services, trouble: str) -> None:
    found = await read(services, trouble)
    now = found.interview
    await services.desk.show(now.team, now.created_by, "trouble", trouble)
    await services.desk.refresh("interview", now.id)
    for user in now.users:
        await services.desk.refresh("join", f"{now.id}:{user}:{now.sequence}")


async def _mine(tx: AsyncConnection, services: Services, actor: Actor, interview: str) -> Interview:
    """The interview, when this person sits in it and it is about to begin, under way or just over."""
    now = await load(tx, interview)
    if actor.user not in now.claiming:
        raise NotAllowed("Only the interviewers of this interview say what happens in it.")
    if now.state != "scheduled":
        raise AlreadyDone(f"This interview is {now.state}.")
    if services.clock.now() < now.start - nudges.HOUR:
        raise Refused("The interview is not near yet. Move it, or tell whoever arranged it.")
    return now


async def _write(
    tx: AsyncConnection,
    services: Services,
    now: Interview,
    what: str,
    who: str,
    minutes: int | None,
    reason: str,
) -> str | None:
    """Keep it once per time of the interview (and per person who runs late); None when it is known."""
    id = f"{now.id}.{now.sequence}.{what}{f'.{who}' if what == LATE else ''}"
    if (await tx.execute(sa.select(table.c.id).where(table.c.id == id))).first():
        return None
    sealed = services.seal.of(now.application.account).close(reason.strip()[:1_000])
    row: dict[str, Any] = {
        "id": id, "interview": now.id, "application": str(now.application), "what": what,
        "who": who, "start": now.start, "minutes": minutes, "at": services.clock.now(),
        "reason": sealed if reason.strip() else None,
    }  # fmt: skip
    await tx.execute(table.insert().values(**row))
    await audit.record(tx, services, who, f"interview.{what}", now.id, before=now.state, after=what)
    return id
