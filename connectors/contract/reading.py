"""What can be asked of an ATS account. Reads return fresh values; nothing is kept."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import ClassVar, Literal

from connectors import model
from connectors.abilities import instead
from connectors.contract.base import Connector
from connectors.errors import Gone, NotSupported

Walkable = Literal["candidate", "application", "job"]


class Reads(Connector):
    """Every read of one account. Each may raise the errors of `connectors/errors.py`.

    A read that the vendor cannot answer gives what its ability's fallback says: an empty list, None, or NotSupported.
    """

    abilities: ClassVar[frozenset[str]] = frozenset()  # names of `connectors/abilities.py`
    fallbacks: ClassVar[dict[str, str]] = {}  # for absent abilities: what happens instead
    hosts: ClassVar[
        tuple[str, ...]
    ] = ()  # where the vendor's own pages are, such as `app.acme.example`

    def cannot(self, ability: str) -> NotSupported:
        """The error for an absent ability, with what happens instead."""
        return NotSupported(instead(ability, self.fallbacks), account=self.account.id)

    def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """People whose e-mail equals `text`, or whose name holds every word of it (listed, filtered, forgotten)."""
        raise NotImplementedError

    async def candidate(self, id: str) -> model.Candidate:
        raise NotImplementedError

    async def candidates(self, ids: Sequence[str]) -> list[model.Candidate]:
        """Those of these people who are still there, in this order. Overridden where one call tells of many."""

        async def ask(id: str) -> model.Candidate | None:
            try:
                return await self.candidate(id)
            except Gone:
                return None

        return [found for found in await asyncio.gather(*map(ask, ids)) if found]

    async def applications(self, candidate_id: str) -> list[model.Application]:
        """All candidacies of a person, newest activity first."""
        raise NotImplementedError

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        """The candidacies of each of these people. Overridden where the vendor tells of many in one call."""

        async def ask(id: str) -> list[model.Application]:
            try:
                return await self.applications(id)
            except Gone:
                return []

        found = await asyncio.gather(*map(ask, candidate_ids))
        return dict(zip(candidate_ids, found, strict=True))

    async def application(self, id: str) -> model.Application:
        raise NotImplementedError

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        """An application and its person. Overridden where the vendor tells both at once."""
        application = await self.application(id)
        return application, await self.candidate(application.candidate.id)

    async def history(self, application_id: str) -> list[model.StageChange]:
        """The stages an application went through, oldest first. Raises NotSupported without ability `history`."""
        raise self.cannot("history")

    def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """Everything of a kind that changed since `position` (all of it when None), a page at a time.

        Each page comes with the position after it, from which a walk that was cut off goes on; the pages of one walk
        may tell of a thing twice. Without ability `changes` the position is not looked at: everything comes.
        """
        raise NotImplementedError

    async def removed(self, kind: Walkable, since: datetime) -> list[model.Ref]:
        """Those of a kind that were deleted there since then; empty where the vendor does not tell that."""
        return []

    async def jobs(self) -> list[model.Job]:
        raise NotImplementedError

    async def job(self, id: str) -> model.Job:
        raise NotImplementedError

    async def pipeline(self, job_id: str) -> list[model.Application]:
        """The open candidacies of a job. Overridden where the vendor lists by job."""
        found: list[model.Application] = []
        async for page, _ in self.walk("application", None):
            for thing in page:
                if isinstance(thing, model.Application) and thing.job and thing.job.id == job_id:
                    found.append(thing)
        return [one for one in found if one.status.kind == "active"]

    async def openings(self, job_id: str) -> list[model.Opening]:
        return []

    async def postings(self, job_id: str) -> list[model.Posting]:
        return []

    async def team(self, job_id: str) -> list[model.TeamMember]:
        """The job's hiring team; empty where the vendor tells none."""
        return []

    async def memberships(self, user_id: str) -> list[tuple[model.Ref, model.TeamMember]]:
        """The jobs whose hiring team this user belongs to, each with the part played."""
        found = []
        for job in await self.jobs():
            members = await self.team(job.ref.id)
            found += [(job.ref, member) for member in members if member.user.id == user_id]
        return found

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """The active stages in order: of one job, or of the account where stages belong to the account."""
        raise NotImplementedError

    async def plan(self, job_id: str, stage_id: str | None) -> list[model.PlannedInterview]:
        """The planned interviews of a stage (of all stages when None). Empty where the vendor has no plans."""
        return []

    async def users(self) -> list[model.User]:
        raise NotImplementedError

    async def user_by_email(self, email: str) -> model.User | None:
        wanted = email.strip().casefold()
        return next((u for u in await self.users() if (u.email or "").casefold() == wanted), None)

    async def interviews(self, application_id: str) -> list[model.Interview]:
        """Empty where the vendor tells none."""
        return []

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        """Empty where the vendor tells none."""
        return []

    async def scorecard_form(
        self, application_id: str, planned: model.Ref | None
    ) -> model.Form | None:
        """The form an interviewer should fill in; None where the vendor has none."""
        return None

    async def notes(self, candidate_id: str) -> list[model.Note]:
        """Empty where the vendor tells none."""
        return []

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        """The newest résumé, or None; None where the vendor gives no files."""
        return None

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        """A person's files, newest first; only the résumé where the vendor lists no more."""
        found = await self.resume(candidate_id)
        return [found] if found else []

    async def download(self, attachment: model.Attachment) -> bytes:
        """A file's bytes. Raises NotSupported where the vendor gives no files."""
        raise self.cannot("resumes")

    async def reasons(self) -> list[model.Reason]:
        raise NotImplementedError

    async def sources(self) -> list[model.Source]:
        return []

    async def departments(self) -> list[model.Unit]:
        return []

    async def offices(self) -> list[model.Unit]:
        return []

    async def tags(self) -> list[str]:
        """The tags in use; empty where the vendor does not list them."""
        return []

    async def custom_fields(self, kind: model.Kind) -> list[model.CustomField]:
        """The account's own fields of `candidate`, `application`, `job` or `offer`."""
        return []

    async def offers(self, application_id: str) -> list[model.Offer]:
        """Empty where the vendor tells none."""
        return []

    async def approvals(self, of: model.Ref) -> list[model.Approval]:
        """Who must agree to an offer or a job."""
        return []

    async def demographics(self, job_id: str) -> list[model.Count]:
        """Counts of answers, never who; an answer that fewer than five people gave is left out."""
        raise self.cannot("demographics")

    def ref_of(self, url: str) -> model.Ref | None:
        """The candidate or application that one of the vendor's own addresses (see `hosts`) shows, or None."""
        return None
