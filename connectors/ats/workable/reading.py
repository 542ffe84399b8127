"""What Workable tells of people, jobs, members, and what happened."""

import time
from collections.abc import AsyncIterator, Sequence

from connectors import model, values
from connectors.addresses import swap
from connectors.ats.workable import mapping
from connectors.ats.workable.calls import Calls, Row, begun_at, packed, place_of, rows_of
from connectors.contract import Walkable
from connectors.errors import Gone
from connectors.http_pages import linked, told
from connectors.matching import is_email, matches, words
from connectors.model import Ref

ROWS = {"candidate": "candidates", "application": "candidates", "job": "jobs"}
GLANCED = (
    10.0  # seconds for which a search's own people are not asked for again, at one call a second
)
BEGUN = ("applied", "uploaded", "sourced", "referral", "recommended", "copied")


class Reading(Calls):
    """All reads of one account."""

    def connect(self) -> None:
        super().connect()
        self._glanced: dict[str, tuple[float, Row]] = {}

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """An address is asked for; a name is found by listing. Somebody on two jobs is two candidates here."""
        wanted, by_email = text.strip().casefold(), is_email(text)
        if not by_email and not words(text):
            return
        query = {"email": text.strip()} if by_email else {}
        async for page in self.pages("candidates", "candidates", **query):
            for row in page:
                found = mapping.candidate(row, self.account.id)
                fits = wanted == (found.email or "").casefold() if by_email else matches(text, found.name)  # fmt: skip
                if fits:
                    self._glance(row)
                    yield found

    def _glance(self, row: Row) -> None:
        """Remember a row for the list that is asked next; never for anything that somebody acts on."""
        now = time.monotonic()
        self._glanced = {k: kept for k, kept in self._glanced.items() if kept[0] > now}
        self._glanced[str(row["id"])] = (now + GLANCED, row)

    async def candidate(self, id: str) -> model.Candidate:
        return mapping.candidate(await self.record(id), self.account.id)

    async def candidates(self, ids: Sequence[str]) -> list[model.Candidate]:
        found = await super().candidates(ids)
        for person in found:
            self._glance(dict(person.raw))
        return found

    async def applications(self, candidate_id: str) -> list[model.Application]:
        """Candidates with the same address are the same person on another job."""
        row = await self.record(candidate_id)
        rows = [row]
        if row.get("email"):
            same = await self.rows("candidates", email=row["email"])
            rows += [await self.record(str(r["id"])) for r in same if r["id"] != row["id"]]
        found = [await self._application(row) for row in rows]
        return sorted(found, key=lambda a: a.version, reverse=True)

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        """Of each its own one: somebody's other candidacies are found by the same search as candidates of their own."""
        found: dict[str, list[model.Application]] = {}
        for id in candidate_ids:
            until, row = self._glanced.get(id, (0.0, {}))
            try:
                whole = row if until > time.monotonic() else await self.record(id)
            except Gone:
                found[id] = []
                continue
            found[id] = [await self._application(whole)]
        return found

    async def application(self, id: str) -> model.Application:
        return await self._application(await self.record(id))

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        """One call tells both."""
        row = await self.record(id)
        return await self._application(row), mapping.candidate(row, self.account.id)

    async def _application(self, row: Row) -> model.Application:
        """With its stage's slug, since Workable tells what the stage is called only."""
        job = mapping.text(mapping.part(row, "job"), "shortcode")
        reasons = await self.listed("disqualification_reasons")
        withdrawn = {str(r.get("description")) for r in reasons if r.get("candidate_withdrew")}
        try:
            stages = await self.stage_rows(job)
        except Gone:  # a job that was deleted
            stages = []
        return mapping.application(row, self.account.id, stages, withdrawn)

    async def history(self, application_id: str) -> list[model.StageChange]:
        """The activity stream names moves, and nearly always the stage that was moved to."""
        row = await self.record(application_id)
        stages = await self.stage_rows(mapping.text(mapping.part(row, "job"), "shortcode"))
        names = {str(stage.get("slug")): str(stage.get("name")) for stage in stages}
        slugs = {name: slug for slug, name in names.items()}
        steps: list[model.StageChange] = []
        for act in await self.activities(application_id):
            action, target = str(act.get("action")), act.get("target_stage")
            slug = target.get("slug") if isinstance(target, dict) else slugs.get(str(target), target)  # fmt: skip
            slug = slug or (action if action in names else None)
            if action == "moved" and not slug:
                slug = mapping.part(act, "action_stage").get("slug")
            if not slug and action in BEGUN:
                slug = slugs.get(str(act.get("stage_name")))
            if slug and not (steps and steps[-1].to and steps[-1].to.id == slug):
                steps.append(
                    model.StageChange(
                        to=values.ref(self.account.id, "stage", slug),
                        to_name=names.get(str(slug)),
                        was=steps[-1].to if steps else None,
                        was_name=steps[-1].to_name if steps else None,
                        at=values.moment(act.get("created_at")),
                        by=mapping.author(act, self.account.id),
                    )
                )
        return steps

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """By Workable's own updated_at. The position is the moment the walk began; within it the next page's address."""
        place = place_of(position)
        since, begun, url = (place.get(k) for k in ("since", "begun", "next"))
        query = {} if url else {"limit": 100, "updated_after": since}
        moved = since is None or bool(url)
        async for answer in linked(self.http, url or ROWS[kind], told("paging.next"), **query):
            begun = begun or begun_at(answer) or since
            rows, more = rows_of(answer, ROWS[kind]), told("paging.next")(answer.json)
            moved = moved or bool(rows)
            reached = packed(since=since, begun=begun, next=more) if more else packed(since=begun if moved else since)  # fmt: skip
            yield [await self._thing(kind, row) for row in rows], reached

    async def _thing(self, kind: Walkable, row: Row) -> model.Thing:
        if kind == "job":
            return mapping.job(row, self.account.id)
        if kind == "candidate":
            return mapping.candidate(row, self.account.id)
        return await self._application(row)

    async def jobs(self) -> list[model.Job]:
        return [mapping.job(row, self.account.id) for row in await self.rows("jobs")]

    async def job(self, id: str) -> model.Job:
        return mapping.job(await self.one(f"jobs/{id}"), self.account.id)

    async def pipeline(self, job_id: str) -> list[model.Application]:
        rows = await self.rows("candidates", shortcode=job_id)
        found = [await self._application(row) for row in rows]
        return [one for one in found if one.status.kind == "active"]

    async def openings(self, job_id: str) -> list[model.Opening]:
        """Of accounts with Workable's hiring plan; an empty list where it is off."""
        rows = [mapping.opening(row, self.account.id) for row in await self.rows("requisitions")]
        return [row for row in rows if row.job and row.job.id == job_id]

    async def postings(self, job_id: str) -> list[model.Posting]:
        """A job is its own advertisement."""
        return [mapping.posting(await self.one(f"jobs/{job_id}"), self.account.id)]

    async def team(self, job_id: str) -> list[model.TeamMember]:
        return [
            model.TeamMember.model_validate(
                {
                    "user": Ref(account=self.account.id, kind="user", id=str(row["id"])),
                    "role": mapping.ROLE.get(str(row.get("collaboration_role")), "other"),
                }
            )
            for row in await self.rows(f"jobs/{job_id}/members", "members")
        ]

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """Without the stage of the hired: `hire` leads there, not a move."""
        rows = await self.stage_rows(job_id)
        found = [mapping.stage(row, self.account.id, job_id) for row in rows]
        return [stage for stage in found if stage.kind != "hired"]

    async def users(self) -> list[model.User]:
        return [mapping.user(row, self.account.id) for row in await self.rows("members")]

    async def reasons(self) -> list[model.Reason]:
        rows = await self.listed("disqualification_reasons")
        return [mapping.reason(row, self.account.id) for row in rows]

    async def interviews(self, application_id: str) -> list[model.Interview]:
        rows = await self.rows("events", candidate_id=application_id, include_cancelled="true")
        return [mapping.interview(row, self.account.id, application_id) for row in rows]

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        rows = [r for r in await self.activities(application_id, "rating") if r.get("action") == "rating"]  # fmt: skip
        return [mapping.scorecard(row, self.account.id, application_id) for row in rows]

    async def notes(self, candidate_id: str) -> list[model.Note]:
        rows = await self.activities(candidate_id, "comment")
        return [mapping.note(row, self.account.id) for row in rows if row.get("action") == "comment"]  # fmt: skip

    async def offers(self, application_id: str) -> list[model.Offer]:
        """The latest one only; without one Workable tells the candidate and nothing else."""
        row = await self.one(f"candidates/{application_id}/offer")
        return [mapping.offer(row, self.account.id, application_id)] if row.get("state") else []

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        row = await self.record(candidate_id)
        url, about = row.get("resume_url"), mapping.part(row, "resume_metadata")
        if not url:
            return None
        return self.file(candidate_id, mapping.text(about, "filename") or "resume.pdf", "resume", str(url))  # fmt: skip

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        """Workable gives files no time: the résumé stands first."""
        rows = rows_of(await self.http.get(f"candidates/{candidate_id}/files"), "files")
        found = [
            self.file(
                candidate_id,
                str(row.get("name") or "file"),
                str(row.get("kind") or ""),
                str(row.get("preview_url") or ""),
            )
            for row in rows
        ]
        return sorted(found, key=lambda file: file.kind != "resume")

    def file(self, candidate: str, name: str, kind: str, url: str) -> model.Attachment:
        """A file, known by its name; its address is signed and dies within the day."""
        return model.Attachment(
            ref=Ref(account=self.account.id, kind="attachment", id=f"{candidate}/{name}"),
            name=name,
            kind=kind if kind in ("resume", "cover_letter", "offer") else "other",
            raw={"url": url},
        )

    async def download(self, attachment: model.Attachment) -> bytes:
        url = swap(str(attachment.raw.get("url") or ""), self.account.base_url)
        return await self.http.raw(url, signed=True)
