"""A job's pipeline: its stages, how many candidates are in each, and who has been there too long. Read live."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from connectors import model
from connectors.contract import Ats
from connectors.errors import ConnectorError
from hiring import access, candidates
from hiring.candidates import LOOKERS
from hiring.errors import NotFound, Refused
from hiring.people import Actor
from hiring.services import Services

SEERS = LOOKERS | {"admin"}
PATIENT = {
    "applied": 7,
    "lead": 14,
    "screen": 7,
    "assessment": 10,
    "offer": 5,
}  # days, by a stage's kind
USUAL = 10  # days in any other stage after which a candidate counts as stuck
SHOWN = 8  # stuck people who are named


@dataclass(frozen=True, slots=True)
class Stuck:
    """Somebody who has been in a stage longer than is usual for it."""

    name: str
    application: model.Ref
    stage: str
    days: int


@dataclass(frozen=True, slots=True)
class Step:
    """One stage: how many are in it, and the median of their whole days there, None when nobody is or can be told."""

    stage: model.Stage
    count: int
    days: int | None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One job. `elsewhere` counts those whose stage is not among the job's active ones; `stuck` longest first."""

    job: model.Job
    account: str
    steps: tuple[Step, ...]
    stuck: tuple[Stuck, ...] = ()
    stuck_in_all: int = 0
    elsewhere: int = 0

    @property
    def people(self) -> int:
        return sum(step.count for step in self.steps) + self.elsewhere


async def jobs(services: Services, actor: Actor, text: str) -> list[tuple[str, model.Job]]:
    """The open jobs whose title holds what was typed, that the actor may see: (account name, job), by title.

    Jobs are kept in memory for a minute, since pickers ask on every letter.
    """
    found = []
    wanted = text.strip().casefold()
    for ats in await services.accounts.all_ats():
        for job in await _jobs(services, ats):
            fits = job.status.kind == "open" and wanted in job.title.casefold()
            if fits and await access.allowed(services, actor, SEERS, job.ref):
                found.append((ats.account.name, job))
    return sorted(found, key=lambda row: row[1].title.casefold())


async def _jobs(services: Services, ats: Ats) -> list[model.Job]:
    try:
        return await services.memory.recall(("jobs", ats.account.id), 60, ats.jobs)
    except ConnectorError:
        return []


async def find(services: Services, actor: Actor, text: str) -> list[tuple[str, model.Job]]:
    """The same, for a command: raises Refused with the jobs there are when none matches."""
    found = await jobs(services, actor, text)
    if not found:
        there = await jobs(services, actor, "")
        names = ", ".join(f"“{job.title}”" for _, job in there[:8]) or "none that you may see"
        raise Refused(f"No open job is called “{text.strip()}”. There is: {names}.")
    return found


async def read(services: Services, actor: Actor, job: model.Ref) -> Pipeline:
    """The pipeline now. Raises NotAllowed, NotFound, or Unreachable."""
    await access.require(services, actor, SEERS, job)
    ats = await services.accounts.ats(job.account)
    try:
        about, stages, people = await asyncio.gather(
            ats.job(job.id), ats.stages(job.id), ats.pipeline(job.id)
        )
        late = _late(stages, people, services.clock.now())
        names = await ats.candidates([a.candidate.id for a, _ in late[:SHOWN]])
    except ConnectorError as error:
        raise candidates.unreachable(ats, error) from error
    if about is None:
        raise NotFound("This job is no longer in the ATS.")
    by_id = {person.ref.id: person.name for person in names}
    stuck = [
        Stuck(by_id[a.candidate.id], a.ref, a.stage_name or "", days)
        for a, days in late[:SHOWN]
        if a.candidate.id in by_id
    ]
    steps = tuple(_step(stage, people, services.clock.now()) for stage in stages)
    elsewhere = len(people) - sum(step.count for step in steps)
    return Pipeline(about, ats.account.name, steps, tuple(stuck), len(late), elsewhere)


def _step(stage: model.Stage, people: list[model.Application], now: datetime) -> Step:
    here = [a for a in people if a.stage == stage.ref]
    days = sorted((now - a.stage_since).days for a in here if a.stage_since)
    return Step(stage, len(here), days[len(days) // 2] if days else None)


def _late(
    stages: list[model.Stage], people: list[model.Application], now: datetime
) -> list[tuple[model.Application, int]]:
    """Who is stuck, longest first, with whole days in the stage."""
    kinds = {stage.ref: stage.kind for stage in stages}
    waiting = [(a, (now - a.stage_since).days) for a in people if a.stage and a.stage_since]
    late = [
        (a, days)
        for a, days in waiting
        if a.stage and days > PATIENT.get(kinds.get(a.stage, ""), USUAL)
    ]
    return sorted(late, key=lambda row: row[1], reverse=True)
