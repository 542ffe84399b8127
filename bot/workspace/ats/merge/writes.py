"""What can be written through the Merge stand-in: problems that Merge sees are a 400, the ATS's own come with a 201."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from bot.workspace import asking
from bot.workspace.ats.merge import copy
from bot.workspace.ats.merge.models import (
    ENUMS,
    EXTRAS,
    NAMES,
    RELATIONS,
    REQUIRED,
    blank,
    writable,
)
from bot.workspace.ats.merge.reads import Refusal, shown
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]


class Writes:
    """All writes of one account. Nothing can be undone: there is no call to delete, cancel, reject or hire."""

    def __init__(self, store: Store, clock: WorkspaceClock) -> None:
        self.store, self.clock = store, clock
        self.now = copy.iso(clock.now())

    def create(self, resource: str, body: Doc) -> Doc:
        self.user(body)
        model = self.model(body)
        for name in REQUIRED[resource]:
            if model.get(name) in (None, "", []):
                raise problem("MISSING_REQUIRED_FIELD", f"{name} is a required field on model.", name)  # fmt: skip
        fields, warnings = self.checked(resource, model)
        refused = self.refused(resource, fields)
        row = {**blank(resource), **fields, "created_at": self.now, "modified_at": self.now}
        if refused:
            return answer({**row, "id": None}, warnings, [refused])
        row |= {"id": str(uuid.uuid4()), "remote_id": str(self.store.next_id("merge_remote", 900_001))}  # fmt: skip
        if "remote_created_at" in row:
            row["remote_created_at"] = self.now
        if resource == "applications":
            row["applied_at"] = row["applied_at"] or self.now
            row["current_stage"] = row["current_stage"] or self.first_stage(row["job"])
        if resource == "interviews":
            row["status"] = row["status"] or "SCHEDULED"
        return answer(self.save(resource, row), warnings, [])

    def change(self, id: str, body: Doc) -> Doc:
        """A candidate is the one thing that can be changed; a list that is given replaces the whole list."""
        self.user(body)
        row = self.row("candidates", id)
        fields, warnings = self.checked("candidates", self.model(body))
        return answer(self.save("candidates", row | fields), warnings, [])

    def stage(self, id: str, body: Doc) -> Doc:
        if body.get("remote_user_id") is not None:
            self.user(body)
        row = self.row("applications", id)
        stage = copy.one_held(self.store, "job-interview-stages", str(body.get("job_interview_stage")))  # fmt: skip
        if stage is None:
            raise problem("INVALID_FIELD_CHOICE", "job_interview_stage is not a JobInterviewStage.", "job_interview_stage", "")  # fmt: skip
        if row["rejected_at"]:
            return answer({**blank("applications"), "id": None}, [], [provider("The application is rejected.")])  # fmt: skip
        if stage["job"] not in (None, row["job"]):
            return answer({**blank("applications"), "id": None}, [], [provider("The stage belongs to another job.")])  # fmt: skip
        return answer(self.save("applications", row | {"current_stage": stage["id"]}), [], [])

    def ignore(self, id: str, body: Doc) -> None:
        """Empty the row in Merge's copy. The ATS keeps the person."""
        if body.get("reason") not in ("GENERAL_CUSTOMER_REQUEST", "GDPR", "OTHER"):
            raise Refusal(400, "reason is not a valid choice.")
        row = self.row("candidates", id)
        kept = {k: row[k] for k in ("id", "remote_id", "created_at")} | {"modified_at": self.now}
        self.store.put(copy.table("candidates"), id, {**blank("candidates"), **kept})

    def row(self, resource: str, id: str) -> Doc:
        found = copy.one_held(self.store, resource, id)
        if found is None:
            raise Refusal(404, "Not found.")
        return found

    def save(self, resource: str, row: Doc) -> Doc:
        if "remote_updated_at" in row:
            row["remote_updated_at"] = self.now
        copy.write(self.store, self.clock, resource, row)
        return shown(self.store, resource, row, {})

    def user(self, body: Doc) -> None:
        """`remote_user_id` is the `id` of a RemoteUser, whatever its name says."""
        id = body.get("remote_user_id")
        if not isinstance(id, str) or not id:
            raise problem("MISSING_REQUIRED_FIELD", "remote_user_id is a required field.", "remote_user_id", "")  # fmt: skip
        if copy.one_held(self.store, "users", id) is None:
            raise problem("INVALID_FIELD_CHOICE", "remote_user_id is not a RemoteUser.", "remote_user_id", "")  # fmt: skip

    def model(self, body: Doc) -> Doc:
        model = body.get("model")
        if not isinstance(model, dict):
            raise problem("MISSING_REQUIRED_FIELD", "model is a required field.", "model", "")
        return model

    def checked(self, resource: str, model: Doc) -> tuple[Doc, list[Doc]]:
        """The fields to keep and a warning for each that this model does not have. Raises Refusal."""
        fields, warnings, known = {}, [], writable(resource)
        for name, value in model.items():
            if name in EXTRAS:
                continue
            if name not in known:
                said = f"An unrecognized field, {name}, was passed in with request data."
                warnings.append(told("UNRECOGNIZED_FIELD", said, f"/model/{name}"))
                continue
            self.good(resource, name, value)
            fields[name] = _typed(name, value)
        return fields, warnings

    def good(self, resource: str, name: str, value: Any) -> None:
        """Refuse a value that this field cannot take."""
        if value is None:
            return
        if name in blank(resource) and isinstance(blank(resource)[name], list) != isinstance(value, list):  # fmt: skip
            raise problem("INCORRECT_FIELD_TYPE", f"{name} is of the wrong type.", name)
        if name in RELATIONS:
            for id in value if isinstance(value, list) else [value]:
                if not isinstance(id, str) or copy.one_held(self.store, RELATIONS[name], id) is None:  # fmt: skip
                    raise problem("INVALID_FIELD_CHOICE", f"{name} is not a {NAMES[RELATIONS[name]]}.", name)  # fmt: skip
        elif name in ENUMS:
            if value not in ENUMS[name]:
                raise problem("INVALID_FIELD_CHOICE", f"{value} is not a choice of {name}.", name)
        elif not _fits(name, value):
            raise problem("INCORRECT_FIELD_TYPE", f"{name} is of the wrong type.", name)

    def refused(self, resource: str, fields: Doc) -> Doc | None:
        """What the ATS itself says no to."""
        if resource == "interviews" and asking.moment(fields["end_at"]) <= asking.moment(fields["start_at"]):  # fmt: skip
            return provider("ends_at must be after starts_at.")
        if resource != "applications":
            return None
        job = copy.one_held(self.store, "jobs", fields["job"]) or {}
        if job.get("status") != "OPEN":
            return provider("The job is not open.")
        same = [
            row
            for row in copy.held(self.store, "applications")
            if (row["candidate"], row["job"]) == (fields["candidate"], fields["job"])
        ]
        said = "The candidate has already applied to this job."
        return told("DUPLICATE_MODEL_EXISTS", said, "/model/candidate") if same else None

    def first_stage(self, job: str) -> str | None:
        stages = self.store.find(copy.table("job-interview-stages"), job=job)
        return min(stages, key=lambda s: int(s["stage_order"]))["id"] if stages else None


