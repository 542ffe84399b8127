"""Where what is happening now came from: a Slack gesture, a candidate's page, a webhook, a job, a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_now: ContextVar[str] = ContextVar("origin", default="")


@contextmanager
def coming_from(kind: str, identity: str = "") -> Iterator[None]:
    """Name the origin for the length of the block; `identity` is a delivery's, a request's or a job's id."""
    token = _now.set(f"{kind}:{identity}" if identity else kind)
    try:
        yield
    finally:
        _now.reset(token)


def current() -> str:
    """`kind:id`, the innermost origin that was named; empty outside of all of them."""
    return _now.get()
