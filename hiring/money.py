"""Money as people type it and as letters print it: an integer of minor units and a currency."""

import re
from dataclasses import dataclass
from typing import Literal

from hiring.errors import Refused

Interval = Literal["year", "month", "hour"]
CURRENCIES = ("EUR", "GBP", "USD", "CHF", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "INR", "JPY")
_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "₹": "INR"}
_NO_MINOR = {"JPY"}


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` counts cents (or the currency's smallest unit); `per` is the interval it is paid for."""

    minor: int
    currency: str
    per: Interval = "year"

    def spell(self) -> str:
        """`EUR 82,000 a year`, with cents only when there are some."""
        scale = 1 if self.currency in _NO_MINOR else 100
        whole, rest = divmod(self.minor, scale)
        cents = f".{rest:02d}" if rest else ""
        article = "an" if self.per == "hour" else "a"
        return f"{self.currency} {whole:,}{cents} {article} {self.per}"


def parse(
    text: str, currency: str = "EUR", per: Interval = "year", *, field: str | None = None
) -> Money:
    """Read `82000`, `82,000.50`, `82.000,50`, `€82k` or `GBP 82,000`. Raises Refused with an example.

    A currency in the text wins over `currency`. The last of `.` and `,` is the decimal mark when one or two digits
    follow it, else it groups thousands.
    """
    refusal = Refused("Write the salary as a number, such as 82,000 or EUR 82,000.", field=field)
    left = text.strip()
    for sign, code in _SIGNS.items():
        if sign in left:
            currency, left = code, left.replace(sign, "")
    if found := re.search(r"\b([A-Za-z]{3})\b", left):
        currency, left = found.group(1).upper(), left.replace(found.group(1), "")
        if currency not in CURRENCIES and re.search(r"\d", left):
            raise Refused(
                f"{currency} is not a currency I know. Use one of {', '.join(CURRENCIES)}.",
                field=field,
            )
    match = re.fullmatch(r"\s*(\d[\d.,'\s]*)(k?)\s*", left, re.IGNORECASE)
    if match is None:
        raise refusal
    digits = re.sub(r"['\s]", "", match.group(1)).rstrip(".,")
    whole, cents = digits, ""
    if mark := re.search(r"[.,](\d{1,2})$", digits):
        whole, cents = digits[: mark.start()], mark.group(1).ljust(2, "0")
    whole = re.sub(r"[.,]", "", whole)
    if not whole or len(whole) > 12:
        raise refusal
    scale = 1 if currency in _NO_MINOR else 100
    minor = int(whole) * scale + (int(cents or 0) if scale == 100 else 0)
    minor *= 1_000 if match.group(2) else 1
    if minor <= 0:
        raise refusal
    return Money(minor, currency, per)
