"""Lever's forms: what an application was asked, an account's own fields on people, requisitions and offers."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from connectors import model, values
from connectors.model import CustomKind

Row = Mapping[str, Any]
KINDS: Mapping[str, CustomKind] = {
    "text": "text", "textarea": "long_text", "code": "long_text", "yes-no": "yes_no", "multiple-choice": "choice",
    "dropdown": "choice", "score-system": "choice", "multiple-select": "choices", "date": "date", "currency": "money",
    "number": "number", "score": "number", "file-upload": "file", "link": "url", "user": "user",
}  # fmt: skip


def answered(forms: Any) -> tuple[model.Answered, ...] | None:
    """The application form's own questions with their answers; None where none was told."""
    if not isinstance(forms, list):
        return None
    return tuple(
        model.Answered(question=str(field.get("text") or "Question"), answer=model.shown(_plain(field.get("value"))))
        for form in forms for field in _fields(form) if not _empty(field.get("value"))
    )  # fmt: skip


def on_person(forms: Iterable[Row], account: str) -> dict[str, model.Custom]:
    """The filled-in fields of somebody's profile forms; of two forms that ask the same the newer one counts."""
    found: dict[str, model.Custom] = {}
    for form in sorted(forms, key=lambda f: int(f.get("createdAt") or 0)):
        if form.get("deletedAt"):
            continue
        for field in _fields(form):
            if not _empty(field.get("value")):
                made = typed(field, field.get("value"), account)
                found[made.key] = made
    return found


def listed_custom(told: Any, account: str, known: Mapping[str, Row]) -> dict[str, model.Custom]:
    """A requisition's `customFields`, whose names and types stand in a list of their own."""
    if not isinstance(told, dict):
        return {}
    return {
        key: typed({"text": key, **known.get(key, {}), "id": key}, value, account)
        for key, value in told.items() if not _empty(value)
    }  # fmt: skip


def definition(row: Row) -> model.CustomField:
    """What the account calls one of its own fields. None of them can be written through the API by us."""
    key = str(row.get("id") or row.get("text") or "")
    options = tuple(
        model.Option(value=text, label=text)
        for option in row.get("options") or ()
        if (text := str((option.get("text") if isinstance(option, dict) else option) or ""))
    )
    kind = KINDS.get(str(row.get("type")), "unknown")
    return model.CustomField(key=key, label=str(row.get("text") or key), kind=kind, options=options)


def typed(field: Row, value: Any, account: str) -> model.Custom:
    key, kind = str(field.get("id") or field.get("text") or ""), str(field.get("type") or "")
    return values.custom(
        account, key, str(field.get("text") or key), kind, _shaped(kind, value), KINDS
    )


def _shaped(kind: str, value: Any) -> Any:
    """Dates come as milliseconds or as text, money as an object, one choice now and then as a list of one."""
    if KINDS.get(kind) == "choice" and isinstance(value, list) and len(value) == 1:
        return value[0]
    if KINDS.get(kind) == "date":
        return day(value) or value
    if KINDS.get(kind) == "money" and isinstance(value, dict):
        amount = value.get("amount", value.get("value"))
        return values.money(amount, value.get("currency")) or value
    return value


def day(value: Any) -> str | None:
    """A day as ISO text."""
    if isinstance(value, int) or re.fullmatch(r"\d{11,}", str(value)):
        at = values.millis(value)
        return at.date().isoformat() if at else None
    found: date | None = values.day(value)
    return found.isoformat() if found else None


def _plain(value: Any) -> model.Value:
    if isinstance(value, list):
        return tuple(str(one.get("text") if isinstance(one, dict) else one) for one in value)
    return value if isinstance(value, bool | int | float) else str(value)


def _fields(form: Any) -> list[Row]:
    rows = form.get("fields") if isinstance(form, dict) else None
    return [row for row in rows or () if isinstance(row, dict)]


def _empty(value: Any) -> bool:
    return value is None or value == "" or value == []
