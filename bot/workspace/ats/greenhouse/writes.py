"""What can be written to the Greenhouse stand-in, with the refusals and webhooks of the real one."""

import base64
from collections.abc import Callable
from typing import Any

from bot.workspace import asking
from bot.workspace.ats import hooks
from bot.workspace.ats.greenhouse import bodies, fields
from bot.workspace.ats.greenhouse.people import PeopleWrites
from bot.workspace.ats.greenhouse.rules import Refusal
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
TRACKED = (
    "starts_on",
    "custom_fields",
    "opening_id",
)  # a change of these makes a new version of an offer


def write(
    store: Store, clock: WorkspaceClock, method: str, path: list[str], body: Doc, sub: str
) -> Doc:
    """Do what one request asks for. Raises Refusal."""
    bodies.check(body)
    return Writes(store, clock).do(method, path, body)


class Writes(PeopleWrites):
    """All writes."""

    def do(self, method: str, path: list[str], body: Doc) -> Doc:
        if method == "POST" and len(path) == 3 and path[0] == "applications":
            acts: dict[str, Callable[[Doc, Doc], Doc]] = {
                "move": self.move, "reject": self.reject, "unreject": self.unreject, "hire": self.hire,
            }  # fmt: skip
            if path[2] in acts:
                return acts[path[2]](self.row("applications", path[1]), body)
        makers: dict[str, Callable[[Doc], Doc]] = {
            "interviews": self.interview, "notes": self.note, "attachments": self.attachment, "offers": self.offer,
            "candidates": self.candidate, "applications": self.application, "candidate_tags": self.tag,
            "applied_candidate_tags": self.apply_tag,
        }  # fmt: skip
        if method == "POST" and len(path) == 1 and path[0] in makers:
            return makers[path[0]](body)
        if path[:1] == ["scorecards"] or path[:1] == ["scorecard_candidate_attributes"]:
            raise Refusal(403, "This endpoint is restricted")
        if method == "PATCH" and path[:1] == ["candidates"] and path[2:] == ["anonymize"]:
            return self.anonymize(self.row("candidates", path[1]), body)
        if method == "PATCH" and len(path) == 2 and path[0] in bodies.EDITABLE:
            return self.patch(path[0], self.row(path[0], path[1]), body)
        removers: dict[str, Callable[[Doc], Doc]] = {
            "interviews": self.delete_interview, "applied_candidate_tags": self.remove_tag,
        }  # fmt: skip
        if method == "DELETE" and len(path) == 2 and path[0] in removers:
            return removers[path[0]](self.row(path[0], path[1]))
        raise Refusal(404, "Resource not found")

    def move(self, application: Doc, body: Doc) -> Doc:
        """`from_stage_id` is the application's own instance; `to_stage_id` a stage of the plan; neither: one further.

        `to_job_id` transfers to another job, into its first stage unless one is named.
        """
        self.open(application)
        given = body.get("from_stage_id")
        if given is not None and str(given) != str(application["stage_id"]):
            problem = ("from_stage_id", "does not match the current stage")
            raise Refusal(422, "Application is not in the given stage", problem)
        job = application["job_id"] if body.get("to_job_id") is None else body["to_job_id"]
        if self.store.get("gh_jobs", str(job)) is None:
            raise Refusal(422, "Invalid job", ("to_job_id", "is not a job"))
        current = self.store.find(
            "gh_application_stages", application_id=application["id"], current=True
        )
        here = current[0]["job_interview_stage_id"] if current else None
        stage = self.next_stage(int(job), here, body.get("to_stage_id"))
        for row in current:
            over = {"current": False, "exited_at": self.now, "updated_at": self.now}
            self.store.put("gh_application_stages", row["id"], {**row, **over})
        instance = self.enter(application["id"], stage["id"])
        values = {"job_id": int(job), "stage_id": instance, "stage_name": stage["name"]}
        return self.save(application, "candidate_stage_change", **values)

    def next_stage(self, job: int, here: int | None, wanted: Any) -> Doc:
        """The wanted stage of a job's plan, else the one after `here`, else the first. Raises Refusal."""
        stages = sorted(
            self.store.find("gh_job_interview_stages", job_id=job),
            key=lambda s: int(s["sort_order"]),
        )
        if wanted is not None:
            stages = [stage for stage in stages if str(stage["id"]) == str(wanted)]
            if not stages:
                raise Refusal(422, "Invalid stage", ("to_stage_id", "is not a stage of this job"))
            return stages[0]
        if not stages:
            raise Refusal(422, "Invalid stage", ("to_job_id", "has no stages"))
        order = [stage["id"] for stage in stages]
        return stages[min(order.index(here) + 1, len(order) - 1) if here in order else 0]

    def reject(self, application: Doc, body: Doc) -> Doc:
        """Rejection details stand in a list of their own; notes become a note on the candidate."""
        self.open(application)
        reason = self.reason(body.get("rejection_reason_id"))
        for old in self.store.find("gh_rejection_details", application_id=application["id"]):
            self.store.delete("gh_rejection_details", old["id"])
        said = body.get("notes")
        note = self.note({
            "candidate_id": application["candidate_id"], "application_id": application["id"], "body": said,
        })["id"] if said else None  # fmt: skip
        self.add("rejection_details", {
            "application_id": application["id"], "rejection_reason_id": reason, "rejected_at": self.now, "rejected_by_id": None,
            "rejection_note_id": note, "question_custom_fields": {},
        })  # fmt: skip
        return self.save(application, "reject_candidate", status="rejected", rejected_at=self.now)

    def reason(self, id: Any) -> int:
        found = self.store.get("gh_rejection_reasons", str(id))
        if found is None:
            raise Refusal(422, "Rejection reason not found", ("rejection_reason_id", "is invalid"))
        return int(found["id"])

    def unreject(self, application: Doc, body: Doc) -> Doc:
        if application["status"] != "rejected":
            raise Refusal(422, "Application is not rejected", ("application", "is not rejected"))
        for old in self.store.find("gh_rejection_details", application_id=application["id"]):
            self.store.delete("gh_rejection_details", old["id"])
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
        self.tell(application, action)
        return {"id": application["id"], "status": application["status"]}

    def interview(self, body: Doc) -> Doc:
        application = self.row("applications", str(body.get("application_id")))
        self.span(body)
        self.known(body.get("interviewers") or [])
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
            self.add("interviewers", {"interview_id": interview, "user_id": person.get("user_id"), "email": person.get("email"),
                                      "response_status": person.get("response_status", "needs_action"), "scorecard_id": None})  # fmt: skip

    def span(self, body: Doc) -> None:
        if not body.get("starts_at") or not body.get("ends_at"):
            raise Refusal(422, "Validation failed", ("starts_at", "can't be blank"))
        if asking.moment(body["ends_at"]) <= asking.moment(body["starts_at"]):
            raise Refusal(422, "Validation failed", ("ends_at", "must be after starts_at"))

    def known(self, people: list[Doc]) -> None:
        """Refuse a panel with somebody who is no user."""
        for person in people:
            user = person.get("user_id")
            if user is not None and self.store.get("gh_users", str(user)) is None:
                raise Refusal(422, "Validation failed", ("interviewers", "include an unknown user"))

    def delete_interview(self, row: Doc) -> Doc:
        self.store.delete("gh_interviews", row["id"])
        for seat in self.store.find("gh_interviewers", interview_id=row["id"]):
            self.store.delete("gh_interviewers", seat["id"])
        hooks.greenhouse_hook(
            self.store,
            self.clock,
            "interview_deleted",
            {"interview": {"id": row["id"]}},
        )
        return {"message": "deleted"}

    def note(self, body: Doc) -> Doc:
        person = self.row("candidates", str(body.get("candidate_id")))
        if not str(body.get("body") or "").strip():
            raise Refusal(422, "Validation failed", ("body", "can't be blank"))
        return self.add("notes", {
            "candidate_id": person["id"], "application_id": body.get("application_id"), "user_id": body.get("user_id"),
            "body": body["body"], "type": "note", "visibility": body.get("visibility", "publicly_visible"), "subject": None,
        })  # fmt: skip

    def attachment(self, body: Doc) -> Doc:
        person = self.row("candidates", str(body.get("candidate_id")))
        for name in ("filename", "content"):
            if not body.get(name):
                raise Refusal(422, "Validation failed", (name, "can't be blank"))
        try:
            base64.b64decode(body["content"], validate=True)
        except ValueError:
            raise Refusal(422, "Validation failed", ("content", "is not base64")) from None
        row = self.add("attachments", {
            "candidate_id": person["id"], "application_id": body.get("application_id"), "filename": body["filename"],
            "type": body.get("type") or "other", "url": "",
        })  # fmt: skip
        self.store.put("gh_bytes", row["id"], {"content": body["content"], "signature": ""})
        return row

    def offer(self, body: Doc) -> Doc:
        application = self.row("applications", str(body.get("application_id")))
        return self.version(application, {
            "job_id": application["job_id"], "candidate_id": application["candidate_id"], "opening_id": body.get("opening_id"),
            "status": "Created", "starts_on": body.get("starts_on"), "sent_on": None, "resolved_at": None,
            "custom_fields": fields.given(self.store, "offers", body.get("custom_fields")),
        })  # fmt: skip

    def version(self, application: Doc, row: Doc) -> Doc:
        """Add an offer as the newest of its application; what was current is deprecated."""
        rows = self.store.find("gh_offers", application_id=application["id"])
        for old in rows:
            if old["status"] == "Created":
                over = {"status": "Deprecated", "updated_at": self.now}
                self.store.put("gh_offers", old["id"], {**old, **over})
        newest = {**row, "application_id": application["id"], "version": len(rows) + 1}
        newest.pop("id", None)
        return self.add("offers", newest)

    def patch(self, resource: str, row: Doc, body: Doc) -> Doc:
        bodies.editable(resource, body)
        if "custom_fields" in body:
            body = {
                **body,
                "custom_fields": fields.given(self.store, resource, body["custom_fields"]),
            }
        if resource == "offers":
            return self.patch_offer(row, body)
        if resource == "rejection_details" and "rejection_reason_id" in body:
            body = {**body, "rejection_reason_id": self.reason(body["rejection_reason_id"])}
        people = body.get("interviewers")
        if resource == "interviews":
            self.span({**row, **body})
            self.known(people or [])
            if people is not None:
                self.panel(row["id"], people)
        for name in ("recruiter_id", "coordinator_id"):
            if body.get(name) is not None and self.store.get("gh_users", str(body[name])) is None:
                raise Refusal(422, f"{name} is invalid", (name, "is not a user"))
        source = body.get("source_id")
        if source is not None and self.store.get("gh_sources", str(source)) is None:
            raise Refusal(422, "source_id is invalid", ("source_id", "is not a source"))
        kept = {k: v for k, v in body.items() if k not in ("interviewers", "tags")}
        made = {**row, **kept, "updated_at": self.now}
        self.store.put(f"gh_{resource}", row["id"], made)
        return self.changed(resource, made, body)

    def changed(self, resource: str, row: Doc, body: Doc) -> Doc:
        """What a change brings with it: tags of a person, and the webhooks."""
        if resource == "applications":
            self.tell(row, "application_updated")
        if resource != "candidates":
            return row
        if body.get("tags") is not None:
            self.retag(row, body["tags"])
        hooks.greenhouse_hook(
            self.store, self.clock, "update_candidate", {"candidate": {"id": row["id"]}}
        )
        return self.row("candidates", str(row["id"]))

    def patch_offer(self, row: Doc, body: Doc) -> Doc:
        """A tracked change answers with a new row: another id, the next version."""
        if row["status"] == "Deprecated":
            raise Refusal(422, "Only the current offer can be changed", ("id", "is not current"))
        if "status" in body and body["status"] not in ("Created", "Accepted", "Rejected"):
            raise Refusal(422, "status is invalid", ("status", "is not included in the list"))
        changed = {**row, **body}
        if body.get("status") in ("Accepted", "Rejected"):
            changed["resolved_at"] = self.now
        if row["status"] == "Created" and any(
            changed.get(name) != row.get(name) for name in TRACKED
        ):
            return self.version(self.row("applications", str(row["application_id"])), changed)
        return self.store.put("gh_offers", row["id"], {**changed, "updated_at": self.now})
