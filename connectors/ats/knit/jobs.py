"""Jobs, their stages and teams, and the users who stand in them."""

import asyncio

from connectors import model
from connectors.ats.knit import mapping, workable
from connectors.ats.knit.calls import BEHIND, Calls, Row
from connectors.errors import Gone


class Jobs(Calls):
    """What one integration tells of jobs: always all of them, for there is no call for one."""

    async def listed(self) -> list[Row]:
        """All jobs, kept for a minute: there is no call for one of them."""
        now = asyncio.get_running_loop().time()
        until, rows = self._static.get("jobs", (0.0, []))
        if until <= now:
            rows = [row async for page, _ in self.pages("ats.job.list", "jobs") for row in page]
            self._static["jobs"] = (now + 60, rows)
        return rows

    async def titles(self) -> dict[str, str]:
        found = [mapping.job(row, self.account.id) for row in await self.listed()]
        return {job.ref.id: job.title for job in found}

    async def row_of(self, job_id: str) -> Row:
        for row in await self.listed():
            if str(mapping.part(row, "info").get("id")) == job_id:
                return row
        raise Gone("It is not there any more.", account=self.account.id)

    async def jobs(self) -> list[model.Job]:
        return [mapping.job(row, self.account.id) for row in await self.listed()]

    async def job(self, id: str) -> model.Job:
        return mapping.job(await self.row_of(id), self.account.id)

    async def team(self, job_id: str) -> list[model.TeamMember]:
        return mapping.team(await self.row_of(job_id), self.account.id)

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """Without the stage of the hired: `hire` leads there, not a move."""
        rows = [await self.row_of(job_id)] if job_id is not None else await self.listed()
        found = {s.ref.id: s for row in rows for s in mapping.stages(row, self.account.id)}
        return [stage for stage in found.values() if stage.kind != "hired"]

    async def users(self) -> list[model.User]:
        """Those who stand in hiring teams; of Workable, all members."""
        if self.behind == BEHIND:
            rows = await self.every("/members", "members")
            return [workable.member(row, self.account.id) for row in rows]
        found: dict[str, model.User] = {}
        for job in await self.listed():
            for row in mapping.listed(job, "hiringManagers") + mapping.listed(job, "recruiters"):
                if row.get("id"):
                    found[str(row["id"])] = mapping.user(row, self.account.id)
        return list(found.values())
