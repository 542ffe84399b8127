"""What the HTTP client has to tell a person: a host that stays down, an interface that changes or ends."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

AHEAD = timedelta(days=60)  # before a dated version ends


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for whoever looks after an account. The same `key` is the same problem; `over` says it is gone."""

    account: str
    kind: str  # resting, changed, ending
    key: str
    sentence: str = ""
    over: bool = False


OnNotice = Callable[[Notice], None]


@dataclass(frozen=True, slots=True)
class Ending:
    """What a vendor announced about the call that it answered: `what` is a clause, `mark` tells two of them apart."""

    what: str
    mark: str


def announced(headers: Mapping[str, str]) -> list[Ending]:
    """Read `Sunset` (RFC 8594) and `Deprecation` (RFC 9745, and the drafts before it); names in lower case."""
    found = []
    if said := headers.get("sunset"):
        day = _http_date(said)
        found.append(
            Ending(
                f"will be gone on {_plain(day)}" if day else "will be gone", f"sunset {said[:60]}"
            )
        )
        return found
    said = headers.get("deprecation", "").strip()
    if said.lower() not in ("", "false", "?0"):
        day = _structured(said) or _http_date(said)
        when = f"is deprecated since {_plain(day)}" if day else "is deprecated"
        found.append(Ending(when, f"deprecation {said[:60]}"))
    return found


def version(sent: Mapping[str, str], status: int, headers: Mapping[str, str]) -> list[Ending]:
    """What an answer says of the dated version that was asked for in a header such as `X-Api-Version`."""
    for name, wanted in sent.items():
        if name.lower() not in ("x-api-version", "api-version"):
            continue
        given = headers.get(name.lower(), wanted)
        if status == 406:
            return [Ending(f"no longer speaks version {wanted}", f"version {wanted} refused")]
        if given != wanted and re.fullmatch(r"[\w.-]{1,20}", given):
            text = f"answers in version {given} although {wanted} was asked for"
            return [Ending(text, f"version {wanted} {given}")]
    return []


def ending(until: date | None, now: float) -> list[Ending]:
    """Whether a version that is known to end will end soon. `now` is epoch seconds."""
    if until is None or datetime.fromtimestamp(now, UTC).date() < until - AHEAD:
        return []
    return [Ending(f"will be gone on {_plain(until)}", f"until {until}")]


def _http_date(said: str) -> date | None:
    try:
        return parsedate_to_datetime(said).date()
    except (TypeError, ValueError):
        return None


def _structured(said: str) -> date | None:
    """`@1688169599`, a date of RFC 9651."""
    found = re.fullmatch(r"@(\d{1,11})", said.strip())
    return datetime.fromtimestamp(int(found.group(1)), UTC).date() if found else None


def _plain(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
