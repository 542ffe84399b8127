"""Every job by name, one attempt at one, and what is said when it was the last. Knows nothing of the engine."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from connectors.errors import ConnectorError, InDoubt, TryLater
from hiring.errors import Refused, Unreachable
from messages.mail import MailLater

if TYPE_CHECKING:
    from hiring.services import Services

log = logging.getLogger(__name__)
Run = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """A registered job. Calling it runs it here and now; `Jobs.enqueue` runs it durably."""

    name: str
    run: Run
    attempts: int = 8

    def __call__(self, services: "Services", **args: Any) -> Awaitable[None]:
        return self.run(services, **args)


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job about to be written. `key` is its identity: the same key runs once."""

    job: Job
    key: str
    args: Mapping[str, Any]
    partition: str | None = None
    priority: int = 5


_registered: dict[str, Job] = {}


def job(name: str, *, attempts: int = 8) -> Callable[[Run], Job]:
    """Register an async function `(services, **ids)` as a job. It must be harmless to run it twice."""

    def register(run: Run) -> Job:
        if name in _registered and _registered[name].run.__qualname__ != run.__qualname__:
            raise ValueError(f"job {name} is registered twice")
        _registered[name] = Job(name, run, attempts)
        return _registered[name]

    return register


def find(name: str) -> Job | None:
    """The job of that name, or None in a release that has none."""
    return _registered.get(name)


def registered(name: str) -> Job:
    """The job of that name. Raises KeyError."""
    return _registered[name]


async def attempt(services: "Services", known: Job | None, name: str, args: dict[str, Any]) -> str:
    """Run once. Gives `done`, or JSON with a sentence and, when it is worth another try, seconds to wait."""
    if known is None:
        return json.dumps({"sentence": f"This release has no job called {name}."})
    try:
        await known.run(services, **args)
        return "done"
    except (TryLater, MailLater, Unreachable, TimeoutError) as error:
        after = getattr(error, "after", None)
        seconds = after.total_seconds() if isinstance(after, timedelta) else 0.5
        return json.dumps({"after": seconds, "sentence": _sentence(error)})
    except InDoubt as error:  # every write looks before it repeats, so a later try can tell
        return json.dumps({"after": 2.0, "sentence": _sentence(error)})
    except (Refused, ConnectorError) as error:
        return json.dumps({"sentence": _sentence(error)})
    except sa.exc.DBAPIError:  # our own database is away or full: it comes back
        log.warning("job %s: the database did not answer", name)
        return json.dumps({"after": 2.0, "sentence": "The database did not answer."})
    except Exception:  # the edge of the process: a bug must not kill the worker
        log.exception("job %s failed", name)
        return json.dumps({"sentence": "Something unexpected went wrong; the log has the details."})


def _sentence(error: Exception) -> str:
    if isinstance(error, Refused):
        return error.sentence
    if isinstance(error, MailLater):
        return "The mail server did not take the message. It was tried several times."
    if isinstance(error, ConnectorError):
        return f"The connected system said no: {(error.text or type(error).__name__).rstrip('.')}."
    return f"It did not work ({type(error).__name__})."


async def trouble(
    services: "Services", name: str, key: str, args: dict[str, Any], sentence: str, state: str
) -> None:
    """Make a failing job visible: `retrying` while it is tried by itself, `open` once it waits for a person."""
    from hiring import issues

    await issues.open_issue(services, kind=name, key=key, sentence=sentence, state=state, args=args)


async def went_through(services: "Services", name: str, key: str) -> None:
    """A job that had trouble is done."""
    from hiring import issues

    await issues.resolve(services, kind=name, key=key)
