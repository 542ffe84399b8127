"""Keeping up with the ATS: a walk tells what changed, once; nothing readable is kept of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.types import Receive, Scope, Send

from connectors.errors import ConnectorError
from connectors.model import Event
from hiring import changes, hooks, issues, reconciling, searching, sync
from hiring.errors import NotFound
from hiring.search_table import search_generations
from hiring.services import Services
from hiring.sync_table import remote_things, stage_moves
from hiring.tables import positions
from tests.firm import Firm, everything_in

pytestmark = pytest.mark.anyio
BOTH = pytest.mark.parametrize("vendor", ["greenhouse", "lever"])


@pytest.fixture
async def heard(office: Firm) -> AsyncIterator[list[Event]]:
    """Every event that features hear of."""
    found: list[Event] = []

    async def listen(services: Services, event: Event) -> None:
        found.append(event)

    sync.on_event(listen)
    async with office.at_work():
        yield found
    sync._listeners.remove(listen)


async def move(office: Firm, vendor: str, candidate: str) -> tuple[str, str]:
    """Move somebody to the last stage, as people do in the ATS; gives the stage's id before and after."""
    account = await office.services.accounts.get(vendor)
    ats = await office.services.accounts.ats(account.id)
    application = (await ats.applications(candidate))[0]
    assert application.stage is not None
    assert application.job is not None
    last = (await ats.stages(application.job.id))[-1]
    await ats.move_stage(application.ref.id, last.ref.id)
    return application.stage.id, last.ref.id


@BOTH
async def test_a_full_walk_knows_everything_once_and_a_second_finds_nothing_new(
    office: Firm, vendor: str
) -> None:
    first = await sync.run(office.services, vendor, full=True)
    again = await sync.run(office.services, vendor, full=True)
    assert first.new == first.seen == again.seen > 20
    assert (again.new, again.told) == (0, 0)


async def test_what_was_there_before_us_is_no_news(office: Firm, heard: list[Event]) -> None:
    await sync.run(office.services, "greenhouse")
    await office.settles()
    assert heard == []


async def test_nothing_readable_is_kept(office: Firm, tmp_path: Path) -> None:
    await sync.run(office.services, "greenhouse", full=True)
    async with office.services.store.read() as conn:
        rows = (await conn.execute(sa.select(remote_things))).all()
        reached = (await conn.execute(sa.select(positions))).all()
    assert {row.kind for row in rows} == {row.kind for row in reached} == set(sync.KINDS)
    for word in ("Lovelace", "mailbox.example", "Senior Backend"):
        assert word not in f"{rows}{reached}"
        assert word.encode() not in everything_in(tmp_path)


@BOTH
async def test_a_walk_that_is_cut_off_is_made_up_for_later(office: Firm, vendor: str) -> None:
    gate = office.gates[vendor]
    gate.refuse = 400
    with pytest.raises(ConnectorError):
        await sync.run(office.services, vendor)
    gate.refuse = 0
    assert (await sync.run(office.services, vendor)).new > 20


async def cut_off(office: Firm) -> int:
    """A full walk of Lever that ends after the first page of people; gives how many people there are."""
    for number in range(250):
        office.person("Crowd", f"Number{number}", vendor="lever")
    gate = office.gates["lever"]
    app = gate.app

    async def once(scope: Scope, receive: Receive, send: Send) -> None:
        if str(scope["path"]).endswith("/opportunities"):
            gate.refuse = 400
        await app(scope, receive, send)

    gate.app = once
    with pytest.raises(ConnectorError):
        await sync.run(office.services, "lever", full=True)
    gate.app, gate.refuse = app, 0
    return len(office.store.all("lever_opportunities"))


async def people_seen(office: Firm) -> int:
    counts: dict[str, int] = {}
    await sync.run(office.services, "lever", full=True, progress=counts.__setitem__)
    return counts["candidate"]


async def test_a_walk_that_was_cut_off_goes_on_where_it_was(office: Firm) -> None:
    everybody = await cut_off(office)
    rest = await people_seen(office)
    assert 0 < rest <= everybody - 100
    async with office.services.store.read() as conn:
        kept = sa.select(sa.func.count()).where(remote_things.c.kind == "candidate")
        assert (await conn.execute(kept)).scalar() == await people_seen(office) > rest
        reached = (await conn.execute(sa.select(positions.c.kind))).scalars().all()
    assert set(reached) == set(sync.KINDS)


def test_a_transaction_holds_as_many_as_the_one_before_says_that_there_is_time_for() -> None:
    pace = sync.Pace()
    seen = [pace.most]
    for seconds, count in ((0.1, 4_000), (2.0, 16_000), (9.0, 8_000), (0.0, 1)):
        pace.took(seconds, count)
        seen.append(pace.most)
    assert seen == [sync.FEW, sync.MANY, 12_000, sync.FEW, sync.FEW]


async def test_after_a_walk_that_went_on_people_of_both_its_parts_are_found(office: Firm) -> None:
    await cut_off(office)
    await people_seen(office)
    account = await office.services.accounts.get("lever")
    index = searching.index(office.services, account.id)
    found = {match.remote for match in await index.query("crowd", 1_000)}
    assert found >= {
        str(row["contact"])
        for row in office.store.all("lever_opportunities")
        if "Crowd" in row["name"]
    }


