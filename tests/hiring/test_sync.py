"""Keeping up with the ATS: ids and positions are kept, nothing else; a delivery counts once; a walk can be resumed."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.errors import BadWebhook, ConnectorError
from connectors.model import Event, Ref
from hiring import sync
from hiring.errors import NotFound
from hiring.services import Services
from hiring.tables import positions, remote_ids
from tests.contracts.stand_ins import kits
from tests.firm import Firm, everything_in, keys

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("vendor", ["greenhouse", "lever"])
async def test_a_full_walk_keeps_every_id_once_and_a_second_finds_nothing_new(
    office: Firm, vendor: str
) -> None:
    first = await sync.run(office.services, vendor, full=True)
    again = await sync.run(office.services, vendor, full=True)
    assert first.new == first.seen == again.seen > 20
    assert again.new == 0


async def test_only_ids_and_positions_are_kept(office: Firm, tmp_path: Path) -> None:
    await sync.run(office.services, "greenhouse", full=True)
    async with office.services.store.read() as conn:
        rows = (await conn.execute(sa.select(remote_ids))).all()
        reached = (await conn.execute(sa.select(positions))).all()
    assert {row.kind for row in rows} == {row.kind for row in reached} == set(sync.KINDS)
    for word in ("Lovelace", "mailbox.example", "Senior Backend"):
        assert word not in f"{rows}{reached}"
        assert word.encode() not in everything_in(tmp_path)


async def test_a_walk_that_is_cut_off_leaves_what_it_reached_and_goes_on_later(
    office: Firm,
) -> None:
    gate = office.gates["greenhouse"]
    gate.refuse = 400
    with pytest.raises(ConnectorError):
        await sync.run(office.services, "greenhouse")
    gate.refuse = 0
    assert (await sync.run(office.services, "greenhouse")).new > 20


async def test_somebody_new_is_seen_by_the_next_walk(office: Firm) -> None:
    await sync.run(office.services, "greenhouse")
    office.person("Nora", "Quill")
    assert (await sync.run(office.services, "greenhouse", full=True)).new == 2


async def test_progress_is_told_and_a_calendar_or_unknown_account_is_refused(
    office: Firm,
) -> None:
    told: list[tuple[str, int]] = []
    await sync.run(office.services, "lever", progress=lambda kind, seen: told.append((kind, seen)))
    assert {kind for kind, _ in told} == set(sync.KINDS)
    for name in ("google", "nobody"):
        with pytest.raises(NotFound):
            await sync.run(office.services, name)


@pytest.mark.parametrize("vendor", ["greenhouse", "lever"])
async def test_a_delivery_counts_once_and_a_forged_or_stale_one_not_at_all(
    office: Firm, vendor: str
) -> None:
    account, parts = (await office.services.accounts.get(vendor)).id, kits()[vendor]
    secret, now = keys().webhook_secret, office.services.clock.now()
    headers, body = parts.deliver(now, "3004", secret)
    tries = (sync.receive(office.services, account, headers, body) for _ in range(4))
    assert sorted(await asyncio.gather(*tries)) == [0, 0, 0, 1]
    forged, bytes_ = parts.deliver(now, "3004", "another secret")
    with pytest.raises(BadWebhook):
        await sync.receive(office.services, account, forged, bytes_)
    if parts.dated:
        old, late = parts.deliver(now - timedelta(days=30), "3004", secret)
        with pytest.raises(BadWebhook):
            await sync.receive(office.services, account, old, late)


async def test_what_comes_late_overwrites_nothing_newer(office: Firm) -> None:
    heard: list[str] = []

    async def listen(services: Services, event: Event) -> None:
        heard.append(event.delivery)

    sync.on_event(listen)
    try:
        now = office.services.clock.now()
        subject = Ref(account="acc_1", kind="application", id="7")
        for delivery, minutes in (("b", 2), ("a", 1), ("b again", 2), ("c", 3)):
            event = Event(
                delivery=delivery,
                kind="stage",
                subject=subject,
                at=now + timedelta(minutes=minutes),
            )
            await sync.apply(office.services, event=event.model_dump(mode="json"))
        undated = Event(delivery="d", kind="stage", subject=subject)
        await sync.apply(office.services, event=undated.model_dump(mode="json"))
    finally:
        sync._listeners.remove(listen)
    assert heard == ["b", "b again", "c", "d"]
