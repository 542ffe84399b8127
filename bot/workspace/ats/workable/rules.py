"""What Workable says when it refuses, how it pages, and which parameters its lists know."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from bot.workspace import asking

Doc = dict[str, Any]
HOST = "https://brightwater.workable.com/spi/v3"
PAGED = ("limit", "since_id", "max_id")
LISTS = {
    "jobs": ("state", "created_after", "updated_after", "include_fields"),
    "candidates": ("email", "shortcode", "stage", "created_after", "updated_after"),
    "members": ("role", "shortcode"),
    "events": ("type", "start_date", "end_date", "candidate_id", "shortcode", "member_id", "context", "include_cancelled"),
    "requisitions": ("state", "job_id", "plan_date_from", "plan_date_to", "created_after", "updated_after"),
    "subscriptions": (),
    "activities": ("actions", "updated_after"),
}  # fmt: skip


class Refusal(Exception):
    """An answer that is not a success: `{"error": …}`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def words(body: Doc, name: str) -> str:
    """A field that must be there and hold words. Raises Refusal."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Refusal(422, f"{name} can't be blank")
    return value


def known(query: Any, name: str) -> None:
    """Raises Refusal for a parameter that the list does not have."""
    for key in query:
        if key not in (*PAGED, *LISTS[name]):
            raise Refusal(422, f"{key} is not a parameter of {name}")


def since(query: Any, rows: list[Doc]) -> list[Doc]:
    """Those created and changed after what was asked: ISO 8601, or seconds since 1970."""
    for name in ("created", "updated"):
        said = query.get(f"{name}_after")
        if not said:
            continue
        try:
            after = float(said) if said.isdecimal() else asking.moment(said).timestamp()
        except ValueError:
            raise Refusal(422, f"{name}_after is not a time") from None
        rows = [r for r in rows if asking.moment(r[f"{name}_at"]).timestamp() > after]
    return rows


def page(path: str, name: str, query: Any, rows: list[Doc], show: Callable[[Doc], Doc]) -> Doc:
    """`since_id` starts at that row; the next page's address is a full one, and may have another path than the first."""
    size = query.get("limit", "50")
    if not re.fullmatch(r"[1-9]\d?|100", str(size)):
        raise Refusal(422, "limit is invalid")
    if start := query.get("since_id"):
        ids = [row["id"] for row in rows]
        if start not in ids:
            raise Refusal(422, "since_id is invalid")
        rows = rows[ids.index(start) :]
    answer: Doc = {name: [show(row) for row in rows[: int(size)]]}
    if len(rows) > int(size):
        asked = {k: v for k, v in query.items() if k not in ("since_id", "limit")}
        if path == "candidates" and "shortcode" in asked:
            path = f"jobs/{asked.pop('shortcode')}/candidates"
        more = urlencode({**asked, "limit": size, "since_id": rows[int(size)]["id"]})
        answer["paging"] = {"next": f"{HOST}/{path}?{more}"}
    return answer
