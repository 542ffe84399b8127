"""What Slack enforces on the elements inside blocks: buttons, menus, pickers, inputs."""

import re
from typing import Any

from bot.workspace.slack import limits
from bot.workspace.slack.limits import Errors


def check(found: dict[str, Any], where: str, errors: Errors) -> None:
    """Everything wrong with one element of a known type."""
    kind = found["type"]
    if kind == "button":
        _button(found, where, errors)
    elif kind == "image":
        limits._image(found, where, errors)
    elif "select" in kind:
        _select(found, where, errors)
    elif kind in ("overflow", "checkboxes", "radio_buttons"):
        most = 5 if kind == "overflow" else 10
        options(
            found.get("options"),
            f"{where}/options",
            errors,
            most=most,
            mrkdwn=kind != "overflow",
            url=kind == "overflow",
        )
        _initial(found, where, errors)
    elif kind == "plain_text_input":
        for name in ("min_length", "max_length"):
            if name in found and not (isinstance(found[name], int) and 0 <= found[name] <= 3_000):
                errors.append(f"must be between 0 and 3000 [json-pointer:{where}/{name}]")
        if len(str(found.get("initial_value") or "")) > int(found.get("max_length") or 3_000):
            errors.append(
                f"must be less than {int(found.get('max_length') or 3_000) + 1} characters [json-pointer:{where}/initial_value]"
            )
    elif kind == "datepicker" and "initial_date" in found:
        _form(found["initial_date"], r"\d{4}-\d{2}-\d{2}", f"{where}/initial_date", errors)
    elif kind == "timepicker" and "initial_time" in found:
        _form(found["initial_time"], r"\d{2}:\d{2}", f"{where}/initial_time", errors)
    elif kind == "number_input" and not isinstance(found.get("is_decimal_allowed"), bool):
        errors.append(f"missing required field: is_decimal_allowed [json-pointer:{where}]")
    elif kind == "file_input" and not 1 <= int(found.get("max_files") or 10) <= 10:
        errors.append(f"must be between 1 and 10 [json-pointer:{where}/max_files]")
    if "placeholder" in found:
        limits._text(found["placeholder"], f"{where}/placeholder", errors, most=150, plain=True)
    if "confirm" in found:
        _confirm(found["confirm"], f"{where}/confirm", errors)


def _button(found: dict[str, Any], where: str, errors: Errors) -> None:
    limits._text(found.get("text"), f"{where}/text", errors, most=75, plain=True)
    for name, most in (("value", 2_000), ("url", 3_000), ("accessibility_label", 75)):
        if name in found:
            limits._length(found[name], most, f"{where}/{name}", errors)
    if "style" in found and found["style"] not in ("primary", "danger"):
        errors.append(f"must be one of primary, danger [json-pointer:{where}/style]")


def _select(found: dict[str, Any], where: str, errors: Errors) -> None:
    kind = found["type"]
    if kind in ("static_select", "multi_static_select"):
        if bool(found.get("options")) == bool(found.get("option_groups")):
            errors.append(
                f"must have exactly one of options and option_groups [json-pointer:{where}]"
            )
        if found.get("options"):
            options(found["options"], f"{where}/options", errors, most=100)
        groups(found.get("option_groups"), where, errors)
        _initial(found, where, errors)
    if "min_query_length" in found and not isinstance(found["min_query_length"], int):
        errors.append(f"must be an integer [json-pointer:{where}/min_query_length]")
    if found.get("max_selected_items", 1) < 1:
        errors.append(f"must be at least 1 [json-pointer:{where}/max_selected_items]")


def groups(found: Any, where: str, errors: Errors) -> None:
    """Option groups: at most 100, each with a label and at most 100 options."""
    if not found:
        return
    limits._count(found, 1, 100, f"{where}/option_groups", errors)
    for index, group in enumerate(found if isinstance(found, list) else []):
        at = f"{where}/option_groups/{index}"
        limits._text(group.get("label"), f"{at}/label", errors, most=75, plain=True)
        options(group.get("options"), f"{at}/options", errors, most=100)


def options(
    found: Any, where: str, errors: Errors, *, most: int, mrkdwn: bool = False, url: bool = False
) -> None:
    """Options: text 75, value 150, description 75; values are told apart."""
    limits._count(found, 1, most, where, errors)
    for index, option in enumerate(found if isinstance(found, list) else []):
        at = f"{where}/{index}"
        if not isinstance(option, dict):
            errors.append(f"must be an object [json-pointer:{at}]")
            continue
        limits._unknown(
            option, {"text", "value", "description"} | ({"url"} if url else set()), at, errors
        )
        limits._text(option.get("text"), f"{at}/text", errors, most=75, plain=not mrkdwn)
        limits._length(option.get("value"), 150, f"{at}/value", errors)
        if "description" in option:
            limits._text(
                option["description"], f"{at}/description", errors, most=75, plain=not mrkdwn
            )
        if "url" in option:
            limits._length(option["url"], 3_000, f"{at}/url", errors)


def _initial(found: dict[str, Any], where: str, errors: Errors) -> None:
    """What is chosen at first has to be one of the options, word for word."""
    rows = list(found.get("options") or [])
    for group in found.get("option_groups") or []:
        rows += group.get("options") or []
    chosen = found.get(
        "initial_options", [found["initial_option"]] if "initial_option" in found else []
    )
    for option in chosen:
        if option not in rows:
            errors.append(f"initial_option must be among the options [json-pointer:{where}]")


def _confirm(found: Any, where: str, errors: Errors) -> None:
    if not isinstance(found, dict):
        errors.append(f"must be an object [json-pointer:{where}]")
        return
    limits._unknown(found, {"title", "text", "confirm", "deny", "style"}, where, errors)
    for name, most, plain in (
        ("title", 100, True),
        ("text", 300, False),
        ("confirm", 30, True),
        ("deny", 30, True),
    ):
        limits._text(found.get(name), f"{where}/{name}", errors, most=most, plain=plain)


def _form(value: Any, pattern: str, where: str, errors: Errors) -> None:
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        errors.append(f"does not have the right form [json-pointer:{where}]")
