"""What Knit says when it refuses, how it pages, and what a request must hold."""

from collections.abc import Callable
from typing import Any

from bot.workspace import asking

Doc = dict[str, Any]
PAGE = 50  # rows of one answer; the caller cannot choose


class Refusal(Exception):
    """An answer that is not a success: `{"success": false, "error": {"msg": …}}`, without any code."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def text(body: Doc, name: str) -> str:
    """A field that must be there and hold words. Raises Refusal."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Refusal(400, f"{name} is required")
    return value


def rows(body: Doc, name: str, *keys: str) -> list[Doc]:
    """A list of at least one object, each with these fields. Raises Refusal."""
    value = body.get(name)
    if not isinstance(value, list) or not value:
        raise Refusal(400, f"{name} is required")
    for row in value:
        if not isinstance(row, dict):
            raise Refusal(400, f"{name} is not a list of objects")
        for key in keys:
            text(row, key)
    return value


def words(body: Doc, name: str, known: tuple[str, ...] = ()) -> list[str]:
    """A list of words, empty when left out; each one of `known`, if there are any. Raises Refusal."""
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise Refusal(400, f"{name} is not a list of words")
    if odd := [word for word in value if known and word not in known]:
        raise Refusal(400, f"{name}: {odd[0]} is not known")
    return value


def page(query: Any, resource: str, found: list[Doc], show: Callable[[Doc], Doc]) -> Doc:
    """One page as `{resource: […], nextPageToken}`; the token is null at the end. Raises Refusal."""
    start = 0
    if token := query.get("pageToken"):
        try:
            told = asking.unpack(token)
            start = abs(int(told["at"]))
            if told["of"] != resource:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            raise Refusal(400, "pageToken is invalid") from None
    end = start + PAGE
    more = asking.pack({"of": resource, "at": end}) if end < len(found) else None
    return {resource: [show(row) for row in found[start:end]], "nextPageToken": more}
