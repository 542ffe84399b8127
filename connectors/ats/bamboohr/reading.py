"""What BambooHR tells. Applications come in pages of its own size, jobs and statuses as bare lists, users by their numbers."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

from connectors import model
from connectors.addresses import swap
from connectors.ats.bamboohr import mapping
from connectors.auth import Basic
from connectors.budget import Rate
from connectors.contract import Ats, Walkable
from connectors.errors import ConnectorError, Gone, MissingPermission
from connectors.http import Client
from connectors.http_pages import by_cursor, listed, told
from connectors.matching import is_email, matches, words
from connectors.model import Finding

RATE = Rate(20, 2)  # a guess: BambooHR names no figure, and a 429 corrects it
REMEMBERED = 60.0  # seconds for which jobs, users and statuses are not asked for again
MOST = 5  # pages that are looked through for the statuses in which candidacies end
EVERY = {"applicationStatus": "ALL", "jobStatusGroups": "ALL"}  # else some are left out
GROUPS = {"INACTIVE": "archived", "HIRED": "hired"}
AREA = "applicant_tracking"
Row = dict[str, Any]
PROBES = (
    ("Read applications", f"{AREA}/applications", frozenset({"listing", "search_email", "resumes"})),
    ("Read job openings", f"{AREA}/jobs", frozenset({"postings", "teams"})),
    ("Read applicant statuses", f"{AREA}/statuses", frozenset({"move_stage", "reject", "hire"})),
    ("Read users", "meta/users", frozenset({"teams"})),
)  # fmt: skip


class Reading(Ats):
    """All reads of one company. An application and its person go by the same number."""

    http: Client

    def connect(self) -> None:
        given = {**self.account.config, **self.account.secrets}
        self.host = f"https://{given['subdomain'].strip()}.bamboohr.com"
        self.http = self.pool.client(
            self.account, f"{self.host}/api/v1", Basic(given["api_key"], "x"), RATE,
            headers={"accept": "application/json"},
        )  # fmt: skip
        self._static: dict[str, tuple[float, list[Row]]] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def check(self) -> list[Finding]:
        found = []
        for what, path, abilities in PROBES:
            try:
                await self.http.get(path)
                found.append(Finding(what=what, ok=True))
            except ConnectorError as error:
                found.append(Finding(what=what, ok=False, detail=error.text, abilities=abilities))
        return found

    async def pages(self, **filters: Any) -> AsyncIterator[list[Row]]:
        """Applications, the oldest first unless told otherwise, so that newcomers shift nobody from page to page.

        The next page's address may be of another host: only its number is taken.
        """
        query = {**EVERY, "sortBy": "created_date", "sortOrder": "ASC", **filters}
        next_one = told("nextPageUrl")
        async for answer in by_cursor(self.http, f"{AREA}/applications", next_one, name="page", **query):  # fmt: skip
            yield [row for row in listed("applications")(answer.json) if isinstance(row, dict)]

    async def remembered(self, name: str, ask: Callable[[], Awaitable[list[Row]]]) -> list[Row]:
        """A list that changes rarely, asked for once and kept for a minute."""
        async with self._asking[name]:
            now = asyncio.get_running_loop().time()
            until, rows = self._static.get(name, (0.0, []))
            if until <= now:
                rows = await ask()
                self._static[name] = (now + REMEMBERED, rows)
            return rows

    async def _list(self, path: str) -> list[Row]:
        """A bare list, or an object by number as `meta/users` is."""

        async def ask() -> list[Row]:
            found = (await self.http.get(path)).json
            rows = list(found.values()) if isinstance(found, dict) else found
            return [row for row in rows or () if isinstance(row, dict)]

        return await self.remembered(path, ask)

    async def one(self, id: str) -> Row:
        """A whole application. Raises Gone."""
        if not (id.isascii() and id.isdigit()):
            raise Gone("It is not there any more.", account=self.account.id)
        row = (await self.http.get(f"{AREA}/applications/{id}")).json
        if not isinstance(row, dict) or not row.get("id"):
            raise Gone("It is not there any more.", account=self.account.id)
        return row

    async def kinds(self) -> dict[str, str]:
        """The statuses in which a candidacy ends, by id: `archived` or `hired`.

        No status says so itself: it is learned from who is in it, else from its name, and an admin's word goes before.
        """

        async def learn() -> list[Row]:
            found: dict[str, str] = {}
            for group, kind in GROUPS.items():
                pages = 0
                async for page in self.pages(applicationStatus=group, sortBy="last_updated", sortOrder="DESC"):  # fmt: skip
                    found |= {str(mapping.part(row, "status").get("id")): kind for row in page}
                    pages += 1
                    if pages >= MOST:
                        break
            return [found]

        learned = (await self.remembered("kinds", learn))[0]
        said = {str(k).casefold(): v for k, v in (self.account.overrides.get("stages") or {}).items()}  # fmt: skip
        found = dict(learned)
        for row in await self._list(f"{AREA}/statuses"):
            id, name = str(row["id"]), str(row.get("name") or "")
            if ours := said.get(id) or said.get(name.casefold()):
                found[id] = ours
            elif id not in found and (name.casefold() == "hired" or mapping.INACTIVE.search(name)):
                found[id] = "hired" if name.casefold() == "hired" else "archived"
        return {id: kind for id, kind in found.items() if kind in mapping.ENDED}

    async def statuses(self) -> list[tuple[model.Stage, str]]:
        """All that can be chosen, each with how it ends a candidacy, "" for a stage like another."""
        kinds = await self.kinds()
        rows = await self._list(f"{AREA}/statuses")
        stages = [mapping.stage(row, self.account.id, order) for order, row in enumerate(rows)]
        return [(one, kinds.get(one.ref.id, "")) for one in stages if one.active]

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """BambooHR searches everything at once, so whoever it gives is looked at; a name is found by listing everybody."""
        by_email, wanted = is_email(text), text.strip().casefold()
        if not by_email and not words(text):
            return
        async for page in self.pages(**({"searchString": wanted} if by_email else {})):
            for row in page:
                found = mapping.candidate(row, self.account.id)
                same = (found.email or "").casefold() == wanted
                if same if by_email else matches(text, found.name):
                    yield found

    async def candidate(self, id: str) -> model.Candidate:
        return mapping.candidate(await self.one(id), self.account.id)

    async def applications(self, candidate_id: str) -> list[model.Application]:
        return [await self.application(candidate_id)]

    async def application(self, id: str) -> model.Application:
        return (await self.candidacy(id))[0]

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        row, kinds = await asyncio.gather(self.one(id), self.kinds())
        account = self.account.id
        return mapping.application(row, account, kinds), mapping.candidate(row, account)

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """BambooHR's rows tell no time of change, so everything comes."""
        if kind == "job":
            yield [*await self.jobs()], ""
            return
        kinds = await self.kinds() if kind == "application" else {}
        async for page in self.pages():
            if kind == "candidate":
                yield [mapping.candidate(row, self.account.id) for row in page], ""
            else:
                yield [mapping.application(row, self.account.id, kinds) for row in page], ""

    async def pipeline(self, job_id: str) -> list[model.Application]:
        kinds = await self.kinds()
        rows = [row async for page in self.pages(jobId=job_id) for row in page]
        found = [mapping.application(row, self.account.id, kinds) for row in rows]
        return [one for one in found if one.status.kind == "active"]

    async def jobs(self) -> list[model.Job]:
        return [mapping.job(row, self.account.id) for row in await self._list(f"{AREA}/jobs")]

    async def job(self, id: str) -> model.Job:
        return mapping.job(await self._job(id), self.account.id)

    async def _job(self, id: str) -> Row:
        """There is no call for one job. Raises Gone."""
        for row in await self._list(f"{AREA}/jobs"):
            if str(row.get("id")) == id:
                return row
        raise Gone("It is not there any more.", account=self.account.id)

    async def postings(self, job_id: str) -> list[model.Posting]:
        row = await self._job(job_id)
        return [mapping.posting(row, self.account.id)] if row.get("postingUrl") else []

    async def team(self, job_id: str) -> list[model.TeamMember]:
        """A job has one hiring lead, who is its recruiter and its hiring manager; told as an employee, not as a user."""
        lead = str(mapping.part(await self._job(job_id), "hiringLead").get("employeeId") or "0")
        for user in await self.users():
            if user.employee_id == lead:
                return [
                    model.TeamMember(user=user.ref, role="hiring_manager", responsible=True),
                    model.TeamMember(user=user.ref, role="recruiter"),
                ]
        return []

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """Statuses belong to the company. Those in which a candidacy ends are no stages: they reject or hire."""
        return [stage for stage, kind in await self.statuses() if not kind]

    async def reasons(self) -> list[model.Reason]:
        """BambooHR has no reasons beside its inactive statuses: one of them is the reason."""
        return [
            model.Reason(
                ref=model.Ref(account=self.account.id, kind="reason", id=stage.ref.id), name=stage.name,
                party="they" if mapping.THEIRS.search(stage.name) else "we", raw=stage.raw,
            )
            for stage, kind in await self.statuses()
            if kind == "archived"
        ]  # fmt: skip

    async def users(self) -> list[model.User]:
        rows, owner = await asyncio.gather(self._list("meta/users"), self._owner())
        return [mapping.user(row, self.account.id, owner) for row in rows if row.get("id")]

    async def _owner(self) -> str:
        """The employee whose key this is; "0" where it is nobody's."""

        async def ask() -> list[Row]:
            try:
                found = (await self.http.get("employees/0", fields="id")).json
            except (Gone, MissingPermission):
                found = None
            return [found if isinstance(found, dict) else {}]

        return str((await self.remembered("owner", ask))[0].get("id") or "0")

    async def offices(self) -> list[model.Unit]:
        return [
            model.Unit(ref=model.Ref(account=self.account.id, kind="office", id=str(row["id"])), name=str(row.get("label") or row.get("name") or "Unnamed"), raw=row)
            for row in await self._list(f"{AREA}/locations")
        ]  # fmt: skip

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        return next((f for f in await self.attachments(candidate_id) if f.kind == "resume"), None)

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        return mapping.files(await self.one(candidate_id), self.account.id)

    async def download(self, attachment: model.Attachment) -> bytes:
        """By its address, where one is told: with our key at BambooHR's own host, without it elsewhere. Else by its number."""
        url = attachment.raw.get("url")
        if not url:
            return await self.http.raw(f"files/{attachment.ref.id}")
        whole = urljoin(f"{self.host}/", str(url))
        if urlsplit(whole)[:2] == urlsplit(self.host)[:2]:
            return await self.http.raw(whole)
        return await self.http.raw(swap(whole, self.account.base_url), signed=True)
