"""The door for Slack: proves over the raw bytes that Slack sent them, then reads them. Knows nothing of Bolt."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from slack_sdk.signature import SignatureVerifier

LIMIT = 1_000_000  # bytes; a view's payload ends at 250 kB


class NotFromSlack(Exception):
    """The signature is wrong, missing or stale: answer 401."""


class Malformed(Exception):
    """Signed by Slack but not readable: answer 400."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing Slack sent. `key` is the same when Slack sends it again."""

    key: str
    payload: Mapping[str, Any]


def verify(verifier: SignatureVerifier | None, headers: Mapping[str, str], body: bytes) -> str:
    """Check `X-Slack-Signature` (v0, five minutes) over the raw body and give it back. Raises NotFromSlack.

    What is not even shaped like a stamp or a signature never reaches the library, which would fall over it. Without a
    signing secret, as Socket Mode needs none, there is no verifier and nobody is let in.
    """
    stamp = headers.get("x-slack-request-timestamp", "")
    given = headers.get("x-slack-signature", "")
    shaped = stamp.isascii() and stamp.isdecimal() and len(stamp) < 12 and given.isascii()
    if not shaped or verifier is None:
        raise NotFromSlack
    try:
        good = verifier.is_valid(body, stamp, given)
    except UnicodeDecodeError:
        good = False
    if not good:
        raise NotFromSlack
    return given


def read(content_type: str, body: bytes, signature: str) -> Delivery:
    """Read a verified body: JSON for events, a form for the rest. Raises Malformed."""
    try:
        payload = _payload(content_type, body.decode())
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(payload, dict):
        raise Malformed
    return Delivery(key(payload, signature), payload)


def key(payload: Mapping[str, Any], otherwise: str) -> str:
    """The once-only key: an event's own id, which its retries share; else what the transport signs it with.

    A modal is submitted once for what it shows (its hash changes when it does): whoever presses again because the
    answer got lost sends the same form, signed anew.
    """
    event, view = payload.get("event_id"), payload.get("view")
    if isinstance(event, str) and event:
        return f"event:{event}"[:80]
    if payload.get("type") == "view_submission" and isinstance(view, dict):
        form, shown = view.get("id"), view.get("hash")
        if isinstance(form, str) and isinstance(shown, str) and form and shown:
            return f"view:{form}:{shown}"[:80]
    return otherwise[:80]


def _payload(content_type: str, text: str) -> Any:
    if content_type.partition(";")[0].strip().casefold() == "application/json":
        return json.loads(text)
    fields = parse_qs(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=200)
    if "payload" in fields:
        return json.loads(fields["payload"][0])
    return {name: values[0] for name, values in fields.items()}


def body_of(answer: str | None) -> dict[str, Any] | None:
    """An ack's body as Socket Mode sends it: an object, or nothing."""
    found = json.loads(answer) if answer else None
    return found if isinstance(found, dict) else None
