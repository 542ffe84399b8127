"""Greenhouse's custom fields: read as `{key: {name, type, value}}`, written as `[{name_key, value}]` with option ids.

A write replaces every custom field of the thing, so what is to stay is sent along; what cannot be sent back unchanged
is a reason to write nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors import model, values
from connectors.ats.greenhouse.rows import Row
from connectors.errors import Rejected
from connectors.model import Money, Option, Range, Ref, Value

KINDS: Mapping[str, model.CustomKind] = {
    "short_text": "text", "long_text": "long_text", "boolean": "yes_no", "yes_no": "yes_no", "single_select": "choice",
    "multi_select": "choices", "currency": "money", "number": "number", "date": "date", "url": "url", "user": "user",
    "rich_text": "rich_text", "currency_range": "money_range", "number_range": "number_range",
}  # fmt: skip


def read(account: str, fields: Any) -> dict[str, model.Custom]:
    """Every field of a thing, typed; a bare value is shown as text."""
    parts = read_parts(account, fields)
    return {key: model.Custom.model_validate(part) for key, part in parts.items()}


def read_parts(account: str, fields: Any) -> dict[str, dict[str, Any]]:
    """The same, to be validated with the thing that has them."""
    found = {}
    for key, field in fields.items() if isinstance(fields, dict) else ():
        known = field if isinstance(field, dict) else {"value": field}
        said, value = str(known.get("type") or ""), known.get("value")
        label = str(known.get("name") or key)
        plain = _user(account, value) if said == "user" else _amount(value)
        found[key] = values.custom_parts(account, key, label, said, plain, KINDS)
    return found


def _amount(value: Any) -> Any:
    """`{amount, currency_code}`, or a range of such or of numbers. Webhooks say `unit`, and `value` for `amount`."""
    if not isinstance(value, dict):
        return value
    code = value.get("currency_code") or value.get("unit")
    if "amount" in value:
        return values.money(value["amount"], code) or value
    low, high = (value.get(f"{end}_amount", value.get(f"{end}_value")) for end in ("min", "max"))
    if low is None and high is None:
        return value
    if code:
        return Range(low=values.money(low, code), high=values.money(high, code))
    return Range(low=values.number(low), high=values.number(high))


def _user(account: str, value: Any) -> Any:
    if isinstance(value, dict):
        id = value.get("user_id") or value.get("id")
        return values.ref(account, "user", id) or value.get("name")
    return values.ref(account, "user", value) if str(value).isdecimal() else value


@dataclass(frozen=True, slots=True)
class Definition:
    """One field as the account defines it; an archived one can be kept on a thing, not given to one."""

    field: model.CustomField
    active: bool
    archived: tuple[Option, ...] = ()  # choices that are not offered any more


def defined(
    rows: Sequence[Row], options: Mapping[str, Sequence[Row]], writable: bool
) -> list[Definition]:
    """The account's fields of one kind with their choices, by the rows of both lists."""
    found = []
    for row in rows:
        kind = KINDS.get(str(row.get("value_type")), "unknown")
        choices = [
            (Option(value=str(o["id"]), label=str(o.get("name") or o["id"])), o.get("active"))
            for o in options.get(str(row["id"]), ())
        ]
        key = str(row.get("name_key") or row["id"])
        field = model.CustomField(
            key=key, label=str(row.get("name") or key), kind=kind, private=bool(row.get("private")),
            options=tuple(o for o, active in choices if active is not False),
            writable=writable and kind != "unknown",
        )  # fmt: skip
        archived = tuple(o for o, active in choices if active is False)
        found.append(Definition(field, row.get("active") is not False, archived))
    return found


def written(
    account: str, definitions: Sequence[Definition], held: Any, wanted: Mapping[str, Value]
) -> list[Row]:
    """The whole list to send: `wanted` by key or label, and every other field as it is `held`.

    Raises Rejected, with a sentence naming the field, rather than lose or garble one.
    """
    found: dict[str, Any] = {}
    for name, value in wanted.items():
        definition = _named(account, definitions, name)
        found[definition.field.key] = _form(account, definition.field, value)
    known = {d.field.key: d for d in definitions}
    fields = held if isinstance(held, Mapping) else {}
    for key, definition in known.items():
        if definition.active and definition.field.private and key not in {**fields, **found}:
            raise Rejected(
                f"Greenhouse does not show {definition.field.label} to this account, and a change of custom fields"
                " would empty it. Nothing was changed.", account=account,
            )  # fmt: skip
    for key, field in fields.items():
        value = field.get("value") if isinstance(field, dict) else field
        if key not in found and value not in (None, "", []):
            found[key] = _kept(account, key, known.get(key), value)
    return [{"name_key": key, "value": value} for key, value in found.items()]


