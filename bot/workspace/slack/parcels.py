"""What the workspace hands to the app, and how that can fail: the same for signed HTTP and for Socket Mode."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Doc = dict[str, Any]
PATIENCE = 3.0  # seconds
TIMED_OUT, FAILED = "operation_timeout", "dispatch_failed"
Form = Literal["slash_commands", "interactive", "events_api", "url_verification"]


class NotAcknowledged(Exception):
    """The app did not answer in time or not with 200.

    `error` is what Slack tells the person, `reason` what it tells the app when it tries again, `final` whether the
    app asked it not to.
    """

    def __init__(self, error: str, reason: str, *, status: int = 0, final: bool = False) -> None:
        super().__init__(error)
        self.error, self.reason, self.status, self.final = error, reason, status, final


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery. `kind` is the payload's type, `address` the manifest's request URL for it."""

    kind: str
    form: Form
    payload: Doc
    address: str = ""
    attempt: int = 0
    reason: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the ack may carry something to show."""
        return self.form == "slash_commands" or self.kind in ("view_submission", "block_suggestion")


class Road(Protocol):
    """A way to the app. `send` gives the body of the ack. Raises NotAcknowledged."""

    async def send(self, parcel: Parcel) -> Any: ...
