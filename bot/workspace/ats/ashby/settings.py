"""What an organisation sets up in Ashby: people, reasons, sources, tags, custom fields, departments, places."""

from typing import Any

from bot.workspace.ats.ashby import applications, values
from bot.workspace.ats.ashby.desk import Desk, Doc, Refusal, call, keep, new_id, plain
from bot.workspace.ats.ashby.paging import page

OBJECTS = {
    "Application": "applications",
    "Candidate": "candidates",
    "Job": "jobs",
    "Opening": "openings",
}


def _rows(desk: Desk, kind: str) -> list[Doc]:
    """Without what is archived, unless that is asked for too."""
    rows = desk.store.all(f"ashby_{kind}")
    return [row for row in rows if desk.body.get("includeArchived") or not row.get("isArchived")]


@call("archiveReason.list", "hiringProcessMetadataRead")
def reasons(desk: Desk) -> list[Doc]:
    return [plain(row) for row in _rows(desk, "reasons")]


@call("source.list", "hiringProcessMetadataRead")
def sources(desk: Desk) -> Doc:
    return {"results": [plain(row) for row in _rows(desk, "sources")], "moreDataAvailable": False}


@call("candidateTag.list", "hiringProcessMetadataRead")
def tags(desk: Desk) -> Doc:
    return page(desk, "tags", _rows(desk, "tags"), plain)


@call("candidateTag.create", "hiringProcessMetadataWrite")
def create_tag(desk: Desk) -> Doc:
    """A title that is there already gives the tag that has it."""
    title = desk.text("title").strip()
    for row in desk.store.all("ashby_tags"):
        if row["title"].casefold() == title.casefold():
            return plain(row)
    return plain(keep(desk.store, "tags", {"id": new_id(), "title": title, "isArchived": False}))


@call("communicationTemplate.list", "hiringProcessMetadataRead")
def templates(desk: Desk) -> list[Doc]:
    return [plain(row) for row in desk.store.all("ashby_templates")]


@call("department.list", "organizationRead")
def departments(desk: Desk) -> list[Doc]:
    return [plain(row) for row in _rows(desk, "departments")]


@call("location.list", "organizationRead")
def locations(desk: Desk) -> Doc:
    return {"results": [plain(row) for row in _rows(desk, "locations")], "moreDataAvailable": False}


@call("user.list", "organizationRead")
def users(desk: Desk) -> Doc:
    rows = desk.store.all("ashby_users")
    rows = [row for row in rows if desk.body.get("includeDeactivated") or row["isEnabled"]]
    return page(desk, "users", rows, plain)


@call("user.info", "organizationRead")
def user(desk: Desk) -> Doc:
    return plain(desk.one("users", "userId"))


@call("user.search", "organizationRead")
def find_user(desk: Desk) -> list[Doc]:
    email = desk.text("email").strip().lower()
    return [plain(row) for row in desk.store.all("ashby_users") if row["email"].lower() == email]


@call("hiringTeamRole.list", "organizationRead")
def roles(desk: Desk) -> list[Any]:
    rows = [plain(row) for row in desk.store.all("ashby_roles")]
    return [row["title"] for row in rows] if desk.body.get("namesOnly", True) else rows


@call("customField.list", "hiringProcessMetadataRead")
def fields(desk: Desk) -> Doc:
    rows = [row for row in _rows(desk, "fields") if desk.key.get("private") or not row["isPrivate"]]
    return page(desk, "fields", rows, plain)


@call("customField.info", "hiringProcessMetadataRead")
def field(desk: Desk) -> Doc:
    return plain(desk.one("fields", "customFieldId"))


@call("customField.setValue", "candidatesWrite")
def set_value(desk: Desk) -> Doc:
    return _set(desk, [desk.body])[0]


@call("customField.setValues", "candidatesWrite")
def set_values(desk: Desk) -> list[Doc]:
    rows = desk.body.get("values")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise Refusal("invalid_input", "values must hold at least one fieldId and fieldValue")
    return _set(desk, rows)


def _set(desk: Desk, rows: list[Doc]) -> list[Doc]:
    """Put values into one object, all or none. Null takes a value away. Raises Refusal."""
    kind = desk.text("objectType")
    if kind not in OBJECTS:
        raise Refusal("invalid_input", f"objectType must be one of {', '.join(OBJECTS)}")
    thing = desk.one(OBJECTS[kind], "objectId")
    told = {f["id"]: f for f in thing.get("customFields", [])}
    for row in rows:
        known = desk.one("fields", "fieldId", row)
        if known["objectType"] != kind:
            raise Refusal("invalid_input", f"{known['title']} is not a field of {kind}")
        if row.get("fieldValue") is None:
            told.pop(known["id"], None)
            continue
        value = values.checked(known["fieldType"], row["fieldValue"], known.get("selectableValues"))
        told[known["id"]] = values.shown(known, value)
    saved = desk.save(OBJECTS[kind], {**thing, "customFields": list(told.values())})
    if kind == "Application":
        applications.tell(desk, saved, "applicationUpdate")
    return [told[row["fieldId"]] for row in rows if row["fieldId"] in told]


@call("surveySubmission.list", "candidatesRead")
def surveys(desk: Desk) -> Doc:
    """Diversity and EEOC answers: one row for each person who answered."""
    kind = desk.text("surveyType")
    rows = [row for row in desk.store.all("ashby_surveys") if row["surveyType"] == kind]
    return page(desk, "surveys", rows, plain)


@call("apiKey.info", "apiKeysRead")
def key(desk: Desk) -> Doc:
    return {"title": desk.key["title"], "createdAt": desk.key["createdAt"]}
