"""Teamtailor's resources become ours. Times come with an offset of their own, ids as texts here and numbers there."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors import model, values, words
from connectors.ats.teamtailor.calls import Row
from connectors.model import CustomKind, Ref

JOB = {
    "published": "open", "open": "open", "unlisted": "open", "scheduled": "draft", "draft": "draft", "unsaved": "draft", "temp": "draft",
    "expired": "closed", "archived": "archived",
}  # fmt: skip
ROLE = {
    "hiring manager": "hiring_manager", "hiring_manager": "hiring_manager", "recruiter": "recruiter", "coordinator": "coordinator",
    "interviewer": "interviewer",
}  # fmt: skip
FIELDS: Mapping[str, CustomKind] = {
    "text": "text", "email": "text", "phone": "text", "url": "url", "date": "date", "checkbox": "yes_no", "number": "number",
    "select": "choice", "multiselect": "choices",
}  # fmt: skip
WRITABLE = ("text", "url", "date", "yes_no", "number")


def candidate(row: Row, account: str, options: Mapping[str, str] | None = None) -> model.Candidate:
    """`options` are the labels of chosen values by id."""
    given, family, email = row.text("first-name"), row.text("last-name"), row.text("email")
    phone, profile = row.text("phone"), row.text("linkedin-url")
    own = [custom(one, account, options or {}) for one in row.all("custom-field-values")]
    return model.Candidate(
        ref=Ref(account=account, kind="candidate", id=row.id),
        version=str(row["updated-at"] or ""),
        name=" ".join(filter(None, (given, family))) or email or "Unnamed candidate",
        given=given,
        family=family,
        emails=(model.Contact(value=email),) if email else (),
        phones=(model.Contact(value=phone),) if phone else (),
        links=(profile,) if profile else (),
        title=row.text("pitch"),
        tags=tuple(str(tag) for tag in row["tags"] or ()),
        source=row.text("referring-site"),
        private=bool(row["restricted-at"]),
        may_contact=not row["unsubscribed"],
        created=values.moment(row["created-at"]),
        last_activity=values.moment(row["updated-at"]),
        custom={field.key: field for field in own},
        raw=dict(row.raw),
    )


def custom(row: Row, account: str, options: Mapping[str, str]) -> model.Custom:
    """A value and the field it belongs to; what was chosen from a list comes as ids."""
    about = row.one("custom-field")
    kind, value = field_kind(row["field-type"]), row["value"]
    if kind in ("select", "multiselect"):
        chosen = value if isinstance(value, list) else [value]
        labels = [options.get(str(one), str(one)) for one in chosen if one not in (None, "")]
        value = labels if kind == "multiselect" else next(iter(labels), None)
    key = about.text("api-name") or about.id
    return values.custom(account, key, about.text("name") or key, kind, value, FIELDS)


def field_kind(said: Any) -> str:
    """`CustomField::Text` without its family name."""
    return str(said or "").rpartition("::")[2].casefold()


def custom_field(row: Row, options: Sequence[Row]) -> model.CustomField:
    kind = FIELDS.get(field_kind(row["field-type"]), "unknown")
    mine = [one for one in options if one.one("custom-field").id == row.id]
    return model.CustomField(
        key=row.text("api-name") or row.id,
        label=row.text("name") or row.id,
        kind=kind,
        options=tuple(model.Option(value=one.id, label=label(one)) for one in mine),
        writable=kind in WRITABLE,
        private=bool(row["is-private"]),
    )


def label(option: Row) -> str:
    return next((str(option[k]) for k in ("name", "title", "value") if option[k]), option.id)


def application(row: Row, account: str) -> model.Application:
    """Read with its candidate, job, stage and reason included: without them there are no ids."""
    job, stage, out = row.one("job"), row.one("stage"), values.moment(row["rejected-at"])
    reason = row.one("reject-reason")
    they = reason["rejected-by-company"] is False
    rejected = None
    if row["rejected-at"]:
        rejected = model.Rejection(reason=reason.text("reason"), party="they" if they else "we", at=out)  # fmt: skip
    return model.Application(
        ref=Ref(account=account, kind="application", id=row.id),
        version=str(row["updated-at"] or ""),
        candidate=Ref(account=account, kind="candidate", id=row.one("candidate").id),
        job=values.ref(account, "job", job.raw.get("id")),
        job_title=job.text("title"),
        stage=values.ref(account, "stage", stage.raw.get("id")),
        stage_name=stage.text("name"),
        stage_since=values.moment(row["changed-stage-at"]),
        status=_status(stage, rejected),
        source=row.text("referring-site"),
        applied_at=values.moment(row["created-at"]),
        last_activity=values.moment(row["updated-at"]),
        rejected=rejected,
        hired_at=values.moment(row["changed-stage-at"]) if stage_type(stage) == "hired" else None,
        raw=dict(row.raw),
    )


def _status(stage: Row, out: model.Rejection | None) -> model.Word:
    """Rejection and stage stand side by side: whoever is rejected keeps the stage."""
    if out is not None:
        return model.Word(kind="withdrawn" if out.party == "they" else "rejected", vendor="rejected")  # fmt: skip
    return model.Word(kind="hired" if stage_type(stage) == "hired" else "active", vendor=stage.text("name") or "")  # fmt: skip


def stage_type(row: Row) -> str:
    """Inbox, in process or hired; the name of this attribute was changed in 2024."""
    return str(row["legacy-stage-type-name"] or row["stage-type"] or "").casefold()


def stage(row: Row, account: str, job: str | None, order: int) -> model.Stage:
    """Inbox and hired are told; of what is between only the name says what it is."""
    name, type = row.text("name") or "Stage", stage_type(row)
    known = {"inbox": "applied", "hired": "hired"}.get(type)
    return model.Stage(
        ref=Ref(account=account, kind="stage", id=row.id),
        name=name,
        job=values.ref(account, "job", job),
        order=order,
        kind=known or values.stage_kind(name),
        guessed=known is None,
        raw=dict(row.raw),
    )


def job(row: Row, account: str) -> model.Job:
    cities = [str(one["city"] or one["name"]) for one in row.all("locations") if one["city"] or one["name"]]  # fmt: skip
    said = row["human-status"] or row["status"]
    return model.Job(
        ref=Ref(account=account, kind="job", id=row.id),
        url=row.link("careersite-job-url"),
        version=str(row["updated-at"] or ""),
        title=row.text("internal-name") or row.text("title") or "Untitled job",
        status=words.word(account, "job.status", said, JOB),
        department=row.one("department").text("name"),
        offices=tuple(cities),
        location=next(iter(cities), None),
        remote=row["remote-status"] == "fully" if row["remote-status"] else None,
        confidential=bool(row["internal"]) or said == "unlisted",
        opened=values.moment(row["start-date"] or row["created-at"]),
        closed=values.moment(row["end-date"]),
        raw=dict(row.raw),
    )


def posting(row: Row, account: str) -> model.Posting:
    return model.Posting(
        ref=Ref(account=account, kind="posting", id=row.id),
        url=row.link("careersite-job-url"),
        title=row.text("title") or "Untitled job",
        job=Ref(account=account, kind="job", id=row.id),
        body=row.text("body"),
        live=row["human-status"] == "published",
        internal=bool(row["internal"]),
        apply_url=row.text("external-application-url") or row.link("careersite-job-apply-url"),
        raw=dict(row.raw),
    )


def team(row: Row, account: str) -> list[model.TeamMember]:
    """The job's own user is its recruiter; what the others of the hiring team do is told in words we may not know."""
    found = {row.one("user").raw.get("id"): "recruiter"}
    for one in row.all("team-memberships"):
        said = str(one["role"] or one["title"] or "").casefold()
        found.setdefault(one.one("user").raw.get("id"), ROLE.get(said, "other"))
    return [
        model.TeamMember.model_validate(
            {"user": Ref(account=account, kind="user", id=str(id)), "role": role, "responsible": role == "recruiter"}
        )
        for id, role in found.items()
        if id
    ]  # fmt: skip


def user(row: Row, account: str) -> model.User:
    email = row.text("email") or row.text("login-email")
    return model.User(
        ref=Ref(account=account, kind="user", id=row.id),
        name=row.text("name") or email or "Unnamed user",
        email=email,
        active=row["role"] != "no_access",
        admin=row["role"] == "admin",
        employee_id=row.text("external-id"),
        raw=dict(row.raw),
    )


def reason(row: Row, account: str) -> model.Reason:
    return model.Reason(
        ref=Ref(account=account, kind="reason", id=row.id),
        name=row.text("reason") or "Reason",
        party="they" if row["rejected-by-company"] is False else "we",
        raw=dict(row.raw),
    )


def note(row: Row, account: str) -> model.Note:
    return model.Note(
        ref=Ref(account=account, kind="note", id=row.id),
        body=row.text("note") or "",
        author=values.ref(account, "user", row["user-id"]),
        at=values.moment(row["created-at"]),
        visibility="private" if row["private-note"] else "everyone",
        raw=dict(row.raw),
    )
