"""Find people in every connected ATS at once, and gather what a card shows. Read live, kept nowhere."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from connectors import model
from connectors.contract import Ats
from connectors.errors import ConnectorError, Gone
from hiring import access, desk, people, searching
from hiring.errors import NotFound, Refused, Unreachable
from hiring.people import Actor
from hiring.services import Services

PATIENCE = 8.0  # seconds an account may take before the others are shown without it
MOST = 20  # people a search gathers before it asks for a longer name
LOOKERS = {"recruiter", "hiring_manager"}
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Profile:
    """One person: the candidacy shown, the others they have, and who owns it. Lives as long as one answer."""

    candidate: model.Candidate
    application: model.Application | None
    account_label: str
    others: tuple[tuple[str, model.Application], ...] = ()  # (account label, application)
    owner: str | None = None
    days_in_stage: int | None = None

    @property
    def ref(self) -> model.Ref:
        """The application when there is one, else the candidate: what buttons carry."""
        return self.application.ref if self.application else self.candidate.ref

    @property
    def job_title(self) -> str | None:
        return self.application.job_title if self.application else None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: people (best first), accounts that did not answer, whether some are hidden from the asker."""

    people: tuple[Profile, ...] = ()
    missing: tuple[str, ...] = ()
    hidden: int = 0
    more: bool = False


async def find(
    services: Services, actor: Actor, text: str, account: str = "", job: str = ""
) -> Found:
    """Search every account at once by name or e-mail. Namesakes with one e-mail address become one person.

    `account` and `job` narrow by name. Raises Refused for an empty search, or when nothing is connected.
    """
    wanted = text.strip()
    if len(wanted) < 2:
        raise Refused("Type at least two letters of a name, or an e-mail address.")
    systems = await _systems(services, account)
    answers = await asyncio.gather(*(_ask(services, ats, wanted) for ats in systems))
    missing = tuple(
        ats.account.name for ats, hits in zip(systems, answers, strict=True) if hits is None
    )
    rows = [row for hits in answers if hits is not None for row in hits]
    seen = [row for row in rows if await _may_see(services, actor, row[2])]
    profiles = _merge(seen, job)
    shown = await asyncio.gather(*(_complete(services, p) for p in profiles[:MOST]))
    return Found(tuple(shown), missing, len(rows) - len(seen), len(profiles) > MOST)


async def _systems(services: Services, named: str) -> list[Ats]:
    """The connected ATSs, narrowed by a part of their name. Raises Refused when there is none."""
    connected = await services.accounts.all_ats()
    if not connected:
        raise Refused(
            "No ATS is connected yet. An admin can connect one with `callsheet accounts add`."
        )
    wanted = [ats for ats in connected if named.casefold() in ats.account.name.casefold()]
    if not wanted:
        names = ", ".join(ats.account.name for ats in connected)
        raise Refused(f"No connected ATS is called “{named}”. There is: {names}.")
    return wanted


async def profile(services: Services, actor: Actor, ref: model.Ref) -> Profile:
    """The person behind an application or candidate ref, read now, for somebody who may see them.

    Raises NotFound, NotAllowed, or Unreachable when the ATS does not answer.
    """
    found = await read(services, ref)
    job = found.application.job if found.application else None
    await access.require(services, actor, LOOKERS | {"admin"}, job)
    return found


async def for_card(services: Services, ref: model.Ref) -> Profile | None:
    """The same for a card that can do without: None where the ATS has nobody or is silent, and then the card says so."""
    try:
        return await read(services, ref)
    except (Refused, ConnectorError) as error:
        if not isinstance(error, NotFound):
            desk.left_out("the candidate's name")
        return None


async def read(services: Services, ref: model.Ref) -> Profile:
    """The same without asking who wants to know: for jobs, cards of a person's own interviews, and candidate pages."""
    ats = await services.accounts.ats(ref.account)
    try:
        if ref.kind == "application":
            application, person = await ats.candidacy(ref.id)
        else:
            application, person = None, await ats.candidate(ref.id)
    except Gone:
        raise NotFound(
            "This person is no longer in the ATS, or was merged. Search again by name."
        ) from None
    except ConnectorError as error:
        raise unreachable(ats, error) from error
    return await _complete(services, Profile(person, application, ats.account.name))


def unreachable(ats: Ats, error: ConnectorError) -> Unreachable:
    """Say that an account did not answer. The technical reason stays in the log."""
    return Unreachable(
        f"{ats.account.name} did not answer just now ({type(error).__name__}). Nothing was changed; try again in a minute."
    )


async def _ask(
    services: Services, ats: Ats, text: str
) -> list[tuple[Ats, model.Candidate, list[model.Application]]] | None:
    """One account's hits with their candidacies; None when it failed or was too slow."""

    async def gather() -> list[tuple[Ats, model.Candidate, list[model.Application]]]:
        hits = await searching.find(services, ats, text, MOST + 1)
        found = await ats.applications_of([person.ref.id for person in hits])
        return [(ats, person, found[person.ref.id]) for person in hits]

    try:
        return await asyncio.wait_for(gather(), PATIENCE)
    except (ConnectorError, TimeoutError):
        return None


async def _may_see(
    services: Services, actor: Actor, applications: Iterable[model.Application]
) -> bool:
    jobs = {a.job for a in applications} or {None}
    for job in jobs:
        if await access.allowed(services, actor, LOOKERS | {"admin"}, job):
            return True
    return False


def _merge(
    rows: list[tuple[Ats, model.Candidate, list[model.Application]]], job: str
) -> list[Profile]:
    """One profile a person: rows that share an e-mail address are the same person in several accounts."""
    groups: dict[str, list[tuple[Ats, model.Candidate, list[model.Application]]]] = {}
    for row in rows:
        email = (row[1].email or "").casefold()
        groups.setdefault(email or str(row[1].ref), []).append(row)
    profiles = []
    for group in groups.values():
        candidacies = [(ats, person, a) for ats, person, found in group for a in found]
        if job:
            candidacies = [
                c for c in candidacies if job.casefold() in (c[2].job_title or "").casefold()
            ]
            if not candidacies:
                continue
        if not candidacies:
            ats, person, _ = group[0]
            profiles.append(Profile(person, None, ats.account.name))
            continue
        candidacies.sort(key=lambda c: _rank(c[2]), reverse=True)
        ats, person, first = candidacies[0]
        others = tuple((other.account.name, a) for other, _, a in candidacies[1:])
        profiles.append(Profile(person, first, ats.account.name, others))
    profiles.sort(
        key=lambda p: _rank(p.application) if p.application else (0, _LONG_AGO), reverse=True
    )
    return profiles


def _rank(application: model.Application) -> tuple[int, datetime]:
    """Active candidacies first, then the newest activity."""
    active = {"active": 3, "prospect": 2, "hired": 1}.get(application.status.kind, 0)
    return active, application.last_activity or application.applied_at or _LONG_AGO


async def _complete(services: Services, found: Profile) -> Profile:
    application = found.application
    if application is None:
        return found
    owner = await people.user(services, application.recruiter)
    since = application.stage_since
    days = (services.clock.now() - since).days if since else None
    return replace(found, owner=owner.name if owner else None, days_in_stage=days)
