"""Debian's libical as an independent judge of iTIP messages, called through ctypes."""

import ctypes
import ctypes.util
from functools import cache


@cache
def library() -> ctypes.CDLL | None:
    """libical, or None where it is not installed."""
    name = ctypes.util.find_library("ical") or "libical.so.3"
    try:
        found = ctypes.CDLL(name)
    except OSError:
        return None
    found.icalparser_parse_string.restype = ctypes.c_void_p
    found.icalparser_parse_string.argtypes = [ctypes.c_char_p]
    found.icalrestriction_check.argtypes = [ctypes.c_void_p]
    found.icalcomponent_as_ical_string.restype = ctypes.c_char_p
    found.icalcomponent_as_ical_string.argtypes = [ctypes.c_void_p]
    found.icalcomponent_count_errors.argtypes = [ctypes.c_void_p]
    found.icalcomponent_free.argtypes = [ctypes.c_void_p]
    return found


def complaints(raw: bytes) -> list[str]:
    """What the parser and `icalrestriction_check` (the tables of RFC 5546) say against a message."""
    judge = library()
    assert judge is not None
    component = judge.icalparser_parse_string(raw)
    if not component:
        return ["it cannot be parsed"]
    passes = bool(judge.icalrestriction_check(component))
    text = judge.icalcomponent_as_ical_string(component) or b""
    judge.icalcomponent_free(component)
    unfolded = text.replace(b"\r\n ", b"").decode("utf-8", "replace")
    found = [line for line in unfolded.splitlines() if line.startswith("X-LIC-ERROR")]
    return found or ([] if passes else ["icalrestriction_check says no"])
