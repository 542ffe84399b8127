"""The Lever stand-in: filters, refusals, its rate limit, and webhooks that are made by its API."""

import hashlib
import hmac
from typing import Any

import httpx
import pytest

from bot.workspace.store import Store
from tests.serving import serve
from tests.workspace_vendors.conftest import Seconds, basic
from tests.workspace_vendors.hearing import Hearing

pytestmark = pytest.mark.anyio
FORGED = ("", "Basic", "Basic !!!", "Bearer some-key", "Basic Og==", "Basic c29tZTpwYXNzd29yZA==")


async def names(http: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await http.get("opportunities", params=query)
    assert answer.status_code == 200, answer.text
    return [row["name"] for row in answer.json()["data"]]


def ada(store: Store) -> dict[str, Any]:
    """Archived for her timing, about half a year ago."""
    return next(o for o in store.all("lever_opportunities") if o["name"] == "Ada Lovelace")


async def test_each_filter_finds_those_it_describes(
    lever_api: httpx.AsyncClient, store: Store
) -> None:
    all_of_them, she = store.all("lever_opportunities"), ada(store)
    for query, meant in (
        ({"tag": "sql"}, lambda o: "sql" in o["tags"]),
        ({"source": "Agency"}, lambda o: o["sources"] == ["Agency"]),
        ({"origin": "referred"}, lambda o: o["origin"] == "referred"),
        ({"archived": "true"}, lambda o: bool(o["archived"])),
        ({"archived": "false"}, lambda o: not o["archived"]),
        ({"snoozed": "true"}, lambda o: o["snoozedUntil"] is not None),
        ({"location": "london"}, lambda o: o["location"] == "London"),
        ({"archive_reason_id": she["archived"]["reason"]}, lambda o: o["id"] == she["id"]),
        ({"archived_posting_id": she["posting"]}, lambda o: bool(o["archived"])),
        ({"posting_id": she["posting"]}, lambda o: True),
        ({"contact_id": she["contact"]}, lambda o: o["id"] == she["id"]),
    ):
        found = await names(lever_api, **query)
        assert sorted(found) == sorted(o["name"] for o in all_of_them if meant(o)), query
    assert await names(lever_api, tag=["sql", "nobody has it"]) == await names(lever_api, tag="sql")


@pytest.mark.parametrize(
    ("name", "field"),
    [("created_at", "createdAt"), ("updated_at", "updatedAt"), ("advanced_at", "lastAdvancedAt")],
)
async def test_spans_are_closed_at_both_ends(
    lever_api: httpx.AsyncClient, store: Store, name: str, field: str
) -> None:
    rows = sorted(store.all("lever_opportunities"), key=lambda o: int(o[field]))
    low, high = rows[3][field], rows[9][field]
    found = await names(lever_api, **{f"{name}_start": low, f"{name}_end": high})
    assert sorted(found) == sorted(o["name"] for o in rows if low <= o[field] <= high)


async def test_only_the_archived_have_an_archived_moment(
    lever_api: httpx.AsyncClient, store: Store
) -> None:
    at = ada(store)["archived"]["archivedAt"]
    assert await names(lever_api, archived_at_start=at, archived_at_end=at) == ["Ada Lovelace"]


@pytest.mark.parametrize(
    "path",
    [
        "opportunities?colour=red", "postings?colour=red", "users?name=rosa", "stages?email=x", "opportunities?limit=abc",
        "opportunities?limit=0", "opportunities?offset=~~", "opportunities?updated_at_start=yesterday", "opportunities?archived=maybe",
        "opportunities?confidentiality=some", "opportunities?updated_at_end=-1",
    ],
)  # fmt: skip
async def test_what_a_list_does_not_understand_it_refuses(
    lever_api: httpx.AsyncClient, path: str
) -> None:
    answer = await lever_api.get(path)
    assert answer.status_code == 400
    assert answer.json()["code"] == "BadRequest"


async def test_an_unknown_parameter_is_named(lever_api: httpx.AsyncClient) -> None:
    assert "colour" in (await lever_api.get("opportunities?colour=red")).json()["message"]


async def test_include_gives_only_these_fields(lever_api: httpx.AsyncClient) -> None:
    rows = (await lever_api.get("opportunities?include=id,name&limit=1")).json()["data"]
    assert [set(row) for row in rows] == [{"id", "name"}]


@pytest.mark.parametrize("header", FORGED)
async def test_a_key_that_is_empty_or_malformed_is_refused(
    lever_api: httpx.AsyncClient, header: str
) -> None:
    answer = await lever_api.get("users", headers={"authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "Unauthorized")


async def test_twenty_calls_at_once_are_fine_and_then_ten_a_second(
    lever_api: httpx.AsyncClient, seconds: Seconds
) -> None:
    first = [(await lever_api.get("stages")).status_code for _ in range(21)]
    assert first == [200] * 20 + [429]
    refused = await lever_api.get("stages")
    assert "retry-after" not in refused.headers
    assert (await lever_api.get("stages", headers=basic("other-key"))).status_code == 200
    seconds.at += 1
    assert [(await lever_api.get("stages")).status_code for _ in range(11)] == [200] * 10 + [429]


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("PUT", "stage", b"{"), ("PUT", "stage", b"[1]"), ("PUT", "stage", b"\xff"), ("PUT", "archived", b'{"reason": [1]}'),
        ("POST", "notes", b'{"value": 7}'), ("POST", "panels", b'{"timezone": "UTC", "interviews": "x"}'),
        ("POST", "panels", b'{"timezone": "UTC", "interviews": [{"interviewers": [1], "date": 1, "duration": 1}]}'),
        ("POST", "panels", b'{"timezone": "UTC", "interviews": [{"interviewers": [{}], "date": "x", "duration": 1}]}'),
        ("POST", "feedback", b'{"fieldValues": 3}'), ("POST", "files", b"{}"), ("POST", "addTags", b'{"tags": "x"}'),
    ],
)  # fmt: skip
async def test_a_malformed_body_is_a_bad_request_and_changes_nothing(
    lever_api: httpx.AsyncClient, store: Store, method: str, path: str, content: bytes
) -> None:
    kinds = ("lever_notes", "lever_panels", "lever_feedback", "lever_files", "lever_opportunities")
    before = [store.all(kind) for kind in kinds]
    user = store.all("lever_users")[0]["id"]
    answer = await lever_api.request(
        method,
        f"opportunities/{ada(store)['id']}/{path}?perform_as={user}",
        content=content,
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 400
    assert [store.all(kind) for kind in kinds] == before


async def test_a_registered_hook_fires_with_its_own_token_which_is_told_once(
    lever_api: httpx.AsyncClient, store: Store
) -> None:
    hearing = Hearing(status=202)
    with serve(hearing.app) as url:
        wish = {"url": url, "event": "candidateArchiveChange"}
        made = (await lever_api.post("webhooks", json=wish)).json()["data"]
        key = made["configuration"]["signatureToken"]
        listed = (await lever_api.get("webhooks")).json()["data"]
        assert [(h["id"], h["configuration"]) for h in listed] == [(made["id"], {})]
        reason = store.all("lever_archive_reasons")[1]["id"]
        person = next(o["id"] for o in store.all("lever_opportunities") if not o["archived"])
        await lever_api.put(f"opportunities/{person}/archived", json={"reason": reason})
        told = await hearing.next()
        await lever_api.put(f"opportunities/{person}/stage", json={"stage": "lead-new"})
        await hearing.quiet()
    signed = hmac.new(
        key.encode(), f"{told['token']}{told['triggeredAt']}".encode(), hashlib.sha256
    )
    assert told["signature"] == signed.hexdigest()
    assert (told["event"], told["data"]["opportunityId"]) == ("candidateArchiveChange", person)
    assert len(hearing.bodies) == 1, "a 202 is a success, and the other event was not asked for"


@pytest.mark.parametrize("wish", [{}, {"url": "http://x"}, {"url": 3, "event": "candidateHired"}])
async def test_a_hook_needs_an_address_and_an_event(
    lever_api: httpx.AsyncClient, wish: dict[str, Any]
) -> None:
    assert (await lever_api.post("webhooks", json=wish)).status_code == 400


async def test_a_slow_vendor_takes_three_seconds_and_one_that_is_down_says_so(
    lever_api: httpx.AsyncClient, store: Store, seconds: Seconds
) -> None:
    store.put("fault", "lever", {"mode": "slow"})
    assert (await lever_api.get("stages")).status_code == 200
    assert seconds.waited == [3.0]
    store.put("fault", "lever", {"mode": "down"})
    assert (await lever_api.get("stages")).status_code == 503
