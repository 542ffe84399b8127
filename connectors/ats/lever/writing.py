"""What Lever lets us write. `perform_as` names who did it; a PUT replaces the whole object."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from connectors import model
from connectors.ats.lever import mapping
from connectors.ats.lever.reading import Reading, unwrap
from connectors.errors import Gone, InDoubt, Rejected
from connectors.model import Ref


class Writing(Reading):
    """All writes of one account. Lever sends no invite; only panels we made can be changed."""

    async def acting(self, author: Ref | None) -> str:
        """Who a write is done as: the author, the account's `user_id`, else the first super admin."""
        if author is not None:
            return author.id
        if known := self.account.config.get("user_id"):
            return known
        for row in await self.listed("users"):
            if mapping.user(row, self.account.id).admin and not row.get("deactivatedAt"):
                return str(row["id"])
        raise Rejected(
            "Lever needs a user to act as: set user_id on this account.", account=self.account.id
        )

    async def create_interview(self, draft: model.InterviewDraft, *, key: str) -> model.Interview:
        """One panel with one interview; its `externalUrl` is the marker a repeat looks for."""
        if known := await self._by_marker(draft):
            return known
        path = f"opportunities/{draft.application.id}/panels"
        who = await self.acting(draft.acting_user)
        body: dict[str, Any] = {
            "timezone": draft.zone,
            "interviews": [self._interview(draft)],
            "externalUrl": _marker_url(draft),
            "feedbackReminder": "none",
        }
        application = (await self.one(f"opportunities/{draft.application.id}")).get(
            "applications"
        ) or []
        if ids := [mapping.id_of(a) for a in application]:
            body["applications"] = ids
        try:
            made = unwrap((await self.http.post(path, body, perform_as=who)).json)
        except InDoubt:
            if known := await self._by_marker(draft):
                return known
            raise
        return self._first(made, draft)

    async def update_interview(self, id: str, draft: model.InterviewDraft) -> model.Interview:
        """Read, change, put back: whatever is left out would be deleted. A new panel when the old one is gone."""
        path = f"opportunities/{draft.application.id}/interviews/{id}"
        who = await self.acting(draft.acting_user)
        try:
            now = await self.one(path)
        except Gone:
            return await self.create_interview(draft, key=draft.external_id)
        kept = {
            k: now[k]
            for k in ("panel", "note", "feedbackTemplate", "feedbackReminder")
            if now.get(k) is not None
        }
        made = unwrap(
            (await self.http.put(path, kept | self._interview(draft), perform_as=who)).json
        )
        return mapping.interview(
            {"id": id, **(made if isinstance(made, dict) else {})},
            self.account.id,
            draft.application.id,
        )

    async def cancel_interview(self, id: str, draft: model.InterviewDraft) -> None:
        who = await self.acting(draft.acting_user)
        try:
            await self.http.delete(
                f"opportunities/{draft.application.id}/interviews/{id}", perform_as=who
            )
        except Gone:
            return

    def _interview(self, draft: model.InterviewDraft) -> dict[str, Any]:
        minutes = int((draft.end - draft.start).total_seconds() // 60)
        body: dict[str, Any] = {
            "subject": draft.name,
            "interviewers": [{"id": user.id} for user in draft.interviewers],
            "date": mapping.millis(draft.start),
            "duration": max(minutes, 1),
        }
        return body | ({"location": draft.location} if draft.location else {})

    async def _by_marker(self, draft: model.InterviewDraft) -> model.Interview | None:
        for panel in await self.rows(f"opportunities/{draft.application.id}/panels"):
            if panel.get("externalUrl") == _marker_url(draft) and panel.get("interviews"):
                return self._first(panel, draft)
        return None

    def _first(self, panel: Any, draft: model.InterviewDraft) -> model.Interview:
        rows = panel.get("interviews") if isinstance(panel, dict) else None
        row = rows[0] if rows and isinstance(rows[0], dict) else {"id": rows[0] if rows else ""}
        return mapping.interview(
            {**self._interview(draft), **row}, self.account.id, draft.application.id
        )

    async def submit_scorecard(
        self,
        application_id: str,
        form: model.Form,
        answers: Mapping[str, str | Sequence[str]],
        *,
        author: Ref,
        interview: Ref | None,
        key: str,
    ) -> model.Scorecard:
        """One filled form per author and interview; a second try finds the first."""
        path = f"opportunities/{application_id}/feedback"
        for row in await self.rows(path):
            same = (
                mapping.id_of(row.get("user")) == author.id
                and row.get("baseTemplateId") == form.ref.id
            )
            if (
                same
                and (
                    interview is None or mapping.id_of(row.get("interview")) in (interview.id, None)
                )
                and row.get("completedAt")
            ):
                return mapping.scorecard(row, self.account.id, application_id)
        values = [{"id": path_, "value": _value(value)} for path_, value in answers.items()]
        body: dict[str, Any] = {"baseTemplateId": form.ref.id, "fieldValues": values}
        if interview:
            body["interview"] = interview.id
        made = unwrap((await self.http.post(path, body, perform_as=author.id)).json)
        return mapping.scorecard(made, self.account.id, application_id)

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
        opportunity = await self.opportunity_of(candidate_id, application_id)
        marker = f"ref: {_marker(key)}"
        if known := await self._note(opportunity, marker):
            return known
        row: dict[str, Any] = {
            "value": f"{body}\n\n{marker}",
            "secret": private,
            "notifyFollowers": False,
        }
        query = {"perform_as": author.id} if author else {}
        try:
            made = unwrap(
                (await self.http.post(f"opportunities/{opportunity}/notes", row, **query)).json
            )
        except InDoubt:
            if known := await self._note(opportunity, marker):
                return known
            raise
        return mapping.note({**row, **(made if isinstance(made, dict) else {})}, self.account.id)

    async def _note(self, opportunity: str, marker: str) -> model.Note | None:
        rows = await self.rows(f"opportunities/{opportunity}/notes")
        return next(
            (n for n in (mapping.note(r, self.account.id) for r in rows) if marker in n.body), None
        )

    async def attach(
        self,
        candidate_id: str,
        filename: str,
        content: bytes,
        *,
        kind: str,
        key: str,
        application_id: str | None = None,
        author: Ref | None = None,
    ) -> model.Attachment:
        """The marker stands in the file's name."""
        opportunity = await self.opportunity_of(candidate_id, application_id)
        stem, dot, suffix = filename.rpartition(".")
        name = f"{stem}-{_marker(key)}.{suffix}" if dot else f"{filename}-{_marker(key)}"
        path = f"opportunities/{opportunity}/files"
        for row in await self.rows(path):
            if row.get("name") == name:
                return model.Attachment(
                    ref=Ref(account=self.account.id, kind="attachment", id=str(row["id"])),
                    name=name,
                    kind=kind,
                )
        files = {"file": (name, content, "application/pdf")}
        made = unwrap(
            (await self.http.post(path, files=files, perform_as=await self.acting(author))).json
        )
        return model.Attachment(
            ref=Ref(account=self.account.id, kind="attachment", id=str(made["id"])),
            name=name,
            kind=kind,
        )

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        now = await self.one(f"opportunities/{application_id}")
        if mapping.id_of(now.get("stage")) == stage_id:
            return
        query = {"perform_as": author.id} if author else {}
        await self.http.put(f"opportunities/{application_id}/stage", {"stage": stage_id}, **query)

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        now = await self.application(application_id)
        if now.status.kind == "rejected":
            return
        await self._archive(application_id, reason_id, author)
        if note:
            await self.add_note(
                now.candidate.id,
                note,
                key=f"reject:{application_id}",
                application_id=application_id,
                author=author,
            )

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        """Hired is an archive reason of that type."""
        if (await self.application(application_id)).status.kind == "hired":
            return
        reasons = [
            r
            for r in await self.rows("archive_reasons")
            if r.get("type") == "hired" and r.get("status") != "inactive"
        ]
        if not reasons:
            raise Rejected(
                "This Lever account has no archive reason of type hired.", account=self.account.id
            )
        await self._archive(application_id, str(reasons[0]["id"]), author)

    async def _archive(self, application_id: str, reason: str, author: Ref | None) -> None:
        query = {"perform_as": author.id} if author else {}
        await self.http.put(
            f"opportunities/{application_id}/archived",
            {"reason": reason, "cleanInterviews": False},
            **query,
        )


def _marker(key: str) -> str:
    """Eight letters that stand for our key."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def _marker_url(draft: model.InterviewDraft) -> str:
    return draft.external_url or f"https://callsheet.invalid/{draft.external_id}"


def _value(value: str | Sequence[str]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)
