"""What Ashby takes as the value of a field, by the field's type: in custom fields, scorecards and offers."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from bot.workspace import asking
from bot.workspace.ats.ashby.desk import Doc, Refusal, is_uuid

INTERVALS = (
    "NONE",
    "1 TIME",
    "1 HOUR",
    "1 DAY",
    "1 WEEK",
    "2 WEEK",
    "1 MONTH",
    "2 MONTH",
    "1 YEAR",
    "6 MONTH",
    "0.5 MONTH",
    "3 MONTH",
)


def checked(kind: str, value: Any, options: list[Doc] | None = None) -> Any:
    """The value, when it is one for this type. Raises Refusal."""
    allowed = {str(option["value"]) for option in options or [] if not option.get("isArchived")}
    if kind == "ValueSelect":
        good = isinstance(value, str) and value in allowed
    elif kind == "MultiValueSelect":
        good = isinstance(value, list) and all(isinstance(v, str) and v in allowed for v in value)
    else:
        good = FORMS.get(kind, _text)(value)
    if not good:
        raise Refusal("invalid_input", f"The value is not one for a field of type {kind}")
    return value


def shown(field: Doc, value: Any) -> Doc:
    """A custom field's value as its owner tells it; options have their label beside."""
    row: Doc = {
        "id": field["id"],
        "title": field["title"],
        "value": value,
        "isPrivate": field["isPrivate"],
    }
    labels = {option["value"]: option["label"] for option in field.get("selectableValues") or []}
    if field["fieldType"] == "ValueSelect":
        row["valueLabel"] = labels[value]
    elif field["fieldType"] == "MultiValueSelect":
        row["valueLabel"] = [labels[v] for v in value]
    return row


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _moment(value: Any) -> bool:
    try:
        asking.moment(value)
    except ValueError:
        return False
    return True


def _score(value: Any) -> bool:
    return isinstance(value, dict) and type(value.get("score")) is int and 1 <= value["score"] <= 4


def _rich(value: Any) -> bool:
    return (
        isinstance(value, dict) and value.get("type") == "PlainText" and _text(value.get("value"))
    )


def _money(value: Any) -> bool:
    return isinstance(value, dict) and _number(value.get("value")) and _currency(value)


def _currency(value: Doc) -> bool:
    code = value.get("currencyCode")
    return isinstance(code, str) and len(code) == 3 and code.isupper()


def _range(value: Any) -> bool:
    numbers = isinstance(value, dict) and all(
        _number(value.get(n)) for n in ("minValue", "maxValue")
    )
    return numbers and value["minValue"] <= value["maxValue"]


def _pay(value: Any) -> bool:
    if not _range(value) or value.get("type") != "compensation-range":
        return False
    return _currency(value) and value.get("interval") in INTERVALS


def _link(value: Any) -> bool:
    try:
        return isinstance(value, str) and urlsplit(value).scheme in ("http", "https")
    except ValueError:
        return False


FORMS: dict[str, Callable[[Any], bool]] = {
    "Boolean": lambda value: isinstance(value, bool), "Number": _number, "Date": _moment, "Score": _score, "RichText": _rich,
    "Currency": _money, "NumberRange": lambda v: _range(v) and v.get("type") == "number-range", "CompensationRange": _pay,
    "Url": _link, "UUID": is_uuid, "String": _text, "LongText": _text, "Email": _text, "Phone": _text,
}  # fmt: skip
