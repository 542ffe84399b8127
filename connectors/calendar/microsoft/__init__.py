"""Microsoft 365: an app that the tenant trusts acts for every mailbox it may reach, or somebody signs in."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar

from connectors.calendar.microsoft.calls import OAUTH, Row
from connectors.calendar.microsoft.push import Pushes
from connectors.errors import MissingPermission
from connectors.http import Answer
from connectors.model import Finding

DAY = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))


class Microsoft(Pushes):
    label = "Microsoft 365"
    required = frozenset({"tenant", "client_id", "client_secret"})
    optional = frozenset({"organizer"})
    secret_keys = frozenset({"client_secret"})
    key_help: ClassVar[Mapping[str, str]] = {
        "tenant": "The directory (tenant) id of the company in Entra.",
        "client_id": "The application (client) id of the app registered there, with the application permissions Calendars.ReadWrite and Place.Read.All and an administrator's consent.",
        "client_secret": "A client secret of that app: its value, not its id.",
        "organizer": "The address of somebody in whose calendar interviews are written, and as whom busy times are asked. Left out: each is asked as themselves, and nothing is written.",
    }  # fmt: skip
    oauth = OAUTH
    abilities = frozenset(
        [
            "busy", "kinds", "hours", "events", "invites", "responses", "proposals", "changes", "push", "links", "rooms",
        ]
    )  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "silent": "Exchange always mails the guests; an event that must not mail has no guests",
    }
    checked = "Microsoft's own description of the API (of January 2023) and the local stand-in, not a live account"
    remarks = (
        "An application permission reaches every mailbox: limit the app to those of interviewers (RBAC for Applications, or an application access policy).",
        "Focus time is an ordinary busy event there; whoever works elsewhere counts as free.",
        "Busy times are those of each person's default calendar.",
        "The text of an online meeting holds its link and is not changed with the interview.",
        "A time zone that somebody made up is known by its rules; working hours in one that fits no other are not told.",
        "A subscription lasts not quite three days and is renewed; its secret is compared, and the calendar is asked what changed.",
        "Who signs in needs an app for any organization and a work account; personal accounts tell no busy times.",
    )

    async def check(self) -> list[Finding]:
        organizer = self.account.config.get("organizer", "")
        if self.app and not organizer:
            told = "asked as each person in turn; not tried without one"
            return [
                Finding(what="Read busy times", ok=True, detail=told),
                await self.tried("List rooms", self.rooms),
            ]
        return [
            await self.tried("Read busy times", lambda: self._one_day(organizer)),
            await self.tried("Write events", self._first_event),
            await self.tried("List rooms", self.rooms),
        ]

    async def _one_day(self, organizer: str) -> list[Row]:
        if not organizer:  # who signed in, whose address is not known
            return [(await self.client("").get("me/calendar")).json]
        rows = await self.schedules(organizer, [organizer], DAY)
        if any(row.get("error") for row in rows):
            raise MissingPermission("Its own busy times cannot be read.", account=self.account.id)
        return rows

    async def _first_event(self) -> Answer:
        client, path = self.of("")
        return await client.get(f"{path}/events", **{"$top": 1})


connector = Microsoft
