"""Holds requests and answers against a vendor's own OpenAPI description: as much of JSON Schema as those use."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

SHARED = Path(__file__).parents[3] / "shared" / "specs"
TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,), "number": (int, float), "integer": (int,), "null": (type(None),),
}  # fmt: skip


class Described:
    """One description; `faults` names every place of a value that is not as described."""

    def __init__(self, path: Path, aside: tuple[str, ...] = ()) -> None:
        """`aside`: parts of faults that are the description's own."""
        text = path.read_text()
        told = (
            yaml.load(text, yaml.CSafeLoader)
            if path.suffix in (".yaml", ".yml")
            else json.loads(text)
        )
        self.document: dict[str, Any] = told
        self._aside = aside

    def operation(self, path: str, method: str = "post") -> dict[str, Any] | None:
        found = self.document["paths"].get(path, {}).get(method)
        return found if isinstance(found, dict) else None

    def faults(self, schema: Any, value: Any, place: str = "body") -> list[str]:
        found = self._faults(self._found(schema), value, place)
        return [fault for fault in found if not any(part in fault for part in self._aside)]

    def _faults(self, schema: Any, value: Any, place: str) -> Iterator[str]:
        if not isinstance(schema, dict):
            return
        kinds = schema.get("type")
        allowed = [kinds] if isinstance(kinds, str) else kinds or []
        if value is None and (schema.get("nullable") or "null" in allowed):
            return
        if allowed and not any(_is(kind, value) for kind in allowed):
            yield f"{place} is {type(value).__name__}, not {' or '.join(map(str, allowed))}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{place} is {value!r}, none of {schema['enum']}"
        if schema.get("format") == "uuid" and not re.fullmatch(r"[0-9a-fA-F-]{36}", str(value)):
            yield f"{place} is no UUID"
        if schema.get("format") == "date-time" and not _moment(value):
            yield f"{place} is no moment"
        for part in schema.get("allOf", ()):
            yield from self._faults(self._found(part), value, place)
        for name in ("oneOf", "anyOf"):
            if tried := [self.faults(part, value, place) for part in schema.get(name, ())]:
                yield from min(tried, key=len)
        yield from self._inside(schema, value, place)

    def _inside(self, schema: dict[str, Any], value: Any, place: str) -> Iterator[str]:
        if isinstance(value, dict):
            for name in schema.get("required", ()):
                if name not in value:
                    yield f"{place}.{name} is missing"
            properties = self._found(schema.get("properties", {}))
            for name, held in value.items():
                if name in properties:
                    yield from self._faults(self._found(properties[name]), held, f"{place}.{name}")
        if isinstance(value, list) and "items" in schema:
            for number, held in enumerate(value):
                yield from self._faults(self._found(schema["items"]), held, f"{place}[{number}]")

    def _found(self, schema: Any) -> Any:
        """What a reference points at; references go between paths."""
        while isinstance(schema, dict) and "$ref" in schema:
            found: Any = self.document
            for part in str(schema["$ref"]).removeprefix("#/").split("/"):
                name = unquote(part.replace("~1", "/").replace("~0", "~"))
                found = found[int(name)] if isinstance(found, list) else found[name]
            schema = found
        return schema


def _is(kind: str, value: Any) -> bool:
    if isinstance(value, bool) and kind in ("number", "integer"):
        return False
    return isinstance(value, TYPES.get(kind, (object,)))


def _moment(value: Any) -> bool:
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return True
