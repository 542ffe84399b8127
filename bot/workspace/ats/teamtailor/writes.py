"""What Teamtailor takes: people, applications, notes, values of custom fields, all as JSON:API documents."""

from collections.abc import Callable
from typing import Any

from bot.workspace import asking
from bot.workspace.ats.teamtailor import reads, resources, seed
from bot.workspace.ats.teamtailor.reads import Refusal
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
Tell = Callable[[str, Doc], None]
PERSON = ("first-name", "last-name", "email", "phone", "pitch", "tags", "linkedin-url", "sourced", "referring-url")  # fmt: skip
ONCE = ("merge", "send-welcome-message", "set-consent-expiration")  # of a new candidate only


class Writes:
    """The writes of one account; `tell` sends a webhook about a row."""

    def __init__(self, store: Store, clock: WorkspaceClock, tell: Tell) -> None:
        self.store, self.clock, self.tell = store, clock, tell

    def answer(self, method: str, parts: list[str], body: Doc) -> tuple[int, Doc]:
        """The status and the answer of one write. Raises Refusal."""
        data = body.get("data")
        if not isinstance(data, dict) or data.get("type") != parts[0]:
            raise Refusal(400, "Missing Parameter", "data is missing or of another type.", "/data")
        told = data.get("attributes") or {}
        match method, parts:
            case "POST", ["candidates"]:
                return self._create(told)
            case "PATCH", ["candidates", id]:
                return 200, self._update(reads.one(self.store, "candidates", id), told)
            case "POST", ["job-applications"]:
                return self._apply(data, told)
            case "PATCH", ["job-applications", id]:
                return 200, self._change(reads.one(self.store, "job-applications", id), data, told)
            case "POST", ["notes"]:
                return self._note(data, told)
            case "POST", ["custom-field-values"]:
                return self._value(data, told)
            case "PATCH", ["custom-field-values", id]:
                row = reads.one(self.store, "custom-field-values", id)
                row["attributes"]["value"] = told.get("value")
                return 200, self._kept("custom-field-values", row)
        raise reads.gone()

    def _kept(self, type: str, row: Doc) -> Doc:
        self.store.put(resources.table(type), row["id"], row)
        return resources.document(self.store, type, [reads.fresh(type, row)], "", single=True)

    def _new(self, type: str) -> str:
        return str(self.store.next_id(f"tailor_{type}", 100_000))

    def _create(self, told: Doc) -> tuple[int, Doc]:
        """The address is unique; `merge` makes a second one an update."""
        email = str(told.get("email") or "")
        if not email and not told.get("sourced"):
            raise Refusal(422, "can't be blank", "email - can't be blank", "/data/attributes/email")
        self._known(told, (*PERSON, *ONCE))
        held = [r for r in self.store.all("tailor_candidates") if (r["attributes"]["email"] or "").casefold() == email.casefold()]  # fmt: skip
        if held and told.get("merge"):
            return 200, self._update(held[0], {k: v for k, v in told.items() if k not in ONCE})
        if held:
            raise Refusal(422, "has already been taken", "email - has already been taken", "/data/attributes/email")  # fmt: skip
        now, empty = self._now(), dict.fromkeys(("phone", "pitch", "linkedin-url", "resume", "referring-site", "restricted-at"))  # fmt: skip
        given = {k: v for k, v in told.items() if k not in ONCE}
        row = resources.keep(self.store, "candidates", self._new("candidates"), {
            **empty, "tags": [], "sourced": False, "referred": False, "connected": False, "internal": False, "unsubscribed": False,
            "email": None, **given, "created-at": now, "updated-at": now,
        })  # fmt: skip
        self.tell("candidate.create", row)
        return 201, self._kept("candidates", row)

    def _known(self, told: Doc, names: tuple[str, ...]) -> None:
        for name in told:
            if name not in names:
                raise Refusal(400, "Param not allowed", f"{name} is not allowed.", f"/data/attributes/{name}")  # fmt: skip

    def _update(self, row: Doc, told: Doc) -> Doc:
        self._known(told, PERSON)
        row["attributes"] |= {**told, "updated-at": self._now()}
        self.tell("candidate.update", row)
        return self._kept("candidates", row)

    def _to(self, data: Doc, name: str, type: str, *, needed: bool = True) -> str | None:
        """The id that a relation of a document names, if there is such a thing. Raises Refusal."""
        held = ((data.get("relationships") or {}).get(name) or {}).get("data") or {}
        id = held.get("id") if held.get("type") == type else None
        if id is None and not needed:
            return None
        if id is None or self.store.get(resources.table(type), str(id)) is None:
            raise Refusal(422, "must exist", f"{name} - must exist", f"/data/relationships/{name}")
        return str(id)

    def _apply(self, data: Doc, told: Doc) -> tuple[int, Doc]:
        person, job = self._to(data, "candidate", "candidates"), str(self._to(data, "job", "jobs"))
        self._known(told, ("cover-letter", "sourced", "referring-url", "send-default-reply", "send-user-notifications"))  # fmt: skip
        if self.store.find("tailor_job-applications", candidate=person, job=job):
            raise Refusal(422, "has already been taken", "candidate - has already applied to this job")  # fmt: skip
        stage = self._to(data, "stage", "stages", needed=False) or seed.stage_id(job, 0)
        now = self._now()
        row = resources.keep(self.store, "job-applications", self._new("job-applications"), {
            "cover-letter": told.get("cover-letter"), "sourced": bool(told.get("sourced")), "referring-site": None, "referring-url": None,
            "row-order": 0, "rejected-at": None, "changed-stage-at": now, "created-at": now, "updated-at": now,
        }, candidate=person, job=job, stage=stage, reject_reason=None)  # fmt: skip
        self.tell("job_application.create", row)
        return 201, self._kept("job-applications", row)

    def _change(self, row: Doc, data: Doc, told: Doc) -> Doc:
        """A move to a stage of the job, a rejection, or its end."""
        self._known(told, ("rejected-at", "cover-letter"))
        if stage := self._to(data, "stage", "stages", needed=False):
            if (self.store.get("tailor_stages", stage) or {}).get("job") != row["job"]:
                raise Refusal(422, "is invalid", "stage - does not belong to the job", "/data/relationships/stage")  # fmt: skip
            row["stage"], row["attributes"]["changed-stage-at"] = stage, self._now()
        if reason := self._to(data, "reject-reason", "reject-reasons", needed=False):
            row["reject-reason"] = reason
        if "rejected-at" in told:
            at = told["rejected-at"]
            row["attributes"]["rejected-at"] = seed.iso(asking.moment(at)) if at else None
            row["reject-reason"] = row["reject-reason"] if at else None
        row["attributes"]["updated-at"] = self._now()
        self.tell("job_application.update", row)
        return self._kept("job-applications", row)

    def _note(self, data: Doc, told: Doc) -> tuple[int, Doc]:
        person, user = self._to(data, "candidate", "candidates"), self._to(data, "user", "users")
        if not str(told.get("note") or "").strip():
            raise Refusal(422, "can't be blank", "note - can't be blank", "/data/attributes/note")
        now = self._now()
        row = resources.keep(self.store, "notes", self._new("notes"), {
            "note": told["note"], "candidate-id": int(str(person)), "user-id": int(str(user)), "private-note": bool(told.get("private-note")),
            "mentioned-user-ids": [], "created-at": now, "updated-at": now,
        }, candidate=person, user=user)  # fmt: skip
        return 201, self._kept("notes", row)

    def _value(self, data: Doc, told: Doc) -> tuple[int, Doc]:
        field, owner = self._to(data, "custom-field", "custom-fields"), self._to(data, "owner", "candidates")  # fmt: skip
        kind = (self.store.get("tailor_custom-fields", str(field)) or {})["attributes"]["field-type"]  # fmt: skip
        row = resources.keep(
            self.store, "custom-field-values", self._new("custom-field-values"), {"field-type": kind, "value": told.get("value")},
            custom_field=field, owner=owner,
        )  # fmt: skip
        return 201, self._kept("custom-field-values", row)

    def _now(self) -> str:
        return seed.iso(self.clock.now())
