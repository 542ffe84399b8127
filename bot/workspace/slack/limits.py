"""What Slack enforces on blocks: every limit, with the JSON pointer that says where."""

from collections.abc import Callable, Iterator
from typing import Any

Errors = list[str]
Check = Callable[[Any, str, Errors], None]

MODAL_ONLY = {"input", "alert"}
COMMON = {"type", "block_id"}
BLOCKS: dict[str, set[str]] = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text", "level"},
    "divider": set(),
    "context": {"elements"},
    "actions": {"elements"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "markdown": {"text"},
    "rich_text": {"elements"},
    "table": {"rows", "column_settings"},
    "video": {
        "title",
        "title_url",
        "description",
        "video_url",
        "thumbnail_url",
        "alt_text",
        "author_name",
        "provider_name",
        "provider_icon_url",
    },
    "file": {"external_id", "source"},
    "alert": {"text", "level"},
}
_SELECT = {"placeholder", "confirm", "focus_on_load"}
_OPTIONS = {"options", "option_groups"}
ELEMENTS: dict[str, set[str]] = {
    "button": {"text", "value", "url", "style", "confirm", "accessibility_label"},
    "overflow": {"options", "confirm"},
    "static_select": _SELECT | _OPTIONS | {"initial_option"},
    "multi_static_select": _SELECT | _OPTIONS | {"initial_options", "max_selected_items"},
    "external_select": _SELECT | {"initial_option", "min_query_length"},
    "multi_external_select": _SELECT
    | {"initial_options", "min_query_length", "max_selected_items"},
    "users_select": _SELECT | {"initial_user"},
    "multi_users_select": _SELECT | {"initial_users", "max_selected_items"},
    "conversations_select": _SELECT
    | {"initial_conversation", "default_to_current_conversation", "filter", "response_url_enabled"},
    "multi_conversations_select": _SELECT
    | {"initial_conversations", "default_to_current_conversation", "filter", "max_selected_items"},
    "channels_select": _SELECT | {"initial_channel", "response_url_enabled"},
    "multi_channels_select": _SELECT | {"initial_channels", "max_selected_items"},
    "datepicker": _SELECT | {"initial_date"},
    "timepicker": _SELECT | {"initial_time", "timezone"},
    "datetimepicker": {"initial_date_time", "confirm", "focus_on_load"},
    "checkboxes": {"options", "initial_options", "confirm", "focus_on_load"},
    "radio_buttons": {"options", "initial_option", "confirm", "focus_on_load"},
    "plain_text_input": {
        "initial_value",
        "multiline",
        "min_length",
        "max_length",
        "dispatch_action_config",
        "focus_on_load",
        "placeholder",
    },
    "email_text_input": {"initial_value", "dispatch_action_config", "focus_on_load", "placeholder"},
    "url_text_input": {"initial_value", "dispatch_action_config", "focus_on_load", "placeholder"},
    "number_input": {
        "is_decimal_allowed",
        "initial_value",
        "min_value",
        "max_value",
        "dispatch_action_config",
        "focus_on_load",
        "placeholder",
    },
    "rich_text_input": {"initial_value", "dispatch_action_config", "focus_on_load", "placeholder"},
    "file_input": {"filetypes", "max_files"},
    "image": {"image_url", "slack_file", "alt_text"},
}
IN_ACTIONS = {
    name
    for name in ELEMENTS
    if name
    not in (
        "image",
        "plain_text_input",
        "email_text_input",
        "url_text_input",
        "number_input",
        "rich_text_input",
        "file_input",
    )
}
IN_SECTION = IN_ACTIONS | {"image"}
IN_INPUT = set(ELEMENTS) - {"button", "overflow", "image"}


