"""Microsoft 365's busy times and working hours, by getSchedule: twenty people and sixty days in one call."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.calendar.microsoft import mapping
from connectors.calendar.microsoft.calls import Calls, Row
from connectors.contract import Busy, BusyTime, Interval, WeeklyHours
from connectors.errors import ConnectorError
from connectors.spans import spans

MOST = 20  # people in one call
SPAN = timedelta(days=60)  # fewer than the vendor's 62


class BusyTimes(Calls):
    """Titles come along where Graph tells them, for the one look whether an event can be moved."""

    async def busy(self, emails: Sequence[str], window: Interval) -> list[Busy]:
        """Each part of the window is asked apart; a schedule with an error in any part is unknown, never free."""
        now = datetime.fromtimestamp(self.pool.now(), UTC)
        wanted = list(dict.fromkeys(emails))
        answers = await asyncio.gather(
            *(
                self._ask(asker, part, span)
                for asker, part in self._parts(wanted)
                for span in spans(window, SPAN)
            )
        )
        found: dict[str, list[Row | str]] = {email: [] for email in wanted}
        for answer in answers:
            for email, told in answer.items():
                found[email].append(told)
        read = {email: _busy(email, told, now) for email, told in found.items()}
        return [read[email] for email in emails]

    def _parts(self, emails: list[str]) -> list[tuple[str, list[str]]]:
        """Who asks for whom: the organizer, or who signed in, for twenty at a time, else everybody for themselves."""
        asker = self.account.config.get("organizer", "")
        if asker or not self.app:
            return [(asker, emails[n : n + MOST]) for n in range(0, len(emails), MOST)]
        return [(email, [email]) for email in emails]

    async def _ask(self, asker: str, emails: list[str], span: Interval) -> dict[str, Row | str]:
        """Each person's schedule, or why there is none."""
        try:
            rows = await self.schedules(asker, emails, span)
        except ConnectorError as error:
            return dict.fromkeys(emails, error.text or "the calendar did not answer")
        told = {str(row.get("scheduleId", "")).casefold(): row for row in rows}
        return {
            email: told.get(email.casefold(), "no calendar that we may read") for email in emails
        }

    async def schedules(self, asker: str, emails: Sequence[str], span: Interval) -> list[Row]:
        client, path = self.of(asker)
        body = {
            "schedules": list(emails),
            "startTime": mapping.said(span[0]),
            "endTime": mapping.said(span[1]),
            "availabilityViewInterval": 30,
        }
        answer = (await client.ask(f"{path}/calendar/getSchedule", body)).json
        rows = answer.get("value") if isinstance(answer, dict) else None
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _busy(email: str, told: Sequence[Row | str], now: datetime) -> Busy:
    """All parts of one person's schedule together."""
    times: set[BusyTime] = set()
    working: WeeklyHours | None = None
    for row in told:
        if isinstance(row, str):
            return Busy(email, False, why=row)
        if row.get("error") or not isinstance(row.get("scheduleItems"), list):
            return Busy(email, False, why="no calendar that we may read")
        working = mapping.hours(row.get("workingHours"), now)
        try:
            times |= _times(row["scheduleItems"], working.zone if working else "UTC")
        except (KeyError, TypeError, ValueError):
            return Busy(email, False, why="a calendar that cannot be read")
    return Busy(email, True, tuple(sorted(times, key=lambda one: one.start)), hours=working)


def _times(items: Sequence[Any], home: str) -> set[BusyTime]:
    found = (mapping.taken(item, home) for item in items)
    return {one for one in found if one}
