"""What the client does beside the call: rests after failures, notices announcements, keeps secrets, notes for whom it asked."""

import json
import logging
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from connectors.auth import Basic, ClientCredentials, HeaderKey, QueryKey
from connectors.breaker import FIRST, RUN
from connectors.contract import Account
from connectors.errors import (
    AlreadyApplied,
    Conflict,
    Gone,
    InDoubt,
    JobClosed,
    RateLimited,
    Reconnect,
    Rejected,
    Resting,
    TryLater,
)
from connectors.http import CallRecord, Client, Pool, Whence, template
from connectors.notices import Notice
from connectors.shapes import USUAL
from tests.connectors.conftest import Keys, Vendor

pytestmark = pytest.mark.anyio
KEY = "api-key-77aa-secret"


class Desk:
    """A pool whose clock a test moves, and what it told."""

    def __init__(self, vendor: Vendor) -> None:
        self.at = 1_800_000_000.0
        self.told: list[Notice] = []
        self.records: list[CallRecord] = []
        self.whence = Whence("job sync:1", "sync")
        self.pool = Pool(
            self.records.append, 5.0, pause=0.0, on_notice=self.told.append,
            whence=lambda: self.whence, now=lambda: self.at,
        )  # fmt: skip
        self.account = Account("acme-1", "acme", "Acme Hire", base_url=vendor.url)

    def client(self, auth: Any = None, **terms: Any) -> Client:
        host = "https://api.acme.example/v2"
        return self.pool.client(self.account, host, auth or Keys(), **terms)


@pytest.fixture
async def desk(vendor: Vendor, anyio_backend: str) -> Any:
    made = Desk(vendor)
    yield made
    await made.pool.close()


async def fails(client: Client, times: int) -> None:
    for _ in range(times):
        with pytest.raises((TryLater, InDoubt)):
            await client.post("people")


async def test_after_many_failures_nobody_asks_and_everybody_is_told_when(
    desk: Desk, vendor: Vendor
) -> None:
    client = desk.client()
    vendor.answers = [Response(status_code=500)]
    await fails(client, RUN)
    assert [(n.kind, n.over) for n in desk.told] == [("resting", False)]
    assert "Acme Hire" in desk.told[0].sentence
    with pytest.raises(Resting) as resting:
        await client.get("people")
    assert resting.value.after is not None
    assert 0 < resting.value.after.total_seconds() <= FIRST
    assert len(vendor.asked) == RUN


async def test_after_the_rest_one_call_tries_and_the_others_wait_for_it(
    desk: Desk, vendor: Vendor
) -> None:
    client = desk.client()
    vendor.answers = [Response(status_code=500)]
    await fails(client, RUN)
    desk.at += FIRST
    await fails(client, 1)
    with pytest.raises(Resting) as longer:
        await client.get("people")
    assert longer.value.after is not None
    assert longer.value.after.total_seconds() > FIRST
    desk.at += 3 * FIRST
    vendor.answers = [JSONResponse([])]
    await client.get("people")
    await client.get("people")
    assert [(n.kind, n.over) for n in desk.told] == [("resting", False), ("resting", True)]
    assert len({n.key for n in desk.told}) == 1


async def test_refusals_are_answers_and_open_nothing(desk: Desk, vendor: Vendor) -> None:
    client = desk.client()
    for status in (400, 404, 422, 429):
        vendor.answers = [Response(status_code=status, headers={"retry-after": "0"})]
        for _ in range(RUN):
            with pytest.raises((Rejected, Gone, RateLimited)):
                await client.post("people")
    assert desk.told == []


async def test_another_account_and_another_host_go_on(desk: Desk, vendor: Vendor) -> None:
    vendor.answers = [Response(status_code=500)]
    await fails(desk.client(), RUN)
    vendor.answers = [JSONResponse([])]
    desk.account = Account("acme-2", "acme", "Other", base_url=vendor.url)
    await desk.client().get("people")


