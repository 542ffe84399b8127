"""What Knit tells when it is asked, live: nothing is kept, whatever its syncs push.

Lists are slim and cannot be filtered; an application is told whole to whoever names its id and its candidate's.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence

from connectors import model
from connectors.ats.knit import mapping
from connectors.ats.knit.calls import BEHIND, Row
from connectors.ats.knit.jobs import Jobs
from connectors.contract import Walkable
from connectors.errors import ConnectorError, Gone
from connectors.matching import is_email, matches, words
from connectors.model import Finding

AT_ONCE = 8  # applications asked for together while a list is walked
PASSED = frozenset(["notes", "reject", "unreject", "read_scorecards", "read_interviews"])


class Reading(Jobs):
    """What one integration tells of people and their applications, and whether it works at all."""

    async def check(self) -> list[Finding]:
        found = [
            await self._tried("Read jobs", "ats.job.list"),
            await self._tried("Read applications", "ats.application.list"),
        ]
        if org := self.account.config.get("origin_org_id"):
            found.append(await self.alive(org))
        return [*found, await self._passed()]

    async def _tried(self, what: str, call: str, **query: str) -> Finding:
        try:
            await self.read(call, **query)
        except ConnectorError as error:
            return Finding(what=what, ok=False, detail=error.text)
        return Finding(what=what, ok=True)

    async def alive(self, org: str) -> Finding:
        """Whether Knit still holds the connection to the ATS."""
        what = "Find the integration"
        try:
            apps = mapping.listed(await self.read("integration.details", originOrgId=org), "apps")
        except ConnectorError as error:
            return Finding(what=what, ok=False, detail=error.text)
        mine = next((app for app in apps if app.get("integrationId") == self.integration), None)
        if mine is None:
            return Finding(what=what, ok=False, detail=f"Knit knows no such integration of {org}.")
        if not mine.get("isActive"):
            return Finding(what=what, ok=False, detail="It was deactivated: connect it again in Knit.")  # fmt: skip
        return Finding(what=what, ok=True)

    async def _passed(self) -> Finding:
        """Notes, rejections, ratings and events go past Knit's own calls, in the words of one ATS."""
        what = "Reach the ATS behind Knit"
        if self.behind != BEHIND:
            why = "Through Knit, Callsheet speaks to Workable itself only (set app to workable where it is that)."
            return Finding(what=what, ok=False, detail=why, abilities=PASSED)
        try:
            await self.through("GET", "/members", params={"limit": "1"})
        except ConnectorError as error:
            return Finding(what=what, ok=False, detail=error.text, abilities=PASSED)
        return Finding(what=what, ok=True)

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """An address is searched for; a name is found by reading everybody."""
        if is_email(text):
            for row in await self.search(text.strip()):
                yield mapping.candidate(row, self.account.id)
            return
        if not words(text):
            return
        seen: set[str] = set()
        async for page, _ in self.walk("candidate", None):
            for person in page:
                found = isinstance(person, model.Candidate) and matches(text, person.name)
                if isinstance(person, model.Candidate) and found and person.ref.id not in seen:
                    seen.add(person.ref.id)
                    yield person

    async def search(self, email: str) -> list[Row]:
        data = await self.ask("ats.candidates.search", {"emails": [email]})
        return [dict(row) for row in mapping.listed(data, "candidates")]

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """Knit's lists know no time, so everything comes."""
        if kind == "job":
            async for rows, token in self.pages("ats.job.list", "jobs"):
                yield [mapping.job(row, self.account.id) for row in rows], token
            return
        titles = await self.titles()
        seen: set[str] = set()
        async for rows, token in self.pages("ats.application.list", "applications"):
            if kind == "application":
                yield [mapping.application(row, self.account.id, titles) for row in rows], token
                continue
            new = {
                mapping.person_of(row): row for row in rows if mapping.person_of(row) not in seen
            }
            seen |= new.keys()
            yield await self._people(list(new.values())), token

    async def _people(self, rows: Sequence[Row]) -> list[model.Thing]:
        """The people of some listed applications, read one by one where the list does not name them."""
        busy = asyncio.Semaphore(AT_ONCE)

        async def person(row: Row) -> model.Thing | None:
            try:
                async with busy:
                    whole = (
                        row if mapping.named(row) else await self.told(mapping.application_id(row))
                    )
            except Gone:
                return None
            return self._candidate(whole)

        return [found for found in await asyncio.gather(*map(person, rows)) if found]

    def _candidate(self, row: Row) -> model.Candidate:
        person = mapping.part(mapping.part(row, "info"), "candidate")
        return mapping.candidate(person, self.account.id, row)

    async def told(self, id: str) -> Row:
        """One application, whole. Raises Gone."""
        own, person = mapping.parts(id)
        data = await self.read("ats.application.get", applicationId=own, candidateId=person)
        found = data.get("application")
        if not isinstance(found, dict) or not mapping.part(found, "info").get("id"):
            raise Gone("It is not there any more.", account=self.account.id)
        return found

    async def _of(self, candidates: Sequence[str]) -> dict[str, list[Row]]:
        """The applications of these people, whole. One that is behind Workable is its own candidate; others are
        looked for in the list, since Knit cannot be asked for the applications of a person."""
        wanted: dict[str, list[str]] = {id: [] for id in candidates}
        if self.behind == BEHIND:
            wanted = {id: [id] for id in candidates}
        else:
            async for rows, _ in self.pages("ats.application.list", "applications"):
                for row in rows:
                    if mapping.person_of(row) in wanted:
                        wanted[mapping.person_of(row)].append(mapping.application_id(row))
        busy = asyncio.Semaphore(AT_ONCE)

        async def told(id: str) -> Row | None:
            try:
                async with busy:
                    return await self.told(id)
            except Gone:
                return None

        pairs = [(person, id) for person, ids in wanted.items() for id in ids]
        rows_of = await asyncio.gather(*(told(id) for _, id in pairs))
        found: dict[str, list[Row]] = {id: [] for id in candidates}
        for (person, _), whole in zip(pairs, rows_of, strict=True):
            found[person] += [whole] if whole else []
        for mine in found.values():
            mine.sort(key=lambda row: str(mapping.part(row, "info").get("updatedAt") or ""), reverse=True)  # fmt: skip
        return found

    async def whole_of(self, candidate_id: str) -> list[Row]:
        """A person's applications, newest activity first. Raises Gone when there is none."""
        found = (await self._of([candidate_id]))[candidate_id]
        if not found:
            raise Gone("It is not there any more.", account=self.account.id)
        return found

    async def candidate(self, id: str) -> model.Candidate:
        return self._candidate((await self.whole_of(id))[0])

    async def candidates(self, ids: Sequence[str]) -> list[model.Candidate]:
        return [self._candidate(rows[0]) for rows in (await self._of(ids)).values() if rows]

    async def applications(self, candidate_id: str) -> list[model.Application]:
        titles = await self.titles()
        rows = await self.whole_of(candidate_id)
        return [mapping.application(row, self.account.id, titles) for row in rows]

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        if not candidate_ids:
            return {}
        titles = await self.titles()
        return {
            id: [mapping.application(row, self.account.id, titles) for row in rows]
            for id, rows in (await self._of(candidate_ids)).items()
        }

    async def application(self, id: str) -> model.Application:
        return (await self.candidacy(id))[0]

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        """One call tells both."""
        row = await self.told(id)
        found = mapping.application(row, self.account.id, await self.titles())
        return found, self._candidate(row)
