"""What Slack enforces on rich text, tables, data tables and charts."""

from typing import Any

from bot.workspace.slack import measures
from bot.workspace.slack.measures import Doc, Errors, wrong

RICH = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
CELLS = ("raw_text", "raw_number", "rich_text")
MOST_TABLE_TEXT = 20_000  # characters of all cells of a data table


def rich_text(block: Doc, where: str, errors: Errors) -> None:
    """Sections, lists, quotes and code; an indent is 0 to 8, a border 0 or 1."""
    elements = block.get("elements")
    if not isinstance(elements, list):
        return wrong(errors, "must be an array", f"{where}/elements")
    for index, found in enumerate(elements):
        at = f"{where}/elements/{index}"
        if measures.kind_of(found) not in RICH:
            wrong(errors, f"unsupported type: {measures.kind_of(found) or found}", f"{at}/type")
            continue
        if not isinstance(found.get("elements"), list):
            wrong(errors, "must be an array", f"{at}/elements")
        for name, most in (("indent", 8), ("border", 1)):
            if name in found:
                measures.number(found[name], 0, most, f"{at}/{name}", errors)
    return None


def table(block: Doc, where: str, errors: Errors) -> None:
    """1 to 100 rows of equally many cells, at most 20 of them."""
    rows = measures.count(block.get("rows"), 1, 100, f"{where}/rows", errors)
    _cells(rows, where, errors)
    if "column_settings" in block:
        measures.count(block["column_settings"], 0, 20, f"{where}/column_settings", errors)


def data_table(block: Doc, where: str, errors: Errors) -> None:
    """A header and 1 to 200 rows; the header holds no rich text."""
    measures.length(block.get("caption"), 3_000, f"{where}/caption", errors, least=1)
    rows = measures.count(block.get("rows"), 2, 201, f"{where}/rows", errors)
    _cells(rows, where, errors)
    for index, cell in enumerate(rows[0] if rows and isinstance(rows[0], list) else []):
        if measures.kind_of(cell) == "rich_text":
            wrong(errors, "unsupported type: rich_text", f"{where}/rows/0/{index}/type")
    if "page_size" in block:
        measures.number(block["page_size"], 1, 100, f"{where}/page_size", errors)
    if measures.characters(rows) > MOST_TABLE_TEXT:
        wrong(errors, f"must be less than {MOST_TABLE_TEXT + 1} characters", f"{where}/rows")


def _cells(rows: list[Any], where: str, errors: Errors) -> None:
    for index, row in enumerate(rows):
        at = f"{where}/rows/{index}"
        for place, cell in enumerate(measures.count(row, 1, 20, at, errors)):
            if measures.kind_of(cell) not in CELLS:
                wrong(
                    errors,
                    f"unsupported type: {measures.kind_of(cell) or cell}",
                    f"{at}/{place}/type",
                )
    if len({len(row) for row in rows if isinstance(row, list)}) > 1:
        wrong(errors, "rows must have the same number of cells", f"{where}/rows")


def chart(block: Doc, where: str, errors: Errors) -> None:
    """A pie of 1 to 12 segments, or 1 to 12 series of 1 to 20 points each; labels of 20 characters."""
    measures.length(block.get("title"), 50, f"{where}/title", errors, least=1)
    found, at = block.get("chart"), f"{where}/chart"
    kind = measures.kind_of(found)
    if not isinstance(found, dict) or kind not in ("pie", "bar", "area", "line"):
        return wrong(errors, f"unsupported type: {kind or found}", f"{at}/type")
    if kind == "pie":
        return _points(found.get("segments"), 12, f"{at}/segments", errors)
    for index, series in enumerate(
        measures.count(found.get("series"), 1, 12, f"{at}/series", errors)
    ):
        place = f"{at}/series/{index}"
        if not isinstance(series, dict):
            wrong(errors, "must be an object", place)
            continue
        measures.length(series.get("name"), 20, f"{place}/name", errors, least=1)
        _points(series.get("data"), 20, f"{place}/data", errors)
    return _axes(found.get("axis_config"), f"{at}/axis_config", errors)


def _points(found: Any, most: int, where: str, errors: Errors) -> None:
    for index, point in enumerate(measures.count(found, 1, most, where, errors)):
        at = f"{where}/{index}"
        if not isinstance(point, dict):
            wrong(errors, "must be an object", at)
            continue
        measures.length(point.get("label"), 20, f"{at}/label", errors, least=1)
        if not isinstance(point.get("value"), int | float):
            wrong(errors, "must be a number", f"{at}/value")


def _axes(found: Any, where: str, errors: Errors) -> None:
    if not isinstance(found, dict):
        return wrong(errors, "must be an object", where)
    categories = measures.count(found.get("categories"), 1, 20, f"{where}/categories", errors)
    for index, category in enumerate(categories):
        measures.length(category, 20, f"{where}/categories/{index}", errors, least=1)
    for name in ("x_label", "y_label"):
        if name in found:
            measures.length(found[name], 50, f"{where}/{name}", errors)
    return None
