"""Recruitee's words become ours. Its offer is our job, its placement our application, its admin our user."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from connectors import model, values
from connectors.model import CustomKind, Ref, Word
from connectors.words import word

Row = Mapping[str, Any]
JOB_STATUSES = {
    "draft": "draft", "published": "open", "internal": "open", "closed": "closed", "archived": "archived",
}  # fmt: skip
CATEGORIES = {
    "apply": "applied", "phone_screen": "screen", "evaluation": "assessment", "interview": "interview",
    "offer": "offer", "hire": "hired",
}  # fmt: skip
RATINGS = {"strong_yes": 5, "yes": 4, "neutral": 3, "no": 2, "strong_no": 1}
FIELDS: Mapping[str, CustomKind] = {
    "single_line": "text", "text": "text", "multi_line": "long_text", "boolean": "yes_no", "number": "number", "date": "date",
    "dropdown": "choice", "single_choice": "choice", "multiple_choice": "choices", "url": "url", "link": "url",
}  # fmt: skip
# Recruitee does not tell who ended a candidacy: a reason that reads so is taken for the candidate's own.
THEIRS = re.compile(r"withdr|declin|not interested|other offer|another (offer|job)", re.I)


def pair(candidate: object, offer: object) -> str:
    """An application's id: webhooks name a candidate and an offer, never the placement."""
    return f"{candidate}-{offer}"


def offer_of(placement: Row) -> str:
    """The job of a placement, else its talent pool."""
    return str(placement.get("offer_id") or placement.get("talent_pool_id") or "")


def candidate(row: Row, account: str) -> model.Candidate:
    name = str(row.get("name") or "").strip() or "Unnamed candidate"
    given, _, family = name.partition(" ")
    sources = texts(row.get("sources"))
    return model.Candidate(
        ref=Ref(account=account, kind="candidate", id=str(row["id"])),
        name=name,
        given=given,
        family=family or None,
        emails=tuple(model.Contact(value=one) for one in texts(row.get("emails"))),
        phones=tuple(model.Contact(value=one) for one in texts(row.get("phones"))),
        links=tuple(texts(row.get("links")) + texts(row.get("social_links"))),
        tags=tuple(texts(row.get("tags"))),
        source=sources[0] if sources else row.get("source") or None,
        owner=values.ref(account, "user", row.get("admin_id")),
        created=values.moment(row.get("created_at")),
        last_activity=values.moment(row.get("last_activity_at") or row.get("updated_at")),
        url=row.get("adminapp_url") or None,
        version=str(row.get("updated_at") or ""),
        custom={one.key: one for one in fields(row.get("fields"), account)},
        raw=row,
    )


def application(
    row: Row, placement: Row, account: str, title: str | None, stage: str | None
) -> model.Application:
    """A placement of this person; one in a talent pool is a prospect, without a job."""
    offer, out = offer_of(placement), placement.get("disqualified_at")
    pool = not placement.get("offer_id")
    said = "disqualified" if out else "hired" if placement.get("hired_at") else "qualified"
    kind = {"disqualified": "rejected", "hired": "hired"}.get(said, "prospect" if pool else "active")  # fmt: skip
    reason = placement.get("disqualify_reason") or None
    party = "they" if THEIRS.search(str(reason or "")) else "we" if reason else "other"
    touched = placement.get("updated_at") or row.get("updated_at")
    return model.Application(
        ref=Ref(account=account, kind="application", id=pair(row["id"], offer)),
        candidate=Ref(account=account, kind="candidate", id=str(row["id"])),
        job=None if pool else values.ref(account, "job", offer),
        job_title=None if pool else title,
        stage=values.ref(account, "stage", placement.get("stage_id")),
        stage_name=stage,
        status=Word(kind=kind, vendor=said),
        source=next(iter(texts(row.get("sources"))), None) or row.get("source") or None,
        applied_at=values.moment(placement.get("created_at")),
        last_activity=values.moment(touched),
        rejected=model.Rejection(reason=reason, party=party, at=values.moment(out)) if out else None,
        hired_at=values.moment(placement.get("hired_at")),
        version=str(touched or ""),
        raw=placement,
    )  # fmt: skip


def job(row: Row, account: str) -> model.Job:
    count, remote = row.get("number_of_openings"), row.get("remote")
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(row["id"])),
        title=str(row.get("title") or "Untitled job"),
        status=word(account, "job.status", row.get("status"), JOB_STATUSES),
        department=row.get("department") or None,
        location=row.get("city") or None,
        remote=remote if isinstance(remote, bool) else None,
        employment=row.get("employment_type") or None,
        openings=count if isinstance(count, int) else None,
        opened=values.moment(row.get("published_at")),
        closed=values.moment(row.get("closed_at")),
        url=row.get("adminapp_url") or None,
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def posting(row: Row, account: str) -> model.Posting:
    """A job is its own advertisement, in two texts."""
    parts = [str(row[name]) for name in ("description", "requirements") if row.get(name)]
    return model.Posting(
        ref=Ref(account=account, kind="posting", id=str(row["id"])),
        title=str(row.get("title") or "Untitled job"),
        job=Ref(account=account, kind="job", id=str(row["id"])),
        body="\n".join(parts) or None,
        location=row.get("city") or None,
        live=row.get("status") == "published",
        internal=row.get("status") == "internal",
        apply_url=row.get("careers_url") or None,
        raw=row,
    )


