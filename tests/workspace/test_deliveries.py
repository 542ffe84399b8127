"""What the app hears: Slack's field names, Slack's addresses, a signature that Slack's own verifier accepts."""

from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.workspace import kit
from tests.workspace.office import BOT, HIRING, ROSA, SECRET, Heard, Office

pytestmark = pytest.mark.anyio
PERSON = {"id", "username", "name", "team_id"}
VIEW = {
    "id", "team_id", "type", "title", "submit", "blocks", "private_metadata", "callback_id", "external_id", "state", "hash",
    "clear_on_close", "notify_on_close", "root_view_id", "previous_view_id", "app_id", "app_installed_team_id", "bot_id",
}  # fmt: skip
COMMON = {"type", "team", "enterprise", "user", "api_app_id", "token", "is_enterprise_install"}


def check_signed(heard: Heard) -> None:
    assert SignatureVerifier(SECRET).is_valid_request(heard.body, heard.headers)
    assert not SignatureVerifier("another").is_valid_request(heard.body, heard.headers)


def check_common(heard: Heard, kind: str) -> None:
    check_signed(heard)
    assert heard.headers["content-type"] == "application/x-www-form-urlencoded"
    assert heard.body.startswith(b"payload=")
    assert set(heard.fields) >= COMMON
    assert heard.fields["type"] == kind
    assert heard.fields["team"] == {"id": "T0BRIGHT1", "domain": "brightwater"}
    assert set(heard.fields["user"]) == PERSON
    assert heard.fields["user"]["id"] == ROSA


async def posted(town: Office, *blocks: Any, **more: Any) -> dict[str, Any]:
    """A message of the app, as Rosa sees it."""
    await town.slack.chat_postMessage(channel=HIRING, text="so", blocks=list(blocks), **more)
    return (await town.person().messages())[-1]


async def test_a_slash_command(town: Office) -> None:
    await town.person().does("command", channel=HIRING, command="/hire", text="find Ada & <all> ü")
    heard = town.app.last
    check_signed(heard)
    assert heard.path == "/commands"
    assert set(heard.fields) == {
        "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command", "text", "api_app_id",
        "is_enterprise_install", "response_url", "trigger_id",
    }  # fmt: skip
    assert heard.fields["text"] == "find Ada & <all> ü"
    assert heard.fields["channel_name"] == "hiring"
    assert heard.fields["is_enterprise_install"] == "false"


async def test_a_command_that_is_typed_into_the_composer(town: Office) -> None:
    await town.person().does("say", channel=HIRING, text="/hire find Ada")
    assert (town.app.last.fields["command"], town.app.last.fields["text"]) == ("/hire", "find Ada")
    assert "/hire find Ada" not in await town.person().texts()


async def test_a_press_in_a_message(town: Office) -> None:
    message = await posted(town, kit.actions(kit.button(action_id="press", value="ada")))
    assert (await town.person().presses(message))["ok"]
    heard = town.app.last
    check_common(heard, "block_actions")
    assert heard.path == "/presses"
    assert {"container", "trigger_id", "channel", "message", "state", "response_url", "actions"} <= set(heard.fields)  # fmt: skip
    assert heard.fields["container"] == {
        "type": "message", "message_ts": message["ts"], "channel_id": HIRING, "is_ephemeral": False,
    }  # fmt: skip
    assert heard.fields["channel"] == {"id": HIRING, "name": "hiring"}
    assert "order" not in heard.fields["message"]
    action = heard.fields["actions"][0]
    assert set(action) == {"type", "action_id", "block_id", "action_ts", "text", "value"}
    assert (action["type"], action["value"]) == ("button", "ada")


async def test_a_press_says_what_the_button_says_and_not_what_the_page_says(town: Office) -> None:
    message = await posted(town, kit.actions(kit.button(action_id="press", value="ada")))
    await town.person().presses(message, value="grace")
    assert town.app.last.fields["actions"][0]["value"] == "ada"


async def test_a_press_in_a_thread_names_the_thread(town: Office) -> None:
    parent = await posted(town, kit.section())
    blocks = [kit.actions(kit.button(action_id="press"))]
    post = town.slack.chat_postMessage
    reply = await post(channel=HIRING, text="so", blocks=blocks, thread_ts=parent["ts"])
    await town.person().presses(dict(reply["message"]))
    assert town.app.last.fields["container"]["thread_ts"] == parent["ts"]


