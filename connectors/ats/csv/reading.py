"""What the files tell, read anew for every question; a file that did not change is not parsed again."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from connectors import model
from connectors.ats.csv import book, columns
from connectors.ats.csv.book import ALL, CANDIDATES, ENDS, Book
from connectors.ats.csv.files import Folder
from connectors.ats.csv.sheet import Row, Sheet
from connectors.contract import Ats, Walkable
from connectors.errors import ConnectorError, Gone, Rejected
from connectors.matching import is_email, matches, words
from connectors.model import CustomKind, Finding, Kind

PAGE = 500  # rows of one page of a walk
NEEDED = {"reject": ("status",), "unreject": ("status",), "hire": ("status",), "tags": ("tags",), "move_stage": ("stage",)}  # fmt: skip


class Reading(Ats):
    """All reads of one folder."""

    folder: Folder

    async def book(self) -> Book:
        """Everything as it is now. Raises what the folder raises."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> Book:
        read = {name: found for name in ALL if (found := self.folder.read(name))}
        if CANDIDATES not in read:
            raise Rejected(f"There is no {CANDIDATES} in the folder.", account=self.account.id)
        said = self.account.overrides.get("stages") or {}
        kinds = {str(name).casefold(): str(kind) for name, kind in said.items()}
        sheets = {name: sheet for name, (sheet, _) in read.items()}
        return Book(
            self.account.id, sheets, {name: mark for name, (_, mark) in read.items()}, kinds
        )

    async def check(self) -> list[Finding]:
        what = f"Read {CANDIDATES}"
        try:
            now = await self.book()
        except ConnectorError as error:
            return [Finding(what=what, ok=False, detail=error.text)]
        found = [Finding(what=what, ok=True)]
        wanted = {"id": now.person, "email": now.person, "job": now.own}
        if missing := [name for name, mine in wanted.items() if name not in mine]:
            found.append(Finding(what="Find the columns", ok=False, detail=f"There is no column {', '.join(missing)}."))  # fmt: skip
        for ability, names in NEEDED.items():
            if lost := [name for name in names if name not in {**now.person, **now.own}]:
                detail = f"It needs a column {', '.join(lost)}."
                found.append(Finding(what=ability.replace("_", " ").capitalize(), ok=False, detail=detail, abilities=frozenset({ability})))  # fmt: skip
        if not self.folder.writable():
            found.append(Finding(what="Write into the folder", ok=False, detail="Callsheet may only read there.", abilities=self.abilities & WRITES))  # fmt: skip
        return found

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        now = await self.book()
        wanted = text.strip().casefold()
        for person in map(now.candidate, now.people()):
            if is_email(text):
                hit = wanted in [contact.value.casefold() for contact in person.emails]
            else:
                hit = bool(words(text)) and matches(text, person.name)
            if hit:
                yield person

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """The position is a print of the files and a number of rows: nothing comes again until a file has changed."""
        await self.number()
        now = await self.book()
        mark = hashlib.sha256("".join(now.marks.values()).encode()).hexdigest()[:16]
        things = self._things(now, kind)
        known, _, done = (position or "").partition(":")
        start = int(done) if known == mark and done.isdigit() else 0
        while True:
            page = [make() for make in things[start : start + PAGE]]
            start += len(page)
            yield page, f"{mark}:{start}"
            if start >= len(things):
                return

    def _things(self, now: Book, kind: Walkable) -> list[Callable[[], model.Thing]]:
        if kind == "job":
            return [partial(_same, job) for job in now.jobs()]
        if kind == "application":
            return [partial(now.application, row) for row in now.applied()]
        return [partial(now.candidate, row) for row in now.people()]

    async def number(self) -> None:
        """Give an id to each row that somebody added without one, where the folder may be written to."""
        now = await self.book()
        kinds = ((CANDIDATES, now.person), (book.APPLICATIONS, now.own if now.split else {}))
        for name, at in kinds:
            id = at.get("id")
            if id and not all(row[id] for row in now.rows(name)) and self.folder.writable():
                await asyncio.to_thread(self.folder.change, name, partial(numbered, id))

    async def candidate(self, id: str) -> model.Candidate:
        now = await self.book()
        return now.candidate(self._rows(now, id)[0])

    async def candidates(self, ids: Sequence[str]) -> list[model.Candidate]:
        now = await self.book()
        return [now.candidate(rows[0]) for id in ids if (rows := now.rows_of(id))]

    def _rows(self, now: Book, candidate: str) -> list[Row]:
        rows = now.rows_of(candidate)
        if not rows:
            raise self.gone()
        return rows

    def gone(self) -> Gone:
        return Gone("It is not there any more.", account=self.account.id)

    async def applications(self, candidate_id: str) -> list[model.Application]:
        now = await self.book()
        self._rows(now, candidate_id)
        return _of(now, [candidate_id])[candidate_id]

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        return _of(await self.book(), candidate_ids)

    async def application(self, id: str) -> model.Application:
        now = await self.book()
        return now.application(self.applied(now, id))

    def applied(self, now: Book, id: str) -> Row:
        """The row of an application. Raises Gone."""
        for row in now.applied():
            if row[now.own["id"]] == id:
                return row
        raise self.gone()

    async def pipeline(self, job_id: str) -> list[model.Application]:
        now = await self.book()
        found = [a for a in map(now.application, now.applied()) if a.job and a.job.id == job_id]
        return [a for a in found if a.status.kind == "active"]

    async def jobs(self) -> list[model.Job]:
        return (await self.book()).jobs()

    async def job(self, id: str) -> model.Job:
        for job in await self.jobs():
            if job.ref.id == id:
                return job
        raise self.gone()

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        found = (await self.book()).stages(job_id)
        return [stage for stage in found if stage.kind not in ENDS]

    async def team(self, job_id: str) -> list[model.TeamMember]:
        return (await self.book()).team(job_id)

    async def users(self) -> list[model.User]:
        return (await self.book()).users()

    async def reasons(self) -> list[model.Reason]:
        return (await self.book()).reasons()

    async def tags(self) -> list[str]:
        now = await self.book()
        return sorted({tag for row in now.people() for tag in now.candidate(row).tags})

    async def notes(self, candidate_id: str) -> list[model.Note]:
        now = await self.book()
        return now.notes([row[now.person["id"]] for row in self._rows(now, candidate_id)])

    async def custom_fields(self, kind: Kind) -> list[model.CustomField]:
        """The columns that are nobody's but the owner's; any of them can be written as text."""
        now = await self.book()
        places = {"candidate": (CANDIDATES, now.person), "job": (book.JOBS, now.job_columns)}
        if now.split:
            places["application"] = (book.APPLICATIONS, now.own)
        name, mine = places.get(kind, ("", {}))
        headings = now.sheets[name].heading if name in now.sheets else ()
        text: CustomKind = "text"
        return [
            model.CustomField(key=h, label=h, kind=text, writable=kind != "job")
            for h in columns.others(headings, mine)
        ]


WRITES = frozenset(
    [
        "create_candidate", "update_candidate", "create_application", "update_application", "notes", "tags", "move_stage",
        "reject", "unreject", "hire", "anonymise", "job_status",
    ]
)  # fmt: skip


def _of(now: Book, ids: Sequence[str]) -> dict[str, list[model.Application]]:
    """The applications of each of these people, newest first, as far as the file says when."""
    whose = {row[now.person["id"]]: id for id in ids for row in now.rows_of(id)}
    found: dict[str, list[model.Application]] = {id: [] for id in ids}
    for row in now.applied():
        if now.person_of(row) in whose:
            found[whose[now.person_of(row)]].insert(0, now.application(row))
    for mine in found.values():
        mine.sort(key=lambda a: str(a.applied_at or ""), reverse=True)
    return found


def _same(job: model.Job) -> model.Job:
    return job


def numbered(column: str, sheet: Sheet) -> None:
    """Ids that no row had before: a number would come again after the last row was deleted."""
    for row in [row for row in sheet.rows if not row[column]]:
        sheet.change(row, {column: secrets.token_hex(5)})
