"""What is written into the files, cell by cell. Every change is made from the rows as they are at that moment."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial

from connectors import model
from connectors.ats.csv import book, cells, columns
from connectors.ats.csv.book import APPLICATIONS, CANDIDATES, JOBS, NOTES, Book
from connectors.ats.csv.cells import Values
from connectors.ats.csv.reading import Reading
from connectors.ats.csv.sheet import Row, Sheet
from connectors.errors import AlreadyApplied, Conflict, JobClosed, Rejected
from connectors.model import Ref, shown


class Writing(Reading):
    """All writes of one folder."""

    async def change(self, name: str, edit: Callable[[Sheet], None], headings: Sequence[str] = ()) -> None:  # fmt: skip
        await asyncio.to_thread(partial(self.folder.change, name, edit, headings=headings))

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.pool.now(), UTC)

    def column(self, at: Values, name: str, file: str) -> str:
        """The heading of one of our columns. Raises Rejected where the file has none."""
        if name not in at:
            raise Rejected(f"{file} has no column {name.replace('_', ' ')}: add one.", account=self.account.id)  # fmt: skip
        return at[name]

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        now = await self.book()
        for contact in draft.emails:
            async for known in self.find_candidates(contact.value):
                return known
        self._open(now, draft.job)
        id, at = cells.made_id("candidate", key, *(e.value for e in draft.emails)), now.person
        told = {"id": id, "name": f"{draft.given} {draft.family}".strip(), **cells.person(draft)}
        told |= {"tags": ", ".join(draft.tags)} if draft.tags else {}
        if draft.job and not now.split:
            told |= self._begin(now, draft.job.id, None)
        custom = self._custom(now.sheets[CANDIDATES], at, draft.custom)
        await self.change(
            CANDIDATES, partial(cells.add, at.get("id", ""), id, cells.headed(at, told) | custom)
        )
        if draft.job and now.split:
            await self.create_application(id, draft.job.id, key=key)
        return await self.candidate(id)

    def _open(self, now: Book, job: Ref | None) -> None:
        if job and now.job_of(job.id).status.kind not in ("open", "other"):
            raise JobClosed("The job is closed: nobody can be added to it.", account=self.account.id)  # fmt: skip

    def _begin(self, now: Book, job: str, stage: str | None) -> dict[str, str]:
        """The cells of a new application, as far as the file has columns for them."""
        row = now.job_row(job)
        stages = [s for s in now.stages(job) if s.kind not in book.ENDS]
        chosen = next((s for s in stages if s.ref.id == stage), None) if stage else next(iter(stages), None)  # fmt: skip
        if stage and chosen is None:
            raise Rejected("There is no such stage.", account=self.account.id)
        return {
            "job": (row[now.job_columns.get("title")] if row else "") or job, "stage": chosen.name if chosen else "",
            "status": self._word(now, "active"), "applied": f"{self._now():%Y-%m-%d}",
        }  # fmt: skip

    def _word(self, now: Book, kind: str) -> str:
        """The word that this file uses for a status already, else the usual one."""
        for row in now.applied():
            said = row[now.own.get("status")]
            if book.STATUS.get(said.casefold()) == kind:
                return said
        return kind.capitalize()

    def _custom(self, sheet: Sheet, at: Values, given: Mapping[str, model.Value]) -> dict[str, str]:
        """Columns of the owner's, named in any case. Raises Rejected for one that is not there."""
        own = {name.casefold(): name for name in columns.others(sheet.heading, at)}
        if unknown := [name for name in given if name.casefold() not in own]:
            raise Rejected(f"There is no column {', '.join(unknown)}.", account=self.account.id)
        return {own[name.casefold()]: shown(value) for name, value in given.items()}

    async def update_candidate(
        self, id: str, change: model.CandidateChange, *, version: str | None = None
    ) -> model.Candidate:
        """In every row of the person, if nobody changed the person since `version`."""
        now = await self.book()
        at, before = now.person, now.candidate(self._rows(now, id)[0])
        told = cells.person(change)
        if "name" in at and (change.given is not None or change.family is not None):
            was = (before.given or before.name.partition(" ")[0], before.family or before.name.partition(" ")[2])  # fmt: skip
            told["name"] = " ".join((
                was[0] if change.given is None else change.given, was[1] if change.family is None else change.family,
            )).strip()  # fmt: skip
        for name in told:
            if name not in ("given", "family") or "name" not in at:
                self.column(at, name, CANDIDATES)
        new = cells.headed(at, told) | self._custom(now.sheets[CANDIDATES], at, change.custom)

        def edit(fresh: Book) -> None:
            rows = self._rows(fresh, id)
            if version is not None and rows[0].version != version:
                raise Conflict("It was changed meanwhile.", account=self.account.id)
            for row in rows:
                fresh.sheets[CANDIDATES].change(row, new)

        await self._edit(CANDIDATES, edit)
        return await self.candidate(id)

    async def _edit(self, name: str, edit: Callable[[Book], None]) -> None:
        """Change one file, seen together with the others."""
        now = await self.book()

        def whole(sheet: Sheet) -> None:
            edit(Book(now.account, {**now.sheets, name: sheet}, now.marks, now.stage_kinds))

        await self.change(name, whole)

    async def _edit_application(self, id: str, wanted: Callable[[Book, Row], Values]) -> None:
        """Write cells, by our names of them, of an application's row. Raises Gone, Rejected for a missing column."""
        now = await self.book()
        name = APPLICATIONS if now.split else CANDIDATES

        def edit(fresh: Book) -> None:
            row = self.applied(fresh, id)
            told = wanted(fresh, row)
            fresh.sheets[name].change(row, {self.column(fresh.own, k, name): v for k, v in told.items()})  # fmt: skip

        await self._edit(name, edit)

    async def create_application(
        self,
        candidate_id: str,
        job_id: str,
        *,
        key: str,
        stage_id: str | None = None,
        author: Ref | None = None,
    ) -> model.Application:
        """A row below the last one; in a single file the person's own cells are copied into it."""
        now = await self.book()
        id = cells.made_id("application", key, candidate_id, job_id)
        person = self._rows(now, candidate_id)[0]
        for known in await self.applications(candidate_id):
            if known.ref.id == id:
                return known
            if known.job and known.job.id == job_id:
                raise AlreadyApplied(
                    "This person has an application for this job already.", account=self.account.id, application=known.ref.id
                )  # fmt: skip
        self._open(now, Ref(account=self.account.id, kind="job", id=job_id))
        told = {"id": id, **self._begin(now, job_id, stage_id)}
        if now.split:
            new = cells.headed(now.own, {**told, "candidate": candidate_id})
            await self.change(APPLICATIONS, partial(cells.add, now.own.get("id", ""), id, new))
        else:
            ends = [now.own[name] for name in columns.APPLICATION if name in now.own]
            kept = {name: cell for name, cell in person.cells.items() if name not in ends}
            await self.change(CANDIDATES, partial(cells.add, now.own.get("id", ""), id, kept | cells.headed(now.own, told)))  # fmt: skip
        return await self.application(id)

    async def update_application(
        self, id: str, change: model.ApplicationChange
    ) -> model.Application:
        now = await self.book()
        told: dict[str, str] = {} if change.source is None else {"source": change.source}
        if change.recruiter is not None:
            user = now.user(change.recruiter.id)
            if user is None:
                raise Rejected("There is no such user.", account=self.account.id)
            told["recruiter"] = user.email or user.name
        if change.coordinator is not None:
            raise Rejected("The files have no column for a coordinator.", account=self.account.id)
        name = APPLICATIONS if now.split else CANDIDATES
        custom = self._custom(now.sheets[name], now.own, change.custom)
        if told:
            await self._edit_application(id, lambda fresh, row: told)
        if custom:
            await self._edit(name, lambda fresh: fresh.sheets[name].change(self.applied(fresh, id), custom))  # fmt: skip
        return await self.application(id)

    async def set_tags(
        self, candidate_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        def edit(fresh: Book) -> None:
            column = self.column(fresh.person, "tags", CANDIDATES)
            for row in self._rows(fresh, candidate_id):
                kept = [tag for tag in book.several(row[column]) if tag not in remove]
                fresh.sheets[CANDIDATES].change(row, {column: ", ".join(dict.fromkeys([*kept, *add]))})  # fmt: skip

        await self._edit(CANDIDATES, edit)
        return (await self.candidate(candidate_id)).tags

    async def add_note(
        self,
        candidate_id: str,
        body: str,
        *,
        key: str,
        application_id: str | None = None,
        author: Ref | None = None,
        private: bool = False,
    ) -> model.Note:
        """A row of `notes.csv`, which is begun where it is not there; its id is the marker."""
        if private:
            raise self.cannot("private_notes")
        now = await self.book()
        self._rows(now, candidate_id)
        user = now.user(author.id) if author else None
        id = cells.made_id("note", key, candidate_id)
        at = columns.found(now.sheets[NOTES].heading if NOTES in now.sheets else cells.HEADINGS, columns.NOTE)  # fmt: skip
        told = {
            "id": id, "candidate": candidate_id, "at": f"{self._now():%Y-%m-%d %H:%M:%SZ}",
            "author": (user.email or user.name) if user else "Callsheet", "note": body,
        }  # fmt: skip
        for name in ("id", "candidate", "note"):
            self.column(at, name, NOTES)
        await self.change(
            NOTES, partial(cells.add, at["id"], id, cells.headed(at, told)), cells.HEADINGS
        )
        return next(n for n in await self.notes(candidate_id) if n.ref.id == id)

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        def wanted(now: Book, row: Row) -> Values:
            job = now.job_of(row[now.own["job"]]).ref.id
            stage = next((s for s in now.stages(job) if s.ref.id == stage_id), None)
            if stage is None:
                raise Rejected("There is no such stage.", account=self.account.id)
            return {"stage": stage.name}

        await self._edit_application(application_id, wanted)

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        """The reason is written where there is a column for it, and always into the note where there is none."""
        now = await self.book()
        row = self.applied(now, application_id)
        reason = next((r for r in now.reasons() if r.ref.id == reason_id), None)
        if reason is None:
            raise Rejected("There is no such reason.", account=self.account.id)
        if now.status(row).kind in ("rejected", "withdrawn"):
            return
        kind = "withdrawn" if reason.party == "they" else "rejected"
        own = "reason" in now.own
        told = {"status": self._word(now, kind), **({"reason": reason.name} if own else {})}
        said = note if own else f"{reason.name}. {note}".strip()
        if said:
            key = f"reject:{application_id}"
            await self.add_note(now.person_of(row), said, key=key, author=author)
        await self._edit_application(application_id, lambda fresh, row: told)

    async def unreject(self, application_id: str, *, author: Ref | None = None) -> None:
        def wanted(now: Book, row: Row) -> Values:
            if now.status(row).kind == "active":
                return {}
            return {"status": self._word(now, "active"), **({"reason": ""} if "reason" in now.own else {})}  # fmt: skip

        await self._edit_application(application_id, wanted)

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        def wanted(now: Book, row: Row) -> Values:
            if now.status(row).kind == "hired":
                return {}
            start = {"start": start_on.isoformat()} if "start" in now.own else {}
            return {"status": self._word(now, "hired"), **start}

        await self._edit_application(application_id, wanted)

    async def anonymise(self, candidate_id: str, *, author: Ref | None = None) -> None:
        """Everything about the person goes; that somebody applied for a job stays, and so do the dates."""
        now = await self.book()
        ids = [row[now.person["id"]] for row in now.rows_of(candidate_id)]
        if not ids:
            return
        kept = {"id", *columns.APPLICATION} - {"recruiter"}

        def forget(fresh: Book) -> None:
            at = fresh.person
            stays = [at[name] for name in kept if name in at]
            for row in [row for row in fresh.rows(CANDIDATES) if row[at["id"]] in ids]:
                gone = {name: "" for name in row.cells if name not in stays}
                named = at.get("name") or at.get("family") or at["id"]
                fresh.sheets[CANDIDATES].change(row, {**gone, named: "Anonymised"})

        def forget_notes(sheet: Sheet) -> None:
            at = columns.found(sheet.heading, columns.NOTE)
            for row in [row for row in sheet.rows if row[at.get("candidate")] in ids]:
                sheet.change(row, {at["note"]: "Anonymised"})

        if NOTES in now.sheets:
            await self.change(NOTES, forget_notes)
        await self._edit(CANDIDATES, forget)

    async def set_job_status(self, job_id: str, status: str) -> model.Job:
        def edit(fresh: Book) -> None:
            row = fresh.job_row(job_id)
            if row is None:
                raise Rejected(f"The job does not stand in {JOBS}.", account=self.account.id)
            column = self.column(fresh.job_columns, "status", JOBS)
            if fresh.job_of(job_id).status.kind != status:
                fresh.sheets[JOBS].change(row, {column: status.capitalize()})

        await self._edit(JOBS, edit)
        return await self.job(job_id)