def check_blocks(blocks: Any, *, view: bool) -> Errors:
    """Everything wrong with a list of blocks, as Slack words it; [] when it may be shown."""
    errors: Errors = []
    most = 100 if view else 50
    if not isinstance(blocks, list):
        return ["must be an array [json-pointer:/blocks]"]
    if view and not blocks:
        errors.append("no fewer than 1 items allowed [json-pointer:/blocks]")
    if len(blocks) > most:
        errors.append(f"no more than {most} items allowed [json-pointer:/blocks]")
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        where = f"/blocks/{index}"
        if not isinstance(block, dict) or block.get("type") not in BLOCKS:
            errors.append(
                f"unsupported type: {block.get('type') if isinstance(block, dict) else block} [json-pointer:{where}/type]"
            )
            continue
        if block["type"] in MODAL_ONLY and not view:
            errors.append(f"unsupported type: {block['type']} [json-pointer:{where}/type]")
        _id(block, "block_id", where, errors)
        if (known := block.get("block_id")) in seen and known:
            errors.append(f"block_id must be unique [json-pointer:{where}/block_id]")
        seen.add(block.get("block_id") or "")
        _unknown(block, BLOCKS[block["type"]] | COMMON, where, errors)
        check: Check = _BLOCK_CHECKS.get(block["type"], _nothing)
        check(block, where, errors)
    return errors


def check_view(view: Any, *, home: bool = False) -> Errors:
    """Everything wrong with a modal or a Home tab."""
    if not isinstance(view, dict):
        return ["must be an object [json-pointer:/view]"]
    errors: Errors = []
    kind = "home" if home else "modal"
    if view.get("type") != kind:
        errors.append(f"must be {kind} [json-pointer:/view/type]")
    if not home:
        for name in ("title", "submit", "close"):
            if name in view or name == "title":
                _text(view.get(name), f"/view/{name}", errors, most=24, plain=True)
        inputs = [
            b for b in view.get("blocks") or [] if isinstance(b, dict) and b.get("type") == "input"
        ]
        if inputs and not view.get("submit"):
            errors.append("missing required field: submit [json-pointer:/view]")
    for name in ("callback_id", "external_id"):
        _id(view, name, "/view", errors)
    _length(view.get("private_metadata", ""), 3_000, "/view/private_metadata", errors)
    return errors + [
        e.replace("/blocks", "/view/blocks", 1) for e in check_blocks(view.get("blocks"), view=True)
    ]


def _section(block: dict[str, Any], where: str, errors: Errors) -> None:
    if not block.get("text") and not block.get("fields"):
        errors.append(f"missing required field: text or fields [json-pointer:{where}]")
    if "text" in block:
        _text(block["text"], f"{where}/text", errors, most=3_000)
    fields = block.get("fields", [])
    _count(fields, 1 if "fields" in block else 0, 10, f"{where}/fields", errors)
    for index, field in enumerate(fields if isinstance(fields, list) else []):
        _text(field, f"{where}/fields/{index}", errors, most=2_000)
    if "accessory" in block:
        element(block["accessory"], f"{where}/accessory", errors, IN_SECTION)


def _actions(block: dict[str, Any], where: str, errors: Errors) -> None:
    elements = block.get("elements")
    _count(elements, 1, 25, f"{where}/elements", errors)
    seen: set[str] = set()
    for index, found in enumerate(elements if isinstance(elements, list) else []):
        element(found, f"{where}/elements/{index}", errors, IN_ACTIONS)
        name = found.get("action_id") if isinstance(found, dict) else None
        if name and name in seen:
            errors.append(
                f"action_id `{name}` already exists [json-pointer:{where}/elements/{index}/action_id]"
            )
        seen.add(name or "")


def _context(block: dict[str, Any], where: str, errors: Errors) -> None:
    elements = block.get("elements")
    _count(elements, 1, 10, f"{where}/elements", errors)
    for index, found in enumerate(elements if isinstance(elements, list) else []):
        at = f"{where}/elements/{index}"
        if isinstance(found, dict) and found.get("type") == "image":
            element(found, at, errors, {"image"})
        else:
            _text(found, at, errors, most=3_000)


def _input(block: dict[str, Any], where: str, errors: Errors) -> None:
    _text(block.get("label"), f"{where}/label", errors, most=2_000, plain=True)
    if "hint" in block:
        _text(block["hint"], f"{where}/hint", errors, most=2_000, plain=True)
    element(block.get("element"), f"{where}/element", errors, IN_INPUT)


def _header(block: dict[str, Any], where: str, errors: Errors) -> None:
    _text(block.get("text"), f"{where}/text", errors, most=150, plain=True)


