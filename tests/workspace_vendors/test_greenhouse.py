"""The Greenhouse stand-in: who gets in, what lists take, what may be written, and offers with versions."""

from typing import Any

import httpx
import pytest

from bot.workspace.ats.greenhouse import filters
from bot.workspace.store import Store
from tests.workspace_vendors.conftest import Seconds, basic

pytestmark = pytest.mark.anyio
OPEN = "applications/3004"  # at the technical interview


async def rows(http: httpx.AsyncClient, resource: str, **query: Any) -> list[dict[str, Any]]:
    answer = await http.get(resource, params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


async def one(http: httpx.AsyncClient, resource: str, id: object) -> dict[str, Any]:
    return (await rows(http, resource, ids=str(id)))[0]


def fields(answer: httpx.Response) -> list[str]:
    """The fields that a refusal names."""
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]


async def test_a_tag_finds_those_who_have_it(harvest: httpx.AsyncClient, store: Store) -> None:
    found = [row["id"] for row in await rows(harvest, "candidates", tag="STRONG")]
    assert sorted(found) == [c["id"] for c in store.all("gh_candidates") if "strong" in c["tags"]]
    assert found


@pytest.mark.parametrize("resource", sorted(filters.KNOWN))
async def test_every_list_names_the_filter_it_does_not_know(
    harvest: httpx.AsyncClient, resource: str
) -> None:
    assert fields(await harvest.get(resource, params={"colour": "red"})) == ["colour"]
    assert (await harvest.get(resource, params={"skip_count": "true"})).status_code == 200


async def test_every_seeded_row_tells_when_it_was_changed(
    harvest: httpx.AsyncClient, store: Store
) -> None:
    for resource in filters.KNOWN:
        kept = store.all(f"gh_{resource}")
        since = await rows(
            harvest, resource, per_page=500, updated_at="gte|2000-01-01T00:00:00+01:00"
        )
        assert len(since) == len(kept), resource


async def test_moments_are_compared_as_moments(harvest: httpx.AsyncClient, store: Store) -> None:
    row = store.all("gh_candidates")[4]
    store.put("gh_candidates", row["id"], {**row, "updated_at": "2031-05-01T12:00:00.000Z"})
    for wish, found in (
        ("gte|2031-05-01T12:00:00Z", True),
        ("gt|2031-05-01T12:00:00Z", False),
        ("gte|2031-05-01T14:00:00+02:00|lt|2031-05-01T12:00:01Z", True),
        ("gte|2031-05-01T13:59:59-02:00", False),
    ):
        assert bool(await rows(harvest, "candidates", updated_at=wish)) == found, wish


@pytest.mark.parametrize(
    "path",
    [
        "candidates?per_page=abc", "candidates?per_page=0", "candidates?per_page=²", "candidates?cursor=%7E%7E", "candidates?cursor=",
        "candidates?cursor=eyJhIjoxfQ", "candidates?updated_at=gte|yesterday", "candidates?updated_at=near|2026-01-01", "jobs?opened_at=gte",
        "applications?status=in_process", "candidates?cursor=x&per_page=5",
    ],
)  # fmt: skip
async def test_a_question_that_makes_no_sense_is_refused(
    harvest: httpx.AsyncClient, path: str
) -> None:
    assert (await harvest.get(path)).status_code == 422


async def test_a_cursor_walks_to_the_end_with_its_filters_and_fields(
    harvest: httpx.AsyncClient, store: Store
) -> None:
    answer = await harvest.get("candidates?per_page=7&fields=id&private=false")
    seen = answer.json()
    while "next" in answer.links:
        answer = await harvest.get(answer.links["next"]["url"].rpartition("/")[2])
        seen += answer.json()
    assert sorted(seen, key=lambda c: int(c["id"])) == [
        {"id": c["id"]} for c in store.all("gh_candidates")
    ]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic Og==",
        "Basic Y2xpZW50Og==",
        "Basic OnNlY3JldA==",
        "Bearer x",
    ],
)
async def test_a_client_without_id_and_secret_gets_no_token(
    harvest: httpx.AsyncClient, header: str
) -> None:
    answer = await harvest.post(
        "http://harvest/token",
        data={"grant_type": "client_credentials"},
        headers={"authorization": header},
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "token", ["", "gh", "gh.e30.x", "eyJzdWIiOiAiNTA4In0.0123", "a.b", "ÿ.ÿ".encode("latin-1")]
)
async def test_a_forged_token_is_refused(harvest: httpx.AsyncClient, token: str | bytes) -> None:
    said = token if isinstance(token, bytes) else token.encode()
    answer = await harvest.get("users", headers={b"authorization": b"Bearer " + said})
    assert answer.status_code == 401


async def test_a_token_dies_at_its_hour(harvest: httpx.AsyncClient, seconds: Seconds) -> None:
    seconds.at += 3_599
    assert (await harvest.get("users")).status_code == 200
    seconds.at += 1
    assert (await harvest.get("users")).status_code == 401


async def test_somebody_who_is_no_site_admin_sees_nothing(harvest: httpx.AsyncClient) -> None:
    form = {"grant_type": "client_credentials", "sub": "501"}
    made = await harvest.post("http://harvest/token", data=form, headers=basic("client", "secret"))
    harvest.headers["authorization"] = f"Bearer {made.json()['access_token']}"
    assert await rows(harvest, "candidates") == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (OPEN, "status"), (OPEN, "candidate_id"), ("candidates/2004", "id"), ("candidates/2004", "updated_at"),
        ("offers/70001", "version"), ("offers/70001", "application_id"),
    ],
)  # fmt: skip
async def test_a_field_that_is_not_editable_is_named(
    harvest: httpx.AsyncClient, path: str, name: str
) -> None:
    await harvest.post("offers", json={"application_id": 3004})
    value = "2026-01-01T00:00:00Z" if name.endswith("_at") else "1"
    assert fields(await harvest.patch(path, json={name: value})) == [name]


