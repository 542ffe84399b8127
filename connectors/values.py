"""Reads the plain values that vendors send: moments, days, money, numbers, and what a stage's name says it is."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from connectors.model import Custom, CustomKind, Kind, Money, Range, Ref, Value
from connectors.model.base import places

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STAGES = (
    ("lead", "lead"), ("sourced", "lead"), ("applicant", "applied"), ("application", "applied"), ("applied", "applied"),
    ("inbox", "applied"), ("new", "applied"), ("phone", "screen"), ("screen", "screen"), ("take-home", "assessment"),
    ("take home", "assessment"), ("assessment", "assessment"), ("assignment", "assessment"), ("test", "assessment"),
    ("on-site", "onsite"), ("onsite", "onsite"), ("face to face", "onsite"), ("interview", "interview"),
    ("reference", "reference"), ("offer", "offer"), ("hired", "hired"), ("archive", "archived"),
)  # fmt: skip


def moment(value: Any) -> datetime | None:
    """An ISO 8601 moment in UTC (one without a zone is taken for UTC); None for anything else."""
    if not isinstance(value, str) or not value:
        return None
    try:
        found = datetime.fromisoformat(value.strip().replace(" UTC", "Z"))
    except ValueError:
        return None
    if found.tzinfo is UTC:
        return found
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def millis(value: Any) -> datetime | None:
    """Milliseconds since the epoch."""
    try:
        return _EPOCH + timedelta(milliseconds=int(value)) if value is not None else None
    except (TypeError, ValueError, OverflowError):
        return None


def day(value: Any) -> date | None:
    """The date at the start of an ISO text."""
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def ref(account: str, kind: Kind, id: Any) -> Ref | None:
    """A ref for an id that may be missing."""
    return Ref(account=account, kind=kind, id=str(id)) if id not in (None, "") else None


def number(value: Any) -> float | None:
    try:
        return float(Decimal(str(value))) if value not in (None, "") else None
    except (InvalidOperation, OverflowError):
        return None


def money(amount: Any, currency: Any, per: str | None = None) -> Money | None:
    """An amount in major units ("82000.50") as minor units of its currency (ISO 4217); None for no amount."""
    try:
        exact = Decimal(str(amount))
        minor = int((exact * _minor(str(currency))).to_integral_value())
    except (InvalidOperation, OverflowError, ValueError):
        return None
    return Money(minor=minor, currency=str(currency or "").upper(), per=per)


def major(value: Money) -> str:
    """An amount as vendors take it: major units with as many places as the currency has."""
    exact = Decimal(value.minor) / _minor(value.currency)
    return format(exact.normalize() if exact == exact.to_integral_value() else exact, "f")


def _minor(currency: str) -> int:
    return int(10 ** places(currency))


def zone(value: Any) -> str | None:
    """An IANA time zone's name; None for anything else."""
    return value if isinstance(value, str) and value in _zones() else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def stage_kind(name: str) -> str:
    """What a stage probably is, by its name; say `guessed` beside it."""
    folded = name.casefold()
    return next((kind for part, kind in _STAGES if part in folded), "other")


def custom(
    account: str, key: str, label: str, kind: str, value: Any, kinds: Mapping[str, CustomKind]
) -> Custom:
    """A custom field's value, typed by the vendor's `kind`; what cannot be read as that is shown as text.

    Money and ranges come as Money and Range from the vendor's own mapping, since every vendor writes them differently.
    """
    return Custom.model_validate(custom_parts(account, key, label, kind, value, kinds))


def custom_parts(
    account: str, key: str, label: str, kind: str, value: Any, kinds: Mapping[str, CustomKind]
) -> dict[str, Any]:
    """The same, not validated yet: for what is validated as a whole, which takes a third of the time."""
    ours = kinds.get(kind, "unknown")
    return {"key": key, "label": label, "kind": ours, "value": _typed(account, ours, value)}


def _typed(account: str, kind: CustomKind, value: Any) -> Value:
    if value is None or value == "" or isinstance(value, Money | Range | Ref):
        return value or None
    if isinstance(value, list | tuple):
        return tuple(_label(one) for one in value)
    match kind:
        case "yes_no":
            return (
                value if isinstance(value, bool) else str(value).casefold() in ("true", "yes", "1")
            )
        case "number":
            found = number(value)
            return str(value) if found is None else int(found) if found.is_integer() else found
        case "date":
            return day(value) or str(value)
        case "datetime":
            return moment(value) or str(value)
        case "choices":
            return (_label(value),)
        case "user":
            id = value.get("id") if isinstance(value, Mapping) else None
            return ref(account, "user", id) or _label(value)
        case _:
            return _label(value)


def _label(value: Any) -> str:
    """What a choice is called, however it is wrapped."""
    if isinstance(value, Mapping):
        return str(
            next(
                (value[k] for k in ("label", "name", "text", "value", "title") if value.get(k)), ""
            )
        )
    return str(value)
