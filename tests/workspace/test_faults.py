"""Misbehaviour on request: what a caller meets, whether the work was done, how long it lasts, whom it hits."""

import smtplib
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import company, faults
from bot.workspace.clock import WorkspaceClock
from bot.workspace.mail import Mailbox
from bot.workspace.store import Store
from tests.contracts.stand_ins import stand_in
from tests.serving import serve
from tests.workspace.office import HIRING, Office

Doc = dict[str, Any]


class Shop:
    """A small app that counts its work, and how it can be made to fail."""

    def __init__(self, store: Store) -> None:
        self.store, self.done, self.waited = store, 0, list[float]()

    def app(self) -> faults.Fallible:
        async def work(request: Request) -> Response:
            self.done += 1
            return JSONResponse({"done": self.done, "padding": "x" * 100})

        async def pause(seconds: float) -> None:
            self.waited.append(seconds)

        routes = [Route("/work", work, methods=["GET", "POST"]), Route("/token", work)]
        return faults.Fallible(routes, self.store, "lever", "Sorry", pause=pause)

    def fails(self, mode: str, **more: Any) -> None:
        faults.switch(self.store, {"what": "lever", "mode": mode, **more})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "workspace.db")


@pytest.fixture
def shop(store: Store) -> Shop:
    return Shop(store)


@pytest.fixture
def http(shop: Shop) -> Iterator[httpx.Client]:
    with serve(shop.app()) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(("mode", "status"), [("down", 503), ("broken", 500)])
def test_a_page_instead_of_an_answer(
    shop: Shop, http: httpx.Client, mode: str, status: int
) -> None:
    shop.fails(mode)
    answer = http.get("/work")
    assert (answer.status_code, answer.text, shop.done) == (status, "<html>Sorry</html>", 0)
    shop.fails("ok")
    assert http.get("/work").status_code == 200


