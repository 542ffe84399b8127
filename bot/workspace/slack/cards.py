"""What Slack enforces on its larger blocks: cards, carousels, plans, alerts, videos."""

from typing import Any

from bot.workspace.slack import elements, measures, properties
from bot.workspace.slack.measures import Doc, Errors, wrong

LEVELS = ("default", "info", "warning", "error", "success")
STATES = ("pending", "in_progress", "complete", "error")


def card(block: Doc, where: str, errors: Errors) -> None:
    """Title and subtitle 150, body 200, at most three buttons; and something to see."""
    if not any(block.get(name) for name in ("hero_image", "title", "body", "actions")):
        wrong(errors, "missing required field: title, body, hero_image or actions", where)
    for name, most in (("title", 150), ("subtitle", 150), ("body", 200)):
        if name in block:
            measures.text(block[name], f"{where}/{name}", errors, most=most)
    for name in ("hero_image", "icon"):
        if name in block:
            elements.element(block[name], f"{where}/{name}", errors, {"image"})
    if "actions" in block:
        buttons(block["actions"], 3, f"{where}/actions", errors, {"button"})


def buttons(found: Any, most: int, where: str, errors: Errors, allowed: set[str]) -> None:
    """1 to `most` elements whose action ids differ."""
    seen: set[str] = set()
    for index, each in enumerate(measures.count(found, 1, most, where, errors)):
        elements.element(each, f"{where}/{index}", errors, allowed)
        name = each.get("action_id") if isinstance(each, dict) else None
        if isinstance(name, str) and name:
            if name in seen:
                wrong(errors, f"action_id `{name}` already exists", f"{where}/{index}/action_id")
            seen.add(name)


def carousel(block: Doc, where: str, errors: Errors) -> None:
    """1 to 10 cards."""
    _all(block.get("elements"), 1, 10, "card", f"{where}/elements", errors)


def plan(block: Doc, where: str, errors: Errors) -> None:
    """At most 50 tasks."""
    measures.length(block.get("title"), 3_000, f"{where}/title", errors, least=1)
    if "tasks" in block:
        _all(block["tasks"], 0, 50, "task_card", f"{where}/tasks", errors)


def task_card(block: Doc, where: str, errors: Errors) -> None:
    """One task of a plan, or one that stands alone."""
    measures.length(block.get("task_id"), 255, f"{where}/task_id", errors, least=1)
    measures.length(block.get("title"), 3_000, f"{where}/title", errors, least=1)
    measures.one_of(block.get("status"), STATES, f"{where}/status", errors)


def _all(found: Any, least: int, most: int, kind: str, where: str, errors: Errors) -> None:
    check = card if kind == "card" else task_card
    for index, each in enumerate(measures.count(found, least, most, where, errors)):
        at = f"{where}/{index}"
        if measures.kind_of(each) != kind:
            wrong(errors, f"unsupported type: {measures.kind_of(each) or each}", f"{at}/type")
            continue
        measures.id_of(each, "block_id", at, errors)
        measures.unknown(each, properties.BLOCKS[kind] | properties.COMMON, at, errors)
        check(each, at, errors)


def context_actions(block: Doc, where: str, errors: Errors) -> None:
    """1 to 5 feedback or icon buttons."""
    buttons(block.get("elements"), 5, f"{where}/elements", errors, properties.IN_CONTEXT_ACTIONS)


def alert(block: Doc, where: str, errors: Errors) -> None:
    """200 characters."""
    measures.text(block.get("text"), f"{where}/text", errors, most=200)
    if "level" in block:
        measures.one_of(block["level"], LEVELS, f"{where}/level", errors)


def video(block: Doc, where: str, errors: Errors) -> None:
    """Title and description 200, words for who cannot see it, where it plays."""
    measures.text(block.get("title"), f"{where}/title", errors, most=200, plain=True)
    if "description" in block:
        measures.text(block["description"], f"{where}/description", errors, most=200, plain=True)
    measures.length(block.get("alt_text"), 2_000, f"{where}/alt_text", errors)
    for name in ("video_url", "thumbnail_url"):
        measures.length(block.get(name), 3_000, f"{where}/{name}", errors, least=1)
    for name in ("author_name", "provider_name"):
        if name in block:
            measures.length(block[name], 50, f"{where}/{name}", errors)
