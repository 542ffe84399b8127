"""Learns which fields a vendor's answers always have, and notices one that vanished or changed its type.

Field paths and JSON types only, never a value; keys that may be data themselves (ids, free text, custom fields) are
left out.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

USUAL = 30  # answers that had a field before it is expected
ODD = 5  # answers in a row without it, or with another type, before somebody is told
ENOUGH = 5  # answers that had a field before it is written down
EVERY = 10  # of an endpoint that is known, one answer in so many is looked at
FIELDS, DEPTH, ROWS = 200, 6, 5  # looked at: of one endpoint, of one answer's nesting, of one list
ENDPOINTS = 200  # remembered by one process
FLOWS = 6  # remembered of one endpoint
_KEY = re.compile(r"[A-Za-z_$][A-Za-z_$:-]{0,39}\d{0,2}")
_FREE = re.compile(r"(?i)custom|metadata|answers|extra|attributes_by|keyed|remote_fields|^data_by")
_TYPES: dict[type, str] = {dict: "o", list: "l", str: "t", bool: "b", int: "n", float: "n"}
_WORDS = {"o": "an object", "l": "a list", "t": "a text", "b": "yes or no", "n": "a number"}


@dataclass(slots=True)
class Field:
    """What is known of one field: answers that had it, whether each had it, its types, and how long it has been odd."""

    seen: int = 0
    always: bool = True
    types: str = ""
    missing: int = 0  # answers in a row
    strange: int = 0  # answers in a row that had another type
    told: str = ""  # what somebody was told of it


@dataclass(slots=True)
class Endpoint:
    """What is known of one method and path template of an account."""

    count: int = 0
    fields: dict[str, Field] = field(default_factory=dict)
    flows: list[str] = field(default_factory=list)
    dirty: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What changed at an endpoint, as clauses, and the flows that read it. Without clauses it is as it was again."""

    clauses: tuple[str, ...]
    flows: tuple[str, ...]


Key = tuple[str, str]  # account, "GET /v1/opportunities/{id}"


class Shapes:
    """The shapes one process knows. `load` gives back what `unsaved` gave away before a restart."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, Endpoint] = OrderedDict()
        self.recall: Callable[[Key], Mapping[str, Any] | None] = lambda key: None

    def look(self, account: str, endpoint: str, flow: str, body: Any) -> Change | None:
        """Compare an answer with what is usual, and learn from it; a Change when somebody should know."""
        known = self._endpoint((account, endpoint))
        if flow and flow not in known.flows and len(known.flows) < FLOWS:
            known.flows.append(flow)
            known.dirty = True
        known.count += 1
        odd = any(f.missing or f.strange or f.told for f in known.fields.values())
        if known.count > USUAL and known.count % EVERY and not odd:
            return None
        before = {path: f.told for path, f in known.fields.items() if f.told}
        _learn(known, fingerprint(body))
        known.dirty = True
        after = {path: f.told for path, f in known.fields.items() if f.told}
        return None if before == after else Change(tuple(after.values()), tuple(known.flows))

    def flows(self, account: str, endpoint: str) -> tuple[str, ...]:
        """Who has read it."""
        known = self._known.get((account, endpoint))
        return tuple(known.flows) if known else ()

    def unsaved(self) -> list[tuple[Key, dict[str, Any]]]:
        """What changed since the last time this was asked, ready to be written as JSON."""
        found = []
        for key, known in self._known.items():
            if known.dirty and known.count >= ENOUGH:
                known.dirty = False
                lasting = [(p, f) for p, f in known.fields.items() if f.seen >= ENOUGH]
                rows = {path: [f.seen, f.always, f.types, f.told] for path, f in lasting}
                told = {"count": known.count, "flows": list(known.flows), "fields": rows}
                found.append((key, told))
        return found

    def _endpoint(self, key: Key) -> Endpoint:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _read(self.recall(key))
            while len(self._known) > ENDPOINTS:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return known


def _read(told: Mapping[str, Any] | None) -> Endpoint:
    made = Endpoint()
    if told:
        made.count = int(told["count"])
        made.flows = [str(flow) for flow in told["flows"]]
        made.fields = {
            path: Field(int(seen), bool(always), str(types), told=str(said))
            for path, (seen, always, types, said) in told["fields"].items()
        }
    return made


def _learn(known: Endpoint, shape: Mapping[str, tuple[bool, str]]) -> None:
    before = {path: f.types for path, f in known.fields.items()}
    for path, (everywhere, types) in shape.items():
        found = known.fields.get(path)
        if found is None and len(known.fields) < FIELDS:
            late = _kind(path) in before.get(_parent(path), "")
            found = known.fields[path] = Field(always=not late and not path.endswith("[]"))
        if found is not None:
            _saw(found, path, everywhere, types)
    for path, found in known.fields.items():
        where = shape.get(_parent(path), (False, ""))[1]
        if path and path not in shape and found.always and _kind(path) in where:
            _missed(found, path)


def _saw(found: Field, path: str, everywhere: bool, types: str) -> None:
    """The field is there: in each place where it could be, or in some."""
    found.always = found.always and everywhere and not found.missing
    if types and found.seen >= USUAL and not set(types) & set(found.types):
        found.strange += 1
        if found.strange == ODD:
            now, then = ("/".join(_WORDS[t] for t in kinds) for kinds in (types, found.types))
            found.told = f"gives `{path or 'its answer'}` as {now}, no longer as {then}"
        return
    if types:
        found.types = "".join(sorted(set(found.types) | set(types)))
        found.strange = 0
    if not found.strange:
        found.told = ""
    found.missing = 0
    found.seen += 1


def _missed(found: Field, path: str) -> None:
    """The field is not there although the thing it belongs to is."""
    if found.seen < USUAL:
        found.always = False
        return
    found.missing += 1
    if found.missing == ODD:
        found.told = f"no longer tells `{path}`"


def fingerprint(body: Any) -> dict[str, tuple[bool, str]]:
    """`{path: (in each place where it could be, types)}`; a list's rows are `path[]`, null has no type."""
    seen: dict[str, list[Any]] = {}
    for path, value in _walk(body, "", 0):
        if len(seen) < 2 * FIELDS or path in seen:
            seen.setdefault(path, []).append(value)
    found = {}
    for path, values in seen.items():
        places = sum(isinstance(value, dict) for value in seen.get(_parent(path), ()))
        types = "".join(sorted({_TYPES[type(v)] for v in values if type(v) in _TYPES}))
        found[path] = (len(values) >= places or not path, types)
    return found


def _walk(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    yield path, value
    if depth >= DEPTH:
        return
    if isinstance(value, dict) and not _FREE.search(path.rpartition(".")[2]):
        for key, inner in value.items():
            if _KEY.fullmatch(key) and not (key.isupper() and len(key) > 3):
                yield from _walk(inner, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list):
        rows = value if len(value) <= ROWS else [*value[: ROWS - 2], *value[-2:]]
        for row in rows:
            yield from _walk(row, f"{path}[]", depth + 1)


def _parent(path: str) -> str:
    return path[:-2] if path.endswith("[]") else path.rpartition(".")[0]


def _kind(path: str) -> str:
    """What a field's parent is: an object, or a list for its rows."""
    return "l" if path.endswith("[]") else "o"
