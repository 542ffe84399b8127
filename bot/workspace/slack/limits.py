"""What Slack enforces on messages, modals and Home tabs: every limit, with the JSON pointer that says where."""

from collections.abc import Iterator
from typing import Any

from bot.workspace.slack import cards, measures, properties, tables
from bot.workspace.slack.elements import element, groups, image, options
from bot.workspace.slack.measures import Check, Doc, Errors, wrong

MOST_MARKDOWN = 12_000  # characters of all markdown blocks of a payload
INSIDE = {"carousel": "elements", "container": "child_blocks", "plan": "tasks"}


def check_blocks(blocks: Any, *, view: bool, modal: bool = False) -> Errors:
    """Everything wrong with a list of blocks, as Slack words it; [] when it may be shown.

    50 blocks in a message, 1 to 100 in a view (docs.slack.dev/reference/block-kit/blocks).
    """
    errors: Errors = []
    if not isinstance(blocks, list):
        return ["must be an array [json-pointer:/blocks]"]
    measures.count(blocks, 1 if view else 0, 100 if view else 50, "/blocks", errors)
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        where = f"/blocks/{index}"
        if measures.kind_of(block) in properties.MODAL_ONLY and not modal:
            wrong(errors, f"unsupported type: {block['type']}", f"{where}/type")
        name = _block(block, where, errors)
        if name and name in seen:
            wrong(errors, "block_id must be unique", f"{where}/block_id")
        seen.add(name)
    _together(blocks, errors)
    return errors


def check_view(view: Any, *, home: bool = False) -> Errors:
    """Everything wrong with a modal or a Home tab."""
    if not isinstance(view, dict):
        return ["must be an object [json-pointer:/view]"]
    errors: Errors = []
    kind = "home" if home else "modal"
    if view.get("type") != kind:
        wrong(errors, f"must be {kind}", "/view/type")
    measures.unknown(view, properties.VIEW, "/view", errors)
    if not home:
        for name in ("title", "submit", "close"):
            if view.get(name) is not None or name == "title":
                measures.text(view.get(name), f"/view/{name}", errors, most=24, plain=True)
        blocks = view.get("blocks")
        inputs = (
            [b for b in blocks if measures.kind_of(b) == "input"]
            if isinstance(blocks, list)
            else []
        )
        if inputs and not view.get("submit"):
            wrong(errors, "missing required field: submit", "/view")
    for name in ("callback_id", "external_id"):
        measures.id_of(view, name, "/view", errors)
    if view.get("private_metadata") is not None:
        measures.length(view["private_metadata"], 3_000, "/view/private_metadata", errors)
    found = check_blocks(view.get("blocks"), view=True, modal=not home)
    return errors + [
        e.replace("[json-pointer:/blocks", "[json-pointer:/view/blocks", 1) for e in found
    ]


def check_options(answer: Doc) -> Errors:
    """Everything wrong with the options an app found for somebody who types."""
    errors: Errors = []
    if answer.get("options"):
        options(answer["options"], "/options", errors, most=100)
    if answer.get("option_groups"):
        groups(answer["option_groups"], "/option_groups", errors)
    return errors


def walk(blocks: list[Doc]) -> Iterator[tuple[Doc, Doc]]:
    """Every element that has an action, with its block; blocks inside blocks too."""
    for block in every(blocks):
        for name in ("element", "accessory"):
            if isinstance(block.get(name), dict) and block[name].get("type") != "image":
                yield block, block[name]
        inside = {"actions": "elements", "context_actions": "elements", "card": "actions"}
        for found in block.get(inside.get(block["type"], ""), []):
            yield block, found


def every(blocks: list[Doc]) -> Iterator[Doc]:
    """Every block, and those that stand inside others."""
    for block in blocks:
        yield block
        yield from every(block.get(INSIDE.get(block["type"], ""), []))


