"""Google's busy times: `freeBusy` for anybody, and lists of events where the account may tell their kinds apart."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors.calendar.google import mapping
from connectors.calendar.google.calls import EVENTS, FREE_BUSY, Calls
from connectors.contract import Busy, BusyTime, Interval
from connectors.errors import ConnectorError
from connectors.spans import spans

MOST = 50  # calendars in one call
SPAN = timedelta(days=60)  # longer windows are refused by the vendor
FIELDS = "timeZone,nextPageToken,items(id,status,start,end,transparency,eventType,attendees(self,responseStatus))"
TITLED = FIELDS.replace("items(id", "items(id,summary")
DETAILS = ("yes", "titles")


class BusyTimes(Calls):
    """Nothing but times, kinds and own replies is asked for, and titles only where the account says so."""

    async def busy(self, emails: Sequence[str], window: Interval) -> list[Busy]:
        """Each part of the window is asked apart; a calendar with an error in any part is unknown, never free."""
        times: dict[str, list[BusyTime]] = {email: [] for email in emails}
        unknown: dict[str, str] = {}
        left = list(times)
        if self.account.config.get("details") in DETAILS:
            told = await asyncio.gather(*(self._listed(email, window) for email in left))
            times |= {email: found for email, found in zip(left, told, strict=True) if found}
            left = [email for email, found in zip(left, told, strict=True) if found is None]
        await asyncio.gather(
            *(
                self._gather(subject, part, span, times, unknown)
                for subject, part in self._parts(left)
                for span in spans(window, SPAN)
            )
        )
        return [
            Busy(email, False, why=unknown[email])
            if email in unknown
            else Busy(email, True, tuple(sorted(times[email], key=lambda one: one.start)))
            for email in emails
        ]

    async def _listed(self, email: str, window: Interval) -> list[BusyTime] | None:
        """What the person's own list of events takes; None where it may not be read."""
        titled = self.account.config.get("details") == "titles"
        query = {
            "timeMin": window[0].isoformat(), "timeMax": window[1].isoformat(), "singleEvents": "true",
            "maxResults": 2_500, "maxAttendees": 1, "fields": TITLED if titled else FIELDS,
        }  # fmt: skip
        found: list[BusyTime] = []
        try:
            client = self.client(email, EVENTS)
            path = f"calendars/{quote(email, safe='')}/events"
            async for page in self.pages(client, path, **query):
                zone = mapping.zone(page.get("timeZone"))
                rows = [mapping.taken(row, zone, titled=titled) for row in page["items"]]
                found += [one for one in rows if one]
        except (ConnectorError, KeyError, TypeError, ValueError):
            return None
        return found

    def _parts(self, emails: list[str]) -> list[tuple[str, list[str]]]:
        """Who asks for whom: one person for fifty at a time, else everybody for themselves."""
        subject = self.account.config.get("subject", "")
        if subject or not self.delegated:
            return [(subject, emails[n : n + MOST]) for n in range(0, len(emails), MOST)]
        return [(email, [email]) for email in emails]

    async def _gather(
        self,
        subject: str,
        emails: list[str],
        span: Interval,
        times: dict[str, list[BusyTime]],
        unknown: dict[str, str],
    ) -> None:
        """Put what one call tells into `times` and `unknown`."""
        try:
            answer = await self.free_busy(subject, emails, span)
        except ConnectorError as error:
            unknown |= dict.fromkeys(emails, error.text or "the calendar did not answer")
            return
        listed = answer.get("calendars")
        told = listed if isinstance(listed, dict) else {}
        calendars = {str(address).casefold(): rows for address, rows in told.items()}
        for email in emails:
            found = busy_times(calendars.get(email.casefold()))
            if found is None:
                unknown[email] = "no calendar that we may read"
            else:
                times[email] += [BusyTime(start, end) for start, end in found]

    async def free_busy(
        self, subject: str, emails: Sequence[str], window: Interval
    ) -> dict[str, Any]:
        body = {
            "timeMin": window[0].isoformat(),
            "timeMax": window[1].isoformat(),
            "items": [{"id": email} for email in emails],
            "calendarExpansionMax": MOST,
        }
        answer = (await self.client(subject, FREE_BUSY).ask("freeBusy", body)).json
        return answer if isinstance(answer, dict) else {}


def busy_times(told: Any) -> list[Interval] | None:
    """One calendar's busy times in UTC; None when there is an error or anything that cannot be read."""
    if not isinstance(told, dict) or told.get("errors") or not isinstance(told.get("busy"), list):
        return None
    try:
        return [(_moment(row["start"]), _moment(row["end"])) for row in told["busy"]]
    except (KeyError, TypeError, ValueError):
        return None


def _moment(said: str) -> datetime:
    """RFC 3339 with an offset. Raises ValueError without one."""
    found = datetime.fromisoformat(said)
    if found.tzinfo is None:
        raise ValueError("a time without an offset")
    return found.astimezone(UTC)
