"""Webhooks: believed once when signed, acted on by reading the thing, harmless when repeated, late or about nothing."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from connectors.errors import BadWebhook
from connectors.model import Event, Ref
from hiring import hooks, sync
from hiring.services import Services
from hiring.sync_table import hooks as hooks_table
from tests.contracts.stand_ins import kits
from tests.firm import Firm, keys
from tests.hiring.test_sync import BOTH, heard, move

pytestmark = pytest.mark.anyio
__all__ = ["heard"]


async def deliver(office: Firm, vendor: str, application: str, minutes: int = 0) -> int:
    account = (await office.services.accounts.get(vendor)).id
    at = office.services.clock.now() + timedelta(minutes=minutes)
    headers, body = kits()[vendor].deliver(at, application, keys().webhook_secret)
    return await hooks.receive(office.services, office.parts.inbox, account, headers, body)


@BOTH
async def test_a_delivery_counts_once_and_a_forged_or_stale_one_not_at_all(
    office: Firm, vendor: str
) -> None:
    account, parts = (await office.services.accounts.get(vendor)).id, kits()[vendor]
    secret, now = keys().webhook_secret, office.services.clock.now()
    headers, body = parts.deliver(now, "3004", secret)
    services, inbox = office.services, office.parts.inbox
    tries = (hooks.receive(services, inbox, account, headers, body) for _ in range(4))
    assert sorted(await asyncio.gather(*tries)) == [0, 0, 0, 1]
    forged, bytes_ = parts.deliver(now, "3004", "another secret")
    with pytest.raises(BadWebhook):
        await hooks.receive(services, inbox, account, forged, bytes_)
    if parts.dated:
        old, late = parts.deliver(now - timedelta(days=30), "3004", secret)
        with pytest.raises(BadWebhook):
            await hooks.receive(services, inbox, account, old, late)


@BOTH
async def test_a_move_is_told_once_however_often_and_late_it_is_delivered(
    office: Firm, heard: list[Event], vendor: str
) -> None:
    person = office.person("Nora", "Quill", vendor=vendor)
    await sync.run(office.services, vendor)
    was, now = await move(office, vendor, person)
    account = await office.services.accounts.get(vendor)
    ats = await office.services.accounts.ats(account.id)
    application = (await ats.applications(person))[0].ref.id
    for minutes in (2, 1, 3):
        await deliver(office, vendor, application, minutes)
        await office.settles()
    await sync.run(office.services, vendor, full=True)
    await office.settles()
    (event,) = [event for event in heard if event.kind == "application.moved"]
    assert (event.before["stage"], event.after["stage"]) == (was, now)
    assert event.cause == "webhook"
    assert event.vendor_kind


@BOTH
async def test_a_delivery_about_something_unknown_and_gone_says_nothing(
    office: Firm, heard: list[Event], vendor: str
) -> None:
    await deliver(office, vendor, "99999999")
    await office.settles()
    assert heard == []


async def test_that_webhooks_arrive_is_noted(office: Firm) -> None:
    async with office.at_work():
        await deliver(office, "greenhouse", "3004")
        await office.settles()
    async with office.services.store.read() as conn:
        row = (await conn.execute(sa.select(hooks_table))).one()
    assert row.missed == 0
    assert row.told_at is not None


async def test_what_comes_late_overwrites_nothing_newer(office: Firm) -> None:
    told: list[str] = []

    async def listen(services: Services, event: Event) -> None:
        told.append(event.delivery)

    account = (await office.services.accounts.get("greenhouse")).id
    sync.on_event(listen)
    try:
        now = office.services.clock.now()
        subject = Ref(account=account, kind="interview", id="7")
        async with office.at_work():
            for delivery, minutes in (("b", 2), ("a", 1), ("b again", 2), ("c", 3), ("d", None)):
                at = now + timedelta(minutes=minutes) if minutes else None
                event = Event(delivery=delivery, kind="interview.changed", subject=subject, at=at)
                await hooks.apply(office.services, event=event.model_dump(mode="json"))
                await office.settles()
    finally:
        sync._listeners.remove(listen)
    assert told == ["b", "b again", "c", "d"]
