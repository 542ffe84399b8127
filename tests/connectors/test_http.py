"""The HTTP client: patient when reading, careful when writing, and one error for each thing to do next."""

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from connectors import http
from connectors.contract import Account
from connectors.errors import (
    Conflict,
    ConnectorError,
    Gone,
    InDoubt,
    MissingPermission,
    Reconnect,
    Rejected,
    TryLater,
)
from connectors.http import CallRecord, Client, Pool
from tests.connectors.conftest import Keys, Vendor

pytestmark = pytest.mark.anyio
Ask = Callable[[Client], Any]
WRITES: dict[str, Ask] = {
    "POST": lambda client: client.post("people", {"name": "x"}),
    "PATCH": lambda client: client.patch("people/1", {"name": "x"}),
    "PUT": lambda client: client.put("people/1", {"name": "x"}),
    "DELETE": lambda client: client.delete("people/1"),
}


class Hangup(Response):
    """Promises more than it sends and hangs up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"100"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{"})


def too_many(after: str) -> Response:
    return Response("slow down", 429, headers={"retry-after": after})


async def test_a_read_waits_as_long_as_it_is_told_and_asks_again(
    client: Client, vendor: Vendor
) -> None:
    vendor.answers = [too_many("0.01"), too_many("0"), JSONResponse([1])]
    assert (await client.get("people")).json == [1]
    assert len(vendor.asked) == 3


async def test_a_read_does_not_wait_long(client: Client, vendor: Vendor) -> None:
    vendor.answers = [too_many("120")]
    with pytest.raises(TryLater) as later:
        await client.get("people")
    assert later.value.after == timedelta(minutes=2)
    assert len(vendor.asked) == 1


@pytest.mark.parametrize("after", ["soon", "-1", "", "Wed, 21 Oct 2015 07:28:00 GMT"])
async def test_an_unreadable_wish_or_one_that_is_past_is_no_wish(
    client: Client, vendor: Vendor, after: str
) -> None:
    vendor.answers = [too_many(after)]
    with pytest.raises(TryLater) as later:
        await client.post("people")
    assert later.value.after is None


async def test_a_read_gives_up_after_three_tries(client: Client, vendor: Vendor) -> None:
    vendor.answers = [Response("<html>down</html>", 503, headers={"retry-after": "0"})]
    with pytest.raises(TryLater):
        await client.get("people")
    assert len(vendor.asked) == 3


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Hangup(), InDoubt),
        (Response(status_code=500), InDoubt),
        (Response(status_code=504), InDoubt),
        (Response("{broken"), InDoubt),
        (Response(status_code=503), TryLater),
        (too_many("0"), TryLater),
    ],
)
async def test_a_write_is_never_repeated_blindly(
    client: Client, vendor: Vendor, method: str, answer: Response, error: type[ConnectorError]
) -> None:
    vendor.answers = [answer]
    with pytest.raises(error):
        await WRITES[method](client)
    assert [asked[0] for asked in vendor.asked] == [method]


async def test_a_read_whose_answer_was_lost_is_asked_again(client: Client, vendor: Vendor) -> None:
    vendor.answers = [Hangup(), Response('[{"id": 1'), JSONResponse({"ok": True})]
    assert (await client.get("people")).json == {"ok": True}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Rejected), (403, MissingPermission), (404, Gone), (408, TryLater), (409, Conflict), (410, Gone),
        (418, Rejected), (422, Rejected), (500, TryLater), (599, TryLater),
    ],
)  # fmt: skip
async def test_a_status_says_what_to_do_next(
    client: Client, vendor: Vendor, status: int, error: type[ConnectorError]
) -> None:
    vendor.answers = [Response("<html>no</html>", status)]
    with pytest.raises(error) as refused:
        await client.get("people")
    assert type(refused.value) is error
    assert (refused.value.account, refused.value.code) == ("acme-1", str(status))
    assert "html" not in refused.value.text


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"message": "Validation failed", "errors": [{"field": "ends_at", "message": "is early"}]}, "Validation failed; ends_at: is early"),
        ({"code": "BadRequest", "message": "stage: is unknown"}, "stage: is unknown"),
        ({"error": "invalid_scope"}, "invalid_scope"),
        ({"error": {"message": "Not a time", "code": 400}}, "Not a time"),
        ({"errors": ["first", "second"]}, "first; second"),
        ({"errors": {"name": ["is blank"]}}, "name: is blank"),
        ({"errors": "everything"}, "everything"),
        ({"message": "a", "errors": [{"message": "a"}]}, "a"),
        ({"message": "nora@x.example is taken"}, "… is taken"),
        ({"message": {"nested": 1}, "errors": 7}, "It refused the request (422)."),
        ([], "It refused the request (422)."),
    ],
)  # fmt: skip
async def test_a_refusal_becomes_a_sentence(
    client: Client, vendor: Vendor, body: Any, sentence: str
) -> None:
    vendor.answers = [JSONResponse(body, 422)]
    with pytest.raises(Rejected) as refused:
        await client.post("people")
    assert refused.value.text == sentence


async def test_a_long_refusal_is_cut(client: Client, vendor: Vendor) -> None:
    vendor.answers = [JSONResponse({"message": "x" * 5_000}, 409)]
    with pytest.raises(Conflict) as refused:
        await client.post("people")
    assert len(refused.value.text) == 300


async def test_an_answer_too_large_is_not_read(client: Client, vendor: Vendor) -> None:
    packed = gzip.compress(b" " * (http.MOST_BYTES + 1))
    vendor.answers = [Response(packed, headers={"content-encoding": "gzip"})]
    with pytest.raises(Rejected):
        await client.get("people")


async def test_an_answer_nested_too_deep_is_not_read(client: Client, vendor: Vendor) -> None:
    vendor.answers = [Response("[" * 200_000)]
    with pytest.raises(TryLater):
        await client.get("people")


async def test_an_empty_answer_is_none(client: Client, vendor: Vendor) -> None:
    vendor.answers = [Response(status_code=204)]
    assert (await client.delete("people/1")).json is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(client: Client, vendor: Vendor, status: int) -> None:
    vendor.answers = [RedirectResponse(f"{vendor.url}/elsewhere", status), JSONResponse({})]
    with pytest.raises(Rejected):
        await client.get("people")
    assert [target for _, target, _ in vendor.asked] == ["/v2/people"]


async def test_a_refused_key_is_made_anew_once(client: Client, vendor: Vendor) -> None:
    vendor.answers = [Response(status_code=401), JSONResponse({"ok": True})]
    assert (await client.post("people")).json == {"ok": True}
    assert [key for _, _, key in vendor.asked] == ["Bearer key-1", "Bearer key-2"]


async def test_a_key_refused_twice_has_to_be_connected_again(
    client: Client, vendor: Vendor
) -> None:
    vendor.answers = [Response(status_code=401)]
    with pytest.raises(Reconnect):
        await client.get("people")
    assert len(vendor.asked) == 2


async def test_a_key_that_cannot_be_made_anew_is_tried_once(
    client: Client, vendor: Vendor, keys: Keys
) -> None:
    keys.renewable = False
    vendor.answers = [Response(status_code=401)]
    with pytest.raises(Reconnect):
        await client.get("people")
    assert len(vendor.asked) == 1


async def test_pages_are_walked_by_their_links_on_our_host(client: Client, vendor: Vendor) -> None:
    link = '<https://api.acme.example/v2/people?cursor=abc>; rel="next", <https://x.example>; rel="last"'
    vendor.answers = [
        JSONResponse([1], headers={"link": link}),
        JSONResponse([2], headers={"link": '<https://x.example>; rel="prev"'}),
    ]
    found = [answer.json async for answer in http.pages(client, "people", per_page=1)]
    assert found == [[1], [2]]
    assert [t for _, t, _ in vendor.asked] == ["/v2/people?per_page=1", "/v2/people?cursor=abc"]


async def test_a_next_page_elsewhere_never_gets_the_key(vendor: Vendor, pool: Pool) -> None:
    account = Account("acme-1", "acme", "Acme")
    client = pool.client(account, f"{vendor.url}/v2", Keys())
    elsewhere = vendor.url.replace("127.0.0.1", "localhost")
    link = {"link": f'<{elsewhere}/v2/people?cursor=abc>; rel="next"'}
    vendor.answers = [JSONResponse([1], headers=link), JSONResponse([2])]
    with pytest.raises(Rejected):
        _ = [answer.json async for answer in http.pages(client, "people")]
    assert len(vendor.asked) == 1


async def test_a_signed_download_goes_without_the_key(client: Client, vendor: Vendor) -> None:
    vendor.answers = [Response(b"%PDF-1.7")]
    assert await client.raw(f"{vendor.url}/file?signature=s", signed=True) == b"%PDF-1.7"
    assert await client.raw("file") == b"%PDF-1.7"
    assert [key for _, _, key in vendor.asked] == ["", "Bearer key-1"]


async def test_empty_query_values_stay_at_home_and_lists_are_repeated(
    client: Client, vendor: Vendor
) -> None:
    await client.get("people", offset=None, q="a&b", id=["1", "2"])
    assert vendor.asked[0][1] == "/v2/people?q=a%26b&id=1&id=2"


async def test_a_call_is_noted_without_ids_and_addresses(
    client: Client, vendor: Vendor, records: list[CallRecord]
) -> None:
    vendor.answers = [JSONResponse({"ok": True})]
    await client.get("people/nora@x.example/notes/7/3fa85f64-5717", q="nora@x.example")
    (call,) = records
    assert call.path == "/v2/people/{id}/notes/{id}/{id}"
    assert (call.account, call.method, call.status, call.attempt) == ("acme-1", "GET", 200, 1)
    assert call.bytes == len(json.dumps({"ok": True}, separators=(",", ":")))


@pytest.mark.parametrize(
    ("url", "base", "swapped"),
    [
        ("https://api.acme.example/v2", None, "https://api.acme.example/v2"),
        ("https://api.acme.example/v2", "", "https://api.acme.example/v2"),
        ("https://api.acme.example/v2/", "http://127.0.0.1:8080", "http://127.0.0.1:8080/v2/"),
        ("https://a.example/x?sign=%2F1/", "http://127.0.0.1:1/ignored", "http://127.0.0.1:1/x?sign=%2F1/"),
        ("https://auth.acme.example/token", "https://eu.acme.example", "https://eu.acme.example/token"),
    ],
)  # fmt: skip
def test_another_host_is_put_under_the_address(url: str, base: str | None, swapped: str) -> None:
    assert http.swap(url, base) == swapped
