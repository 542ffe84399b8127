"""What Lever tells. Lists page by an opaque `offset`; most things hang below one opportunity."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

from connectors import model
from connectors.ats.lever import mapping
from connectors.auth import Basic
from connectors.auth_oauth import Granted, OAuth
from connectors.budget import Rate
from connectors.contract import Ats
from connectors.errors import ConnectorError, Gone, MissingPermission
from connectors.http import Client
from connectors.matching import is_email, matches
from connectors.model import Finding, Ref

HOST = "https://api.lever.co/v1"
OAUTH = OAuth(
    authorize="https://auth.lever.co/authorize",
    token="https://auth.lever.co/oauth/token",
    scopes=(
        "offline_access", "archive_reasons:read:admin", "confidential:access:admin", "contact:read:admin",
        "feedback:write:admin", "feedback_templates:read:admin", "files:write:admin", "interviews:write:admin",
        "notes:write:admin", "offers:read:admin", "opportunities:write:admin", "panels:write:admin",
        "postings:read:admin", "requisitions:read:admin", "resumes:read:admin", "stages:read:admin",
        "uploads:write:admin", "users:read:admin",
    ),
    more={"audience": "https://api.lever.co/v1/"},
    lapses=timedelta(days=90),
)  # fmt: skip
MOST = 50  # people asked for in one call, so that the address stays short
Row = dict[str, Any]


class Reading(Ats):
    """All reads of one account. Ten calls a second, twenty in a burst (vendor's token bucket)."""

    http: Client

    def connect(self) -> None:
        key = {**self.account.config, **self.account.secrets}.get("api_key")
        auth = Basic(key) if key else Granted(self.account, OAUTH)
        self.http = self.pool.client(self.account, HOST, auth, Rate(20, 2))
        self._static: dict[str, tuple[float, list[Row]]] = {}

    async def rows(self, path: str, **filters: Any) -> list[Row]:
        found: list[Row] = []
        async for page in self.walk(path, **filters):
            found += page
        return found

    async def walk(self, path: str, **filters: Any) -> AsyncIterator[list[Row]]:
        """Pages to the end. Some answers wrap `data` twice."""
        offset: str | None = None
        while True:
            answer = (await self.http.get(path, limit=100, offset=offset, **filters)).json or {}
            rows = unwrap(answer)
            yield rows if isinstance(rows, list) else [rows]
            offset = answer.get("next")
            if not answer.get("hasNext") or not offset:
                return

    async def one(self, path: str, **filters: Any) -> Row:
        found = unwrap((await self.http.get(path, **filters)).json)
        if isinstance(found, list):
            found = found[0] if found else None
        if not isinstance(found, dict):
            raise Gone("It is not there any more.", account=self.account.id)
        return found

    async def check(self) -> list[Finding]:
        found = []
        for what, path in (
            ("Read candidates", "opportunities"),
            ("Read postings", "postings"),
            ("Read users", "users"),
        ):
            try:
                await self.http.get(path, limit=1)
                found.append(Finding(what=what, ok=True))
            except ConnectorError as error:
                found.append(Finding(what=what, ok=False, detail=error.text))
        return found

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """No name search: an address is asked for, a name found by listing. One person may have several opportunities."""
        filters: Row = {"confidentiality": "all"}
        if is_email(text):
            filters["email"] = text.strip()
        seen: set[str] = set()
        async for page in self._all(filters):
            for row in page:
                if not is_email(text) and not matches(text, str(row.get("name") or "")):
                    continue
                found = mapping.candidate(row, self.account.id)
                if found.ref.id not in seen:
                    seen.add(found.ref.id)
                    yield found

    async def _all(self, filters: Row) -> AsyncIterator[list[Row]]:
        """`confidentiality=all` needs a key with that right; without it the others are still found."""
        try:
            async for page in self.walk("opportunities", **filters):
                yield page
        except MissingPermission:
            async for page in self.walk(
                "opportunities", **{k: v for k, v in filters.items() if k != "confidentiality"}
            ):
                yield page

    async def candidate(self, id: str) -> model.Candidate:
        return mapping.candidate((await self.opportunities(id))[0], self.account.id)

    async def opportunities(self, contact: str) -> list[Row]:
        """A person's opportunities, newest first. An id that is an opportunity's own is taken too. Raises Gone."""
        rows = await self._opportunities_of([contact])
        rows = [r for r in rows if mapping.id_of(r.get("contact")) in (contact, None)]
        return rows or [await self.one(f"opportunities/{contact}", expand="applications")]

    async def _opportunities_of(self, contacts: Sequence[str]) -> list[Row]:
        """The opportunities of several people, newest first: a repeated filter asks for any of its values."""
        rows = await self.rows(
            "opportunities", contact_id=list(contacts), expand="applications", confidentiality="all"
        )
        return sorted(
            rows,
            key=lambda r: int(r.get("lastInteractionAt") or r.get("createdAt") or 0),
            reverse=True,
        )

    async def applications(self, candidate_id: str) -> list[model.Application]:
        return [await self._application(row) for row in await self.opportunities(candidate_id)]

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        """Many people in a call. Whoever is not among the answers is asked for alone."""
        found: dict[str, list[model.Application]] = {}
        for start in range(0, len(candidate_ids), MOST):
            for row in await self._opportunities_of(candidate_ids[start : start + MOST]):
                made = await self._application(row)
                found.setdefault(made.candidate.id, []).append(made)
        missing = [id for id in candidate_ids if id not in found]
        alone = await super().applications_of(missing)
        return {id: alone[id] if id in alone else found[id] for id in candidate_ids}

    async def application(self, id: str) -> model.Application:
        return (await self.candidacy(id))[0]

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        """One call: an opportunity says who it is about."""
        row = await self.one(f"opportunities/{id}", expand="applications")
        return await self._application(row), mapping.candidate(row, self.account.id)

    async def opportunity_of(self, candidate_id: str, application_id: str | None) -> str:
        """Where notes and files of a person go: the given opportunity, else the newest."""
        return application_id or str((await self.opportunities(candidate_id))[0]["id"])

    async def _application(self, row: Row) -> model.Application:
        stages, reasons, postings = await asyncio.gather(
            self.listed("stages"), self.listed("archive_reasons"), self.listed("postings")
        )
        stage = mapping.id_of(row.get("stage"))
        names = {str(s["id"]): str(s.get("text") or "") for s in stages}
        hired = frozenset(str(r["id"]) for r in reasons if r.get("type") == "hired")
        parts = row.get("applications") or []
        part = parts[0] if parts and isinstance(parts[0], dict) else None
        if parts and part is None:
            part = await self.one(f"opportunities/{row['id']}/applications/{parts[0]}")
        job = mapping.ref(self.account.id, "job", part.get("posting")) if part else None
        titles = {str(p["id"]): str(p.get("text") or "") for p in postings}
        expanded = row["stage"].get("text") if isinstance(row.get("stage"), dict) else None
        return mapping.application(
            row, self.account.id, job=job, job_title=titles.get(job.id) if job else None,
            stage_name=expanded or names.get(stage or ""), hired=hired,
        )  # fmt: skip

    async def listed(self, path: str) -> list[Row]:
        """A list that changes rarely, kept for a minute."""
        now = asyncio.get_running_loop().time()
        until, rows = self._static.get(path, (0.0, []))
        if until <= now:
            rows = await self.rows(path)
            self._static[path] = (now + 60, rows)
        return rows

    async def jobs(self) -> list[model.Job]:
        return [mapping.posting(row, self.account.id) for row in await self.rows("postings")]

    async def job(self, id: str) -> model.Job:
        return mapping.posting(await self.one(f"postings/{id}"), self.account.id)

    async def team(self, job_id: str) -> list[model.TeamMember]:
        return self._team(await self.one(f"postings/{job_id}"))

    def _team(self, row: Row) -> list[model.TeamMember]:
        found: list[model.TeamMember] = []
        for key, role in (
            ("hiringManager", "hiring_manager"),
            ("owner", "recruiter"),
            ("user", "other"),
        ):
            user = mapping.ref(self.account.id, "user", row.get(key))
            if user and user not in [m.user for m in found]:
                found.append(model.TeamMember.model_validate({"user": user, "role": role}))
        return found

    async def memberships(self, user_id: str) -> list[tuple[Ref, model.TeamMember]]:
        found: list[tuple[Ref, model.TeamMember]] = []
        for row in await self.listed("postings"):
            job = Ref(account=self.account.id, kind="job", id=str(row["id"]))
            found += [(job, member) for member in self._team(row) if member.user.id == user_id]
        return found

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """Stages belong to the account, whatever the posting."""
        return [
            mapping.stage(row, self.account.id, n)
            for n, row in enumerate(await self.rows("stages"))
        ]

    async def users(self) -> list[model.User]:
        return [mapping.user(row, self.account.id) for row in await self.rows("users")]

    async def user_by_email(self, email: str) -> model.User | None:
        for row in await self.rows("users", email=email):
            if str(row.get("email") or "").casefold() == email.casefold():
                return mapping.user(row, self.account.id)
        return None

    async def interviews(self, application_id: str) -> list[model.Interview]:
        rows = await self.rows(f"opportunities/{application_id}/interviews")
        return [mapping.interview(row, self.account.id, application_id) for row in rows]

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        rows = await self.rows(f"opportunities/{application_id}/feedback")
        return [
            mapping.scorecard(r, self.account.id, application_id)
            for r in rows
            if not r.get("deletedAt")
        ]

    async def scorecard_form(self, application_id: str, planned: Ref | None) -> model.Form | None:
        """The account's first feedback template; Lever ties none to a posting."""
        rows = await self.rows("feedback_templates")
        return mapping.form(rows[0], self.account.id) if rows else None

    async def notes(self, candidate_id: str) -> list[model.Note]:
        found = []
        for row in await self.opportunities(candidate_id):
            found += [
                mapping.note(n, self.account.id)
                for n in await self.rows(f"opportunities/{row['id']}/notes")
            ]
        return found

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        for row in await self.opportunities(candidate_id):
            files = await self.rows(f"opportunities/{row['id']}/resumes")
            if files:
                newest = max(files, key=lambda f: int(f.get("createdAt") or 0))
                name = (newest.get("file") or {}).get("name") or "resume.pdf"
                ref = Ref(account=self.account.id, kind="attachment", id=str(newest["id"]))
                raw = {"path": f"opportunities/{row['id']}/resumes/{newest['id']}/download"}
                return model.Attachment(ref=ref, name=str(name), kind="resume", raw=raw)
        return None

    async def download(self, attachment: model.Attachment) -> bytes:
        return await self.http.raw(str(attachment.raw["path"]))

    async def reasons(self) -> list[model.Reason]:
        rows = [
            r
            for r in await self.rows("archive_reasons")
            if r.get("type") != "hired" and r.get("status") != "inactive"
        ]
        return [
            model.Reason(
                ref=Ref(account=self.account.id, kind="reason", id=str(r["id"])),
                name=str(r.get("text") or "Reason"),
                party="other",
            )
            for r in rows
        ]

    async def offers(self, application_id: str) -> list[model.Offer]:
        rows = await self.rows(f"opportunities/{application_id}/offers")
        return [mapping.offer(row, self.account.id, application_id) for row in rows]

    async def list_ids(
        self, kind: model.Kind, position: str | None
    ) -> AsyncIterator[tuple[list[Ref], str]]:
        since = {"updated_at_start": position} if position else {}
        reached = int(position or 0)
        async for page in self.walk("opportunities", confidentiality="all", **since):
            reached = max([reached, *(int(r.get("updatedAt") or 0) for r in page)])
            ids = [
                str(r["id"])
                if kind == "application"
                else mapping.id_of(r.get("contact")) or str(r["id"])
                for r in page
            ]
            yield (
                [Ref(account=self.account.id, kind=kind, id=id) for id in dict.fromkeys(ids)],
                str(reached),
            )


def unwrap(answer: Any) -> Any:
    """`{data: …}`, or `{data: {data: …}}` as the vendor's samples show."""
    while isinstance(answer, dict) and "data" in answer:
        answer = answer["data"]
    return answer
