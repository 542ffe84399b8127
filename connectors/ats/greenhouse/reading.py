"""What Greenhouse tells. Every resource is a flat list; parents are asked for apart, 50 ids at a time."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from connectors import model
from connectors.addresses import swap
from connectors.ats.greenhouse import mapping
from connectors.ats.greenhouse.rows import Row, listed, newest
from connectors.auth import ClientCredentials
from connectors.contract import Ats
from connectors.errors import ConnectorError, Gone
from connectors.http import Client, pages
from connectors.matching import is_email, matches
from connectors.model import Finding, Ref

HOST = "https://harvest.greenhouse.io/v3"
LOGIN = "https://auth.greenhouse.io/token"
MOST = 50


class Reading(Ats):
    """All reads of one account."""

    http: Client

    def connect(self) -> None:
        keys = {**self.account.config, **self.account.secrets}
        auth = ClientCredentials(
            self.account, LOGIN, keys["client_id"], keys["client_secret"], keys.get("user_id")
        )
        self.http = self.pool.client(self.account, HOST, auth)

    async def rows(self, resource: str, **filters: Any) -> list[Row]:
        """Every row of a list, to the end of its pages. The cursor has to travel alone, so we only follow links."""
        found: list[Row] = []
        async for answer in pages(self.http, resource, per_page=500, **filters):
            found += listed(answer.json)
        return found

    async def by_ids(
        self, resource: str, ids: Iterable[Any], key: str = "ids", **filters: Any
    ) -> list[Row]:
        """Rows for many ids, at most 50 in a call."""
        wanted = [str(i) for i in dict.fromkeys(ids) if i not in (None, "")]
        parts = [wanted[n : n + MOST] for n in range(0, len(wanted), MOST)]
        found = await asyncio.gather(
            *(self.rows(resource, **{key: ",".join(part)}, **filters) for part in parts)
        )
        return [row for rows in found for row in rows]

    async def one(self, resource: str, id: str) -> Row:
        """One row. v3 has no `GET /x/{id}`. Raises Gone."""
        for row in await self.by_ids(resource, [id]):
            if str(row.get("id")) == id:
                return row
        raise Gone("It is not there any more.", account=self.account.id)

    async def check(self) -> list[Finding]:
        found = []
        for what, resource in (
            ("Read candidates", "candidates"),
            ("Read jobs", "jobs"),
            ("Read users", "users"),
        ):
            try:
                await self.http.get(resource, per_page=1)
                found.append(Finding(what=what, ok=True))
            except ConnectorError as error:
                found.append(Finding(what=what, ok=False, detail=error.text))
        return found

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """An address is asked for directly; a name by listing the account, 500 a page, forgotten at once."""
        if is_email(text):
            for row in await self.rows("candidates", email=text.strip()):
                yield mapping.candidate(row, self.account.id)
            return
        async for answer in pages(self.http, "candidates", per_page=500):
            for row in listed(answer.json):
                name = f"{row.get('first_name') or ''} {row.get('last_name') or ''} {row.get('preferred_name') or ''}"
                if matches(text, name):
                    yield mapping.candidate(row, self.account.id)

    async def candidate(self, id: str) -> model.Candidate:
        return mapping.candidate(await self.one("candidates", id), self.account.id)

    async def applications(self, candidate_id: str) -> list[model.Application]:
        return (await self.applications_of([candidate_id]))[candidate_id]

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        found = await self._applications(
            await self.by_ids("applications", candidate_ids, key="candidate_ids")
        )
        found.sort(key=newest, reverse=True)
        return {id: [a for a in found if a.candidate.id == id] for id in candidate_ids}

    async def application(self, id: str) -> model.Application:
        return (await self._applications([await self.one("applications", id)]))[0]

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        row = await self.one("applications", id)
        found, person = await asyncio.gather(
            self._applications([row]), self.candidate(str(row.get("candidate_id")))
        )
        return found[0], person

    async def _applications(self, rows: list[Row]) -> list[model.Application]:
        """Join job titles, sources, and the current stage: an application's own `stage_id` is only an instance."""
        jobs, sources, stages = await asyncio.gather(
            self.by_ids("jobs", (r.get("job_id") for r in rows)),
            self._sources(rows),
            self.by_ids(
                "application_stages", (r["id"] for r in rows), key="application_ids", current="true"
            ),
        )
        titles = {str(j["id"]): str(j.get("name") or "") for j in jobs}
        current = {str(s.get("application_id")): s for s in stages if s.get("current") is not False}
        found = []
        for row in rows:
            stage = current.get(str(row["id"]), {})
            row = {**row, "job_interview_stage_id": stage.get("job_interview_stage_id")}
            found.append(
                mapping.application(
                    row,
                    self.account.id,
                    job_title=titles.get(str(row.get("job_id"))) or None,
                    source=sources.get(str(row.get("source_id"))),
                    since=mapping.moment(stage.get("entered_at")),
                )  # fmt: skip
            )
        return found

    async def _sources(self, rows: list[Row]) -> dict[str, str]:
        try:
            found = await self.by_ids("sources", (r.get("source_id") for r in rows))
        except ConnectorError:
            return {}  # a nicety; the card says "Not told"
        return {str(s["id"]): str(s.get("name") or "") for s in found}

    async def jobs(self) -> list[model.Job]:
        return [mapping.job(row, self.account.id) for row in await self.rows("jobs")]

    async def job(self, id: str) -> model.Job:
        return mapping.job(await self.one("jobs", id), self.account.id)

    async def team(self, job_id: str) -> list[model.TeamMember]:
        return [member for _, member in await self._team(job_ids=job_id)]

    async def memberships(self, user_id: str) -> list[tuple[Ref, model.TeamMember]]:
        return await self._team(user_ids=user_id)

    async def _team(self, **filters: str) -> list[tuple[Ref, model.TeamMember]]:
        owners, managers = await asyncio.gather(
            self.rows("job_owners", **filters), self.rows("job_hiring_managers", **filters)
        )
        roles = {"recruiter": "recruiter", "coordinator": "coordinator", "sourcer": "sourcer"}
        found = []
        for row, role in [(r, "hiring_manager") for r in managers] + [
            (r, roles.get(str(r.get("type")).lower(), "other")) for r in owners
        ]:
            job = mapping.ref(self.account.id, "job", row.get("job_id"))
            user = mapping.ref(self.account.id, "user", row.get("user_id"))
            if job and user:
                found.append((job, model.TeamMember.model_validate({"user": user, "role": role})))
        return found

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        if job_id is None:
            return []
        rows = await self.rows("job_interview_stages", job_ids=job_id)
        found = [mapping.stage(r, self.account.id) for r in rows if r.get("active") is not False]
        return sorted(found, key=lambda stage: (stage.order, stage.ref.id))

    async def plan(self, job_id: str, stage_id: str | None) -> list[model.PlannedInterview]:
        filters = {"job_interview_stage_ids": stage_id} if stage_id else {"job_ids": job_id}
        rows = [
            r for r in await self.rows("job_interviews", **filters) if r.get("active") is not False
        ]
        ids = [r["id"] for r in rows]
        usual, kits = await asyncio.gather(
            self.by_ids("default_interviewers", ids, key="job_interview_ids"),
            self.by_ids("interview_kits", ids, key="job_interview_ids"),
        )
        forms = {str(k.get("job_interview_id")): k["id"] for k in kits}
        found = []
        for row in sorted(rows, key=lambda r: int(r.get("sort_order") or 0)):
            people = (
                u.get("user_id") for u in usual if str(u.get("job_interview_id")) == str(row["id"])
            )
            refs = tuple(r for r in (mapping.ref(self.account.id, "user", p) for p in people) if r)
            found.append(mapping.planned(row, self.account.id, forms.get(str(row["id"])), refs))
        return found

    async def users(self) -> list[model.User]:
        return [mapping.user(row, self.account.id) for row in await self.rows("users")]

    async def user_by_email(self, email: str) -> model.User | None:
        wanted = email.casefold()
        for row in await self.rows("users", primary_email=email):
            found = mapping.user(row, self.account.id)
            if wanted in {
                (found.email or "").casefold(),
                *(str(e).casefold() for e in row.get("emails") or ()),
            }:
                return found
        return None

    async def interviews(self, application_id: str) -> list[model.Interview]:
        return await self.panels(await self.rows("interviews", application_ids=application_id))

    async def panels(self, rows: list[Row]) -> list[model.Interview]:
        seats = await self.by_ids("interviewers", (r["id"] for r in rows), key="interview_ids")
        found = []
        for row in rows:
            mine = tuple(
                mapping.seat(s, self.account.id)
                for s in seats
                if str(s.get("interview_id")) == str(row["id"])
            )
            found.append(mapping.interview(row, self.account.id, mine))
        return found

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        rows = await self.rows("scorecards", application_ids=application_id)
        return [mapping.scorecard(row, self.account.id) for row in rows]

    async def scorecard_form(self, application_id: str, planned: Ref | None) -> model.Form | None:
        """The kit's questions after the overall recommendation, which every Greenhouse scorecard has."""
        if planned is None:
            return None
        kits = await self.by_ids("interview_kits", [planned.id], key="job_interview_ids")
        if not kits:
            return None
        kit = str(kits[0]["id"])
        questions = await self.by_ids("scorecard_questions", [kit], key="interview_kit_ids")
        options = await self.by_ids(
            "scorecard_question_options", (q["id"] for q in questions), key="scorecard_question_ids"
        )
        kinds = {
            "text": "long_text",
            "yes_no": "yes_no",
            "single_select": "choice",
            "multi_select": "choices",
        }
        fields = [
            model.FormField(
                path=str(q["id"]),
                label=mapping.text(q.get("question")) or "Question",
                kind=kinds.get(
                    str(q.get("answer_type")),
                    "instruction" if q.get("answer_type") == "instruction" else "long_text",
                ),
                required=bool(q.get("required")),
                options=tuple(
                    (str(o["id"]), str(o.get("name") or o.get("label") or o["id"]))
                    for o in options
                    if str(o.get("scorecard_question_id")) == str(q["id"])
                ),
            )
            for q in sorted(questions, key=lambda q: int(q.get("sort_order") or 0))
        ]
        return model.Form(
            ref=Ref(account=self.account.id, kind="form", id=kit),
            title="Scorecard",
            fields=tuple(fields),
        )

    async def notes(self, candidate_id: str) -> list[model.Note]:
        rows = await self.rows("notes", candidate_ids=candidate_id)
        return [mapping.note(row, self.account.id) for row in rows]

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        rows = await self.rows("attachments", candidate_ids=candidate_id, type="resume")
        rows = [r for r in rows if r.get("type") in ("resume", None) and r.get("url")]
        if not rows:
            return None
        newest = max(rows, key=lambda r: str(r.get("created_at") or ""))
        return model.Attachment(
            ref=Ref(account=self.account.id, kind="attachment", id=str(newest["id"])),
            name=str(newest.get("filename") or "resume.pdf"),
            kind="resume",
            created=mapping.moment(newest.get("created_at")),
            raw=newest,
        )

    async def download(self, attachment: model.Attachment) -> bytes:
        """The address is signed and short-lived: it is used at once and kept nowhere."""
        return await self.http.raw(
            swap(str(attachment.raw["url"]), self.account.base_url), signed=True
        )

    async def reasons(self) -> list[model.Reason]:
        parties = {"WE_REJECTED_THEM": "we", "THEY_REJECTED_US": "they", "NONE_SPECIFIED": "none"}
        return [
            model.Reason(
                ref=Ref(account=self.account.id, kind="reason", id=str(r["id"])),
                name=str(r.get("name") or "Reason"),
                party=parties.get(str((r.get("type") or {}).get("key")), "other"),
            )
            for r in await self.rows("rejection_reasons", include_defaults="true")
        ]

    async def offers(self, application_id: str) -> list[model.Offer]:
        rows = await self.rows("offers", application_ids=application_id, current_only="true")
        return [mapping.offer(row, self.account.id) for row in rows]

    async def list_ids(
        self, kind: model.Kind, position: str | None
    ) -> AsyncIterator[tuple[list[Ref], str]]:
        resource = "applications" if kind == "application" else "candidates"
        since = {"updated_at": f"gte|{position}"} if position else {}
        reached = position or ""
        async for answer in pages(self.http, resource, per_page=500, **since):
            rows = listed(answer.json)
            reached = max([reached, *(str(r.get("updated_at") or "") for r in rows)])
            yield [Ref(account=self.account.id, kind=kind, id=str(r["id"])) for r in rows], reached
