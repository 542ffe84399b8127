"""The calls of one Google account: as somebody of the domain through a service account, or as the person who signed in."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

from connectors.auth import ServiceAccount
from connectors.auth_oauth import Granted, OAuth
from connectors.budget import Rate
from connectors.contract import Account, Calendar
from connectors.errors import Rejected, Unreadable
from connectors.http import Authorization, Client, Pool

Row = dict[str, Any]
HOST = "https://www.googleapis.com/calendar/v3"
DIRECTORY = "https://admin.googleapis.com/admin/directory/v1"
SCOPES = "https://www.googleapis.com/auth/"
FREE_BUSY = f"{SCOPES}calendar.freebusy"  # `calendar.events` does not do for free/busy
EVENTS = f"{SCOPES}calendar.events"
ROOMS = f"{SCOPES}admin.directory.resource.calendar.readonly"
RATE = Rate(600, 60)  # for each person and project
OAUTH = OAuth(
    authorize="https://accounts.google.com/o/oauth2/v2/auth",
    token="https://oauth2.googleapis.com/token",
    scopes=(FREE_BUSY, EVENTS),
    more={"access_type": "offline", "prompt": "consent"},
)
LIMITS = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"}


class Calls(Calendar):
    """A client for each person who is acted for and each scope: a scope that nobody granted spoils no other call."""

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self._clients: dict[tuple[str, str], Client] = {}

    @property
    def delegated(self) -> bool:
        """Whether a service account acts for everybody of the domain."""
        return "service_account" in self.account.secrets

    def client(self, subject: str, scope: str, host: str = HOST) -> Client:
        """Acts for `subject`; a person who signed in acts for nobody else. Raises Rejected without a subject."""
        if self.delegated and not subject:
            raise Rejected(
                "Say in whose calendar: the account needs `organizer`.", account=self.account.id
            )
        key = (subject if self.delegated else "", scope)
        if key not in self._clients:
            self._clients[key] = self.pool.client(
                self.account, host, self._auth(subject, scope), RATE, judge=judge
            )
        return self._clients[key]

    def of(self, owner: str) -> tuple[Client, str]:
        """The client for somebody's events, and the path of the calendar."""
        whose = owner or self.account.config.get("organizer", "")
        if self.delegated:
            whose = whose or self.account.config.get("subject", "")
        return self.client(whose, EVENTS), f"calendars/{quote(whose or 'primary', safe='')}"

    def _auth(self, subject: str, scope: str) -> Authorization:
        if self.delegated:
            return ServiceAccount(
                self.account, self.account.secrets["service_account"], scope, subject
            )
        return Granted(self.account, OAUTH)

    async def pages(self, client: Client, path: str, **query: Any) -> AsyncIterator[Row]:
        """Every page of a list. A page may be empty and still not be the last one."""
        token: str | None = None
        while True:
            answer = (await client.get(path, **query, pageToken=token)).json
            body = answer if isinstance(answer, dict) else {}
            yield body
            before, token = token, body.get("nextPageToken")
            if not token:
                return
            if token == before:
                raise Unreadable("Google's pages lead back to themselves.", account=self.account.id)


def judge(status: int, headers: Mapping[str, str], body: Any) -> int:
    """Google words a rate limit, and the limit on inviting strangers, as 403."""
    return 429 if status == 403 and reason(body) in LIMITS else status


def reason(body: Any) -> str:
    """Google's own word for a refusal, such as `notFound`."""
    told = body.get("error") if isinstance(body, dict) else None
    errors = told.get("errors") if isinstance(told, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    return str(first.get("reason", "")) if isinstance(first, dict) else ""