async def test_a_choice_in_a_modal(town: Office) -> None:
    menu = kit.select(action_id="press", options=kit.options(3))
    view = await town.opens(kit.modal(kit.actions(menu), kit.field(block_id="note")))
    await town.person().presses(view, selected_option=kit.option(2))
    heard = town.app.last
    check_common(heard, "block_actions")
    assert "response_url" not in heard.fields
    assert "channel" not in heard.fields
    assert heard.fields["container"] == {"type": "view", "view_id": view["id"]}
    assert set(heard.fields["view"]) >= VIEW
    assert "user" not in heard.fields["view"]
    assert heard.fields["actions"][0]["selected_option"] == kit.option(2)
    block = view["blocks"][0]["block_id"]
    values = heard.fields["view"]["state"]["values"]
    assert values[block]["press"]["selected_option"] == kit.option(2)
    assert list(values["note"].values()) == [{"type": "plain_text_input", "value": None}]


async def test_a_submitted_modal(town: Office) -> None:
    field = kit.field(kit.typed(action_id="text"), block_id="note")
    view = await town.opens(kit.modal(field, callback_id="offer", private_metadata="{}"))
    values = {"note": {"text": {"type": "plain_text_input", "value": "Hello"}}}
    assert (await town.person().submits(view, values))["ok"]
    heard = town.app.last
    check_common(heard, "view_submission")
    assert heard.path == "/presses"
    assert {"trigger_id", "view", "response_urls"} <= set(heard.fields)
    assert set(heard.fields["view"]) >= VIEW
    assert heard.fields["view"]["state"] == {"values": values}
    assert heard.fields["view"]["private_metadata"] == "{}"


async def test_a_picker_of_channels_brings_its_response_url(town: Office) -> None:
    picker = {"type": "conversations_select", "action_id": "to", "response_url_enabled": True}
    view = await town.opens(kit.modal(kit.field(picker, block_id="where")))
    chosen = {"type": "conversations_select", "selected_conversation": HIRING}
    await town.person().submits(view, {"where": {"to": chosen}})
    told = town.app.last.fields["response_urls"][0]
    assert (told["block_id"], told["action_id"], told["channel_id"]) == ("where", "to", HIRING)
    answer = await town.http.post(told["response_url"], json={"text": "shared", "response_type": "in_channel"})  # fmt: skip
    assert answer.status_code == 200
    assert "shared" in await town.person().texts()


async def test_a_closed_modal_that_wants_to_be_told(town: Office) -> None:
    view = await town.opens(kit.modal(notify_on_close=True))
    await town.person().does("close", view_id=view["id"])
    heard = town.app.last
    check_common(heard, "view_closed")
    assert heard.fields["view"]["id"] == view["id"]
    assert heard.fields["is_cleared"] is False
    assert "trigger_id" not in heard.fields


async def test_a_closed_modal_that_does_not_want_to_be_told(town: Office) -> None:
    view = await town.opens(kit.modal())
    before = len(town.app.heard)
    await town.person().does("close", view_id=view["id"])
    assert len(town.app.heard) == before


@pytest.mark.parametrize("how", ["the x", "clear_on_close"])
async def test_clearing_a_stack_tells_of_every_modal_from_the_top(town: Office, how: str) -> None:
    root = await town.opens(kit.modal(notify_on_close=True))
    view = kit.modal(notify_on_close=True, clear_on_close=how == "clear_on_close")
    top = (await town.slack.views_push(trigger_id=await town.trigger(), view=view))["view"]
    await town.person().does("close", view_id=top["id"], all=how == "the x")
    assert await town.person().modals() == []
    told = town.app.heard[-2:]
    assert [heard.fields["view"]["id"] for heard in told] == [top["id"], root["id"]]
    assert [heard.fields["is_cleared"] for heard in told] == [True, True]


async def test_a_question_for_options(town: Office) -> None:
    menu = {"type": "external_select", "action_id": "who", "min_query_length": 1}
    view = await town.opens(kit.modal(kit.field(menu, block_id="candidate")))
    town.app.answers({"options": kit.options(100)})
    place = {"type": "view", "view_id": view["id"]}
    found = await town.person().does("options", container=place, action_id="who", value="ad")
    assert len(found["options"]) == 100
    heard = town.app.last
    check_common(heard, "block_suggestion")
    assert heard.path == "/options"
    assert {"container", "action_id", "block_id", "value", "view"} <= set(heard.fields)
    assert (heard.fields["block_id"], heard.fields["value"]) == ("candidate", "ad")
    assert "trigger_id" not in heard.fields


async def test_a_question_for_options_in_a_message(town: Office) -> None:
    menu = {"type": "external_select", "action_id": "who"}
    message = await posted(town, kit.actions(menu))
    town.app.answers({"option_groups": kit.groups(2)})
    place = {"type": "message", "channel_id": HIRING, "message_ts": message["ts"]}
    found = await town.person().does("options", container=place, action_id="who", value="ada")
    assert len(found["option_groups"]) == 2
    assert town.app.last.fields["channel"] == {"id": HIRING, "name": "hiring"}
    assert town.app.last.fields["message"]["ts"] == message["ts"]


