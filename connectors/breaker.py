"""Stops asking a host that fails again and again, tries it with one call after a rest, and goes on when that works."""

from collections.abc import Callable

RUN = 10  # failures in a row after which a host is left alone
FIRST, LONGEST = 10.0, 300.0  # seconds it is left alone, twice as long each time


class Breaker:
    """One account's view of one host, in this process. Failures are transport errors and 5xx; a refusal is an answer."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` gives epoch seconds."""
        self._now = now
        self._failures = self._rests = 0
        self._until = 0.0
        self._probing = False

    def wait(self) -> float:
        """Seconds until it may be asked again; 0 when it may be asked now."""
        if not self._until:
            return 0.0
        return max(self._until - self._now(), 1.0 if self._probing else 0.0)

    def enter(self) -> None:
        """A call goes out, after `wait` was 0. After a rest it is the probe, and others wait for how it ends."""
        self._probing = bool(self._until)

    def failed(self) -> bool:
        """A call failed; True when that opened the breaker."""
        self._failures += 1
        if self._until and not self._probing:
            return False  # it was under way when the breaker opened
        if not self._until and self._failures < RUN:
            return False
        opened, self._probing = not self._until, False
        self._until = self._now() + min(FIRST * 2**self._rests, LONGEST)
        self._rests = min(self._rests + 1, 10)
        return opened

    def worked(self) -> bool:
        """A call was answered; True when that closed the breaker."""
        closed = bool(self._until)
        self._failures = self._rests = 0
        self._until, self._probing = 0.0, False
        return closed

    def left(self) -> None:
        """A call was given up before its end; if it was the probe, the next one is."""
        self._probing = False
