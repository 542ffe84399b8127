"""Commands, presses, modals and cards, as a person in the local workspace meets them."""

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import aiohttp
import pytest
from anyio import to_thread

from bot import ports, serving, wiring
from bot.wiring import Parts
from tests.bot.conftest import settings, sign
from tests.bot.town import TOKEN, Town, town
from tests.bot.toy import Toy
from tests.conftest import migrate
from tests.flows.person import Person, blocks_of, until, words

pytestmark = pytest.mark.anyio
T = TypeVar("T")
TEAM, ROSA, MAYA = "T0BRIGHT1", "U0ROSA001", "U0MAYA001"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town"), Toy().router) as here:
        yield here


@dataclass
class Scene:
    """A bot with the toy features, and the people of the workspace."""

    toy: Toy
    parts: Parts
    town: Town

    async def does(self, act: Callable[..., T], *args: Any, **fields: Any) -> T:
        """What a person does at the front door, while the bot goes on."""
        return await to_thread.run_sync(lambda: act(*args, **fields))

    def person(self, user: str) -> Person:
        return self.town.person(user)


@pytest.fixture
async def scene(place: Town, tmp_path: Path) -> AsyncIterator[Scene]:
    toy = Toy()
    for user in (ROSA, MAYA):
        _close_modals(place.person(user))
    chosen = settings(tmp_path, slack_api_url=place.places["slack_api"], bot_token=TOKEN)
    migrate(chosen.database)
    async with wiring.parts(chosen, toy.router) as parts, serving.worker(parts):
        sock = ports.listen("127.0.0.1", place.bot_port)
        async with serving.web(parts, sock):
            yield Scene(toy, parts, place)


def _close_modals(person: Person) -> None:
    for view in person.look("view")["stack"][:1]:
        person.ask("close", view_id=view["id"], all=True)


async def test_a_command_is_answered_to_the_asker_only(scene: Scene) -> None:
    rosa, maya = scene.person(ROSA), scene.person(MAYA)
    await scene.does(rosa.types, "/hire echo hello & <!channel>")
    message = await scene.does(rosa.sees, "Rosa Delgado said hello")
    assert message["is_ephemeral"]
    assert "<!channel>" not in words(blocks_of(message))
    heard = await scene.does(maya.messages, "C0HIRING1")
    assert not [m for m in heard if "said hello" in words(blocks_of(m))]


async def test_aliases_and_prefixes_work_and_help_is_everywhere(scene: Scene) -> None:
    rosa = scene.person(ROSA)
    await scene.does(rosa.types, "/parrot by alias")
    await scene.does(rosa.sees, "said by alias")
    await scene.does(rosa.types, "/hire ec by prefix")
    await scene.does(rosa.sees, "said by prefix")
    await scene.does(rosa.types, "/hire echo help")
    await scene.does(rosa.sees, "help on echo")


async def test_a_wrong_word_offers_buttons_that_run_what_was_meant(scene: Scene) -> None:
    rosa = scene.person(ROSA)
    await scene.does(rosa.types, "/hire ehco from a slip")
    message = await scene.does(rosa.sees, "I don't know")
    await scene.does(rosa.presses, "/hire echo from a slip", message)
    await scene.does(rosa.sees, "said from a slip")


async def test_who_may_not_is_told_who_may(scene: Scene) -> None:
    rosa = scene.person(ROSA)
    await scene.does(rosa.types, "/hire vault")
    await scene.does(rosa.sees, "Only recruiters can do this")
    assert scene.toy.done == []


