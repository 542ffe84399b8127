"""Custom fields of the Greenhouse stand-in: what the account defines, and what a write of `[{name_key, value}]` makes.

A write replaces every field of the thing; choices go in as ids of options and come out as their names.
"""

from datetime import datetime, timedelta
from typing import Any

from bot.workspace import asking
from bot.workspace.ats.greenhouse.rules import Refusal
from bot.workspace.store import Store

Doc = dict[str, Any]
OF = {"candidates": "candidate", "applications": "application", "offers": "offer", "jobs": "job"}
SEEDED: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    # field_type, name_key, name, value_type, choices
    ("candidate", "notice_period", "Notice period", "short_text", ()),
    ("candidate", "motivation", "Motivation", "long_text", ()),
    ("candidate", "open_to_relocation", "Open to relocation", "yes_no", ()),
    ("candidate", "years_of_experience", "Years of experience", "number", ()),
    ("candidate", "seniority", "Seniority", "single_select", ("Junior", "Senior", "Staff")),
    ("candidate", "languages", "Languages", "multi_select", ("Go", "Rust", "Kotlin")),
    ("candidate", "free_from", "Free from", "date", ()),
    ("candidate", "expected_salary", "Expected salary", "currency", ()),
    ("candidate", "salary_range", "Salary range", "currency_range", ()),
    ("candidate", "hours", "Hours a week", "number_range", ()),
    ("candidate", "portfolio", "Portfolio", "url", ()),
    ("candidate", "met_by", "Met by", "user", ()),
    ("application", "team", "Team", "short_text", ()),
    ("job", "employment_type", "Employment type", "single_select", ("Full-time", "Part-time")),
    ("offer", "bonus", "Bonus", "short_text", ()),
    ("offer", "base_salary", "Base salary", "currency", ()),
)


def fill(store: Store, now: datetime) -> None:
    """The account's definitions."""
    at = (now - timedelta(days=90)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    times = {"created_at": at, "updated_at": at}
    for order, (kind, key, name, type_, choices) in enumerate(SEEDED):
        id = 5001 + order
        store.put("gh_custom_fields", id, {
            "id": id, "name": name, "name_key": key, "field_type": kind, "value_type": type_, "active": True, "private": False,
            "required": False, "sort_order": order, "api_only": False, "trigger_new_version": kind == "offer", **times,
        })  # fmt: skip
        for place, choice in enumerate(choices):
            option = id * 10 + place
            store.put("gh_custom_field_options", option, {
                "id": option, "custom_field_id": id, "name": choice, "active": True, "sort_order": place, "external_id": None, **times,
            })  # fmt: skip


def given(store: Store, resource: str, rows: Any) -> Doc:
    """The fields of a thing after a write. Raises Refusal for a field or a value the account does not know."""
    found: Doc = {}
    for row in rows or []:
        key, value = str(row["name_key"]), row.get("value")
        known = store.find("gh_custom_fields", field_type=OF[resource], name_key=key)
        if not known:
            raise Refusal(
                422, f"{key} is not a custom field", ("custom_fields", f"{key} is unknown")
            )
        kind = str(known[0]["value_type"])
        if value is not None:
            value = _taken(store, known[0], kind, value)
            if value is None:
                raise Refusal(422, f"{key} is invalid", ("custom_fields", f"{key} is invalid"))
        found[key] = {"name": known[0]["name"], "type": kind, "value": value}
    return found


def _taken(store: Store, field: Doc, kind: str, value: Any) -> Any:
    """A value as it is kept; None for one that this kind of field does not take."""
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "single_select":
        return _choice(store, field, value)
    if kind == "multi_select":
        names = [_choice(store, field, one) for one in value] if isinstance(value, list) else [None]
        return None if None in names else names
    if kind in ("currency", "currency_range", "number_range"):
        return value if isinstance(value, dict) and _complete(kind, value) else None
    if kind == "user":
        return value if numeric and store.get("gh_users", str(value)) else None
    if kind == "date":
        return value if isinstance(value, str) and _is_moment(value) else None
    wanted = {"number": numeric, "yes_no": isinstance(value, bool)}
    return value if wanted.get(kind, isinstance(value, str)) else None


def _choice(store: Store, field: Doc, value: Any) -> str | None:
    """The name of an option, by its id or its exact name."""
    for option in store.find("gh_custom_field_options", custom_field_id=field["id"]):
        if value in (option["id"], option["name"]):
            return str(option["name"])
    return None


def _complete(kind: str, value: Doc) -> bool:
    wanted = {
        "currency": {"amount"}, "currency_range": {"min_amount", "max_amount"}, "number_range": {"min_value", "max_value"},
    }[kind]  # fmt: skip
    numbers = all(isinstance(value.get(name), int | float) for name in wanted)
    return numbers and (kind == "number_range" or len(str(value.get("currency_code") or "")) == 3)


def _is_moment(value: str) -> bool:
    try:
        asking.moment(value)
    except ValueError:
        return False
    return True
