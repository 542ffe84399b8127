"""Reads the body of a webhook, which anybody may have sent: whatever it holds, the only error is ValueError."""

import json
from collections.abc import Mapping
from typing import Any


def read(body: bytes) -> dict[str, Any]:
    """The JSON object of a delivery. Raises ValueError for anything else, however deep it is nested."""
    try:
        found = json.loads(body)
    except RecursionError:
        raise ValueError("a webhook nested too deep") from None
    if not isinstance(found, dict):
        raise ValueError("a webhook that is not an object")
    return found


def part(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object inside; empty when it is missing or null. Raises ValueError when it is something else."""
    found = row.get(name) or {}
    if not isinstance(found, dict):
        raise ValueError(f"a webhook whose {name} is not an object")
    return found