def _named(account: str, definitions: Sequence[Definition], name: str) -> Definition:
    wanted = name.strip().casefold()
    for definition in definitions:
        field = definition.field
        if definition.active and wanted in (field.key.casefold(), field.label.casefold()):
            if not field.writable:
                raise Rejected(f"{field.label} cannot be written.", account=account)
            return definition
    raise Rejected(f"Greenhouse has no custom field called {name} here.", account=account)


def _form(account: str, field: model.CustomField, value: Value) -> Any:
    """A value as Greenhouse takes it; None and "" empty the field."""
    if value is None or value == "" or value == ():
        return None
    match field.kind, value:
        case "choice", str():
            return _option(account, field.label, field.options, value)
        case "choices", str() | tuple():
            each = (value,) if isinstance(value, str) else value
            return [_option(account, field.label, field.options, one) for one in each]
        case "yes_no", bool():
            return value
        case "number", int() | float() if not isinstance(value, bool):
            return value
        case "date", date():
            return value.isoformat()[:10]
        case "money", Money(per=None):
            return {"amount": _major(value), "currency_code": value.currency}
        case "money_range", Range(low=Money() as low, high=Money() as high) if (
            low.currency == high.currency
        ):
            ends = {"min_amount": _major(low), "max_amount": _major(high)}
            return {**ends, "currency_code": low.currency}
        case "number_range", Range(low=int() | float() as least, high=int() | float() as most):
            return {"min_value": least, "max_value": most}
        case "user", Ref(kind="user"):
            return int(value.id) if value.id.isdecimal() else value.id
        case "text" | "long_text" | "rich_text" | "url", str():
            return value
        case _:
            kind = field.kind.replace("_", " ")
            raise Rejected(
                f"{field.label} takes {_ARTICLES.get(field.kind, kind)}.", account=account
            )


_ARTICLES = {
    "choice": "one of its choices", "choices": "some of its choices", "yes_no": "yes or no", "number": "a number",
    "date": "a date", "money": "an amount and a currency", "money_range": "two amounts of one currency",
    "number_range": "two numbers", "user": "somebody who uses Greenhouse",
}  # fmt: skip


def _major(value: Money) -> int | float:
    exact = float(values.major(value))
    return int(exact) if exact.is_integer() else exact


def _option(account: str, label: str, options: Sequence[Option], wanted: str) -> int | str:
    """The id of a choice, by its label or its id."""
    text = wanted.strip().casefold()
    found = [o.value for o in options if text in (o.label.casefold(), o.value)]
    if len(found) != 1:
        told = ", ".join(o.label for o in options[:10]) or "none"
        raise Rejected(
            f"{label} has no choice of that name; its choices are {told}.", account=account
        )
    return int(found[0]) if found[0].isdecimal() else found[0]


def _kept(account: str, key: str, definition: Definition | None, value: Any) -> Any:
    """A value that stays, in the form of a write. Raises Rejected where that form is not known."""
    kind = definition.field.kind if definition else "unknown"
    label = definition.field.label if definition else key
    try:
        if definition and kind in ("choice", "choices"):
            choices = (*definition.field.options, *definition.archived)
            names = [_name(one) for one in (value if isinstance(value, list) else [value])]
            ids = [_option(account, label, choices, name) for name in names]
            return ids[0] if kind == "choice" else ids
        if kind == "user":
            id = (value.get("user_id") or value.get("id")) if isinstance(value, dict) else value
            return int(str(id))
        if kind in ("money", "money_range") and isinstance(value, dict):
            code = value.get("currency_code") or value["unit"]
            rest = {k: v for k, v in value.items() if k not in ("unit", "currency_code")}
            ends = {k.replace("_value", "_amount"): values.number(v) if k.startswith(("min", "max", "amount")) else v
                    for k, v in rest.items()}  # fmt: skip
            return {**ends, "currency_code": code}
        if kind == "number":
            return values.number(value)
    except (Rejected, KeyError, TypeError, ValueError):
        kind = "unknown"
    if kind == "unknown":
        raise Rejected(
            f"Greenhouse replaces all custom fields at once, and {label} cannot be sent back as it is."
            " Nothing was changed; edit it in Greenhouse.", account=account,
        )  # fmt: skip
    return value


def _name(value: Any) -> str:
    return str(value.get("name") or value.get("id")) if isinstance(value, dict) else str(value)
