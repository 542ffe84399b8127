"""The door for Slack: only what Slack signed gets in, nothing makes it fall over, and each delivery acts once."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from commands.router import Gesture, Reply, Router
from hiring.people import Actor
from hiring.services import Services
from hiring.tables import deliveries
from tests.bot.conftest import Front, bot, command, sign

pytestmark = pytest.mark.anyio
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Front]:
    async with bot(tmp_path, Router()) as front:
        yield front


async def seen(door: Front) -> int:
    async with door.parts.services.store.read() as conn:
        count = await conn.execute(sa.select(sa.func.count()).select_from(deliveries))
        return int(count.scalar_one())


async def test_a_signed_command_is_acknowledged_and_written_down(door: Front) -> None:
    assert await door.command("help") == (200, "")
    assert await seen(door) == 1


async def test_a_repeated_delivery_is_acknowledged_and_not_written_again(door: Front) -> None:
    body = command("help")
    headers = sign(body)
    for _ in range(3):
        assert await door.post(body, FORM, **headers) == (200, "")
    assert await seen(door) == 1


async def test_a_retried_event_counts_once_though_it_is_signed_anew(door: Front) -> None:
    event = {
        "type": "event_callback",
        "event_id": "Ev1",
        "team_id": "T0BRIGHT1",
        "event": {"type": "tokens_revoked", "tokens": {"bot": ["U0CALLBOT"]}},
    }
    first, second = json.dumps(event).encode(), json.dumps(event, indent=1).encode()
    assert (await door.signed(first, "application/json"))[0] == 200
    assert (await door.signed(second, "application/json"))[0] == 200
    assert await seen(door) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-slack-request-timestamp": "soon", "x-slack-signature": "v0=1"},
        {"x-slack-request-timestamp": "-5", "x-slack-signature": "v0=1"},
        {"x-slack-request-timestamp": "9" * 400, "x-slack-signature": "v0=1"},
        {"x-slack-request-timestamp": "1700000000", "x-slack-signature": "v0=ä"},
    ],
)
async def test_what_slack_did_not_sign_is_refused(door: Front, headers: dict[str, str]) -> None:
    assert (await door.post(command("help"), FORM, **headers))[0] == 401
    assert await seen(door) == 0


async def test_a_signature_over_other_bytes_is_refused(door: Front) -> None:
    assert (await door.post(command("offer ada"), FORM, **sign(command("help"))))[0] == 401


@pytest.mark.parametrize(("age", "status"), [(-290, 200), (290, 200), (-310, 401), (310, 401)])
async def test_a_delivery_may_be_five_minutes_off(door: Front, age: float, status: int) -> None:
    assert (await door.signed(command("help"), age=age))[0] == status


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"payload=%7Bnot+json", FORM),
        (b"payload=%5B1%5D", FORM),
        (b"[1, 2]", "application/json"),
        (b"{", "application/json"),
        (b"payload=%FF%FE", FORM),
        (b"[" * 100_000, "application/json"),
    ],
)
async def test_signed_nonsense_is_called_malformed(door: Front, body: bytes, kind: str) -> None:
    assert (await door.signed(body, kind))[0] == 400


async def test_bytes_that_are_no_text_cannot_carry_a_signature(door: Front) -> None:
    headers = sign(b"a")
    assert (await door.post(b"\xff\xfe", "application/json", **headers))[0] == 401


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{"action_id": 7}], "user": "U1", "team": None},
        {"type": "view_submission", "view": {"state": [], "private_metadata": "{"}},
        {"type": "block_suggestion", "view": None},
        {"type": "message_action"},
        {"type": "something_new"},
    ],
)
async def test_payloads_with_missing_parts_never_break_it(
    door: Front, payload: dict[str, Any]
) -> None:
    status, _ = await door.gesture(payload)
    assert status in (200, 400, 404)


async def test_the_url_challenge_is_answered(door: Front) -> None:
    challenge = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    status, body = await door.signed(challenge, "application/json")
    assert (status, json.loads(body)) == (200, {"challenge": "abc"})


async def test_the_ssl_check_is_answered(door: Front) -> None:
    assert await door.post(b"ssl_check=1&token=x", FORM) == (200, "")


async def test_a_body_beyond_anything_slack_sends_is_refused(door: Front) -> None:
    assert (await door.signed(b"a=" + b"b" * 2_000_000))[0] == 413


async def test_a_picker_nobody_answers_shows_an_empty_list(door: Front) -> None:
    status, body = await door.gesture(
        {"type": "block_suggestion", "action_id": "x", "value": "a", "user": {"id": "U1"},
         "team": {"id": "T1"}}
    )  # fmt: skip
    assert (status, json.loads(body)) == (200, {"options": []})


async def test_a_press_that_changes_the_world_is_a_sealed_job_before_the_ack(
    tmp_path: Path,
) -> None:
    router = Router()

    @router.action("offer.approve", durable=True)
    async def approve(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
        """Never reached: no worker runs here."""

    async with bot(tmp_path, router) as door:
        press = {
            "type": "block_actions",
            "user": {"id": "U0MAYA001"},
            "team": {"id": "T0BRIGHT1"},
            "actions": [{"action_id": "offer.approve", "type": "button", "value": "off_secret"}],
        }
        body = urlencode({"payload": json.dumps(press)}).encode()
        headers = sign(body)
        for _ in range(2):
            assert await door.post(body, FORM, **headers) == (200, "")
        assert await door.parts.services.jobs.unfinished() == 1
    assert b"off_secret" not in everything(tmp_path)


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("callsheet.db*"))


async def test_an_unsigned_body_never_reaches_the_log(
    door: Front, caplog: pytest.LogCaptureFixture
) -> None:
    await door.post(command("find ada lovelace"), FORM, **{"x-slack-signature": "v0=1"})
    await door.signed(urlencode({"payload": json.dumps({"type": "new", "note": "hush"})}).encode())
    assert "ada" not in caplog.text
    assert "hush" not in caplog.text
