"""Two layers at rest: each account's own keys, what an earlier release sealed, and keys that change."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot import wiring
from bot.wiring import Parts
from hiring import ids, links, rotation, sealed_places
from hiring.errors import NotFound
from hiring.keys import Keys
from hiring.keys_table import data_keys
from hiring.metadata import metadata
from hiring.offers_table import offers
from hiring.secrets import Seal, new_key
from hiring.services import Services
from hiring.store import Store
from hiring.tables import accounts, timers
from tests.bot.conftest import settings
from tests.firm import Firm

pytestmark = pytest.mark.anyio


def quiet(kind: str, seen: int) -> None:
    """Nobody watches."""


async def held(services: Services, table: sa.Table) -> list[Any]:
    async with services.store.read() as conn:
        return list((await conn.execute(sa.select(table))).all())


@asynccontextmanager
async def restarted(office: Firm, *keys: str) -> AsyncIterator[Parts]:
    """The same installation with other keys, as after a restart."""
    var, url = office.parts.settings.var, office.parts.settings.database
    chosen = settings(var, database_url=url, secret_keys=",".join(keys))
    async with wiring.parts(chosen) as parts:
        yield parts


async def sealed_as_before(office: Firm) -> str:
    """Seal some rows as an earlier release did, with the instance's key itself; gives that key."""
    services, key = office.services, office.parts.settings.keys[0]
    before, greenhouse = Seal([key]), await services.accounts.get("greenhouse")
    now = services.clock.now()
    chain, head = (
        metadata.tables["audit_head"],
        (await held(services, metadata.tables["audit_head"]))[0],
    )
    private = before.close(services.seal.open(head.key))
    async with services.store.begin() as tx:
        await tx.execute(chain.update().values(key=private))
        await tx.execute(data_keys.delete())
        for row in (await tx.execute(sa.select(accounts))).all():
            plain = services.seal.open(row.secrets)
            await tx.execute(
                accounts.update().where(accounts.c.id == row.id).values(secrets=before.close(plain))
            )
        terms = before.close('{"salary": 82000}')
        row = {"id": "off_1", "team": "T", "candidate": "c", "created_by": "U", "state": "sent"}
        row |= {"application": f"application:{greenhouse.id}:7", "terms": terms, "terms_hash": "h"}
        await tx.execute(offers.insert().values(**row, letter="", created_at=now))
        timer = {"key": "t1", "due_at": now + timedelta(days=9), "job": "nothing"}
        await tx.execute(timers.insert().values(**timer, args=before.close_json({"n": 1})))
    return key


async def test_each_account_has_a_key_of_its_own_and_the_instance_another(office: Firm) -> None:
    rows = await held(office.services, accounts)
    heads = {row.secrets.partition(":")[0] for row in rows}
    heads.add(office.services.seal.close("x").partition(":")[0])
    assert len(heads) == len(rows) + 1
    keys = {key.id: key for key in await held(office.services, data_keys)}
    assert {keys[head].owner for head in heads} == {row.id for row in rows} | {""}
    outer = Seal(office.parts.settings.keys)
    assert all(outer.open(key.wrapped) for key in keys.values())


async def test_removing_an_account_destroys_what_was_sealed_for_it(office: Firm) -> None:
    services = office.services
    gone, kept = [await services.accounts.get(name) for name in ("lever", "greenhouse")]
    sealed = services.seal.of(gone.id).close("82000")
    other = services.seal.of(kept.id).close("91000")
    async with restarted(office, *office.parts.settings.keys) as beside:
        assert beside.services.seal.open_text(sealed) == "82000"
        await services.accounts.remove(gone.id)
        beside.services.seal.keep_only([kept.id])  # as its next look at the accounts does
        for seal in (services.seal, beside.services.seal):
            with pytest.raises(NotFound):
                seal.open(sealed)
            with pytest.raises(NotFound):
                seal.of(gone.id).close("more")
            with pytest.raises(NotFound):
                seal.account_key(gone.id)
            assert seal.open_text(other) == "91000"


async def test_an_account_key_is_its_own_and_survives_every_change_of_keys(office: Firm) -> None:
    services, old, new = office.services, office.parts.settings.keys[0], new_key()
    one, two = [(await services.accounts.get(name)).id for name in ("lever", "greenhouse")]
    before = services.seal.account_key(one)
    assert len(before) == 32
    assert before != services.seal.account_key(two)
    async with restarted(office, new, old) as parts:
        await rotation.rotate(parts.services, renew=True, progress=quiet)
    async with restarted(office, new) as parts:
        assert parts.services.seal.account_key(one) == before


async def test_rows_of_an_earlier_release_open_and_are_sealed_anew_by_a_rotation(
    office: Firm,
) -> None:
    key = await sealed_as_before(office)
    async with restarted(office, key) as parts:
        services = parts.services
        assert len(await services.accounts.listing()) == 3
        assert (await rotation.in_use(services)).sealed_directly >= 5
        done = await rotation.rotate(services, progress=quiet)
        assert done.sealed >= 5
        assert done.unreadable == 0
        assert (await rotation.in_use(services)).only_first
        greenhouse = await services.accounts.get("greenhouse")
        offer = (await held(services, offers))[0]
        assert services.seal.open_json(offer.terms) == {"salary": 82_000}
        owners = {k.id: k.owner for k in await held(services, data_keys)}
        assert owners[offer.terms.partition(":")[0]] == greenhouse.id
        assert offer.letter == ""
        timer = (await held(services, timers))[0]
        assert owners[timer.args.partition(":")[0]] == ""
        assert services.seal.open_json(timer.args) == {"n": 1}


