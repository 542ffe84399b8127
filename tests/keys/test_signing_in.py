"""Connecting by OAuth, end to end against a vendor that is strict: state, PKCE, scopes, renewal, and a grant that ends."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import sqlalchemy as sa

from bot import ports, serving
from bot.workspace.ats import lever
from bot.workspace.clock import WorkspaceClock
from connectors.errors import Reconnect
from hiring import grant_care, signing_in
from hiring.connecting import Wish
from hiring.errors import Refused
from hiring.grants_table import grants, sign_ins
from hiring.services import Services
from tests.firm import ADMIN, BEN, TEAM, Firm, firm
from tests.keys.oauth_server import APP, Vendor
from tests.serving import serve

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]


@dataclass
class Desk:
    """A company whose pages are open, a vendor, and a browser."""

    office: Firm
    services: Services
    vendor: Vendor
    place: str
    http: aiohttp.ClientSession

    async def begins(self, name: str = "Lever too", user: str = ADMIN) -> str:
        wish = Wish("lever", name, APP, {}, self.place)
        return await signing_in.begin_sign_in(self.services, wish, team=TEAM, user=user)

    async def goes(
        self, address: str, http: aiohttp.ClientSession | None = None
    ) -> tuple[int, str]:
        """Follow a link wherever it leads."""
        async with (http or self.http).get(address) as answer:
            return answer.status, await answer.text()

    async def callback(self, address: str) -> str:
        """Where the vendor sends the browser back to, not followed."""
        async with self.http.get(address, allow_redirects=False) as answer:
            page = answer.headers["location"]
        async with self.http.get(page, allow_redirects=False) as answer:
            return answer.headers["location"]

    async def connected(self) -> str:
        """Connect; gives the account's id."""
        status, page = await self.goes(await self.begins())
        assert status == 200, page
        return (await self.services.accounts.get("Lever too")).id

    async def grant(self, **values: Any) -> Any:
        """Set something of the grant, then read it."""
        async with self.services.store.begin() as tx:
            if values:
                await tx.execute(grants.update().values(**values))
            return (await tx.execute(sa.select(grants))).one_or_none()

    async def names(self) -> set[str]:
        self.services.accounts._listed = (0.0, [])
        return {account.name for account in await self.services.accounts.listing()}


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        office = await stack.enter_async_context(firm(tmp_path, database_url))
        sock = ports.listen("127.0.0.1", 0)
        public = f"http://127.0.0.1:{sock.getsockname()[1]}"
        company = replace(office.services.company, public_url=public)
        services = replace(office.services, company=company)
        parts = replace(office.parts, services=services)
        vendor = Vendor(lever.create(office.store, WorkspaceClock(office.store)))
        place = stack.enter_context(serve(vendor))
        await stack.enter_async_context(serving.web(parts, sock))
        jar = aiohttp.CookieJar(unsafe=True)
        http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        yield Desk(office, services, vendor, place, http)


async def test_a_person_signs_in_and_the_account_is_tried_saved_and_used(desk: Desk) -> None:
    status, page = await desk.goes(await desk.begins())
    assert status == 200
    assert "is connected" in page
    account = await desk.services.accounts.get("Lever too")
    assert f"{desk.services.company.public_url}/hooks/{account.id}" in page
    assert desk.vendor.seen["audience"] == "https://api.lever.co/v1/"
    assert desk.vendor.seen["code_challenge_method"] == "S256"
    assert await (await desk.services.accounts.ats(account.id)).users()
    row = await desk.grant()
    assert not any(word in row.tokens for word in (*desk.vendor.bearers, desk.vendor.refresh))
    assert "access_token" not in account.secrets
    audit = sa.text("select actor from audit where subject = :id")
    async with desk.services.store.read() as conn:
        told = (await conn.execute(audit, {"id": account.id})).scalars().all()
    assert told == [ADMIN]


async def test_a_state_counts_once_and_only_in_its_own_browser(desk: Desk) -> None:
    back = await desk.callback(await desk.begins())
    async with aiohttp.ClientSession() as stranger:
        status, page = await desk.goes(back, stranger)
        assert status == 409
        assert "another browser" in page
    changed = back.replace("state=", "state=x")
    assert (await desk.goes(changed))[0] == 409
    assert (await desk.goes(back))[0] == 200
    assert (await desk.goes(back))[0] == 409
    assert len([name for name in await desk.names() if name == "Lever too"]) == 1


async def test_a_ticket_of_another_vendor_or_made_up_or_old_opens_nothing(desk: Desk) -> None:
    address = await desk.begins()
    assert (await desk.goes(address.replace("/connect/lever", "/connect/greenhouse")))[0] == 409
    assert (await desk.goes(f"{address}x"))[0] == 409
    async with desk.services.store.begin() as tx:
        await tx.execute(sign_ins.update().values(until=time.time() - 1))
    assert (await desk.goes(address))[0] == 409
    assert not desk.vendor.seen