async def test_nobody_is_asked_before_three_characters_are_typed(town: Office) -> None:
    message = await posted(town, kit.actions({"type": "external_select", "action_id": "who"}))
    before = len(town.app.heard)
    place = {"type": "message", "channel_id": HIRING, "message_ts": message["ts"]}
    found = await town.person().does("options", container=place, action_id="who", value="ad")
    assert found["options"] == []
    assert len(town.app.heard) == before


@pytest.mark.parametrize("answer", [
    {"options": kit.options(101)}, {"options": [kit.option(text=kit.plain(76))]}, {"option_groups": kit.groups(101)},
    {"options": [kit.option(value="x" * 151)]}, {"options": ["ada"]}, {"options": "ada"},
])  # fmt: skip
async def test_options_slack_would_not_show_are_not_shown(town: Office, answer: Any) -> None:
    message = await posted(town, kit.actions({"type": "external_select", "action_id": "who"}))
    town.app.answers(answer)
    place = {"type": "message", "channel_id": HIRING, "message_ts": message["ts"]}
    found = await town.person().does("options", container=place, action_id="who", value="ada")
    assert found["options"] == []
    assert found["error"] == "Results could not be loaded."


async def test_a_mention_is_an_event(town: Office) -> None:
    await town.person().does("say", channel=HIRING, text=f"<@{BOT}> who is <next> & why?")
    heard = town.app.last
    check_signed(heard)
    assert heard.path == "/events"
    assert heard.headers["content-type"] == "application/json"
    assert set(heard.fields) >= {
        "token", "team_id", "api_app_id", "event", "type", "event_id", "event_time", "authorizations", "is_ext_shared_channel",
        "event_context", "context_team_id", "context_enterprise_id",
    }  # fmt: skip
    assert heard.fields["type"] == "event_callback"
    event = heard.fields["event"]
    assert set(event) == {"type", "user", "text", "ts", "channel", "event_ts", "team"}
    assert event["text"] == f"<@{BOT}> who is &lt;next&gt; &amp; why?"
    assert (await town.person().texts())[-1] == event["text"]


async def test_opening_the_home_tab_is_an_event_with_the_view_that_is_there(town: Office) -> None:
    await town.person().does("home")
    assert "view" not in town.app.last.fields["event"]
    view = (await town.slack.views_publish(user_id=ROSA, view=kit.home()))["view"]
    await town.person().does("home")
    event = town.app.last.fields["event"]
    assert (event["type"], event["tab"], event["user"]) == ("app_home_opened", "home", ROSA)
    assert event["view"]["id"] == view["id"]


async def test_no_two_deliveries_of_an_event_share_an_id(town: Office) -> None:
    for _ in range(2):
        await town.person().does("home")
    first, second = (heard.fields["event_id"] for heard in town.app.heard)
    assert first != second


async def test_a_global_shortcut(town: Office) -> None:
    await town.person().does("shortcut", callback_id="find")
    heard = town.app.last
    check_common(heard, "shortcut")
    assert {"callback_id", "trigger_id", "action_ts"} <= set(heard.fields)
    assert "channel" not in heard.fields
    assert "response_url" not in heard.fields


@pytest.mark.parametrize("as_words", [True, False])
async def test_a_request_url_is_verified_by_its_challenge(town: Office, as_words: bool) -> None:
    async def reply(fields: dict[str, Any]) -> Response:
        said = fields["challenge"]
        return PlainTextResponse(said) if as_words else JSONResponse({"challenge": said})

    town.app.reply = reply
    assert (await town.person().does("verify"))["ok"]
    check_signed(town.app.last)
    assert town.app.last.path == "/events"
    assert set(town.app.last.fields) == {"token", "challenge", "type"}
    assert town.app.last.fields["type"] == "url_verification"


async def test_an_app_that_does_not_know_the_challenge_is_not_verified(town: Office) -> None:
    town.app.answers("something else")
    assert not (await town.person().does("verify"))["ok"]
    town.app.answers(None, 404)
    assert await town.person().does("verify") == {"ok": False, "error": "dispatch_failed"}


async def test_the_request_log_says_what_was_sent_and_never_what_was_in_it(town: Office) -> None:
    await town.person().does("command", channel=HIRING, command="/hire", text="find Ada")
    line = (await town.person().sees("deliveries"))["deliveries"][0]
    assert set(line) == {"id", "kind", "status", "ms", "error", "at"}
    assert (line["kind"], line["status"], line["error"]) == ("command", 200, "")