async def test_after_a_rotation_the_old_key_is_not_needed_any_more(office: Firm) -> None:
    old, new = office.parts.settings.keys[0], new_key()
    async with restarted(office, new, old) as parts:
        use = await rotation.in_use(parts.services)
        assert use.wrapped_by_others == use.data_keys > 0
        assert not use.only_first
        await rotation.rotate(parts.services, progress=quiet)
        assert (await rotation.in_use(parts.services)).only_first
    async with restarted(office, new) as parts:
        ats = await parts.services.accounts.all_ats()
        assert all(ats[0].account.secrets.values())
        assert (await rotation.rotate(parts.services, progress=quiet)).wrapped == 0


async def test_a_link_from_before_opens_and_is_what_the_old_key_is_kept_for(office: Firm) -> None:
    services, old = office.services, office.parts.settings.keys[0]
    ends = services.clock.now() + timedelta(days=7)
    async with services.store.begin() as tx:
        link = await links.make(tx, services, "offer", "off_1", ends)
        await tx.execute(data_keys.update().values(made_at=time.time() + 60))
    token = Seal([old]).sign("candidate-link", link)
    assert (await links.read(services, token)).id == link
    new = new_key()
    async with restarted(office, new, old) as parts:
        await rotation.rotate(parts.services, progress=quiet)
        use = await rotation.in_use(parts.services)
        assert use.links_until == ends
        assert not use.only_first
        fresh = links.url(parts.services, link).rpartition("/")[2]
    async with restarted(office, new) as parts:
        assert (await links.read(parts.services, fresh)).id == link


async def test_renewed_keys_seal_everything_anew_beside_a_process_that_still_uses_the_old(
    office: Firm,
) -> None:
    services = office.services
    lever = await services.accounts.get("lever")
    url = links.url(services, "lnk_1").rpartition("/")[2]
    beside = Keys(Store(office.parts.settings.database), Seal(office.parts.settings.keys))
    beside.of(lever.id).close("it knows the key now")
    before = {k.id for k in await held(services, data_keys) if k.purpose != "index"}
    await rotation.rotate(services, renew=True, progress=quiet)
    late = beside.of(lever.id).close("late")  # it has not heard of the new key yet
    assert late.partition(":")[0] in before
    assert services.seal.open_text(late) == "late"
    assert services.seal.unsign("candidate-link", url) == "lnk_1"
    assert beside.open_text(services.seal.of(lever.id).close("new")) == "new"
    async with services.store.begin() as tx:
        await tx.execute(
            accounts.update().where(accounts.c.id == lever.id).values(base_url=late, secrets=late)
        )
        old = sa.update(data_keys).where(data_keys.c.state == "empty")
        await tx.execute(old.values(retired_at=time.time() - 2 * rotation.REST))
    await rotation.tidy(services)
    left = {k.id for k in await held(services, data_keys)} & before
    assert left == {late.partition(":")[0]}  # something names it, if only an unmarked column
    async with services.store.begin() as tx:
        await tx.execute(accounts.update().where(accounts.c.id == lever.id).values(base_url=None))
    assert (await rotation.rotate(services, progress=quiet)).destroyed == 1
    assert (await held(services, accounts))[0].secrets
    beside._store.sync_engine.dispose()


async def test_a_lost_key_is_named_and_what_it_wrapped_is_left_alone(office: Firm) -> None:
    row = (await held(office.services, accounts))[0]
    wrapped = {key.wrapped for key in await held(office.services, data_keys)}
    async with restarted(office, new_key()) as parts:
        with pytest.raises(ValueError, match="not in CALLSHEET_SECRET_KEYS"):
            parts.services.seal.open(row.secrets)
        assert not (await rotation.in_use(parts.services)).only_first
    assert {key.wrapped for key in await held(office.services, data_keys)} == wrapped


async def test_every_column_that_holds_sealed_text_is_marked(office: Firm) -> None:
    async with office.at_work():
        await office.newcomer()
        await office.settles()
    marked = {
        (place.table.name, column.name)
        for place in sealed_places.places(office.services.store)
        for column in place.columns
    }
    for table in metadata.sorted_tables:
        for row in await held(office.services, table):
            for name, value in row._mapping.items():
                if isinstance(value, str) and value.startswith(("key_", "gAAAA")) and ":" in value:
                    assert (table.name, name) in marked
    assert ("accounts", "secrets") in marked
    assert ("workflow_input", "inputs") in marked


async def test_connecting_moving_and_removing_stand_in_the_audit(office: Firm) -> None:
    services, audit = office.services, metadata.tables["audit"]
    account = await services.accounts.add("lever", ids.new("name"), {}, {"api_key": "k"}, None)
    await services.accounts.move(account.id, "http://127.0.0.1:9", actor="U1")
    await services.accounts.remove(account.id, actor="U2")
    told = [(r.action, r.actor) for r in await held(services, audit) if r.subject == account.id]
    assert told == [
        ("account.connected", "operator"),
        ("account.moved", "U1"),
        ("account.removed", "U2"),
    ]
