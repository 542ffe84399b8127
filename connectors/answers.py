"""What a vendor's refusal means: one typed error for each, with the vendor's own words where they help."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connectors.errors import (
    Conflict,
    ConnectorError,
    Gone,
    InDoubt,
    MissingPermission,
    RateLimited,
    Reconnect,
    Rejected,
    TryLater,
)


def refusal(
    account: str, safe: bool, status: int, headers: Mapping[str, str], body: Any
) -> ConnectorError:
    """The error for an answer that is not a success; `safe` says that nothing was to be written.

    `body` is the parsed JSON, if there was any.
    """
    said, code = _said(body), _code(body)
    about = {"account": account, "code": code or str(status)}
    if status == 401:
        return Reconnect("The key is no longer accepted. Connect the account again.", **about)
    if status == 403:
        return MissingPermission(said or "The key may not do this.", **about)
    if status in (404, 410):
        return Gone("It is not there any more.", **about)
    if status == 409:
        return Conflict(said or "It was changed meanwhile.", **about)
    if status == 429:
        return RateLimited("The rate limit is reached.", after=_after(headers), **about)
    if status == 408 or status >= 500:
        if safe or status in (502, 503):
            return TryLater("The system is not answering properly.", after=_after(headers), **about)
        return InDoubt("The system failed while it was writing.", **about)
    return Rejected(said or f"It refused the request ({status}).", **about)


def _after(headers: Mapping[str, str]) -> timedelta | None:
    value = headers.get("retry-after", "")
    return (
        timedelta(seconds=min(float(value), 3_600)) if re.fullmatch(r"\d+(\.\d+)?", value) else None
    )


def _said(body: Any) -> str:
    """A sentence from the vendor's error body: its message and its field errors. Addresses are cut out."""
    told = _told(body)
    words = [told[k] for k in ("message", "error", "error_description") if told.get(k)]
    parts = [word for word in words if isinstance(word, str)][:1] + _fields(told.get("errors"))
    return re.sub(r"\S+@\S+", "…", "; ".join(dict.fromkeys(part for part in parts if part)))[:300]


def _fields(errors: Any) -> list[str]:
    """Field errors as vendors write them: one text, texts, `{field, message}` rows, or texts by field."""
    if isinstance(errors, str):
        return [errors]
    if isinstance(errors, dict):
        return [f"{field}: {', '.join(_fields(said))}" for field, said in errors.items()]
    if not isinstance(errors, list):
        return []
    rows = [
        ": ".join(str(error[k]) for k in ("field", "message") if error.get(k))
        if isinstance(error, dict)
        else error
        for error in errors
    ]
    return [row for row in rows if isinstance(row, str)]


def _code(body: Any) -> str:
    return str(_told(body).get("code") or "")


def _told(body: Any) -> Mapping[str, Any]:
    """What a body tells; Google puts it under `error`."""
    if not isinstance(body, dict):
        return {}
    return body["error"] if isinstance(body.get("error"), dict) else body
