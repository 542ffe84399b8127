"""Blocks and views of any size, for tests that go to the limit and one step over it."""

from typing import Any

Doc = dict[str, Any]


def words(count: int) -> str:
    return "x" * count


def plain(count: int = 1) -> Doc:
    return {"type": "plain_text", "text": words(count)}


def mrkdwn(count: int = 1) -> Doc:
    return {"type": "mrkdwn", "text": words(count)}


def section(**more: Any) -> Doc:
    return {"type": "section", "text": mrkdwn(), **more}


def dividers(count: int) -> list[Doc]:
    return [{"type": "divider"} for _ in range(count)]


def actions(*elements: Doc) -> Doc:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> Doc:
    return {"type": "button", "text": plain(), **more}


def buttons(count: int) -> list[Doc]:
    return [button(action_id=f"press-{number}") for number in range(count)]


def confirm(**more: Any) -> Doc:
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **more}


def option(number: int = 0, **more: Any) -> Doc:
    return {"text": plain(), "value": str(number), **more}


def options(count: int) -> list[Doc]:
    return [option(number) for number in range(count)]


def groups(count: int, each: int = 1, label: int = 1) -> list[Doc]:
    return [{"label": plain(label), "options": options(each)} for _ in range(count)]


def select(**more: Any) -> Doc:
    return {"type": "static_select", **more}


def field(element: Doc | None = None, **more: Any) -> Doc:
    """An input block."""
    return {"type": "input", "label": plain(), "element": element or typed(), **more}


def typed(**more: Any) -> Doc:
    return {"type": "plain_text_input", **more}


def image(**more: Any) -> Doc:
    return {"type": "image", "image_url": "https://i.example/1.png", "alt_text": "a graph", **more}


def video(**more: Any) -> Doc:
    return {
        "type": "video", "title": plain(), "alt_text": "a film", "video_url": "https://v.example/1",
        "thumbnail_url": "https://v.example/1.png", **more,
    }  # fmt: skip


def rich(**more: Any) -> Doc:
    """A rich text block with one list."""
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": "so"}]}
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [line], **more}],
    }


def table(rows: int = 1, columns: int = 1, **more: Any) -> Doc:
    cells = [[{"type": "raw_text", "text": "x"} for _ in range(columns)] for _ in range(rows)]
    return {"type": "table", "rows": cells, **more}


def data_table(rows: int = 2, columns: int = 1, **more: Any) -> Doc:
    return {**table(rows, columns), "type": "data_table", "caption": "numbers", **more}


def data_table_of(characters: int) -> Doc:
    rows = [
        [{"type": "raw_text", "text": "x"}],
        [{"type": "raw_text", "text": words(characters - 1)}],
    ]
    return {"type": "data_table", "caption": "numbers", "rows": rows}


def points(count: int, label: int = 1) -> list[Doc]:
    return [{"label": words(label), "value": number} for number in range(count)]


def pie(segments: int = 1, label: int = 1, title: int = 1) -> Doc:
    chart = {"type": "pie", "segments": points(segments, label)}
    return {"type": "data_visualization", "title": words(title), "chart": chart}


def bars(series: int = 1, each: int = 1, name: int = 1, category: int = 1, axis: int = 1) -> Doc:
    chart = {
        "type": "bar",
        "series": [{"name": words(name), "data": points(each)} for _ in range(series)],
        "axis_config": {"categories": [words(category)], "x_label": words(axis)},
    }
    return {"type": "data_visualization", "title": "visits", "chart": chart}


def card(**more: Any) -> Doc:
    return {"type": "card", "title": plain(), **more}


def container(children: int = 1, **more: Any) -> Doc:
    return {"type": "container", "title": plain(), "child_blocks": dividers(children), **more}


def feedback(text: int = 1, value: int = 1) -> Doc:
    one = {"text": plain(text), "value": words(value)}
    return {"type": "feedback_buttons", "positive_button": one, "negative_button": one}


def icon(number: int = 0) -> Doc:
    return {"type": "icon_button", "icon": "trash", "text": plain(), "action_id": f"icon-{number}"}


def task(number: int = 0) -> Doc:
    return {"type": "task_card", "task_id": str(number), "title": "Read", "status": "pending"}


def modal(*blocks: Doc, **more: Any) -> Doc:
    return {
        "type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks) or [section()], **more,
    }  # fmt: skip


def home(*blocks: Doc, **more: Any) -> Doc:
    return {"type": "home", "blocks": list(blocks) or [section()], **more}
