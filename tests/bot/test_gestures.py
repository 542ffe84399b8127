"""Payloads of every kind become one flat gesture."""

from typing import Any

import pytest

from bot import gestures


def interaction(**parts: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "trigger_id": "1.2.3",
        **parts,
    }


def test_a_press_in_a_message_carries_its_place() -> None:
    press = interaction(
        container={"type": "message", "channel_id": "D1", "message_ts": "1.5"},
        channel={"id": "D1"},
        response_url="https://hooks.example/1",
        actions=[
            {"action_id": "offer.approve", "block_id": "b", "type": "button", "value": "off_1"}
        ],
    )
    gesture = gestures.read(press, "key")
    assert (gesture.kind, gesture.name, gesture.value) == ("action", "offer.approve", "off_1")
    assert (gesture.channel, gesture.message_ts) == ("D1", "1.5")
    assert (gesture.team, gesture.user, gesture.delivery) == ("T1", "U1", "key")
    assert gesture.response_url == "https://hooks.example/1"


def test_a_press_on_the_home_tab_has_no_modal_to_update() -> None:
    view = {"id": "V1", "type": "home", "private_metadata": ""}
    press = interaction(view=view, actions=[{"action_id": "tasks.help", "type": "button"}])
    assert gestures.read(press, "key").view_id == ""


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"type": "plain_text_input", "value": "hello"}, "hello"),
        ({"type": "plain_text_input", "value": None}, None),
        ({"type": "static_select", "selected_option": {"value": "a"}}, "a"),
        ({"type": "static_select", "selected_option": None}, None),
        ({"type": "radio_buttons", "selected_option": {"value": "yes"}}, "yes"),
        ({"type": "external_select", "selected_option": {"value": "application:acc:1"}}, "application:acc:1"),
        ({"type": "users_select", "selected_user": "U9"}, "U9"),
        ({"type": "datepicker", "selected_date": "2026-12-01"}, "2026-12-01"),
        ({"type": "timepicker", "selected_time": "14:00"}, "14:00"),
        ({"type": "datetimepicker", "selected_date_time": 1795600800}, "1795600800"),
        ({"type": "multi_users_select", "selected_users": ["U1", "U2"]}, ["U1", "U2"]),
        ({"type": "multi_users_select", "selected_users": []}, []),
        ({"type": "checkboxes", "selected_options": [{"value": "x"}, {"value": "y"}]}, ["x", "y"]),
        ({"type": "file_input", "files": [{"id": "F1"}]}, ["F1"]),
        (
            {
                "type": "rich_text_input",
                "rich_text_value": {
                    "type": "rich_text",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": "two "},
                                                                   {"type": "text", "text": "words"}]},
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": "more"}]},
                    ],
                },
            },
            "two words\nmore",
        ),
    ],
)  # fmt: skip
def test_every_element_type_gives_its_value(element: dict[str, Any], value: object) -> None:
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "offer",
        "private_metadata": '{"ref":"r"}',
        "hash": "h",
        "root_view_id": "V0",
        "state": {"values": {"block": {"action": element}}},
    }
    gesture = gestures.read(interaction(type="view_submission", view=view), "key")
    assert gesture.values == {"block": value}
    assert (gesture.kind, gesture.name, gesture.private) == ("view", "offer", {"ref": "r"})
    assert (gesture.view_id, gesture.view_hash, gesture.root_view_id) == ("V1", "h", "V0")


def test_what_is_typed_into_a_picker_is_its_text() -> None:
    typed = interaction(
        type="block_suggestion", action_id="note.open:pick", block_id="c", value="ad"
    )
    gesture = gestures.read(typed, "key")
    assert (gesture.kind, gesture.name, gesture.text, gesture.value) == (
        "options",
        "note.open:pick",
        "ad",
        "",
    )


def test_private_metadata_that_is_no_json_counts_as_none() -> None:
    view = {"id": "V1", "callback_id": "x", "private_metadata": "hello"}
    assert gestures.read(interaction(type="view_closed", view=view), "key").private == {}


def test_an_event_names_its_person_even_when_slack_nests_them() -> None:
    event = {
        "type": "event_callback",
        "team_id": "T1",
        "event": {"type": "user_change", "user": {"id": "U7"}},
    }
    gesture = gestures.read(event, "key")
    assert (gesture.kind, gesture.name, gesture.user) == ("event", "user_change", "U7")


def test_the_part_after_a_colon_only_makes_an_action_unique() -> None:
    assert gestures.base("note.open:pick") == "note.open"
    assert gestures.base("note.open") == "note.open"
