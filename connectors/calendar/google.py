"""Google Calendar: busy times by `freeBusy`, through a service account that the company trusts."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from connectors.auth import ServiceAccount
from connectors.contract import Account, Busy, BusyTime, Calendar, Interval
from connectors.errors import ConnectorError
from connectors.http import Client, Pool
from connectors.model import Finding

HOST = "https://www.googleapis.com/calendar/v3"
SCOPE = "https://www.googleapis.com/auth/calendar.freebusy"
MOST = 50  # calendars in one call
SPAN = timedelta(days=60)  # longer windows are refused by the vendor


class Google(Calendar):
    label = "Google Calendar"
    abilities = frozenset({"busy"})
    required = frozenset({"service_account"})
    optional = frozenset({"subject"})
    secret_keys = frozenset({"service_account"})
    key_help: ClassVar[Mapping[str, str]] = {
        "service_account": "The whole key file of a service account with domain-wide delegation for calendar.freebusy.",
        "subject": "The address of somebody who sees everybody's busy times. Left out: each is asked as themselves.",
    }

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self._clients: dict[str, Client] = {}

    async def check(self) -> list[Finding]:
        subject = self.account.config.get("subject", "")
        if not subject:
            return [
                Finding(
                    what="Read busy times",
                    ok=True,
                    detail="asked as each person in turn; not tried without one",
                )
            ]
        try:
            await self._ask(
                subject,
                [subject],
                (
                    datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
                    datetime.fromisoformat("2026-01-02T00:00:00+00:00"),
                ),
            )
        except ConnectorError as error:
            return [Finding(what="Read busy times", ok=False, detail=error.text)]
        return [Finding(what="Read busy times", ok=True)]

    async def busy(self, emails: Sequence[str], window: Interval) -> list[Busy]:
        """Each part of the window is asked apart; a calendar with an error in any part is unknown, never free."""
        times: dict[str, list[Interval]] = {email: [] for email in emails}
        unknown: dict[str, str] = {}
        await asyncio.gather(
            *(
                self._gather(subject, part, span, times, unknown)
                for subject, part in self._parts(list(times))
                for span in spans(window)
            )
        )
        return [
            Busy(email, False, why=unknown[email])
            if email in unknown
            else Busy(email, True, tuple(BusyTime(*one) for one in sorted(times[email])))
            for email in emails
        ]

    def _parts(self, emails: list[str]) -> list[tuple[str, list[str]]]:
        """Who asks for whom: the account's `subject` for fifty at a time, else everybody for themselves."""
        if subject := self.account.config.get("subject"):
            return [(subject, emails[n : n + MOST]) for n in range(0, len(emails), MOST)]
        return [(email, [email]) for email in emails]

    async def _gather(
        self,
        subject: str,
        emails: list[str],
        span: Interval,
        times: dict[str, list[Interval]],
        unknown: dict[str, str],
    ) -> None:
        """Put what one call tells into `times` and `unknown`."""
        try:
            answer = await self._ask(subject, emails, span)
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
                times[email] += found

    async def _ask(self, subject: str, emails: Sequence[str], window: Interval) -> dict[str, Any]:
        body = {
            "timeMin": window[0].isoformat(),
            "timeMax": window[1].isoformat(),
            "items": [{"id": email} for email in emails],
            "calendarExpansionMax": MOST,
        }
        answer = (await self._client(subject).ask("freeBusy", body)).json
        return answer if isinstance(answer, dict) else {}

    def _client(self, subject: str) -> Client:
        if subject not in self._clients:
            auth = ServiceAccount(
                self.account, self.account.secrets["service_account"], SCOPE, subject
            )
            self._clients[subject] = self.pool.client(self.account, HOST, auth)
        return self._clients[subject]


def spans(window: Interval) -> list[Interval]:
    """The window in parts that the vendor answers."""
    start, end = window
    found = []
    while start < end:
        found.append((start, min(start + SPAN, end)))
        start += SPAN
    return found


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


connector = Google
