"""Every job by name, one attempt at one, and what is said when it was the last. Knows nothing of the engine."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from connectors.errors import ConnectorError, TryLater
from connectors.errors import InDoubt as LostAnswer
from hiring.errors import InDoubt, Refused, Unreachable
from messages.mail import MailLater

if TYPE_CHECKING:
    from hiring.services import Services

log = logging.getLogger(__name__)
Run = Callable[..., Awaitable[None]]
UPGRADE = 15.0  # seconds a job of another release waits for a worker of that release,
PATIENCE = 240  # and how often
LANES = {
    "now": "callsheet.now",
    "free": "callsheet",
    "ordered": "callsheet.ordered",
    "bulk": "callsheet.bulk",
}
USUAL, LATER = 5, 7  # priorities: smaller goes first


@dataclass(frozen=True, slots=True)
class Job:
    """A registered job. Calling it runs it here and now; `Jobs.enqueue` runs it durably.

    `order` names its partition by its arguments (`card:{offer}`): jobs of one partition run one after the other, in
    the order they were written. `lane` is its queue: `now` while a person waits, `bulk` for what may take long (there
    a partition, an account say, gets one at a time). `what` is what people call it.
    """

    name: str
    run: Run
    attempts: int = 12
    order: str = ""
    lane: str = ""
    what: str = ""

    def __call__(self, services: "Services", **args: Any) -> Awaitable[None]:
        return self.run(services, **args)

    def partition(self, args: Mapping[str, Any]) -> str | None:
        return self.order.format(**args)[:160] or None


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job about to be written. `key` is its identity: the same key runs once.

    `tries` counts attempts, `aside` how often it let an earlier job of its partition go first, `since` is when it was
    first written (epoch milliseconds), `delay` what it waits before its next try (real seconds).
    """

    job: Job
    key: str
    args: Mapping[str, Any]
    partition: str | None = None
    priority: int = USUAL
    tries: int = 1
    aside: int = 0
    since: int = 0
    delay: float = 0.0

    @property
    def identity(self) -> str:
        again = self.tries > 1 or self.aside
        return f"{self.key}#{self.tries}.{self.aside}" if again else self.key

    @property
    def lane(self) -> str:
        return self.job.lane or ("ordered" if self.partition else "free")

    def progress(self, since: int) -> dict[str, Any]:
        """What the row has to remember for its next try."""
        return {
            "tries": self.tries, "aside": self.aside, "since": since, "partition": self.partition,
            "priority": self.priority,
        }  # fmt: skip


_registered: dict[str, Job] = {}


def job(
    name: str, *, attempts: int = 12, order: str = "", lane: str = "", what: str = ""
) -> Callable[[Run], Job]:
    """Register an async function `(services, **ids)` as a job. It must be harmless to run it twice."""

    def register(run: Run) -> Job:
        if name in _registered and _registered[name].run.__qualname__ != run.__qualname__:
            raise ValueError(f"job {name} is registered twice")
        _registered[name] = Job(name, run, attempts, order, lane, what)
        return _registered[name]

    return register


def find(name: str) -> Job:
    """The job of that name; in a release that has none, one that waits for a worker of a newer release."""
    return _registered.get(name) or Job(name, _unknown, attempts=PATIENCE)


async def _unknown(services: "Services", **args: Any) -> None:
    raise Unknown


def registered(name: str) -> Job:
    """The job of that name. Raises KeyError."""
    return _registered[name]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. `after` is how many seconds to wait at least before another is worth it, else None."""

    sentence: str = ""
    after: float | None = None
    doubt: str = ""  # the effect that may or may not have happened; only a person can tell

    @property
    def done(self) -> bool:
        return not self.sentence


class Unknown(Exception):
    """A job of another release."""


async def attempt(services: "Services", known: Job, args: Mapping[str, Any]) -> Outcome:
    """Run once and say how it went; nothing is raised."""
    try:
        await known.run(services, **args)
        return Outcome()
    except Unknown:
        return Outcome(f"This release has no job called {known.name}.", after=UPGRADE)
    except (TryLater, MailLater, Unreachable, TimeoutError) as error:
        after = getattr(error, "after", None)
        return Outcome(
            _sentence(error), after.total_seconds() if isinstance(after, timedelta) else 0.5
        )
    except LostAnswer as error:  # every write looks before it repeats, so a later try can tell
        return Outcome(_sentence(error), after=2.0)
    except InDoubt as error:
        return Outcome(error.sentence, doubt=error.effect)
    except (Refused, ConnectorError) as error:
        return Outcome(_sentence(error))
    except sa.exc.DBAPIError:  # our own database is away or full: it comes back
        log.warning("job %s: the database did not answer", known.name)
        return Outcome("The database did not answer.", after=2.0)
    except Exception:  # the edge of the process: a bug must not kill the worker
        log.exception("job %s failed", known.name)
        return Outcome("Something unexpected went wrong; the log has the details.")


def _sentence(error: Exception) -> str:
    if isinstance(error, Refused):
        return error.sentence
    if isinstance(error, MailLater):
        return "The mail server did not take the message. It was tried several times."
    if isinstance(error, ConnectorError):
        return f"The connected system said no: {(error.text or type(error).__name__).rstrip('.')}."
    return f"It did not work ({type(error).__name__})."


async def trouble(services: "Services", new: NewJob, outcome: Outcome, state: str) -> None:
    """Make a failing job visible: `retrying` while it is tried by itself, else it waits for a person."""
    from hiring import issues

    await issues.open_issue(
        services, kind=new.job.name, key=new.key, sentence=outcome.sentence, state=state, args=new.args,
        effect=outcome.doubt,
    )  # fmt: skip


async def went_through(services: "Services", name: str, key: str) -> None:
    """A job that had trouble is done."""
    from hiring import issues

    await issues.resolve(services, kind=name, key=key)
