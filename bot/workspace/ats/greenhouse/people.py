"""Adding and editing people and applications in the Greenhouse stand-in: candidates, tags, applications, erasure."""

from typing import Any

from bot.workspace.ats import hooks
from bot.workspace.ats.greenhouse import bodies, fields
from bot.workspace.ats.greenhouse.rules import Refusal
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
ERASABLE = {
    "full_name": ("first_name", "last_name", "preferred_name"), "current_company": ("company",), "current_title": ("title",),
    "phone_numbers": ("phone_numbers",), "emails": ("email_addresses",), "websites": ("website_addresses",),
    "social_media_links": ("social_media_addresses",), "addresses": ("addresses",), "location": (),
    "custom_candidate_fields": ("custom_fields",), "tags": ("tags",), "attachments": (), "application_questions": (),
    "notes": (), "activity_items": (),
}  # fmt: skip


class PeopleWrites:
    """The writes about people. Everything looks up rows, adds them and stamps the time in one way."""

    def __init__(self, store: Store, clock: WorkspaceClock) -> None:
        self.store, self.clock = store, clock
        self.now = clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")

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

    def candidate(self, body: Doc) -> Doc:
        """While `gh_slow` is set the person is made, and the answer holds only a message."""
        bodies.editable("candidates", body)
        for name in ("first_name", "last_name"):
            if not str(body.get(name) or "").strip():
                raise Refusal(422, "Validation failed", (name, "can't be blank"))
        empty = {name: body.get(name) or [] for name in bodies.CONTACTS}
        row = self.add("candidates", {
            "first_name": body["first_name"], "last_name": body["last_name"], "preferred_name": body.get("preferred_name"),
            "company": body.get("company"), "title": body.get("title"), "private": bool(body.get("private")),
            "can_email": body.get("can_email") is not False, "time_zone": body.get("time_zone"), "tags": [],
            "linked_user_ids": [], "last_activity_at": self.now, **empty,
            "custom_fields": fields.given(self.store, "candidates", body.get("custom_fields")),
        })  # fmt: skip
        self.retag(row, body.get("tags") or [])
        if self.store.get("gh_slow", "candidates"):
            return {"message": "The candidate will be created shortly."}
        return self.row("candidates", str(row["id"]))

    def retag(self, person: Doc, names: list[str]) -> None:
        """The whole set of somebody's tags, by name; new ones are made."""
        for old in self.store.find("gh_applied_candidate_tags", candidate_id=person["id"]):
            self.store.delete("gh_applied_candidate_tags", old["id"])
        for name in names:
            tag = self.tag_called(name) or self.add("candidate_tags", {"name": name})
            about = {"candidate_id": person["id"], "candidate_tag_id": tag["id"]}
            self.add("applied_candidate_tags", about)
        self.tagged(person["id"])

    def tag_called(self, name: str) -> Doc | None:
        tags = self.store.all("gh_candidate_tags")
        return next((t for t in tags if t["name"].casefold() == name.strip().casefold()), None)

    def tagged(self, candidate: int) -> None:
        """Write a person's tags beside the person, as lists of people show them."""
        names = {t["id"]: t["name"] for t in self.store.all("gh_candidate_tags")}
        applied = self.store.find("gh_applied_candidate_tags", candidate_id=candidate)
        person = self.row("candidates", str(candidate))
        told = {"tags": [names[a["candidate_tag_id"]] for a in applied], "updated_at": self.now}
        self.store.put("gh_candidates", candidate, {**person, **told})

    def tag(self, body: Doc) -> Doc:
        name = str(body.get("name") or "").strip()
        if not name:
            raise Refusal(422, "Validation failed", ("name", "can't be blank"))
        if self.tag_called(name):
            raise Refusal(422, "Validation failed", ("name", "has already been taken"))
        return self.add("candidate_tags", {"name": name})

    def apply_tag(self, body: Doc) -> Doc:
        person = self.row("candidates", str(body.get("candidate_id")))
        if self.store.get("gh_candidate_tags", str(body.get("candidate_tag_id"))) is None:
            raise Refusal(422, "Validation failed", ("candidate_tag_id", "is not a tag"))
        about = {"candidate_id": person["id"], "candidate_tag_id": int(body["candidate_tag_id"])}
        if self.store.find("gh_applied_candidate_tags", **about):
            raise Refusal(422, "Validation failed", ("candidate_tag_id", "has already been taken"))
        made = self.add("applied_candidate_tags", about)
        self.tagged(person["id"])
        return made

    def remove_tag(self, row: Doc) -> Doc:
        self.store.delete("gh_applied_candidate_tags", row["id"])
        self.tagged(row["candidate_id"])
        return {"message": "deleted"}

    def anonymize(self, person: Doc, body: Doc) -> Doc:
        """Only the fields that are named; the row stays, for the numbers."""
        names = body.get("fields")
        if not isinstance(names, list) or not names or not set(names) <= ERASABLE.keys():
            raise Refusal(422, "fields is invalid", ("fields", "is invalid"))
        kept = dict(person)
        for name in (column for field in names for column in ERASABLE[field]):
            held = person[name]
            kept[name] = [] if isinstance(held, list) else {} if isinstance(held, dict) else None
        if "full_name" in names:
            kept |= {"first_name": "(Anonymized)", "last_name": ""}
        for name, resource in (("attachments", "attachments"), ("notes", "notes")):
            for row in self.store.find(f"gh_{resource}", candidate_id=person["id"]):
                if name in names:
                    self.store.delete(f"gh_{resource}", row["id"])
        self.store.put("gh_candidates", person["id"], {**kept, "updated_at": self.now})
        told = {"candidate_id": person["id"], "anonymized_fields": names}
        hooks.greenhouse_hook(self.store, self.clock, "candidate_anonymized", told)
        return {"id": person["id"]}

    def application(self, body: Doc) -> Doc:
        """A candidacy in the first stage of an open job. One open candidacy a job."""
        bodies.editable("new application", body)
        person = self.row("candidates", str(body.get("candidate_id")))
        job = self.store.get("gh_jobs", str(body.get("job_id")))
        if job is None:
            raise Refusal(422, "Validation failed", ("job_id", "is not a job"))
        if job["status"] != "open":
            raise Refusal(422, "Validation failed", ("job_id", "is not open"))
        about = {"candidate_id": person["id"], "job_id": job["id"]}
        if self.store.find("gh_applications", status="in_process", **about):
            raise Refusal(
                422, "Validation failed", ("job_id", "has an application of this candidate")
            )
        stages = self.store.find("gh_job_interview_stages", job_id=job["id"])
        first = min(stages, key=lambda stage: int(stage["sort_order"]))
        row = self.add("applications", {
            **about, "job_post_id": None, "stage_id": None, "stage_name": first["name"], "status": "in_process", "needs_decision": False,
            "prospect": False, "prospective_job_ids": [], "recruiter_id": None, "coordinator_id": None, "referrer_id": None,
            "source_id": None, "location_address": None, "answers": [], "custom_fields": {}, "rejected_at": None,
            "last_activity_at": self.now,
        })  # fmt: skip
        instance = self.enter(row["id"], first["id"])
        self.store.put("gh_applications", row["id"], {**row, "stage_id": instance})
        self.tell(self.row("applications", str(row["id"])), "new_candidate_application")
        return self.row("applications", str(row["id"]))

    def enter(self, application: int, stage: int) -> int:
        """Put an application into a stage; gives the id of that passage."""
        instance = self.store.next_id("gh_stage_instance", 9_000_001)
        self.store.put("gh_application_stages", instance, {
            "id": instance, "application_id": application, "job_interview_stage_id": stage, "entered_at": self.now,
            "exited_at": None, "days_in_stage": 0, "current": True, "created_at": self.now, "updated_at": self.now,
        })  # fmt: skip
        return instance

    def tell(self, application: Doc, action: str) -> None:
        """The webhook about an application, in the old v1 shape."""
        person = self.store.get("gh_candidates", application["candidate_id"]) or {}
        job = self.store.get("gh_jobs", str(application["job_id"])) or {}
        told = {"id": application["id"], "status": "active" if application["status"] == "in_process" else application["status"],
                "last_activity_at": self.now, "current_stage": {"name": application["stage_name"]},
                "candidate": {"id": person.get("id"), "first_name": person.get("first_name"), "last_name": person.get("last_name")},
                "jobs": [{"id": job.get("id"), "name": job.get("name"), "status": job.get("status")}]}  # fmt: skip
        hooks.greenhouse_hook(self.store, self.clock, action, {"application": told})
