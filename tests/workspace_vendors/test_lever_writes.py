"""Writes to the Lever stand-in: opportunities that are made, contacts that are replaced, feedback that is filled in."""

from typing import Any

import httpx
import pytest

from bot.workspace.store import Store
from tests.serving import serve
from tests.workspace_vendors.hearing import Hearing

pytestmark = pytest.mark.anyio


def ada(store: Store) -> dict[str, Any]:
    """Archived for her timing, about half a year ago."""
    return next(o for o in store.all("lever_opportunities") if o["name"] == "Ada Lovelace")


async def made(http: httpx.AsyncClient, store: Store, **body: Any) -> httpx.Response:
    """An opportunity that Rosa's key makes as Rosa."""
    user = store.all("lever_users")[0]["id"]
    return await http.post("opportunities", params={"perform_as": user}, json=body)


@pytest.mark.parametrize(
    "body",
    [
        {"colour": "red"}, {"emails": "x@y.example"}, {"emails": ["nobody"]}, {"phones": ["+49"]}, {"stage": "none"},
        {"postings": ["none"]}, {"origin": "stork"}, {"contact": "nobody"}, {"tags": [""]}, {"postings": ["a", "b"]},
    ],
)  # fmt: skip
async def test_an_opportunity_that_makes_no_sense_is_not_made(
    lever_api: httpx.AsyncClient, store: Store, body: dict[str, Any]
) -> None:
    before = store.all("lever_opportunities")
    answer = await made(lever_api, store, **body)
    assert (answer.status_code, answer.json()["code"]) == (400, "BadRequest")
    assert (await lever_api.post("opportunities", json={"name": "A"})).status_code == 400
    assert store.all("lever_opportunities") == before


async def test_one_address_is_one_contact_with_as_many_opportunities_as_are_made(
    lever_api: httpx.AsyncClient, store: Store
) -> None:
    she, hearing = ada(store), Hearing()
    second = store.all("lever_postings")[1]["id"]
    with serve(hearing.app) as url:
        for event in ("applicationCreated", "contactCreated"):
            await lever_api.post("webhooks", json={"url": url, "event": event})
        address = she["emails"][0].upper()
        one = (await made(lever_api, store, emails=[address], postings=[second])).json()["data"]
        two = (await made(lever_api, store, name="Ida Bell")).json()["data"]
        await hearing.quiet()
    assert (one["contact"], one["name"], two["applications"]) == (she["contact"], she["name"], [])
    assert two["contact"] != she["contact"]
    told = [(body["event"], body["data"]["contactId"]) for body in hearing.bodies]
    assert sorted(told) == [
        ("applicationCreated", she["contact"]),
        ("contactCreated", two["contact"]),
    ]


async def test_a_posting_that_is_closed_takes_nobody(
    lever_api: httpx.AsyncClient, store: Store
) -> None:
    posting = store.all("lever_postings")[1]
    store.put("lever_postings", posting["id"], {**posting, "state": "closed"})
    assert (await made(lever_api, store, postings=[posting["id"]])).status_code == 400


async def test_what_is_left_out_of_a_contact_is_emptied(
    lever_api: httpx.AsyncClient, store: Store
) -> None:
    path = f"contacts/{ada(store)['contact']}"
    answer = await lever_api.put(path, json={"name": "Ada King", "location": {"name": "Oslo"}})
    assert answer.json()["data"] == (await lever_api.get(path)).json()["data"]
    contact = answer.json()["data"]
    assert (contact["name"], contact["location"], contact["emails"]) == ("Ada King", {"name": "Oslo"}, [])  # fmt: skip
    assert (await lever_api.put(path, json={"company": "X"})).status_code == 400
    assert (await lever_api.get("contacts/nobody")).status_code == 404


async def test_words_in_use_are_counted(lever_api: httpx.AsyncClient, store: Store) -> None:
    tags = (await lever_api.get("tags")).json()["data"]
    assert tags == [{"text": "sql", "count": 6}]
    path = f"opportunities/{ada(store)['id']}"
    await lever_api.post(f"{path}/addSources", json={"sources": ["Fair"]})
    sources = (await lever_api.get("sources")).json()["data"]
    assert {"text": "Fair", "count": 1} in sources


async def test_what_was_deleted_is_listed_by_its_moment(
    lever_api: httpx.AsyncClient, store: Store
) -> None:
    for kind in ("opportunities", "postings"):
        store.put(f"lever_deleted_{kind}", "1", {"id": "1", "deletedAt": 500})
        for query, count in (({}, 1), ({"deleted_at_start": 501}, 0), ({"deleted_at_end": 500}, 1)):
            rows = (await lever_api.get(f"{kind}/deleted", params=query)).json()["data"]
            assert len(rows) == count


async def test_a_key_without_a_right_is_refused_there_and_nowhere_else(
    lever_api: httpx.AsyncClient, store: Store
) -> None:
    store.put("lever_without", "offers", {"id": "offers"})
    store.put("lever_without", "confidential", {"id": "confidential"})
    path = f"opportunities/{ada(store)['id']}"
    assert (await lever_api.get(f"{path}/offers")).status_code == 403
    assert (await lever_api.get("postings?confidentiality=all")).status_code == 403
    assert (await lever_api.get("postings")).status_code == 200


async def test_feedback_without_values_is_an_empty_form_that_can_be_filled_in(
    lever_api: httpx.AsyncClient, store: Store
) -> None:
    template = store.all("lever_feedback_templates")[0]
    path = f"opportunities/{ada(store)['id']}/feedback"
    who = {"perform_as": store.all("lever_users")[0]["id"]}
    empty = await lever_api.post(path, params=who, json={"baseTemplateId": template["id"]})
    card = empty.json()["data"]
    assert card["completedAt"]
    assert not any("value" in field for field in card["fields"])
    rating, strengths, _ = template["fields"]
    short = {"fieldValues": [{"id": rating["id"], "value": "3 - Hire"}]}
    assert (await lever_api.put(f"{path}/{card['id']}", params=who, json=short)).status_code == 400
    short["fieldValues"].append({"id": strengths["id"], "value": "Clear"})
    filled = await lever_api.put(f"{path}/{card['id']}", params=who, json=short)
    assert filled.json()["data"]["fields"][0]["value"] == "3 - Hire"


async def test_out_of_the_archive_somebody_has_the_stage_of_before(
    lever_api: httpx.AsyncClient, store: Store
) -> None:
    she = ada(store)
    await lever_api.put(f"opportunities/{she['id']}/archived", json={"reason": None})
    assert (ada(store)["archived"], ada(store)["stage"]) == (None, she["stage"])