def team(row: Row, account: str) -> list[model.TeamMember]:
    """The recruiter, the hiring manager, and those who follow the job."""
    told: list[tuple[object, model.Role]] = [
        (row.get("recruiter_id"), "recruiter"), (row.get("hiring_manager_id"), "hiring_manager"),
    ]  # fmt: skip
    for one in row.get("followers") or ():
        told.append((one.get("id") if isinstance(one, dict) else one, "other"))
    return [
        model.TeamMember(user=Ref(account=account, kind="user", id=str(id)), role=role)
        for id, role in told
        if id
    ]


def stages(row: Row, account: str) -> list[model.Stage]:
    """A job's stages in order. A pipeline may serve several jobs, so their stages have the same ids."""
    template = row.get("pipeline_template") or {}
    told = [one for one in template.get("stages") or () if isinstance(one, dict)]
    told.sort(key=lambda one: (one.get("position") is None, one.get("position") or 0))
    found = []
    for order, one in enumerate(told):
        name = str(one.get("name") or "Unnamed stage")
        known = CATEGORIES.get(str(one.get("category") or ""))
        found.append(model.Stage(
            ref=Ref(account=account, kind="stage", id=str(one["id"])), name=name, order=order,
            job=Ref(account=account, kind="job", id=str(row["id"])), kind=known or values.stage_kind(name), guessed=known is None, raw=one,
        ))  # fmt: skip
    return found


def user(row: Row, account: str) -> model.User:
    """Whoever has a role whose name speaks of an admin is one; not every company is told roles."""
    name = row.get("name") or f"{row.get('first_name') or ''} {row.get('last_name') or ''}"
    roles = texts(row.get("roles")) + texts([row.get("role")])
    return model.User(
        ref=Ref(account=account, kind="user", id=str(row["id"])),
        name=str(name).strip() or "Unnamed user",
        email=row.get("email") or None,
        admin=any("admin" in role.casefold() for role in roles),
        time_zone=values.zone(row.get("timezone")),
        raw=row,
    )


def note(row: Row, account: str) -> model.Note:
    level = (row.get("visibility") or {}).get("level")
    author = row.get("admin")
    return model.Note(
        ref=Ref(account=account, kind="note", id=str(row["id"])),
        body=plain(row.get("body")),
        author=values.ref(account, "user", author.get("id") if isinstance(author, dict) else row.get("admin_id")),
        at=values.moment(row.get("created_at")),
        visibility={"public": "everyone", "private": "private"}.get(str(level), "other" if level else "everyone"),
        raw=row,
    )  # fmt: skip


def scorecard(row: Row, account: str, application: str) -> model.Scorecard:
    said = str(row.get("rating") or "")
    remark = plain(row.get("rating_note"))
    return model.Scorecard(
        ref=Ref(account=account, kind="scorecard", id=str(row["id"])),
        application=Ref(account=account, kind="application", id=application),
        author=values.ref(account, "user", row.get("admin_id")),
        overall=RATINGS.get(said),
        overall_word=said,
        answers=(("Note", remark),) if remark else (),
        submitted_at=values.moment(row.get("created_at")),
        raw=row,
    )


def fields(rows: Any, account: str) -> Iterator[model.Custom]:
    """What a person's own fields hold. A value is wrapped in an object whose names differ by kind."""
    for row in rows or ():
        if not isinstance(row, dict):
            continue
        kind = str(row.get("kind") or "")
        label = str(row.get("name") or kind.replace("_", " ").capitalize())
        held = [value for one in row.get("values") or () for value in _held(one)]
        value: Any = held[0] if len(held) == 1 else held or None
        yield values.custom(account, str(row.get("id") or label), label, kind, value, FIELDS)


def _held(value: Any) -> list[Any]:
    if not isinstance(value, dict):
        return [value]
    if value.get("text") is not None:
        return [value["text"]]
    return [one for one in value.values() if isinstance(one, str | int | float | bool)][:1]


def texts(rows: Any) -> list[str]:
    """A list of texts, or of objects that have a name."""
    found = []
    for row in rows if isinstance(rows, list) else ():
        said = (row.get("name") or row.get("text") or row.get("url")) if isinstance(row, dict) else row  # fmt: skip
        found += [str(said)] if said else []
    return found


def markup(text: str) -> str:
    """Plain text as Recruitee shows it, which takes notes for HTML."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def plain(said: Any) -> str:
    """A note as plain text, whether it came as HTML or as a document of nested parts."""
    if isinstance(said, dict | list):
        parts = said.values() if isinstance(said, dict) else said
        return "\n".join(text for text in map(plain, parts) if text)
    if not isinstance(said, str):
        return ""
    broken = re.sub(r"<br\s*/?>|</p>\s*<p[^>]*>", "\n", said)
    return html.unescape(re.sub(r"</?[a-zA-Z][^>]*>", "", broken)).strip()