def _block(block: Any, where: str, errors: Errors) -> str:
    """Check one block; gives its block_id."""
    kind = measures.kind_of(block)
    if kind not in properties.BLOCKS:
        wrong(errors, f"unsupported type: {kind or block}", f"{where}/type")
        return ""
    name = measures.id_of(block, "block_id", where, errors)
    measures.unknown(block, properties.BLOCKS[kind] | properties.COMMON, where, errors)
    if check := _CHECKS.get(kind):
        check(block, where, errors)
    return name


def _together(blocks: list[Any], errors: Errors) -> None:
    """What is counted over the whole payload."""
    kinds = [measures.kind_of(block) for block in blocks]
    written = [b["text"] for b, kind in zip(blocks, kinds, strict=True) if kind == "markdown"
               and isinstance(b.get("text"), str)]  # fmt: skip
    if len(written) > 1 and sum(map(len, written)) > MOST_MARKDOWN:
        wrong(errors, f"must be less than {MOST_MARKDOWN + 1} characters in total", "/blocks")
    if kinds.count("table") > 1:
        wrong(errors, "only one table is allowed", "/blocks")


def _section(block: Doc, where: str, errors: Errors) -> None:
    if not block.get("text") and not block.get("fields"):
        wrong(errors, "missing required field: text or fields", where)
    if "text" in block:
        measures.text(block["text"], f"{where}/text", errors, most=3_000)
    if "fields" in block:
        fields = measures.count(block["fields"], 1, 10, f"{where}/fields", errors)
        for index, field in enumerate(fields):
            measures.text(field, f"{where}/fields/{index}", errors, most=2_000)
    if "accessory" in block:
        element(block["accessory"], f"{where}/accessory", errors, properties.IN_SECTION)


def _actions(block: Doc, where: str, errors: Errors) -> None:
    cards.buttons(block.get("elements"), 25, f"{where}/elements", errors, properties.IN_ACTIONS)


def _context(block: Doc, where: str, errors: Errors) -> None:
    elements = measures.count(block.get("elements"), 1, 10, f"{where}/elements", errors)
    for index, found in enumerate(elements):
        at = f"{where}/elements/{index}"
        if measures.kind_of(found) == "image":
            element(found, at, errors, {"image"})
        else:
            measures.text(found, at, errors, most=3_000)


def _input(block: Doc, where: str, errors: Errors) -> None:
    measures.text(block.get("label"), f"{where}/label", errors, most=2_000, plain=True)
    if "hint" in block:
        measures.text(block["hint"], f"{where}/hint", errors, most=2_000, plain=True)
    element(block.get("element"), f"{where}/element", errors, properties.IN_INPUT)


def _header(block: Doc, where: str, errors: Errors) -> None:
    measures.text(block.get("text"), f"{where}/text", errors, most=150, plain=True)


def _markdown(block: Doc, where: str, errors: Errors) -> None:
    measures.length(block.get("text"), MOST_MARKDOWN, f"{where}/text", errors, least=1)


def _container(block: Doc, where: str, errors: Errors) -> None:
    """1 to 10 blocks under a title; no container in a container."""
    if not block.get("title") and not block.get("rich_text_title"):
        wrong(errors, "missing required field: title", where)
    for name in ("title", "subtitle"):
        if name in block:
            measures.text(block[name], f"{where}/{name}", errors, most=150, plain=name == "title")
    inside = measures.count(block.get("child_blocks"), 1, 10, f"{where}/child_blocks", errors)
    for index, child in enumerate(inside):
        at = f"{where}/child_blocks/{index}"
        if measures.kind_of(child) in properties.MODAL_ONLY | {"container"}:
            wrong(errors, f"unsupported type: {child['type']}", f"{at}/type")
        else:
            _block(child, at, errors)


_CHECKS: dict[str, Check] = {
    "section": _section, "actions": _actions, "context": _context, "input": _input, "header": _header,
    "image": image, "markdown": _markdown, "table": tables.table, "data_table": tables.data_table,
    "data_visualization": tables.chart, "rich_text": tables.rich_text, "alert": cards.alert, "video": cards.video,
    "card": cards.card, "carousel": cards.carousel, "container": _container, "plan": cards.plan,
    "task_card": cards.task_card, "context_actions": cards.context_actions,
}  # fmt: skip
