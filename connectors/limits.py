"""Reads what a vendor tells of its rate limit in the headers of an answer, whatever it calls them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = 3_600.0  # seconds: a wish for more is taken as an hour
_EPOCH = 1_000_000_000  # a reset above this is a moment, below it a number of seconds
_LIMIT = ("x-ratelimit-limit", "x-rate-limit-limit", "ratelimit-limit")
_LEFT = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
_RESET = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")


@dataclass(frozen=True, slots=True)
class Told:
    """What the vendor counts: its limit, how much of it is left, and seconds until it starts anew. None: not told."""

    limit: float | None = None
    left: float | None = None
    seconds: float | None = None


def read(headers: Mapping[str, str], now: float) -> Told | None:
    """What an answer says of the limit, header names in lower case; None when it says nothing.

    `X-RateLimit-*`, `X-Rate-Limit-*`, `RateLimit-*`, and the one-line `RateLimit` of the IETF draft. A reset is epoch
    seconds, epoch milliseconds or seconds to go; a moment is measured from the vendor's own `Date`. `now` is epoch seconds.
    """
    combined = headers.get("ratelimit", "")
    told = Told(
        _first(headers, _LIMIT)
        or _inside(headers.get("ratelimit-policy", ""), "q")
        or _inside(combined, "limit"),
        _either(_first(headers, _LEFT), _inside(combined, "r"), _inside(combined, "remaining")),
        _either(
            _seconds(_first(headers, _RESET), headers, now),
            _inside(combined, "t"),
            _inside(combined, "reset"),
        ),
    )
    return told if told != Told() else None


def wish(headers: Mapping[str, str], now: float) -> timedelta | None:
    """How long a refused caller is asked to wait: `Retry-After` in seconds or as a date (RFC 9110), else the reset."""
    said = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", said):
        return timedelta(seconds=min(float(said), LONGEST))
    if said:
        moment = _moment(said)
        wait = moment - (_moment(headers.get("date", "")) or now) if moment else -1.0
        return timedelta(seconds=min(wait, LONGEST)) if wait >= 0 else None
    told = read(headers, now)
    if told is None or told.seconds is None or told.left:
        return None
    return timedelta(seconds=min(told.seconds, LONGEST))


def _seconds(reset: float | None, headers: Mapping[str, str], now: float) -> float | None:
    if reset is None or reset < _EPOCH:
        return reset
    moment = reset / 1_000 if reset > _EPOCH * 1_000 else reset
    wait = moment - (_moment(headers.get("date", "")) or now)
    return max(0.0, min(wait, LONGEST))


def _moment(said: str) -> float | None:
    """Epoch seconds of an HTTP date, or of an ISO 8601 moment as Zoom writes it."""
    try:
        found = datetime.fromisoformat(said) if "T" in said[:11] else parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    return found.timestamp() if found.tzinfo else None


def _first(headers: Mapping[str, str], names: tuple[str, ...]) -> float | None:
    """The first number of the first of these headers that has one."""
    for name in names:
        if found := re.match(r"\s*(\d+(?:\.\d+)?)", headers.get(name, "")):
            return float(found.group(1))
    return None


def _inside(said: str, name: str) -> float | None:
    found = re.search(rf"(?:^|[;,\s]){name}=(\d+)", said)
    return float(found.group(1)) if found else None


def _either(*found: float | None) -> float | None:
    return next((number for number in found if number is not None), None)
