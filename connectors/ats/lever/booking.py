"""What Lever lets us write below one opportunity: interviews, feedback, notes and files."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors import model, repeats
from connectors.ats.lever import mapping, papers
from connectors.ats.lever.calls import Row, unwrap
from connectors.ats.lever.writing import Writing
from connectors.errors import Gone, InDoubt
from connectors.model import Ref

KEPT = (
    "panel",
    "note",
    "feedbackTemplate",
    "feedbackReminder",
)  # of an interview that is put back


class Booking(Writing):
    """Lever sends no invite; only panels we made can be changed."""

    async def create_interview(self, draft: model.InterviewDraft, *, key: str) -> model.Interview:
        """One panel with one interview; its `externalUrl` is the marker a repeat looks for."""
        if known := await self._by_marker(draft):
            return known
        path = f"opportunities/{draft.application.id}/panels"
        who = await self.acting(draft.acting_user)
        body: dict[str, Any] = {
            "timezone": draft.zone,
            "interviews": [_interview(draft)],
            "externalUrl": _marker_url(draft),
            "feedbackReminder": "none",
        }
        row = await self.one(f"opportunities/{draft.application.id}")
        if ids := [mapping.id_of(a) for a in row.get("applications") or ()]:
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
        body = {k: now[k] for k in KEPT if now.get(k) is not None} | _interview(draft)
        forms = {
            seat.get("id"): seat.get("feedbackTemplate")
            for seat in now.get("interviewers") or ()
            if isinstance(seat, dict) and seat.get("feedbackTemplate")
        }
        for seat in body["interviewers"]:
            if form := forms.get(seat["id"]):
                seat["feedbackTemplate"] = form
        made = unwrap((await self.http.put(path, body, perform_as=who)).json)
        row = {"id": id, **body, **(made if isinstance(made, dict) else {})}
        return papers.interview(row, self.account.id, draft.application.id)

    async def cancel_interview(self, id: str, draft: model.InterviewDraft) -> None:
        who = await self.acting(draft.acting_user)
        try:
            await self.http.delete(
                f"opportunities/{draft.application.id}/interviews/{id}", perform_as=who
            )
        except Gone:
            return

    async def _by_marker(self, draft: model.InterviewDraft) -> model.Interview | None:
        for panel in await self.rows(f"opportunities/{draft.application.id}/panels"):
            if panel.get("externalUrl") == _marker_url(draft) and panel.get("interviews"):
                return self._first(panel, draft)
        return None

    def _first(self, panel: Any, draft: model.InterviewDraft) -> model.Interview:
        rows = panel.get("interviews") if isinstance(panel, dict) else None
        row = rows[0] if rows and isinstance(rows[0], dict) else {"id": rows[0] if rows else ""}
        told = {**_interview(draft), **row}
        around = panel if isinstance(panel, dict) else None
        return papers.interview(told, self.account.id, draft.application.id, around)

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
        """One form per author and interview; a second try finds the first, and fills it in where it is empty.

        Whether answers are taken together with a new form is not certain; that they are taken afterwards is.
        """
        path = f"opportunities/{application_id}/feedback"
        values = [{"id": path_, "value": _value(value)} for path_, value in answers.items()]
        row = await self._feedback(path, form, author, interview)
        if row is None:
            body: Row = {"baseTemplateId": form.ref.id, "fieldValues": values}
            body |= {"interview": interview.id} if interview else {}
            try:
                row = unwrap((await self.http.post(path, body, perform_as=author.id)).json)
            except InDoubt:
                row = await self._feedback(path, form, author, interview)
                if row is None:
                    raise
        if not _holds(row, values):
            id = mapping.id_of(row)
            body = {"fieldValues": values}
            row = unwrap((await self.http.put(f"{path}/{id}", body, perform_as=author.id)).json)
        if not _holds(row, values):
            raise self._refused("Lever took the scorecard but not its answers: fill it in there.")
        return papers.scorecard(row, self.account.id, application_id)

    async def _feedback(
        self, path: str, form: model.Form, author: Ref, interview: Ref | None
    ) -> Row | None:
        """What this author gave already on this form, for this interview."""
        about = {interview.id, None} if interview else None
        for row in await self.rows(path):
            mine = mapping.id_of(row.get("user")) == author.id and not row.get("deletedAt")
            same = mine and row.get("baseTemplateId") == form.ref.id and row.get("completedAt")
            if same and (about is None or mapping.id_of(row.get("interview")) in about):
                return row
        return None

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
        """Its last line is the mark that a repeat looks for."""
        opportunity = await self.opportunity_of(candidate_id, application_id)
        mark = f"ref: {repeats.marker(key)}"
        if known := await self._note(opportunity, mark):
            return known
        row: Row = {"value": f"{body}\n\n{mark}", "secret": private, "notifyFollowers": False}
        path = f"opportunities/{opportunity}/notes"
        who = author.id if author else None
        try:
            made = unwrap((await self.http.post(path, row, perform_as=who)).json)
        except InDoubt:
            if known := await self._note(opportunity, mark):
                return known
            raise
        return papers.note({**row, **(made if isinstance(made, dict) else {})}, self.account.id)

    async def _note(self, opportunity: str, mark: str) -> model.Note | None:
        rows = await self.rows(f"opportunities/{opportunity}/notes")
        return next(
            (n for n in (papers.note(r, self.account.id) for r in rows) if mark in n.body), None
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
        """The mark stands in the file's name. Lever has one kind of file beside résumés."""
        opportunity = await self.opportunity_of(candidate_id, application_id)
        name = repeats.marked_name(filename, key)
        path = f"opportunities/{opportunity}/files"
        row = next((r for r in await self.rows(path) if r.get("name") == name), None)
        if row is None:
            files = {"file": (name, content, "application/pdf")}
            who = await self.acting(author)
            row = unwrap((await self.http.post(path, files=files, perform_as=who)).json)
        told = {**row, "name": name}
        return papers.attachment(told, self.account.id, kind, f"{path}/{row['id']}/download")


def _interview(draft: model.InterviewDraft) -> Row:
    minutes = int((draft.end - draft.start).total_seconds() // 60)
    body: Row = {
        "subject": draft.name,
        "interviewers": [{"id": user.id} for user in draft.interviewers],
        "date": mapping.millis(draft.start),
        "duration": max(minutes, 1),
    }
    place = draft.location or draft.meeting_url
    return body | ({"location": place} if place else {})


def _marker_url(draft: model.InterviewDraft) -> str:
    return draft.external_url or f"https://callsheet.invalid/{draft.external_id}"


def _value(value: str | Sequence[str]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def _holds(row: Any, values: Sequence[Row]) -> bool:
    """Whether a form has an answer wherever one was given."""
    rows = row.get("fields") if isinstance(row, dict) else None
    told = {
        str(field.get("id")) for field in rows or () if field.get("value") not in (None, "", [])
    }
    return all(value["id"] in told for value in values if value["value"])