def answer(model: Doc, warnings: list[Doc], errors: list[Doc]) -> Doc:
    return {"model": model, "warnings": warnings, "errors": errors, "logs": []}


def told(kind: str, detail: str, pointer: str) -> Doc:
    title = kind.replace("_", " ").title()
    return {"source": {"pointer": pointer}, "title": title, "detail": detail, "problem_type": kind}


def problem(kind: str, detail: str, name: str, under: str = "/model") -> Refusal:
    return Refusal(400, detail, [told(kind, detail, f"{under}/{name}")])


def provider(detail: str) -> Doc:
    return told("PROVIDER_ERROR", detail, "/model")


def _fits(name: str, value: Any) -> bool:
    if name.endswith("_at"):
        try:
            asking.moment(value)
        except ValueError:
            return False
        return True
    if name in ("is_private", "can_email"):
        return isinstance(value, bool)
    if name == "file_url":
        return isinstance(value, str) and len(value) <= 2000 and urlsplit(value).scheme in ("http", "https")  # fmt: skip
    if name in ("locations", "tags"):
        return all(isinstance(each, str) for each in value)
    if name in ("email_addresses", "phone_numbers", "urls"):
        kind = {"email_addresses": "email_address_type", "phone_numbers": "phone_number_type", "urls": "url_type"}[name]  # fmt: skip
        return all(
            isinstance(each, dict)
            and isinstance(each.get("value"), str)
            and each.get(kind) in (None, *ENUMS[kind])
            for each in value
        )
    if name == "screening_question_answers":
        return all(isinstance(each, dict) for each in value)
    return isinstance(value, str)


def _typed(name: str, value: Any) -> Any:
    """Moments are kept in one form."""
    return copy.iso(asking.moment(value)) if value is not None and name.endswith("_at") else value
