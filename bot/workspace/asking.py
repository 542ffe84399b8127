"""What every stand-in does with a caller: reads keys, bodies and moments without falling over."""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime
from typing import Any

from bot.workspace.store import Store

Doc = dict[str, Any]


def basic(header: str) -> tuple[str, str] | None:
    """User and password of a Basic header (RFC 7617), None when it is not one."""
    kind, _, coded = header.partition(" ")
    try:
        said = base64.b64decode(coded.strip(), validate=True).decode()
    except ValueError:
        return None
    user, colon, password = said.partition(":")
    return (user, password) if kind.casefold() == "basic" and colon else None


def body(content: bytes) -> Doc:
    """The JSON object of a request; nothing at all counts as an empty one. Raises ValueError."""
    if not content:
        return {}
    try:
        found = json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def moment(value: Any) -> datetime:
    """An ISO 8601 moment or day, in UTC; without a zone it is UTC. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError("not a moment")
    try:
        found = datetime.fromisoformat(value.strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("out of range") from None


def pack(value: Doc) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unpack(text: str) -> Doc:
    """What `pack` made. Raises ValueError for anything else."""
    return body(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))


def token(store: Store, vendor: str, claims: Doc) -> str:
    """An access token that only this store can have made; `until` in the claims is when it dies."""
    packed = pack(claims | {"serial": secrets.token_hex(4)})
    return f"{packed}.{_seal(store, vendor, packed)}"


def claims(store: Store, vendor: str, text: str, now: float) -> Doc | None:
    """The claims of a token that is ours and still lives at `now` (epoch seconds)."""
    packed, _, seal = text.partition(".")
    if not hmac.compare_digest(_seal(store, vendor, packed).encode(), seal.encode()):
        return None
    found = unpack(packed)
    return found if float(found["until"]) > now else None


def _seal(store: Store, vendor: str, text: str) -> str:
    key = store.get("token_key", vendor) or store.put(
        "token_key", vendor, {"key": secrets.token_hex(16)}
    )
    return hmac.new(str(key["key"]).encode(), text.encode(), hashlib.sha256).hexdigest()[:32]
