"""Logins: a token is kept, made anew once when it is refused, and nothing a login server says breaks us."""

import asyncio
import base64
import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from starlette.responses import JSONResponse, Response

from connectors.auth import Basic, ClientCredentials
from connectors.contract import Account
from connectors.errors import ConnectorError, MissingPermission, Reconnect, TryLater
from connectors.http import Client, Pool
from connectors.http_calls import CallRecord
from tests.connectors.conftest import Vendor

pytestmark = pytest.mark.anyio
SECRET = "client-secret-9f2e"


@pytest.fixture
def client(vendor: Vendor, pool: Pool) -> Client:
    account = Account("acme-1", "acme", "Acme", base_url=vendor.url)
    auth = ClientCredentials(account, "https://auth.acme.example/token", "id-1", SECRET, "508")
    return pool.client(account, "https://api.acme.example/v2", auth)


def token(name: str, **more: Any) -> Response:
    return JSONResponse({"access_token": name, "expires_in": 3_600, **more})


async def test_a_token_is_asked_for_once_and_kept(client: Client, vendor: Vendor) -> None:
    vendor.answers = [token("t1"), JSONResponse([])]
    await client.get("people")
    await client.get("people")
    assert [target for _, target, _ in vendor.asked] == ["/token", "/v2/people", "/v2/people"]
    assert vendor.asked[1][2] == vendor.asked[2][2] == "Bearer t1"


async def test_many_calls_at_once_log_in_once(client: Client, vendor: Vendor) -> None:
    vendor.answers = [token("t1"), JSONResponse([])]
    await asyncio.gather(*(client.get("people") for _ in range(5)))
    assert [target for _, target, _ in vendor.asked].count("/token") == 1


async def test_a_login_says_who_asks_and_for_whom(client: Client, vendor: Vendor) -> None:
    vendor.answers = [token("t1"), JSONResponse([])]
    await client.get("people")
    form = parse_qs(vendor.bodies[0].decode())
    assert form == {"grant_type": ["client_credentials"], "sub": ["508"]}
    assert vendor.asked[0][2] == f"Basic {base64.b64encode(f'id-1:{SECRET}'.encode()).decode()}"


async def test_a_login_is_a_line_of_the_call_log_without_what_it_said(
    client: Client, vendor: Vendor, records: list[CallRecord]
) -> None:
    vendor.answers = [Response(status_code=503), token("t1"), JSONResponse([])]
    with pytest.raises(TryLater):
        await client.post("people")
    await client.get("people")
    logins = [call for call in records if call.path == "/token"]
    assert [(call.method, call.status, call.cost) for call in logins] == [
        ("POST", 503, 0.0),
        ("POST", 200, 0.0),
    ]
    assert (logins[0].error, logins[1].error) == ("TryLater", "")
    assert SECRET not in str(records)
    assert "t1" not in str(records)


async def test_a_refused_token_is_made_anew_once(client: Client, vendor: Vendor) -> None:
    refused = Response(status_code=401)
    vendor.answers = [token("t1"), refused, token("t2"), JSONResponse([])]
    await client.post("people")
    assert [key for _, target, key in vendor.asked if target != "/token"] == [
        "Bearer t1",
        "Bearer t2",
    ]


async def test_a_token_refused_twice_is_for_a_person(client: Client, vendor: Vendor) -> None:
    refused = Response(status_code=401)
    vendor.answers = [token("t1"), refused, token("t2"), refused]
    with pytest.raises(Reconnect):
        await client.get("people")
    assert len(vendor.asked) == 4


@pytest.mark.parametrize(
    "until", [{"expires_in": 30}, {"expires_at": "2020-01-01T00:00:00Z"}, {"expires_at": 1}]
)
async def test_a_token_about_to_end_is_not_used_again(
    client: Client, vendor: Vendor, until: dict[str, Any]
) -> None:
    vendor.answers = [token("t1", **until), JSONResponse([]), token("t2"), JSONResponse([])]
    await client.get("people")
    await client.get("people")
    assert vendor.asked[-1][2] == "Bearer t2"


@pytest.mark.parametrize(
    "until", [{"expires_at": "soon"}, {"expires_in": "an hour"}, {"expires_in": None}]
)
async def test_an_unreadable_end_means_an_hour(
    client: Client, vendor: Vendor, until: dict[str, Any]
) -> None:
    vendor.answers = [token("t1", **until), JSONResponse([])]
    await client.get("people")
    await client.get("people")
    assert len(vendor.asked) == 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (JSONResponse({"error": "invalid_client"}, 401), Reconnect),
        (JSONResponse({"error": "invalid_scope"}, 403), MissingPermission),
        (Response(status_code=503), TryLater),
        (Response(status_code=429), TryLater),
        (Response(status_code=302), Reconnect),
        (Response("<html>hello</html>"), Reconnect),
        (Response("7"), Reconnect),
        (Response('"access_token"'), Reconnect),
        (Response("[" * 200_000), Reconnect),
        (JSONResponse({"access_token": None}), Reconnect),
    ],
)
async def test_a_login_that_fails_says_what_to_do_next(
    client: Client, vendor: Vendor, answer: Response, error: type[ConnectorError]
) -> None:
    vendor.answers = [answer]
    with pytest.raises(error) as refused:
        await client.post("people")
    assert type(refused.value) is error
    assert refused.value.account == "acme-1"
    assert SECRET not in repr(refused.value) + repr(refused.value.__cause__)
    assert {target for _, target, _ in vendor.asked} == {"/token"}


async def test_a_key_goes_as_the_user_name() -> None:
    async with Pool() as pool:
        said = (await Basic("key-é").headers(pool))["authorization"]
    assert base64.b64decode(said.removeprefix("Basic ")).decode() == "key-é:"
    assert json.dumps(said).isascii()
