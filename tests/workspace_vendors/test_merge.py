"""The Merge stand-in: two keys, a copy that lags behind, answers of 201 that carry errors, and signed webhooks."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.workspace.ats import configure_webhook, merge
from bot.workspace.ats.merge import copy, models, seed
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from tests.serving import serve
from tests.workspace_vendors.conftest import Seconds
from tests.workspace_vendors.hearing import Hearing

pytestmark = pytest.mark.anyio
SPEC = Path(__file__).parents[3] / "shared" / "specs" / "merge" / "merge_ats.oas.json"
ROSA = seed.uid("users 501")
ADA, HER_APPLICATION = seed.uid("candidates 0"), seed.uid("applications 0")
RESOURCES = sorted(models.NAMES)


@pytest.fixture
def filled(store: Store) -> WorkspaceClock:
    clock = WorkspaceClock(store)
    merge.fill(store, clock.now())
    return clock


@pytest.fixture
async def api(
    store: Store, filled: WorkspaceClock, seconds: Seconds, anyio_backend: str
) -> AsyncIterator[httpx.AsyncClient]:
    app = merge.create(store, filled, seconds, seconds.pause)
    headers = {
        "authorization": f"Bearer {merge.keys['api_key']}",
        "x-account-token": merge.keys["account_token"],
    }
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://merge/api/ats/v1/", headers=headers
    ) as http:
        yield http


async def rows(http: httpx.AsyncClient, resource: str, **query: Any) -> list[dict[str, Any]]:
    answer = await http.get(resource, params={"page_size": 100, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["results"])


async def note(http: httpx.AsyncClient, body: str = "Called her.", **model: Any) -> httpx.Response:
    wish = {"candidate": ADA, "body": body, "activity_type": "NOTE", "visibility": "PRIVATE"}
    return await http.post(
        "activities", json={"remote_user_id": ROSA, "model": {**wish, "user": ROSA, **model}}
    )


@pytest.mark.parametrize(
    "headers",
    [{"authorization": ""}, {"authorization": "Bearer other"}, {"x-account-token": ""}, {"x-account-token": "other"}],
)  # fmt: skip
async def test_the_key_and_the_account_token_are_both_needed(
    api: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await api.get("users", headers=headers)).status_code == 401


@pytest.mark.parametrize("resource", RESOURCES)
async def test_every_list_walks_to_its_end_and_refuses_what_it_does_not_know(
    api: httpx.AsyncClient, store: Store, resource: str
) -> None:
    seen, cursor = [], None
    while True:
        query = {"page_size": 7} | ({"cursor": cursor} if cursor else {})
        answer = (await api.get(resource, params=query)).json()
        seen += answer["results"]
        if (cursor := answer["next"]) is None:
            break
    assert [row["remote_id"] for row in seen] == [
        row["remote_id"] for row in store.all(copy.table(resource))
    ]
    assert (await api.get(resource, params={"colour": "red"})).status_code == 400


@pytest.mark.parametrize("query", ["page_size=0", "page_size=x", "modified_after=soon", "expand=pets", "cursor=%21"])  # fmt: skip
async def test_a_question_that_makes_no_sense_is_refused(
    api: httpx.AsyncClient, query: str
) -> None:
    assert (await api.get(f"candidates?{query}")).status_code in (400, 404)


async def test_a_page_holds_a_hundred_at_most(api: httpx.AsyncClient, store: Store) -> None:
    one = store.all("merge_candidates")[0]
    for number in range(150):
        store.put("merge_candidates", f"c{number}", {**one, "id": f"c{number}"})
    assert len(await rows(api, "candidates", page_size=500)) == 100


async def test_filters_find_those_they_describe(api: httpx.AsyncClient, store: Store) -> None:
    (found,) = await rows(api, "candidates", email_addresses="ADA.lovelace@mailbox.example")
    assert found["id"] == ADA
    (hers,) = await rows(api, "applications", candidate_id=ADA)
    assert (hers["id"], found["applications"]) == (HER_APPLICATION, [HER_APPLICATION])
    strong = [row for row in store.all("merge_candidates") if "strong" in row["tags"]]
    assert len(await rows(api, "candidates", tags="strong")) == len(strong) > 1
    assert {i["application"] for i in await rows(api, "interviews", job_id=seed.uid("jobs BW-301"))} <= {
        a["id"] for a in await rows(api, "applications", job_id=seed.uid("jobs BW-301"))
    }  # fmt: skip


async def test_relations_are_ids_until_they_are_expanded(api: httpx.AsyncClient) -> None:
    plain = (await api.get(f"applications/{HER_APPLICATION}")).json()
    full = (await api.get(f"applications/{HER_APPLICATION}?expand=candidate,current_stage")).json()
    assert (plain["candidate"], full["candidate"]["first_name"]) == (ADA, "Ada")
    assert full["current_stage"]["id"] == plain["current_stage"]
    assert full["candidate"]["remote_data"] is None
    raw = (await api.get(f"candidates/{ADA}?include_remote_data=true")).json()
    assert raw["remote_data"][0]["data"]["first_name"] == "Ada"


async def test_a_deleted_row_shows_itself_only_when_asked(
    api: httpx.AsyncClient, store: Store
) -> None:
    row = store.get("merge_candidates", ADA)
    assert row is not None
    store.put("merge_candidates", ADA, {**row, "remote_was_deleted": True})
    assert ADA not in [c["id"] for c in await rows(api, "candidates")]
    assert ADA in [c["id"] for c in await rows(api, "candidates", include_deleted_data="true")]


async def test_a_write_is_told_at_once_and_read_after_the_next_sync(
    api: httpx.AsyncClient, filled: WorkspaceClock
) -> None:
    made = (await note(api)).json()
    assert (made["errors"], made["warnings"]) == ([], [])
    id = made["model"]["id"]
    assert (await api.get(f"activities/{id}")).status_code == 404
    before = filled.now()
    filled.move_by(timedelta(seconds=copy.LAG + 1))
    assert (await api.get(f"activities/{id}")).json()["body"] == "Called her."
    assert [row["id"] for row in await rows(api, "activities", modified_after=before.isoformat())] == [id]  # fmt: skip


async def test_a_forced_sync_brings_everything(api: httpx.AsyncClient, store: Store) -> None:
    stage = seed.uid("job-interview-stages BW-301 4")
    wish = {"job_interview_stage": stage, "remote_user_id": ROSA}
    answer = await api.post(f"applications/{HER_APPLICATION}/change-stage", json=wish)
    assert (answer.status_code, answer.json()["model"]["current_stage"]) == (201, stage)
    assert (await api.get(f"applications/{HER_APPLICATION}")).json()["current_stage"] != stage
    assert [r["stage"] for r in merge.overview(store) if r["id"] == HER_APPLICATION] == ["Team interview"]  # fmt: skip
    await api.post("sync-status/resync")
    assert (await api.get(f"applications/{HER_APPLICATION}")).json()["current_stage"] == stage


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/remote_user_id"), ({"remote_user_id": "501"}, "/remote_user_id"), ({"remote_user_id": ROSA}, "/model"),
        ({"remote_user_id": ROSA, "model": {"body": "x"}}, "/model/candidate"),
        ({"remote_user_id": ROSA, "model": {"body": "x", "candidate": "nobody"}}, "/model/candidate"),
        ({"remote_user_id": ROSA, "model": {"body": 7, "candidate": ADA}}, "/model/body"),
        ({"remote_user_id": ROSA, "model": {"body": "x", "candidate": ADA, "visibility": "SECRET"}}, "/model/visibility"),
    ],
)  # fmt: skip
async def test_a_body_that_merge_cannot_take_is_refused_with_the_place(
    api: httpx.AsyncClient, store: Store, body: dict[str, Any], pointer: str
) -> None:
    answer = await api.post("activities", json=body)
    assert answer.status_code == 400
    assert [error["source"]["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert store.all(copy.WAITING) == []


async def test_an_unknown_field_is_left_out_with_a_warning(api: httpx.AsyncClient) -> None:
    made = (await note(api, mood="good")).json()
    assert [w["problem_type"] for w in made["warnings"]] == ["UNRECOGNIZED_FIELD"]
    assert "mood" not in made["model"]


@pytest.mark.parametrize(
    ("job", "kind"),
    [("jobs BW-290", "PROVIDER_ERROR"), ("jobs BW-301", "DUPLICATE_MODEL_EXISTS")],
)
async def test_what_the_ats_refuses_comes_as_a_201_with_errors(
    api: httpx.AsyncClient, store: Store, job: str, kind: str
) -> None:
    wish = {"remote_user_id": ROSA, "model": {"candidate": ADA, "job": seed.uid(job)}}
    answer = await api.post("applications", json=wish)
    assert answer.status_code == 201
    assert [e["problem_type"] for e in answer.json()["errors"]] == [kind]
    assert store.all(copy.WAITING) == []


async def test_a_person_applies_and_is_changed(api: httpx.AsyncClient, store: Store) -> None:
    model = {
        "first_name": "Ida", "last_name": "Bell", "email_addresses": [{"value": "ida@mailbox.example", "email_address_type": "PERSONAL"}],
    }  # fmt: skip
    made = await api.post("candidates", json={"remote_user_id": ROSA, "model": model})
    person = made.json()["model"]["id"]
    wish = {"remote_user_id": ROSA, "model": {"candidate": person, "job": seed.uid("jobs BW-302")}}
    applied = (await api.post("applications", json=wish)).json()["model"]
    assert applied["current_stage"] == seed.uid("job-interview-stages BW-302 0")
    patch = {"remote_user_id": ROSA, "model": {"title": "Editor"}}
    changed = await api.patch(f"candidates/{person}", json=patch)
    assert (changed.status_code, changed.json()["model"]["title"]) == (200, "Editor")
    assert [r["name"] for r in merge.overview(store) if r["id"] == applied["id"]] == ["Ida Bell"]


async def test_the_same_idempotency_key_writes_once(api: httpx.AsyncClient, store: Store) -> None:
    api.headers["idempotency-key"] = "one"
    first, second = await note(api), await note(api)
    assert (first.json(), len(store.all(copy.WAITING))) == (second.json(), 1)
    assert (await note(api, "Other words.")).status_code == 400


async def test_four_hundred_calls_a_minute(api: httpx.AsyncClient, seconds: Seconds) -> None:
    codes = [(await api.get("account-details")).status_code for _ in range(401)]
    assert codes == [200] * 400 + [429]
    seconds.at += 60
    assert (await api.get("account-details")).status_code == 200


async def test_a_webhook_is_signed_over_its_bytes_and_follows_the_sync(
    api: httpx.AsyncClient, store: Store
) -> None:
    hearing = Hearing()
    with serve(hearing.app) as url:
        configure_webhook(store, "merge", url, "signature-key")
        await note(api, "Ünïcode")
        await hearing.quiet()
        assert hearing.bodies == [], "nothing is told before the sync"
        await api.post("sync-status/resync")
        await hearing.quiet()
    told = {body["hook"]["event"]: body for body in hearing.bodies}
    assert set(told) == {"Activity.added", "Activity.synced", "LinkedAccount.sync_completed"}
    assert told["Activity.added"]["data"]["body"] == "Ünïcode"
    assert told["Activity.added"]["linked_account"]["integration_slug"] == "greenhouse"
    for body, headers in zip(hearing.bodies, hearing.headers, strict=True):
        raw = json.dumps(body, ensure_ascii=False).encode()
        digest = hmac.new(b"signature-key", raw, hashlib.sha256).digest()
        assert headers["x-merge-webhook-signature"] == base64.urlsafe_b64encode(digest).decode()


async def test_a_refused_webhook_is_dropped(api: httpx.AsyncClient, store: Store) -> None:
    hearing = Hearing(status=404)
    with serve(hearing.app) as url:
        configure_webhook(store, "merge", url, "signature-key")
        await note(api)
        await api.post("sync-status/resync")
        await hearing.quiet()
    assert len(hearing.bodies) == 3, "one try for each of the three events"


async def test_the_account_says_what_it_can_do(api: httpx.AsyncClient) -> None:
    told = (await api.get("available-actions")).json()
    able = {m["model_name"]: m["available_operations"] for m in told["available_model_operations"]}
    assert able["Candidate"] == ["FETCH", "CREATE", "UPDATE"]
    assert able["Offer"] == ["FETCH"]
    assert (await api.get("target-fields")).json()["Candidate"][0]["name"] == "notice_period"
    schema = (await api.get("activities/meta/post")).json()["request_schema"]
    assert "body" in schema["properties"]["model"]["required"]
    assert (await api.get("offers/meta/post")).status_code == 404
    syncs = (await api.get("sync-status?page_size=5")).json()
    assert (len(syncs["results"]), syncs["next"].startswith("https://")) == (5, True)


async def test_passthrough_asks_the_ats_itself(api: httpx.AsyncClient) -> None:
    told = (await api.post("passthrough", json={"method": "GET", "path": "/v1/candidates/7001"})).json()  # fmt: skip
    assert (told["status"], told["response"]["first_name"]) == (200, "Ada")
    lost = (await api.post("passthrough", json={"method": "GET", "path": "/v1/pets/1"})).json()
    assert lost["status"] == 404


async def test_an_ignored_person_is_emptied(api: httpx.AsyncClient) -> None:
    wish = {"reason": "GDPR"}
    assert (await api.post(f"candidates/ignore/{ADA}", json=wish)).status_code == 200
    assert (await api.get(f"candidates/{ADA}")).json()["first_name"] is None


async def test_a_resume_is_a_file_at_its_address(api: httpx.AsyncClient, store: Store) -> None:
    (paper,) = await rows(api, "attachments", candidate_id=ADA)
    path = paper["file_url"].removeprefix("https://api.merge.dev")
    assert (await api.get(f"http://merge{path}")).content.startswith(b"%PDF")
    assert merge.detail(store, HER_APPLICATION)["attachments"] == ["resume.pdf"]


async def test_it_can_be_down(api: httpx.AsyncClient, store: Store) -> None:
    store.put("fault", "merge", {"mode": "down"})
    assert (await api.get("users")).status_code == 503


@pytest.mark.parametrize("resource", RESOURCES)
async def test_answers_have_the_fields_that_the_vendor_describes(
    api: httpx.AsyncClient, resource: str
) -> None:
    if not SPEC.exists():
        pytest.skip("the vendor's description is not beside this checkout")
    described = json.loads(SPEC.read_text())["components"]["schemas"][models.NAMES[resource]]
    for row in await rows(api, resource):
        assert set(row) == set(described["properties"])
