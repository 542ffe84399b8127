"""Whatever an app or a page sends, the workspace answers; it never falls over."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.workspace.slack import limits, properties

WORDS = st.sampled_from([
    *properties.BLOCKS, *properties.ELEMENTS, "plain_text", "mrkdwn", "rich_text_list", "raw_text", "pie", "bar", "modal",
]) | st.text(max_size=3)  # fmt: skip
NAMES = st.sampled_from(sorted({
    "type", "text", "value", "options", "elements", "element", "label", "blocks", "chart", "segments", "series", "data", "axis_config",
    "categories", "action_id", "tasks", "child_blocks", "confirm", "placeholder",
    *(name for names in (*properties.BLOCKS.values(), *properties.ELEMENTS.values()) for name in names),
}))  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
THING = st.builds(
    lambda kind, rest: {**rest, "type": kind}, WORDS, st.dictionaries(NAMES, ANYTHING, max_size=5)
)
BLOCK = st.builds(
    lambda block, inner: {**block, **{k: inner for k in ("element", "accessory") if k in block}},
    THING,
    THING,
)
ROW = st.builds(lambda kind, inner: {"type": kind, "elements": inner}, WORDS, st.lists(THING))


@settings(max_examples=300, deadline=None)
@given(st.lists(BLOCK | ROW | ANYTHING, max_size=4) | ANYTHING)
def test_any_blocks_are_judged(blocks: Any) -> None:
    for view in (True, False):
        assert all(isinstance(error, str) for error in limits.check_blocks(blocks, view=view))


@settings(max_examples=200, deadline=None)
@given(st.lists(BLOCK | ROW, max_size=4))
def test_whatever_is_allowed_can_be_walked(blocks: Any) -> None:
    if not limits.check_blocks(blocks, view=False):
        assert all(isinstance(element, dict) for _, element in limits.walk(blocks))


@settings(max_examples=100, deadline=None)
@given(ANYTHING)
def test_any_view_is_judged(view: Any) -> None:
    for home in (True, False):
        assert all(isinstance(error, str) for error in limits.check_view(view, home=home))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["options", "option_groups"]), ANYTHING))
def test_any_options_are_judged(answer: Any) -> None:
    assert all(isinstance(error, str) for error in limits.check_options(answer))
