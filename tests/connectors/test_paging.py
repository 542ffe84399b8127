"""Lists are walked to their end however a vendor pages; one that goes in a circle is noticed, and no key leaves the host."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.responses import JSONResponse

from connectors.errors import Rejected, Unreadable
from connectors.http import Answer, Client, pages
from connectors.http_pages import by_cursor, by_offset, linked, listed, numbered, told
from tests.connectors.conftest import Vendor

pytestmark = pytest.mark.anyio


async def walk(found: AsyncIterator[Answer]) -> list[Any]:
    return [answer.json async for answer in found]


def targets(vendor: Vendor) -> list[str]:
    return [target for _, target, _ in vendor.asked]


async def test_a_token_in_the_body_goes_back_in_the_query(client: Client, vendor: Vendor) -> None:
    vendor.answers = [
        JSONResponse({"data": [1], "next": "o-2", "hasNext": True}),
        JSONResponse({"data": [2], "next": "o-3", "hasNext": False}),
    ]
    await walk(by_cursor(client, "people", told("next", "hasNext"), name="offset", limit=1))
    assert targets(vendor) == ["/v2/people?limit=1", "/v2/people?limit=1&offset=o-2"]


async def test_a_token_in_the_body_goes_back_in_the_body_of_a_post(
    client: Client, vendor: Vendor
) -> None:
    vendor.answers = [
        JSONResponse({"results": [1], "nextCursor": "c-2", "moreDataAvailable": True}),
        JSONResponse({"results": [2], "nextCursor": "c-3", "moreDataAvailable": False}),
    ]
    next = told("nextCursor", "moreDataAvailable")
    await walk(by_cursor(client, "candidate.list", next, body={"limit": 100}))
    assert [json.loads(body) for body in vendor.bodies] == [
        {"limit": 100},
        {"limit": 100, "cursor": "c-2"},
    ]
    assert {method for method, _, _ in vendor.asked} == {"POST"}


async def test_a_token_is_taken_out_of_a_whole_address_that_is_not_followed(
    client: Client, vendor: Vendor
) -> None:
    vendor.answers = [
        JSONResponse({"next": "https://elsewhere.example/v1?page_size=1&cursor=c%2F2"}),
        JSONResponse({"next": None}),
    ]
    await walk(by_cursor(client, "people", told("next")))
    assert targets(vendor) == ["/v2/people", "/v2/people?cursor=c%2F2"]


async def test_an_inner_token_is_found(client: Client, vendor: Vendor) -> None:
    vendor.answers = [
        JSONResponse({"data": {"jobs": [1], "nextPageToken": "t"}}),
        JSONResponse({"data": {"jobs": [2], "nextPageToken": None}}),
    ]
    found = await walk(by_cursor(client, "jobs", told("data.nextPageToken"), name="pageToken"))
    assert [listed("data.jobs")(body) for body in found] == [[1], [2]]


@pytest.mark.parametrize("where", ["links", "paging"])
async def test_an_address_in_the_body_is_followed_on_our_host(
    client: Client, vendor: Vendor, where: str
) -> None:
    address = "https://api.acme.example/v2/jobs/J/people?page%5Bnumber%5D=2"
    vendor.answers = [JSONResponse({where: {"next": address}}), JSONResponse({where: {}})]
    await walk(linked(client, "people", told(f"{where}.next"), size=30))
    assert targets(vendor) == ["/v2/people?size=30", "/v2/jobs/J/people?page%5Bnumber%5D=2"]


async def test_an_address_without_a_host_is_ours(client: Client, vendor: Vendor) -> None:
    vendor.answers = [JSONResponse({"next": "/v2/people?page=2"}), JSONResponse({})]
    await walk(linked(client, "people", told("next")))
    assert targets(vendor) == ["/v2/people", "/v2/people?page=2"]


async def test_numbered_pages_end_with_a_short_one(client: Client, vendor: Vendor) -> None:
    vendor.answers = [JSONResponse([1, 2]), JSONResponse([3, 4]), JSONResponse([5])]
    found = await walk(numbered(client, "people/page/{page}", listed(), size=2))
    assert found == [[1, 2], [3, 4], [5]]
    assert targets(vendor) == [f"/v2/people/page/{number}" for number in (1, 2, 3)]


async def test_numbered_pages_of_unknown_size_end_when_the_vendor_says_so(
    client: Client, vendor: Vendor
) -> None:
    vendor.answers = [
        JSONResponse({"rows": [1], "done": False}),
        JSONResponse({"rows": [2], "done": True}),
    ]
    await walk(numbered(client, "people", listed("rows"), more=lambda body: not body["done"]))
    assert targets(vendor) == ["/v2/people?page=1", "/v2/people?page=2"]


async def test_numbered_pages_of_unknown_size_end_with_an_empty_one(
    client: Client, vendor: Vendor
) -> None:
    vendor.answers = [JSONResponse([1]), JSONResponse([])]
    assert await walk(numbered(client, "people", listed())) == [[1], []]


async def test_rows_are_left_out_until_the_total_even_when_pages_are_smaller_than_asked(
    client: Client, vendor: Vendor
) -> None:
    vendor.answers = [
        JSONResponse({"rows": [1, 2], "total": 3}),
        JSONResponse({"rows": [3], "total": 3}),
    ]
    total = lambda body: body["total"]  # noqa: E731
    await walk(by_offset(client, "people", listed("rows"), limit=100, total=total))
    assert targets(vendor) == [
        "/v2/people?limit=100&offset=0",
        "/v2/people?limit=100&offset=2",
    ]


async def test_without_a_total_a_short_page_is_the_last(client: Client, vendor: Vendor) -> None:
    vendor.answers = [JSONResponse([1, 2]), JSONResponse([3])]
    await walk(by_offset(client, "people", listed(), limit=2))
    assert len(vendor.asked) == 2


async def test_a_circle_is_noticed_however_the_vendor_pages(client: Client, vendor: Vendor) -> None:
    link = {"link": '<https://api.acme.example/v2/people?cursor=a>; rel="next"'}
    vendor.answers = [JSONResponse({"next": "a", "rows": [1, 2]}, headers=link)]
    address = lambda body: "https://api.acme.example/v2/people?page=2"  # noqa: E731
    for walking in (
        pages(client, "people"),
        linked(client, "people", address),
        by_cursor(client, "people", told("next")),
        numbered(client, "people", listed("rows"), size=2),
        by_offset(client, "people", listed("rows"), limit=2),
    ):
        vendor.asked.clear()
        with pytest.raises(Unreadable) as circle:
            await walk(walking)
        assert circle.value.account == "acme-1"
        assert len(vendor.asked) <= 3


async def test_a_next_address_on_another_host_is_refused(client: Client, vendor: Vendor) -> None:
    client._account = client.account.__class__("acme-1", "acme", "Acme")  # without its base_url
    vendor.answers = [JSONResponse({"next": "https://elsewhere.example/v2/people?page=2"})]
    with pytest.raises(Rejected):
        await walk(linked(client, "people", told("next")))
    assert len(vendor.asked) == 1
