"""What can be written to the Greenhouse stand-in, with the refusals and webhooks of the real one."""

import base64
from collections.abc import Callable
from typing import Any

from bot.workspace.ats import hooks
from bot.workspace.ats.greenhouse.rules import Refusal
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]


def write(
    store: Store, clock: WorkspaceClock, method: str, path: list[str], body: Doc, sub: str
) -> Doc:
    """Do what one request asks for. Raises Refusal."""
    return Writes(store, clock).do(method, path, body)


class Writes:
    """All writes."""

    def __init__(self, store: Store, clock: WorkspaceClock) -> None:
        self.store, self.clock = store, clock
        self.now = clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def do(self, method: str, path: list[str], body: Doc) -> Doc:
        if method == "POST" and len(path) == 3 and path[0] == "applications":
            acts: dict[str, Callable[[Doc, Doc], Doc]] = {
                "move": self.move, "reject": self.reject, "unreject": self.unreject, "hire": self.hire,
            }  # fmt: skip
            if path[2] in acts:
                return acts[path[2]](self.row("applications", path[1]), body)
        makers: dict[str, Callable[[Doc], Doc]] = {
            "interviews": self.interview, "notes": self.note, "attachments": self.attachment, "offers": self.offer,
        }  # fmt: skip
        if method == "POST" and len(path) == 1 and path[0] in makers:
            return makers[path[0]](body)
        if path[0] in ("scorecards", "scorecard_candidate_attributes"):
            raise Refusal(403, "This endpoint is restricted")
        if method == "PATCH" and len(path) == 2:
            return self.patch(path[0], self.row(path[0], path[1]), body)
        if method == "DELETE" and path[0] == "interviews" and len(path) == 2:
            return self.delete_interview(self.row("interviews", path[1]))
        raise Refusal(404, "Resource not found")

    def row(self, resource: str, id: str) -> Doc:
        found = self.store.get(f"gh_{resource}", id)
        if found is None:
            raise Refusal(404, "Resource not found")
        return found

    def add(self, resource: str, row: Doc) -> Doc:
        row = {
            "id": self.store.next_id(f"gh_{resource}", 70_001),
            **row,
            "created_at": self.now,
            "updated_at": self.now,
        }
        return self.store.put(f"gh_{resource}", row["id"], row)

    def move(self, application: Doc, body: Doc) -> Doc:
        """`from_stage_id` is the application's own instance; `to_stage_id` a stage of the plan; neither: one further."""
        self.open(application)
        if (
            body.get("from_stage_id") is not None
            and body["from_stage_id"] != application["stage_id"]
        ):
            raise Refusal(
                422,
                "Application is not in the given stage",
                ("from_stage_id", "does not match the current stage"),
            )
        stages = sorted(
            self.store.find("gh_job_interview_stages", job_id=application["job_id"]),
            key=lambda s: s["sort_order"],
        )
        current = self.store.find(
            "gh_application_stages", application_id=application["id"], current=True
        )
        here = current[0]["job_interview_stage_id"] if current else None
        wanted = body.get("to_stage_id")
        order = [s["id"] for s in stages]
        if wanted is None:
            wanted = (
                order[min(order.index(here) + 1, len(order) - 1)] if here in order else order[0]
            )
        stage = next((s for s in stages if s["id"] == wanted), None)
        if stage is None:
            raise Refusal(422, "Invalid stage", ("to_stage_id", "is not a stage of this job"))
        for row in current:
            self.store.put(
                "gh_application_stages", row["id"], {**row, "current": False, "exited_at": self.now}
            )
        instance = self.store.next_id("gh_stage_instance", 9_000_001)
        self.store.put("gh_application_stages", instance, {
            "id": instance, "application_id": application["id"], "job_interview_stage_id": stage["id"], "entered_at": self.now,
            "exited_at": None, "days_in_stage": 0, "current": True,
        })  # fmt: skip
        return self.save(
            application, "candidate_stage_change", stage_id=instance, stage_name=stage["name"]
        )

    def reject(self, application: Doc, body: Doc) -> Doc:
        self.open(application)
        if self.store.get("gh_rejection_reasons", str(body.get("rejection_reason_id"))) is None:
            raise Refusal(422, "Rejection reason not found", ("rejection_reason_id", "is invalid"))
        if body.get("notes"):
            self.note(
                {
                    "candidate_id": application["candidate_id"],
                    "body": body["notes"],
                    "visibility": "publicly_visible",
                }
            )
        return self.save(application, "reject_candidate", status="rejected", rejected_at=self.now)

    def unreject(self, application: Doc, body: Doc) -> Doc:
        return self.save(application, "unreject_candidate", status="in_process", rejected_at=None)

    def hire(self, application: Doc, body: Doc) -> Doc:
        self.open(application)
        return self.save(application, "hire_candidate", status="hired")

    def open(self, application: Doc) -> None:
        if application["status"] != "in_process":
            raise Refusal(
                422, "Application is not active", ("application", f"is {application['status']}")
            )

    def save(self, application: Doc, action: str, **values: Any) -> Doc:
        application |= {**values, "updated_at": self.now, "last_activity_at": self.now}
        self.store.put("gh_applications", application["id"], application)
        person = self.store.get("gh_candidates", application["candidate_id"]) or {}
        told = {"id": application["id"], "status": application["status"], "last_activity_at": self.now,
                "candidate": {"id": person.get("id"), "first_name": person.get("first_name"), "last_name": person.get("last_name")},
                "current_stage": {"name": application["stage_name"]}}  # fmt: skip
        hooks.greenhouse_hook(self.store, self.clock, action, {"application": told})
        return {"id": application["id"], "status": application["status"]}

    def interview(self, body: Doc) -> Doc:
        application = self.row("applications", str(body.get("application_id")))
        self.span(body)
        row = self.add("interviews", {
            "application_id": application["id"], "job_id": application["job_id"], "job_interview_id": body.get("job_interview_id"),
            "organizer_id": None, "starts_at": body["starts_at"], "ends_at": body["ends_at"], "location": body.get("location"),
            "video_conferencing_url": body.get("video_conferencing_url"), "external_event_id": body.get("external_event_id"),
            "status": "scheduled",
        })  # fmt: skip
        self.panel(row["id"], body.get("interviewers") or [])
        return row

    def panel(self, interview: int, people: list[Doc]) -> None:
        for old in self.store.find("gh_interviewers", interview_id=interview):
            self.store.delete("gh_interviewers", old["id"])
        for person in people:
            if person.get("user_id") is not None:
                self.row("users", str(person["user_id"]))
            self.add("interviewers", {"interview_id": interview, "user_id": person.get("user_id"), "email": person.get("email"),
                                      "response_status": person.get("response_status", "needs_action"), "scorecard_id": None})  # fmt: skip

    def span(self, body: Doc) -> None:
        if not body.get("starts_at") or not body.get("ends_at"):
            raise Refusal(422, "Validation failed", ("starts_at", "can't be blank"))
        if body["ends_at"] <= body["starts_at"]:
            raise Refusal(422, "Validation failed", ("ends_at", "must be after starts_at"))

    def delete_interview(self, row: Doc) -> Doc:
        self.store.delete("gh_interviews", row["id"])
        for seat in self.store.find("gh_interviewers", interview_id=row["id"]):
            self.store.delete("gh_interviewers", seat["id"])
        hooks.greenhouse_hook(
            self.store,
            self.clock,
            "interview_deleted",
            {"id": row["id"], "application_id": row["application_id"]},
        )
        return {"message": "deleted"}

    def note(self, body: Doc) -> Doc:
        self.row("candidates", str(body.get("candidate_id")))
        if not str(body.get("body") or "").strip():
            raise Refusal(422, "Validation failed", ("body", "can't be blank"))
        return self.add("notes", {
            "candidate_id": body["candidate_id"], "application_id": body.get("application_id"), "user_id": body.get("user_id"),
            "body": body["body"], "type": "note", "visibility": body.get("visibility", "publicly_visible"), "subject": None,
        })  # fmt: skip

    def attachment(self, body: Doc) -> Doc:
        self.row("candidates", str(body.get("candidate_id")))
        row = self.add("attachments", {
            "candidate_id": body["candidate_id"], "application_id": body.get("application_id"), "filename": body["filename"],
            "type": body.get("type", "other"), "url": "",
        })  # fmt: skip
        base64.b64decode(body["content"], validate=True)
        self.store.put("gh_bytes", row["id"], {"content": body["content"], "signature": ""})
        return row

    def offer(self, body: Doc) -> Doc:
        application = self.row("applications", str(body.get("application_id")))
        for old in self.store.find("gh_offers", application_id=application["id"], status="Created"):
            self.store.put("gh_offers", old["id"], {**old, "status": "Deprecated"})
        versions = len(self.store.find("gh_offers", application_id=application["id"]))
        return self.add("offers", {
            "version": versions + 1, "application_id": application["id"], "job_id": application["job_id"],
            "candidate_id": application["candidate_id"], "opening_id": None, "status": "Created", "starts_on": body.get("starts_on"),
            "sent_on": None, "resolved_at": None, "custom_fields": {},
        })  # fmt: skip

    def patch(self, resource: str, row: Doc, body: Doc) -> Doc:
        if resource not in ("candidates", "applications", "interviews", "offers"):
            raise Refusal(404, "Resource not found")
        people = body.pop("interviewers", None)
        if resource == "interviews":
            self.span({**row, **body})
            if people is not None:
                self.panel(row["id"], people)
        if resource == "offers" and body.get("status") in ("Accepted", "Rejected"):
            body["resolved_at"] = self.now
        return self.store.put(f"gh_{resource}", row["id"], {**row, **body, "updated_at": self.now})
