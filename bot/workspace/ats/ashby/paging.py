"""Ashby's lists: opaque cursors, at most a hundred rows, and on the last page a token for the next synchronisation."""

from collections.abc import Callable
from typing import Any

from bot.workspace import asking
from bot.workspace.ats.ashby.desk import OLDEST, Desk, Doc, Refusal

MOST = 100
MOST_CHANGED = (
    1_000  # changed rows that one sync token may fetch; beyond that Ashby asks for a full one
)


def page(desk: Desk, kind: str, rows: list[Doc], show: Callable[[Doc], Any]) -> Doc:
    """The whole answer of a list whose rows are kept under `kind`. Raises Refusal."""
    after = _after(desk, kind)
    if after is not None:
        rows = [row for row in rows if row["_change"] > after]
        if len(rows) > MOST_CHANGED:
            raise Refusal("incremental_sync_too_large", "Too many changes. Start a full sync.")
    created = desk.body.get("createdAfter")
    if created is not None:
        if not isinstance(created, int) or isinstance(created, bool):
            raise Refusal("invalid_input", "createdAfter must be milliseconds since the epoch")
        rows = [r for r in rows if asking.moment(r["createdAt"]).timestamp() * 1_000 > created]
    limit, start = _limit(desk), _start(desk, kind)
    answer: Doc = {"results": [show(row) for row in rows[start : start + limit]]}
    answer["moreDataAvailable"] = start + limit < len(rows)
    if answer["moreDataAvailable"]:
        answer["nextCursor"] = asking.pack({"of": kind, "at": start + limit})
    else:
        newest = max((row["_change"] for row in desk.store.all(f"ashby_{kind}")), default=0)
        answer["syncToken"] = asking.pack({"sync": kind, "after": max(newest, after or 0)})
    return answer


def _limit(desk: Desk) -> int:
    limit = desk.body.get("limit", MOST)
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST:
        raise Refusal("invalid_input", f"limit must be a number from 1 to {MOST}")
    return limit


def _start(desk: Desk, kind: str) -> int:
    cursor = desk.body.get("cursor")
    if cursor is None:
        return 0
    told = _unpacked(cursor, "invalid_next_cursor")
    if told.get("of") != kind or not isinstance(told.get("at"), int):
        raise Refusal("invalid_next_cursor", "The cursor is not one of this list.")
    return int(told["at"])


def _after(desk: Desk, kind: str) -> int | None:
    token = desk.body.get("syncToken")
    if token is None:
        return None
    told = _unpacked(token, "sync_token_invalid")
    if told.get("sync") != kind or not isinstance(told.get("after"), int):
        raise Refusal("sync_token_invalid", "The sync token is not one of this list.")
    forgotten = desk.store.get(OLDEST, kind)
    if forgotten and told["after"] < forgotten["until"]:
        raise Refusal("sync_token_expired", "The sync token has expired. Start a full sync.")
    return int(told["after"])


def _unpacked(value: Any, code: str) -> Doc:
    try:
        return asking.unpack(value)
    except (TypeError, ValueError):
        raise Refusal(code, "It is not one that was given out.") from None
