"""Google Calendar: busy times by `freeBusy`, through a service account that the company trusts."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.auth import ServiceAccount
from connectors.contract import Account, Busy, Calendar, Interval
from connectors.errors import ConnectorError, Reconnect
from connectors.http import Client, Pool
from connectors.model import Finding

HOST = "https://www.googleapis.com/calendar/v3"
SCOPE = "https://www.googleapis.com/auth/calendar.freebusy"
MOST = 50  # calendars in one call
SPAN = timedelta(days=60)  # longer windows are refused by the vendor


class Google(Calendar):
    label = "Google Calendar"
    required = frozenset({"service_account"})
    optional = frozenset({"subject"})
    secret_keys = frozenset({"service_account"})

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
        subject = self.account.config.get("subject") or (emails[0] if emails else "")
        start = window[0]
        while start < window[1]:
            end = min(start + SPAN, window[1])
            for first in range(0, len(emails), MOST):
                part = emails[first : first + MOST]
                try:
                    answer = await self._ask(subject, part, (start, end))
                except ConnectorError as error:
                    unknown |= dict.fromkeys(part, error.text or "the calendar did not answer")
                    continue
                _gather(answer, part, times, unknown)
            start = end
        return [
            Busy(email, False, why=unknown[email])
            if email in unknown
            else Busy(email, True, tuple(sorted(times[email])))
            for email in emails
        ]

    async def _ask(self, subject: str, emails: Sequence[str], window: Interval) -> dict[str, Any]:
        body = {
            "timeMin": window[0].isoformat(),
            "timeMax": window[1].isoformat(),
            "items": [{"id": email} for email in emails],
            "calendarExpansionMax": MOST,
        }
        answer = (await self._client(subject).post("freeBusy", body)).json
        return answer if isinstance(answer, dict) else {}

    def _client(self, subject: str) -> Client:
        if subject not in self._clients:
            try:
                credentials = json.loads(self.account.secrets["service_account"])
            except ValueError:
                raise Reconnect(
                    "The service account is not JSON. Paste the file Google gave you.",
                    account=self.account.id,
                ) from None
            auth = ServiceAccount(self.account, credentials, SCOPE, subject or None)
            self._clients[subject] = self.pool.client(self.account, HOST, auth)
        return self._clients[subject]


def _gather(
    answer: dict[str, Any],
    emails: Sequence[str],
    times: dict[str, list[Interval]],
    unknown: dict[str, str],
) -> None:
    calendars = {str(k).casefold(): v for k, v in (answer.get("calendars") or {}).items()}
    for email in emails:
        told = calendars.get(email.casefold())
        if told is None or told.get("errors"):
            unknown[email] = "no calendar that we may read"
            continue
        for row in told.get("busy") or ():
            times[email].append(
                (datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"]))
            )


connector = Google
