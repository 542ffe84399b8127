"""What Greenhouse tells of people and their applications, and the walk over everything."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from connectors import model, values
from connectors.ats.greenhouse import mapping_people
from connectors.ats.greenhouse.reading_jobs import Jobs
from connectors.ats.greenhouse.rows import Row, grouped, listed, newest
from connectors.contract import Walkable
from connectors.errors import Rejected
from connectors.http import Answer, pages
from connectors.matching import is_email, matches


class People(Jobs):
    """The reads of one account that are about candidates."""

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """An address is asked for directly; a name by listing the account, 500 a page, forgotten at once."""
        if is_email(text):
            for row in await self.rows("candidates", email=text.strip()):
                yield mapping_people.candidate(row, self.account.id)
            return
        async for answer in pages(self.http, "candidates", per_page=500):
            for row in listed(answer.json):
                names = (row.get(k) or "" for k in ("first_name", "last_name", "preferred_name"))
                if matches(text, " ".join(map(str, names))):
                    yield mapping_people.candidate(row, self.account.id)

    async def candidate(self, id: str) -> model.Candidate:
        return mapping_people.candidate(await self.one("candidates", id), self.account.id)

    async def candidates(self, ids: Sequence[str]) -> list[model.Candidate]:
        rows = {str(r["id"]): r for r in await self.by_ids("candidates", ids)}
        return [mapping_people.candidate(rows[i], self.account.id) for i in ids if i in rows]

    async def applications(self, candidate_id: str) -> list[model.Application]:
        return (await self.applications_of([candidate_id]))[candidate_id]

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        rows = await self.by_ids("applications", candidate_ids, key="candidate_ids")
        found = sorted(await self.joined(rows), key=newest, reverse=True)
        return {id: [a for a in found if a.candidate.id == id] for id in candidate_ids}

    async def application(self, id: str) -> model.Application:
        return (await self.joined([await self.one("applications", id)]))[0]

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        row = await self.one("applications", id)
        found, person = await asyncio.gather(
            self.joined([row]), self.candidate(str(row.get("candidate_id")))
        )
        return found[0], person

    async def pipeline(self, job_id: str) -> list[model.Application]:
        """Asked for as `active`, told as `in_process`."""
        rows = await self.rows("applications", job_ids=job_id, status="active")
        return [one for one in await self.joined(rows) if one.status.kind == "active"]

    async def history(self, application_id: str) -> list[model.StageChange]:
        rows = await self.by_ids("application_stages", [application_id], key="application_ids")
        names = await self.named(
            "job_interview_stages", (r.get("job_interview_stage_id") for r in rows)
        )
        return mapping_people.history(rows, names, self.account.id)

    async def joined(self, rows: list[Row], *, notes: bool = True) -> list[model.Application]:
        """Applications with what stands elsewhere: title, source, referrer, current stage, rejection.

        Without `notes` the words of a rejection are not fetched, for walks over everything.
        """
        gone = [row for row in rows if row.get("status") == "rejected"]
        titles, sources, credited, stages, rejections = await asyncio.gather(
            self.named("jobs", (r.get("job_id") for r in rows)),
            self.named("sources", (r.get("source_id") for r in rows)),
            self._referrers(rows),
            self.by_ids(
                "application_stages", (r["id"] for r in rows), key="application_ids", current="true"
            ),
            self._rejections(gone, notes),
        )
        current = {str(s.get("application_id")): s for s in stages if s.get("current") is not False}
        found = []
        for row in rows:
            stage = current.get(str(row["id"]), {})
            found.append(
                mapping_people.application(
                    {**row, "job_interview_stage_id": stage.get("job_interview_stage_id")},
                    self.account.id,
                    job_title=titles.get(str(row.get("job_id"))) or None,
                    source=sources.get(str(row.get("source_id"))) or None,
                    since=values.moment(stage.get("entered_at")),
                    credited_to=credited.get(str(row.get("referrer_id"))),
                    rejected=rejections.get(str(row["id"])),
                )
            )
        return found

    async def _referrers(self, rows: list[Row]) -> dict[str, model.Ref]:
        """The users behind referrers; a referrer from outside is nobody's user."""
        known = await self.known("referrers", (r.get("referrer_id") for r in rows))
        users = {
            id: values.ref(self.account.id, "user", r.get("user_id")) for id, r in known.items()
        }
        return {id: user for id, user in users.items() if user}

    async def _rejections(self, rows: list[Row], notes: bool) -> dict[str, model.Rejection]:
        """Why and by whom. Without the permission for details only the moment is told."""
        details = grouped(
            await self.allowed("rejection_details", (r["id"] for r in rows), "application_ids"),
            "application_id",
        )
        last = {id: each[0] for id, each in details.items()}
        reasons, said = await asyncio.gather(
            self.known(
                "rejection_reasons",
                (d.get("rejection_reason_id") for d in last.values()),
                include_defaults="true",
            ),
            self.allowed(
                "notes", (d.get("rejection_note_id") for d in last.values() if notes), "ids"
            ),
        )
        words = {str(n["id"]): n for n in said}
        found = {}
        for row in rows:
            detail = last.get(str(row["id"]), {})
            reason = reasons.get(str(detail.get("rejection_reason_id")), {})
            note = words.get(str(detail.get("rejection_note_id")), {})
            found[str(row["id"])] = mapping_people.rejection(row, detail, reason, note)
        return found

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """The newest id comes first, so a walk that was cut off goes on at its cursor, not at a time.

        The next walk begins no later than this one did: what changes meanwhile is told again rather than missed.
        """
        since, reached, cursor = unfolded(position)
        async for answer in self._pages(kind, since, cursor):
            rows = listed(answer.json)
            latest = max((str(r.get("updated_at") or "") for r in rows), default="")
            reached = max(reached, earlier(latest, answer.headers.get("date")))
            place = next_cursor(answer)
            things = await self._things(kind, rows)
            yield things, folded(since, reached, place) if place else max(reached, since)

    async def _pages(self, kind: Walkable, since: str, cursor: str) -> AsyncIterator[Answer]:
        if cursor:
            try:
                async for answer in pages(self.http, f"{kind}s", cursor=cursor):
                    yield answer
                return
            except Rejected:
                pass  # the cursor is too old: from the beginning
        filters = {"updated_at": f"gte|{since}"} if since else {}
        async for answer in pages(self.http, f"{kind}s", per_page=500, **filters):
            yield answer

    async def _things(self, kind: Walkable, rows: list[Row]) -> list[model.Thing]:
        if kind == "application":
            return [*await self.joined(rows, notes=False)]
        if kind == "job":
            return [*await self._jobs(rows)]
        return [mapping_people.candidate(row, self.account.id) for row in rows]


def next_cursor(answer: Answer) -> str:
    found = re.search(
        r'[?&]cursor=([^>&]+)[^>]*>\s*;\s*rel="?next"?', answer.headers.get("link", "")
    )
    return unquote(found.group(1)) if found else ""


def folded(since: str, reached: str, cursor: str) -> str:
    """Where a walk is: from when it tells changes, the newest it met, and its next page."""
    return f"{since}~{reached}~{cursor}"


def unfolded(position: str | None) -> tuple[str, str, str]:
    """A finished walk's position is only the time from which the next one tells."""
    parts = (position or "").split("~", 2)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (parts[0], "", "")


def earlier(changed: str, asked: str | None) -> str:
    """The time of a change, or of the answer by the vendor's own clock where that is earlier."""
    try:
        at = parsedate_to_datetime(asked or "")
    except ValueError:
        return changed
    now: datetime = at if at.tzinfo else at.replace(tzinfo=UTC)
    told = values.moment(changed)
    return now.strftime("%Y-%m-%dT%H:%M:%S.000Z") if told and told > now else changed