async def test_a_bug_gives_a_number_and_never_quotes_what_was_typed(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    rosa = scene.person(ROSA)
    with caplog.at_level(logging.INFO):
        await scene.does(rosa.types, "/hire fall secret-words")
        await scene.does(rosa.sees, "tell an admin this number")
    assert "secret-words" not in caplog.text


async def test_a_modal_checks_before_it_closes_and_keeps_what_was_typed(scene: Scene) -> None:
    rosa = scene.person(ROSA)
    await scene.does(rosa.types, "/hire form")
    await scene.does(rosa.modal, "Form")
    refused = await scene.does(rosa.submits, Word="bad")
    assert refused["errors"] == {"word": "Not this word."}
    taken = await scene.does(rosa.submits, Word="good")
    assert taken["ok"]
    await scene.does(rosa.no_modal)
    await scene.does(rosa.hears, "Saved good")
    assert scene.toy.done == ["saved good"]


async def test_a_form_that_is_sent_again_after_a_lost_answer_acts_once(scene: Scene) -> None:
    """Slack says that something went wrong and leaves the modal open; by now its own wish would fail the check."""
    rosa = scene.person(ROSA)
    await scene.does(rosa.types, "/hire form")
    view = await scene.does(rosa.modal, "Form")
    assert await submitted(scene, view, "good", "1.2.a") == ""
    await scene.does(rosa.hears, "Saved good")
    assert await submitted(scene, view, "bad", "1.2.b") == ""
    assert "errors" in await submitted(scene, {**view, "hash": "changed"}, "bad", "1.2.c")
    assert await scene.parts.services.jobs.settle(scene.parts.services, timeout=15)
    assert scene.toy.done == ["saved good"]


async def submitted(scene: Scene, view: dict[str, Any], word: str, trigger: str) -> str:
    """What the app answers to a submission that is signed anew."""
    typed = {"word": {"word": {"type": "plain_text_input", "value": word}}}
    payload = {
        "type": "view_submission", "team": {"id": TEAM}, "user": {"id": ROSA}, "trigger_id": trigger,
        "view": {**view, "state": {"values": typed}},
    }  # fmt: skip
    body = urlencode({"payload": json.dumps(payload)}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded", **sign(body)}
    url = f"http://127.0.0.1:{scene.town.bot_port}/slack/events"
    async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=headers) as got:
        assert got.status == 200
        return await got.text()


async def test_a_check_that_takes_too_long_loses_nothing(scene: Scene) -> None:
    rosa = scene.person(ROSA)
    await scene.does(rosa.types, "/hire form")
    await scene.does(rosa.modal, "Form")
    answer = await scene.does(rosa.submits, Word="slow")
    assert "slow just now" in answer["errors"]["word"]
    assert scene.toy.done == []


async def test_a_refusal_is_said_in_the_modal_that_was_opened(scene: Scene) -> None:
    rosa = scene.person(ROSA)
    await scene.does(rosa.types, "/hire refuse")
    view = await scene.does(rosa.modal, "Callsheet")
    assert "There is no such thing here." in words(view)


async def test_a_refused_press_in_a_modal_puts_a_line_on_top_of_it(scene: Scene) -> None:
    rosa = scene.person(ROSA)
    await scene.does(rosa.types, "/hire form")
    await scene.does(rosa.modal, "Form")
    for _ in range(2):
        await scene.does(rosa.presses_in_modal, "Stale")

    def told() -> dict[str, Any] | None:
        view = rosa.modal("Form")
        return view if "Somebody was faster." in words(view) else None

    view = await scene.does(until, told, "the line in the modal")
    assert words(view).count("Somebody was faster.") == 1
    assert "Word" in words(view)


async def test_a_picker_answers_while_typing_and_is_empty_when_the_source_is_down(
    scene: Scene,
) -> None:
    rosa = scene.person(ROSA)
    await scene.does(rosa.types, "/hire form")
    view = await scene.does(rosa.modal, "Form")
    box = {"type": "view", "view_id": view["id"]}
    ask = {"container": box, "block_id": "p", "action_id": "pick:1"}
    found = await scene.does(rosa.ask, "options", **ask, value="ada")
    assert [row["value"] for row in found["options"]] == ["0", "1", "2"]
    assert (await scene.does(rosa.ask, "options", **ask, value="broken"))["options"] == []


async def test_a_card_stands_once_and_is_edited_in_place(scene: Scene) -> None:
    rosa, maya, desk = scene.person(ROSA), scene.person(MAYA), scene.parts.desk
    subject = f"thing_{id(scene)}"
    for user in (ROSA, MAYA, ROSA):
        await desk.show(TEAM, user, "thing", subject)
    card = await scene.does(maya.hears, "Thing is open")
    await scene.does(maya.presses, "Approve", card)
    changed = await scene.does(rosa.hears, "Thing is approved")
    assert changed["edited"]
    mine = await scene.does(rosa.messages, changed["channel"])
    assert len([m for m in mine if m["ts"] == changed["ts"]]) == 1
    assert scene.toy.done == [f"approved {subject} by {MAYA}"]


async def test_a_second_press_of_a_button_is_told_and_does_nothing(scene: Scene) -> None:
    maya = scene.person(MAYA)
    subject = f"twice_{id(scene)}"
    await scene.parts.desk.show(TEAM, MAYA, "thing", subject)
    card = await scene.does(maya.hears, "Thing is open")
    await scene.does(maya.presses, "Approve", card)
    card = await scene.does(maya.hears, "Thing is approved")
    await scene.does(maya.presses, "Approve", card)
    await scene.does(maya.hears, "It is approved already.")
    assert len(scene.toy.done) == 1


async def test_a_durable_press_is_tried_again_when_something_outside_is_down(scene: Scene) -> None:
    maya = scene.person(MAYA)
    scene.toy.stumbles = 1
    subject = f"retry_{id(scene)}"
    await scene.parts.desk.show(TEAM, MAYA, "thing", subject)
    card = await scene.does(maya.hears, "Thing is open")
    await scene.does(maya.presses, "Approve", card)
    assert await scene.parts.services.jobs.settle(scene.parts.services, timeout=15)
    assert scene.toy.done == [f"approved {subject} by {MAYA}"]


async def test_the_home_tab_is_drawn_when_it_is_opened(scene: Scene) -> None:
    rosa = scene.person(ROSA)
    await scene.does(rosa.ask, "home")

    def drawn() -> dict[str, Any] | None:
        view = rosa.look("home")["view"]
        return view if view and "Welcome home" in words(view) else None

    assert await scene.does(until, drawn, "the Home tab")


async def test_a_sentence_is_said_once_per_key_and_cannot_page_anybody(scene: Scene) -> None:
    rosa = scene.person(ROSA)
    key = f"say_{id(scene)}"
    for _ in range(2):
        await scene.parts.desk.say(TEAM, ROSA, f"Heard <!channel> {key}", key=key)
    message = await scene.does(rosa.hears, key)
    everything = await scene.does(rosa.messages, message["channel"])
    assert len([m for m in everything if key in m["text"]]) == 1
    assert "<!channel>" not in message["text"]


async def test_people_are_known_by_id_and_by_address(scene: Scene) -> None:
    desk = scene.parts.desk
    rosa = await desk.person(TEAM, ROSA)
    assert (rosa.name, rosa.email, rosa.zone) == (
        "Rosa Delgado",
        "rosa@brightwater.example",
        "Europe/Berlin",
    )
    assert await desk.person_by_email(TEAM, "rosa@brightwater.example") == rosa
    assert await desk.person_by_email(TEAM, "nobody@brightwater.example") is None
    assert (await desk.person(TEAM, "U0ADMIN01")).is_admin


async def test_a_file_is_handed_over_in_direct_messages(scene: Scene) -> None:
    from commands.router import Gesture

    rosa = scene.person(ROSA)
    reply = scene.parts.desk.reply_to(Gesture("command", TEAM, ROSA, "résumé"))
    await reply.hand_over("cv.txt", b"hello", "A résumé")
    channel = await scene.does(rosa.dm)

    def arrived() -> list[Any]:
        return [
            f
            for m in rosa.messages(channel)
            for f in m.get("files", [])
            if f["title"] == "A résumé"
        ]

    assert await scene.does(until, arrived, "the file")


async def test_readiness_is_told_when_everything_runs(scene: Scene) -> None:
    url = f"http://127.0.0.1:{scene.town.bot_port}/readyz"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True, "wrong": {}})
