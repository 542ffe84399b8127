"""The calls of one Microsoft 365 account: as an app for every mailbox of a tenant, or as the person who signed in."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

from connectors.auth import ClientCredentials
from connectors.auth_oauth import Granted, OAuth
from connectors.budget import Rate
from connectors.contract import Account, Calendar
from connectors.errors import Rejected, Unreadable
from connectors.http import Authorization, Client, Pool

Row = dict[str, Any]
HOST = "https://graph.microsoft.com/v1.0"
LOGIN = "https://login.microsoftonline.com"
RATE = Rate(10_000, 600, 4)  # of an app and a mailbox, and four calls at once
PREFER = 'IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="text"'
OAUTH = OAuth(
    authorize=f"{LOGIN}/organizations/oauth2/v2.0/authorize",
    token=f"{LOGIN}/organizations/oauth2/v2.0/token",
    scopes=("offline_access", "Calendars.ReadWrite"),
)
RESYNC = {"syncStateNotFound", "SyncStateNotFound", "SyncStateInvalid", "resyncRequired"}


class Calls(Calendar):
    """A client for each mailbox, since each may be asked four things at once; they share one token."""

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self._auth = self._authorization()
        self._clients: dict[str, Client] = {}

    @property
    def app(self) -> bool:
        """Whether the account is an app of one tenant, not a person."""
        return "tenant" in self.account.config

    def of(self, owner: str) -> tuple[Client, str]:
        """The client for somebody's mailbox, and its path. Raises Rejected when nobody is named."""
        whose = owner or self.account.config.get("organizer", "")
        if self.app and not whose:
            raise Rejected(
                "Say in whose calendar: the account needs `organizer`.", account=self.account.id
            )
        return self.client(whose), f"users/{quote(whose, safe='@')}" if whose else "me"

    def client(self, mailbox: str) -> Client:
        if mailbox not in self._clients:
            self._clients[mailbox] = self.pool.client(
                self.account, HOST, self._auth, RATE, headers={"prefer": PREFER}, judge=judge
            )
        return self._clients[mailbox]

    def _authorization(self) -> Authorization:
        if not self.app:
            return Granted(self.account, OAUTH)
        keys = {**self.account.config, **self.account.secrets}
        return ClientCredentials(
            self.account,
            f"{LOGIN}/{quote(keys['tenant'], safe='')}/oauth2/v2.0/token",
            keys["client_id"],
            keys["client_secret"],
            in_form=True,
            more={"scope": "https://graph.microsoft.com/.default"},
        )

    async def pages(self, client: Client, path: str, **query: Any) -> AsyncIterator[Row]:
        """Every page of a list, by the links that Graph gives."""
        answer = await (client.follow(path) if "://" in path else client.get(path, **query))
        while True:
            body = answer.json if isinstance(answer.json, dict) else {}
            yield body
            link = body.get("@odata.nextLink")
            if not link:
                return
            if link == path:
                raise Unreadable("Graph's pages lead back to themselves.", account=self.account.id)
            path = str(link)
            answer = await client.follow(path)


def judge(status: int, headers: Mapping[str, str], body: Any) -> int:
    """A position that Graph no longer knows comes with several statuses; all mean: read everything again."""
    return 410 if status >= 400 and code(body) in RESYNC else status


def code(body: Any) -> str:
    """Graph's own word for a refusal, such as `ErrorItemNotFound`."""
    told = body.get("error") if isinstance(body, dict) else None
    return str(told.get("code", "")) if isinstance(told, dict) else ""
