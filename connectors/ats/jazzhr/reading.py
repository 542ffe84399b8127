"""What JazzHR tells. Lists are thin, and steps have to be learned from the people who stand in them."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence

from connectors import model
from connectors.addresses import swap
from connectors.ats.jazzhr import mapping
from connectors.ats.jazzhr.calls import AT_ONCE, Calls, Row, listed
from connectors.contract import Walkable
from connectors.errors import ConnectorError, Gone
from connectors.matching import is_email, matches, words
from connectors.model import Finding
from connectors.overrides import applied

SHORTEST = 3  # letters of an address that are looked for in names
PAGE = re.compile(rb"\s*<(!doctype html|html)", re.IGNORECASE)


class Reading(Calls):
    """All reads of one account."""

    async def check(self) -> list[Finding]:
        asked = (("Read jobs", "jobs"), ("Read applicants", "applicants"), ("Read users", "users"))
        return [await self._tried(what, list) for what, list in asked]

    async def _tried(self, what: str, list: str) -> Finding:
        try:
            await self.http.get(f"{list}/page/1")
        except Gone:
            return Finding(what=what, ok=True, detail="There are none yet.")
        except ConnectorError as error:
            return Finding(what=what, ok=False, detail=error.text)
        return Finding(what=what, ok=True)

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """By name everybody is listed, looked at and forgotten; an address is looked for by its words."""
        if is_email(text):
            for known in await self.by_address(text.strip(), _guesses(text)):
                yield known
        elif words(text):
            async for page, _ in self.walk("candidate", None):
                for person in page:
                    if isinstance(person, model.Candidate) and matches(text, person.name):
                        yield person

    async def by_address(self, email: str, names: Sequence[str]) -> list[model.Candidate]:
        """Those with this address among the people whose names hold one of these words; the first word that finds ends it."""
        for name in names:
            rows = await self.rows("applicants", "name", name)
            people = await self.candidates(list(dict.fromkeys(str(row.get("id")) for row in rows)))
            if found := [p for p in people if (p.email or "").casefold() == email.casefold()]:
                return found
        return []

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """Everything comes, and pages shift while they are read: nothing is told twice in one walk."""
        seen: set[str] = set()
        lists = {"candidate": "applicants", "application": "applicants2jobs", "job": "jobs"}
        async for rows in self.pages(lists[kind]):
            new = {str(row.get("id")): row for row in rows if str(row.get("id")) not in seen}
            seen |= new.keys()
            if kind == "application":
                yield list(await self._applications(list(new.values()))), ""
            elif kind == "job":
                yield [mapping.job(row, self.account.id) for row in new.values()], ""
            else:
                yield [mapping.candidate(row, self.account.id) for row in new.values()], ""

    async def person(self, id: str) -> Row:
        """A whole person, by whose jobs steps are learned on the way. Raises Gone."""
        row = await self.one("applicants", id)
        for job in listed(row.get("jobs")):
            self._learn(job.get("workflow_step_id"), job.get("applicant_progress"))
        return row

    def _learn(self, id: object, name: object) -> None:
        if id not in (None, "", "0") and name not in (None, ""):
            names: dict[str, str] = self.remembered("steps") or {}
            self.remember("steps", {**names, str(id): str(name)})

    async def candidate(self, id: str) -> model.Candidate:
        return mapping.candidate(await self.person(id), self.account.id)

    async def candidates(self, ids: Sequence[str]) -> list[model.Candidate]:
        busy = asyncio.Semaphore(AT_ONCE)

        async def ask(id: str) -> model.Candidate | None:
            try:
                async with busy:
                    return await self.candidate(id)
            except Gone:
                return None

        return [found for found in await asyncio.gather(*map(ask, ids)) if found]

    async def applications(self, candidate_id: str) -> list[model.Application]:
        found = (await self.applications_of([candidate_id]))[candidate_id]
        if not found:
            await self.person(candidate_id)  # Gone, or somebody who applied for nothing
        return found

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        """A call for each person, and what they share once."""
        busy = asyncio.Semaphore(AT_ONCE)

        async def ask(id: str) -> list[Row]:
            async with busy:
                return await self.rows("applicants2jobs", "applicant_id", id)

        rows = [row for mine in await asyncio.gather(*map(ask, candidate_ids)) for row in mine]
        found: dict[str, list[model.Application]] = {id: [] for id in candidate_ids}
        for one in await self._applications(rows):
            if one.candidate.id in found:  # were a filter not heeded, others would come too
                found[one.candidate.id].append(one)
        for mine in found.values():
            mine.sort(key=lambda one: str(one.applied_at or ""), reverse=True)
        return found

    async def application(self, id: str) -> model.Application:
        return (await self._applications([await self.one("applicants2jobs", id)]))[0]

    async def _applications(self, rows: Sequence[Row]) -> list[model.Application]:
        if not rows:
            return []
        titles = {job.ref.id: job.title for job in await self._jobs()}
        steps = await self._steps(rows)
        return [
            mapping.application(row, self.account.id, titles, steps.get(str(row.get("workflow_step_id"))))
            for row in rows
        ]  # fmt: skip

    async def _steps(self, rows: Sequence[Row]) -> dict[str, model.Stage]:
        """The steps of these applications by id; a step without a name yet is learned from somebody who stands in it."""
        hired = self.remembered("hired")
        if hired is None:
            first = listed((await self._hires()) or [])
            hired = {str(row.get("workflow_step_id")) for row in first}
            self.remember("hired", hired)
            for row in first:
                self._learn(row.get("workflow_step_id"), row.get("workflow_step_name"))
        found: dict[str, model.Stage] = {}
        for row in rows:
            id = str(row.get("workflow_step_id") or "")
            if id in ("", "0") or id in found:
                continue
            name = await self._name(id, str(row.get("applicant_id")))
            step = mapping.stage(id, name, self.account.id, hired=id in hired)
            found[id] = applied(step, self.account.overrides)
        return found

    async def _hires(self) -> object:
        """The newest page of hires is enough to know the hired steps by."""
        try:
            return (await self.http.get("hires/page/1")).json
        except Gone:
            return None

    async def _name(self, step: str, applicant: str) -> str:
        names = self.remembered("steps") or {}
        if step not in names:
            with contextlib.suppress(Gone):  # between two calls: the step has its number for a name
                await self.person(applicant)
            names = self.remembered("steps") or {}
        return str(names.get(step) or f"Step {step}")

    async def _jobs(self) -> list[model.Job]:
        """All jobs, believed for a minute."""
        found: list[model.Job] | None = self.remembered("jobs")
        if found is None:
            found = [mapping.job(row, self.account.id) for row in await self.rows("jobs")]
            self.remember("jobs", found)
        return found

    async def jobs(self) -> list[model.Job]:
        return [mapping.job(row, self.account.id) for row in await self.rows("jobs")]

    async def job(self, id: str) -> model.Job:
        return mapping.job(await self.one("jobs", id), self.account.id)

    async def pipeline(self, job_id: str) -> list[model.Application]:
        found = await self._applications(await self.rows("applicants2jobs", "job_id", job_id))
        mine = [one for one in found if one.job and one.job.id == job_id]
        return [one for one in mine if one.status.kind == "active"]

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """The steps somebody stands in, in the order that their names suggest; the last ones are not moved to."""
        return [s for s in await self._known(job_id) if s.kind not in ("hired", "archived")]

    async def _known(self, job_id: str | None) -> list[model.Stage]:
        path = ("applicants2jobs", "job_id", job_id) if job_id else ("applicants2jobs",)
        steps = (await self._steps(await self.rows(*path))).values()
        ordered = sorted(steps, key=lambda s: (mapping.PLACE.get(s.kind, 2), s.ref.id.zfill(12)))
        job = model.Ref(account=self.account.id, kind="job", id=job_id) if job_id else None
        return [s.model_copy(update={"order": n, "job": job}) for n, s in enumerate(ordered)]

    async def users(self) -> list[model.User]:
        """Without the pretended user in whose name the outside world acts."""
        rows = await self.rows("users")
        return [mapping.user(row, self.account.id) for row in rows if row.get("id") != "usr_anonymous"]  # fmt: skip

    async def reasons(self) -> list[model.Reason]:
        """JazzHR says why by the Not Hired step somebody ends at."""
        return [
            model.Reason(
                ref=model.Ref(account=self.account.id, kind="reason", id=step.ref.id),
                name=step.name,
                party="they" if mapping.THEY.search(step.name.casefold()) else "we",
            )
            for step in await self._known(None)
            if step.kind == "archived"
        ]

    async def notes(self, candidate_id: str) -> list[model.Note]:
        rows = listed((await self.person(candidate_id)).get("comments"))
        return [mapping.note(row, self.account.id) for row in rows]

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        return mapping.resume(await self.person(candidate_id), self.account.id)

    async def files(self, candidate_id: str) -> list[model.Attachment]:
        rows = await self.rows("files", "applicant_id", candidate_id)
        mine = [row for row in rows if str(row.get("applicant_id")) == candidate_id]
        return [mapping.file(row, self.account.id) for row in mine]

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        own = await self.resume(candidate_id)
        files = sorted(await self.files(candidate_id), key=lambda f: str(f.created or ""), reverse=True)  # fmt: skip
        return ([own] if own else []) + files

    async def download(self, attachment: model.Attachment) -> bytes:
        """The link carries its own permission. Raises NotSupported where JazzHR shows its login page instead."""
        link = swap(str(attachment.raw["file_url"]), self.account.base_url)
        content = await self.http.raw(link, signed=True)
        if PAGE.match(content):
            raise self.cannot("resumes")
        return content


def _guesses(email: str) -> list[str]:
    """Words of an address that may be in the name, the longest first; `nquill` may well be Quill."""
    parts = re.findall(r"[^\W\d_]+", email.partition("@")[0])
    tried = [w for part in sorted(parts, key=len, reverse=True) for w in (part, part[1:])]
    return list(dict.fromkeys(w.casefold() for w in tried if len(w) >= SHORTEST))
