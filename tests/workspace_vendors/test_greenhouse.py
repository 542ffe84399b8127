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


async def test_a_person_is_added_with_a_name_and_new_tags_become_the_accounts(
    harvest: httpx.AsyncClient,
) -> None:
    assert fields(await harvest.post("candidates", json={"first_name": "Zoë"})) == ["last_name"]
    assert fields(await harvest.post("candidates", json={"first_name": "Z", "last_name": "R", "id": "7"})) == ["id"]  # fmt: skip
    wish = {"first_name": "Zoë", "last_name": "Ray", "tags": ["Kotlin", "STRONG"]}
    made = (await harvest.post("candidates", json=wish)).json()
    assert made["tags"] == ["Kotlin", "strong"]
    assert sorted(tag["name"] for tag in await rows(harvest, "candidate_tags")) == ["Kotlin", "strong"]  # fmt: skip
    applied = await rows(harvest, "applied_candidate_tags", candidate_ids=str(made["id"]))
    assert len(applied) == 2


async def test_a_tag_is_given_once_and_taken_back(harvest: httpx.AsyncClient) -> None:
    tag = (await harvest.post("candidate_tags", json={"name": "Kotlin"})).json()
    assert fields(await harvest.post("candidate_tags", json={"name": "kotlin"})) == ["name"]
    wish = {"candidate_id": 2004, "candidate_tag_id": tag["id"]}
    given = (await harvest.post("applied_candidate_tags", json=wish)).json()
    assert fields(await harvest.post("applied_candidate_tags", json=wish)) == ["candidate_tag_id"]
    assert "Kotlin" in (await one(harvest, "candidates", 2004))["tags"]
    assert (await harvest.delete(f"applied_candidate_tags/{given['id']}")).status_code == 200
    assert "Kotlin" not in (await one(harvest, "candidates", 2004))["tags"]


async def test_an_application_begins_in_the_first_stage_of_an_open_job(
    harvest: httpx.AsyncClient, store: Store
) -> None:
    here = await one(harvest, "applications", 3004)
    other = 4002 if here["job_id"] == 4001 else 4001
    wish = {"candidate_id": 2004, "job_id": other}
    assert fields(await harvest.post("applications", json={**wish, "initial_stage_id": 1})) == ["initial_stage_id"]  # fmt: skip
    made = (await harvest.post("applications", json=wish)).json()
    assert (made["status"], made["stage_name"]) == ("in_process", "Application review")
    assert fields(await harvest.post("applications", json=wish)) == ["job_id"]
    store.put("gh_jobs", other, {**(store.get("gh_jobs", other) or {}), "status": "closed"})
    assert fields(await harvest.post("applications", json={**wish, "candidate_id": 2006})) == ["job_id"]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("shoe_size", "44"), ("seniority", "Wizard"), ("seniority", 1), ("languages", ["Go", "Cobol"]), ("languages", "Go"),
        ("years_of_experience", "3"), ("open_to_relocation", "yes"), ("expected_salary", {"amount": "5", "currency_code": "EUR"}),
        ("expected_salary", {"amount": 5}), ("salary_range", {"min_value": 1, "max_value": 2, "currency_code": "EUR"}),
        ("met_by", 9), ("free_from", "soon"), ("notice_period", 3),
    ],
)  # fmt: skip
async def test_a_custom_field_of_the_wrong_form_is_refused(
    harvest: httpx.AsyncClient, key: str, value: Any
) -> None:
    before = await one(harvest, "candidates", 2004)
    wish = {"custom_fields": [{"name_key": key, "value": value}]}
    assert fields(await harvest.patch("candidates/2004", json=wish)) == ["custom_fields"]
    assert await one(harvest, "candidates", 2004) == before


async def test_a_write_replaces_all_custom_fields_and_a_choice_comes_back_by_name(
    harvest: httpx.AsyncClient,
) -> None:
    (field,) = await rows(harvest, "custom_fields", field_type="candidate", name_key="seniority")
    options = await rows(harvest, "custom_field_options", custom_field_ids=str(field["id"]))
    senior = next(option["id"] for option in options if option["name"] == "Senior")
    wish = {"custom_fields": [{"name_key": "seniority", "value": senior}]}
    held = (await harvest.patch("candidates/2004", json=wish)).json()["custom_fields"]
    assert {key: field["value"] for key, field in held.items()} == {"seniority": "Senior"}


async def test_an_erasure_names_its_fields(harvest: httpx.AsyncClient) -> None:
    for wish in ({}, {"fields": []}, {"fields": ["shoe_size"]}):
        assert fields(await harvest.patch("candidates/2004/anonymize", json=wish)) == ["fields"]
    wish = {"fields": ["full_name", "emails"]}
    assert (await harvest.patch("candidates/2004/anonymize", json=wish)).status_code == 200
    person = await one(harvest, "candidates", 2004)
    assert (person["first_name"], person["email_addresses"]) == ("(Anonymized)", [])
    assert person["phone_numbers"]
