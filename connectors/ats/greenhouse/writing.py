"""What Greenhouse lets us write. It has no idempotency keys, so each write looks for its own marker first."""

import base64
from datetime import date
from typing import Any

from connectors import model, repeats
from connectors.ats.greenhouse import changes, custom, mapping_records
from connectors.ats.greenhouse.rows import number, single
from connectors.ats.greenhouse.writing_people import PeopleWriting
from connectors.errors import Gone, InDoubt, Rejected
from connectors.model import Ref


class Writing(PeopleWriting):
    """All writes of one account. Greenhouse sends no invite and no mail for any of them."""

    async def create_interview(self, draft: model.InterviewDraft, *, key: str) -> model.Interview:
        if known := await self._by_marker(draft):
            return known
        body = self._interview(draft) | {
            "application_id": number(draft.application.id),
            "external_event_id": draft.external_id,
        }
        if draft.planned:
            body["job_interview_id"] = number(draft.planned.id)
        try:
            row = single((await self.http.post("interviews", body)).json)
        except InDoubt:
            if known := await self._by_marker(draft):
                return known
            raise
        return mapping_records.interview({**body, **row}, self.account.id, ())

    async def _by_marker(self, draft: model.InterviewDraft) -> model.Interview | None:
        rows = await self.rows("interviews", external_event_id=draft.external_id)
        mine = [r for r in rows if r.get("external_event_id") == draft.external_id]
        return mapping_records.interview(mine[0], self.account.id, ()) if mine else None

    async def update_interview(self, id: str, draft: model.InterviewDraft) -> model.Interview:
        body = self._interview(draft)
        row = single((await self.http.patch(f"interviews/{id}", body)).json)
        return mapping_records.interview(
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
            {"user_id": number(u.id), "response_status": "needs_action"} for u in draft.interviewers
        ]
        body: dict[str, Any] = {
            "starts_at": draft.start.isoformat().replace("+00:00", "Z"),
            "ends_at": draft.end.isoformat().replace("+00:00", "Z"),
            "interviewers": people,
        }
        told = {"location": draft.location, "video_conferencing_url": draft.meeting_url}
        return body | {name: value for name, value in told.items() if value}

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
        text = f"{body}\n\nref: {repeats.marker(key)}"
        if known := await self._note(candidate_id, key):
            return known
        row: dict[str, Any] = {
            "candidate_id": number(candidate_id),
            "body": text,
            "visibility": "privately_visible" if private else "publicly_visible",
            "note_type": "note",
        }
        if application_id:
            row["application_id"] = number(application_id)
        if user := (author.id if author else self.account.config.get("user_id")):
            row["user_id"] = number(user)
        try:
            made = single((await self.http.post("notes", row)).json)
        except InDoubt:
            if known := await self._note(candidate_id, key):
                return known
            raise
        return mapping_records.note({"id": made.get("id", ""), **row}, self.account.id)

    async def _note(self, candidate_id: str, key: str) -> model.Note | None:
        marker = f"ref: {repeats.marker(key)}"
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
        name = repeats.marked_name(filename, key)
        types = {"offer": "signed_offer_letter", "resume": "resume", "cover_letter": "cover_letter"}
        for row in await self.rows("attachments", candidate_ids=candidate_id):
            if row.get("filename") == name:
                return mapping_records.attachment(row, self.account.id, kind)
        body: dict[str, Any] = {
            "candidate_id": number(candidate_id),
            "filename": name,
            "type": types.get(kind, "other"),
            "content": base64.b64encode(content).decode(),
            "content_type": "application/pdf"
            if name.endswith(".pdf")
            else "application/octet-stream",
        }
        if application_id:
            body["application_id"] = number(application_id)
        made = single((await self.http.post("attachments", body)).json)
        return mapping_records.attachment({"filename": name, **made}, self.account.id, kind)

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        """`from_stage_id` is the application's own instance id, `to_stage_id` a stage of the job's plan."""
        now = await self.application(application_id)
        if now.stage and now.stage.id == stage_id:
            return
        body = {"to_stage_id": number(stage_id)}
        if now.raw.get("stage_id") is not None:
            body["from_stage_id"] = now.raw["stage_id"]
        await self.http.post(f"applications/{application_id}/move", body)

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        if (await self.application(application_id)).status.kind in ("rejected", "withdrawn"):
            return
        body: dict[str, Any] = {"rejection_reason_id": number(reason_id)} | (
            {"notes": note} if note else {}
        )
        await self.http.post(f"applications/{application_id}/reject", body)

    async def unreject(self, application_id: str, *, author: Ref | None = None) -> None:
        """Greenhouse puts the application back into the stage it had."""
        if (await self.application(application_id)).status.kind not in ("rejected", "withdrawn"):
            return

        async def done() -> bool:
            return (await self.application(application_id)).status.kind == "active"

        await self._settle(self.http.post(f"applications/{application_id}/unreject", {}), done)

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        if (await self.application(application_id)).status.kind == "hired":
            return
        await self.http.post(
            f"applications/{application_id}/hire", {"start_date": start_on.isoformat()}
        )

    async def create_offer(
        self, application_id: str, *, start_on: date, salary: str, key: str
    ) -> model.Offer:
        """One current offer an application: an open one is taken over. Pay stays out of it: fields differ by account."""
        for known in await self.offers(application_id):
            if known.status.kind in ("draft", "sent"):
                return known
        body = {"application_id": number(application_id), "starts_on": start_on.isoformat()}
        made = single((await self.http.post("offers", body)).json)
        return mapping_records.offer({**body, **made}, self.account.id)

    async def update_offer(
        self, application_id: str, offer_id: str, change: model.OfferChange
    ) -> model.Offer:
        """The current offer is changed, whatever its id: an earlier change may have given it another one."""
        current = await self._current(application_id)
        if current is None:
            raise Gone("There is no offer any more.", account=self.account.id)
        if _offer_shows(current, change):
            return current
        if current.status.kind not in ("draft", "sent"):
            raise Rejected(
                "This offer was answered, so it cannot be changed.", account=self.account.id
            )
        body: dict[str, Any] = {"starts_on": change.start_on.isoformat()} if change.start_on else {}
        if change.custom:
            fields, held = await self.definitions("offer"), current.raw.get("custom_fields")
            body["custom_fields"] = custom.written(self.account.id, fields, held, change.custom)

        async def done() -> bool:
            now = await self._current(application_id)
            return now is not None and _offer_shows(now, change)

        await self._settle(self.http.patch(f"offers/{current.ref.id}", body), done)
        return await self._current(application_id) or current

    async def _current(self, application_id: str) -> model.Offer | None:
        return next(iter(await self.offers(application_id)), None)

    async def mark_offer(
        self, application_id: str, offer_id: str, status: str, on: date
    ) -> model.Offer | None:
        """Versioned: the current row is asked for, since an edit may have given it another id."""
        current = await self._current(application_id)
        if current is None or current.status.kind == status:
            return current
        if status == "sent" and current.status.kind != "draft":
            return current
        words = {"accepted": "Accepted", "declined": "Rejected"}
        body = {"sent_on": on.isoformat()} if status == "sent" else {"status": words[status]}
        made = single((await self.http.patch(f"offers/{current.ref.id}", body)).json)
        return mapping_records.offer({**current.raw, **made}, self.account.id)


def _offer_shows(offer: model.Offer, change: model.OfferChange) -> bool:
    """Whether an offer is already as the change wants it."""
    same = change.start_on is None or offer.start_on == change.start_on
    return same and changes.holds(offer.custom, change.custom)
