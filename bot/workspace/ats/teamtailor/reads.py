"""What Teamtailor answers to a GET: thirty rows at most, filters in brackets, relations by their own addresses."""

import re
from typing import Any
from urllib.parse import urlencode

from bot.workspace import asking
from bot.workspace.ats.teamtailor import resources, seed
from bot.workspace.ats.teamtailor.resources import TYPES
from bot.workspace.store import Store

Doc = dict[str, Any]
FILTERS = {
    "candidates": ("email", "phone", "updated-at", "created-at"), "jobs": ("status", "feed", "department"), "users": ("email", "department"),
    "job-applications": ("stage-type", "created-at", "updated-at", "changed-stage-at"), "uploads": ("job",), "stages": ("job", "stage-type"),
}  # fmt: skip
PLAIN = ("include", "sort", "page[number]", "page[size]")


class Refusal(Exception):
    """An answer that is not a success: `{"errors": [{"title", "detail", "source"}]}`."""

    def __init__(self, status: int, title: str, detail: str, pointer: str = "") -> None:
        super().__init__(detail)
        self.status, self.title, self.detail, self.pointer = status, title, detail, pointer


def gone() -> Refusal:
    return Refusal(404, "Record not found", "The record could not be found.")


def read(store: Store, parts: list[str], query: Any) -> Doc:
    """The answer to one call. Raises Refusal."""
    try:
        return _read(store, parts, query)
    except KeyError:
        raise Refusal(400, "Invalid field", "include names no relationship of this resource.") from None  # fmt: skip


def _read(store: Store, parts: list[str], query: Any) -> Doc:
    include = query.get("include", "")
    match parts:
        case ["company"]:
            return {"data": {"id": "brightwater", "type": "companies", "attributes": {"name": "Brightwater Labs", "locale": "en"}}}  # fmt: skip
        case [type] if type in TYPES:
            rows = _filtered(type, store.all(resources.table(type)), query)
            return _page(store, "/".join(parts), type, rows, query)
        case [type, id] if type in TYPES:
            return resources.document(store, type, [fresh(type, one(store, type, id))], include, single=True)  # fmt: skip
        case [type, id, name] if type in TYPES:
            row = one(store, type, id)
            if name not in resources.MANY.get(type, {}):
                raise gone()
            kind, rows = resources.related(store, type, row, name)
            return _page(store, "/".join(parts), kind, rows, query)
    raise gone()


def one(store: Store, type: str, id: str) -> Doc:
    found = store.get(resources.table(type), id)
    if found is None:
        raise gone()
    return found


def fresh(type: str, row: Doc) -> Doc:
    """With addresses of files made now."""
    name = {"candidates": "resume", "uploads": "url"}.get(type)
    told = row["attributes"]
    if name is None or not told.get(name):
        return row
    return {**row, "attributes": {**told, name: seed.file_url(told[name])}}


def _filtered(type: str, rows: list[Doc], query: Any) -> list[Doc]:
    known = FILTERS.get(type, ())
    for key in query:
        found = re.fullmatch(r"filter\[([\w-]+)\](?:\[(from|to)\])?", key)
        if key not in PLAIN and not (found and found.group(1) in known):
            raise Refusal(400, "Filter not allowed", f"{key} is not allowed.")
    if type == "jobs" and (wanted := query.get("filter[status]", "published")) != "all":
        rows = [row for row in rows if row["attributes"]["human-status"] == wanted]
    if email := query.get("filter[email]"):
        rows = [r for r in rows if str(r["attributes"]["email"] or "").casefold() == email.casefold()]  # fmt: skip
    if since := query.get("filter[updated-at][from]"):
        try:
            after = asking.moment(since)
        except ValueError:
            raise Refusal(400, "Invalid filter value", f"{since} is not a time.") from None
        rows = [r for r in rows if asking.moment(r["attributes"]["updated-at"]) >= after]
    return rows


def _page(store: Store, path: str, type: str, rows: list[Doc], query: Any) -> Doc:
    size, number = query.get("page[size]", "10"), query.get("page[number]", "1")
    if not re.fullmatch(r"[1-9]|[12]\d|30", size) or not re.fullmatch(r"[1-9]\d{0,5}", number):
        raise Refusal(400, "Invalid page value", "page[size] is 30 at most.", "page")
    start, pages = (int(number) - 1) * int(size), max(1, -(-len(rows) // int(size)))
    here = [fresh(type, row) for row in rows[start : start + int(size)]]
    rest = {key: value for key, value in query.items() if key != "page[number]"}

    def link(to: int) -> str:
        return (
            f"{resources.HOST}/{path}?{urlencode({**rest, 'page[number]': to, 'page[size]': size})}"
        )

    links = {"first": link(1), "last": link(pages)}
    if int(number) < pages:
        links["next"] = link(int(number) + 1)
    answer = resources.document(store, type, here, query.get("include", ""), single=False)
    return answer | {"meta": {"record-count": len(rows), "page-count": pages}, "links": links}
