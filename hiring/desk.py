"""The desk: what use cases know of Slack. They name people and cards; `bot/` posts them, `commands/` draws them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

_MISSING: ContextVar[list[str] | None] = ContextVar("missing", default=None)


@contextmanager
def drawing() -> Iterator[list[str]]:
    """While a card is drawn: gives what could not be read for it."""
    missing: list[str] = []
    token = _MISSING.set(missing)
    try:
        yield missing
    finally:
        _MISSING.reset(token)


def left_out(what: str) -> None:
    """Note that a card is drawn without something that a system outside did not tell just now."""
    missing = _MISSING.get()
    if missing is not None:
        missing.append(what)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a Slack workspace. `zone` is an IANA name; `email` is None when Slack hides it."""

    team: str
    id: str
    name: str
    email: str | None
    zone: str
    is_admin: bool = False
    is_bot: bool = False

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]


class Desk(Protocol):
    """Reaching people in Slack. Every method may raise `connectors.errors.TryLater` when Slack is out of reach."""

    async def person(self, team: str, user: str) -> Person:
        """The member, from a short-lived memory cache or `users.info`. Raises NotFound."""
        ...

    async def person_by_email(self, team: str, email: str) -> Person | None:
        """The member with this address, or None (`users.lookupByEmail`, cached)."""
        ...

    async def teams(self) -> list[str]:
        """The workspaces where the app is installed."""
        ...

    async def audience(self, team: str, channel: str) -> list[str]:
        """The members of a private channel of this company alone. Raises Refused for any other channel."""
        ...

    async def make_channel(self, team: str, name: str) -> str:
        """A private channel of that name (or one close to it), made or found again where we made it before; its id.

        Raises Refused with what an admin has to do when the workspace does not let us.
        """
        ...

    async def in_channel(self, team: str, channel: str) -> bool:
        """Whether the app is in it and it is not archived."""
        ...

    async def invite(self, team: str, channel: str, user: str) -> bool:
        """Ask a member in; False when Slack does not let them in. Who is there already is no trouble."""
        ...

    async def archive(self, team: str, channel: str) -> None:
        """Close a channel. Twice changes nothing."""
        ...

    async def show(self, team: str, user: str, kind: str, subject: str) -> None:
        """Show a card in the person's direct messages: posted once, later calls edit it in place.

        `kind` is a card that a file in `commands/` draws with `@router.card(kind)`; `subject` is our own id. `user` may
        be a channel's id: the card then stands there. One that lacks something is drawn again by a job (`cards.finish`).
        """
        ...

    async def refresh(self, kind: str, subject: str) -> None:
        """Bring every place where this card stands up to date."""
        ...

    async def redraw(self, kind: str, subject: str) -> bool:
        """The same; False when the card still lacks something."""
        ...

    async def say(self, team: str, user: str, text: str, *, key: str) -> None:
        """One plain sentence to a person's direct messages. The same key is said once."""
        ...
