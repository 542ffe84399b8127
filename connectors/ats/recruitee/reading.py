"""What Recruitee tells: people with their placements, jobs, and what belongs to them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urljoin, urlsplit

from connectors import model, values
from connectors.addresses import swap
from connectors.ats.recruitee import mapping
from connectors.ats.recruitee.calls import HOST, Calls, Row
from connectors.contract import Walkable
from connectors.errors import Gone
from connectors.matching import is_email, matches, words
from connectors.model import Ref

LATEST = 1_000  # notes asked for
Names = Mapping[tuple[str, str], str]


class Reading(Calls):
    """All reads of one company. An empty list may mean that the token's user sees nothing, not that there is nothing."""

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """Recruitee's search is fuzzy, and a filter it does not know is passed over: whoever it gives is looked at."""
        if is_email(text):
            for found in await self.with_email(text):
                yield found
        elif words(text):
            async for page, _ in self.pages():
                for row in page:
                    if matches(text, str(row.get("name") or "")):
                        yield mapping.candidate(row, self.account.id)

    async def with_email(self, email: str) -> list[model.Candidate]:
        """Those whose address is exactly this one, whatever its case."""
        wanted = email.strip().casefold()
        told = (await self.http.get("search/new/quick", query=wanted, only="candidates", with_emails="true", limit=20)).json  # fmt: skip
        lists = told.get("candidates") if isinstance(told, dict) else None
        hits = lists.get("hits") if isinstance(lists, dict) else None
        near = [hit for hit in hits or () if isinstance(hit, dict) and hit.get("id")]
        ids = [str(hit["id"]) for hit in near if _may_be(wanted, hit)]
        return [
            person
            for person in await self.candidates(list(dict.fromkeys(ids)))
            if wanted in {one.value.casefold() for one in person.emails}
        ]

    async def candidate(self, id: str) -> model.Candidate:
        return mapping.candidate((await self.person(id))[0], self.account.id)

    async def person(self, id: str) -> tuple[Row, Names]:
        return await self.one(f"candidates/{self.number(id)}", "candidate")

    async def applications(self, candidate_id: str) -> list[model.Application]:
        row, names = await self.person(candidate_id)
        found = await self._placed(row, names)
        return sorted(found, key=lambda one: one.version, reverse=True)

    async def application(self, id: str) -> model.Application:
        return (await self.candidacy(id))[0]

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        """There is no call for a placement alone: the person is read."""
        row, names = await self.person(id.partition("-")[0])
        for one in await self._placed(row, names):
            if one.ref.id == id:
                return one, mapping.candidate(row, self.account.id)
        raise Gone("It is not there any more.", account=self.account.id)

    async def _placed(self, row: Row, names: Names) -> list[model.Application]:
        found = []
        for placement in row.get("placements") or ():
            if offer := mapping.offer_of(placement):
                title, stage = await self._named(offer, str(placement.get("stage_id")), names)
                found.append(mapping.application(row, placement, self.account.id, title, stage))
        return found

    async def _named(self, offer: str, stage: str, names: Names) -> tuple[str | None, str | None]:
        """A job's title and a stage's name: told beside the row, else looked up."""
        title, name = names.get(("Offer", offer)), names.get(("Stage", stage))
        if title is None or name is None:
            try:
                row = await self.offer(offer)
            except Gone:
                return title, name
            title = title or row.get("title")
            told = {one.ref.id: one.name for one in mapping.stages(row, self.account.id)}
            name = name or told.get(stage)
        return title, name

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """Recruitee does not tell what changed since a time, so everything comes."""
        if kind == "job":
            yield [*await self.jobs()], ""
            return
        async for page, names in self.pages():
            if kind == "candidate":
                yield [mapping.candidate(row, self.account.id) for row in page], ""
                continue
            things: list[model.Thing] = []
            for row in page:
                whole = row if "placements" in row else (await self.person(str(row["id"])))[0]
                things += await self._placed(whole, names)
            yield things, ""

    async def jobs(self) -> list[model.Job]:
        """Talent pools are offers too, and no jobs."""
        rows = [row async for row in self.job_rows()]
        return [mapping.job(row, self.account.id) for row in rows if row.get("kind") != "talent_pool"]  # fmt: skip

    async def job(self, id: str) -> model.Job:
        row, _ = await self.one(f"offers/{self.number(id)}", "offer")
        return mapping.job(row, self.account.id)

    async def pipeline(self, job_id: str) -> list[model.Application]:
        """Recruitee groups a job's placements by stage."""
        title = (await self.offer(job_id)).get("title")
        found = []
        for stage in await self.rows(f"offers/{job_id}/placements", "stages"):
            for placed in stage.get("placements") or ():
                row = {"id": placed.get("candidate_id"), "updated_at": placed.get("updated_at")}
                told = {"offer_id": job_id, "stage_id": stage.get("id"), **placed}
                found.append(mapping.application(row, told, self.account.id, title, stage.get("name")))  # fmt: skip
        return [one for one in found if one.status.kind == "active"]

    async def postings(self, job_id: str) -> list[model.Posting]:
        return [mapping.posting(await self.offer(job_id), self.account.id)]

    async def team(self, job_id: str) -> list[model.TeamMember]:
        return mapping.team(await self.offer(job_id), self.account.id)

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """Without the stage of the hired: `hire` leads there, not a move."""
        ids = [job_id] if job_id else [job.ref.id for job in await self.jobs()]
        rows = await asyncio.gather(*map(self.offer, ids))
        found = {one.ref.id: one for row in rows for one in mapping.stages(row, self.account.id)}
        return [one for one in found.values() if one.kind != "hired"]

    async def users(self) -> list[model.User]:
        rows = await self.remembered("admins", "admins")
        return [mapping.user(row, self.account.id) for row in rows]

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        """Those that the token's user may see: blind ones stay hidden. Filters are looked after, in case they are not heeded."""
        person, _, offer = application_id.partition("-")
        rows = await self.rows("interview/results", "interview_results", candidate_id=self.number(person), offer_id=offer)  # fmt: skip
        return [
            mapping.scorecard(row, self.account.id, application_id)
            for row in rows
            if (str(row.get("candidate_id")), str(row.get("offer_id"))) == (person, offer)
        ]

    async def notes(self, candidate_id: str) -> list[model.Note]:
        path = f"candidates/{self.number(candidate_id)}/notes"
        return [mapping.note(row, self.account.id) for row in await self.rows(path, "notes", limit=LATEST)]  # fmt: skip

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        return self._resume((await self.person(candidate_id))[0])

    def _resume(self, row: Row) -> model.Attachment | None:
        url = row.get("cv_original_url") or row.get("cv_url")
        if not url:
            return None
        name = urlsplit(str(url)).path.rpartition("/")[2] or "resume.pdf"
        ref = self.ref("attachment", f"{row['id']}-cv")
        return model.Attachment(ref=ref, name=name, kind="resume", raw={"url": url})

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        resume = await self.resume(candidate_id)
        rows = await self.rows(f"candidates/{candidate_id}/attachments", "attachments")
        found = [
            model.Attachment(
                ref=self.ref("attachment", row["id"]), name=str(row.get("filename") or "file"),
                created=values.moment(row.get("created_at")), raw=row,
            )
            for row in rows
        ]  # fmt: skip
        return [*([resume] if resume else []), *found]

    async def download(self, attachment: model.Attachment) -> bytes:
        """An address at Recruitee's own interface wants the token; one elsewhere carries its own permission."""
        url = attachment.raw.get("url") or attachment.raw.get("file_url")
        if not url:
            raise Gone("Recruitee tells no address of this file.", account=self.account.id)
        whole = urljoin(f"{HOST}/", str(url))
        if urlsplit(whole)[:2] == urlsplit(HOST)[:2]:
            return await self.http.raw(whole)
        return await self.http.raw(swap(whole, self.account.base_url), signed=True)

    async def reasons(self) -> list[model.Reason]:
        """Who ended it is guessed from the reason's name, until an admin says it."""
        found = []
        for row in await self.remembered("disqualify_reasons", "disqualify_reasons"):
            name = str(row.get("name") or "Reason")
            party = "they" if mapping.THEIRS.search(name) else "we"
            found.append(model.Reason(ref=self.ref("reason", row["id"]), name=name, party=party, raw=row))  # fmt: skip
        return found

    async def sources(self) -> list[model.Source]:
        rows = await self.rows("sources", "sources")
        return [model.Source(ref=self.ref("source", row["id"]), name=str(row.get("name") or "Source"), raw=row) for row in rows]  # fmt: skip

    async def departments(self) -> list[model.Unit]:
        return await self._units("departments", "department")

    async def offices(self) -> list[model.Unit]:
        return await self._units("locations", "office")

    async def _units(self, path: str, kind: model.Kind) -> list[model.Unit]:
        return [
            model.Unit(ref=self.ref(kind, row["id"]), name=str(row.get("name") or "Unnamed"), raw=row)
            for row in await self.rows(path, path)
        ]  # fmt: skip

    async def tags(self) -> list[str]:
        return [str(row["name"]) for row in await self.rows("tags", "tags") if row.get("name")]

    async def custom_fields(self, kind: model.Kind) -> list[model.CustomField]:
        """Those of people. How one is written is told in two ways, so that none is."""
        if kind != "candidate":
            return []
        return [
            model.CustomField(
                key=str(row.get("id") or row.get("name")), label=str(row.get("name") or "Field"),
                kind=mapping.FIELDS.get(str(row.get("kind")), "unknown"),
            )
            for row in await self.rows("custom_fields/fields/searchable", "fields")
        ]  # fmt: skip

    async def author(self, ref: Ref | None) -> str:
        """The name of a user of this company; Recruitee itself names the token's owner only."""
        return next((one.name for one in await self.users() if ref and one.ref.id == ref.id), "")


def _may_be(wanted: str, hit: Row) -> bool:
    """Whether somebody the search gives may have this address; not every hit tells its addresses."""
    told = [email.casefold() for email in mapping.texts(hit.get("emails"))]
    return wanted in told or not told
