"""Lever's words become ours: postings, which are jobs and their advertisements at once, and requisitions."""

import re
from collections.abc import Mapping
from typing import Any

from connectors import model, values, words
from connectors.ats.lever.fields import listed_custom
from connectors.ats.lever.mapping import Row, ref
from connectors.model import Ref, Word

POSTING = {
    "published": "open", "internal": "open", "unlisted": "open", "closed": "closed", "draft": "draft",
    "pending": "awaiting_approval", "rejected": "archived",
}  # fmt: skip
REQUISITION = {
    "open": "open", "onHold": "on_hold", "closed": "closed", "draft": "draft", "pending": "awaiting_approval",
    "rejected": "archived",
}  # fmt: skip
APPROVAL = {
    "approved": "approved", "rejected": "rejected", "denied": "rejected", "pending": "asked", "created": "waiting",
}  # fmt: skip


def posting(row: Row, account: str) -> model.Job:
    categories = row.get("categories") or {}
    codes = row.get("requisitionCodes") or [row.get("reqCode")]
    places = categories.get("allLocations") or [categories.get("location")]
    workplace = row.get("workplaceType")
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(row["id"])),
        title=str(row.get("text") or "Untitled posting"),
        status=words.word(account, "job.status", row.get("state"), POSTING),
        department=categories.get("department") or None,
        offices=tuple(str(p) for p in places if p),
        location=categories.get("location") or None,
        remote=None if workplace in (None, "unspecified") else workplace == "remote",
        employment=categories.get("commitment") or None,
        requisition=str(codes[0]) if codes[0] else None,
        pay=_pay(row.get("salaryRange")),
        confidential=row.get("confidentiality") == "confidential",
        opened=values.millis(row.get("createdAt")),
        url=(row.get("urls") or {}).get("show"),
        version=str(row.get("updatedAt") or ""),
        raw=row,
    )


def _pay(told: Any) -> model.Range | None:
    """`{min, max, currency, interval}`, the interval in words such as `per-year-salary`."""
    if not isinstance(told, dict):
        return None
    every = per(told.get("interval"))
    low, high = (
        values.money(told[k], told.get("currency"), every) if told.get(k) is not None else None
        for k in ("min", "max")
    )
    return model.Range(low=low, high=high) if low or high else None


def per(interval: Any) -> str | None:
    found = re.match(r"per-(\w+)", str(interval or ""))
    return found.group(1) if found else None


def advertisement(row: Row, account: str) -> model.Posting:
    """The same posting as the public reads it."""
    content, urls = row.get("content") or {}, row.get("urls") or {}
    lists = "".join(
        f"<h3>{part.get('text') or ''}</h3><ul>{part.get('content') or ''}</ul>"
        for part in content.get("lists") or () if isinstance(part, dict)
    )  # fmt: skip
    body = (content.get("descriptionHtml") or content.get("description") or "") + lists
    body += content.get("closingHtml") or content.get("closing") or ""
    id, state = str(row["id"]), row.get("state")
    return model.Posting(
        ref=Ref(account=account, kind="posting", id=id),
        title=str(row.get("text") or "Untitled posting"),
        job=Ref(account=account, kind="job", id=id),
        body=body or None,
        location=(row.get("categories") or {}).get("location") or None,
        live=state == "published",
        internal=state == "internal",
        apply_url=urls.get("apply"),
        url=urls.get("show"),
        version=str(row.get("updatedAt") or ""),
        raw=row,
    )


def opening(row: Row, account: str, job: str, kinds: Mapping[str, Row]) -> model.Opening:
    """A requisition. One without a limit always has a seat more than are filled."""
    filled = int(values.number(row.get("headcountHired")) or 0)
    total = int(values.number(row.get("headcountTotal")) or 1)
    return model.Opening(
        ref=Ref(account=account, kind="opening", id=str(row["id"])),
        code=row.get("requisitionCode") or None,
        job=Ref(account=account, kind="job", id=job),
        headcount=filled + 1 if row.get("headcountInfinite") else total,
        filled=filled,
        status=words.word(account, "opening.status", row.get("status"), REQUISITION),
        custom=listed_custom(row.get("customFields"), account, kinds),
        version=str(row.get("updatedAt") or ""),
        raw=row,
    )


def approval(row: Row, account: str, of: Ref) -> model.Approval | None:
    """Who must agree to a requisition, step after step; None where nobody must."""
    told = row.get("approval")
    if not isinstance(told, dict):
        return None
    groups = []
    for step in told.get("steps") or ():
        people = tuple(
            model.Approver(user=user, status=Word(kind="approved" if who.get("approved") else "waiting"),
                           at=values.millis(who.get("approvedAt")))
            for who in step.get("approvers") or () if (user := _approver(account, who.get("user")))
        )  # fmt: skip
        if people:
            needed = int(step.get("approvalsRequired") or len(people))
            groups.append(model.ApprovalGroup(approvers=people, needed=needed))
    return model.Approval(
        ref=Ref(account=account, kind="approval", id=str(told.get("id") or row["id"])),
        of=of,
        sequential=True,
        status=words.word(account, "approval.status", told.get("status"), APPROVAL, none="waiting"),
        groups=tuple(groups),
        raw=told,
    )


def _approver(account: str, told: Any) -> Ref | None:
    return ref(account, "user", told.get("userId") if isinstance(told, dict) else told)
