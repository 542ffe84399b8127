"""What can be written to the Lever stand-in, with the refusals and webhooks of the real one."""

import uuid
from typing import Any

from bot.workspace.ats import hooks
from bot.workspace.ats.lever.reads import Refusal
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]


class Writes:
    """All writes, done as `who`."""

    def __init__(self, store: Store, clock: WorkspaceClock, who: str) -> None:
        self.store, self.clock, self.who = store, clock, who
        self.now = int(clock.now().timestamp() * 1_000)

    def stage(self, opportunity: Doc, body: Doc) -> Doc:
        stage = self.store.get("lever_stages", str(body.get("stage")))
        if stage is None:
            raise Refusal(400, "BadRequest", "stage: is not a stage of this account")
        old = opportunity["stage"]
        changes = [
            *opportunity["stageChanges"],
            {
                "toStageId": stage["id"],
                "toStageIndex": 0,
                "userId": self.who or None,
                "updatedAt": self.now,
            },
        ]
        self.save(opportunity, stage=stage["id"], stageChanges=changes, lastAdvancedAt=self.now)
        self.hook("candidateStageChange", opportunity, fromStageId=old, toStageId=stage["id"])
        return opportunity

    def archive(self, opportunity: Doc, body: Doc) -> Doc:
        """No reason takes it out of the archive."""
        reason = None
        if body.get("reason") is not None:
            reason = self.store.get("lever_archive_reasons", str(body["reason"]))
            if reason is None or reason["status"] != "active":
                raise Refusal(400, "BadRequest", "reason: is not an active archive reason")
        before = opportunity.get("archived")
        now = {"reason": reason["id"], "archivedAt": self.now} if reason else None
        told = {"archivedAt": self.now if now else None, "archiveReason": reason and reason["id"]}
        self.save(opportunity, archived=now, **told)
        hired = reason is not None and reason["type"] == "hired"
        event = "candidateHired" if hired else "candidateArchiveChange"
        self.hook(
            event, opportunity, **({} if hired else {"fromArchived": before, "toArchived": now})
        )
        return opportunity

    def note(self, opportunity: Doc, body: Doc) -> Doc:
        if not isinstance(body.get("value"), str) or not body["value"].strip():
            raise Refusal(400, "BadRequest", "value: is required")
        note = {"id": str(uuid.uuid4()), "opportunity": opportunity["id"], "value": body["value"], "secret": bool(body.get("secret")),
                "user": self.who or None, "createdAt": self.now, "fields": []}  # fmt: skip
        self.store.put("lever_notes", note["id"], note)
        return note

    def panel(self, opportunity: Doc, body: Doc) -> Doc:
        self.needs_user()
        rows = body.get("interviews")
        if not _text(body.get("timezone")) or not isinstance(rows, list) or not rows:
            raise Refusal(400, "BadRequest", "timezone and interviews are required")
        panel = {
            "id": str(uuid.uuid4()), "opportunity": opportunity["id"], "timezone": body["timezone"], "applications": body.get("applications") or [],
            "externallyManaged": True, "externalUrl": body.get("externalUrl"), "note": body.get("note"), "user": self.who,
            "createdAt": self.now, "canceledAt": None, "interviews": [],
        }  # fmt: skip
        panel["interviews"] = [self.made(panel, row) for row in rows]
        self.store.put("lever_panels", panel["id"], panel)
        self.hook("interviewCreated", opportunity, interviewId=panel["interviews"][0]["id"])
        return panel

    def interview(self, opportunity: Doc, body: Doc) -> Doc:
        self.needs_user()
        panel = self.store.get("lever_panels", str(body.get("panel")))
        if panel is None or panel["opportunity"] != opportunity["id"]:
            raise Refusal(400, "BadRequest", "panel: does not exist")
        made = self.made(panel, body)
        panel["interviews"].append(made)
        self.store.put("lever_panels", panel["id"], panel)
        return made

    def made(self, panel: Doc, row: Doc) -> Doc:
        seats = []
        for seat in _interview(row)["interviewers"]:
            user = self.store.get("lever_users", str(seat.get("id")))
            if user is None:
                raise Refusal(400, "BadRequest", "interviewers: unknown user")
            seats.append(
                {
                    "id": user["id"],
                    "name": user["name"],
                    "email": user["email"],
                    "responseStatus": "needsAction",
                }
            )
        return {
            "id": row.get("id") or str(uuid.uuid4()), "panel": panel["id"], "subject": row.get("subject"), "note": row.get("note"),
            "interviewers": seats, "timezone": panel["timezone"], "createdAt": self.now, "date": row["date"],
            "duration": row["duration"], "location": row.get("location"), "feedbackForms": [], "user": self.who, "canceledAt": None,
            "opportunityId": panel["opportunity"],
        }  # fmt: skip

    def change_interview(self, opportunity: Doc, id: str, body: Doc) -> Doc:
        """The whole object is replaced: what is left out is gone."""
        self.needs_user()
        panel = self.panel_of(opportunity, id)
        made = self.made(panel, {**body, "id": id})
        panel["interviews"] = [made if i["id"] == id else i for i in panel["interviews"]]
        self.store.put("lever_panels", panel["id"], panel)
        self.hook("interviewUpdated", opportunity, interviewId=id)
        return made

    def delete_interview(self, opportunity: Doc, id: str) -> None:
        self.needs_user()
        panel = self.panel_of(opportunity, id)
        panel["interviews"] = [i for i in panel["interviews"] if i["id"] != id]
        if panel["interviews"]:
            self.store.put("lever_panels", panel["id"], panel)
        else:
            self.store.delete("lever_panels", panel["id"])
        self.hook("interviewDeleted", opportunity, interviewId=id)

    def panel_of(self, opportunity: Doc, interview: str) -> Doc:
        for panel in self.store.find("lever_panels", opportunity=opportunity["id"]):
            if any(i["id"] == interview for i in panel["interviews"]):
                if not panel["externallyManaged"]:
                    raise Refusal(403, "Forbidden", "This panel is not externally managed")
                return panel
        raise Refusal(404, "ResourceNotFound", "Not found")

    def feedback(self, opportunity: Doc, body: Doc) -> Doc:
        self.needs_user()
        template = self.store.get("lever_feedback_templates", str(body.get("baseTemplateId")))
        if template is None:
            raise Refusal(400, "BadRequest", "baseTemplateId: does not exist")
        given = body.get("fieldValues") or []
        if not isinstance(given, list) or not all(isinstance(v, dict) and "id" in v for v in given):
            raise Refusal(400, "BadRequest", "fieldValues: are not a list of id and value")
        values = {str(v["id"]): v.get("value") for v in given}
        fields = self.filled(template, values) if given else template["fields"]
        row = {"id": str(uuid.uuid4()), "opportunity": opportunity["id"], "type": "interview", "text": template["text"], "fields": fields,
               "baseTemplateId": template["id"], "interview": body.get("interview"), "panel": body.get("panel"), "user": self.who,
               "createdAt": self.now, "completedAt": self.now, "deletedAt": None}  # fmt: skip
        return self.store.put("lever_feedback", row["id"], row)

    def filled(self, form: Doc, values: Doc) -> list[Doc]:
        """A form's fields with these values; what is required and missing is refused."""
        for field in form["fields"]:
            if field.get("required") and not values.get(field["id"]):
                raise Refusal(400, "BadRequest", f"fieldValues: {field['text']} is required")
        return [{**field, "value": values.get(field["id"])} for field in form["fields"]]

    def change_feedback(self, opportunity: Doc, id: str, body: Doc) -> Doc:
        self.needs_user()
        row = self.store.get("lever_feedback", id)
        if row is None or row["opportunity"] != opportunity["id"]:
            raise Refusal(404, "ResourceNotFound", "Not found")
        given = body.get("fieldValues")
        if not isinstance(given, list) or not all(isinstance(v, dict) and "id" in v for v in given):
            raise Refusal(400, "BadRequest", "fieldValues: are not a list of id and value")
        fields = self.filled(row, {str(v["id"]): v.get("value") for v in given})
        return self.store.put("lever_feedback", id, {**row, "fields": fields})

    def file(self, opportunity: Doc, body: Doc) -> Doc:
        self.needs_user()
        if not _text(body.get("name")) or not isinstance(body.get("content"), str):
            raise Refusal(400, "BadRequest", "file: is required")
        row = {
            "id": str(uuid.uuid4()),
            "opportunity": opportunity["id"],
            "name": body["name"],
            "uploadedAt": self.now,
            "ext": ".pdf",
        }
        self.store.put("lever_bytes", row["id"], {"content": body["content"]})
        return self.store.put("lever_files", row["id"], row)

    def words(self, opportunity: Doc, name: str, add: bool, body: Doc) -> Doc:
        """Add or remove tags, sources or links."""
        wanted = body.get(name)
        if not isinstance(wanted, list) or not all(isinstance(word, str) for word in wanted):
            raise Refusal(400, "BadRequest", f"{name}: are not a list of words")
        kept = [word for word in opportunity[name] if word not in wanted]
        self.save(opportunity, **{name: kept + (wanted if add else [])})
        return opportunity

    def needs_user(self) -> None:
        if self.store.get("lever_users", self.who) is None:
            raise Refusal(400, "BadRequest", "perform_as is required")

    def save(self, opportunity: Doc, **values: Any) -> None:
        opportunity |= {**values, "updatedAt": self.now, "lastInteractionAt": self.now}
        self.store.put("lever_opportunities", opportunity["id"], opportunity)

    def hook(self, event: str, opportunity: Doc, **more: Any) -> None:
        ids = {
            "opportunityId": opportunity["id"],
            "candidateId": opportunity["id"],
            "contactId": opportunity["contact"],
        }
        hooks.lever_hook(self.store, self.clock, event, {**ids, **more})


def _interview(row: Any) -> Doc:
    """An interview whose panel, moment and minutes can be read. Raises Refusal."""
    if isinstance(row, dict):
        seats, date, minutes = row.get("interviewers"), row.get("date"), row.get("duration")
        whole = all(
            isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in (date, minutes)
        )
        if whole and isinstance(seats, list) and seats and all(isinstance(s, dict) for s in seats):
            return row
    raise Refusal(400, "BadRequest", "interviewers, date and duration are required")


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
