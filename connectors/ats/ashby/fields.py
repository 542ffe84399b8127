"""Custom fields of Ashby: told as bare values beside a title, typed by the account's own definitions."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connectors import values
from connectors.errors import Rejected
from connectors.model import Custom, CustomField, CustomKind, Money, Option, Range, Ref, Value

Row = dict[str, Any]
KINDS: Mapping[str, CustomKind] = {
    "String": "text", "Email": "text", "Phone": "text", "LongText": "long_text", "RichText": "rich_text", "Number": "number",
    "NumberRange": "number_range", "Currency": "money", "CompensationRange": "money_range", "Date": "date", "Boolean": "yes_no",
    "ValueSelect": "choice", "MultiValueSelect": "choices", "Url": "url", "UUID": "user",
}  # fmt: skip
PER = {
    "1 YEAR": "year",
    "1 MONTH": "month",
    "1 WEEK": "week",
    "1 DAY": "day",
    "1 HOUR": "hour",
    "1 TIME": "once",
    "NONE": None,
}


def read(account: str, rows: Any, known: Mapping[str, Row]) -> dict[str, Custom]:
    """The fields of one thing, by id. `known` are the definitions by id; without one the value tells its own type."""
    found = {}
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict) or not row.get("id"):
            continue
        key, label = str(row["id"]), str(row.get("title") or row["id"])
        kind = str(known.get(key, {}).get("fieldType") or _guessed(row))
        said = row["valueLabel"] if row.get("valueLabel") not in (None, "") else row.get("value")
        found[key] = values.custom(account, key, label, kind, _value(account, kind, said), KINDS)
    return found


def _guessed(row: Row) -> str:
    """The type of a value whose definition the key may not see."""
    value = row.get("value")
    if isinstance(value, bool):
        return "Boolean"
    if isinstance(value, int | float):
        return "Number"
    if isinstance(value, list):
        return "MultiValueSelect"
    if isinstance(value, dict):
        by_type = {"number-range": "NumberRange", "compensation-range": "CompensationRange"}
        return by_type.get(str(value.get("type")), "Currency" if "currencyCode" in value else "")
    return "ValueSelect" if row.get("valueLabel") else "String"


def _value(account: str, kind: str, value: Any) -> Any:
    """Money, ranges and people, which Ashby writes its own way; anything else as it is."""
    if kind == "UUID":
        id = value.get("value") if isinstance(value, dict) else value
        return values.ref(account, "user", id)
    if not isinstance(value, dict):
        return value
    if kind == "Currency":
        return values.money(value.get("value"), value.get("currencyCode"))
    low, high = value.get("minValue"), value.get("maxValue")
    if kind == "NumberRange":
        return Range(low=values.number(low), high=values.number(high))
    if kind == "CompensationRange":
        code, said = value.get("currencyCode"), str(value.get("interval") or "NONE")
        per = PER.get(said, said.lower())
        return Range(low=values.money(low, code, per), high=values.money(high, code, per))
    return value.get("value")


def defined(row: Row) -> CustomField:
    """What the account says of a field. Private ones come only to keys that may see them."""
    options = row.get("selectableValues")
    return CustomField(
        key=str(row["id"]),
        label=str(row.get("title") or row["id"]),
        kind=KINDS.get(str(row.get("fieldType")), "unknown"),
        options=tuple(
            Option(value=str(o.get("value")), label=str(o.get("label") or o.get("value")))
            for o in options if isinstance(o, dict) and not o.get("isArchived")
        ) if isinstance(options, list) else (),
        writable=str(row.get("fieldType")) in KINDS,
        private=bool(row.get("isPrivate")),
    )  # fmt: skip


def written(known: Iterable[CustomField], wish: Mapping[str, Value], account: str) -> list[Row]:
    """`fieldId` and `fieldValue` of each field that is to be set, named by id or label. Raises Rejected."""
    rows = []
    for name, value in wish.items():
        field = next((f for f in known if name.casefold() in (f.key, f.label.casefold())), None)
        if field is None:
            raise Rejected(f"There is no field {name}.", account=account, code="field")
        rows.append({"fieldId": field.key, "fieldValue": said(field, value, account)})
    return rows


def said(field: CustomField, value: Value, account: str) -> Any:
    """A value as Ashby takes it. Raises Rejected when it is none of the field's kind."""
    match field.kind, value:
        case _, None:
            return None
        case "choice", str():
            return _option(field, value, account)
        case "choices", tuple():
            return [_option(field, one, account) for one in value]
        case "money", Money():
            return {"value": _amount(value), "currencyCode": value.currency}
        case "number_range", Range(low=int() | float() as low, high=int() | float() as high):
            return {"type": "number-range", "minValue": low, "maxValue": high}
        case "money_range", Range(low=Money() as low, high=Money() as high):
            return {
                "type": "compensation-range", "minValue": _amount(low), "maxValue": _amount(high), "currencyCode": low.currency,
                "interval": next((theirs for theirs, ours in PER.items() if ours == low.per), "NONE"),
            }  # fmt: skip
        case "date", date():
            return (value.date() if isinstance(value, datetime) else value).isoformat()
        case "user", Ref():
            return value.id
        case "yes_no", bool():
            return value
        case "number", int() | float() if not isinstance(value, bool):
            return value
        case "text" | "long_text" | "rich_text" | "url", str():
            return value
    raise Rejected(f"{field.label} takes another kind of value.", account=account, code="field")


def _amount(value: Money) -> int | float:
    exact = Decimal(values.major(value))
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _option(field: CustomField, name: str, account: str) -> str:
    """The vendor's value of a choice, by its label or itself."""
    wanted = name.casefold()
    for option in field.options:
        if wanted in (option.label.casefold(), option.value.casefold()):
            return option.value
    choices = ", ".join(option.label for option in field.options)
    raise Rejected(f"{field.label} is one of {choices}.", account=account, code="field")