async def test_an_announced_end_is_told_once_with_its_day_and_its_readers(
    desk: Desk, vendor: Vendor
) -> None:
    client = desk.client()
    sunset = {"sunset": "Wed, 03 Mar 2027 00:00:00 GMT", "deprecation": "@1688169599"}
    vendor.answers = [JSONResponse({"id": 1}, headers=sunset)]
    for number in range(3):
        await client.get(f"people/{number}")
    (notice,) = desk.told
    assert notice.sentence == (
        "Acme Hire: the vendor says that GET /v2/people/{id} will be gone on 3 March 2027. "
        "It is used by: sync."
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [("@1688169599", "is deprecated since 30 June 2023"), ("true", "is deprecated"), ("false", "")],
)
async def test_a_deprecation_is_told(desk: Desk, vendor: Vendor, said: str, told: str) -> None:
    vendor.answers = [JSONResponse({}, headers={"deprecation": said})]
    await desk.client().get("people")
    assert [told in notice.sentence for notice in desk.told] == ([True] if told else [])


async def test_a_version_that_is_refused_or_replaced_is_told(desk: Desk, vendor: Vendor) -> None:
    client = desk.client(headers={"X-Api-Version": "20240904"})
    vendor.answers = [JSONResponse({}, headers={"x-api-version": "20240904"})]
    await client.get("people")
    assert desk.told == []
    vendor.answers = [JSONResponse({"errors": [{"detail": "use 20270101"}]}, 406)]
    with pytest.raises(Rejected) as refused:
        await client.get("people")
    assert refused.value.text == "use 20270101"
    vendor.answers = [JSONResponse({}, headers={"x-api-version": "20270101"})]
    await client.get("people")
    assert ["no longer speaks" in n.sentence for n in desk.told] == [True, False]
    assert "answers in version 20270101 although 20240904" in desk.told[1].sentence


async def test_a_version_that_is_known_to_end_is_told_ahead_of_time(
    desk: Desk, vendor: Vendor
) -> None:
    from datetime import UTC, datetime, timedelta

    today = datetime.fromtimestamp(desk.at, UTC).date()
    await desk.client(until=today + timedelta(days=100)).get("people")
    assert desk.told == []
    await desk.client(until=today + timedelta(days=50)).get("people")
    assert "will be gone on" in desk.told[0].sentence


async def test_a_vanished_field_becomes_a_sentence(desk: Desk, vendor: Vendor) -> None:
    client = desk.client()
    vendor.answers = [JSONResponse([{"id": 1, "email": "nora@x.example"}])]
    for _ in range(USUAL + 1):
        await client.get("people", limit=1)
    vendor.answers = [JSONResponse([{"id": 1}])]
    for _ in range(20):
        await client.get("people", limit=1)
    (notice,) = desk.told
    assert notice.sentence == (
        "Acme Hire changed: GET /v2/people no longer tells `[].email`. It is used by: sync."
    )


async def test_an_answer_with_a_mark_is_not_sent_again_for_some_minutes(
    desk: Desk, vendor: Vendor
) -> None:
    client = desk.client()
    vendor.answers = [JSONResponse([1], headers={"etag": '"a"'}), Response(status_code=304)]
    first, second = await client.get("people"), await client.get("people")
    assert first.json == second.json == [1]
    assert (second.status, desk.records[1].status, desk.records[1].bytes) == (200, 304, 0)
    desk.at += 301
    vendor.answers = [JSONResponse([2])]
    assert (await client.get("people")).json == [2]


async def test_a_mark_is_not_shared_between_accounts(desk: Desk, vendor: Vendor) -> None:
    vendor.answers = [JSONResponse([1], headers={"etag": '"a"'})]
    await desk.client().get("people")
    desk.account = Account("acme-2", "acme", "Other", base_url=vendor.url)
    vendor.answers = [Response(status_code=304)]
    with pytest.raises(Rejected):  # nothing was asked conditionally, so this answer makes no sense
        await desk.client().get("people")


