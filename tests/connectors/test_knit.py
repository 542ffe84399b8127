"""Knit: another ATS than Workable behind it, refusals with two meanings, lost answers that pass through, its webhooks."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.workspace.ats import hooks
from bot.workspace.ats import knit as stand_in
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import registry
from connectors.ats.knit import Knit
from connectors.contract import Account
from connectors.errors import BadWebhook, Gone, InDoubt, NotSupported, Rejected, TryLater
from connectors.http import Pool
from tests.serving import serve
from tests.workspace_vendors.hearing import Hearing

pytestmark = pytest.mark.anyio
Doc = dict[str, Any]
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
CONFIG = {name: stand_in.keys[name] for name in ("integration_id", "origin_org_id", "app")}
KEY = "knit-key-77f0"


def application(id: str, person: str, **more: Any) -> Doc:
    """An application as Knit tells it of an ATS whose lists are whole and whose people have ids of their own."""
    return {
        "info": {
            "id": id, "status": "ACTIVE", "jobId": "job-1", "appliedAt": "2026-11-10T00:00:00Z", "updatedAt": f"2026-11-1{id[-1]}T17:22:09Z",
            "origin": "REFERRAL", "owner": None, "creditedTo": {"id": "u2", "email": None, "employeeId": None},
            "candidate": {
                "id": person, "firstName": "Emily", "lastName": None, "links": None, "location": "Lyon",
                "phones": [{"type": "PERSONAL", "phoneNumber": "+33 1"}], "emails": [{"type": "NOT_SPECIFIED", "email": "emily@mailbox.example"}],
            },
        },
        "currentStage": {"currentStage": {"id": "s1", "text": "Phone screen"}}, "rejection": None, "interviews": None,
        "offers": None, "attachments": None, "questionResponses": None, "customFields": None, **more,
    }  # fmt: skip


JOBS = [
    {
        "info": {"id": "job-1", "title": "Frontend Engineer", "status": "OPEN", "confidential": None}, "departments": None, "offices": None,
        "hiringManagers": [{"id": "u1", "email": "hm@brightwater.example", "employeeId": "e1"}], "recruiters": None,
        "stages": [{"id": "s1", "text": "Phone screen"}, {"id": "s2", "text": "Offer"}],
    },
]  # fmt: skip


@dataclass
class Elsewhere:
    """Knit before an ATS with a few calls only; `calls` answers by call, anything else is not supported."""

    calls: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        call = request.url.path.rpartition("/")[2]
        self.asked.append(call)
        query = dict(request.query_params)
        if call == "ats.application.get":
            found = [a for a in self.calls["all"] if a["info"]["id"] == query["applicationId"]]
            right = found and found[0]["info"]["candidate"]["id"] == query["candidateId"]
            said: Any = {"application": found[0]} if right else None
        elif call == "ats.application.list":
            at = int(query.get("pageToken") or 0)
            more = str(at + 1) if at + 1 < len(self.calls["all"]) else None
            said = {"applications": self.calls["all"][at : at + 1], "nextPageToken": more}
        else:
            said = self.calls.get(call)
        await _answer(call, said)(scope, receive, send)


def _answer(call: str, said: Any) -> Response:
    if isinstance(said, Response):
        return said
    if said is None:
        sorry = {"msg": f"{call} is not supported for this app"}
        return JSONResponse({"success": False, "error": sorry}, 404)
    return JSONResponse({"success": True, "data": said})


@dataclass
class Losing:
    """Lets a passthrough that writes do its work, and drops the first answer on its way back."""

    app: ASGIApp
    lost: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        if b'"method": "POST"' not in body and b'"method":"POST"' not in body or self.lost:
            await self.app(scope, again, send)
            return
        self.lost += 1

        async def nowhere(message: Message) -> None:
            """The answer that nobody gets."""

        await self.app(scope, again, nowhere)
        headers = [(b"content-length", b"100"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{"})


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


def made(pool: Pool, url: str | None, config: Mapping[str, str] = CONFIG) -> Knit:
    ats = registry.make(Account("knit-1", "knit", "Brightwater", config, {"api_key": KEY}, url), pool)  # fmt: skip
    assert isinstance(ats, Knit)
    return ats


def ada(store: Store) -> str:
    return next(row["id"] for row in stand_in.overview(store) if row["name"] == "Ada Lovelace")


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


async def test_pages_that_go_in_a_circle_end(other: Knit, elsewhere: Elsewhere) -> None:
    elsewhere.calls["ats.job.list"] = {"jobs": JOBS, "nextPageToken": "again"}
    pages = [page async for page in other.walk("job", None)]
    assert len(pages) == 2


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
        assert [hook.active for hook in await ats.webhooks(url)] == [True]
        stand_in.create(store, WorkspaceClock(store))
        await ats.move_stage(ada(store), "offer")
    assert (store.get("knit_subscription", "ATS") or {})["events"]


async def test_an_integration_that_was_cut_off_is_noticed(
    pool: Pool, place: str, store: Store
) -> None:
    store.put("knit_integration", "deactivated", {"at": "2026-12-01T09:30:00Z"})
    ats = made(pool, place)
    assert [hook.active for hook in await ats.webhooks("https://callsheet.example/h")] == [False]
    said = [finding.detail for finding in await ats.check() if not finding.ok]
    assert any("connect it again" in detail for detail in said)


def delivery(kind: str, word: str, data: Doc, **more: Any) -> tuple[dict[str, str], bytes]:
    told = {
        "eventId": "ev_1", "eventType": word, "eventData": data, "syncDataType": kind, "triggeredAt": str(int(NOW.timestamp() * 1_000)),
    }  # fmt: skip
    body = json.dumps(told | more, ensure_ascii=False).encode()
    digest = hmac.new(KEY.encode(), body, hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    integration = CONFIG["integration_id"]
    return {"x-knit-signature": signature, "x-knit-integration-id": integration}, body


async def test_a_record_passes_on_ids_and_words_but_no_name(pool: Pool) -> None:
    ats = made(pool, None)
    record = application("a1", "c1")
    (event,) = ats.read_webhook(*delivery("ats_applications", "record.modified", record), NOW)
    assert (event.kind, str(event.application)) == ("application.changed", "application:knit-1:a1~c1")  # fmt: skip
    assert (event.after, event.at) == ({"stage": "s1", "status": "ACTIVE"}, NOW)
    assert event.version == "2026-11-11T17:22:09Z"
    assert "Emily" not in event.model_dump_json()


@pytest.mark.parametrize(
    ("kind", "word", "data", "means", "about"),
    [
        ("ats_applications", "record.deleted", {"applicationId": "a1", "candidateId": "c1", "jobId": "j"}, "application.deleted", "a1~c1"),
        ("ats_applications", "record.new", {"info": {"id": "a1", "candidate": None}}, "application.created", "a1"),
        ("ats_candidates", "record.modified", {"info": {"id": "c1"}}, "candidate.changed", "c1"),
        ("ats_jobs", "record.deleted", {"jobId": "j1"}, "job.closed", "j1"),
        ("ats_jobs", "record.new", {"info": {"id": "j1"}}, "job.created", "j1"),
    ],
)  # fmt: skip
async def test_each_record_is_about_its_subject(
    pool: Pool, kind: str, word: str, data: Doc, means: str, about: str
) -> None:
    (event,) = made(pool, None).read_webhook(*delivery(kind, word, data), NOW)
    assert event.subject is not None
    assert (event.kind, event.subject.id) == (means, about)


async def test_what_is_none_of_our_business_says_nothing(pool: Pool) -> None:
    ats = made(pool, None)
    for word in ("sync.events.processed", "sync.events.allConsumed", "app.integration.activate"):
        assert ats.read_webhook(*delivery("ats_jobs", word, {}), NOW) == []
    headers, body = delivery("ats_jobs", "record.new", {"info": {"id": "j1"}})
    assert ats.read_webhook({**headers, "x-knit-integration-id": "mg_other"}, body, NOW) == []
    (odd,) = ats.read_webhook(*delivery("ats_pets", "record.new", {}), NOW)
    assert (odd.kind, odd.vendor_kind) == ("other", "record.new ats_pets")
    with pytest.raises(ValueError, match="names no record"):
        ats.read_webhook(*delivery("ats_jobs", "record.new", {}), NOW)


async def test_another_key_for_webhooks_is_used_where_one_was_given(pool: Pool) -> None:
    ats = made(pool, None)
    account = replace(ats.account, secrets={"api_key": KEY, "webhook_secret": "another"})
    with pytest.raises(BadWebhook):
        registry.vendors()["knit"](account, pool).read_webhook(  # type: ignore[attr-defined]  # an Ats
            *delivery("ats_jobs", "record.new", {"info": {"id": "j1"}}), NOW
        )
