"""What can be asked of a calendar account: busy times, events and their replies, changes as they happen, rooms."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from connectors import model
from connectors.abilities import calendar_instead
from connectors.contract.base import Connector, Interval
from connectors.contract.events import (
    Busy,
    Changes,
    Channel,
    Delivery,
    Event,
    EventDraft,
    Heard,
    Room,
)
from connectors.errors import ConnectorError, NotSupported


class Calendar(Connector):
    """One calendar account that can see the busy times of a company's people.

    `owner` is the e-mail address of whose calendar is meant, "" the account's own. Each call but `busy` may raise the
    errors of `connectors/errors.py`, and NotSupported where its ability is absent.
    """

    abilities: ClassVar[frozenset[str]] = frozenset()  # names of `connectors/abilities.py`
    fallbacks: ClassVar[dict[str, str]] = {}  # for absent abilities: what happens instead

    def cannot(self, ability: str) -> NotSupported:
        """The error for an absent ability, with what happens instead."""
        return NotSupported(calendar_instead(ability, self.fallbacks), account=self.account.id)

    async def tried(self, what: str, ask: Callable[[], Awaitable[object]]) -> model.Finding:
        """A line of `check`: whether a call works, and why not."""
        try:
            await ask()
        except ConnectorError as error:
            return model.Finding(what=what, ok=False, detail=error.text)
        return model.Finding(what=what, ok=True)

    async def busy(self, emails: Sequence[str], window: Interval) -> list[Busy]:
        """One `Busy` per e-mail, in order. A calendar that cannot be read is never reported as free, and never raises.

        Times may reach out of the window. Declined invitations, free and working-location events take no time.
        """
        raise NotImplementedError

    async def create_event(self, owner: str, draft: EventDraft) -> Event:
        """Write an event; with a key that was written before, give that event instead of a second one.

        Raises Conflict when the key's event was moved or cancelled meanwhile: take a new key. After InDoubt the same
        call may be made again.
        """
        raise self.cannot("events")

    async def event(self, owner: str, id: str) -> Event:
        """An event with every guest's reply. Raises Gone; one that was cancelled is gone."""
        raise self.cannot("events")

    async def update_event(
        self, owner: str, id: str, draft: EventDraft, *, version: str | None = None
    ) -> Event:
        """Make the event what the draft says, but for its key, its uid and an existing link.

        Raises Conflict when it is not the `version` that was read, unless it already says the same (a repeated call).
        """
        raise self.cannot("events")

    async def cancel_event(
        self, owner: str, id: str, *, invite: bool = True, version: str | None = None
    ) -> None:
        """Take it away; `invite`: the guests are told by the calendar's own system. Already gone counts as done."""
        raise self.cannot("events")

    async def changes(self, owner: str, position: str | None, window: Interval) -> Changes:
        """What changed since `position`. Everything of `window` when it is None, or not known there any more.

        A position belongs to the window it began with: begin with None to look at another one.
        """
        raise self.cannot("changes")

    async def watch(self, owner: str, url: str, secret: str) -> Channel:
        """Have `url` (https) told of every change; `secret` is random, at most 128 letters."""
        raise self.cannot("push")

    async def renew(self, channel: Channel) -> Channel:
        """The channel that goes on: the same with a later end, or another one in place of it."""
        raise self.cannot("push")

    async def stop(self, channel: Channel) -> None:
        """No more deliveries. Already gone counts as done."""
        raise self.cannot("push")

    def receive(self, delivery: Delivery, channels: Sequence[Channel]) -> Heard:
        """Whose calendar changed, of the account's `channels`.

        Raises BadWebhook when no channel's secret came with it, ValueError when it cannot be read.
        """
        raise self.cannot("push")

    async def rooms(self) -> list[Room]:
        """The rooms that can be invited."""
        raise self.cannot("rooms")
