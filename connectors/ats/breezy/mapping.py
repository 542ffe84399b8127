"""Breezy's words become ours. Its candidate is a person on one position: our candidate and our application at once."""

import re
from collections.abc import Mapping
from typing import Any

from connectors import model, values
from connectors.model import CustomKind, Ref, Role, Word
from connectors.words import word

Row = Mapping[str, Any]
JOB_STATUSES = {
    "published": "open", "draft": "draft", "closed": "closed", "archived": "archived", "pending": "awaiting_approval",
}  # fmt: skip
TYPES = {
    "applied": "applied", "feedback": "screen", "screening": "screen", "interviewing": "interview", "interview": "interview",
    "made_offer": "offer", "offer": "offer", "hired": "hired", "disqualified": "archived",
}  # fmt: skip
SCORES = {"very_good": 5, "good": 4, "neutral": 3, "poor": 2, "very_poor": 1}
FIELDS: Mapping[str, CustomKind] = {"text": "text"}
THEIRS = re.compile(r"withdr|declin|not interested|other offer|another (offer|job)", re.I)
MAILS = re.compile(r"mail|message|conversation", re.I)


def pair(position: object, candidate: object) -> str:
    """An id of ours: a candidate's own is good at its position only."""
    return f"{position}-{candidate}"


def path(id: str) -> str:
    position, _, candidate = id.partition("-")
    return f"position/{position}/candidate/{candidate}"


def id_of(value: Any) -> str:
    """An id, whether it came bare or inside an object."""
    found = (value.get("_id") or value.get("id")) if isinstance(value, dict) else value
    return str(found or "")


def candidate(row: Row, account: str, position: str) -> model.Candidate:
    name = str(row.get("name") or "").strip() or "Unnamed candidate"
    given, _, family = name.partition(" ")
    email, phone = row.get("email_address"), row.get("phone_number")
    profiles = [one.get("url") for one in row.get("social_profiles") or () if isinstance(one, dict)]
    attributes = [one for one in row.get("custom_attributes") or () if isinstance(one, dict)]
    return model.Candidate(
        ref=Ref(account=account, kind="candidate", id=pair(position, row["_id"])),
        name=name,
        given=given,
        family=family or None,
        emails=(model.Contact(value=str(email)),) if email else (),
        phones=(model.Contact(value=str(phone)),) if phone else (),
        links=tuple(str(url) for url in profiles if url),
        title=row.get("headline") or None,
        location=row.get("address") or None,
        tags=tuple(str(tag) for tag in row.get("tags") or ()),
        source=_source(row),
        owner=values.ref(account, "user", id_of(row.get("recruited_by"))),
        created=values.moment(row.get("creation_date")),
        last_activity=values.moment(row.get("updated_date")),
        version=str(row.get("updated_date") or ""),
        custom={str(one["name"]): _attribute(one, account) for one in attributes if one.get("name")},
        raw=row,
    )  # fmt: skip


def _attribute(row: Row, account: str) -> model.Custom:
    name = str(row["name"])
    return values.custom(account, name, name, "text", row.get("value"), FIELDS)


def application(row: Row, account: str, position: Row) -> model.Application:
    """On this position; whoever is in a pool is a prospect, without a job."""
    id, place = pair(position["_id"], row["_id"]), str(position["_id"])
    held = row.get("stage")
    stage: Row = held if isinstance(held, dict) else {}
    pool = position.get("org_type") == "pool"
    ending = {"hired": "hired", "archived": "rejected"}.get(kind_of(stage)[0])
    kind = ending or ("prospect" if pool else "active")
    reason = (row.get("disposition_reason") or {}).get("name")
    out = values.moment(row.get("disposition_date"))
    party = "they" if THEIRS.search(str(reason or stage.get("name") or "")) else "we"
    return model.Application(
        ref=Ref(account=account, kind="application", id=id),
        candidate=Ref(account=account, kind="candidate", id=id),
        job=None if pool else values.ref(account, "job", place),
        job_title=None if pool else position.get("name"),
        stage=values.ref(account, "stage", stage.get("id")),
        stage_name=stage.get("name") or None,
        status=Word(kind=kind, vendor=type_of(stage) or str(stage.get("name") or "")),
        source=_source(row),
        credited_to=values.ref(account, "user", id_of(row.get("referred_by") or row.get("sourced_by"))),
        recruiter=values.ref(account, "user", id_of(row.get("recruited_by"))),
        applied_at=values.moment(row.get("creation_date")),
        last_activity=values.moment(row.get("updated_date")),
        rejected=model.Rejection(reason=reason or stage.get("name"), party=party, at=out) if kind == "rejected" else None,
        version=str(row.get("updated_date") or ""),
        raw=row,
    )  # fmt: skip


