"""What is noted of every call, and for whom it was made; never a body, an id, a name or a query value."""

import logging
import re
from dataclasses import dataclass

log = logging.getLogger(__name__)
for _name in (
    "httpx",
    "httpcore",
):  # they would log addresses, in which some vendors want their key
    logging.getLogger(_name).setLevel(logging.WARNING)

PERSONAL = frozenset(
    {"name", "email", "phone", "city", "title", "job_title", "q", "query", "search", "recruiter"}
)
_WORD = re.compile(r"[A-Za-z][A-Za-z_.]{0,39}")
_WORDS = re.compile(r"[a-z]+(-[a-z]+)+")
_VERSION = re.compile(r"v\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Whence:
    """For whom a call is made: an id that the audit and the logs know too, and the flow as people call it."""

    correlation: str = ""
    flow: str = ""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One line of the call log. `path` is a template: ids are cut out, query values never stand in it.

    `cost` is what the call took from the budget, `error` the class of what went wrong, `request_id` the vendor's own.
    """

    account: str
    method: str
    path: str
    status: int
    ms: int
    attempt: int
    bytes: int
    host: str = ""
    cost: float = 1.0
    error: str = ""
    request_id: str = ""
    correlation: str = ""
    flow: str = ""


def template(path: str) -> str:
    """`/v1/opportunities/{id}/notes`: anything that could be an id or a person's word is cut out.

    A word with hyphens is kept only where a resource stands: first, or after the version.
    """
    parts: list[str] = []
    for part in path.split("/"):
        before = parts[-1] if parts else ""
        resource = before in ("", "api") or _VERSION.fullmatch(before)
        if before in PERSONAL:
            part = "{id}"
        elif not part or _VERSION.fullmatch(part) or (resource and _WORDS.fullmatch(part)):
            pass
        elif not _WORD.fullmatch(part) or (part.isupper() and len(part) > 3):
            part = "{id}"
        parts.append(part)
    return "/".join(parts)


def log_call(call: CallRecord) -> None:
    log.info(
        "call account=%s %s %s%s status=%s ms=%s attempt=%s bytes=%s cost=%g error=%s for=%s",
        call.account, call.method, call.host, call.path, call.status, call.ms, call.attempt,
        call.bytes, call.cost, call.error or "-", call.correlation or "-",
    )  # fmt: skip