@BOTH
async def test_an_index_that_serves_nobody_any_more_is_built_anew_by_the_next_walk(
    office: Firm, vendor: str
) -> None:
    await sync.run(office.services, vendor)
    index = searching.index(office.services, (await office.services.accounts.get(vendor)).id)
    before = await index.query("lovelace")
    async with office.services.store.begin() as tx:
        await tx.execute(search_generations.update().values(state="dropped"))
    assert before
    assert not await index.query("lovelace")
    await sync.run(office.services, vendor)
    assert await index.query("lovelace") == before
    again = await sync.run(office.services, vendor)
    assert again.told == 0
    assert not await searching.wanting(office.services, index.account)


async def test_a_walk_that_was_cut_off_long_ago_begins_anew(office: Firm) -> None:
    everybody = await cut_off(office)
    await office.services.clock.move(office.services.store, by=timedelta(days=2))
    assert await people_seen(office) > everybody - 100


async def test_what_the_vendor_says_was_deleted_is_gone_without_a_full_walk(
    office: Firm, heard: list[Event]
) -> None:
    person = office.person("Nora", "Quill", vendor="lever")
    await sync.run(office.services, "lever")
    (row,) = [
        r for r in office.store.all("lever_opportunities") if person in (r["id"], r["contact"])
    ]
    office.store.delete("lever_opportunities", str(row["id"]))
    now = int(office.services.clock.now().timestamp() * 1000)
    office.store.put("lever_deleted_opportunities", str(row["id"]), row | {"deletedAt": now})
    await sync.run(office.services, "lever")
    await office.settles()
    assert "application.deleted" in {event.kind for event in heard}


async def test_webhooks_that_stay_away_are_told_of_and_those_that_come_again_end_it(
    office: Firm,
) -> None:
    account = await office.services.accounts.get("greenhouse")
    async with office.at_work():
        await reconciling.reconcile(office.services, account=account.id)
        await hooks._heard_of(office.services, account.id)
        for number in range(reconciling.MISSED):
            office.person("Nora", f"Quill{number}")
        await reconciling.reconcile(office.services, account=account.id, full=True)
        (issue,) = await issues.listing(office.services)
        assert issue.sentence.startswith("greenhouse does not send its changes at once any more")
        assert f"/hooks/{account.id}" in issue.sentence
        await hooks._heard_of(office.services, account.id)
        assert await issues.listing(office.services) == []


async def test_where_no_webhook_ever_came_nobody_is_told(office: Firm) -> None:
    account = await office.services.accounts.get("greenhouse")
    await sync.run(office.services, account.id)
    for number in range(reconciling.MISSED):
        office.person("Nora", f"Quill{number}")
    async with office.at_work():
        await reconciling.reconcile(office.services, account=account.id, full=True)
    assert await issues.listing(office.services) == []


@BOTH
async def test_somebody_new_is_told_of_once(office: Firm, heard: list[Event], vendor: str) -> None:
    await sync.run(office.services, vendor)
    person = office.person("Nora", "Quill", vendor=vendor)
    for _ in range(2):
        await sync.run(office.services, vendor, full=True)
    await office.settles()
    mine = [event for event in heard if event.candidate and event.candidate.id == person]
    assert sorted(event.kind for event in mine) == ["application.created", "candidate.created"]
    assert {event.cause for event in mine} == {"poll"}


@BOTH
async def test_a_move_in_the_ats_is_told_with_both_stages_and_kept_as_a_fact(
    office: Firm, heard: list[Event], vendor: str
) -> None:
    person = office.person("Nora", "Quill", vendor=vendor)
    await sync.run(office.services, vendor)
    was, now = await move(office, vendor, person)
    await sync.run(office.services, vendor, full=True)
    await office.settles()
    (event,) = [event for event in heard if event.kind == "application.moved"]
    assert (event.before["stage"], event.after["stage"]) == (was, now)
    assert event.application is not None
    (step,) = await changes.moves(office.services, event.application)
    assert step.was is not None
    assert step.to is not None
    assert (step.was.id, step.to.id) == (was, now)


async def test_somebody_who_was_deleted_is_noticed_by_a_full_walk(
    office: Firm, heard: list[Event]
) -> None:
    person = office.person("Nora", "Quill")
    await sync.run(office.services, "greenhouse")
    for row in office.store.find("gh_applications", candidate_id=int(person)):
        office.store.delete("gh_applications", str(row["id"]))
    office.store.delete("gh_candidates", person)
    await sync.run(office.services, "greenhouse", full=True)
    await office.settles()
    assert sorted(event.kind for event in heard) == ["application.deleted", "candidate.deleted"]
    async with office.services.store.read() as conn:
        assert not (await conn.execute(sa.select(stage_moves))).all()


async def test_progress_is_told_and_a_calendar_or_unknown_account_is_refused(
    office: Firm,
) -> None:
    told: list[tuple[str, int]] = []
    await sync.run(office.services, "lever", progress=lambda kind, seen: told.append((kind, seen)))
    assert {kind for kind, _ in told} == set(sync.KINDS)
    for name in ("google", "nobody"):
        with pytest.raises(NotFound):
            await sync.run(office.services, name)


async def test_every_account_catches_up_at_its_beat(office: Firm) -> None:
    async with office.at_work():
        await reconciling.beat(office.services)
        await office.settles()
    async with office.services.store.read() as conn:
        reached = (await conn.execute(sa.select(positions.c.account).distinct())).scalars().all()
    assert len(reached) == 2
