"""Teamtailor's resources as JSON:API: relations are links, with ids only where they were asked to be included."""

from collections.abc import Mapping
from typing import Any

from bot.workspace.store import Store

Doc = dict[str, Any]
HOST = "https://api.teamtailor.com/v1"
# By type: relations to one (held as an id in the row) and to many (held in the other's row under that name).
ONE: Mapping[str, Mapping[str, str]] = {
    "job-applications": {"candidate": "candidates", "job": "jobs", "stage": "stages", "reject-reason": "reject-reasons"},
    "stages": {"job": "jobs"}, "jobs": {"user": "users", "department": "departments"}, "notes": {"candidate": "candidates", "user": "users"},
    "uploads": {"candidate": "candidates"}, "team-memberships": {"job": "jobs", "user": "users"},
    "custom-field-values": {"custom-field": "custom-fields", "owner": "candidates"}, "custom-field-options": {"custom-field": "custom-fields"},
}  # fmt: skip
MANY: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "candidates": {
        "job-applications": ("job-applications", "candidate"), "uploads": ("uploads", "candidate"), "notes": ("notes", "candidate"),
        "custom-field-values": ("custom-field-values", "owner"),
    },
    "jobs": {"stages": ("stages", "job"), "team-memberships": ("team-memberships", "job"), "locations": ("locations", "job")},
    "stages": {"job-applications": ("job-applications", "stage")},
    "custom-fields": {"custom-field-values": ("custom-field-values", "custom-field")},
}  # fmt: skip
TYPES = (
    "candidates", "job-applications", "jobs", "stages", "users", "reject-reasons", "notes", "uploads", "custom-fields",
    "custom-field-values", "custom-field-options", "departments", "locations", "team-memberships",
)  # fmt: skip


def table(type: str) -> str:
    return f"tailor_{type}"


def keep(store: Store, type: str, id: str, attributes: Doc, **to: str | None) -> Doc:
    """Put a row: its attributes, and the ids of what it belongs to (`_` in a name stands for a hyphen)."""
    ones = {name.replace("_", "-"): id for name, id in to.items()}
    return store.put(table(type), id, {"id": id, "attributes": attributes, **ones})


def document(store: Store, type: str, rows: list[Doc], include: str, *, single: bool) -> Doc:
    """The answer with these rows. Raises KeyError for a relation that there is not."""
    wanted = [path.split(".") for path in include.split(",") if path]
    beside: dict[tuple[str, str], Doc] = {}
    data = [_shown(store, type, row, wanted, beside) for row in rows]
    answer: Doc = {"data": data[0] if single else data}
    return answer | ({"included": list(beside.values())} if wanted else {})


def _shown(
    store: Store, type: str, row: Doc, wanted: list[list[str]], beside: dict[tuple[str, str], Doc]
) -> Doc:
    here = f"{HOST}/{type}/{row['id']}"
    relations: Doc = {}
    for name in (*ONE.get(type, {}), *MANY.get(type, {})):
        relations[name] = {"links": {"self": f"{here}/relationships/{name}", "related": f"{here}/{name}"}}  # fmt: skip
    for first in {path[0] for path in wanted}:
        below = [path[1:] for path in wanted if path[0] == first and path[1:]]
        kind, rows = related(store, type, row, first)
        ids = [{"type": kind, "id": one["id"]} for one in rows]
        relations[first]["data"] = ids if first in MANY.get(type, {}) else next(iter(ids), None)
        for one in rows:
            beside[kind, one["id"]] = _shown(store, kind, one, below, beside)
    links = {"self": here, **row.get("links", {})}
    return {"id": row["id"], "type": type, "links": links, "attributes": row["attributes"], "relationships": relations}  # fmt: skip


def related(store: Store, type: str, row: Doc, name: str) -> tuple[str, list[Doc]]:
    """The type and the rows that a relation leads to. Raises KeyError for one that there is not."""
    if name in ONE.get(type, {}):
        kind = ONE[type][name]
        found = store.get(table(kind), str(row.get(name)))
        return kind, [found] if found else []
    kind, back = MANY[type][name]
    return kind, store.find(table(kind), **{back: row["id"]})
