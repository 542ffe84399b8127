"""Webhooks of every ATS: believed only when signed, named so that a repeat can be told from something new."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors import registry
from connectors.contract import Ats
from connectors.errors import BadWebhook, NotSupported
from tests.contracts.stand_ins import HOOK_SECRET, System

pytestmark = pytest.mark.needs("webhooks")
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def test_a_signed_delivery_names_what_moved(standing: System) -> None:
    headers, body = standing.parts.deliver(NOW, standing.parts.application, HOOK_SECRET)
    (event,) = standing.ats.read_webhook(headers, body, NOW)
    assert event.kind in ("application.moved", "application.changed")
    assert event.vendor_kind
    assert event.application is not None
    told = f"application:{standing.ats.account.id}:{standing.parts.application}"
    assert str(event.application) == told
    assert event.at in (NOW, None)


def test_a_replayed_delivery_has_the_same_name(standing: System) -> None:
    headers, body = standing.parts.deliver(NOW, standing.parts.application, HOOK_SECRET)
    first = standing.ats.read_webhook(headers, body, NOW)
    assert standing.ats.read_webhook(headers, body, NOW + timedelta(minutes=9)) == first


@pytest.mark.parametrize("secret", ["somebody else's", "", HOOK_SECRET.upper()])
def test_a_delivery_signed_by_somebody_else_is_refused(standing: System, secret: str) -> None:
    headers, body = standing.parts.deliver(NOW, standing.parts.application, secret)
    with pytest.raises(BadWebhook) as refused:
        standing.ats.read_webhook(headers, body, NOW)
    assert HOOK_SECRET not in str(refused.value)


def test_a_delivery_without_a_signature_is_refused(standing: System) -> None:
    for body in (b"{}", b'{"action": "ping"}', b'{"event": "candidateHired", "data": {}}'):
        with pytest.raises(BadWebhook):
            standing.ats.read_webhook({}, body, NOW)


@pytest.mark.parametrize("late", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_stale_delivery_is_refused_where_deliveries_are_dated(
    standing: System, late: timedelta
) -> None:
    headers, body = standing.parts.deliver(NOW, standing.parts.application, HOOK_SECRET)
    if standing.parts.dated:
        with pytest.raises(BadWebhook):
            standing.ats.read_webhook(headers, body, NOW + late)
    else:
        assert standing.ats.read_webhook(headers, body, NOW + late)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b"null", b'"x"', b"{", b"[" * 100_000])
def test_a_malformed_delivery_is_refused_and_breaks_nothing(standing: System, body: bytes) -> None:
    for headers in ({}, {"signature": "sha256 \udcff"}, {"signature": "é"}):
        with pytest.raises((BadWebhook, ValueError)):
            standing.ats.read_webhook(headers, body, NOW)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"action": 7}', b'{"action": "x", "payload": 1}'])
def test_a_signed_but_senseless_delivery_is_a_value_error_or_refused(
    standing: System, body: bytes
) -> None:
    headers = standing.parts.sign(body, HOOK_SECRET)
    with pytest.raises((BadWebhook, ValueError)):
        standing.ats.read_webhook(headers, body, NOW)


def test_a_ping_says_nothing(standing: System) -> None:
    headers, body = standing.parts.deliver(NOW, "", HOOK_SECRET)
    assert standing.ats.read_webhook(headers, body, NOW) == []


@pytest.mark.anyio
@pytest.mark.needs("register_webhook")
async def test_a_webhook_is_registered_once_believed_and_taken_back(system: System) -> None:
    url = "https://callsheet.example/hooks/account-1"
    if system.parts.pasted:
        system.parts.pasted(system.store, url)
    secret = await system.ats.register_webhook(url, HOOK_SECRET)
    account = system.ats.account
    told = replace(account, secrets={**account.secrets, "webhook_secret": secret})
    ours = registry.make(told, system.ats.pool)
    assert isinstance(ours, Ats)
    registered = await ours.webhooks(url)
    assert registered
    assert all(hook.active and hook.url == url for hook in registered)
    headers, body = system.parts.deliver(NOW, system.parts.application, secret)
    assert ours.read_webhook(headers, body, NOW)
    assert await ours.register_webhook(url, secret) == secret
    assert await ours.webhooks(url) == registered
    if system.parts.pasted:
        with pytest.raises(NotSupported):
            await ours.unregister_webhook(url)
        return
    for _ in range(2):
        await ours.unregister_webhook(url)
    assert await ours.webhooks(url) == []
