"""Filling a modal: what Slack checks itself, what the app answers, and that nobody types anything twice."""

from typing import Any

import pytest

from tests.workspace import kit
from tests.workspace.office import HIRING, Office

pytestmark = pytest.mark.anyio


def said(value: Any, kind: str = "plain_text_input") -> dict[str, Any]:
    """The state of the field `f` in the block `b`."""
    return {"b": {"f": {"type": kind, "value": value}}}


def form(element: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A modal with that one field."""
    return kit.modal(kit.field({**(element or kit.typed()), "action_id": "f"}, block_id="b", **more))  # fmt: skip


async def test_the_apps_errors_stand_at_their_fields_and_the_typed_stays(town: Office) -> None:
    view = await town.opens(form())
    town.app.answers({"response_action": "errors", "errors": {"b": "That is in the past."}})
    answer = await town.person().submits(view, said("yesterday"))
    assert answer == {"ok": False, "errors": {"b": "That is in the past."}}
    still = (await town.person().modals())[0]
    assert still["id"] == view["id"]
    assert still["state"]["values"] == said("yesterday")
    town.app.answers(None)
    assert (await town.person().submits(view, said("tomorrow")))["ok"]
    assert await town.person().modals() == []


@pytest.mark.parametrize("errors", [{}, {"nowhere": "No."}, {"s": "No."}, ["b"], None])
async def test_errors_that_name_no_input_are_the_apps_mistake(town: Office, errors: Any) -> None:
    view = await town.opens(
        kit.modal(kit.section(block_id="s"), kit.field(kit.typed(action_id="f"), block_id="b"))
    )
    town.app.answers({"response_action": "errors", "errors": errors})
    answer = await town.person().submits(view, said("so"))
    assert (answer["ok"], answer["error"]) == (False, "invalid_error_blocks")
    assert answer["message"] == "We had some trouble connecting. Try again?"
    assert len(await town.person().modals()) == 1


async def test_an_empty_answer_closes_the_modal_and_shows_the_one_below(town: Office) -> None:
    root = await town.opens(kit.modal())
    top = await town.slack.views_push(trigger_id=await town.trigger(), view=form())
    await town.person().submits(top["view"], said("so"))
    assert [view["id"] for view in await town.person().modals()] == [root["id"]]


async def test_an_answer_may_put_other_content_into_the_modal(town: Office) -> None:
    view = await town.opens(form())
    town.app.answers({"response_action": "update", "view": kit.modal(callback_id="thanks")})
    assert (await town.person().submits(view, said("so")))["ok"]
    now = (await town.person().modals())[0]
    assert (now["id"], now["callback_id"]) == (view["id"], "thanks")
    assert now["hash"] != view["hash"]


async def test_an_answer_may_push_and_clear(town: Office) -> None:
    view = await town.opens(form())
    town.app.answers({"response_action": "push", "view": form()})
    await town.person().submits(view, said("so"))
    stack = await town.person().modals()
    assert [v["root_view_id"] for v in stack] == [view["id"]] * 2
    town.app.answers({"response_action": "clear"})
    await town.person().submits(stack[1], said("so"))
    assert await town.person().modals() == []


@pytest.mark.parametrize("answer", [
    {"response_action": "update", "view": kit.modal(title=kit.plain(25))}, {"response_action": "push"},
    {"response_action": "dance"},
])  # fmt: skip
async def test_an_answer_slack_does_not_understand_keeps_the_modal_open(
    town: Office, answer: Any
) -> None:
    view = await town.opens(form())
    town.app.answers(answer)
    got = await town.person().submits(view, said("so"))
    assert (got["ok"], got["message"]) == (False, "We had some trouble connecting. Try again?")
    assert (await town.person().modals())[0]["state"]["values"] == said("so")


async def test_a_fourth_modal_is_not_pushed_by_an_answer_either(town: Office) -> None:
    await town.opens(kit.modal())
    for _ in range(2):
        await town.slack.views_push(trigger_id=await town.trigger(), view=form())
    top = (await town.person().modals())[-1]
    town.app.answers({"response_action": "push", "view": kit.modal()})
    assert (await town.person().submits(top, said("so")))["error"] == "push_limit_reached"


@pytest.mark.parametrize(("element", "value", "complaint"), [
    (kit.typed(), None, "Please complete this required field."),
    (kit.typed(), "", "Please complete this required field."),
    (kit.typed(max_length=3), "four", "Please enter at most 3 characters."),
    (kit.typed(min_length=5), "four", "Please enter at least 5 characters."),
    (kit.typed(), "x" * 3_001, "Please enter at most 3000 characters."),
    ({"type": "email_text_input"}, "ada", "Please enter a valid email address."),
    ({"type": "url_text_input"}, "ada", "Please enter a valid URL."),
    ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a valid number."),
    ({"type": "number_input", "is_decimal_allowed": True}, "many", "Please enter a valid number."),
    ({"type": "number_input", "is_decimal_allowed": False, "min_value": "2"}, "1", "Please enter a number of at least 2."),
    ({"type": "number_input", "is_decimal_allowed": False, "max_value": "2"}, "3", "Please enter a number of at most 2."),
])  # fmt: skip
async def test_slack_itself_asks_for_what_is_missing_or_wrong(
    town: Office, element: dict[str, Any], value: Any, complaint: str
) -> None:
    view = await town.opens(form(element))
    before = len(town.app.heard)
    answer = await town.person().submits(view, said(value, element["type"]))
    assert answer["errors"] == {"b": complaint}
    assert len(town.app.heard) == before


@pytest.mark.parametrize(("element", "value"), [
    (kit.typed(max_length=4), "four"), (kit.typed(min_length=4), "four"), (kit.typed(), "x" * 3_000),
    ({"type": "email_text_input"}, "ada@mailbox.example"), ({"type": "url_text_input"}, "https://a.example/1"),
    ({"type": "number_input", "is_decimal_allowed": True}, "-1.5"), ({"type": "number_input", "is_decimal_allowed": False}, "0"),
    ({"type": "number_input", "is_decimal_allowed": False, "min_value": "2", "max_value": "2"}, "2"),
])  # fmt: skip
async def test_what_is_right_is_sent(town: Office, element: dict[str, Any], value: str) -> None:
    view = await town.opens(form(element))
    assert (await town.person().submits(view, said(value, element["type"])))["ok"]
    sent = town.app.last.fields["view"]["state"]["values"]
    assert sent == said(value, element["type"])


async def test_an_uploaded_file_completes_a_required_field(town: Office) -> None:
    view = await town.opens(form({"type": "file_input"}))
    files = {"b": {"f": {"type": "file_input", "files": [{"id": "F1"}]}}}
    assert (await town.person().submits(view, files))["ok"]
    assert (await town.person().modals()) == []


@pytest.mark.parametrize(("element", "state"), [
    (kit.typed(), {"value": None}), (kit.typed(initial_value="hello"), {"value": "hello"}),
    (kit.select(options=kit.options(2)), {"selected_option": None}),
    (kit.select(options=kit.options(2), initial_option=kit.option(1)), {"selected_option": kit.option(1)}),
    ({"type": "checkboxes", "options": kit.options(2)}, {"selected_options": []}),
    ({"type": "multi_users_select"}, {"selected_users": []}),
    ({"type": "multi_users_select", "initial_users": ["U0BEN0001"]}, {"selected_users": ["U0BEN0001"]}),
    ({"type": "datepicker", "initial_date": "2026-11-24"}, {"selected_date": "2026-11-24"}),
    ({"type": "datetimepicker", "initial_date_time": 1_795_600_800}, {"selected_date_time": 1_795_600_800}),
    ({"type": "timepicker"}, {"selected_time": None}), ({"type": "file_input"}, {"files": []}),
    ({"type": "rich_text_input"}, {"rich_text_value": None}),
])  # fmt: skip
async def test_a_field_nobody_touched_is_in_the_state_all_the_same(
    town: Office, element: dict[str, Any], state: dict[str, Any]
) -> None:
    view = await town.opens(form(element, optional=True))
    assert (await town.person().submits(view))["ok"]
    values = town.app.last.fields["view"]["state"]["values"]
    assert values == {"b": {"f": {"type": element["type"], **state}}}


async def test_a_modal_without_a_submit_button_cannot_be_submitted(town: Office) -> None:
    view = await town.opens({k: v for k, v in kit.modal().items() if k != "submit"})
    answer = await town.person().submits(view)
    assert answer["message"] == "This modal has nothing to submit."


async def test_what_is_not_there_cannot_be_used(town: Office) -> None:
    rosa = town.person()
    for gesture, more in (
        ("submit", {"view_id": "V0NOWHERE"}),
        ("action", {"container": {"type": "view", "view_id": "V0NOWHERE"}}),
        ("action", {"container": {"channel_id": HIRING, "message_ts": "1.1"}}),
        ("say", {"channel": "C0NOWHERE", "text": "so"}),
        ("say", {"channel": HIRING, "text": " "}),
        ("command", {"channel": HIRING, "command": "/fire"}),
        ("shortcut", {"callback_id": "nowhere"}),
    ):
        answer = await rosa.does(gesture, **more)
        assert answer["ok"] is False
        assert answer["message"]
    assert town.app.heard == []


async def test_a_button_in_a_room_one_is_not_in_cannot_be_pressed(town: Office) -> None:
    room = (await town.slack.conversations_create(name="panel", is_private=True))["channel"]["id"]
    blocks = [kit.actions(kit.button(action_id="press"))]
    answer = await town.slack.chat_postMessage(channel=room, text="so", blocks=blocks)
    pressed = await town.person().presses(dict(answer["message"]))
    assert pressed["message"] == "You are not in this channel."
    assert town.app.heard == []


async def test_commands_do_not_work_in_threads(town: Office) -> None:
    ts = (await town.slack.chat_postMessage(channel=HIRING, text="so"))["ts"]
    answer = await town.person().does("say", channel=HIRING, text="/hire find", thread_ts=ts)
    assert answer["message"] == "/hire is not supported in threads. Sorry!"
    assert town.app.heard == []


@pytest.mark.parametrize("gesture", ["say", "command", "action", "submit", "close", "options", "home", "shortcut"])  # fmt: skip
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{}", b'{"as": "U0NOBODY"}', b'{"as": 1, "container": 1}'])  # fmt: skip
async def test_a_gesture_nobody_can_make_is_answered(
    shared: Office, gesture: str, body: bytes
) -> None:
    answer = await shared.http.post(f"/client/{gesture}", content=body)
    assert answer.status_code < 500, answer.text
