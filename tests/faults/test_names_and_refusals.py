"""Names that nobody knows, an ATS that cannot say who somebody is, and acks that must not be given."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.response import BoltResponse

from bot.slack_client import Clients, ask
from bot.sockets import Sockets
from connectors import registry
from connectors.contract import Account, Ats, Calendar
from connectors.errors import TryLater
from connectors.http import Pool
from hiring import access
from hiring.errors import NotAllowed
from messages.mail import Mail, Mailer, MailLater
from tests.bot.conftest import NOBODY
from tests.contracts.stand_ins import credentials
from tests.firm import ROSA, TOM, Firm, firm, keys

pytestmark = pytest.mark.anyio
NOWHERE = "nowhere.invalid"  # RFC 2606: such names never exist


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Firm]:
    async with firm(tmp_path) as made:
        yield made


@pytest.mark.parametrize("vendor", ["greenhouse", "lever"])
async def test_an_ats_whose_name_is_not_found_may_be_tried_later(vendor: str) -> None:
    async with Pool() as pool:
        secrets = credentials(vendor, keys())
        ats = registry.make(Account("a", vendor, vendor, {}, secrets, f"https://{NOWHERE}"), pool)
        assert isinstance(ats, Ats)
        with pytest.raises(TryLater):
            await ats.users()


async def test_a_calendar_whose_name_is_not_found_is_unknown_and_never_free() -> None:
    async with Pool() as pool:
        secrets = credentials("google", keys())
        made = registry.make(Account("a", "google", "g", {}, secrets, f"https://{NOWHERE}"), pool)
        assert isinstance(made, Calendar)
        window = (datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC))
        (answer,) = await made.busy(["ben@brightwater.example"], window)
        assert not answer.known
        assert answer.why


class _Token:
    async def token(self, team: str, enterprise: str = "") -> str | None:
        return "xoxb-test"


@pytest.mark.parametrize("url", [f"http://{NOWHERE}/api/", NOBODY])
async def test_a_slack_that_is_not_found_may_be_tried_later(url: str) -> None:
    clients = Clients(url, _Token())
    client = await clients.of("T1", patient=True)
    with pytest.raises(TryLater):
        await ask(client.chat_postMessage, channel="D1", text="hello")
    await clients.close()


async def test_a_mail_server_that_is_not_found_is_tried_later_and_becomes_visible(
    office: Firm,
) -> None:
    mail = Mail("<m@x.example>", ("", "a@x.example"), ("", "b@x.example"), "s", "t", "<p>t</p>", datetime.now(UTC))  # fmt: skip
    with pytest.raises(MailLater) as caught:
        await Mailer(f"smtps://{NOWHERE}").send(mail)
    assert not caught.value.in_doubt, "nothing was handed over"


async def test_nobody_is_told_no_because_the_ats_that_knows_them_could_not_be_asked(
    office: Firm,
) -> None:
    rosa, tom = await office.actor(ROSA), await office.actor(TOM)
    wanted = frozenset({"recruiter"})
    for vendor in ("greenhouse", "lever"):
        office.gates[vendor].refuse = 503
    with pytest.raises(TryLater):
        await access.require_anywhere(office.services, rosa, wanted)
    for vendor in ("greenhouse", "lever"):
        office.gates[vendor].refuse = 0
    await access.require_anywhere(office.services, rosa, wanted)
    with pytest.raises(NotAllowed) as caught:
        await access.require_anywhere(office.services, tom, wanted)
    assert caught.value.sentence.startswith("Only recruiters")


class _Door:
    """Where deliveries go; its answer is chosen."""

    status = 200

    async def deliver(self, delivery: Any) -> BoltResponse:
        return BoltResponse(status=self.status)


async def test_a_socket_acknowledges_only_what_was_written_down() -> None:
    door, sockets = _Door(), Sockets(Clients(NOBODY, _Token()), "xapp-test", lines=0)
    sockets._slack = door  # type: ignore[assignment]  # all that a socket asks of it is `deliver`
    envelope = {"type": "events_api", "envelope_id": "e1", "payload": {"event_id": "Ev1"}}
    door.status = 503
    assert await sockets._hear(envelope) is None
    door.status = 200
    assert await sockets._hear(envelope) is not None
