"""Google Calendar: a service account that the company trusts acts for everybody, or somebody signs in."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from connectors.calendar.google.calls import OAUTH
from connectors.calendar.google.push import Pushes
from connectors.http import Answer
from connectors.model import Finding

DAY = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))


class Google(Pushes):
    label = "Google Calendar"
    required = frozenset({"service_account"})
    optional = frozenset({"subject", "organizer", "details", "rooms_as"})
    secret_keys = frozenset({"service_account"})
    key_help: ClassVar[Mapping[str, str]] = {
        "service_account": "The whole key file of a service account with domain-wide delegation for calendar.freebusy, and for calendar.events where interviews are written.",
        "subject": "The address of somebody who sees everybody's busy times. Left out: each is asked as themselves.",
        "organizer": "The address of somebody in whose calendar interviews are written. Left out: the subject's, or that of who signed in.",
        "details": "`yes` reads everybody's own list of events, without titles, to tell tentative, focus and out of office apart; `titles` reads them with titles, to find what can be moved by the words of CALLSHEET_MOVABLE_KEYWORDS. Needs calendar.events.",
        "rooms_as": "The address of an administrator as whom rooms are listed. Needs admin.directory.resource.calendar.readonly. Left out: the subject.",
    }  # fmt: skip
    oauth = OAUTH
    abilities = frozenset(
        [
            "busy", "kinds", "events", "invites", "silent", "responses", "changes", "push", "links", "rooms",
        ]
    )  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "hours": "Google tells no working hours; they are set in Callsheet",
        "proposals": "Google tells a proposed time by mail only; it is read from the mailbox",
    }
    checked = "Google's own description of the API and the local stand-in, not a live account"
    remarks = (
        "Kinds of busy time are told where `details` is on and the list of events may be read; all else counts as busy.",
        "Who signs in without a service account sees of others what Google shows that person, and cannot list rooms.",
        "A channel lasts seven days and carries no signature: its random token is compared, and the calendar is asked what changed.",
        "A meeting link is made by Google after the event: it is there when the event is read again.",
        "An interview that moves asks everybody for a reply again.",
        "Google limits invitations to strangers, about 10,000 in a short time and far fewer on a trial; it is then asked again later.",
    )

    async def check(self) -> list[Finding]:
        subject = self.account.config.get("subject", "")
        found = []
        if self.delegated and not subject:
            told = "asked as each person in turn; not tried without one"
            found.append(Finding(what="Read busy times", ok=True, detail=told))
        else:
            found.append(await self.tried("Read busy times", lambda: self._one_day(subject)))
        if self.account.config.get("organizer") or not self.delegated:
            found.append(await self.tried("Write events", self._first_event))
        if self.delegated and self.account.config.get("rooms_as"):
            found.append(await self.tried("List rooms", self.rooms))
        return found

    async def _one_day(self, subject: str) -> dict[str, Any]:
        return await self.free_busy(subject, [subject or "primary"], DAY)

    async def _first_event(self) -> Answer:
        client, path = self.of("")
        return await client.get(f"{path}/events", maxResults=1)


connector = Google
