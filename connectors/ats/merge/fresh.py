"""What we wrote and Merge's copy does not show yet. In memory only, of this process only, and gone within a day."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
LONGEST = 86_400.0  # seconds; Merge syncs at least daily unless it is told to by hand
MOST = 500  # rows


@dataclass(frozen=True, slots=True)
class _Ours:
    """A row as the write gave it; `before` is the copy's modified_at then, None for a new row."""

    row: Row
    before: str | None
    until: float


class Fresh:
    """Stands before reads: a row of ours counts until the copy tells of a later state of it."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._rows: dict[tuple[str, str], _Ours] = {}

    def wrote(self, resource: str, row: Row, before: str | None) -> Row:
        """Remember a written row; a second write before the next sync keeps what the copy said at the first."""
        key = (resource, str(row["id"]))
        if known := self._rows.pop(key, None):
            before = known.before
        self._rows[key] = _Ours(row, before, self._now() + LONGEST)
        while len(self._rows) > MOST:
            del self._rows[next(iter(self._rows))]
        return row

    def newest(self, resource: str, row: Row) -> Row:
        """This row of the copy, or ours where the copy has not moved since."""
        key = (resource, str(row.get("id")))
        ours = self._rows.get(key)
        if ours is None:
            return row
        if ours.until < self._now() or ours.before != row.get("modified_at"):
            del self._rows[key]
            return row
        return ours.row

    def made(self, resource: str, id: str) -> Row | None:
        """A row of ours that the copy does not have yet."""
        ours = self._rows.get((resource, id))
        return ours.row if ours and ours.before is None and ours.until >= self._now() else None

    def missing(self, resource: str, seen: Iterable[str], mine: Callable[[Row], bool]) -> list[Row]:
        """Our new rows that a list should have had: those that meet `mine` and were not `seen`."""
        known = set(seen)
        ids = [id for kind, id in self._rows if kind == resource and id not in known]
        rows = [row for id in ids if (row := self.made(resource, id)) is not None]
        return [row for row in rows if mine(row)]
