"""What the files of one account say at one moment: people, applications, jobs, stages, users. Pure.

`candidates.csv` has a row for each application, and a person is known by the e-mail address; where there is an
`applications.csv` as well, `candidates.csv` has a row for each person.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from connectors import model, values, words
from connectors.ats.csv import columns
from connectors.ats.csv.sheet import Row, Sheet
from connectors.model import Custom, Kind, Ref

CANDIDATES, APPLICATIONS, JOBS = "candidates.csv", "applications.csv", "jobs.csv"
STAGES, REASONS, USERS, NOTES = "stages.csv", "reasons.csv", "users.csv", "notes.csv"
ALL = (CANDIDATES, APPLICATIONS, JOBS, STAGES, REASONS, USERS, NOTES)
STATUS = {
    "active": "active", "open": "active", "in process": "active", "new": "active", "rejected": "rejected", "declined": "rejected",
    "not hired": "rejected", "withdrawn": "withdrawn", "hired": "hired",
}  # fmt: skip
JOB = {
    "open": "open", "active": "open", "published": "open", "draft": "draft", "on hold": "on_hold", "closed": "closed",
    "filled": "closed", "cancelled": "closed", "archived": "archived",
}  # fmt: skip
YES = ("yes", "true", "1", "admin", "administrator")
ENDS = ("hired", "archived")


class Book:
    """All sheets by name. One that is not there is missing; `marks` has a print of each; `stage_kinds` are an admin's."""

    def __init__(
        self,
        account: str,
        sheets: Mapping[str, Sheet],
        marks: Mapping[str, str],
        stage_kinds: Mapping[str, str],
    ) -> None:
        self.account, self.sheets, self.marks, self.stage_kinds = (
            account,
            sheets,
            marks,
            stage_kinds,
        )
        self.split = APPLICATIONS in self.sheets
        self.person = self._columns(CANDIDATES, columns.PERSON if self.split else {**columns.PERSON, **columns.APPLICATION})  # fmt: skip
        self.own = (
            self._columns(APPLICATIONS, columns.OWN_APPLICATION) if self.split else self.person
        )
        self.job_columns = self._columns(JOBS, columns.JOB)
        self._stages = self._all_stages()
        self._first: dict[str, str] = {}  # an address's first row
        if not self.split:
            for row in self.rows(CANDIDATES):
                if id := row[self.person.get("id")]:
                    self._first.setdefault(self._who(row), id)

    def rows(self, name: str) -> Sequence[Row]:
        return self.sheets[name].rows if name in self.sheets else ()

    def _columns(self, name: str, known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        return columns.found(self.sheets[name].heading, known) if name in self.sheets else {}

    def _ref(self, kind: Kind, id: str) -> Ref:
        return Ref(account=self.account, kind=kind, id=id)

    def _who(self, row: Row) -> str:
        return row[self.person.get("email")].casefold() or f"row {row[self.person.get('id')]}"

    def person_of(self, row: Row) -> str:
        """The candidate's id of a row of applications."""
        return row[self.own.get("candidate")] if self.split else self._first[self._who(row)]

    def people(self) -> Iterator[Row]:
        """One row for each person who has an id."""
        for row in self.rows(CANDIDATES):
            id = row[self.person.get("id")]
            if id and (self.split or self._first[self._who(row)] == id):
                yield row

    def rows_of(self, candidate: str) -> list[Row]:
        """All rows of `candidates.csv` about one person, of which any id will do."""
        mine = [row for row in self.rows(CANDIDATES) if row[self.person.get("id")] == candidate]
        if self.split or not mine:
            return mine
        return [row for row in self.rows(CANDIDATES) if self._who(row) == self._who(mine[0])]

    def applied(self) -> Iterator[Row]:
        """The rows that are an application: of somebody, for some job, with an id."""
        for row in self.rows(APPLICATIONS if self.split else CANDIDATES):
            if row[self.own.get("id")] and row[self.own.get("job")]:
                yield row

    def candidate(self, row: Row) -> model.Candidate:
        at = self.person
        given, family = row[at.get("given")] or None, row[at.get("family")] or None
        name = row[at.get("name")] or " ".join(part for part in (given, family) if part)
        return model.Candidate(
            ref=self._ref("candidate", row[at["id"]]),
            name=name or "Unnamed candidate",
            given=given,
            family=family,
            emails=tuple(model.Contact(value=v) for v in several(row[at.get("email")])),
            phones=tuple(model.Contact(value=v) for v in several(row[at.get("phone")])),
            links=tuple(several(row[at.get("links")])),
            title=row[at.get("title")] or None,
            company=row[at.get("company")] or None,
            location=row[at.get("location")] or None,
            source=row[at.get("source")] or None,
            tags=tuple(several(row[at.get("tags")])),
            version=row.version,
            custom=self._custom(row, columns.others(self.sheets[CANDIDATES].heading, at)),
            raw=dict(row.cells),
        )

    def application(self, row: Row) -> model.Application:
        at = self.own
        job, stage = self.job_of(row[at["job"]]), self.stage_of(row[at.get("stage")])
        state = self.status(row)
        over = state.kind in ("rejected", "withdrawn")
        party = "they" if state.kind == "withdrawn" else "we"
        recruiter = self.user(row[at.get("recruiter")])
        return model.Application(
            ref=self._ref("application", row[at["id"]]),
            candidate=self._ref("candidate", self.person_of(row)),
            job=job.ref,
            job_title=job.title,
            stage=stage.ref if stage else None,
            stage_name=stage.name if stage else None,
            status=state,
            source=row[at.get("source")] or None,
            recruiter=recruiter.ref if recruiter else None,
            applied_at=values.moment(row[at.get("applied")]),
            rejected=model.Rejection(reason=row[at.get("reason")] or None, party=party) if over else None,
            version=row.version,
            custom=self._custom(row, columns.others(self.sheets[APPLICATIONS].heading, at)) if self.split else {},
            raw=dict(row.cells),
        )  # fmt: skip

    def status(self, row: Row) -> model.Word:
        """What the status cell says; where it says nothing, what the stage means."""
        if said := row[self.own.get("status")]:
            return words.word(self.account, "application.status", said, STATUS)
        stage = self.stage_of(row[self.own.get("stage")])
        kind = stage.kind if stage else ""
        return model.Word(kind={"hired": "hired", "archived": "rejected"}.get(kind, "active"))

    def _custom(self, row: Row, headings: Sequence[str]) -> dict[str, Custom]:
        told = {name: row[name] for name in headings}
        return {
            name: Custom(key=name, label=name, kind="text", value=value)
            for name, value in told.items()
            if value
        }

    def jobs(self) -> list[model.Job]:
        """The jobs of `jobs.csv`, and those that only stand in an application."""
        found = {job.ref.id: job for job in map(self._job, self.rows(JOBS)) if job.ref.id}
        for row in self.applied():
            job = self.job_of(row[self.own["job"]])
            found.setdefault(job.ref.id, job)
        return list(found.values())

    def job_row(self, said: str) -> Row | None:
        """The row of a job by its id or title."""
        at, wanted = self.job_columns, said.casefold()
        for column in ("id", "title"):
            for row in self.rows(JOBS):
                if row[at.get(column)].casefold() == wanted:
                    return row
        return None

    def job_of(self, said: str) -> model.Job:
        row = self.job_row(said)
        return self._job(row) if row else model.Job(ref=self._ref("job", short(said)), title=said)

    def _job(self, row: Row) -> model.Job:
        at = self.job_columns
        title = row[at.get("title")]
        status = words.word(self.account, "job.status", row[at.get("status")], JOB, none="open")
        return model.Job(
            ref=self._ref("job", row[at.get("id")] or short(title)),
            title=title or "Untitled job",
            status=status,
            department=row[at.get("department")] or None,
            location=row[at.get("location")] or None,
            requisition=row[at.get("requisition")] or None,
            version=row.version,
            custom=self._custom(row, columns.others(self.sheets[JOBS].heading, at)),
            raw=dict(row.cells),
        )

    def stages(self, job_id: str | None) -> list[model.Stage]:
        """Those of a job, and those of every job."""
        return [s for s in self._stages if s.job is None or job_id is None or s.job.id == job_id]

    def stage_of(self, name: str) -> model.Stage | None:
        return next((s for s in self._stages if s.name.casefold() == name.casefold()), None)

    def _all_stages(self) -> list[model.Stage]:
        """Of `stages.csv`, in its order; without one, those that somebody is at."""
        at = self._columns(STAGES, columns.STAGE)
        if at.get("name"):
            told = [(r[at["name"]], r[at.get("kind")].casefold(), r[at.get("job")]) for r in self.rows(STAGES)]  # fmt: skip
        else:
            names = [row[self.own.get("stage")] for row in self.rows(APPLICATIONS if self.split else CANDIDATES)]  # fmt: skip
            told = [(name, "", "") for name in dict.fromkeys(names)]
        found = []
        for order, (name, said, job) in enumerate(one for one in told if one[0]):
            known = self.stage_kinds.get(name.casefold()) or said
            found.append(
                model.Stage(
                    ref=self._ref("stage", short(name)), name=name, order=order, kind=known or values.stage_kind(name),
                    guessed=not known, job=self.job_of(job).ref if job else None,
                )
            )  # fmt: skip
        return found

    def reasons(self) -> list[model.Reason]:
        at = self._columns(REASONS, columns.REASON)
        if at.get("name"):
            told = [(row[at["name"]], row[at.get("party")].casefold()) for row in self.rows(REASONS)]  # fmt: skip
        else:
            said = (row[self.own.get("reason")] for row in self.applied())
            told = [(name, "") for name in dict.fromkeys(said)]
        return [
            model.Reason(ref=self._ref("reason", short(name)), name=name, party=party or "we")
            for name, party in told
            if name
        ]

    def users(self) -> list[model.User]:
        at = self._columns(USERS, columns.USER)
        return [
            model.User(
                ref=self._ref("user", row[at.get("id")] or short(row[at.get("email")] or row[at.get("name")])),
                name=row[at.get("name")] or row[at.get("email")] or "Unnamed user",
                email=row[at.get("email")] or None,
                admin=row[at.get("role")].casefold() in YES,
                raw=dict(row.cells),
            )
            for row in self.rows(USERS)
        ]  # fmt: skip

    def user(self, said: str) -> model.User | None:
        """A user by id, address or name."""
        wanted = said.casefold()
        return next(
            (u for u in self.users() if wanted and wanted in (u.ref.id.casefold(), (u.email or "").casefold(), u.name.casefold())),
            None,
        )  # fmt: skip

    def team(self, job_id: str) -> list[model.TeamMember]:
        row = self.job_row(job_id)
        found: list[model.TeamMember] = []
        for role in ("recruiter", "hiring_manager"):
            for said in several(row[self.job_columns.get(role)]) if row else ():
                if user := self.user(said):
                    found.append(model.TeamMember.model_validate({"user": user.ref, "role": role}))
        return found

    def notes(self, ids: Sequence[str]) -> list[model.Note]:
        at = self._columns(NOTES, columns.NOTE)
        return [
            model.Note(
                ref=self._ref("note", row[at.get("id")] or row.version),
                body=row[at.get("note")],
                author=user.ref if (user := self.user(row[at.get("author")])) else None,
                at=values.moment(row[at.get("at")]),
                raw=dict(row.cells),
            )
            for row in self.rows(NOTES)
            if row[at.get("candidate")] in ids
        ]


def several(cell: str) -> list[str]:
    """The parts of a cell that holds several things, between commas, semicolons or lines."""
    parts = cell.replace(";", ",").replace("\n", ",").split(",")
    return [part.strip() for part in parts if part.strip()]


def short(name: str) -> str:
    """A name as an id: itself, or a print of it where it is long."""
    return name if len(name) <= 60 else f"{name[:40]}~{hashlib.sha256(name.encode()).hexdigest()[:12]}"  # fmt: skip
