"""What Greenhouse lets us write. It has no idempotency keys, so each write looks for its own marker first."""

import base64
import hashlib
from datetime import date
from typing import Any

from connectors import model
from connectors.ats.greenhouse import mapping
from connectors.ats.greenhouse.records import Records
from connectors.errors import Gone, InDoubt
from connectors.model import Ref


class Writing(Records):
    """All writes of one account. Greenhouse sends no invite and no mail for any of them."""

    async def create_interview(self, draft: model.InterviewDraft, *, key: str) -> model.Interview:
        if known := await self._by_marker(draft):
            return known
        body = self._interview(draft) | {
            "application_id": _number(draft.application.id),
            "external_event_id": draft.external_id,
        }
        if draft.planned:
            body["job_interview_id"] = _number(draft.planned.id)
        try:
            row = _row((await self.http.post("interviews", body)).json)
        except InDoubt:
            if known := await self._by_marker(draft):
                return known
            raise
        return mapping.interview({**body, **row}, self.account.id, ())

    async def _by_marker(self, draft: model.InterviewDraft) -> model.Interview | None:
        rows = await self.rows("interviews", external_event_id=draft.external_id)
        mine = [r for r in rows if r.get("external_event_id") == draft.external_id]
        return mapping.interview(mine[0], self.account.id, ()) if mine else None

    async def update_interview(self, id: str, draft: model.InterviewDraft) -> model.Interview:
        body = self._interview(draft)
        row = _row((await self.http.patch(f"interviews/{id}", body)).json)
        return mapping.interview(
            {"id": id, "application_id": draft.application.id, **body, **row}, self.account.id, ()
        )

    async def cancel_interview(self, id: str, draft: model.InterviewDraft) -> None:
        try:
            await self.http.delete(f"interviews/{id}")
        except Gone:
            return

    def _interview(self, draft: model.InterviewDraft) -> dict[str, Any]:
        """`interviewers` replaces the whole panel."""
        people = [
            {"user_id": _number(u.id), "response_status": "needs_action"}
            for u in draft.interviewers
        ]
        body: dict[str, Any] = {
            "starts_at": draft.start.isoformat().replace("+00:00", "Z"),
            "ends_at": draft.end.isoformat().replace("+00:00", "Z"),
            "interviewers": people,
        }
        return body | ({"location": draft.location} if draft.location else {})

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
        text = f"{body}\n\nref: {_marker(key)}"
        if known := await self._note(candidate_id, key):
            return known
        row: dict[str, Any] = {
            "candidate_id": _number(candidate_id),
            "body": text,
            "visibility": "privately_visible" if private else "publicly_visible",
            "note_type": "note",
        }
        if application_id:
            row["application_id"] = _number(application_id)
        if user := (author.id if author else self.account.config.get("user_id")):
            row["user_id"] = _number(user)
        try:
            made = _row((await self.http.post("notes", row)).json)
        except InDoubt:
            if known := await self._note(candidate_id, key):
                return known
            raise
        return mapping.note({"id": made.get("id", ""), **row}, self.account.id)

    async def _note(self, candidate_id: str, key: str) -> model.Note | None:
        marker = f"ref: {_marker(key)}"
        return next((n for n in await self.notes(candidate_id) if marker in n.body), None)

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
        """The marker stands in the file's name, the only field of ours that comes back."""
        stem, dot, suffix = filename.rpartition(".")
        name = f"{stem}-{_marker(key)}.{suffix}" if dot else f"{filename}-{_marker(key)}"
        types = {"offer": "signed_offer_letter", "resume": "resume", "cover_letter": "cover_letter"}
        for row in await self.rows("attachments", candidate_ids=candidate_id):
            if row.get("filename") == name:
                return _attachment(row, self.account.id, kind)
        body: dict[str, Any] = {
            "candidate_id": _number(candidate_id),
            "filename": name,
            "type": types.get(kind, "other"),
            "content": base64.b64encode(content).decode(),
            "content_type": "application/pdf" if suffix == "pdf" else "application/octet-stream",
        }
        if application_id:
            body["application_id"] = _number(application_id)
        made = _row((await self.http.post("attachments", body)).json)
        return _attachment({"filename": name, **made}, self.account.id, kind)

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        """`from_stage_id` is the application's own instance id, `to_stage_id` a stage of the job's plan."""
        now = await self.application(application_id)
        if now.stage and now.stage.id == stage_id:
            return
        body = {"to_stage_id": _number(stage_id)}
        if now.raw.get("stage_id") is not None:
            body["from_stage_id"] = now.raw["stage_id"]
        await self.http.post(f"applications/{application_id}/move", body)

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        if (await self.application(application_id)).status.kind == "rejected":
            return
        body: dict[str, Any] = {"rejection_reason_id": _number(reason_id)} | (
            {"notes": note} if note else {}
        )
        await self.http.post(f"applications/{application_id}/reject", body)

    async def create_offer(
        self, application_id: str, *, start_on: date, salary: str, key: str
    ) -> model.Offer:
        """One current offer an application: an open one is taken over. Pay stays out of it: fields differ by account."""
        for known in await self.offers(application_id):
            if known.status.kind in ("draft", "sent"):
                return known
        body = {"application_id": _number(application_id), "starts_on": start_on.isoformat()}
        made = _row((await self.http.post("offers", body)).json)
        return mapping.offer({**body, **made}, self.account.id)

    async def mark_offer(
        self, application_id: str, offer_id: str, status: str, on: date
    ) -> model.Offer | None:
        """Versioned: the current row is asked for, since an edit may have given it another id."""
        words = {"sent": "Created", "accepted": "Accepted", "declined": "Rejected"}
        current = next(iter(await self.offers(application_id)), None)
        if current is None or current.status.vendor == words[status]:
            return current
        body = {"sent_on": on.isoformat()} if status == "sent" else {"status": words[status]}
        made = _row((await self.http.patch(f"offers/{current.ref.id}", body)).json)
        return mapping.offer({**current.raw, **made}, self.account.id)

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        if (await self.application(application_id)).status.kind == "hired":
            return
        await self.http.post(
            f"applications/{application_id}/hire", {"start_date": start_on.isoformat()}
        )


def _marker(key: str) -> str:
    """Eight letters that stand for our key."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def _number(id: str) -> int | str:
    """v3 ids are numbers; anything else goes through as it is."""
    return int(id) if id.isdigit() else id


def _row(answer: Any) -> dict[str, Any]:
    if isinstance(answer, list):
        answer = answer[0] if answer else {}
    return answer if isinstance(answer, dict) else {}


def _attachment(row: dict[str, Any], account: str, kind: str) -> model.Attachment:
    return model.Attachment(
        ref=Ref(account=account, kind="attachment", id=str(row.get("id") or "")),
        name=str(row.get("filename") or ""),
        kind=kind,
        raw=row,
    )