async def test_missing_scopes_are_named_and_nothing_is_saved(desk: Desk) -> None:
    desk.vendor.leaves_out = frozenset({"offers:read:admin"})
    status, page = await desk.goes(await desk.begins())
    assert status == 409
    assert "did not grant offers:read:admin" in page
    assert "Lever too" not in await desk.names()
    assert await desk.grant() is None


async def test_a_person_who_says_no_at_the_vendor_may_start_again(desk: Desk) -> None:
    address, desk.vendor.denies = await desk.begins(), True
    status, page = await desk.goes(address)
    assert status == 409
    assert "did not agree" in page
    desk.vendor.denies = False
    assert (await desk.goes(address))[0] == 200


async def test_somebody_who_is_no_admin_any_more_connects_nothing(desk: Desk) -> None:
    status, _ = await desk.goes(await desk.begins(user=BEN))
    assert status == 409
    assert "Lever too" not in await desk.names()


async def test_the_verifier_and_the_keys_never_leave_in_an_address(desk: Desk) -> None:
    back = await desk.callback(await desk.begins())
    sent = parse_qs(urlsplit(back).query).keys() | desk.vendor.seen.keys()
    assert "code_verifier" not in sent
    assert APP["client_secret"] not in str(desk.vendor.seen) + back


async def test_a_token_is_renewed_before_it_ends_and_after_the_vendor_drops_it(desk: Desk) -> None:
    account = await desk.connected()
    ats = await desk.services.accounts.ats(account)
    await ats.users()
    assert desk.vendor.refreshed == 0
    desk.vendor.bearers.clear()  # dropped early
    await ats.users()
    assert desk.vendor.refreshed == 1
    await desk.grant(until=time.time() + 30)  # ends within the minute
    desk.services.accounts._made.clear()
    await (await desk.services.accounts.ats(account)).users()
    assert desk.vendor.refreshed == 2
    assert (await desk.grant()).version == 3


async def test_two_processes_never_spend_one_refresh_token_twice(desk: Desk) -> None:
    account = await desk.connected()
    await desk.grant(until=time.time() - 1)
    desk.vendor.slow = 1.0
    settings = desk.office.parts.settings
    words = [settings.database, settings.keys[0], str(settings.var), account]
    others = [
        subprocess.Popen(  # noqa: ASYNC220  # they are to run beside this one
            [sys.executable, "-m", "tests.keys.spender", *words], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in others:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in others:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0] for process in others]
    assert all(text.endswith(" users\n") for text in said), said
    assert desk.vendor.refreshed == 1
    assert not desk.vendor.ended


async def test_a_grant_that_was_revoked_asks_for_a_person(desk: Desk) -> None:
    account = await desk.connected()
    desk.vendor.ended = True
    ats = await desk.services.accounts.ats(account)
    with pytest.raises(Reconnect, match="Connect the account again"):
        await ats.users()
    assert (await desk.grant()).revoked
    before = desk.vendor.refreshed
    desk.services.accounts._made.clear()
    with pytest.raises(Reconnect):
        await (await desk.services.accounts.ats(account)).users()
    assert desk.vendor.refreshed == before  # nobody asks in vain
    findings = await desk.services.accounts.check(await desk.services.accounts.get(account))
    assert any("Connect the account again" in f.detail for f in findings)


async def test_who_signs_in_again_keeps_the_account_and_what_was_sealed_for_it(desk: Desk) -> None:
    account = await desk.connected()
    sealed = desk.services.seal.of(account).close("82000")
    desk.vendor.ended = True
    ats = await desk.services.accounts.ats(account)
    with pytest.raises(Reconnect):
        await ats.users()
    desk.vendor.ended = False
    again = await signing_in.begin_again(desk.services, account, team=TEAM, user=ADMIN)
    assert (await desk.goes(again))[0] == 200
    assert (await desk.services.accounts.get("Lever too")).id == account
    assert await ats.users()
    assert desk.services.seal.open_text(sealed) == "82000"
    keyed = await desk.services.accounts.get("lever")
    with pytest.raises(Refused):
        await signing_in.begin_again(desk.services, keyed.id)


async def test_a_claim_of_a_process_that_died_runs_out(desk: Desk) -> None:
    account = await desk.connected()
    await desk.grant(until=0.0, claimed_until=time.time() + 0.5)
    desk.services.accounts._made.clear()
    assert await (await desk.services.accounts.ats(account)).users()
    assert desk.vendor.refreshed == 1


async def test_a_grant_that_nobody_uses_is_kept_alive(desk: Desk) -> None:
    await desk.connected()
    assert await grant_care.keep_alive(desk.services) == 0
    idle = timedelta(days=46).total_seconds()  # Lever's lapses after ninety days
    await desk.grant(renewed_at=time.time() - idle)
    assert await grant_care.keep_alive(desk.services) == 1
    assert await grant_care.keep_alive(desk.services) == 0
    assert desk.vendor.refreshed == 1
