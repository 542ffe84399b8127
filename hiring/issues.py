"""What went wrong and waits for a person: one sentence, the job behind it, and a way to try again."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connectors.errors import ConnectorError
from hiring import doubts, ids, jobs
from hiring.errors import AlreadyDone, NotFound, Refused
from hiring.interviews_table import interviews
from hiring.loops_table import loops
from hiring.offers_table import offers
from hiring.services import Services
from hiring.tables import audit, issues

log = logging.getLogger(__name__)
RETRY = "retry:"
NOBODY = ("operator", "")  # actors that are no Slack members
KEEPING = ("account.connected", "account.changed", "account.signed_in")
NAMES = {
    "vendor.resting": "A connected system does not answer",
    "vendor.changed": "A connected system answers differently than before",
    "vendor.ending": "A connected system announces an end",
    "webhooks.ensure": "A webhook could not be set up",
    "webhooks.silent": "Webhooks stay away",
}  # of problems behind which no job stands


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem; `sentence` says what to do. `can_retry` when a job stands behind it.

    `what` is what people call the job or the problem; `about` is the candidacy it concerns, empty when it concerns none.
    """

    id: str
    at: datetime
    kind: str
    sentence: str
    state: str
    can_retry: bool
    what: str = ""
    about: str = ""


def identity(kind: str, key: str) -> str:
    """The issue a job belongs to: the same for every attempt, and for a second try that a person asked for."""
    if key.startswith(RETRY):
        return key.split(":")[1]
    return f"iss_{hashlib.sha256(f'{kind}:{key}'.encode()).hexdigest()[:20]}"


async def open_issue(
    services: Services,
    *,
    kind: str,
    key: str,
    sentence: str,
    state: str = "open",
    args: Mapping[str, Any] | None = None,
    effect: str = "",
) -> str:
    """Write down that a job has trouble.

    `retrying` while it is tried by itself, `open` once it waits for a person, `in_doubt` when only a person can tell
    whether `effect` happened.
    """
    issue = identity(kind, key)
    row = {
        "id": issue,
        "at": services.clock.now(),
        "kind": kind,
        "subject": hashlib.sha256(key.encode()).hexdigest(),
        "sentence": sentence,
        "state": state,
        "job": kind,
        "args": services.seal.close_json(dict(args or {})),
        "effect": effect or None,
    }
    async with services.store.begin() as tx:
        await tx.execute(issues.delete().where(issues.c.id == issue))
        await tx.execute(issues.insert().values(**row))
    await _tell(services, issue, args or {})
    return issue


async def note(services: Services, *, kind: str, key: str, sentence: str, once: bool) -> None:
    """Write down a problem behind which no job stands. Told again it changes nothing while it is open.

    `once`: nor when somebody has dealt with it.
    """
    issue = identity(kind, key)
    about = {"kind": kind, "subject": hashlib.sha256(key.encode()).hexdigest(), "state": "open"}
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"issue:{issue}")
        known = (await tx.execute(sa.select(issues).where(issues.c.id == issue))).one_or_none()
        if known and (once or (known.state == "open" and known.sentence == sentence)):
            return
        await tx.execute(issues.delete().where(issues.c.id == issue))
        row = {"id": issue, "at": services.clock.now(), "sentence": sentence, **about}
        await tx.execute(issues.insert().values(**row))
    for team, user in await _keepers(services, key.partition(":")[0]):
        await _show(services, team, user, issue)


async def close(services: Services, issue: str) -> Issue:
    """Somebody has dealt with a problem behind which no job stands. Twice changes nothing. Raises NotFound."""
    found = await get(services, issue)
    if found.can_retry:
        raise Refused("This can be tried again, so it is not closed by hand.")
    async with services.store.begin() as tx:
        await tx.execute(issues.update().where(issues.c.id == issue).values(state="resolved"))
    return found


async def resolve(services: Services, *, kind: str, key: str) -> None:
    """The job went through after all: whoever was told is told that too. Twice changes nothing."""
    issue = identity(kind, key)
    async with services.store.begin() as tx:
        await tx.execute(
            issues.update()
            .where(issues.c.id == issue)
            .values(state="resolved", at=services.clock.now())
        )
    try:
        await services.desk.refresh("issue", issue)
    except ConnectorError:
        log.warning("a resolved issue could not be shown")


