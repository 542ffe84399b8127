"""Adding and editing people and their applications. Greenhouse has no idempotency keys: each write looks first."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from connectors import model
from connectors.ats.greenhouse import changes, custom, mapping_people
from connectors.ats.greenhouse.checking import Checking
from connectors.ats.greenhouse.rows import Row, listed, number, single
from connectors.errors import (
    AlreadyApplied,
    Conflict,
    Gone,
    InDoubt,
    JobClosed,
    MissingPermission,
    Rejected,
)
from connectors.model import Ref

ERASED = (
    "full_name", "current_company", "current_title", "tags", "phone_numbers", "emails", "social_media_links", "websites",
    "addresses", "location", "custom_candidate_fields", "attachments", "application_questions", "notes", "activity_items",
)  # fmt: skip
OPEN = ("in_process", "active")


class PeopleWriting(Checking):
    """The writes of one account that are about people."""

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        """Greenhouse holds a person without a job, so person and application are two writes, each looked for first."""
        source = await self._source(draft.source) if draft.source and draft.job else None
        if draft.job:
            await self._open_job(draft.job.id)
        person = await self._same(draft) or await self._add(draft)
        if draft.job:
            try:
                made = await self.create_application(person.ref.id, draft.job.id, key=key)
            except AlreadyApplied:
                return person
            if source:
                await self.http.patch(f"applications/{made.ref.id}", {"source_id": source})
        return person

    async def _add(self, draft: model.CandidateDraft) -> model.Candidate:
        body = changes.added(draft) | ({"tags": list(draft.tags)} if draft.tags else {})
        if draft.custom:
            fields = await self.definitions("candidate")
            body["custom_fields"] = custom.written(self.account.id, fields, {}, draft.custom)
        try:
            made = single((await self.http.post("candidates", body)).json)
        except InDoubt:
            if known := await self._same(draft):
                return known
            raise
        if made.get("id") is None:  # taken, to be worked off later
            if known := await self._same(draft):
                return known
            raise InDoubt(
                "Greenhouse took the new person and does not show them yet.",
                account=self.account.id,
            )
        try:
            return await self.candidate(str(made["id"]))
        except Gone:
            return mapping_people.candidate({**body, **made}, self.account.id)

    async def _same(self, draft: model.CandidateDraft) -> model.Candidate | None:
        """Who has one of the addresses; without any, the same name, phones and links among the newest people."""
        for address in draft.emails:
            wanted = address.value.strip()
            for row in await self.rows("candidates", email=wanted):
                found = mapping_people.candidate(row, self.account.id)
                if wanted.casefold() in (e.value.casefold() for e in found.emails):
                    return found
        if draft.emails:
            return None
        newest = listed((await self.http.get("candidates", per_page=500)).json)
        people = (mapping_people.candidate(row, self.account.id) for row in newest)
        return next((person for person in people if changes.is_same(person, draft)), None)

    async def update_candidate(
        self, id: str, change: model.CandidateChange, *, version: str | None = None
    ) -> model.Candidate:
        row = await self.one("candidates", id)
        now = mapping_people.candidate(row, self.account.id)
        if changes.shows(now, change):
            return now
        if version is not None and version != now.version:
            raise Conflict("Somebody changed this person meanwhile.", account=self.account.id)
        body = changes.changed(row, change)
        if change.custom:
            body["custom_fields"] = await self._custom("candidate", row, change)

        async def done() -> bool:
            return changes.shows(await self.candidate(id), change)

        await self._settle(self.http.patch(f"candidates/{id}", body), done)
        return await self.candidate(id)

    async def _custom(self, kind: model.Kind, row: Row, change: Any) -> list[Row]:
        fields = await self.definitions(kind)
        return custom.written(self.account.id, fields, row.get("custom_fields"), change.custom)

    async def _settle(self, write: Awaitable[object], done: Callable[[], Awaitable[bool]]) -> None:
        """Send a change; where its answer was lost, it counts as made once it shows."""
        try:
            await write
        except InDoubt:
            if not await done():
                raise

    async def create_application(
        self,
        candidate_id: str,
        job_id: str,
        *,
        key: str,
        stage_id: str | None = None,
        author: Ref | None = None,
    ) -> model.Application:
        """Made in the first stage and moved from there, since no name of a first stage is known for sure."""
        title = await self._open_job(job_id)
        before = await self._on(candidate_id, job_id)
        for row in before:
            if row.get("status") in OPEN:
                raise AlreadyApplied(
                    f"There is an open application for {title} already.",
                    application=str(row["id"]), account=self.account.id,
                )  # fmt: skip
        body = {"candidate_id": number(candidate_id), "job_id": number(job_id)}
        lost = InDoubt(
            "Greenhouse took the application and does not show it yet.", account=self.account.id
        )
        made: Row = {}
        try:
            made = single((await self.http.post("applications", body)).json)
        except InDoubt as error:
            lost = error
        if made.get("id") is None:
            old = {row["id"] for row in before}
            new = [r for r in await self._on(candidate_id, job_id) if r["id"] not in old]
            if not new:
                raise lost
            made = new[0]
        if stage_id:
            await self.move_stage(str(made["id"]), stage_id, author=author)
        return await self.application(str(made["id"]))

    async def _on(self, candidate: str, job: str) -> list[Row]:
        """A person's applications for one job, the newest first."""
        rows = await self.by_ids("applications", [candidate], key="candidate_ids")
        return [row for row in rows if str(row.get("job_id")) == job]

    async def _open_job(self, id: str) -> str:
        """The title of a job that is not closed. Raises JobClosed, Gone."""
        row = await self.one("jobs", id)
        title = str(row.get("name") or "This job")
        if row.get("status") == "closed":
            raise JobClosed(
                f"{title} is closed, so nobody can be added to it.", account=self.account.id
            )
        return title

    async def update_application(
        self, id: str, change: model.ApplicationChange
    ) -> model.Application:
        """Twice is once: it sets values, whatever they were."""
        row = await self.one("applications", id)
        body: Row = {}
        if change.source is not None:
            body["source_id"] = await self._source(change.source) if change.source else None
        for name, user in (
            ("recruiter_id", change.recruiter),
            ("coordinator_id", change.coordinator),
        ):
            if user is not None:
                body[name] = number(user.id)
        if change.custom:
            body["custom_fields"] = await self._custom("application", row, change)

        async def done() -> bool:
            now = await self.application(id)
            plain = {k: now.raw.get(k) == v for k, v in body.items() if k != "custom_fields"}
            return all(plain.values()) and changes.holds(now.custom, change.custom)

        if body:
            await self._settle(self.http.patch(f"applications/{id}", body), done)
        return await self.application(id)

    async def _source(self, wanted: str) -> int | str:
        """A source's id by its name or id. Raises Rejected."""
        text = wanted.strip().casefold()
        for source in await self.sources():
            if text in (source.name.casefold(), source.ref.id):
                return number(source.ref.id)
        raise Rejected(f"Greenhouse has no source called {wanted}.", account=self.account.id)

    async def set_tags(
        self, candidate_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """A tag is a row of the account; giving it to somebody is another. Case does not count."""
        tags = {
            str(r.get("name") or "").casefold(): r["id"] for r in await self.rows("candidate_tags")
        }
        held = {r.get("candidate_tag_id"): r["id"] for r in await self._applied(candidate_id)}
        for name in add:
            tag = tags.get(name.strip().casefold()) or await self._new_tag(name.strip())
            if tag not in held:
                body = {"candidate_id": number(candidate_id), "candidate_tag_id": tag}
                await self._settle(
                    self.http.post("applied_candidate_tags", body), self._has(candidate_id, tag)
                )
        for name in remove:
            applied = held.get(tags.get(name.strip().casefold()))
            if applied is not None:
                try:
                    await self.http.delete(f"applied_candidate_tags/{applied}")
                except Gone:
                    continue
        return (await self.candidate(candidate_id)).tags

    async def _applied(self, candidate: str) -> list[Row]:
        return await self.by_ids("applied_candidate_tags", [candidate], key="candidate_ids")

    def _has(self, candidate: str, tag: Any) -> Callable[[], Awaitable[bool]]:
        async def done() -> bool:
            return tag in [r.get("candidate_tag_id") for r in await self._applied(candidate)]

        return done

    async def _new_tag(self, name: str) -> Any:
        """Where an account may not make tags, an admin does it once."""
        try:
            made = single((await self.http.post("candidate_tags", {"name": name})).json)
        except (Gone, MissingPermission, InDoubt):
            made = {}
        if made.get("id") is None:
            for row in await self.rows("candidate_tags"):
                if str(row.get("name") or "").casefold() == name.casefold():
                    return row["id"]
            raise Rejected(
                f"Greenhouse has no tag {name} and let us make none: add it there.",
                account=self.account.id,
            )
        return made["id"]

    async def anonymise(self, candidate_id: str, *, author: Ref | None = None) -> None:
        """Looked at afterwards: a person who is still to be recognised is a refusal, not a success."""
        try:
            before = await self.candidate(candidate_id)
            await self.http.patch(f"candidates/{candidate_id}/anonymize", {"fields": list(ERASED)})
            after = await self.candidate(candidate_id)
        except Gone:
            return
        told = bool(before.emails or before.phones)
        if after.emails or after.phones or (told and after.name == before.name):
            raise Rejected(
                "Greenhouse did not erase this person: do it on the person's page there.",
                account=self.account.id,
            )
