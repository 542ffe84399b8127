"""Whose calendar is where, as an admin writes it: `maya@firm.example = /maya/work/ /maya/home/`, a line for each person."""

import re
from collections.abc import Mapping

_START = re.compile(r"([^\s=,;]+@[^\s=,;]+?)\s*=\s*")


def places(said: str) -> Mapping[str, tuple[str, ...]]:
    """Each person's addresses by the e-mail address in lower case, in order; line ends count as blanks.

    Raises ValueError when something stands before the first person, or nothing after one.
    """
    before, *parts = _START.split(said)
    found = {
        email.casefold(): tuple(place.strip(",;") for place in rest.split())
        for email, rest in zip(parts[::2], parts[1::2], strict=True)
    }
    if before.strip(" \r\n\t,;") or not all(found.values()):
        raise ValueError("Write `maya@firm.example = ADDRESS`, a line for each person.")
    return found
