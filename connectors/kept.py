"""Answers that a vendor marked with an ETag, kept in memory for minutes so that they are not sent again."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MINUTES = 5.0
MOST = 200  # answers
LARGEST = 100_000  # bytes of one


@dataclass(frozen=True, slots=True)
class Known:
    """One answer: its mark, its body as it came, its headers, and until when it may be used (epoch seconds)."""

    etag: str
    body: bytes
    headers: dict[str, str]
    until: float


class Kept:
    """The newest answers of one process; nothing of it is ever written down."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._known: OrderedDict[tuple[int, str], Known] = OrderedDict()

    def find(self, whose: int, url: str) -> Known | None:
        """What this client was told at this address; None when it was not marked, or is too old."""
        found = self._known.get((whose, url))
        if found is not None and found.until < self._now():
            del self._known[(whose, url)]
            return None
        return found

    def keep(self, whose: int, url: str, headers: dict[str, str], body: bytes) -> None:
        etag = headers.get("etag", "")
        if not etag or len(body) > LARGEST or "no-store" in headers.get("cache-control", ""):
            return
        self._known.pop((whose, url), None)
        self._known[(whose, url)] = Known(etag, body, headers, self._now() + MINUTES * 60)
        while len(self._known) > MOST or next(iter(self._known.values())).until < self._now():
            self._known.popitem(last=False)
