"""What every object of the unified model is built from: refs, words, contacts, money, custom fields."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "candidate", "application", "job", "opening", "posting", "stage", "interview", "scorecard", "form", "offer",
    "approval", "user", "note", "attachment", "reason", "source", "department", "office", "plan",
]  # fmt: skip
Markup = Literal["plain", "html", "markdown"]
CustomKind = Literal[
    "text", "long_text", "rich_text", "number", "number_range", "money", "money_range", "date", "datetime",
    "yes_no", "choice", "choices", "user", "url", "file", "unknown",
]  # fmt: skip

NO_CENTS = frozenset({
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
})  # fmt: skip
THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


class Frozen(BaseModel):
    """A value: equal by content, never changed, nothing unknown let in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Ref(Frozen):
    """Where a thing lives: our account id, its kind and the vendor's own id. Text form `kind:account:id`."""

    account: str
    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.account}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form back. Raises ValueError when it is not one."""
        kind, account, remote = text.split(":", 2)
        return cls.model_validate({"account": account, "kind": kind, "id": remote})


class Word(Frozen):
    """An enum value: our `kind` beside the vendor's own word. An unknown word has kind `other`."""

    kind: str
    vendor: str = ""


class Contact(Frozen):
    """An e-mail address or a phone number, with the vendor's type (home, work, mobile…) if it has one."""

    value: str
    type: str | None = None


class Money(Frozen):
    """An amount in minor units (cents, yen) of an ISO 4217 currency, a `per` year, month, hour… or once."""

    minor: int
    currency: str
    per: str | None = None

    @property
    def amount(self) -> str:
        """In major units, as people read it: `82,000.00`, or `82,000` of a currency without a smaller one."""
        digits = places(self.currency)
        return f"{Decimal(self.minor).scaleb(-digits):,.{digits}f}"


def places(currency: str) -> int:
    """How many decimal places a currency has (ISO 4217)."""
    code = currency.upper()
    return 0 if code in NO_CENTS else 3 if code in THOUSANDTHS else 2


class Range(Frozen):
    """Two bounds, of which either may be missing: numbers, or amounts of money."""

    low: Money | float | None = None
    high: Money | float | None = None


Value = (
    bool | int | float | str | datetime | date | Money | Range | Ref | tuple[str, ...] | None
)  # of a custom field


class Option(Frozen):
    """One choice of a custom field or a form: the vendor's value, and what people read."""

    value: str
    label: str


class CustomField(Frozen):
    """What an account calls one of its own fields: the vendor's key, its label, type and choices."""

    key: str
    label: str
    kind: CustomKind = "unknown"
    options: tuple[Option, ...] = ()
    writable: bool = False
    private: bool = False


class Custom(Frozen):
    """A custom field's value on one thing, typed by `kind`; an unknown kind shows its text.

    Values: text kinds, choice and url are str; choices a tuple of labels; money Money; ranges Range; date date;
    datetime aware UTC; yes_no bool; number int or float; user a Ref, or a name where the vendor tells no more.
    """

    key: str
    label: str
    kind: CustomKind = "unknown"
    value: Value = None

    def __str__(self) -> str:
        return shown(self.value)


class Thing(Frozen):
    """What every object has: its ref, a deep link, a version to compare, custom fields, the vendor's raw JSON.

    `None` means not told, `()` means told that there is none. `raw` lives in memory only and never leaves by itself.
    """

    ref: Ref
    url: str | None = None
    version: str = ""
    custom: Mapping[str, Custom] = Field(default_factory=dict)
    raw: Mapping[str, Any] = Field(default_factory=dict, repr=False, exclude=True)


def shown(value: Value) -> str:
    """A custom value as people read it; nothing for none."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Money():
            amount = f"{value.currency} {value.amount}"
            return f"{amount} a {value.per}" if value.per else amount
        case Range():
            return " – ".join(shown(bound) or "…" for bound in (value.low, value.high))
        case Ref():
            return value.id
        case tuple():
            return ", ".join(value)
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case _:
            return str(value)