def test_limited_says_how_long_to_wait_and_lasts_as_long_as_asked(
    shop: Shop, http: httpx.Client
) -> None:
    shop.fails("limited", times=2, seconds=7)
    answers = [http.get("/work") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "7"
    assert shop.done == 1


def test_slow_does_the_work_and_takes_its_time(shop: Shop, http: httpx.Client) -> None:
    shop.fails("slow", seconds=12, times=1)
    assert http.get("/work").json()["done"] == 1
    assert shop.waited == [12.0]


def test_a_lost_answer_is_lost_after_the_work_and_before_the_first_byte(
    shop: Shop, http: httpx.Client
) -> None:
    shop.fails("lost", times=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        http.post("/work")
    assert shop.done == 1
    assert http.post("/work").json()["done"] == 2


def test_a_dropped_call_does_nothing(shop: Shop, http: httpx.Client) -> None:
    shop.fails("dropped", times=1, seconds=4)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        http.post("/work")
    assert (shop.done, shop.waited) == (0, [4.0])


def test_a_truncated_answer_ends_in_the_middle(shop: Shop, http: httpx.Client) -> None:
    shop.fails("truncated", times=1)
    answer = http.get("/work")
    assert (answer.status_code, shop.done) == (200, 1)
    with pytest.raises(ValueError, match="Unterminated"):
        answer.json()


def test_an_answer_that_trickles_in_is_whole_in_the_end(shop: Shop, http: httpx.Client) -> None:
    shop.fails("drip", times=1, seconds=5)
    assert http.get("/work").json()["done"] == 1
    assert 5 <= len(shop.waited) <= faults.PIECES
    assert set(shop.waited) == {0.5}


def test_a_fault_hits_only_the_calls_it_names(shop: Shop, http: httpx.Client) -> None:
    shop.fails("down", only="POST /work")
    assert http.get("/work").status_code == 200
    assert http.post("/work").status_code == 503
    shop.fails("limited")
    assert http.get("/work").status_code == 429
    assert http.post("/work").status_code == 503
    shop.fails("ok", only="POST /work")
    assert http.post("/work").status_code == 429
    shop.fails("ok")
    assert faults.switched_on(shop.store) == []


def test_a_login_fails_only_when_it_is_named(shop: Shop, http: httpx.Client) -> None:
    shop.fails("down")
    assert http.get("/token").status_code == 200
    shop.fails("down", only="/token")
    assert http.get("/token").status_code == 503


@pytest.mark.parametrize(
    "wish", [{"what": "moon", "mode": "down"}, {"what": "lever", "mode": "sad"}]
)
def test_only_what_there_is_can_fail(store: Store, wish: Doc) -> None:
    with pytest.raises(ValueError, match=r"There is no|A fault is one of"):
        faults.switch(store, wish)


@pytest.mark.parametrize("vendor", ["greenhouse", "lever", "calendar"])
def test_every_stand_in_can_fail(store: Store, vendor: str) -> None:
    from bot.workspace.calendars import google

    clock = WorkspaceClock(store)
    company.seed(store, clock)
    create: Callable[..., Any] = google.create if vendor == "calendar" else stand_in(vendor).create
    path = {"greenhouse": "/v3/jobs", "lever": "/v1/stages", "calendar": "/calendar/v3/freeBusy"}
    with serve(create(store, clock)) as url, httpx.Client(base_url=url, trust_env=False) as http:
        for mode, status in (("limited", 429), ("broken", 500), ("down", 503)):
            faults.switch(store, {"what": vendor, "mode": mode, "times": 1})
            assert http.post(path[vendor]).status_code == status
        faults.switch(store, {"what": vendor, "mode": "lost", "times": 1})
        with pytest.raises(httpx.RemoteProtocolError):
            http.post(path[vendor])
        assert http.post(path[vendor]).status_code < 500


# ---- Slack, over the workspace's own client API


@pytest.mark.anyio
async def test_slack_limits_one_method_and_not_the_others(town: Office) -> None:
    await town.fails("slack", "limited", only="chat.postMessage", times=1, seconds=30)
    head = {"authorization": f"Bearer {town.slack.token}"}
    say = {"channel": HIRING, "text": "so"}
    answer = await town.http.post("/api/chat.postMessage", json=say, headers=head)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert answer.json() == {"ok": False, "error": "ratelimited"}
    assert (await town.slack.auth_test())["ok"]
    assert (await town.http.post("/api/chat.postMessage", json=say, headers=head)).json()["ok"]
    assert (await town.person().texts()).count("so") == 1


@pytest.mark.anyio
async def test_slack_loses_the_answer_to_a_message_that_stands_there(town: Office) -> None:
    await town.fails("slack", "lost", only="chat.postMessage", times=1)
    head = {"authorization": f"Bearer {town.slack.token}"}
    with pytest.raises(httpx.RemoteProtocolError):
        await town.http.post(
            "/api/chat.postMessage", json={"channel": HIRING, "text": "so"}, headers=head
        )
    assert (await town.person().texts()).count("so") == 1


@pytest.mark.anyio
async def test_a_response_url_fails_with_slack_and_the_people_do_not(town: Office) -> None:
    await town.person().does("command", channel=HIRING, command="/hire", text="")
    url = town.app.last.fields["response_url"]
    await town.fails("slack", "down")
    assert (await town.http.post(url, json={"text": "so"})).status_code == 503
    assert (await town.person().sees("faults"))["faults"][0]["mode"] == "down"
    await town.fails("slack", "ok")
    assert (await town.http.post(url, json={"text": "so"})).status_code == 200


@pytest.mark.anyio
async def test_a_fault_nobody_knows_is_refused(town: Office) -> None:
    answer = await town.http.post("/client/faults", json={"what": "slack", "mode": "sad"})
    assert answer.status_code == 400
    assert "A fault is one of" in answer.json()["message"]


# ---- mail


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("mode", "meets", "kept"),
    [("down", 451, 0), ("broken", 451, 0), ("limited", 450, 0), ("refuse", 550, 0), ("dropped", None, 0), ("lost", None, 1), ("slow", 250, 1)],
)  # fmt: skip
async def test_mail_fails_before_or_after_it_was_taken(
    store: Store, anyio_backend: str, mode: str, meets: int | None, kept: int
) -> None:
    mailbox = Mailbox(store, WorkspaceClock(store))
    port = await mailbox.start("127.0.0.1", 0)
    faults.switch(store, {"what": "smtp", "mode": mode, "only": "ada@", "seconds": 0.05})
    started = time.monotonic()
    try:
        assert await to_thread.run_sync(send, port, "ada@mailbox.example") == meets
        assert len(mailbox.messages("ada@mailbox.example")) == kept
        assert await to_thread.run_sync(send, port, "ben@mailbox.example") == 250
        assert mode != "slow" or time.monotonic() - started >= 0.05
    finally:
        await mailbox.stop()


def send(port: int, to: str) -> int | None:
    """Send a mail; gives the code of the answer, None when there was none."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "rosa@brightwater.example", to, "So"
    mail.set_content("Hello")
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as smtp:
            smtp.send_message(mail)
    except smtplib.SMTPDataError as error:
        return error.smtp_code
    except smtplib.SMTPServerDisconnected:
        return None
    return 250
