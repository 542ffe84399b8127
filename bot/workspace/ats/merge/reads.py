"""Lists, single rows and pages out of Merge's copy. A parameter that no list knows is refused, to catch a caller's slip."""

import base64
from typing import Any

from bot.workspace import asking
from bot.workspace.ats.merge.copy import table
from bot.workspace.ats.merge.models import EXPANDS, FILTERS, NAMES, RELATIONS
from bot.workspace.store import Store

Doc = dict[str, Any]
SPANS = ("created_after", "created_before", "modified_after", "modified_before")
SHAPES = ("expand", "include_remote_data", "remote_fields", "show_enum_origins")
LISTS = {"cursor", "page_size", "include_deleted_data", "include_shell_data", "remote_id", *SPANS}
PAGE, MOST = 30, 100


class Refusal(Exception):
    """An answer that is not a success; `problems` are the errors of a write."""

    def __init__(self, status: int, detail: str = "", problems: list[Doc] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.problems = status, detail, problems

    @property
    def body(self) -> Doc:
        if self.problems is None:
            return {"detail": self.detail}
        return {"warnings": [], "errors": self.problems, "logs": []}


def listed(store: Store, resource: str, query: Any) -> Doc:
    """One page of a list."""
    special = FILTERS.get(resource, {})
    more = {"job_id"} if resource == "interviews" else set()
    check(query, LISTS | set(SHAPES) | set(special) | more)
    rows = [row for row in store.all(table(resource)) if chosen(store, resource, row, query)]
    return page(query, [shown(store, resource, row, query) for row in rows])


def one(store: Store, resource: str, id: str, query: Any) -> Doc:
    check(query, {*SHAPES, "include_shell_data"})
    row = store.get(table(resource), id)
    if row is None or resource == "tags":  # a tag has no id to ask by
        raise Refusal(404, "Not found.")
    return shown(store, resource, row, query)


def check(query: Any, known: set[str]) -> None:
    for name in query:
        if name not in known:
            raise Refusal(400, f"{name} is not a known parameter.")


def chosen(store: Store, resource: str, row: Doc, query: Any) -> bool:
    """Whether a row meets every filter. Several values, set apart by commas, ask for any of them."""
    if row["remote_was_deleted"] and query.get("include_deleted_data") != "true":
        return False
    if "remote_id" in query and row["remote_id"] != query["remote_id"]:
        return False
    for name in SPANS:
        if name in query:
            field, _, side = name.partition("_")
            told, limit = asking.moment(row[f"{field}_at"]), _moment(name, query[name])
            if not (told > limit if side == "after" else told < limit):
                return False
    if resource == "interviews" and "job_id" in query:
        application = store.get(table("applications"), str(row["application"])) or {}
        if application.get("job") != query["job_id"]:
            return False
    return all(
        name not in query or set(query[name].casefold().split(",")) & _words(row[field])
        for name, field in FILTERS.get(resource, {}).items()
    )


def shown(store: Store, resource: str, row: Doc, query: Any) -> Doc:
    """A row as the API gives it; relations are ids unless they are to be expanded. Raises Refusal."""
    row = {**row, **_derived(store, resource, row)}
    if query.get("include_remote_data") != "true":
        row["remote_data"] = None
    if resource == "tags":
        row.pop("id")
    known = EXPANDS.get(resource, "").split()
    for name in filter(None, query.get("expand", "").split(",")):
        if name not in known:
            raise Refusal(400, f"{name} cannot be expanded on {NAMES[resource]}.")
        if name in RELATIONS:
            row[name] = _expanded(store, RELATIONS[name], row[name])
    return row


def page(query: Any, rows: list[Doc]) -> Doc:
    """`{next, previous, results}`. A cursor names the row after which the next page begins; too large a size is cut."""
    size = query.get("page_size", str(PAGE))
    if not (size.isascii() and size.isdigit() and int(size[:9]) > 0):
        raise Refusal(400, "page_size must be a positive number.")
    start = 0
    if cursor := query.get("cursor"):
        keys = [_key(row) for row in rows]
        after = _unpacked(cursor)
        if after not in keys:
            raise Refusal(404, "Invalid cursor")
        start = keys.index(after) + 1
    end = start + min(int(size[:9]), MOST)
    more = _packed(_key(rows[end - 1])) if end < len(rows) else None
    return {"next": more, "previous": None, "results": rows[start:end]}


def _key(row: Doc) -> str:
    return str(row.get("id") or row.get("name") or row.get("model_id"))


def _packed(key: str) -> str:
    return base64.b64encode(f"p={key}".encode()).decode()


def _unpacked(cursor: str) -> str:
    try:
        return base64.b64decode(cursor, validate=True).decode().removeprefix("p=")
    except ValueError:
        raise Refusal(404, "Invalid cursor") from None


def _derived(store: Store, resource: str, row: Doc) -> Doc:
    """The lists of ids that point back from what belongs to a row."""
    back = {
        "candidates": (("applications", "candidate"), ("attachments", "candidate")),
        "applications": (("offers", "application"),),
        "jobs": (("job_postings", "job"),),
    }.get(resource, ())
    return {
        name: [each["id"] for each in store.find(table(RELATIONS[name]), **{field: row["id"]})]
        for name, field in back
    }


def _expanded(store: Store, resource: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_expanded(store, resource, each) for each in value]
    row = store.get(table(resource), str(value)) if value else None
    return shown(store, resource, row, {}) if row else value


def _moment(name: str, text: str) -> Any:
    try:
        return asking.moment(text)
    except ValueError:
        raise Refusal(400, f"{name} is not a date.") from None


def _words(value: Any) -> set[str]:
    values = value if isinstance(value, list) else [value]
    plain = [each["value"] if isinstance(each, dict) else each for each in values]
    return {str(each).casefold() for each in plain if each is not None}
