"""What Knit's unified calls write into the Workable account behind it, and what it refuses on the way."""

import base64
import secrets
from typing import Any

from bot.workspace.ats.knit import rules, shapes
from bot.workspace.ats.knit.rules import Refusal
from bot.workspace.ats.knit.syncs import Syncs
from bot.workspace.ats.knit.upstream import Workable
from bot.workspace.store import Store

Doc = dict[str, Any]
KINDS = ("RESUME", "COVER_LETTER", "OFFER_LETTER", "NOT_SPECIFIED")


class Writes:
    """The writes of one integration."""

    def __init__(self, store: Store, workable: Workable, syncs: Syncs) -> None:
        self.store, self.workable, self.syncs = store, workable, syncs

    def create(self, body: Doc) -> Doc:
        """A new application. Workable wants the whole person, never the id of a known one."""
        if body.get("candidateId") is not None:
            raise Refusal(400, "candidateId is not supported for workable, candidate is required")
        person = body.get("candidate")
        if not isinstance(person, dict):
            raise Refusal(400, "candidate is required")
        first, last = rules.text(person, "firstName"), rules.text(person, "lastName")
        email = rules.rows(person, "emails", "email")[0]["email"]
        phone = rules.rows(person, "phones", "type", "phoneNumber")[0]["phoneNumber"]
        job = self._job(rules.text(body, "jobId"))
        if job["status"] != "OPEN":
            raise Refusal(400, "The job is closed and takes no applications")
        if any(c["email"] == email for c in self.store.find("knit_candidates", job=job["id"])):
            raise Refusal(409, "The candidate has already applied to this job")
        slugs = [stage["slug"] for stage in job["stages"]]
        stage = body.get("initialStageId") or slugs[0]
        if stage not in slugs:
            raise Refusal(400, "initialStageId is not a stage of this job")
        row = {
            "id": secrets.token_hex(4), "job": job["id"], "stage": stage, "firstname": first, "lastname": last, "email": email,
            "phone": phone, "address": person.get("location"), "headline": None, "tags": [],
            "links": rules.words(person, "links"), "answers": [], "custom_fields": person.get("customFields") or {},
            "disqualified": False, "withdrew": False, "disqualified_at": None, "disqualification_reason": None,
            "created_at": self.workable.now(), "updated_at": self.workable.now(),
        }  # fmt: skip
        self.store.put("knit_candidates", row["id"], row)
        self.workable.act(row, "uploaded", None)
        self.syncs.at_once("ats_applications_new", row)
        return {"applicationId": row["id"], "candidateId": row["id"]}

    def move(self, body: Doc) -> None:
        row = self._application(body)
        wish = rules.text(body, "stageId")
        if wish not in [stage["slug"] for stage in self._job(row["job"])["stages"]]:
            raise Refusal(400, "stageId is not a stage of this job")
        self.workable.save(row, stage=wish)
        self.workable.act(row, "moved", None)
        self.syncs.at_once("ats_applications_modified", row)

    def attach(self, body: Doc) -> Doc:
        """A file as Base64, or from an address. Workable takes no notice of the kind."""
        row = self._application(body)
        name, mime = rules.text(body, "fileName"), rules.text(body, "contentType")
        if body.get("fileType", "NOT_SPECIFIED") not in KINDS:
            raise Refusal(400, "fileType is not known")
        if body.get("fileUrl") is not None:
            raise Refusal(400, "fileUrl could not be read")
        try:
            content = base64.b64decode(rules.text(body, "fileContent"), validate=True)
        except ValueError:
            raise Refusal(400, "fileContent is not Base64") from None
        id = secrets.token_hex(8)
        self.store.put("knit_files", id, {
            "id": id, "candidate": row["id"], "type": "NOT_SPECIFIED", "name": name, "path": "file", "mime": mime,
            "signature": secrets.token_hex(8), "content": base64.b64encode(content).decode(),
        })  # fmt: skip
        self.workable.save(row)
        return {"attachmentId": id}

    def search(self, body: Doc) -> Doc:
        """People by address; without one Workable does not search, whatever else is known."""
        emails = {email.casefold() for email in rules.words(body, "emails")}
        if not emails:
            raise Refusal(400, "emails is required for workable")
        found = [c for c in self.store.all("knit_candidates") if c["email"].casefold() in emails]
        return {"candidates": [shapes.person(row) for row in found]}

    def _job(self, id: str) -> Doc:
        found = self.store.get("knit_jobs", id)
        if found is None:
            raise Refusal(404, "Job not found")
        return found

    def _application(self, body: Doc) -> Doc:
        found = self.store.get("knit_candidates", rules.text(body, "applicationId"))
        if found is None:
            raise Refusal(404, "Application not found")
        return found
