"""What a vendor's refusal means: one typed error for each, with the vendor's own words where they help."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from connectors import limits
from connectors.errors import (
    AlreadyApplied,
    Conflict,
    ConnectorError,
    Gone,
    InDoubt,
    JobClosed,
    MissingPermission,
    RateLimited,
    Reconnect,
    Rejected,
    TryLater,
)

# Reads (status, headers, parsed JSON) and says what it really means: the same or another status, or an error's class.
Judge = Callable[[int, Mapping[str, str], Any], int | type[ConnectorError]]
REQUEST_IDS = (
    "x-request-id", "request-id", "x-requestid", "x-correlation-id", "x-trace-id", "x-amzn-requestid",
    "x-bamboohr-request-id", "x-knit-execution-id", "cf-ray",
)  # fmt: skip
SAID_IN_HEADERS = ("x-bamboohr-error-message", "x-bamboohr-message")
SENTENCES: dict[type[ConnectorError], str] = {
    Reconnect: "The key is no longer accepted. Connect the account again.",
    MissingPermission: "The key may not do this.",
    Gone: "It is not there any more.",
    Conflict: "It was changed meanwhile.",
    RateLimited: "The rate limit is reached.",
    TryLater: "The system is not answering properly.",
    InDoubt: "The system failed while it was writing.",
    JobClosed: "The job is closed: nobody can be added to it.",
    AlreadyApplied: "This person has an application for this job already.",
}
OURS = (Reconnect, Gone, RateLimited, TryLater, InDoubt, JobClosed, AlreadyApplied)  # our words


def refusal(
    account: str,
    safe: bool,
    means: int | type[ConnectorError],
    headers: Mapping[str, str],
    body: Any,
) -> ConnectorError:
    """The error for an answer that is not a success; `safe` says that nothing was to be written.

    `means` is the status, or the class a vendor's `Judge` named. `body` is the parsed JSON, if there was any.
    """
    made = _kind(means, safe) if isinstance(means, int) else means
    lower = {name.lower(): value for name, value in headers.items()}
    said, fields = _said(body, lower), _fields(body)
    status = means if isinstance(means, int) else lower.get(":status", made.__name__)
    number = f" ({means})" if isinstance(means, int) else ""
    ours = SENTENCES.get(made, f"It refused the request{number}.")
    about: dict[str, Any] = {
        "account": account,
        "code": _code(body) or str(status),
        "request_id": request_id(lower) or _clean(_deep(body, "requestId", "request_id")),
    }
    if issubclass(made, TryLater):
        about["after"] = limits.wish(lower, time.time())
    if issubclass(made, Rejected):
        about["fields"] = fields
    if issubclass(made, AlreadyApplied):
        about["application"] = _clean(_deep(body, "application_id", "applicationId"))
    if issubclass(made, Conflict):
        about["changed"] = ", ".join(fields)[:100]
    return made(ours if issubclass(made, OURS) else said or ours, **about)


def request_id(headers: Mapping[str, str]) -> str:
    """What the vendor's support asks for, names in lower case; empty when there is none."""
    return next((found for name in REQUEST_IDS if (found := _clean(headers.get(name)))), "")


def _kind(status: int, safe: bool) -> type[ConnectorError]:
    known: dict[int, type[ConnectorError]] = {
        401: Reconnect, 403: MissingPermission, 404: Gone, 409: Conflict, 410: Gone, 412: Conflict, 429: RateLimited,
    }  # fmt: skip
    if status == 408 or status >= 500:
        return TryLater if safe or status in (502, 503) else InDoubt
    return known.get(status, Rejected)


def _said(body: Any, headers: Mapping[str, str]) -> str:
    """A sentence from the vendor's error body: its message and its field errors. Addresses are cut out."""
    told = _told(body)
    names = ("message", "msg", "error", "_error", "error_description", "detail", "title")
    words = [told[k] for k in names if told.get(k)]
    words += [headers[name] for name in SAID_IN_HEADERS if headers.get(name)]
    first = [part for word in words for part in _listed(word) if part][:1]
    parts = first + _listed(told.get("errors")) + _listed(told.get("error_fields"))
    return re.sub(r"\S+@\S+", "…", "; ".join(dict.fromkeys(part for part in parts if part)))[:300]


def _listed(errors: Any) -> list[str]:
    """Errors as vendors write them: one text, texts, rows with a field and a message, or texts by field."""
    if isinstance(errors, str):
        return [errors]
    if isinstance(errors, dict):
        if _row(errors)[1]:
            return [": ".join(part for part in _row(errors) if part)]
        found = [(field, ", ".join(_listed(said))) for field, said in errors.items()]
        return [f"{field}: {said}" for field, said in found if said]
    if not isinstance(errors, list):
        return []
    return [text for error in errors if isinstance(error, dict | str) for text in _listed(error)]


def _fields(body: Any) -> dict[str, str]:
    """Field errors by the vendor's name of the field."""
    told, found = _told(body), dict[str, str]()
    for errors in (told.get("errors"), told.get("error_fields"), told.get("fields")):
        if isinstance(errors, dict) and not _row(errors)[1]:
            found |= {str(field): ", ".join(_listed(said)) for field, said in errors.items()}
        for error in errors if isinstance(errors, list) else ():
            field, said = _row(error) if isinstance(error, dict) else ("", "")
            if field and said:
                found[field] = "; ".join(part for part in (found.get(field), said) if part)
    return {
        field[:80]: re.sub(r"\S+@\S+", "…", said)[:300] for field, said in found.items() if said
    }


def _row(error: Mapping[str, Any]) -> tuple[str, str]:
    """The field and the message of one error: `{field, message}`, or `{title, detail, source: {pointer}}` of JSON:API."""
    said = next(
        (error[k] for k in ("message", "detail", "title", "error", "msg") if isinstance(error.get(k), str)), ""
    )  # fmt: skip
    source = error.get("source")
    pointer = str(
        (source.get("pointer") or source.get("parameter") or "") if isinstance(source, dict) else ""
    )
    field = error.get("field") or error.get("fieldName") or pointer.rstrip("/").rpartition("/")[2]
    return (str(field) if isinstance(field, str | int) else ""), said


def _code(body: Any) -> str:
    """The vendor's own code, of the whole answer or of its first error; never a sentence."""
    told = _told(body)
    rows = told.get("errors")
    first = rows[0] if isinstance(rows, list) and rows else None
    for code in (
        told.get("code"), told.get("error_code"), told.get("type"),
        first.get("code") if isinstance(first, dict) else first,
    ):  # fmt: skip
        if found := _clean(code):
            return found
    return ""


def _deep(body: Any, *names: str) -> Any:
    """The first of these names, at the top or one level below."""
    places = [body, *body.values()] if isinstance(body, dict) else []
    return next(
        (place[name] for place in places if isinstance(place, dict) for name in names if place.get(name)), None
    )  # fmt: skip


def _clean(said: Any) -> str:
    """A code or an id that is short and has no spaces or addresses in it; else nothing."""
    text = str(said) if isinstance(said, str | int) and not isinstance(said, bool) else ""
    return text if re.fullmatch(r"[\w.:/+=-]{1,120}", text) else ""


def _told(body: Any) -> Mapping[str, Any]:
    """What a body tells; some put it under `error` or `errorInfo`."""
    if not isinstance(body, dict):
        return {}
    for name in ("error", "errorInfo"):
        if isinstance(body.get(name), dict):
            inner: Mapping[str, Any] = body[name]
            return inner
    return body
