"""Where what is happening now came from: a Slack gesture, a candidate's page, a webhook, a job, a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from connectors.http_calls import Whence

_now: ContextVar[str] = ContextVar("origin", default="")
_flow: ContextVar[str] = ContextVar("flow", default="")


@contextmanager
def coming_from(kind: str, identity: str = "", flow: str = "") -> Iterator[None]:
    """Name the origin for the length of the block; `identity` is a delivery's, a request's or a job's id.

    `flow` is what people call it, where `kind` does not say.
    """
    token = _now.set(f"{kind}:{identity}" if identity else kind)
    named = _flow.set(flow or kind)
    try:
        yield
    finally:
        _now.reset(token)
        _flow.reset(named)


def current() -> str:
    """`kind:id`, the innermost origin that was named; empty outside of all of them."""
    return _now.get()


def whence() -> Whence:
    """For whom a connected system is called: what the call log shares with the audit."""
    return Whence(_now.get()[:160], _flow.get()[:80])
