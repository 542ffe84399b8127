"""What went wrong and waits for a person: one sentence, the job behind it, and a way to try again."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hiring import ids, jobs
from hiring.errors import AlreadyDone, NotFound
from hiring.services import Services
from hiring.tables import issues


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem; `sentence` says what to do. `can_retry` when a job stands behind it."""

    id: str
    at: datetime
    kind: str
    sentence: str
    state: str
    can_retry: bool


async def open_issue(
    services: Services,
    *,
    kind: str,
    subject: str,
    sentence: str,
    job: str | None = None,
    args: Mapping[str, Any] | None = None,
) -> str:
    """Write a problem down once per subject; the same subject again is the same issue. Gives its id."""
    issue = f"iss_{hashlib.sha256(f'{kind}:{subject}'.encode()).hexdigest()[:20]}"
    async with services.store.begin() as tx:
        await tx.execute(issues.delete().where(issues.c.id == issue))
        await tx.execute(
            issues.insert().values(
                id=issue,
                at=services.clock.now(),
                kind=kind,
                subject=hashlib.sha256(subject.encode()).hexdigest(),
                sentence=sentence,
                state="open",
                job=job,
                args=services.seal.close_json(dict(args or {})),
            )  # fmt: skip
        )
    await _tell(services, issue, args or {})
    return issue


async def get(services: Services, issue: str) -> Issue:
    """Read one. Raises NotFound."""
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(issues).where(issues.c.id == issue))).one_or_none()
    if row is None:
        raise NotFound("This problem is no longer listed.")
    return Issue(row.id, row.at, row.kind, row.sentence, row.state, row.job is not None)


async def listing(services: Services) -> list[Issue]:
    """Open problems, newest first."""
    query = sa.select(issues).where(issues.c.state == "open").order_by(issues.c.at.desc()).limit(50)
    async with services.store.read() as conn:
        return [
            Issue(r.id, r.at, r.kind, r.sentence, r.state, r.job is not None)
            for r in await conn.execute(query)
        ]


async def retry(services: Services, issue: str) -> Issue:
    """Queue the job again. Pressing twice queues it once."""
    async with services.store.begin() as tx:
        row = (
            await tx.execute(sa.select(issues).where(issues.c.id == issue).with_for_update())
        ).one_or_none()
        if row is None or row.job is None:
            raise NotFound("There is nothing to try again.")
        if row.state != "open":
            raise AlreadyDone("It is being tried again already.")
        await tx.execute(issues.update().where(issues.c.id == issue).values(state="retrying"))
        args = services.seal.open_json(row.args)
        await services.jobs.enqueue(
            tx, jobs.registered(row.job), key=f"retry:{ids.new('try')}", **args
        )
    return await get(services, issue)


async def _tell(services: Services, issue: str, args: Mapping[str, Any]) -> None:
    """Show it to the person whose act it was, when the job carries who that is."""
    team, user = args.get("team"), args.get("user")
    if isinstance(team, str) and isinstance(user, str):
        await services.desk.show(team, user, "issue", issue)
