"""Limits of modals, the Home tab and messages, and how `blocks.validate` tells of them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.workspace import kit
from tests.workspace.kit import Doc
from tests.workspace.office import HIRING, ROSA, Office

pytestmark = pytest.mark.anyio

MOST: dict[str, tuple[int, Callable[[int], Doc]]] = {
    "blocks": (100, lambda n: kit.modal(*kit.dividers(n))),
    "title": (24, lambda n: kit.modal(title=kit.plain(n))),
    "submit": (24, lambda n: kit.modal(submit=kit.plain(n))),
    "close": (24, lambda n: kit.modal(close=kit.plain(n))),
    "private_metadata": (3_000, lambda n: kit.modal(private_metadata=kit.words(n))),
    "callback_id": (255, lambda n: kit.modal(callback_id=kit.words(n))),
    "external_id": (255, lambda n: kit.modal(external_id=kit.words(n))),
    "alert": (200, lambda n: kit.modal({"type": "alert", "text": kit.plain(n)})),
    "files": (10, lambda n: kit.modal(kit.field({"type": "file_input", "max_files": n}))),
}
NEVER: dict[str, Doc] = {
    "no blocks": {**kit.modal(), "blocks": []},
    "no title": {k: v for k, v in kit.modal().items() if k != "title"},
    "an empty title": kit.modal(title=kit.plain(0)),
    "mrkdwn as title": kit.modal(title=kit.mrkdwn()),
    "an input but nothing to submit it with": {
        k: v for k, v in kit.modal(kit.field()).items() if k != "submit"
    },
    "a Home tab as modal": kit.home(),
    "a word Slack does not know": kit.modal(colour="red"),
    "one block_id twice": kit.modal(kit.section(block_id="a"), kit.section(block_id="a")),
}


async def refused(asking: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await asking
    return caught.value.response


@pytest.mark.parametrize("limit", MOST)
async def test_a_modal_at_its_limit_opens_and_one_over_does_not(shared: Office, limit: str) -> None:
    most, build = MOST[limit]
    await shared.opens(build(most))
    answer = await refused(shared.opens(build(most + 1)))
    assert answer["error"] == "invalid_arguments"
    assert "[json-pointer:/view" in answer["response_metadata"]["messages"][0]


@pytest.mark.parametrize("view", NEVER)
async def test_a_modal_slack_would_not_show_does_not_open(shared: Office, view: str) -> None:
    assert (await refused(shared.opens(NEVER[view])))["error"] == "invalid_arguments"


def heavy(size: int) -> Doc:
    """A modal of exactly so many bytes."""
    view = kit.modal(*[{"type": "section", "fields": [kit.mrkdwn(2_000)] * 10} for _ in range(12)])
    rest = size - len(json.dumps(view))
    while rest > 3_200:
        view["blocks"].append(kit.section(text=kit.mrkdwn(3_000)))
        rest = size - len(json.dumps(view))
    view["private_metadata"] = ""
    rest = size - len(json.dumps(view))
    view["private_metadata"] = kit.words(min(rest, 3_000))
    view["title"] = kit.plain(1 + max(0, rest - 3_000))
    return view


async def test_a_modal_of_250_kilobytes_opens_and_one_byte_more_is_too_large(
    shared: Office,
) -> None:
    assert len(json.dumps(heavy(250_000))) == 250_000
    await shared.opens(heavy(250_000))
    assert (await refused(shared.opens(heavy(250_001))))["error"] == "view_too_large"


async def test_the_home_tab_holds_a_hundred_blocks_and_no_alert(shared: Office) -> None:
    publish = shared.slack.views_publish
    await publish(user_id=ROSA, view=kit.home(*kit.dividers(100)))
    for view in (
        kit.home(*kit.dividers(101)),
        kit.home({"type": "alert", "text": kit.plain()}),
        kit.modal(),
    ):
        answer = await refused(publish(user_id=ROSA, view=view))
        assert answer["error"] == "invalid_arguments"


async def test_text_over_forty_thousand_characters_is_cut_off(shared: Office) -> None:
    answer = await shared.slack.chat_postMessage(channel=HIRING, text=kit.words(40_001))
    assert len(answer["message"]["text"]) == 40_000


async def test_an_edit_of_over_forty_thousand_characters_is_refused(shared: Office) -> None:
    ts = (await shared.slack.chat_postMessage(channel=HIRING, text="so"))["ts"]
    await shared.slack.chat_update(channel=HIRING, ts=ts, text=kit.words(40_000))
    answer = await refused(shared.slack.chat_update(channel=HIRING, ts=ts, text=kit.words(40_001)))
    assert answer["error"] == "msg_too_long"


async def test_markdown_text_stands_alone_and_holds_twelve_thousand_characters(
    shared: Office,
) -> None:
    post = shared.slack.chat_postMessage
    answer = await post(channel=HIRING, markdown_text=kit.words(12_000))
    assert answer["message"]["blocks"][0]["type"] == "markdown"
    answer = await refused(post(channel=HIRING, markdown_text=kit.words(12_001)))
    assert answer["error"] == "msg_too_long"
    answer = await refused(post(channel=HIRING, markdown_text="so", text="so"))
    assert answer["error"] == "markdown_text_conflict"


async def test_a_message_takes_a_hundred_attachments(shared: Office) -> None:
    post = shared.slack.chat_postMessage
    await post(channel=HIRING, text="so", attachments=[{"text": "more"}] * 100)
    answer = await refused(post(channel=HIRING, text="so", attachments=[{"text": "more"}] * 101))
    assert answer["error"] == "too_many_attachments"
    answer = await refused(post(channel=HIRING, text="so", attachments=[{"blocks": [{}]}]))
    assert answer["error"] == "invalid_blocks"


@pytest.mark.filterwarnings("ignore:The top-level `text`")
async def test_a_message_says_something(shared: Office) -> None:
    assert (await refused(shared.slack.chat_postMessage(channel=HIRING, text="")))["error"] == (
        "no_text"
    )


async def test_rich_text_is_not_edited_into_other_blocks(shared: Office) -> None:
    sent = await shared.slack.chat_postMessage(channel=HIRING, text="so", blocks=[kit.rich()])
    edit = shared.slack.chat_update
    answer = await refused(edit(channel=HIRING, ts=sent["ts"], blocks=[kit.section()], text="so"))
    assert answer["error"] == "block_mismatch"
    await edit(channel=HIRING, ts=sent["ts"], blocks=[kit.rich()], text="so")


async def test_metadata_has_a_type_and_a_payload(shared: Office) -> None:
    post = shared.slack.chat_postMessage
    sent = {"event_type": "made", "event_payload": {"id": 1}}
    answer = await post(channel=HIRING, text="so", metadata=sent)
    assert answer["message"]["metadata"] == sent
    answer = await refused(post(channel=HIRING, text="so", metadata={"event_type": "made"}))
    assert answer["error"] == "invalid_metadata_format"


async def test_blocks_validate_says_what_is_wrong_and_posts_nothing(shared: Office) -> None:
    before = await shared.person().messages()
    ask = shared.slack.blocks_validate
    answer = await refused(ask(blocks=[{"type": "header", "text": kit.plain(151)}]))
    assert answer["error"] == "invalid_blocks"
    found = answer["errors"][0]
    assert found["pointer"] == "/blocks/0/text/text"
    assert (found["code"], found["field"]) == ("failed_constraint", "text")
    assert found["message"] == "must be less than 151 characters"
    message = {"blocks": [{"type": "hologram"}]}
    assert (await refused(ask(message=message)))["error"] == "invalid_message"
    assert (await refused(ask(view={"type": "modal"})))["error"] == "invalid_view"
    assert (await ask(view=kit.home()))["ok"]
    assert (await ask(message={"blocks": [kit.section()]}))["ok"]
    assert await shared.person().messages() == before


async def test_blocks_validate_takes_exactly_one_thing(shared: Office) -> None:
    ask = shared.slack.blocks_validate
    assert (await refused(ask()))["error"] == "invalid_arguments"
    answer = await refused(ask(blocks=[kit.section()], view=kit.home()))
    assert answer["error"] == "invalid_arguments"
