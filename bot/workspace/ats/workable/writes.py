"""What Workable takes: comments, moves, disqualifications, ratings, copies, new people, subscriptions."""

import base64
import secrets
from collections.abc import Callable
from typing import Any

from bot.workspace.ats.workable import reads, seed
from bot.workspace.ats.workable.rules import Refusal, words
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
Tell = Callable[[str, Doc], None]
EVENTS = (
    "candidate_created", "candidate_moved", "candidate_deleted", "employee_created", "employee_updated", "employee_published",
    "onboarding_completed", "timeoff_updated",
)  # fmt: skip
FIELDS = (
    "firstname", "lastname", "name", "email", "headline", "summary", "address", "phone", "cover_letter", "education_entries",
    "experience_entries", "answers", "skills", "tags", "social_profiles", "domain", "texting_consent",
)  # fmt: skip
SCALES = {"thumbs": 3, "stars": 5, "numbers": 10}


class Writes:
    """The writes of one account; `tell` sends a webhook about a candidate."""

    def __init__(self, store: Store, clock: WorkspaceClock, tell: Tell) -> None:
        self.store, self.clock, self.tell = store, clock, tell

    def answer(self, method: str, parts: list[str], query: Any, body: Doc, token: str) -> Any:
        """The answer to one write, None where Workable's body is empty. Raises Refusal."""
        match method, parts:
            case "POST", ["subscriptions"]:
                return self._subscribe(body, token)
            case "DELETE", ["subscriptions", id]:
                if self.store.get("workable_subscriptions", id) is None:
                    raise Refusal(404, "Not found")
                return self.store.delete("workable_subscriptions", id)
            case "POST", ["talent_pool", "sourced" | "applied", "candidates"]:
                return self._create(None, None, body)
            case "POST", ["jobs", code, "candidates"]:
                return self._create(reads.job(self.store, code), query.get("stage"), body)
            case "PATCH", ["candidates", id]:
                return self._update(reads.candidate(self.store, id), body)
            case "PUT", ["candidates", id, "tags"]:
                return self._tags(reads.candidate(self.store, id), body)
            case "POST", ["candidates", id, act] if act in ACTS:
                row = reads.candidate(self.store, id)
                return ACTS[act](self, row, self._member(body), body)
        raise Refusal(404, "Not found")

    def _member(self, body: Doc) -> Doc:
        found = self.store.get("workable_members", str(body.get("member_id")))
        if found is None:
            raise Refusal(422, "member_id is not a member of this account")
        return {"id": found["id"], "name": found["name"], "type": "Member"}

    def _create(self, job: Doc | None, stage: str | None, body: Doc) -> Doc:
        person = body.get("candidate")
        if not isinstance(person, dict):
            raise Refusal(422, "candidate is missing")
        if job is not None and job["state"] == "archived":
            raise Refusal(422, "The job is archived")
        given = self._fields(person)
        if not person.get("name"):
            words(person, "firstname"), words(person, "lastname")
        words(person, "email")
        slugs = [s["slug"] for s in job["stages"]] if job else []
        if stage is not None and stage not in slugs:
            raise Refusal(422, "stage is not a stage of this job")
        empty: Doc = {
            "firstname": None, "lastname": None, "phone": None, "address": None, "headline": None, "domain": None, "tags": [],
            "social_profiles": [], "answers": [], "sourced": body.get("sourced", True) is not False, "originating_candidate_id": None,
        }  # fmt: skip
        row = self._new({**empty, **given}, job["shortcode"] if job else None, stage or (slugs or [None])[0])  # fmt: skip
        seed.act(self.store, row, self.clock.now(), {"action": "uploaded" if row["sourced"] else "applied", "body": None})  # fmt: skip
        if not row["sourced"]:
            seed.act(self.store, row, self.clock.now(), {"action": "message", "body": "<p>Thank you for applying.</p>"})  # fmt: skip
        self.tell("candidate_created", row)
        return {"status": "created", "candidate": reads.detail(self.store, row)}

    def _new(self, told: Doc, job: str | None, stage: str | None) -> Doc:
        row = {
            **told, "id": secrets.token_hex(4), "number": self.store.next_id("workable_number", 217_000), "job": job, "stage": stage,
            "disqualified": False, "withdrew": False, "disqualified_at": None, "disqualification_reason": None, "hired_at": None,
            "created_at": self._now(), "updated_at": self._now(),
        }  # fmt: skip
        return self.store.put("workable_candidates", row["id"], row)

    def _fields(self, person: Doc) -> Doc:
        for name in person:
            if name not in FIELDS:
                raise Refusal(422, f"{name} is not a field of a candidate")
        kept = ("firstname", "lastname", "email", "headline", "address", "phone", "tags", "social_profiles", "domain", "answers")  # fmt: skip
        return {k: None if v == "" else v for k, v in person.items() if k in kept}

    def _update(self, row: Doc, body: Doc) -> Doc:
        person = body.get("candidate")
        if not isinstance(person, dict) or not person:
            raise Refusal(422, "candidate is missing")
        self._save(row, **self._fields(person))
        return {"candidate": reads.detail(self.store, row)}

    def _tags(self, row: Doc, body: Doc) -> Doc:
        """The list replaces the one before."""
        tags = body.get("tags")
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            raise Refusal(422, "tags is invalid")
        self._save(row, tags=tags)
        return {"candidate": reads.detail(self.store, row)}

    def _comment(self, row: Doc, member: Doc, body: Doc) -> Doc:
        comment = body.get("comment")
        if not isinstance(comment, dict):
            raise Refusal(422, "comment is missing")
        said, file = words(comment, "body"), comment.get("attachment")
        if file is not None:
            self._attach(row, file)
        told = {"action": "comment", "member": member, "body": said, "visibility_roles": comment.get("policy") or []}  # fmt: skip
        return {"id": seed.act(self.store, row, self.clock.now(), told)["id"]}

    def _attach(self, row: Doc, file: Any) -> None:
        if not isinstance(file, dict):
            raise Refusal(422, "attachment is invalid")
        name, data = words(file, "name"), words(file, "data")
        try:
            base64.b64decode(data, validate=True)
        except ValueError:
            raise Refusal(422, "attachment data is not Base64") from None
        id = secrets.token_hex(8)
        held = {"id": id, "candidate": row["id"], "type": "document", "name": name, "source": "member", "signature": id[::-1], "content": data}  # fmt: skip
        self.store.put("workable_files", id, held)

    def _move(self, row: Doc, member: Doc, body: Doc) -> None:
        target = words(body, "target_stage")
        stage = self._stage(row["job"], target)
        self._save(row, stage=target, hired_at=self._now() if stage["kind"] == "hired" else None)
        aim = {name: stage[name] for name in ("id", "identifier", "name", "slug")}
        told = {"action": target, "member": member, "body": None, "action_stage": aim, "target_stage": aim}  # fmt: skip
        seed.act(self.store, row, self.clock.now(), told)
        self.tell("candidate_moved", row)

    def _stage(self, code: str, slug: str) -> Doc:
        for stage in reads.job(self.store, str(code))["stages"]:
            if stage["slug"] == slug:
                return dict(stage)
        raise Refusal(422, "target_stage is not a stage of this job")

    def _disqualify(self, row: Doc, member: Doc, body: Doc) -> None:
        known = body.get("disqualify_reason_id")
        reason = self.store.get("workable_reasons", str(known)) if known is not None else None
        if known is not None and reason is None:
            raise Refusal(422, "disqualify_reason_id is invalid")
        note = body.get("disqualify_note") or ""
        if not isinstance(note, str) or len(note) > 256:
            raise Refusal(422, "disqualify_note is too long")
        self._save(
            row, disqualified=True, withdrew=bool(body.get("withdrew")), disqualified_at=self._now(),
            disqualification_reason=reason["description"] if reason else None,
        )  # fmt: skip
        told = {"action": "disqualified", "member": member, "body": note or None}
        seed.act(self.store, row, self.clock.now(), told)

    def _revert(self, row: Doc, member: Doc, body: Doc) -> None:
        self._save(row, disqualified=False, withdrew=False, disqualified_at=None, disqualification_reason=None)  # fmt: skip
        seed.act(self.store, row, self.clock.now(), {"action": "reverted", "member": member, "body": None})  # fmt: skip

    def _copy(self, row: Doc, member: Doc, body: Doc) -> Doc:
        """The same person on another job, as a new candidate."""
        job = reads.job(self.store, words(body, "target_job_shortcode"))
        if job["state"] == "archived":
            raise Refusal(422, "The job is archived")
        target = words(body, "target_stage")
        self._stage(job["shortcode"], target)
        made = self._new({**row, "originating_candidate_id": row["id"]}, job["shortcode"], target)
        seed.act(self.store, made, self.clock.now(), {"action": "copied", "member": member, "body": None})  # fmt: skip
        self.tell("candidate_created", made)
        told = reads.detail(self.store, made)
        return {"candidate": {"id": made["id"], "url": told["profile_url"]}}

    def _rate(self, row: Doc, member: Doc, body: Doc) -> None:
        said, scale, grade = words(body, "comment"), str(body.get("scale")), body.get("grade")
        if scale not in SCALES or not isinstance(grade, int) or not 0 <= grade < SCALES[scale]:
            raise Refusal(422, "grade is invalid")
        rating = {"scale": scale, "grade": grade, "score": f"{grade + 1} of {SCALES[scale]}"}
        told = {"action": "rating", "member": member, "body": said, "rating": rating}
        seed.act(self.store, row, self.clock.now(), told)

    def _subscribe(self, body: Doc, token: str) -> Doc:
        target, event, args = words(body, "target"), words(body, "event"), body.get("args")
        if event not in EVENTS:
            raise Refusal(422, "event is not known")
        if args is not None and not {"job_shortcode", "stage_slug"} <= set(args):
            raise Refusal(422, "args need job_shortcode and stage_slug")
        if self.store.find("workable_subscriptions", target=target):
            raise Refusal(409, "The target is used by another subscription")
        id = self.store.next_id("workable_subscription", 31)
        row = {"id": id, "event": event, "target": target, "valid_until": None, "created_at": self._now(),
               "job_shortcode": "", "stage_slug": "", "token": token}  # fmt: skip
        self.store.put("workable_subscriptions", id, row)
        return {"id": id}

    def _save(self, row: Doc, **values: Any) -> None:
        row |= {**values, "updated_at": self._now()}
        self.store.put("workable_candidates", row["id"], row)

    def _now(self) -> str:
        return seed.iso(self.clock.now())


ACTS: dict[str, Callable[[Writes, Doc, Doc, Doc], Any]] = {
    "comments": Writes._comment, "move": Writes._move, "disqualify": Writes._disqualify, "revert": Writes._revert,
    "copy": Writes._copy, "ratings": Writes._rate,
}  # fmt: skip
