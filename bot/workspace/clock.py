"""The workspace's clock: real time plus an offset that a visitor can move."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.workspace.store import Store


class WorkspaceClock:
    """Aware UTC; the offset survives a restart. `on_move` hears of every move."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.on_move: list[Callable[[], object]] = []
        self.offset = timedelta(
            seconds=float((store.get("clock", "offset") or {"seconds": 0})["seconds"])
        )

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def move_by(self, by: timedelta) -> datetime:
        self.offset += by
        self._store.put("clock", "offset", {"seconds": self.offset.total_seconds()})
        for listener in self.on_move:
            listener()
        return self.now()

    def move_to(self, at: datetime) -> datetime:
        return self.move_by(at.astimezone(UTC) - self.now())
