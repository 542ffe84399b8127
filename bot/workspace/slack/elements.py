"""What Slack enforces on the elements inside blocks: buttons, menus, pickers, inputs."""

import re
from typing import Any

from bot.workspace.slack import measures, properties
from bot.workspace.slack.measures import Check, Doc, Errors, wrong


def element(found: Any, where: str, errors: Errors, allowed: set[str]) -> None:
    """Everything wrong with one interactive element or image that stands in a block."""
    kind = measures.kind_of(found)
    if kind not in allowed:
        return wrong(errors, f"unsupported type: {kind or found}", f"{where}/type")
    if kind != "image":
        measures.id_of(found, "action_id", where, errors)
    measures.unknown(found, properties.ELEMENTS[kind] | {"type", "action_id"}, where, errors)
    if check := _CHECKS.get(kind):
        check(found, where, errors)
    if "placeholder" in found:
        measures.text(found["placeholder"], f"{where}/placeholder", errors, most=150, plain=True)
    if "confirm" in found:
        _confirm(found["confirm"], f"{where}/confirm", errors)
    return None


def image(found: Doc, where: str, errors: Errors) -> None:
    """An image block or element: one source, and words for who cannot see it."""
    if bool(found.get("image_url")) == bool(found.get("slack_file")):
        wrong(errors, "must have exactly one of image_url and slack_file", where)
    measures.length(found.get("image_url", ""), 3_000, f"{where}/image_url", errors)
    measures.length(found.get("alt_text"), 2_000, f"{where}/alt_text", errors)
    if "title" in found:
        measures.text(found["title"], f"{where}/title", errors, most=2_000, plain=True)


def options(
    found: Any, where: str, errors: Errors, *, most: int, mrkdwn: bool = False, url: bool = False
) -> None:
    """At least one option; text 75, value 150, description 75, url 3,000 characters."""
    for index, option in enumerate(measures.count(found, 1, most, where, errors)):
        at = f"{where}/{index}"
        if not isinstance(option, dict):
            wrong(errors, "must be an object", at)
            continue
        known = {"text", "value", "description"} | ({"url"} if url else set())
        measures.unknown(option, known, at, errors)
        measures.text(option.get("text"), f"{at}/text", errors, most=75, plain=not mrkdwn)
        measures.length(option.get("value"), 150, f"{at}/value", errors)
        if "description" in option:
            measures.text(
                option["description"], f"{at}/description", errors, most=75, plain=not mrkdwn
            )
        if "url" in option:
            measures.length(option["url"], 3_000, f"{at}/url", errors)


def groups(found: Any, where: str, errors: Errors) -> None:
    """Option groups: at most 100, each with a label and at most 100 options."""
    for index, group in enumerate(measures.count(found, 1, 100, where, errors)):
        at = f"{where}/{index}"
        if not isinstance(group, dict):
            wrong(errors, "must be an object", at)
            continue
        measures.text(group.get("label"), f"{at}/label", errors, most=75, plain=True)
        options(group.get("options"), f"{at}/options", errors, most=100)


def _button(found: Doc, where: str, errors: Errors) -> None:
    measures.text(found.get("text"), f"{where}/text", errors, most=75, plain=True)
    limits = (
        ("value", 2_000),
        ("url", 3_000),
        ("accessibility_label", 75),
        ("agent_prompt", 4_000),
    )
    for name, most in limits:
        if name in found:
            measures.length(found[name], most, f"{where}/{name}", errors)
    if "style" in found:
        measures.one_of(found["style"], ("primary", "danger"), f"{where}/style", errors)


def _icon_button(found: Doc, where: str, errors: Errors) -> None:
    measures.length(found.get("icon"), 75, f"{where}/icon", errors, least=1)
    _button({k: v for k, v in found.items() if k != "icon"}, where, errors)


def _feedback_buttons(found: Doc, where: str, errors: Errors) -> None:
    for name in ("positive_button", "negative_button"):
        button, at = found.get(name), f"{where}/{name}"
        if not isinstance(button, dict):
            wrong(errors, "must be an object", at)
            continue
        measures.unknown(button, {"text", "value", "accessibility_label"}, at, errors)
        measures.length(button.get("value"), 2_000, f"{at}/value", errors)
        _button(button, at, errors)


