"""Knit: another ATS than Workable behind it, refusals with two meanings, lost answers that pass through, syncs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from starlette.responses import JSONResponse

from bot.workspace.ats import hooks
from bot.workspace.ats import knit as stand_in
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors.ats.knit import Knit
from connectors.errors import Gone, InDoubt, NotSupported, Rejected, TryLater, Unreadable
from connectors.http import Pool
from tests.connectors.knits import CONFIG, JOBS, KEY, Elsewhere, Losing, application, made
from tests.serving import serve
from tests.workspace_vendors.hearing import Hearing

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def elsewhere() -> Elsewhere:
    one = application("a1", "c1", questionResponses=[
        {"questionType": "MULTIPLE_CHOICE", "questionText": "Seniority", "answer": {"selectedOptions": ["Senior", "Staff"]}},
    ], interviews=[
        {"id": "i1", "subject": "Screen", "location": None, "scheduledStart": "2026-12-01T09:30:00Z", "scheduledEnd": "2026-12-01T10:00:00Z",
         "interviewers": [{"id": "u1", "email": "hm@brightwater.example"}], "creator": None, "status": "AWAITING_FEEDBACK"},
    ], offers=[{"id": "o1", "status": "SIGNED", "startDate": "2027-01-04T00:00:00Z", "sentAt": None, "closedAt": "2026-12-02T00:00:00Z"}])  # fmt: skip
    calls = {"all": [one, application("a2", "c2"), application("a3", "c1")], "ats.job.list": {"jobs": JOBS, "nextPageToken": None}}  # fmt: skip
    return Elsewhere(calls)


@pytest.fixture
async def other(elsewhere: Elsewhere, pool: Pool) -> AsyncIterator[Knit]:
    with serve(elsewhere) as url:
        yield made(pool, url, {"integration_id": "mg_other", "app": "lever"})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "workspace.db")
    stand_in.fill(store, WorkspaceClock(store).now())
    return store


@pytest.fixture
def place(store: Store) -> Iterator[str]:
    with serve(stand_in.create(store, WorkspaceClock(store))) as url:
        yield url


def ada(store: Store) -> str:
    return next(row["id"] for row in stand_in.overview(store) if row["name"] == "Ada Lovelace")


async def arrived(hearing: Hearing, syncs: int) -> None:
    """Wait until so many syncs have told that they are through; they run in the stand-in's own thread."""
    for _ in range(500):
        through = [b for b in hearing.bodies if b["eventType"] == "sync.events.processed"]
        if len(through) == syncs:
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"{len(through)} of {syncs} syncs arrived")


async def test_an_application_of_somebody_with_an_own_id_is_asked_for_by_both(other: Knit) -> None:
    first, second = await other.applications("c1")
    assert [first.ref.id, second.ref.id] == ["a3~c1", "a1~c1"], "the newest activity comes first"
    found, person = await other.candidacy("a1~c1")
    assert found == second
    assert (person.ref.id, person.name, person.email) == ("c1", "Emily", "emily@mailbox.example")
    assert (found.stage_name, found.job_title) == ("Phone screen", "Frontend Engineer")
    assert [(a.question, a.answer) for a in found.answers or ()] == [("Seniority", "Senior, Staff")]
    with pytest.raises(Gone):
        await other.candidate("c9")


async def test_many_people_are_looked_for_in_one_walk(other: Knit, elsewhere: Elsewhere) -> None:
    found = await other.applications_of(["c2", "c1", "c9"])
    assert {id: len(mine) for id, mine in found.items()} == {"c2": 1, "c1": 2, "c9": 0}
    assert elsewhere.asked.count("ats.application.list") == 3, "three pages of one"


async def test_interviews_and_offers_are_told_where_knit_has_them(other: Knit) -> None:
    (interview,) = await other.interviews("a1~c1")
    assert (interview.start, interview.status.kind, interview.editable) == (NOW, "awaiting_feedback", False)  # fmt: skip
    assert [seat.email for seat in interview.panel] == ["hm@brightwater.example"]
    assert await other.interviews("a2~c2") == []
    (offer,) = await other.offers("a1~c1")
    assert (offer.status.kind, offer.start_on) == ("accepted", date(2027, 1, 4))


async def test_what_passes_through_to_workable_only_is_refused_elsewhere(
    other: Knit, elsewhere: Elsewhere
) -> None:
    for ask in (
        lambda: other.add_note("c1", "words", key="n"),
        lambda: other.reject("a1~c1", "7", ""),
        lambda: other.unreject("a1~c1"),
    ):
        with pytest.raises(NotSupported) as refused:
            await ask()
        assert refused.value.text.endswith(" in the ATS.")
    assert (await other.notes("c1"), await other.reasons(), await other.scorecards("a1~c1")) == ([], [], [])  # fmt: skip
    assert "passthrough" not in elsewhere.asked
    lost = [finding for finding in await other.check() if not finding.ok]
    assert [finding.abilities for finding in lost] == [
        frozenset({"notes", "reject", "unreject", "read_scorecards", "read_interviews"})
    ]
    assert [user.email for user in await other.users()] == ["hm@brightwater.example"]


