"""Our own ids: a short word for the kind, then letters that sort by time and cannot be guessed."""

import secrets
import time

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def new(kind: str) -> str:
    """`int_06f2k…`: nine letters of time (milliseconds, real clock), then 80 random bits."""
    moment, head = int(time.time() * 1_000), ""
    for _ in range(9):
        moment, digit = divmod(moment, 32)
        head = _LETTERS[digit] + head
    return f"{kind}_{head}{''.join(secrets.choice(_LETTERS) for _ in range(16))}"
