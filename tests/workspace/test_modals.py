"""Triggers live three seconds and once; modals stack three high; an update with an old hash is refused."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.workspace import kit
from tests.workspace.office import BEN, ROSA, Office

pytestmark = pytest.mark.anyio


async def refused(asking: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await asking
    return str(caught.value.response["error"])


async def test_a_trigger_is_good_for_three_seconds(town: Office) -> None:
    trigger = await town.trigger()
    town.seconds.at += 3.0
    await town.slack.views_open(trigger_id=trigger, view=kit.modal())


async def test_a_trigger_dies_after_three_seconds(town: Office) -> None:
    trigger = await town.trigger()
    town.seconds.at += 3.01
    asking = town.slack.views_open(trigger_id=trigger, view=kit.modal())
    assert await refused(asking) == "expired_trigger_id"
    assert await town.person().modals() == []


async def test_a_trigger_opens_one_modal(town: Office) -> None:
    trigger = await town.trigger()
    await town.slack.views_open(trigger_id=trigger, view=kit.modal())
    again = town.slack.views_open(trigger_id=trigger, view=kit.modal())
    assert await refused(again) == "exchanged_trigger_id"
    push = town.slack.views_push(trigger_id=trigger, view=kit.modal())
    assert await refused(push) == "exchanged_trigger_id"


async def test_a_refused_modal_leaves_its_trigger_good(town: Office) -> None:
    trigger = await town.trigger()
    await refused(town.slack.views_open(trigger_id=trigger, view=kit.modal(title=kit.plain(25))))
    await town.slack.views_open(trigger_id=trigger, view=kit.modal())


async def test_a_made_up_trigger_is_no_trigger(town: Office) -> None:
    asking = town.slack.views_open(trigger_id="1.2.abc", view=kit.modal())
    assert await refused(asking) == "invalid_trigger_id"


async def test_a_modal_opens_for_the_person_who_made_the_gesture(town: Office) -> None:
    await town.opens(kit.modal(callback_id="mine"), BEN)
    assert [view["callback_id"] for view in await town.person(BEN).modals()] == ["mine"]
    assert await town.person(ROSA).modals() == []


async def test_three_modals_stack_and_the_fourth_is_refused(town: Office) -> None:
    root = await town.opens(kit.modal())
    views = [root]
    for _ in range(2):
        answer = await town.slack.views_push(trigger_id=await town.trigger(), view=kit.modal())
        views.append(answer["view"])
    push = town.slack.views_push(trigger_id=await town.trigger(), view=kit.modal())
    assert await refused(push) == "push_limit_reached"
    assert [view["id"] for view in await town.person().modals()] == [v["id"] for v in views]
    assert [view["root_view_id"] for view in views] == [root["id"]] * 3
    assert [view["previous_view_id"] for view in views] == [None, root["id"], views[1]["id"]]


async def test_nothing_is_pushed_on_nothing(town: Office) -> None:
    push = town.slack.views_push(trigger_id=await town.trigger(), view=kit.modal())
    assert await refused(push) == "not_found"


async def test_closing_the_top_shows_the_one_below(town: Office) -> None:
    root = await town.opens(kit.modal())
    await town.slack.views_push(trigger_id=await town.trigger(), view=kit.modal())
    top = (await town.person().modals())[-1]
    await town.person().does("close", view_id=top["id"])
    assert [view["id"] for view in await town.person().modals()] == [root["id"]]


async def test_an_update_with_the_hash_of_an_older_view_is_refused(town: Office) -> None:
    view = await town.opens(kit.modal())
    update = town.slack.views_update
    newer = await update(view_id=view["id"], hash=view["hash"], view=kit.modal(callback_id="2"))
    assert newer["view"]["hash"] != view["hash"]
    asking = update(view_id=view["id"], hash=view["hash"], view=kit.modal(callback_id="3"))
    assert await refused(asking) == "hash_conflict"
    assert (await town.person().modals())[0]["callback_id"] == "2"


async def test_an_update_without_a_hash_always_counts(town: Office) -> None:
    view = await town.opens(kit.modal())
    for name in ("2", "3"):
        await town.slack.views_update(view_id=view["id"], view=kit.modal(callback_id=name))
    assert (await town.person().modals())[0]["callback_id"] == "3"


async def test_a_home_tab_with_an_old_hash_is_refused(town: Office) -> None:
    publish = town.slack.views_publish
    first = (await publish(user_id=ROSA, view=kit.home()))["view"]
    await publish(user_id=ROSA, hash=first["hash"], view=kit.home(callback_id="2"))
    asking = publish(user_id=ROSA, hash=first["hash"], view=kit.home(callback_id="3"))
    assert await refused(asking) == "hash_conflict"
    assert (await town.person().sees("home"))["view"]["callback_id"] == "2"


async def test_a_closed_modal_is_not_found(town: Office) -> None:
    view = await town.opens(kit.modal())
    await town.person().does("close", view_id=view["id"])
    asking = town.slack.views_update(view_id=view["id"], view=kit.modal())
    assert await refused(asking) == "not_found"


async def test_an_update_finds_the_open_modal_by_its_external_id(town: Office) -> None:
    old = await town.opens(kit.modal(external_id="offer-1"))
    await town.person().does("close", view_id=old["id"])
    new = await town.opens(kit.modal(external_id="offer-1"))
    view = kit.modal(external_id="offer-1", callback_id="2")
    answer = await town.slack.views_update(external_id="offer-1", view=view)
    assert answer["view"]["id"] == new["id"]


async def test_two_open_views_do_not_share_an_external_id(town: Office) -> None:
    await town.opens(kit.modal(external_id="offer-1"))
    asking = town.opens(kit.modal(external_id="offer-1"), BEN)
    assert await refused(asking) == "duplicate_external_id"


async def test_an_update_keeps_what_was_typed_in_fields_that_stay(town: Office) -> None:
    note = kit.field(kit.typed(action_id="text"), block_id="note")
    menu = kit.select(action_id="press", options=kit.options(2))
    view = await town.opens(kit.modal(note, kit.actions(menu)))
    state = {"note": {"text": {"type": "plain_text_input", "value": "so far"}}}
    await town.person().presses(view, selected_option=kit.option(1), state=state)
    other = kit.field(kit.typed(action_id="text"), block_id="other")
    answer = await town.slack.views_update(view_id=view["id"], view=kit.modal(note, other))
    assert answer["view"]["state"]["values"] == state
