"""Lever's words become ours: people, their candidacies, the account's lists. Times are milliseconds."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors import model, values
from connectors.ats.lever.fields import answered
from connectors.model import Ref, Word

Row = Mapping[str, Any]
# Lever does not tell who ended a candidacy: a reason that reads so is taken for the candidate's own.
THEIRS = re.compile(
    r"withdr|declin|not interested|other offer|another (offer|job)|turned (us|it) down", re.I
)
PERSON = ("name", "headline", "location", "emails", "phones", "links", "tags")
CANDIDACY = ("stage", "archived", "owner", "sources", "applications")


@dataclass(frozen=True, slots=True)
class Lists:
    """The account's own lists by id, which an application only names: stages, archive reasons, postings' titles."""

    stages: Mapping[str, str]
    reasons: Mapping[str, model.Reason]
    hired: frozenset[str]
    titles: Mapping[str, str]


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1_000)


def id_of(value: Any) -> str | None:
    """An id, whether it came bare or expanded into an object."""
    found = value.get("id") if isinstance(value, dict) else value
    return str(found) if found not in (None, "") else None


def ref(account: str, kind: model.Kind, value: Any) -> Ref | None:
    id = id_of(value)
    return Ref(account=account, kind=kind, id=id) if id else None


def contacts(values: Any) -> tuple[model.Contact, ...]:
    found = []
    for value in values or ():
        if isinstance(value, dict) and value.get("value"):
            found.append(model.Contact(value=str(value["value"]), type=value.get("type")))
        elif isinstance(value, str) and value:
            found.append(model.Contact(value=value))
    return tuple(found)


def place(row: Row) -> str | None:
    """A location, which an opportunity has as text and a contact as an object."""
    told = row.get("location")
    return (told.get("name") if isinstance(told, dict) else told) or None


def candidate(
    row: Row, account: str, custom: Mapping[str, model.Custom] | None = None
) -> model.Candidate:
    """From an opportunity, which repeats what the contact holds. An anonymised one has "" everywhere."""
    name = str(row.get("name") or "").strip() or "Unnamed candidate"
    protection = (row.get("dataProtection") or {}).get("contact") or {}
    return model.Candidate(
        ref=Ref(account=account, kind="candidate", id=id_of(row.get("contact")) or str(row["id"])),
        name=name,
        given=name.split(" ")[0],
        family=name.rpartition(" ")[2] if " " in name else None,
        emails=contacts(row.get("emails")),
        phones=contacts(row.get("phones")),
        links=tuple(str(link) for link in row.get("links") or ()),
        title=row.get("headline") or None,
        location=place(row),
        tags=tuple(str(tag) for tag in row.get("tags") or ()),
        source=next(iter(row.get("sources") or ()), None),
        owner=ref(account, "user", row.get("owner")),
        private=row.get("confidentiality") == "confidential",
        may_contact=protection.get("allowed") is not False,
        anonymised=bool(row.get("isAnonymized")),
        created=values.millis(row.get("createdAt")),
        last_activity=values.millis(row.get("lastInteractionAt") or row.get("updatedAt")),
        url=_url(row),
        version=_version(row, PERSON),
        custom=custom or {},
        raw=row,
    )


def application(row: Row, account: str, lists: Lists, part: Row | None) -> model.Application:
    """From an opportunity; `part` is its one application, which names the posting. Without one it is a prospect."""
    status, rejected, hired_at = _ending(row, lists)
    job = ref(account, "job", part.get("posting")) if part else None
    if job is None and status.kind == "active":
        status = Word(kind="prospect", vendor=status.vendor)
    stage = row.get("stage")
    said = stage.get("text") if isinstance(stage, dict) else None
    changes = history(row, account, lists)
    return model.Application(
        ref=Ref(account=account, kind="application", id=str(row["id"])),
        candidate=Ref(
            account=account, kind="candidate", id=id_of(row.get("contact")) or str(row["id"])
        ),
        job=job,
        job_title=lists.titles.get(job.id) if job else None,
        stage=ref(account, "stage", stage),
        stage_name=said or lists.stages.get(id_of(stage) or ""),
        stage_since=changes[-1].at if changes else None,
        status=status,
        source=next(iter(row.get("sources") or ()), None) or row.get("origin") or None,
        credited_to=ref(account, "user", row.get("sourcedBy"))
        or ref(account, "user", (part or {}).get("user")),
        recruiter=ref(account, "user", row.get("owner")),
        applied_at=values.millis(row.get("createdAt")),
        last_activity=values.millis(
            row.get("lastInteractionAt") or row.get("updatedAt") or row.get("createdAt")
        ),
        rejected=rejected,
        hired_at=hired_at,
        answers=answered(part.get("customQuestions")) if part else None,
        url=_url(row),
        version=_version(row, CANDIDACY),
        raw=row,
    )


def _ending(row: Row, lists: Lists) -> tuple[Word, model.Rejection | None, datetime | None]:
    """How a candidacy stands: archived is rejected, withdrawn or hired by its reason. Older rows tell it flatly."""
    archived = row.get("archived") or {}
    reason = id_of(archived.get("reason")) or id_of(row.get("archiveReason"))
    at = values.millis(archived.get("archivedAt") or row.get("archivedAt"))
    if at is None and reason is None:
        return Word(kind="active", vendor="active"), None, None
    if reason in lists.hired:
        return Word(kind="hired", vendor="archived"), None, at
    known = lists.reasons.get(reason or "")
    party = known.party if known else "other"
    kind = "withdrawn" if party == "they" else "rejected"
    told = model.Rejection(reason=known.name if known else None, party=party, at=at)
    return Word(kind=kind, vendor="archived"), told, None


def history(row: Row, account: str, lists: Lists) -> list[model.StageChange]:
    """The stages an opportunity went through, oldest first; each came from the one before."""
    rows = [r for r in row.get("stageChanges") or () if isinstance(r, dict)]
    steps: list[model.StageChange] = []
    for told in sorted(rows, key=lambda r: int(r.get("updatedAt") or 0)):
        to = ref(account, "stage", told.get("toStageId"))
        before = steps[-1] if steps else None
        steps.append(
            model.StageChange(
                to=to, to_name=lists.stages.get(to.id) if to else None, was=before.to if before else None,
                was_name=before.to_name if before else None, at=values.millis(told.get("updatedAt")),
                by=ref(account, "user", told.get("userId")),
            )
        )  # fmt: skip
    return steps


def reason(row: Row, account: str) -> model.Reason:
    name = str(row.get("text") or "Reason")
    return model.Reason(
        ref=Ref(account=account, kind="reason", id=str(row["id"])),
        name=name,
        party="they" if THEIRS.search(name) else "other",
        raw=row,
    )


def user(row: Row, account: str) -> model.User:
    return model.User(
        ref=Ref(account=account, kind="user", id=str(row["id"])),
        name=str(row.get("name") or "Unnamed user"),
        email=row.get("email") or None,
        active=not row.get("deactivatedAt"),
        admin=str(row.get("accessRole") or "").casefold() in ("super admin", "admin"),
        raw=row,
    )


def stage(row: Row, account: str, order: int) -> model.Stage:
    name = str(row.get("text") or "Unnamed stage")
    return model.Stage(
        ref=Ref(account=account, kind="stage", id=str(row["id"])), name=name, order=order,
        kind=values.stage_kind(name), guessed=True, raw=row,
    )  # fmt: skip


def _version(row: Row, fields: tuple[str, ...]) -> str:
    """When it was updated; what it holds where an old row does not tell that."""
    if row.get("updatedAt"):
        return str(row["updatedAt"])
    held = {
        field: id_of(row.get(field)) if field == "stage" else row.get(field) for field in fields
    }
    return hashlib.sha256(json.dumps(held, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _url(row: Row) -> str | None:
    return (row.get("urls") or {}).get("show")
