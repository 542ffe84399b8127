"""Candidate links open, expire, and cannot be altered; the pages say so plainly and leak nothing."""

import hashlib
import hmac
import re
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot import pages
from commands.router import Router
from hiring import links
from tests.bot.conftest import Front, bot

pytestmark = pytest.mark.anyio


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Front]:
    async with bot(tmp_path, Router()) as front:
        yield front


async def link(door: Front, purpose: str = "nothing") -> str:
    """A path for a fresh link, good for an hour."""
    services = door.parts.services
    until = services.clock.now() + timedelta(hours=1)
    async with services.store.begin() as tx:
        made = await links.make(tx, services, purpose, "int_1", until)
    return "/c/" + links.url(services, made).rpartition("/")[2]


async def get(door: Front, path: str) -> tuple[aiohttp.ClientResponse, str]:
    async with door.http.get(door.url + path) as answer:
        return answer, await answer.text()


async def test_an_altered_link_says_that_it_is_not_complete(door: Front) -> None:
    path = await link(door)
    answer, text = await get(door, path[:-2] + ("AA" if not path.endswith("AA") else "BB"))
    assert answer.status == 404
    assert "not complete" in text


async def test_an_address_that_was_cut_off_says_so(door: Front) -> None:
    async with door.http.get(f"{door.url}/c/") as answer:
        assert answer.status == 404
        assert "This link is not complete" in await answer.text()


async def test_an_expired_link_says_how_to_get_another(door: Front) -> None:
    path = await link(door)
    await door.parts.services.clock.move(door.parts.services.store, by=timedelta(hours=2))
    answer, text = await get(door, path)
    assert answer.status == 410
    assert "Reply to the e-mail" in text


async def test_a_revoked_link_no_longer_opens(door: Front) -> None:
    path = await link(door)
    async with door.parts.services.store.begin() as tx:
        await links.revoke(tx, door.parts.services, "nothing", "int_1")
    assert (await get(door, path))[0].status == 410


async def test_a_page_is_not_kept_indexed_framed_or_scripted(door: Front) -> None:
    answer, text = await get(door, await link(door))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/=]+'", scripts[1]), (
        "one script of ours, nobody else's"
    )
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert '<html lang="en">' in text
    assert "<script" not in text


async def test_what_stands_on_a_page_is_escaped(door: Front) -> None:
    services = door.parts.services
    response = pages.notice(services, 200, "<b>x</b>", '"><script>alert(1)</script>')
    text = bytes(response.body).decode()
    assert "<script>" not in text
    assert "<b>x</b>" not in text


async def test_the_ats_link_to_an_interview_says_where_to_look_and_nothing_of_anybody(
    door: Front,
) -> None:
    answer, text = await get(door, "/i/int_1")
    assert answer.status == 200
    assert "arranged in Slack" in text
    assert "int_1" not in text
    assert "noindex" in answer.headers["x-robots-tag"]


async def test_every_page_of_the_folder_has_its_own_purpose() -> None:
    assert all(name == page.purpose for name, page in pages.load().items())


async def test_health_is_told_and_readiness_names_what_is_missing(door: Front) -> None:
    assert (await get(door, "/healthz"))[0].status == 200
    answer, text = await get(door, "/readyz")
    assert answer.status == 503
    assert "no worker is running" in text


async def test_the_demos_clock_and_the_install_page_are_not_there(door: Front) -> None:
    async with door.http.post(door.url + "/demo/clock", json={"by": 60}) as answer:
        assert answer.status == 404
    assert (await get(door, "/slack/install"))[0].status == 404


async def test_a_webhook_for_no_account_is_not_found(door: Front) -> None:
    async with door.http.post(door.url + "/hooks/acc_none", data=b"{}") as answer:
        assert answer.status == 404


async def test_a_webhook_is_answered_as_its_vendor_wants_it(door: Front) -> None:
    accounts = door.parts.services.accounts
    smart = await accounts.add("smartrecruiters", "Smart", {}, {"api_key": "k", "webhook_secret": "s"})  # fmt: skip
    url = f"{door.url}/hooks/{smart.id}"
    async with door.http.post(url, headers={"X-Hook-Secret": "say it back"}) as answer:
        assert (answer.status, answer.headers["x-hook-secret"]) == (200, "say it back")
    body, at = b'{"candidate_id":"c1","job_id":"j1"}', str(int(time.time()))
    headers = {"event-id": "1", "event-name": "application.status.updated", "event-version": "v201910"}  # fmt: skip
    message = b".".join([at.encode(), body, *(value.encode() for value in headers.values()), b""])
    signed = {
        "smartrecruiters-timestamp": at,
        "smartrecruiters-signature": f"v1={hmac.new(b's', message, hashlib.sha256).hexdigest()}",
    }
    async with door.http.post(url, data=body, headers=headers | signed) as answer:
        assert answer.status == 202
    async with door.http.post(url, data=body, headers=headers) as answer:
        assert answer.status == 401


async def test_a_vendor_may_have_another_address_for_each_event(door: Front) -> None:
    accounts = door.parts.services.accounts
    keys = {"api_key": "token", "subdomain": "brightwater"}
    workable = await accounts.add("workable", "Workable", {}, keys)
    body = b'{"event_type": "candidate_moved", "data": {"id": "5f1c"}}'
    signed = {"x-workable-signature": hmac.new(b"token", body, hashlib.sha256).hexdigest()}
    url = f"{door.url}/hooks/{workable.id}/candidate_moved"
    async with door.http.post(url, data=body, headers=signed) as answer:
        assert answer.status == 200