def _source(row: Row) -> str | None:
    source = row.get("source")
    return (source.get("name") if isinstance(source, dict) else None) or row.get("origin") or None


def type_of(stage: Row) -> str:
    """What a stage is, which is an object in lists and a word elsewhere."""
    said = stage.get("type")
    return str((said.get("id") if isinstance(said, dict) else said) or "")


def kind_of(stage: Row) -> tuple[str, bool]:
    """What a stage means, and whether that was guessed from its name."""
    known = TYPES.get(type_of(stage)) or TYPES.get(str(stage.get("id") or ""))
    return (known, False) if known else (values.stage_kind(str(stage.get("name") or "")), True)


def stage(row: Row, account: str, job: str, order: int) -> model.Stage:
    kind, guessed = kind_of(row)
    return model.Stage(
        ref=Ref(account=account, kind="stage", id=str(row["id"])), name=str(row.get("name") or "Unnamed stage"), order=order,
        job=Ref(account=account, kind="job", id=job), kind=kind, guessed=guessed, raw=row,
    )  # fmt: skip


def job(row: Row, account: str) -> model.Job:
    place, kind = row.get("location") or {}, row.get("type")
    remote = place.get("is_remote")
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(row["_id"])),
        title=str(row.get("name") or "Untitled position"),
        status=word(account, "job.status", row.get("state"), JOB_STATUSES),
        department=row.get("department") or None,
        location=place.get("name") or place.get("city") or None,
        remote=remote if isinstance(remote, bool) else None,
        employment=(kind.get("name") if isinstance(kind, dict) else kind) or None,
        requisition=row.get("requisition_id") or None,
        opened=values.moment(row.get("creation_date")),
        version=str(row.get("updated_date") or ""),
        raw=row,
    )


def posting(row: Row, account: str) -> model.Posting:
    """A position is its own advertisement."""
    place = row.get("location") or {}
    return model.Posting(
        ref=Ref(account=account, kind="posting", id=str(row["_id"])),
        title=str(row.get("name") or "Untitled position"),
        job=Ref(account=account, kind="job", id=str(row["_id"])),
        body=row.get("description") or None,
        location=place.get("name") or None,
        live=row.get("state") == "published",
        raw=row,
    )


def member(row: Row) -> Row:
    """The user of a row of a team, whether it is one or holds one."""
    held = row.get("user")
    return held if isinstance(held, dict) else row


def role(row: Row) -> Role:
    """The part somebody plays on a position, by the name of it."""
    said = row.get("role") or row.get("type") or ""
    name = str(said.get("name") or said.get("id") if isinstance(said, dict) else said).casefold()
    if "manager" in name:
        return "hiring_manager"
    if "recruit" in name:
        return "recruiter"
    return "coordinator" if "coordinat" in name else "other"


def user(row: Row, account: str, admins: frozenset[str]) -> model.User:
    id = id_of(row)
    return model.User(
        ref=Ref(account=account, kind="user", id=id),
        name=str(row.get("name") or row.get("username") or "Unnamed user"),
        email=row.get("email_address") or None,
        admin=id in admins,
        raw=row,
    )


def scorecards(row: Row, account: str, application: str) -> list[model.Scorecard]:
    """One for each user who gave a score: a single word, without notes or criteria."""
    told = row.get("overall_score") or {}
    return [
        model.Scorecard(
            ref=Ref(account=account, kind="scorecard", id=f"{application}-{id_of(user)}"),
            application=Ref(account=account, kind="application", id=application),
            author=values.ref(account, "user", id_of(user)), overall=value, overall_word=said,
        )
        for said, value in SCORES.items()
        for user in told.get(said) or ()
    ]  # fmt: skip


def note(row: Row, account: str) -> model.Note | None:
    """A note of the stream; None for another activity, mails among them. Their kinds are not written down anywhere."""
    held = row.get("object")
    body = held.get("body") if isinstance(held, dict) else None
    if not isinstance(held, dict) or not isinstance(body, str) or MAILS.search(str(row.get("type") or "")):  # fmt: skip
        return None
    author = held.get("user") or held.get("acting_user")
    return model.Note(
        ref=Ref(account=account, kind="note", id=id_of(row)), body=body, author=values.ref(account, "user", id_of(author)),
        at=values.moment(row.get("timestamp")), raw=row,
    )  # fmt: skip