def _image(block: dict[str, Any], where: str, errors: Errors) -> None:
    if bool(block.get("image_url")) == bool(block.get("slack_file")):
        errors.append(f"must have exactly one of image_url and slack_file [json-pointer:{where}]")
    _length(block.get("image_url", ""), 3_000, f"{where}/image_url", errors)
    _length(block.get("alt_text"), 2_000, f"{where}/alt_text", errors)
    if "title" in block:
        _text(block["title"], f"{where}/title", errors, most=2_000, plain=True)


def _markdown(block: dict[str, Any], where: str, errors: Errors) -> None:
    _length(block.get("text"), 12_000, f"{where}/text", errors, least=1)


def _table(block: dict[str, Any], where: str, errors: Errors) -> None:
    rows = block.get("rows")
    _count(rows, 1, 100, f"{where}/rows", errors)
    widths = (
        {len(row) for row in rows if isinstance(row, list)} if isinstance(rows, list) else set()
    )
    if len(widths) > 1:
        errors.append(f"rows must have the same number of cells [json-pointer:{where}/rows]")
    if widths and max(widths) > 20:
        errors.append(f"no more than 20 items allowed [json-pointer:{where}/rows/0]")


def _alert(block: dict[str, Any], where: str, errors: Errors) -> None:
    _text(block.get("text"), f"{where}/text", errors, most=200)


def _nothing(block: dict[str, Any], where: str, errors: Errors) -> None:
    return


_BLOCK_CHECKS: dict[str, Check] = {
    "section": _section, "actions": _actions, "context": _context, "input": _input, "header": _header,
    "image": _image, "markdown": _markdown, "table": _table, "alert": _alert,
}  # fmt: skip


def element(found: Any, where: str, errors: Errors, allowed: set[str]) -> None:
    """One interactive element or image."""
    from bot.workspace.slack.elements import check

    if not isinstance(found, dict) or found.get("type") not in allowed:
        errors.append(
            f"unsupported type: {found.get('type') if isinstance(found, dict) else found} [json-pointer:{where}/type]"
        )
        return
    if found["type"] != "image":
        _id(found, "action_id", where, errors)
    _unknown(found, ELEMENTS[found["type"]] | {"type", "action_id"}, where, errors)
    check(found, where, errors)


def _text(found: Any, where: str, errors: Errors, *, most: int, plain: bool = False) -> None:
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if not isinstance(found, dict) or found.get("type") not in kinds:
        errors.append(f"must be a {' or '.join(kinds)} object [json-pointer:{where}]")
        return
    _unknown(
        found,
        {"type", "text", "emoji"}
        if found["type"] == "plain_text"
        else {"type", "text", "verbatim"},
        where,
        errors,
    )
    _length(found.get("text"), most, f"{where}/text", errors, least=1)


def _length(text: Any, most: int, where: str, errors: Errors, *, least: int = 0) -> None:
    if not isinstance(text, str):
        errors.append(f"must be a string [json-pointer:{where}]")
    elif len(text) > most:
        errors.append(f"must be less than {most + 1} characters [json-pointer:{where}]")
    elif len(text) < least:
        errors.append(f"must be more than {least - 1} characters [json-pointer:{where}]")


def _count(rows: Any, least: int, most: int, where: str, errors: Errors) -> None:
    if not isinstance(rows, list):
        errors.append(f"must be an array [json-pointer:{where}]")
    elif len(rows) > most:
        errors.append(f"no more than {most} items allowed [json-pointer:{where}]")
    elif len(rows) < least:
        errors.append(f"no fewer than {least} items allowed [json-pointer:{where}]")


def _id(holder: dict[str, Any], name: str, where: str, errors: Errors) -> None:
    if name in holder and holder[name] is not None:
        _length(holder[name], 255, f"{where}/{name}", errors)


def _unknown(holder: dict[str, Any], allowed: set[str], where: str, errors: Errors) -> None:
    for name in sorted(set(holder) - allowed):
        errors.append(f"invalid additional property: {name} [json-pointer:{where}]")


def walk(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every element that has an action, with its block."""
    for block in blocks:
        for name in ("element", "accessory"):
            if isinstance(block.get(name), dict) and block[name].get("type") != "image":
                yield block, block[name]
        if block.get("type") == "actions":
            for found in block["elements"]:
                yield block, found
