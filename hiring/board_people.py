"""What the recruiter's board reads from outside: who waits for interviews, what they are called, whose calendar is shut.

Read within limits, kept in memory for two minutes, written nowhere. What does not answer in time is named.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from connectors import model
from connectors.contract import Ats
from connectors.errors import ConnectorError
from connectors.model import Ref
from hiring import interviewer_times, people
from hiring.desk import Person
from hiring.people import Actor
from hiring.services import Services

T = TypeVar("T")
KEPT = 120.0  # seconds
PATIENCE = 5.0  # seconds for each ATS, and for the calendars
MOST_JOBS = 12  # whose candidacies are read in one ATS
STAGES = {"screen", "interview", "onsite"}
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
MINE = {"recruiter", "coordinator"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """An active candidacy of the actor's in a stage with interviews."""

    application: Ref
    candidate: Ref
    job: Ref | None
    job_title: str
    stage: str
    since: datetime | None


async def waiting(services: Services, actor: Actor) -> tuple[list[Waiting], list[str]]:
    """The candidacies, the longest in their stage first, and the accounts that did not answer."""
    systems = await services.accounts.all_ats()
    answers = await asyncio.gather(*(_patient(_of(services, actor, ats)) for ats in systems))
    missing = [a.account.name for a, found in zip(systems, answers, strict=True) if found is None]
    rows = [row for found in answers for row in found or ()]
    rows.sort(key=lambda row: (row.since is None, row.since or _LONG_AGO, str(row.application)))
    return rows, missing


async def names(services: Services, refs: Iterable[Ref]) -> dict[Ref, str]:
    """What the candidates are called; without those whose ATS does not answer."""
    wanted: dict[str, set[str]] = {}
    for ref in refs:
        wanted.setdefault(ref.account, set()).add(ref.id)
    asked = [_names(services, account, tuple(sorted(ids))) for account, ids in wanted.items()]
    answers = await asyncio.gather(*(_patient(each) for each in asked))
    return {person.ref: person.name for found in answers for person in found or ()}


async def shut(services: Services, people_: Sequence[Person], days: int) -> set[str]:
    """Those whom no connected calendar can tell of in the days to come; nobody where none is connected."""
    if not people_ or not await services.accounts.calendars():
        return set()
    ids = tuple(sorted(person.id for person in people_))

    async def ask() -> set[str]:
        first = services.clock.now()
        window = (first, first + timedelta(days=days))
        found = await interviewer_times.busy(services, people_, window)
        return {user for user in ids if user not in found or not found[user].known}

    found = await _patient(services.memory.recall(("board.shut", ids, days), KEPT, ask))
    return set(ids) if found is None else found


async def _names(services: Services, account: str, ids: tuple[str, ...]) -> list[model.Candidate]:
    ats = await services.accounts.ats(account)
    key = ("board.names", account, ids)
    return await services.memory.recall(key, KEPT, lambda: ats.candidates(ids))


async def _of(services: Services, actor: Actor, ats: Ats) -> list[Waiting]:
    user = await people.ats_user(services, actor.person, ats.account.id)
    if user is None or not user.active:
        return []
    mine = await services.memory.recall(
        ("memberships", ats.account.id, user.ref.id), people.KEEP,
        lambda: ats.memberships(user.ref.id),
    )  # fmt: skip
    jobs = sorted({job for job, part in mine if part.role in MINE}, key=str)[:MOST_JOBS]
    found = await asyncio.gather(*(_in_job(services, ats, job) for job in jobs))
    return [
        _row(application, stage)
        for rows in found
        for application, stage in rows
        if user.ref in (application.recruiter or user.ref, application.coordinator)
    ]


async def _in_job(
    services: Services, ats: Ats, job: Ref
) -> list[tuple[model.Application, model.Stage]]:
    async def ask() -> list[tuple[model.Application, model.Stage]]:
        about, stages = await asyncio.gather(ats.job(job.id), ats.stages(job.id))
        if about is None or about.status.kind != "open":
            return []
        kinds = {stage.ref: stage for stage in stages if stage.kind in STAGES}
        return [(a, kinds[a.stage]) for a in await ats.pipeline(job.id) if a.stage in kinds]

    return await services.memory.recall(("board.job", str(job)), KEPT, ask)


def _row(application: model.Application, stage: model.Stage) -> Waiting:
    return Waiting(
        application.ref, application.candidate, application.job, application.job_title or "",
        stage.name, application.stage_since,
    )  # fmt: skip


async def _patient(asked: Awaitable[T]) -> T | None:
    """The answer; None when it takes too long or cannot be given."""
    try:
        return await asyncio.wait_for(asked, PATIENCE)
    except (ConnectorError, TimeoutError):
        return None
