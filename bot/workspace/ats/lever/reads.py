"""Lever's pages and expansions."""

import base64
import re
from collections.abc import Callable
from typing import Any

from bot.workspace.store import Store

Doc = dict[str, Any]


class Refusal(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def whole(name: str, text: str) -> int:
    """A whole number out of a query. Raises Refusal."""
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII):
        raise Refusal(400, "BadRequest", f"{name} must be a number")
    return int(text)


def page(query: Any, rows: list[Doc], show: Callable[[Doc], Doc]) -> Doc:
    """`{data, next, hasNext}`; `offset` is opaque."""
    limit = whole("limit", query.get("limit", "100"))
    if not 1 <= limit <= 100:
        raise Refusal(400, "BadRequest", "limit must be between 1 and 100")
    start = 0
    if offset := query.get("offset"):
        try:
            told = base64.b64decode(offset + "=" * (-len(offset) % 4), b"-_", validate=True)
            start = int(told.decode().removeprefix("at:"))
        except ValueError:
            raise Refusal(400, "BadRequest", "offset is invalid") from None
    more = start + limit < len(rows)
    part = [picked(query, show(row)) for row in rows[start : start + limit]]
    answer: Doc = {"data": part, "hasNext": more}
    if more:
        answer["next"] = (
            base64.urlsafe_b64encode(f"at:{start + limit}".encode()).rstrip(b"=").decode()
        )
    return answer


def picked(query: Any, row: Doc) -> Doc:
    """Only the fields that `include` names; what is expanded stays in any case."""
    names = {name for part in query.getlist("include") for name in part.split(",")}
    names |= (
        {name for part in query.getlist("expand") for name in part.split(",")} if names else set()
    )
    return {k: v for k, v in row.items() if k in names} if names else row


def shown(store: Store, opportunity: Doc, expand: list[str]) -> Doc:
    """An opportunity as the API gives it, with what was asked to be expanded."""
    row = {k: v for k, v in opportunity.items() if k != "posting"}
    wanted = {name for part in expand for name in part.split(",")}
    if "applications" in wanted:
        row["applications"] = store.find("lever_applications", opportunityId=opportunity["id"])
    if "stage" in wanted:
        row["stage"] = store.get("lever_stages", opportunity["stage"])
    if "owner" in wanted:
        row["owner"] = store.get("lever_users", opportunity["owner"])
    if "contact" in wanted:
        row["contact"] = {
            "id": opportunity["contact"],
            "name": opportunity["name"],
            "emails": opportunity["emails"],
        }
    return row
