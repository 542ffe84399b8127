"""The small questions asked of every block: how long, how many, which names; each notes what is wrong and where."""

from collections.abc import Callable, Collection
from typing import Any

Doc = dict[str, Any]
Errors = list[str]
Check = Callable[[Doc, str, Errors], None]


def wrong(errors: Errors, what: str, where: str) -> None:
    """Note one error as Slack words it, with the JSON pointer of the place."""
    errors.append(f"{what} [json-pointer:{where}]")


def text(found: Any, where: str, errors: Errors, *, most: int, plain: bool = False) -> None:
    """A text object of 1 to `most` characters; `plain` refuses mrkdwn."""
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if not isinstance(found, dict) or found.get("type") not in kinds:
        return wrong(errors, f"must be a {' or '.join(kinds)} object", where)
    own = "emoji" if found["type"] == "plain_text" else "verbatim"
    unknown(found, {"type", "text", own}, where, errors)
    return length(found.get("text"), most, f"{where}/text", errors, least=1)


def length(found: Any, most: int, where: str, errors: Errors, *, least: int = 0) -> None:
    """A string of `least` to `most` code points."""
    if not isinstance(found, str):
        wrong(errors, "must be a string", where)
    elif len(found) > most:
        wrong(errors, f"must be less than {most + 1} characters", where)
    elif len(found) < least:
        wrong(errors, f"must be more than {least - 1} characters", where)


def count(found: Any, least: int, most: int, where: str, errors: Errors) -> list[Any]:
    """A list of `least` to `most` items; gives the items that can be looked at."""
    if not isinstance(found, list):
        wrong(errors, "must be an array", where)
        return []
    if len(found) > most:
        wrong(errors, f"no more than {most} items allowed", where)
    elif len(found) < least:
        wrong(errors, f"no fewer than {least} items allowed", where)
    return found


def number(found: Any, least: int, most: int, where: str, errors: Errors) -> None:
    """A whole number from `least` to `most`."""
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
        wrong(errors, f"must be between {least} and {most}", where)


def one_of(found: Any, names: Collection[str], where: str, errors: Errors) -> None:
    """One of a few words."""
    if not isinstance(found, str) or found not in names:
        wrong(errors, f"must be one of {', '.join(names)}", where)


def id_of(holder: Doc, name: str, where: str, errors: Errors) -> str:
    """An id of at most 255 characters, where there is one; gives it when it can be compared."""
    found = holder.get(name)
    if found is None:
        return ""
    length(found, 255, f"{where}/{name}", errors)
    return found if isinstance(found, str) else ""


def unknown(holder: Doc, allowed: set[str], where: str, errors: Errors) -> None:
    """Names that Slack does not know here."""
    for name in sorted(set(holder) - allowed):
        wrong(errors, f"invalid additional property: {name}", where)


def kind_of(found: Any) -> str:
    """The type that something says it is; "" when it says none."""
    kind = found.get("type") if isinstance(found, dict) else None
    return kind if isinstance(kind, str) else ""


def characters(thing: Any) -> int:
    """How much text stands in something, all `text` fields together."""
    if isinstance(thing, dict):
        own = len(thing["text"]) if isinstance(thing.get("text"), str) else 0
        return own + sum(characters(v) for v in thing.values() if isinstance(v, dict | list))
    return sum(characters(v) for v in thing) if isinstance(thing, list) else 0