async def test_a_key_in_the_address_is_sent_and_never_shown(
    desk: Desk, vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = desk.client(QueryKey("apikey", KEY))
    await client.get("people", id=["1", "2"])
    await client.follow("https://api.acme.example/v2/people?id=1&id=2&page=2")
    await client.post("people", {"name": "x"})
    assert [target for _, target, _ in vendor.asked] == [
        f"/v2/people?id=1&id=2&apikey={KEY}",
        f"/v2/people?id=1&id=2&page=2&apikey={KEY}",
        f"/v2/people?apikey={KEY}",
    ]
    vendor.answers = [Response(status_code=500), Response(status_code=401)]
    said = []
    for ask in (client.post("people"), client.get("people")):
        with pytest.raises((InDoubt, Reconnect)) as error:
            await ask
        said.append(repr(error.value) + str(error.value.__dict__) + repr(error.value.__cause__))
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("uvicorn")]
    assert KEY not in str(said) + str(desk.records) + str(ours) + str(desk.told)


async def test_a_key_goes_in_the_header_the_vendor_wants(desk: Desk) -> None:
    async def given(auth: Any) -> dict[str, str]:
        return dict(await auth.headers(desk.pool))

    assert await given(HeaderKey("k")) == {"authorization": "Bearer k"}
    assert await given(HeaderKey("k", prefix="Token token=")) == {"authorization": "Token token=k"}
    assert await given(HeaderKey("k", prefix="", header="X-SmartToken")) == {"x-smarttoken": "k"}
    assert (await given(Basic("k")))["authorization"].startswith("Basic ")


async def test_a_login_may_want_its_secret_in_the_form(desk: Desk, vendor: Vendor) -> None:
    url = "https://auth.acme.example/token"
    auth = ClientCredentials(desk.account, url, "id-1", KEY, in_form=True, more={"scope": "a b"})
    vendor.answers = [JSONResponse({"access_token": "t", "expires_in": 60}), JSONResponse([])]
    await desk.client(auth).get("people")
    assert vendor.asked[0][2] == ""
    assert vendor.bodies[0].decode() == (
        f"grant_type=client_credentials&client_id=id-1&client_secret={KEY}&scope=a+b"
    )


async def test_a_refusal_with_a_good_status_is_judged(desk: Desk, vendor: Vendor) -> None:
    def judge(status: int, headers: Any, body: Any) -> Any:
        if not isinstance(body, dict) or body.get("success", True):
            return status
        return {"closed": JobClosed, "twice": AlreadyApplied}.get(body["errors"][0], 404)

    client = desk.client(judge=judge)
    vendor.answers = [JSONResponse({"success": False, "errors": ["gone"]})]
    with pytest.raises(Gone):
        await client.get("people/1")
    vendor.answers = [JSONResponse({"success": False, "errors": ["closed"]})]
    with pytest.raises(JobClosed) as closed:
        await client.post("people")
    assert (closed.value.text, closed.value.code) == (
        "The job is closed: nobody can be added to it.",
        "closed",
    )
    vendor.answers = [
        JSONResponse({"success": False, "errors": ["twice"], "results": {"applicationId": "a-9"}})
    ]
    with pytest.raises(AlreadyApplied) as twice:
        await client.post("people")
    assert twice.value.application == "a-9"


@pytest.mark.parametrize(
    ("body", "headers", "text", "fields"),
    [
        ({"errors": [{"title": "invalid", "detail": "must be set", "source": {"pointer": "/data/attributes/email"}}]},
         {}, "email: must be set", {"email": "must be set"}),
        ({"error": ["bad"], "error_fields": {"name": ["is blank", "is short"]}}, {}, "bad; name: is blank, is short",
         {"name": "is blank, is short"}),
        ({"_error": "no such job"}, {}, "no such job", {}),
        ({"success": False, "error": {"msg": "wrong stage"}}, {}, "wrong stage", {}),
        ({"errors": ["code"], "errorInfo": {"code": "code", "message": "Not so"}}, {}, "Not so", {}),
        (None, {"x-bamboohr-error-message": "Invalid status"}, "Invalid status", {}),
        ({"errors": [{"field": "email", "message": "nora@x.example is taken"}]}, {}, "email: … is taken",
         {"email": "… is taken"}),
    ],
)  # fmt: skip
async def test_a_refusal_in_any_vendors_words_is_a_sentence_and_fields(
    client: Client, vendor: Vendor, body: Any, headers: dict[str, str], text: str, fields: Any
) -> None:
    content = json.dumps(body) if body else ""
    vendor.answers = [Response(content, 422, headers={**headers, "x-request-id": "req-7"})]
    with pytest.raises(Rejected) as refused:
        await client.post("people")
    assert (refused.value.text, refused.value.fields) == (text, fields)
    assert refused.value.request_id == "req-7"


