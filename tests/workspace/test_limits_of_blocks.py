"""Every limit of Block Kit: what is at the limit is shown, what is one over is refused in Slack's words."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.workspace import kit
from tests.workspace.kit import Doc
from tests.workspace.office import HIRING, Office

pytestmark = pytest.mark.anyio
Build = Callable[[int], Doc]

MOST: dict[str, tuple[int, Build]] = {
    "block_id": (255, lambda n: kit.section(block_id=kit.words(n))),
    "action_id": (255, lambda n: kit.actions(kit.button(action_id=kit.words(n)))),
    "section text": (3_000, lambda n: kit.section(text=kit.mrkdwn(n))),
    "section fields": (10, lambda n: {"type": "section", "fields": [kit.mrkdwn()] * n}),
    "section field": (2_000, lambda n: {"type": "section", "fields": [kit.mrkdwn(n)]}),
    "header": (150, lambda n: {"type": "header", "text": kit.plain(n)}),
    "context elements": (10, lambda n: {"type": "context", "elements": [kit.plain()] * n}),
    "context text": (3_000, lambda n: {"type": "context", "elements": [kit.mrkdwn(n)]}),
    "actions elements": (25, lambda n: kit.actions(*kit.buttons(n))),
    "button text": (75, lambda n: kit.actions(kit.button(text=kit.plain(n)))),
    "button value": (2_000, lambda n: kit.actions(kit.button(value=kit.words(n)))),
    "button url": (3_000, lambda n: kit.actions(kit.button(url=kit.words(n)))),
    "button label": (75, lambda n: kit.actions(kit.button(accessibility_label=kit.words(n)))),
    "agent prompt": (4_000, lambda n: kit.actions(kit.button(agent_prompt=kit.words(n)))),
    "confirm title": (100, lambda n: kit.actions(kit.button(confirm=kit.confirm(title=kit.plain(n))))),
    "confirm text": (300, lambda n: kit.actions(kit.button(confirm=kit.confirm(text=kit.mrkdwn(n))))),
    "confirm yes": (30, lambda n: kit.actions(kit.button(confirm=kit.confirm(confirm=kit.plain(n))))),
    "confirm no": (30, lambda n: kit.actions(kit.button(confirm=kit.confirm(deny=kit.plain(n))))),
    "option text": (75, lambda n: kit.actions(kit.select(options=[kit.option(text=kit.plain(n))]))),
    "option value": (150, lambda n: kit.actions(kit.select(options=[kit.option(value=kit.words(n))]))),
    "option description": (
        75, lambda n: kit.actions(kit.select(options=[kit.option(description=kit.plain(n))])),
    ),
    "option url": (
        3_000, lambda n: kit.actions({"type": "overflow", "options": [kit.option(url=kit.words(n))]}),
    ),
    "select options": (100, lambda n: kit.actions(kit.select(options=kit.options(n)))),
    "option groups": (100, lambda n: kit.actions(kit.select(option_groups=kit.groups(n)))),
    "options of a group": (100, lambda n: kit.actions(kit.select(option_groups=kit.groups(1, n)))),
    "label of a group": (75, lambda n: kit.actions(kit.select(option_groups=kit.groups(1, 1, n)))),
    "overflow": (5, lambda n: kit.actions({"type": "overflow", "options": kit.options(n)})),
    "checkboxes": (10, lambda n: kit.actions({"type": "checkboxes", "options": kit.options(n)})),
    "radio buttons": (10, lambda n: kit.actions({"type": "radio_buttons", "options": kit.options(n)})),
    "placeholder": (150, lambda n: kit.actions({"type": "users_select", "placeholder": kit.plain(n)})),
    "image url": (3_000, lambda n: kit.image(image_url=kit.words(n))),
    "image alt": (2_000, lambda n: kit.image(alt_text=kit.words(n))),
    "image title": (2_000, lambda n: kit.image(title=kit.plain(n))),
    "video title": (200, lambda n: kit.video(title=kit.plain(n))),
    "video author": (50, lambda n: kit.video(author_name=kit.words(n))),
    "video alt": (2_000, lambda n: kit.video(alt_text=kit.words(n))),
    "video description": (200, lambda n: kit.video(description=kit.plain(n))),
    "video provider": (50, lambda n: kit.video(provider_name=kit.words(n))),
    "markdown": (12_000, lambda n: {"type": "markdown", "text": kit.words(n)}),
    "list indent": (8, lambda n: kit.rich(indent=n)),
    "list border": (1, lambda n: kit.rich(border=n)),
    "table rows": (100, lambda n: kit.table(rows=n)),
    "table columns": (20, lambda n: kit.table(columns=n)),
    "column settings": (20, lambda n: kit.table(column_settings=[{}] * n)),
    "data table rows": (201, lambda n: kit.data_table(rows=n)),
    "data table columns": (20, lambda n: kit.data_table(columns=n)),
    "data table page": (100, lambda n: kit.data_table(page_size=n)),
    "data table text": (20_000, kit.data_table_of),
    "card title": (150, lambda n: kit.card(title=kit.mrkdwn(n))),
    "card subtitle": (150, lambda n: kit.card(subtitle=kit.mrkdwn(n))),
    "card body": (200, lambda n: kit.card(body=kit.mrkdwn(n))),
    "card actions": (3, lambda n: kit.card(actions=kit.buttons(n))),
    "carousel": (10, lambda n: {"type": "carousel", "elements": [kit.card() for _ in range(n)]}),
    "container": (10, lambda n: kit.container(n)),
    "container title": (150, lambda n: kit.container(title=kit.plain(n))),
    "container subtitle": (150, lambda n: kit.container(subtitle=kit.plain(n))),
    "context actions": (
        5, lambda n: {"type": "context_actions", "elements": [kit.icon(i) for i in range(n)]},
    ),
    "feedback text": (75, lambda n: {"type": "context_actions", "elements": [kit.feedback(text=n)]}),
    "feedback value": (2_000, lambda n: {"type": "context_actions", "elements": [kit.feedback(value=n)]}),
    "plan": (50, lambda n: {"type": "plan", "title": "So", "tasks": [kit.task(i) for i in range(n)]}),
    "chart title": (50, lambda n: kit.pie(title=n)),
    "chart segments": (12, lambda n: kit.pie(n)),
    "chart segment label": (20, lambda n: kit.pie(label=n)),
    "chart series": (12, lambda n: kit.bars(n)),
    "chart points": (20, lambda n: kit.bars(each=n)),
    "chart series name": (20, lambda n: kit.bars(name=n)),
    "chart category": (20, lambda n: kit.bars(category=n)),
    "chart axis": (50, lambda n: kit.bars(axis=n)),
    "input label": (2_000, lambda n: kit.field(label=kit.plain(n))),
    "input hint": (2_000, lambda n: kit.field(hint=kit.plain(n))),
    "input placeholder": (150, lambda n: kit.field(kit.typed(placeholder=kit.plain(n)))),
    "min_length": (3_000, lambda n: kit.field(kit.typed(min_length=n))),
    "max_length": (3_000, lambda n: kit.field(kit.typed(max_length=n))),
    "initial value": (3_000, lambda n: kit.field(kit.typed(initial_value=kit.words(n)))),
    "files": (10, lambda n: kit.field({"type": "file_input", "max_files": n})),
}  # fmt: skip

LEAST: dict[str, tuple[int, Build]] = {
    "section text": (1, lambda n: kit.section(text=kit.mrkdwn(n))),
    "section fields": (1, lambda n: {"type": "section", "text": kit.plain(), "fields": [kit.mrkdwn()] * n}),
    "header": (1, lambda n: {"type": "header", "text": kit.plain(n)}),
    "context elements": (1, lambda n: {"type": "context", "elements": [kit.plain()] * n}),
    "actions elements": (1, lambda n: kit.actions(*kit.buttons(n))),
    "select options": (1, lambda n: kit.actions(kit.select(options=kit.options(n)))),
    "options of a group": (1, lambda n: kit.actions(kit.select(option_groups=kit.groups(1, n)))),
    "overflow": (1, lambda n: kit.actions({"type": "overflow", "options": kit.options(n)})),
    "checkboxes": (1, lambda n: kit.actions({"type": "checkboxes", "options": kit.options(n)})),
    "radio buttons": (1, lambda n: kit.actions({"type": "radio_buttons", "options": kit.options(n)})),
    "list indent": (0, lambda n: kit.rich(indent=n)),
    "list border": (0, lambda n: kit.rich(border=n)),
    "table rows": (1, lambda n: kit.table(rows=n)),
    "data table rows": (2, lambda n: kit.data_table(rows=n)),
    "data table columns": (1, lambda n: kit.data_table(columns=n)),
    "data table page": (1, lambda n: kit.data_table(page_size=n)),
    "carousel": (1, lambda n: {"type": "carousel", "elements": [kit.card() for _ in range(n)]}),
    "container": (1, lambda n: kit.container(n)),
    "chart segments": (1, lambda n: kit.pie(n)),
    "chart series": (1, lambda n: kit.bars(n)),
    "min_length": (0, lambda n: kit.field(kit.typed(min_length=n))),
    "max_length": (0, lambda n: kit.field(kit.typed(max_length=n))),
    "files": (1, lambda n: kit.field({"type": "file_input", "max_files": n})),
}  # fmt: skip

NEVER: dict[str, Doc] = {
    "a section of nothing": {"type": "section"},
    "mrkdwn on a button": kit.actions(kit.button(text=kit.mrkdwn())),
    "mrkdwn in a header": {"type": "header", "text": kit.mrkdwn()},
    "mrkdwn in a label": kit.field(label=kit.mrkdwn()),
    "a green button": kit.actions(kit.button(style="green")),
    "a word Slack does not know": kit.section(colour="red"),
    "a word Slack does not know on a button": kit.actions(kit.button(colour="red")),
    "a word Slack does not know in a text": kit.section(text={**kit.mrkdwn(), "emoji": True}),
    "a block of no known type": {"type": "hologram"},
    "a block of no type": {"text": kit.plain()},
    "an element of no known type": kit.actions({"type": "lever"}),
    "an input among buttons": kit.actions(kit.typed()),
    "a button as input": kit.field(kit.button()),
    "options and groups": kit.actions(kit.select(options=kit.options(1), option_groups=kit.groups(1))),
    "neither options nor groups": kit.actions(kit.select()),
    "a first choice that is no option": kit.actions(
        kit.select(options=kit.options(2), initial_option=kit.option(9))
    ),
    "an image from two places": kit.image(slack_file={"id": "F1"}),
    "an image from nowhere": {"type": "image", "alt_text": "a graph"},
    "an image without words": {"type": "image", "image_url": "https://i.example/1.png"},
    "a date that is none": kit.actions({"type": "datepicker", "initial_date": "24.11.2026"}),
    "a time that is none": kit.actions({"type": "timepicker", "initial_time": "9"}),
    "a number field that does not say whether it takes decimals": kit.field({"type": "number_input"}),
    "two buttons of one action_id": kit.actions(kit.button(action_id="a"), kit.button(action_id="a")),
    "a ragged table": {**kit.table(), "rows": [*kit.table(1, 1)["rows"], *kit.table(1, 2)["rows"]]},
    "a table of drawings": {"type": "table", "rows": [[{"type": "drawing"}]]},
    "rich text in the header of a data table": {
        **kit.data_table(), "rows": [[kit.rich()], [{"type": "raw_text", "text": "x"}]],
    },
    "a card with nothing to see": {"type": "card", "subtitle": kit.plain()},
    "a container in a container": kit.container(child_blocks=[kit.container()]),
    "a task in no known state": {**kit.task(), "status": "lost"},
    "a chart of no known kind": {"type": "data_visualization", "title": "x", "chart": {"type": "radar"}},
    "an alert outside a modal": {"type": "alert", "text": kit.plain()},
}  # fmt: skip


async def refusal(shared: Office, *blocks: Doc) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await shared.slack.chat_postMessage(channel=HIRING, text="so", blocks=list(blocks))
    return caught.value.response


@pytest.mark.parametrize("limit", MOST)
async def test_a_block_at_its_limit_is_posted_and_one_over_is_not(
    shared: Office, limit: str
) -> None:
    most, build = MOST[limit]
    assert (await shared.slack.chat_postMessage(channel=HIRING, text="so", blocks=[build(most)]))[
        "ok"
    ]
    answer = await refusal(shared, build(most + 1))
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"][0].endswith("]")
    assert "[json-pointer:/blocks/0" in answer["errors"][0]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {e}" for e in answer["errors"]]


@pytest.mark.parametrize("limit", LEAST)
async def test_a_block_of_the_least_size_is_posted_and_a_smaller_one_is_not(
    shared: Office, limit: str
) -> None:
    least, build = LEAST[limit]
    await shared.slack.chat_postMessage(channel=HIRING, text="so", blocks=[build(least)])
    assert (await refusal(shared, build(least - 1)))["error"] == "invalid_blocks"


@pytest.mark.parametrize("block", NEVER)
async def test_what_slack_does_not_draw_is_refused(shared: Office, block: str) -> None:
    assert (await refusal(shared, NEVER[block]))["error"] == "invalid_blocks"


async def test_a_message_holds_fifty_blocks(shared: Office) -> None:
    await shared.slack.chat_postMessage(channel=HIRING, text="so", blocks=kit.dividers(50))
    answer = await refusal(shared, *kit.dividers(51))
    assert answer["errors"] == ["no more than 50 items allowed [json-pointer:/blocks]"]


async def test_a_block_id_occurs_once_in_a_message(shared: Office) -> None:
    await refusal(shared, kit.section(block_id="a"), kit.section(block_id="a"))


async def test_one_action_id_may_occur_in_two_blocks(shared: Office) -> None:
    twice = [kit.actions(kit.button(action_id="a")), kit.actions(kit.button(action_id="a"))]
    await shared.slack.chat_postMessage(channel=HIRING, text="so", blocks=twice)


async def test_markdown_is_counted_over_the_whole_message(shared: Office) -> None:
    half = {"type": "markdown", "text": kit.words(6_000)}
    await shared.slack.chat_postMessage(channel=HIRING, text="so", blocks=[half, half])
    await refusal(shared, half, {"type": "markdown", "text": kit.words(6_001)})


async def test_a_message_has_one_table(shared: Office) -> None:
    await refusal(shared, kit.table(), kit.table())


async def test_blocks_hold_thirteen_thousand_characters_in_all(shared: Office) -> None:
    full = [kit.section(text=kit.mrkdwn(2_600)) for _ in range(5)]
    await shared.slack.chat_postMessage(channel=HIRING, text="so", blocks=full)
    answer = await refusal(shared, *full, kit.section())
    assert answer["error"] == "msg_blocks_too_long"


async def test_ids_that_were_left_out_are_made_up(shared: Office) -> None:
    blocks = [kit.actions(*[kit.button(), kit.button()]), {"type": "carousel", "elements": [kit.card(actions=[kit.button()])]}]  # fmt: skip
    answer = await shared.slack.chat_postMessage(channel=HIRING, text="so", blocks=blocks)
    row, carousel = answer["message"]["blocks"]
    assert row["block_id"] != carousel["block_id"]
    assert len({element["action_id"] for element in row["elements"]}) == 2
    assert carousel["elements"][0]["block_id"]
    assert carousel["elements"][0]["actions"][0]["action_id"]
