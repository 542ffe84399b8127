"""Lever's pages and expansions."""

import base64
from collections.abc import Callable
from typing import Any

from bot.workspace.store import Store

Doc = dict[str, Any]


class Refusal(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def page(query: Any, rows: list[Doc], show: Callable[[Doc], Doc]) -> Doc:
    """`{data, next, hasNext}`; `offset` is opaque."""
    limit = int(query.get("limit", 100))
    if not 1 <= limit <= 100:
        raise Refusal(400, "BadRequest", "limit must be between 1 and 100")
    start = 0
    if offset := query.get("offset"):
        try:
            start = int(base64.urlsafe_b64decode(offset + "==").decode().removeprefix("at:"))
        except ValueError:
            raise Refusal(400, "BadRequest", "invalid offset") from None
    more = start + limit < len(rows)
    answer: Doc = {"data": [show(row) for row in rows[start : start + limit]], "hasNext": more}
    if more:
        answer["next"] = (
            base64.urlsafe_b64encode(f"at:{start + limit}".encode()).rstrip(b"=").decode()
        )
    return answer


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
