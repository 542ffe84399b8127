"""What Breezy HR tells: people position by position, stages by pipeline, users out of the positions' teams."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from connectors import model
from connectors.addresses import swap
from connectors.ats.breezy import mapping
from connectors.ats.breezy.calls import HOST, SELDOM, Calls, Row, whole
from connectors.contract import Walkable
from connectors.errors import Gone
from connectors.matching import is_email, matches, words


class Reading(Calls):
    """All reads of one company. A limited user's token tells a part of it only."""

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """An address is asked for; a name is found by listing everybody, since Breezy's own search lags behind."""
        if is_email(text):
            for found in await self.with_email(text):
                yield found
        elif words(text):
            async for position, page in self.everybody():
                for row in page:
                    if matches(text, str(row.get("name") or "")):
                        yield mapping.candidate(row, self.account.id, str(position["_id"]))

    async def with_email(self, email: str) -> list[model.Candidate]:
        """On every position. A hit may hold little more than its id and its position, so each is read."""
        wanted, found = email.strip().casefold(), []
        for hit in await self.rows("candidates/search", email_address=wanted):
            position = mapping.id_of(hit.get("position")) or str(hit.get("position_id") or "")
            if not position or not hit.get("_id"):
                continue
            try:
                person = await self.candidate(mapping.pair(position, hit["_id"]))
            except Gone:
                continue
            if (person.email or "").casefold() == wanted:
                found.append(person)
        return found

    async def everybody(self) -> AsyncIterator[tuple[Row, list[Row]]]:
        """The people of every position, a page at a time."""
        for position in await self.positions():
            async for page in self.people(str(position["_id"])):
                yield position, page

    async def person(self, id: str) -> Row:
        """A candidate whole. Raises Gone."""
        position, dash, candidate = id.partition("-")
        if not (dash and position.isalnum() and candidate.isalnum()):
            raise Gone("It is not there any more.", account=self.account.id)
        return await self.one(mapping.path(id))

    async def candidate(self, id: str) -> model.Candidate:
        return mapping.candidate(await self.person(id), self.account.id, id.partition("-")[0])

    async def applications(self, candidate_id: str) -> list[model.Application]:
        return [await self.application(candidate_id)]

    async def application(self, id: str) -> model.Application:
        return (await self.candidacy(id))[0]

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        row = await self.person(id)
        position = await self.position(id.partition("-")[0])
        account = self.account.id
        return mapping.application(row, account, position), mapping.candidate(row, account, str(position["_id"]))  # fmt: skip

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """Breezy has no filter by time, so everything comes."""
        if kind == "job":
            yield [*await self.jobs()], ""
            return
        async for place, page in self.everybody():
            if kind == "candidate":
                id = str(place["_id"])
                yield [mapping.candidate(row, self.account.id, id) for row in page], ""
            else:
                yield [mapping.application(row, self.account.id, place) for row in page], ""

    async def pipeline(self, job_id: str) -> list[model.Application]:
        position = await self.position(job_id)
        rows = [row async for page in self.people(job_id) for row in page]
        found = [mapping.application(row, self.account.id, position) for row in rows]
        return [one for one in found if one.status.kind == "active"]

    async def jobs(self) -> list[model.Job]:
        """Pools are positions too, and no jobs."""
        rows = await self.positions()
        return [mapping.job(row, self.account.id) for row in rows if row.get("org_type") != "pool"]

    async def job(self, id: str) -> model.Job:
        if not id.isalnum():
            raise Gone("It is not there any more.", account=self.account.id)
        return mapping.job(await self.one(f"position/{id}"), self.account.id)

    async def postings(self, job_id: str) -> list[model.Posting]:
        return [mapping.posting(await self.position(job_id), self.account.id)]

    async def stages_of(self, job_id: str) -> list[model.Stage]:
        """Every stage of a position's pipeline, those of the hired and the disqualified too."""
        rows = await self.pipeline_of(await self.position(job_id))
        return [mapping.stage(row, self.account.id, job_id, order) for order, row in enumerate(rows) if row.get("id")]  # fmt: skip

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """Without those that end a candidacy: they reject or hire."""
        ids = [job_id] if job_id else [job.ref.id for job in await self.jobs()]
        found = {one.ref.id: one for id in ids for one in await self.stages_of(id)}
        return [one for one in found.values() if one.kind not in ("hired", "archived")]

    async def reasons(self) -> list[model.Reason]:
        """Breezy lists no reasons and takes none: the stages of the disqualified stand for them."""
        found: dict[str, model.Reason] = {}
        for job in await self.jobs():
            for stage in await self.stages_of(job.ref.id):
                if stage.kind == "archived":
                    party = "they" if mapping.THEIRS.search(stage.name) else "we"
                    ref = self.ref("reason", stage.ref.id)
                    found[ref.id] = model.Reason(ref=ref, name=stage.name, party=party, raw=stage.raw)  # fmt: skip
        return list(found.values())

    async def team(self, job_id: str) -> list[model.TeamMember]:
        return [
            model.TeamMember(user=self.ref("user", mapping.id_of(mapping.member(row))), role=mapping.role(row))
            for row in await self._team(job_id)
            if mapping.id_of(mapping.member(row))
        ]  # fmt: skip

    async def _team(self, job_id: str) -> list[Row]:
        async def ask() -> list[Row]:
            return await self.rows(f"position/{job_id}/team")

        return await self.kept(f"team {job_id}", ask, SELDOM)

    async def users(self) -> list[model.User]:
        """Breezy has no list of users: the token's own, and whoever is in the team of an open position.

        Whoever is an admin of all of these positions is taken for an admin of the company.
        """

        async def owner() -> list[Row]:
            return whole([(await self.http.get(f"{HOST}/user")).json])

        own = await self.kept("user", owner, SELDOM)
        told: dict[str, Mapping[str, Any]] = {mapping.id_of(row): row for row in own}
        admins: frozenset[str] | None = None
        for position in await self.positions():
            if position.get("state") != "published" or position.get("org_type") == "pool":
                continue
            mine = frozenset(map(mapping.id_of, position.get("all_admins") or ()))
            admins = mine if admins is None else admins & mine
            for row in await self._team(str(position["_id"])):
                told.setdefault(mapping.id_of(mapping.member(row)), mapping.member(row))
        return [mapping.user(row, self.account.id, admins or frozenset()) for id, row in told.items() if id]  # fmt: skip

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        return mapping.scorecards(await self.person(application_id), self.account.id, application_id)  # fmt: skip

    async def notes(self, candidate_id: str) -> list[model.Note]:
        rows = await self.stream(mapping.path(candidate_id))
        return [found for row in rows if (found := mapping.note(row, self.account.id))]

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        told = (await self.person(candidate_id)).get("resume")
        if not isinstance(told, dict) or not (told.get("url") or told.get("file_name")):
            return None
        ref = self.ref("attachment", f"{candidate_id}-resume")
        address = {"path": f"{mapping.path(candidate_id)}/resume"}
        return model.Attachment(ref=ref, name=str(told.get("file_name") or "resume"), kind="resume", raw=address)  # fmt: skip

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        """The documents' own fields are not written down: a name and an address are looked for."""
        resume = await self.resume(candidate_id)
        rows = await self.rows(f"{mapping.path(candidate_id)}/documents")
        return [*([resume] if resume else []), *map(self.document, rows)]

    def document(self, row: Row) -> model.Attachment:
        name = str(row.get("file_name") or row.get("name") or "document")
        ref = self.ref("attachment", mapping.id_of(row) or name)
        return model.Attachment(ref=ref, name=name, raw={"path": row.get("url") or ""})

    async def download(self, attachment: model.Attachment) -> bytes:
        """Breezy's own addresses want the token; one elsewhere must not get it."""
        path = str(attachment.raw.get("path") or "")
        if not path:
            raise Gone("Breezy tells no address of this document.", account=self.account.id)
        if "://" in path and urlsplit(path)[:2] != urlsplit(HOST)[:2]:
            return await self.http.raw(swap(path, self.account.base_url), signed=True)
        return await self.http.raw(path)

    async def departments(self) -> list[model.Unit]:
        return [
            model.Unit(ref=self.ref("department", mapping.id_of(row)), name=str(row.get("name") or "Unnamed"), raw=row)
            for row in await self.rows("departments")
        ]  # fmt: skip

    async def custom_fields(self, kind: model.Kind) -> list[model.CustomField]:
        """Attributes of people: a name and a text. A secure one is shown to few in Breezy."""
        if kind != "candidate":
            return []
        return [
            model.CustomField(key=str(row["name"]), label=str(row["name"]), kind="text", writable=True, private=bool(row.get("secure")))
            for row in await self.rows("custom-attributes/candidate")
            if row.get("name")
        ]  # fmt: skip
