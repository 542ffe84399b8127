"""Zoom meetings by server-to-server OAuth: one meeting for an interview, its id kept as text, the host's link never kept."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, timedelta
from math import ceil
from typing import Any, ClassVar

from connectors.auth import ClientCredentials
from connectors.budget import Rate
from connectors.contract import Account
from connectors.contract.meeting import Meeting, MeetingDraft, Meetings
from connectors.errors import ConnectorError, Gone, Rejected, TryLater, Unreadable
from connectors.http import Pool
from connectors.model import Finding
from connectors.repeats import marker

HOST, LOGIN = "https://api.zoom.us/v2", "https://zoom.us/oauth/token"
RATE = Rate(10, 1.0)  # of the cheapest paid plan's medium calls half
SCHEDULED = 2  # the type of a meeting with one date
TOPIC = 200  # letters
PAGE = 300
ROUNDS = 20  # pages of upcoming meetings that are looked through
FULL = "This Zoom host has used up today's 100 new and changed meetings. It goes on by itself tomorrow (UTC)."


class DailyLimit(TryLater):
    """A host's 100 creations and changes of a UTC day are used up; other hosts go on."""


class Zoom(Meetings):
    label = "Zoom"
    required = frozenset({"account_id", "client_id", "client_secret"})
    optional = frozenset({"host"})
    secret_keys = frozenset({"client_secret"})
    key_help: ClassVar[Mapping[str, str]] = {
        "account_id": "Of a server-to-server OAuth app in Zoom's App Marketplace (Develop, Build App).",
        "client_id": "Of the same app.",
        "client_secret": "Of the same app. Scopes: meeting:write:meeting:admin, meeting:update:meeting:admin, meeting:delete:meeting:admin, meeting:read:meeting:admin, meeting:read:list_meetings:admin.",
        "host": "The Zoom user who holds meetings that name no host. Left out: the account's owner.",
    }
    remarks = (
        "A host holds one meeting at a time, and Zoom allows 100 new or changed meetings a day for each host.",
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        auth = ClientCredentials(
            account, LOGIN, account.config["client_id"], account.secrets["client_secret"],
            more={"grant_type": "account_credentials", "account_id": account.config["account_id"]},
        )  # fmt: skip
        self.http = pool.client(account, HOST, auth, RATE, judge=_judge)

    async def check(self) -> list[Finding]:
        try:
            await anext(self._upcoming(self._host("")), None)
        except ConnectorError as error:
            return [Finding(what="Read meetings", ok=False, detail=error.text)]
        return [Finding(what="Read meetings", ok=True)]

    async def create(self, draft: MeetingDraft) -> Meeting:
        """Zoom takes no key: the host's upcoming meetings are looked through for our marker first."""
        host, mark = self._host(draft.host), _mark(draft.key)
        async for row in self._upcoming(host):
            if str(row.get("agenda", "")).startswith(mark):
                return await self.move(_id(row), draft)
        try:
            answer = await self.http.post(f"users/{host}/meetings", _body(draft, mark))
        except DailyLimit as error:
            raise DailyLimit(FULL, after=error.after, account=self.account.id) from None
        return _meeting(answer.json)

    async def move(self, id: str, draft: MeetingDraft) -> Meeting:
        """Nothing is sent when it is so already, since a change counts against the day's limit."""
        found = (await self.http.get(f"meetings/{_number(id)}")).json
        wanted = _body(draft, _mark(draft.key))
        if any(_told(found, name) != value for name, value in wanted.items()):
            try:
                await self.http.patch(f"meetings/{_number(id)}", wanted)
            except DailyLimit as error:
                raise DailyLimit(FULL, after=error.after, account=self.account.id) from None
        return _meeting(found)

    async def cancel(self, id: str) -> None:
        try:
            await self.http.delete(f"meetings/{_number(id)}", schedule_for_reminder="false")
        except Gone:
            return

    async def _upcoming(self, host: str) -> AsyncIterator[Mapping[str, Any]]:
        """A host's meetings to come. Raises Rejected for a host that Zoom does not know."""
        token = None
        for _ in range(ROUNDS):
            try:
                answer = await self.http.get(
                    f"users/{host}/meetings", type="upcoming", page_size=PAGE, next_page_token=token
                )
            except Gone:
                sentence = "The host has no user in this Zoom account."
                raise Rejected(sentence, account=self.account.id, code="1001") from None
            told = answer.json if isinstance(answer.json, dict) else {}
            for row in told.get("meetings") or ():
                yield row
            if not (token := told.get("next_page_token")):
                return
        raise Unreadable("The host's meetings have no end.", account=self.account.id)

    def _host(self, email: str) -> str:
        return email or self.account.config.get("host") or "me"


def _judge(status: int, headers: Mapping[str, str], body: Any) -> int | type[ConnectorError]:
    """A day's limit tells a date in Retry-After, not seconds; it is the host's, so other calls need not wait."""
    daily = status == 429 and "T" in headers.get("retry-after", "")
    return DailyLimit if daily else status


def _body(draft: MeetingDraft, mark: str) -> dict[str, Any]:
    """The marker stands first: lists cut an agenda short."""
    minutes = ceil((draft.end - draft.start) / timedelta(minutes=1))
    return {
        "topic": draft.topic[:TOPIC], "type": SCHEDULED, "duration": minutes, "timezone": draft.zone, "agenda": mark,
        "start_time": draft.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip


def _mark(key: str) -> str:
    return f"Callsheet {marker(key)}"


def _told(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, dict) else None


def _id(row: Any) -> str:
    """Zoom's number as text: it may have more digits than other programs' integers. Raises Unreadable."""
    number = str(_told(row, "id") or "")
    if not number.isdigit():
        raise Unreadable("Zoom tells no number of the meeting.")
    return number


def _number(id: str) -> str:
    if not id.isdigit():
        raise Gone("That is no meeting of Zoom's.")
    return id


def _meeting(row: Any) -> Meeting:
    """Of all that Zoom tells only the guests' link and passcode; `start_url` would let anybody be the host."""
    join, code = str(_told(row, "join_url") or ""), str(_told(row, "password") or "")
    if not join.startswith("https://"):
        raise Unreadable("Zoom tells no link of the meeting.")
    words = f"Join: {join}" + (f"\nPasscode: {code}" if code else "")
    return Meeting(_id(row), join, words)


connector = Zoom