async def test_a_conflict_names_what_changed_and_the_vendors_request(
    client: Client, vendor: Vendor
) -> None:
    told = {"errors": [{"field": "stage", "message": "was moved", "code": "stale"}]}
    vendor.answers = [JSONResponse(told | {"requestId": "r-1"}, 409)]
    with pytest.raises(Conflict) as refused:
        await client.patch("people/1")
    assert (refused.value.changed, refused.value.code) == ("stage", "stale")
    assert refused.value.request_id == "r-1"


async def test_a_limit_without_a_wish_is_waited_for_until_its_reset(
    desk: Desk, vendor: Vendor
) -> None:
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "90"}
    vendor.answers = [Response(status_code=429, headers=headers)]
    with pytest.raises(RateLimited) as later:
        await desk.client().get("people")
    assert later.value.after is not None
    assert later.value.after.total_seconds() == 90


async def test_a_call_is_noted_with_its_host_cost_error_and_for_whom(
    desk: Desk, vendor: Vendor
) -> None:
    client = desk.client(cost=lambda method, path: 5 if path.endswith("/publication") else 1)
    vendor.answers = [Response(status_code=404, headers={"x-request-id": "r-9"})]
    with pytest.raises(Gone):
        await client.delete("jobs/12/publication", note="x")
    (call,) = desk.records
    assert (call.path, call.cost, call.error, call.request_id) == (
        "/v2/jobs/{id}/publication",
        5,
        "Gone",
        "r-9",
    )
    assert (call.host, call.correlation, call.flow) == ("127.0.0.1", "job sync:1", "sync")


@pytest.mark.parametrize(
    ("path", "noted"),
    [
        ("/v1/job-applications/12", "/v1/job-applications/{id}"),
        ("/v1/people/ada-lovelace", "/v1/people/{id}"),
        ("/api/applicants/name/Ada/city/Bonn/page/2", "/api/applicants/name/{id}/city/{id}/page/{id}"),
        ("/v3/candidate.addTag", "/v3/candidate.addTag"),
        ("/jobs/GROOVE/candidates", "/jobs/{id}/candidates"),
        ("/user-api/v201804/users", "/user-api/v201804/users"),
        ("/people/N%C3%B6ra", "/people/{id}"),
    ],
)  # fmt: skip
def test_a_path_is_noted_without_ids_and_words_of_people(path: str, noted: str) -> None:
    assert template(path) == noted


async def test_at_most_so_many_calls_are_under_way_as_the_vendor_allows(
    desk: Desk, vendor: Vendor
) -> None:
    import asyncio

    from connectors.budget import Rate

    under_way: list[int] = []

    class Slow(Response):
        async def __call__(self, *args: Any) -> None:
            under_way.append(client._flying)
            await super().__call__(*args)

    vendor.answers = [Slow("[]")]
    client = desk.client(rate=Rate(100, 1, at_once=2))
    await asyncio.gather(*(client.get("people") for _ in range(10)))
    assert max(under_way) <= 2


async def test_a_file_is_sent_to_a_signed_address_without_the_key(
    desk: Desk, vendor: Vendor
) -> None:
    await desk.client().upload(f"{vendor.url}/bucket/f?signature=s", b"%PDF", "application/pdf")
    assert vendor.asked == [("PUT", "/bucket/f?signature=s", "")]
    assert vendor.bodies == [b"%PDF"]


async def test_the_key_never_goes_to_an_address_elsewhere(vendor: Vendor, pool: Pool) -> None:
    client = pool.client(Account("a", "acme", "Acme"), "https://api.acme.example/v2", Keys())
    for ask in (client.raw(f"{vendor.url}/file"), client.get(f"{vendor.url}/people")):
        with pytest.raises(Rejected):
            await ask
    assert vendor.asked == []