async def get(services: Services, issue: str) -> Issue:
    """Read one. Raises NotFound."""
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(issues).where(issues.c.id == issue))).one_or_none()
    if row is None:
        raise NotFound("This problem is no longer listed.")
    args = services.seal.open_json(row.args) if row.args else {}
    return replace(_issue(row), about=await _about(services, args))


def _issue(row: Any) -> Issue:
    what = (jobs.find(row.job).what if row.job else "") or NAMES.get(row.kind, "Something")
    return Issue(row.id, row.at, row.kind, row.sentence, row.state, row.job is not None, what)


async def listing(services: Services) -> list[Issue]:
    """Open problems, newest first."""
    waiting = issues.c.state.in_(("open", "in_doubt"))
    query = sa.select(issues).where(waiting).order_by(issues.c.at.desc()).limit(50)
    async with services.store.read() as conn:
        return [_issue(row) for row in await conn.execute(query)]


async def retry(services: Services, issue: str) -> Issue:
    """Queue the job again. Pressing twice queues it once."""
    return await _resume(services, issue, "open", "")


async def settle(services: Services, issue: str, said: str) -> Issue:
    """Answer what nobody else could tell, `again` or `done`; the job goes on accordingly. Twice counts once."""
    return await _resume(services, issue, "in_doubt", said)


async def _resume(services: Services, issue: str, state: str, said: str) -> Issue:
    async with services.store.begin() as tx:
        row = (
            await tx.execute(sa.select(issues).where(issues.c.id == issue).with_for_update())
        ).one_or_none()
        if row is None or row.job is None:
            raise NotFound("There is nothing to try again.")
        if row.state != state:
            raise AlreadyDone("It is being tried again already.")
        await tx.execute(issues.update().where(issues.c.id == issue).values(state="retrying"))
        if said and row.effect:
            await doubts.decide(tx, row.effect, said)
        args = services.seal.open_json(row.args)
        await services.jobs.enqueue(
            tx, jobs.registered(row.job), key=f"{RETRY}{issue}:{ids.new('try')}", **args
        )
    return await get(services, issue)


async def _tell(services: Services, issue: str, args: Mapping[str, Any]) -> None:
    """Show it to the person whose act it was; a Slack that is out of reach must not hide the row."""
    team, user = await _whose(services, args)
    if team and user:
        await _show(services, team, user, issue)


async def _keepers(services: Services, account: str) -> list[tuple[str, str]]:
    """Who connected the account or signed in for it last, where that was somebody in Slack and not the operator."""
    query = (
        sa.select(audit.c.actor)
        .where(
            audit.c.subject == account, audit.c.action.in_(KEEPING), audit.c.actor.not_in(NOBODY)
        )
        .order_by(audit.c.seq.desc())
        .limit(1)
    )
    async with services.store.read() as conn:
        user = (await conn.execute(query)).scalar()
    return [(team, user) for team in await services.desk.teams()] if user else []


async def _show(services: Services, team: str, user: str, issue: str) -> None:
    try:
        await services.desk.show(team, user, "issue", issue)
    except (ConnectorError, Refused):
        log.warning("an issue could not be shown to its owner")


async def _whose(services: Services, args: Mapping[str, Any]) -> tuple[str, str]:
    """The person named in the job, else who arranged the interview or loop, or drafted the offer, it is about."""
    if args.get("team"):
        return str(args["team"]), str(args.get("user") or "")
    row = await _thing(services, args)
    return (str(row.team), str(row.created_by)) if row else ("", "")


async def _about(services: Services, args: Mapping[str, Any]) -> str:
    """The candidacy a job names, itself or through its interview, loop or offer."""
    if args.get("ref"):
        return str(args["ref"])
    row = await _thing(services, args)
    return str(row.application) if row else ""


async def _thing(services: Services, args: Mapping[str, Any]) -> Any:
    """The row of the interview, loop or offer a job is about."""
    for table, name in ((interviews, "interview"), (loops, "loop"), (offers, "offer")):
        if args.get(name):
            columns = (table.c.team, table.c.created_by, table.c.application)
            async with services.store.read() as conn:
                return (
                    await conn.execute(sa.select(*columns).where(table.c.id == args[name]))
                ).one_or_none()
    return None
