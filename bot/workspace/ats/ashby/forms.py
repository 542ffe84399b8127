"""Forms of the Ashby stand-in: scorecards are free-form, each value under its field's path."""

from typing import Any

from bot.workspace.ats.ashby import values
from bot.workspace.ats.ashby.desk import Desk, Doc, Refusal, call, keep, new_id, plain
from bot.workspace.ats.ashby.paging import page


@call("feedbackFormDefinition.list", "hiringProcessMetadataRead")
def every(desk: Desk) -> Doc:
    rows = [
        r
        for r in desk.store.all("ashby_forms")
        if desk.body.get("includeArchived") or not r["isArchived"]
    ]
    return page(desk, "forms", rows, plain)


@call("feedbackFormDefinition.info", "hiringProcessMetadataRead")
def info(desk: Desk) -> Doc:
    return plain(desk.one("forms", "feedbackFormDefinitionId"))


def submitted(definition: Doc, form: Any) -> Doc:
    """The values of a filled form by path, checked against its fields. Raises Refusal."""
    rows = form.get("fieldSubmissions") if isinstance(form, dict) else None
    if not isinstance(rows, list) or not all(isinstance(r, dict) and "path" in r for r in rows):
        raise Refusal("invalid_input", "fieldSubmissions must be a list of path and value")
    given = {str(row["path"]): row.get("value") for row in rows}
    fields = {f["field"]["path"]: f for s in definition["sections"] for f in s["fields"]}
    if unknown := sorted(given.keys() - fields.keys()):
        raise Refusal("invalid_input", f"There is no field {unknown[0]}")
    for path, row in fields.items():
        value = given.get(path)
        if value is None:
            if row["isRequired"]:
                raise Refusal("invalid_input", f"{row['field']['title']} is required")
            continue
        values.checked(row["field"]["type"], value, row["field"].get("selectableValues"))
    return {path: value for path, value in given.items() if value is not None}


@call("applicationFeedback.submit", "candidatesWrite")
def submit(desk: Desk) -> Doc:
    application, form = (
        desk.one("applications", "applicationId"),
        desk.one("forms", "formDefinitionId"),
    )
    user, event = desk.maybe("users", "userId"), desk.body.get("interviewEventId")
    interview = _event(desk, application["id"], event) if event is not None else None
    if interview is not None and user is None:
        raise Refusal("invalid_input", "userId is required for feedback on an interview")
    told = submitted(form["formDefinition"], desk.body.get("feedbackForm"))
    row: Doc = {
        "id": new_id(), "applicationId": application["id"], "formDefinition": form["formDefinition"], "submittedValues": told,
        "feedbackFormDefinitionId": form["id"], "submittedAt": desk.now, "createdAt": desk.now, "userId": user["id"] if user else None,
        "interviewEventId": event, "interviewId": interview["interviewId"] if interview else None,
    }  # fmt: skip
    keep(desk.store, "feedback", row)
    kept = ("id", "formDefinition", "submittedValues")
    return {"submittedFormInstance": {name: row[name] for name in kept}}


def _event(desk: Desk, application: str, id: Any) -> Doc:
    for schedule in desk.store.find("ashby_schedules", applicationId=application):
        for event in schedule["interviewEvents"]:
            if event["id"] == id:
                return dict(event)
    raise Refusal("interview_event_not_found", "Interview event not found")


@call("applicationFeedback.list", "candidatesRead")
def feedback(desk: Desk) -> Doc:
    rows = desk.store.all("ashby_feedback")
    if application := desk.maybe("applications", "applicationId"):
        rows = [row for row in rows if row["applicationId"] == application["id"]]
    return page(desk, "feedback", rows, lambda row: _shown(desk, row))


def _shown(desk: Desk, row: Doc) -> Doc:
    told = {k: v for k, v in plain(row).items() if k not in ("userId", "createdAt")}
    if user := desk.store.get("ashby_users", str(row["userId"])):
        told["submittedByUser"] = plain(user)
    return told