async def test_editable_fields_are_kept(harvest: httpx.AsyncClient) -> None:
    wish = {"recruiter_id": 502, "custom_fields": [{"name_key": "team", "value": "Ingest"}]}
    assert (await harvest.patch(OPEN, json=wish)).status_code == 200
    row = await one(harvest, "applications", 3004)
    assert (row["recruiter_id"], row["custom_fields"]["team"]["value"]) == (502, "Ingest")
    assert fields(await harvest.patch(OPEN, json={"recruiter_id": 9})) == ["recruiter_id"]


async def test_a_move_to_another_job_transfers(harvest: httpx.AsyncClient) -> None:
    before = await one(harvest, "applications", 3004)
    other = 4002 if before["job_id"] == 4001 else 4001
    assert fields(await harvest.post(f"{OPEN}/move", json={"to_job_id": 1})) == ["to_job_id"]
    assert (await harvest.post(f"{OPEN}/move", json={"to_job_id": other})).status_code == 201
    row = await one(harvest, "applications", 3004)
    assert (row["job_id"], row["stage_name"]) == (other, "Application review")
    stages = await rows(harvest, "application_stages", application_ids="3004", current="true")
    assert [stage["job_interview_stage_id"] for stage in stages] == [other * 10]


async def test_a_rejection_has_details_that_can_be_changed(harvest: httpx.AsyncClient) -> None:
    assert (
        await harvest.post(f"{OPEN}/reject", json={"rejection_reason_id": 71})
    ).status_code == 201
    (details,) = await rows(harvest, "rejection_details", application_ids="3004")
    assert details["rejection_reason_id"] == 71
    path = f"rejection_details/{details['id']}"
    assert (await harvest.patch(path, json={"rejection_reason_id": 72})).status_code == 200
    assert (await one(harvest, "rejection_details", details["id"]))["rejection_reason_id"] == 72
    await harvest.post(f"{OPEN}/unreject")
    assert await rows(harvest, "rejection_details", application_ids="3004") == []


async def test_a_tracked_change_makes_a_new_version_of_an_offer(harvest: httpx.AsyncClient) -> None:
    wish = {
        "application_id": 3004,
        "starts_on": "2027-01-04",
        "custom_fields": [{"name_key": "bonus", "value": "10%"}],
    }
    first = (await harvest.post("offers", json=wish)).json()
    assert first["custom_fields"]["bonus"]["value"] == "10%"
    sent = await harvest.patch(f"offers/{first['id']}", json={"sent_on": "2026-12-01"})
    assert (sent.json()["id"], sent.json()["version"]) == (first["id"], 1)
    moved = await harvest.patch(f"offers/{first['id']}", json={"starts_on": "2027-02-01"})
    second = moved.json()
    assert second["id"] != first["id"]
    assert (second["version"], second["custom_fields"]) == (2, first["custom_fields"])
    assert (await one(harvest, "offers", first["id"]))["status"] == "Deprecated"
    assert (await harvest.patch(f"offers/{first['id']}", json={"sent_on": None})).status_code == 422
    done = await harvest.patch(f"offers/{second['id']}", json={"status": "Accepted"})
    assert (done.json()["id"], done.json()["resolved_at"] is not None) == (second["id"], True)
    current = await rows(harvest, "offers", application_ids="3004", current_only="true")
    assert [(row["id"], row["status"]) for row in current] == [(second["id"], "Accepted")]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("notes", b"{"), ("notes", b"[]"), ("notes", b"\xff"), ("notes", b'{"candidate_id": 2004, "body": 7}'),
        ("notes", b'{"candidate_id": [1], "body": "x"}'), ("interviews", b'{"application_id": 3004, "starts_at": 5, "ends_at": 6}'),
        ("interviews", b'{"application_id": 3004, "starts_at": "x", "ends_at": "y"}'),
        ("interviews", b'{"application_id": 3004, "starts_at": "2027-01-01T10:00:00Z", "ends_at": "2027-01-01T11:00:00Z", "interviewers": [{"user_id": 9}]}'),
        ("interviews", b'{"application_id": 3004, "starts_at": "2027-01-01T10:00:00Z", "ends_at": "2027-01-01T11:00:00Z", "interviewers": "x"}'),
        ("attachments", b'{"candidate_id": 2004, "filename": "x.pdf", "content": "%%%"}'), ("attachments", b'{"candidate_id": 2004}'),
        ("offers", b'{"application_id": 3004, "starts_on": "soon"}'), ("offers", b'{"application_id": 3004, "custom_fields": [{}]}'),
        ("applications/3004/move", b'{"to_stage_id": {}}'), ("applications/3004/reject", b'{"rejection_reason_id": 1}'),
    ],
)  # fmt: skip
async def test_a_malformed_body_is_refused_and_leaves_no_row(
    harvest: httpx.AsyncClient, store: Store, path: str, content: bytes
) -> None:
    kinds = [f"gh_{resource}" for resource in filters.KNOWN]
    before = [store.all(kind) for kind in kinds]
    answer = await harvest.post(path, content=content)
    assert answer.status_code in (400, 422)
    assert [store.all(kind) for kind in kinds] == before


async def test_a_slow_vendor_takes_three_seconds(
    harvest: httpx.AsyncClient, store: Store, seconds: Seconds
) -> None:
    store.put("fault", "greenhouse", {"mode": "slow"})
    assert (await harvest.get("users")).status_code == 200
    assert seconds.waited == [3.0]