async def test_a_call_that_this_ats_lacks_is_told_apart_from_somebody_who_is_gone(
    other: Knit, elsewhere: Elsewhere
) -> None:
    with pytest.raises(NotSupported):
        await other.move_stage("a1~c1", "s2")
    with pytest.raises(NotSupported):
        await other.attach("c2", "a.pdf", b"%PDF-", kind="other", key="k")
    with pytest.raises(NotSupported):
        await other.hire("a1~c1", start_on=date(2027, 1, 4))
    assert elsewhere.asked.count("ats.application.stage.update") == 1, "no stage is called hired"
    with pytest.raises(Gone):
        await other.move_stage("a9~c9", "s2")


async def test_a_refusal_that_comes_as_200_is_a_refusal(other: Knit, elsewhere: Elsewhere) -> None:
    sorry = {"success": False, "error": {"msg": "emily@mailbox.example is locked"}}
    elsewhere.calls["ats.application.stage.update"] = JSONResponse(sorry)
    with pytest.raises(Rejected) as refused:
        await other.move_stage("a1~c1", "s2")
    assert refused.value.text == "… is locked"
    elsewhere.calls["ats.application.stage.update"] = JSONResponse([])
    with pytest.raises(InDoubt):
        await other.move_stage("a1~c1", "s2")
    elsewhere.calls["ats.job.list"] = JSONResponse("nothing")
    with pytest.raises(TryLater):
        await made(other.pool, other.account.base_url, other.account.config).jobs()


async def test_pages_that_go_in_a_circle_are_noticed(other: Knit, elsewhere: Elsewhere) -> None:
    elsewhere.calls["ats.job.list"] = {"jobs": JOBS, "nextPageToken": "again"}
    with pytest.raises(Unreadable):
        await other.jobs()


async def test_a_region_that_does_not_exist_is_named(pool: Pool) -> None:
    with pytest.raises(ValueError, match="eu or sandbox"):
        made(pool, None, {**CONFIG, "region": "moon"})


async def test_workables_ratings_and_events_pass_through(
    pool: Pool, place: str, store: Store
) -> None:
    ats = made(pool, place)
    rated = next(a["candidate"] for a in store.all("knit_activities") if a["action"] == "rating")
    (card,) = await ats.scorecards(rated)
    assert (card.overall, card.overall_word) == (4, "positive")
    assert card.author is not None
    met = store.all("knit_events")[0]
    (interview,) = await ats.interviews(met["candidate"])
    assert (interview.name, interview.status.kind, len(interview.panel)) == ("Technical interview", "scheduled", 2)  # fmt: skip
    hired = next(row["id"] for row in stand_in.overview(store) if row["status"] == "hired")
    (offer,) = await ats.offers(hired)
    assert offer.status.kind == "accepted"


async def test_a_comment_whose_answer_was_lost_on_its_way_through_is_written_once(
    pool: Pool, store: Store
) -> None:
    losing = Losing(stand_in.create(store, WorkspaceClock(store)))
    with serve(losing) as url:
        ats, before = made(pool, url), len(stand_in.detail(store, ada(store))["notes"])
        note = await ats.add_note(ada(store), "Zoë said “yes”", key="n")
        again = await ats.add_note(ada(store), "Zoë said “yes”", key="n")
    assert losing.lost == 1
    assert note.ref == again.ref
    assert len(stand_in.detail(store, ada(store))["notes"]) == before + 1


async def test_a_withdrawal_is_told_to_workable_as_one(
    pool: Pool, place: str, store: Store
) -> None:
    ats = made(pool, place)
    reason = next(r for r in await ats.reasons() if r.party == "they")
    await ats.reject(ada(store), reason.ref.id, "")
    kept = store.get("knit_candidates", ada(store)) or {}
    assert (kept["disqualified"], kept["withdrew"]) == (True, True)
    found = await ats.application(ada(store))
    assert found.rejected is not None
    assert (found.status.kind, found.rejected.reason) == ("rejected", reason.name)


async def test_fields_mapped_in_knit_are_shown(pool: Pool, place: str, store: Store) -> None:
    person = await made(pool, place).candidate(ada(store))
    assert str(person.custom["notice_period"]) == "1 months"
    assert str(person.custom["salary_expectation"]) == "58000"


async def test_connecting_starts_the_syncs_once_knit_knows_our_address(
    pool: Pool, place: str, store: Store
) -> None:
    ats, hearing = made(pool, place), Hearing()
    with serve(hearing.app) as url:
        with pytest.raises(Rejected, match="dashboard"):
            await ats.register_webhook(url, "unused")
        assert store.all("knit_syncs") == []
        hooks.configure_webhook(store, "knit", url, KEY)
        assert await ats.register_webhook(url, "unused") == KEY
        assert [job["kind"] for job in store.all("knit_syncs")] == ["ats_applications", "ats_jobs"]
        assert await ats.webhooks(url) == [], "what nobody has kept the key of was not started"
        await arrived(hearing, 2)
    assert (store.get("knit_subscription", "ATS") or {})["events"]


async def test_an_integration_that_was_cut_off_is_noticed(
    pool: Pool, place: str, store: Store
) -> None:
    ats = made(pool, place, started=True)
    assert [hook.active for hook in await ats.webhooks("https://callsheet.example/h")] == [True]
    store.put("knit_integration", "deactivated", {"at": "2026-12-01T09:30:00Z"})
    assert [hook.active for hook in await ats.webhooks("https://callsheet.example/h")] == [False]
    said = [finding.detail for finding in await ats.check() if not finding.ok]
    assert any("connect it again" in detail for detail in said)
