"""Reads a vendor's enum words: the known become ours, the unknown become `other` and are counted, never a failure."""

import threading
from collections import Counter
from collections.abc import Mapping

from connectors.model import Word

MOST = 1_000  # different unknown words remembered; more than that is a field that is no enum
LONGEST = 60


class Unknown:
    """What this process met and did not know, until somebody takes the counts."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._lock = threading.Lock()

    def met(self, account: str, field: str, word: str) -> None:
        key = (account, field, word[:LONGEST])
        with self._lock:
            if key in self._counts or len(self._counts) < MOST:
                self._counts[key] += 1

    def take(self) -> dict[tuple[str, str, str], int]:
        """The counts since the last time, by (account, field, word)."""
        with self._lock:
            taken = dict(self._counts)
            self._counts.clear()
        return taken


unknown = Unknown()


def word(
    account: str, field: str, said: object, known: Mapping[str, str], *, none: str = "other"
) -> Word:
    """A vendor's word for a field such as `application.status`; `none` is the kind where nothing was said.

    Case and surrounding blanks do not count. An unknown word has kind `other`.
    """
    text = "" if said is None else str(said).strip()
    if not text:
        return Word(kind=none)
    kind = known.get(text) or known.get(text.casefold())
    if kind is None:
        unknown.met(account, field, text)
        return Word(kind="other", vendor=text)
    return Word(kind=kind, vendor=text)