def _select(found: Doc, where: str, errors: Errors) -> None:
    if "static" in found["type"]:
        if bool(found.get("options")) == bool(found.get("option_groups")):
            wrong(errors, "must have exactly one of options and option_groups", where)
        if found.get("options"):
            options(found["options"], f"{where}/options", errors, most=100)
        if found.get("option_groups"):
            groups(found["option_groups"], f"{where}/option_groups", errors)
        _initial(found, where, errors)
    if "min_query_length" in found:
        measures.number(found["min_query_length"], 0, 3_000, f"{where}/min_query_length", errors)
    if "max_selected_items" in found:
        measures.number(found["max_selected_items"], 1, 100, f"{where}/max_selected_items", errors)


def _few(found: Doc, where: str, errors: Errors) -> None:
    """Overflow menus, checkboxes and radio buttons."""
    menu = found["type"] == "overflow"
    most = 5 if menu else 10
    options(found.get("options"), f"{where}/options", errors, most=most, mrkdwn=not menu, url=menu)
    _initial(found, where, errors)


def _initial(found: Doc, where: str, errors: Errors) -> None:
    """What is chosen at first has to be one of the options, word for word."""
    rows = _rows(found.get("options"))
    for group in _rows(found.get("option_groups")):
        rows = rows + (_rows(group.get("options")) if isinstance(group, dict) else [])
    chosen = _rows(found.get("initial_options"))
    if "initial_option" in found:
        chosen = [*chosen, found["initial_option"]]
    for option in chosen:
        if option not in rows:
            wrong(errors, "initial_option must be among the options", where)


def _rows(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _typed(found: Doc, where: str, errors: Errors) -> None:
    for name in ("min_length", "max_length"):
        if name in found:
            measures.number(found[name], 0, 3_000, f"{where}/{name}", errors)
    most = found.get("max_length")
    most = most if isinstance(most, int) and 0 <= most <= 3_000 else 3_000
    if found.get("initial_value") is not None:
        measures.length(found["initial_value"], most, f"{where}/initial_value", errors)


def _number(found: Doc, where: str, errors: Errors) -> None:
    if not isinstance(found.get("is_decimal_allowed"), bool):
        wrong(errors, "missing required field: is_decimal_allowed", where)


def _file(found: Doc, where: str, errors: Errors) -> None:
    if "max_files" in found:
        measures.number(found["max_files"], 1, 10, f"{where}/max_files", errors)


def _date(found: Doc, where: str, errors: Errors) -> None:
    _form(found, "initial_date", r"\d{4}-\d{2}-\d{2}", where, errors)


def _time(found: Doc, where: str, errors: Errors) -> None:
    _form(found, "initial_time", r"\d{2}:\d{2}", where, errors)


def _form(found: Doc, name: str, pattern: str, where: str, errors: Errors) -> None:
    value = found.get(name)
    if name in found and not (isinstance(value, str) and re.fullmatch(pattern, value)):
        wrong(errors, "does not have the right form", f"{where}/{name}")


def _confirm(found: Any, where: str, errors: Errors) -> None:
    if not isinstance(found, dict):
        return wrong(errors, "must be an object", where)
    measures.unknown(found, {"title", "text", "confirm", "deny", "style"}, where, errors)
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        measures.text(found.get(name), f"{where}/{name}", errors, most=most, plain=name != "text")
    return None


_CHECKS: dict[str, Check] = {
    **{kind: _select for kind in properties.ELEMENTS if "select" in kind},
    "button": _button, "icon_button": _icon_button, "feedback_buttons": _feedback_buttons, "image": image,
    "overflow": _few, "checkboxes": _few, "radio_buttons": _few, "plain_text_input": _typed,
    "number_input": _number, "file_input": _file, "datepicker": _date, "timepicker": _time,
}  # fmt: skip
