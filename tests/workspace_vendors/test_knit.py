"""The Knit stand-in: who gets in, how it pages and refuses, and what is behind passthrough."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.workspace import faults
from bot.workspace.ats import knit
from bot.workspace.clock import WorkspaceClock
from bot.workspace.seed import people
from bot.workspace.store import Store
from tests.workspace_vendors.conftest import Seconds
from tests.workspace_vendors.knits import JOB, KEY, OTHER, PERSON, client, somebody, told

pytestmark = pytest.mark.anyio


@pytest.fixture
async def api(
    store: Store, clock: WorkspaceClock, seconds: Seconds, anyio_backend: str
) -> AsyncIterator[httpx.AsyncClient]:
    async with client(store, clock, seconds) as http:
        yield http


async def through(api: httpx.AsyncClient, method: str, path: str, **rest: Any) -> Any:
    """What Workable answers behind passthrough."""
    found = await told(await api.post("passthrough", json={"method": method, "path": path, **rest}))
    return json.loads(found["response"]["body"] or "null")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", f"Basic {KEY}", KEY])
async def test_a_key_that_is_missing_or_malformed_is_refused(
    api: httpx.AsyncClient, header: str
) -> None:
    answer = await api.get("ats.job.list", headers={"authorization": header})
    assert await told(answer, 401) == "Invalid API key"


@pytest.mark.parametrize(("integration", "status"), [("", 400), ("somebody-else", 404)])
async def test_a_call_names_the_integration_it_is_about(
    api: httpx.AsyncClient, integration: str, status: int
) -> None:
    headers = {"x-knit-integration-id": integration}
    assert "ntegration" in await told(await api.get("ats.job.list", headers=headers), status)


async def test_a_list_is_slim_and_walked_by_its_token(api: httpx.AsyncClient, store: Store) -> None:
    kept = store.all("knit_candidates")[0]
    for number in range(100):
        store.put("knit_candidates", f"{number:08x}", {**kept, "id": f"{number:08x}"})
    seen, query = [], dict[str, str]()
    while True:
        found = await told(await api.get("ats.application.list", params=query))
        seen += found["applications"]
        if found["nextPageToken"] is None:
            break
        query = {"pageToken": found["nextPageToken"]}
    ids = [row["info"]["id"] for row in seen]
    assert sorted(ids) == sorted(c["id"] for c in store.all("knit_candidates"))
    assert {row["info"]["candidate"]["firstName"] for row in seen} == {None}
    other = await api.get("ats.job.list", params=query)
    assert "pageToken" in await told(other, 400), "a token belongs to one list"


async def test_an_application_is_told_whole_to_whoever_names_both_ids(
    api: httpx.AsyncClient, store: Store
) -> None:
    row = somebody(store)
    found = await told(
        await api.get(f"ats.application.get?applicationId={row['id']}&candidateId={row['id']}")
    )
    assert found["application"]["info"]["candidate"]["firstName"] == row["firstname"]
    link = httpx.URL(found["application"]["attachments"][0]["link"])
    file = await api.get(f"http://knit{link.raw_path.decode()}")
    assert file.content.startswith(b"%PDF-")
    assert (await api.get(f"http://knit{link.path}?X-Amz-Signature=0")).status_code == 403
    alone = await api.get(f"ats.application.get?applicationId={row['id']}")
    assert await told(alone, 400) == "candidateId is required"


async def test_what_workable_cannot_and_what_is_not_there_are_both_404(
    api: httpx.AsyncClient,
) -> None:
    assert "not supported" in await told(await api.get(f"ats.job.get?jobId={JOB}"), 404)
    assert "not supported" in await told(await api.post("ats.job.create", json={}), 404)
    gone = await api.get("ats.application.get?applicationId=x&candidateId=x")
    assert await told(gone, 404) == "Application not found"
    assert await told(await api.get("ats.scorecard.list"), 404) == "Not found"


async def test_people_are_found_by_address_only(api: httpx.AsyncClient, store: Store) -> None:
    row = somebody(store)
    body = {"emails": [row["email"].upper()]}
    found = await told(await api.post("ats.candidates.search", json=body))
    assert [c["id"] for c in found["candidates"]] == [row["id"]]
    refused = await api.post("ats.candidates.search", json={"firstName": row["firstname"]})
    assert "emails" in await told(refused, 400)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"jobId": "nope"}, "Job"), ({"jobId": None}, "jobId"), ({"candidateId": "x"}, "candidateId"), ({"candidate": None}, "candidate"),
        ({"candidate": {**PERSON, "lastName": ""}}, "lastName"), ({"candidate": {**PERSON, "emails": []}}, "emails"),
        ({"candidate": {**PERSON, "phones": [{}]}}, "type"), ({"initialStageId": "nowhere"}, "initialStageId"),
    ],
)  # fmt: skip
async def test_an_application_lacks_nothing_or_is_refused(
    api: httpx.AsyncClient, store: Store, change: dict[str, Any], word: str
) -> None:
    before = store.all("knit_candidates")
    answer = await api.post(
        "ats.application.create", json={"candidate": PERSON, "jobId": JOB, **change}
    )
    assert answer.status_code in (400, 404)
    assert word in answer.json()["error"]["msg"]
    assert store.all("knit_candidates") == before


async def test_nobody_applies_twice_to_a_job_nor_to_a_closed_one(
    api: httpx.AsyncClient, store: Store
) -> None:
    body = {"candidate": PERSON, "jobId": JOB}
    made = await told(await api.post("ats.application.create", json=body))
    assert made["applicationId"] == made["candidateId"]
    assert "already applied" in await told(await api.post("ats.application.create", json=body), 409)
    store.put("knit_jobs", OTHER, {**(store.get("knit_jobs", OTHER) or {}), "status": "CLOSED"})
    closed = await api.post("ats.application.create", json={**body, "jobId": OTHER})
    assert "closed" in await told(closed, 400)


async def test_a_move_goes_to_a_stage_of_the_job(api: httpx.AsyncClient, store: Store) -> None:
    row = somebody(store)
    body = {"applicationId": row["id"], "stageId": "hired"}
    await told(await api.post("ats.application.stage.update", json=body))
    found = next(r for r in knit.overview(store) if r["id"] == row["id"])
    assert (found["stage"], found["status"]) == ("Hired", "hired")
    wrong = await api.post("ats.application.stage.update", json={**body, "stageId": "moon"})
    assert "stage" in await told(wrong, 400)


async def test_an_attached_file_keeps_its_name_and_loses_its_kind(
    api: httpx.AsyncClient, store: Store
) -> None:
    row = somebody(store)
    body = {
        "applicationId": row["id"], "fileName": "offer.pdf", "contentType": "application/pdf", "fileType": "OFFER_LETTER",
        "fileContent": base64.b64encode(b"%PDF-").decode(),
    }  # fmt: skip
    await told(await api.post("ats.application.attachment.add", json=body))
    file = store.find("knit_files", candidate=row["id"])[-1]
    assert (file["name"], file["type"]) == ("offer.pdf", "NOT_SPECIFIED")
    assert "offer.pdf" in knit.detail(store, row["id"])["attachments"]
    for odd in ({"fileContent": "%%%"}, {"fileType": "SELFIE"}, {"fileName": None}):
        answer = await api.post("ats.application.attachment.add", json={**body, **odd})
        assert next(iter(odd)) in await told(answer, 400)


async def test_workable_speaks_behind_passthrough(api: httpx.AsyncClient, store: Store) -> None:
    row = somebody(store)
    members = (await through(api, "GET", "/members"))["members"]
    assert {m["email"] for m in members} == {f"{s[1]}@brightwater.example" for s in people.STAFF}
    stages = (await through(api, "GET", f"/jobs/{JOB}/stages"))["stages"]
    assert [stage["position"] for stage in stages] == list(range(9))
    said = {"member_id": members[0]["id"], "comment": {"body": "Zoë said “yes”"}}
    await through(api, "POST", f"/candidates/{row['id']}/comments", body=json.dumps(said))
    assert "Zoë said “yes”" in knit.detail(store, row["id"])["notes"]
    out = {"member_id": members[0]["id"], "disqualify_reason_id": "700"}
    answer = await through(api, "POST", f"/candidates/{row['id']}/disqualify", body=json.dumps(out))
    assert answer is None, "Workable answers with an empty body"
    assert (await through(api, "GET", f"/candidates/{row['id']}"))["candidate"]["disqualified"]


async def test_workables_pages_are_walked_by_the_address_it_gives(api: httpx.AsyncClient) -> None:
    first = await through(api, "GET", "/members", params={"limit": "5"})
    since = httpx.URL(first["paging"]["next"]).params["since_id"]
    rest = await through(api, "GET", "/members", params={"limit": "5", "since_id": since})
    assert len({m["id"] for m in first["members"] + rest["members"]}) == len(people.STAFF)
    assert "next" not in rest["paging"]


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"method": "GET"}, 400), ({"path": "/members"}, 400), ({"method": "GET", "path": "/moon"}, 404),
        ({"method": "POST", "path": "/candidates/x/comments", "body": {"comment": {}}}, 400),
        ({"method": "GET", "path": "/candidates/x"}, 404), ({"method": "GET", "path": "/members", "params": {"limit": "0"}}, 422),
    ],
)  # fmt: skip
async def test_a_passthrough_that_makes_no_sense_is_refused_by_whom_it_concerns(
    api: httpx.AsyncClient, wish: dict[str, Any], status: int
) -> None:
    assert await told(await api.post("passthrough", json=wish), status)


async def test_a_session_and_the_integration_it_leads_to(api: httpx.AsyncClient) -> None:
    who = {"originOrgId": "brightwater", "originOrgName": "Brightwater Labs"}
    assert "originUserEmail" in await told(await api.post("auth.createSession", json=who), 400)
    who |= {"originUserEmail": "ines@brightwater.example", "originUserName": "Ines"}
    made = await api.post("auth.createSession", json=who)
    assert made.json()["msg"]["token"]
    (app,) = (await told(await api.get("integration.details?originOrgId=brightwater")))["apps"]
    assert (app["integrationId"], app["isActive"]) == (knit.keys["integration_id"], True)
    await told(await api.post("integration.deactivate", json={}))
    (app,) = (await told(await api.get("integration.details?originOrgId=brightwater")))["apps"]
    assert app["isActive"] is False
    assert "not active" in await told(await api.get("ats.job.list"), 400)


async def test_too_many_calls_are_told_when_to_come_back(
    api: httpx.AsyncClient, seconds: Seconds
) -> None:
    first = [(await api.get("ats.job.list")).status_code for _ in range(201)]
    assert first == [200] * 200 + [429]
    refused = await api.get("ats.job.list")
    assert refused.headers["retry-after"] == "1"
    seconds.at += 1
    assert (await api.get("ats.job.list")).status_code == 200


async def test_it_breaks_down_when_told_to(api: httpx.AsyncClient, store: Store) -> None:
    faults.switch(store, {"what": "knit", "mode": "down"})
    assert (await api.get("ats.job.list")).status_code == 503
    faults.switch(store, {"what": "knit", "mode": "ok"})
    assert (await api.get("ats.job.list")).status_code == 200


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'{"applicationId": 7}', b"[" * 99_999])
async def test_a_malformed_body_is_refused_and_changes_nothing(
    api: httpx.AsyncClient, store: Store, content: bytes
) -> None:
    before = store.all("knit_candidates")
    for call in ("ats.application.create", "ats.application.stage.update", "passthrough", "sync.start"):  # fmt: skip
        assert (await api.post(call, content=content)).status_code == 400
    assert store.all("knit_candidates") == before


async def test_the_page_shows_what_is_there(api: httpx.AsyncClient, store: Store) -> None:
    rows = knit.overview(store)
    assert len(rows) == 22
    assert {"active", "rejected", "hired"} == {row["status"] for row in rows}
    found = [knit.detail(store, row["id"]) for row in rows]
    for part in ("interviews", "notes", "offers", "scorecards", "attachments"):
        assert any(row[part] for row in found), part
