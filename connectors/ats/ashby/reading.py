"""What Ashby tells of people, applications and jobs. A person names their applications; each is asked for."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from connectors import model
from connectors.ats.ashby import fields, jobs, mapping
from connectors.ats.ashby.calls import MOST, STALE, Calls, Row, is_id, listed, permission
from connectors.contract import Walkable
from connectors.errors import ConnectorError, Gone, MissingPermission, Rejected
from connectors.matching import is_email, matches
from connectors.model import Finding, Ref

FEW = 3  # people who are asked for one by one; also pages of applications that are looked through for more
STATUSES = ["Draft", "Open", "Closed", "Archived"]  # drafts come only when they are asked for
LISTS: dict[str, tuple[str, Row]] = {
    "candidate": ("candidate.list", {}), "application": ("application.list", {}),
    "job": ("job.list", {"status": STATUSES, "expand": ["location", "openings"]}),
}  # fmt: skip
OBJECTS = {"candidate": "Candidate", "application": "Application", "job": "Job", "offer": "Offer"}
# What is tried for each permission, and what is lost without it. Writes are tried with nothing in them.
CHECKS: tuple[tuple[str, str, Row, frozenset[str]], ...] = (
    ("Read candidates", "candidate.list", {"limit": 1}, frozenset(["listing", "search_email", "search_name", "resumes", "changes"])),
    ("Read jobs", "job.list", {"limit": 1}, frozenset(["openings", "postings", "teams"])),
    ("Read interviews", "interviewSchedule.list", {"limit": 1}, frozenset(["read_interviews"])),
    ("Read users", "user.list", {"limit": 1}, frozenset()),
    ("Read reasons and fields", "archiveReason.list", {}, frozenset(["custom_fields"])),
    ("Read offers", "offer.list", {"limit": 1}, frozenset(["read_offers"])),
    ("Read approvals", "approval.list", {"limit": 1}, frozenset(["approvals"])),
    ("Change candidates", "candidate.createNote", {}, frozenset([
        "notes", "private_notes", "attachments", "tags", "move_stage", "reject", "unreject", "hire", "scorecards", "anonymise",
        "create_candidate", "update_candidate", "create_application", "update_application",
    ])),
    ("Make interviews", "interviewSchedule.create", {}, frozenset(["interviews"])),
    ("Make offers", "offerProcess.start", {}, frozenset(["offers"])),
    ("Open and close jobs", "job.setStatus", {}, frozenset(["job_status"])),
    ("Set up webhooks", "webhook.create", {}, frozenset(["register_webhook"])),
)  # fmt: skip


class Reading(Calls):
    """Reads of people, applications and jobs."""

    async def check(self) -> list[Finding]:
        return [await self._checked(*row) for row in CHECKS]

    async def _checked(self, what: str, call: str, body: Row, lost: frozenset[str]) -> Finding:
        """A write without its fields is refused for them, which tells that the key would be let through."""
        try:
            await self.tell(call, body)
        except MissingPermission:
            said = f"The key is not active, or lacks {permission(call)}: tick it in Ashby under Admin, API keys."
            return Finding(what=what, ok=False, detail=said, abilities=lost)
        except (Rejected, Gone) as error:
            if error.code != "invalid_input":
                return Finding(what=what, ok=False, detail=error.text, abilities=lost)
        except ConnectorError as error:
            return Finding(what=what, ok=False, detail=error.text, abilities=lost)
        return Finding(what=what, ok=True)

    async def definitions(self, kind: str) -> dict[str, Row]:
        """The account's own fields of one kind, by id; none when the key may not see them."""
        try:
            rows = await self.static("customField.list")
        except MissingPermission:
            return {}
        return {str(r["id"]): r for r in rows if r.get("objectType") == OBJECTS[kind]}

    async def custom_fields(self, kind: model.Kind) -> list[model.CustomField]:
        if kind not in OBJECTS:
            return []
        return [fields.defined(row) for row in (await self.definitions(kind)).values()]

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """Ashby's own search first. It tells a hundred at most, and is not known to look past accents: then all are listed."""
        typed = text.strip()
        if not typed:
            return
        known = await self.definitions("candidate")
        wish = {"email": typed} if is_email(typed) else {"name": typed}
        rows = listed(await self.tell("candidate.search", wish))
        found = [r for r in rows if is_email(typed) or matches(typed, str(r.get("name") or ""))]
        if is_email(typed) or (found and len(rows) < MOST):
            for row in found:
                yield mapping.candidate(row, self.account.id, known)
            return
        async for page in self.pages("candidate.list", {}):
            for row in listed(page):
                if matches(typed, str(row.get("name") or "")):
                    yield mapping.candidate(row, self.account.id, known)

    async def person(self, id: str) -> Row:
        return await self.one("candidate.info", id=self.known(id))

    def known(self, id: str) -> str:
        """An id that Ashby can have given. Raises Gone."""
        if not is_id(id):
            raise Gone("It is not there any more.", account=self.account.id, code="not_found")
        return id

    async def candidate(self, id: str) -> model.Candidate:
        row, known = await asyncio.gather(self.person(id), self.definitions("candidate"))
        return mapping.candidate(row, self.account.id, known)

    async def applications(self, candidate_id: str) -> list[model.Application]:
        ids = (await self.person(candidate_id)).get("applicationIds")
        asked = [self._visible(str(id)) for id in ids] if isinstance(ids, list) else []
        return _newest_first([a for a in await asyncio.gather(*asked) if a])

    async def _visible(self, id: str) -> model.Application | None:
        """An application, unless it is of a job that this key may not see."""
        try:
            return await self.application(id)
        except Gone:
            return None

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        """Many people of a small account come from a few pages at once, without the day they entered their stage."""
        if len(candidate_ids) > FEW:
            found: dict[str, list[model.Application]] = {id: [] for id in candidate_ids}
            known, looked = await self.definitions("application"), 0
            async for page in self.pages("application.list", {}):
                for row in listed(page):
                    one = mapping.application(row, self.account.id, known)
                    found.get(one.candidate.id, []).append(one)
                looked += 1
                if not page.get("moreDataAvailable"):
                    return {id: _newest_first(rows) for id, rows in found.items()}
                if looked == FEW:
                    break
        return await super().applications_of(candidate_ids)

    async def application(self, id: str) -> model.Application:
        wish = {"applicationId": self.known(id), "expand": ["applicationFormSubmissions"]}
        row, known = await asyncio.gather(
            self.one("application.info", **wish), self.definitions("application")
        )
        return mapping.application(row, self.account.id, known)

    async def history(self, application_id: str) -> list[model.StageChange]:
        lines = await self.rows("application.listHistory", applicationId=self.known(application_id))
        lines.sort(key=lambda line: str(line.get("enteredStageAt") or ""))
        steps: list[model.StageChange] = []
        for line in lines:
            before = steps[-1] if steps else model.StageChange()
            steps.append(mapping.step(line, self.account.id, before))
        return steps

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """A position is a sync token and, within a walk, a cursor; one that Ashby has forgotten starts all over."""
        token, cursor = _position(position)
        known, departments = await self._beside(kind)
        while True:
            call, body = LISTS[kind]
            more = {"syncToken": token} if token else {}
            more |= {"cursor": cursor} if cursor else {}
            try:
                page = await self.tell(call, {**body, "limit": MOST, **more})
            except ConnectorError as error:
                if error.code not in STALE or not more:
                    raise
                token = cursor = None
                continue
            over = not page.get("moreDataAvailable") or not page.get("nextCursor")
            cursor = None if over else str(page["nextCursor"])
            token = str(page.get("syncToken") or "") or token if over else token
            things = [
                _thing(kind, row, self.account.id, known, departments) for row in listed(page)
            ]
            yield things, json.dumps([token, cursor])
            if over:
                return

    async def _beside(self, kind: Walkable) -> tuple[dict[str, Row], dict[str, str]]:
        known = await self.definitions(kind)
        return known, await self.department_names() if kind == "job" else {}

    async def department_names(self) -> dict[str, str]:
        """Empty when the key may not see them."""
        try:
            rows = await self.static("department.list", includeArchived=True)
        except MissingPermission:
            return {}
        return {str(row["id"]): str(row.get("name") or "") for row in rows}

    async def jobs(self) -> list[model.Job]:
        call, body = LISTS["job"]
        rows = await self.rows(call, **body)
        known, departments = await self._beside("job")
        return [jobs.job(row, self.account.id, known, departments) for row in rows]

    async def job_row(self, id: str) -> Row:
        return await self.one("job.info", id=self.known(id), expand=["location", "openings"])

    async def job(self, id: str) -> model.Job:
        row = await self.job_row(id)
        return jobs.job(row, self.account.id, *await self._beside("job"))

    async def pipeline(self, job_id: str) -> list[model.Application]:
        rows = await self.rows("application.list", jobId=self.known(job_id), status="Active")
        known = await self.definitions("application")
        return [mapping.application(row, self.account.id, known) for row in rows]

    async def team(self, job_id: str) -> list[model.TeamMember]:
        return [member for _, member in self._members(await self.job_row(job_id))]

    async def memberships(self, user_id: str) -> list[tuple[Ref, model.TeamMember]]:
        rows = await self.rows("job.list", status=STATUSES)
        found = [pair for row in rows for pair in self._members(row)]
        return [(job, member) for job, member in found if member.user.id == user_id]

    def _members(self, row: Row) -> list[tuple[Ref, model.TeamMember]]:
        job = Ref(account=self.account.id, kind="job", id=str(row["id"]))
        found = []
        for seat in mapping.parts(row, "hiringTeam"):
            if seat.get("userId"):
                user = Ref(account=self.account.id, kind="user", id=str(seat["userId"]))
                role = mapping.ROLES.get(str(seat.get("role")).casefold(), "other")
                found.append((job, model.TeamMember(user=user, role=role)))
        return found


def _newest_first(found: list[model.Application]) -> list[model.Application]:
    return sorted(found, key=lambda a: a.version, reverse=True)


def _position(text: str | None) -> tuple[str | None, str | None]:
    """The sync token and the cursor of a position; nothing at all for one that is none of ours."""
    try:
        found: Any = json.loads(text or "[]")
    except ValueError:
        return None, None
    pair = found if isinstance(found, list) and len(found) == 2 else [None, None]
    token, cursor = (part if isinstance(part, str) and part else None for part in pair)
    return token, cursor


def _thing(
    kind: str, row: Row, account: str, known: dict[str, Row], departments: dict[str, str]
) -> model.Thing:
    if kind == "job":
        return jobs.job(row, account, known, departments)
    if kind == "application":
        return mapping.application(row, account, known)
    return mapping.candidate(row, account, known)
