"""What SmartRecruiters takes: people, statuses, tags, messages, files."""

import base64
import re
import uuid
from collections.abc import Callable
from typing import Any

from bot.workspace.ats.smartrecruiters import reads, rules, seed
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
Tell = Callable[[str, Doc], None]
DONE: Doc = {}  # 204, without a body
PERSON = (
    "firstName", "lastName", "email", "phoneNumber", "location", "web", "tags", "education", "experience", "sourceDetails", "internal",
)  # fmt: skip
STEPS = {"IN_REVIEW": "inReview", "INTERVIEW": "interview", "OFFERED": "offered"}
STATUSES = ("LEAD", "NEW", *STEPS, "HIRED", "REJECTED", "WITHDRAWN")


class Writes:
    """The writes of one account, done as the admin whose key it is; `tell` sends a webhook."""

    def __init__(self, store: Store, clock: WorkspaceClock, tell: Tell) -> None:
        self.store, self.clock, self.tell = store, clock, tell

    def answer(self, method: str, parts: list[str], body: Doc) -> Doc:
        """The answer to one write. Raises Refusal."""
        match method, parts:
            case "POST", ["candidates"]:
                return self._create(None, body)
            case "POST", ["jobs", id, "candidates"]:
                return self._create(reads.job_of(self.store, id), body)
            case "PATCH", ["candidates", id]:
                return self._update(reads.candidate(self.store, id), body)
            case "DELETE", ["candidates", id]:
                reads.candidate(self.store, id)
                self.store.delete("smart_candidates", id)
                self.tell("candidate.deleted", {"candidate_id": id})
                return DONE
            case "PUT", ["candidates", id, "tags"]:
                return self._tags(reads.candidate(self.store, id), body)
            case "PUT", ["candidates", id, "jobs", job, "status"]:
                return self._status(reads.candidate(self.store, id), job, body)
            case "POST", ["messages", "shares"]:
                return self._share(body)
        raise rules.gone()

    def _create(self, job: Doc | None, body: Doc) -> Doc:
        for name in ("firstName", "lastName", "email"):
            rules.words(body, name)
        self._known(body)
        if job is not None and job["status"] in ("FILLED", "CANCELLED"):
            raise rules.invalid("The job is not open.")
        if held := self._same(body["email"]):
            raise rules.Refusal(409, "DUPLICATE", f"There is a candidate {held['id']} with this address.")  # fmt: skip
        id, now = str(uuid.uuid4()), seed.iso(self.clock.now())
        on = {"job": job["id"], "status": "NEW", "subStatus": None, "source": "API", "startsOn": None, "reasonOfRejection": None,
              "reasonOfWithdrawal": None} if job else None  # fmt: skip
        row: Doc = {
            "internal": False, "phoneNumber": None, "location": {}, "web": {}, "tags": [], "education": [], "experience": [],
            "averageRating": 0, **body, "id": id, "assignments": [on] if on else [], "properties": {}, "createdOn": now, "updatedOn": now,
        }  # fmt: skip
        self.store.put("smart_candidates", id, row)
        self.tell("candidate.created", {"candidate_id": id})
        if job:
            seed.past(self.store, id, job["id"], "NEW", None, self.clock.now())
            self.tell("application.created", {"candidate_id": id, "job_id": job["id"]})
        return reads.whole(self.store, row)

    def _same(self, email: str) -> Doc | None:
        rows = self.store.all("smart_candidates")
        return next((r for r in rows if r["email"].casefold() == email.casefold()), None)

    def _known(self, body: Doc) -> None:
        for name in body:
            if name not in PERSON:
                raise rules.Refusal(400, "BAD_REQUEST", f"{name} is not a field of a candidate.")

    def _update(self, row: Doc, body: Doc) -> Doc:
        self._known(body)
        self._save(row, **body)
        self.tell("candidate.updated", {"candidate_id": row["id"]})
        return reads.whole(self.store, row)

    def _tags(self, row: Doc, body: Doc) -> Doc:
        """The list replaces the one before."""
        tags = body.get("tags")
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            raise rules.invalid("tags must be a list of texts.")
        self._save(row, tags=tags)
        return {"tags": tags}

    def _status(self, row: Doc, job: str, body: Doc) -> Doc:
        held = reads.one_of(row, job)
        status, step = rules.words(body, "status"), body.get("subStatus")
        if status not in STATUSES:
            raise rules.invalid("status is not known.")
        if step is not None and step not in seed.STEPS.get(STEPS.get(status, ""), ()):
            raise rules.invalid("subStatus is not a step of the job's hiring process.")
        told = {"status": status, "subStatus": step, "reasonOfRejection": None, "reasonOfWithdrawal": None}  # fmt: skip
        for kind, name, field in (("rejection", "REJECTED", "reasonOfRejection"), ("withdrawal", "WITHDRAWN", "reasonOfWithdrawal")):  # fmt: skip
            if status == name and body.get("reason") is not None:
                reason = self.store.get("smart_reasons", str(body["reason"]))
                if reason is None or reason["list"] != kind:
                    raise rules.invalid("reason is not known.")
                told[field] = {"id": reason["id"], "label": reason["label"]}
        if body.get("startsOn") is not None:
            told["startsOn"] = rules.words(body, "startsOn")
        held |= told
        self._save(row, assignments=[held if a["job"] == job else a for a in row["assignments"]])
        seed.past(self.store, row["id"], job, status, step, self.clock.now())
        self.tell("application.status.updated", {"candidate_id": row["id"], "job_id": job})
        return DONE

    def _share(self, body: Doc) -> Doc:
        """A message; only a token in its text ties it to somebody."""
        said = rules.words(body, "content")
        if len(said) > 10_000:
            raise rules.invalid("content is longer than 10000 characters.")
        found = re.search(r"#\[CANDIDATE:([^\]]+)\]", said)
        about = reads.candidate(self.store, found.group(1))["id"] if found else None
        share = body.get("shareWith")
        seen = "OPEN" if isinstance(share, dict) and share.get("openNote") else "PRIVATE"
        id = str(uuid.uuid4())
        self.store.put("smart_messages", id, {"id": id, "candidate": about, "content": said, "createdOn": seed.iso(self.clock.now()),
                                              "visibility": seen, "authorId": seed.user_id(508)})  # fmt: skip
        return {"id": id, "shareRequired": False}

    def attach(self, id: str, kind: str, name: str, mime: str, content: bytes) -> Doc:
        row = reads.candidate(self.store, id)
        if not kind or not name:
            raise rules.invalid("attachmentType and file are required.")
        file = {"id": str(uuid.uuid4()), "candidate": row["id"], "name": name, "type": kind, "contentType": mime,
                "content": base64.b64encode(content).decode()}  # fmt: skip
        self.store.put("smart_files", file["id"], file)
        self._save(row)
        return reads.file(file)

    def _save(self, row: Doc, **values: Any) -> None:
        row |= {**values, "updatedOn": seed.iso(self.clock.now())}
        self.store.put("smart_candidates", row["id"], row)
