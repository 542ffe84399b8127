"""Money as people type it and as letters print it: an integer of minor units and a currency."""

import re
from dataclasses import dataclass
from typing import Literal

from hiring.errors import Refused

Interval = Literal["year", "month", "hour"]
CURRENCIES = ("EUR", "GBP", "USD", "CHF", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "INR", "JPY")
_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "₹": "INR"}
_NO_MINOR = {"JPY"}
_DOLLARS = {"USD", "CAD", "AUD"}  # what a bare $ may also stand for


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
    follow it, else it groups thousands. Anything that could be read as another amount is refused.
    """
    refusal = Refused("Write the salary as a number, such as 82,000 or EUR 82,000.", field=field)
    named, left = _currencies(text)
    if any(code not in CURRENCIES for code in named) and re.search(r"\d", left):
        raise Refused(
            f"{min(named - set(CURRENCIES))} is not a currency I know. Use one of {', '.join(CURRENCIES)}.",
            field=field,
        )
    hundredths = _hundredths(left)
    if len(named) > 1 or not hundredths:
        raise refusal
    code = next(iter(named), currency)
    if code in _NO_MINOR and hundredths % 100:
        raise Refused(f"{code} has no smaller unit. Write a whole number.", field=field)
    return Money(hundredths // 100 if code in _NO_MINOR else hundredths, code, per)


def _currencies(text: str) -> tuple[set[str], str]:
    """The currencies a text names, by code or sign, and what is left of it. `CAD $5` names one."""
    left, signs = text.strip(), set()
    for sign, code in _SIGNS.items():
        if sign in left:
            signs.add(code)
            left = left.replace(sign, "")
    if found := re.search(r"(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])", left):
        code = found.group().upper()
        left = left[: found.start()] + " " + left[found.end() :]
        return {code} | (signs - {"USD"} if code in _DOLLARS else signs), left
    return signs, left


def _hundredths(text: str) -> int:
    """The amount in hundredths of the whole unit; 0 when the text is not one amount."""
    match = re.fullmatch(r"\s*(\d[\d.,'\s]*)(k?)\s*", text, re.IGNORECASE)
    if match is None:
        return 0
    whole, cents, decimal = match.group(1).strip().rstrip(".,"), "", ""
    if mark := re.search(r"([.,])(\d{1,2})$", whole):
        whole, cents, decimal = whole[: mark.start()], mark.group(2), mark.group(1)
    first, *groups = re.split(r"\D", whole)
    marks = set(re.findall(r"\D", whole))
    if groups and (len(marks) > 1 or decimal in marks or len(first) > 3 or len(groups[-1]) != 3):
        return 0
    if any(len(group) not in (2, 3) for group in groups):  # 12,00,000 is how India groups
        return 0
    digits = first + "".join(groups)
    if not digits or len(digits) > 12:
        return 0
    return int(digits + cents.ljust(2, "0")) * (1_000 if match.group(2) else 1)
