"""Merge's common models become ours. Merge normalised them once already: every field may be missing, every enum is open."""

import re
from collections.abc import Mapping
from typing import Any

from connectors import model, values, words
from connectors.model import Ref, Word

Row = Mapping[str, Any]
JOB = {
    "OPEN": "open", "CLOSED": "closed", "DRAFT": "draft", "ARCHIVED": "archived", "PENDING": "awaiting_approval",
}  # fmt: skip
INTERVIEW = {"SCHEDULED": "scheduled", "AWAITING_FEEDBACK": "awaiting_feedback", "COMPLETE": "complete"}  # fmt: skip
OFFER = {
    "DRAFT": "draft", "APPROVAL-SENT": "awaiting_approval", "APPROVED": "approved", "SENT": "sent", "SENT-MANUALLY": "sent",
    "OPENED": "viewed", "DENIED": "declined", "SIGNED": "accepted", "DEPRECATED": "superseded",
}  # fmt: skip
OVERALL = {"DEFINITELY_NO": 1, "NO": 2, "YES": 4, "STRONG_YES": 5}
VISIBILITY = {"PUBLIC": "everyone", "PRIVATE": "private", "ADMIN_ONLY": "admins"}
FILE = {"RESUME": "resume", "COVER_LETTER": "cover_letter", "OFFER_LETTER": "offer", "OTHER": "other"}  # fmt: skip
ASKED = {"race": "Race", "gender": "Gender", "veteran_status": "Veteran status", "disability_status": "Disability"}  # fmt: skip
KINDS: Mapping[str, model.CustomKind] = {
    "bool": "yes_no", "int": "number", "float": "number", "list": "choices", "date": "date", "str": "text",
}  # fmt: skip


def id_of(value: Any) -> str | None:
    """An id, whether it came bare or expanded into an object."""
    found = value.get("id") if isinstance(value, dict) else value
    return str(found) if found not in (None, "") else None


def name_of(value: Any) -> str | None:
    return str(value["name"]) if isinstance(value, dict) and value.get("name") else None


def ref(account: str, kind: model.Kind, value: Any) -> Ref | None:
    return values.ref(account, kind, id_of(value))


def refs(account: str, kind: model.Kind, given: Any) -> tuple[Ref, ...]:
    return tuple(found for each in given or () if (found := ref(account, kind, each)))


def thing(row: Row, account: str, kind: model.Kind) -> dict[str, Any]:
    """What every object has. Merge tells no addresses of pages."""
    return {
        "ref": Ref(account=account, kind=kind, id=str(row["id"])),
        "version": str(row.get("modified_at") or ""), "custom": custom(row, account), "raw": row,
    }  # fmt: skip


def custom(row: Row, account: str) -> dict[str, model.Custom]:
    """The fields an admin mapped in Merge, by their target's name. Merge tells no types: the value shows its own."""
    mapped, found = row.get("field_mappings"), {}
    for targets in mapped.values() if isinstance(mapped, dict) else ():
        for key, held in targets.items() if isinstance(targets, dict) else ():
            value = held.get("value") if isinstance(held, dict) and "value" in held else held
            if value is not None:
                found[key] = values.custom(account, key, label(key), _kind(value), value, KINDS)
    return found


def label(key: str) -> str:
    return key.replace("_", " ").strip().capitalize()


def _kind(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "date"
    return type(value).__name__


def candidate(row: Row, account: str) -> model.Candidate:
    given, family = row.get("first_name"), row.get("last_name")
    locations = [str(place) for place in row.get("locations") or () if place]
    return model.Candidate(
        **thing(row, account, "candidate"),
        name=" ".join(str(part) for part in (given, family) if part) or "Unnamed candidate",
        given=given,
        family=family,
        emails=contacts(row.get("email_addresses"), "email_address_type"),
        phones=contacts(row.get("phone_numbers"), "phone_number_type"),
        links=tuple(c.value for c in contacts(row.get("urls"), "url_type")),
        title=row.get("title") or None,
        company=row.get("company") or None,
        location=locations[0] if locations else None,
        tags=tuple(str(tag) for tag in row.get("tags") or () if tag),
        private=row.get("is_private") is True,
        may_contact=row.get("can_email") is not False,
        created=values.moment(row.get("remote_created_at")),
        last_activity=values.moment(row.get("last_interaction_at") or row.get("remote_updated_at")),
    )


def contacts(given: Any, kind: str) -> tuple[model.Contact, ...]:
    return tuple(
        model.Contact(value=str(each["value"]), type=str(each.get(kind) or "").lower() or None)
        for each in given or ()
        if isinstance(each, dict) and each.get("value")
    )


def application(row: Row, account: str) -> model.Application:
    """From an application with its job, stage, reason and offers expanded. Merge has no status: see `status`."""
    job, stage, reason = row.get("job"), row.get("current_stage"), row.get("reject_reason")
    gone = values.moment(row.get("rejected_at"))
    hired = [values.moment(o.get("closed_at")) for o in _signed(row)]
    return model.Application(
        **thing(row, account, "application"),
        candidate=Ref(account=account, kind="candidate", id=id_of(row.get("candidate")) or ""),
        job=ref(account, "job", job),
        job_title=name_of(job),
        stage=ref(account, "stage", stage),
        stage_name=name_of(stage),
        status=status(row),
        source=row.get("source") or None,
        credited_to=ref(account, "user", row.get("credited_to")),
        applied_at=values.moment(row.get("applied_at")),
        last_activity=gone or values.moment(row.get("applied_at")),
        rejected=model.Rejection(reason=name_of(reason), at=gone) if gone or reason else None,
        hired_at=next(iter(hired), None),
    )


def status(row: Row) -> Word:
    """Rejected by its date or reason, hired by a signed offer or the name of its stage, else active."""
    if row.get("rejected_at") or row.get("reject_reason"):
        return Word(kind="rejected")
    stage = name_of(row.get("current_stage")) or ""
    hired = _signed(row) or values.stage_kind(stage) == "hired"
    return Word(kind="hired" if hired else "active", vendor=stage)


def _signed(row: Row) -> list[Row]:
    return [o for o in row.get("offers") or () if isinstance(o, dict) and o.get("status") == "SIGNED"]  # fmt: skip


def job(row: Row, account: str) -> model.Job:
    offices = tuple(name for each in row.get("offices") or () if (name := name_of(each)))
    places = [o["location"] for o in row.get("offices") or () if isinstance(o, dict) and o.get("location")]  # fmt: skip
    departments = [name for each in row.get("departments") or () if (name := name_of(each))]
    return model.Job(
        **thing(row, account, "job"),
        title=str(row.get("name") or "Untitled job"),
        status=words.word(account, "job.status", row.get("status"), JOB, none="open"),
        department=departments[0] if departments else None,
        offices=offices,
        location=str(places[0]) if places else None,
        requisition=row.get("code") or None,
        confidential=row.get("confidential") is True,
        opened=values.moment(row.get("remote_created_at")),
    )


def posting(row: Row, account: str) -> model.Posting:
    urls = contacts(row.get("job_posting_urls"), "url_type")
    return model.Posting(
        **thing(row, account, "posting"),
        title=str(row.get("title") or "Untitled post"),
        job=ref(account, "job", row.get("job")),
        body=row.get("content") or None,
        live=row.get("status") in ("PUBLISHED", "INTERNAL"),
        internal=row.get("is_internal") is True or row.get("status") == "INTERNAL",
        apply_url=urls[0].value if urls else None,
    )


def stage(row: Row, account: str, order: int) -> model.Stage:
    name = str(row.get("name") or "Unnamed stage")
    return model.Stage(
        **thing(row, account, "stage"),
        name=name,
        job=ref(account, "job", row.get("job")),
        order=order,
        kind=values.stage_kind(name),
        guessed=True,
    )


def user(row: Row, account: str) -> model.User:
    name = " ".join(str(row[k]) for k in ("first_name", "last_name") if row.get(k))
    return model.User(
        **thing(row, account, "user"),
        name=name or str(row.get("email") or "Unnamed user"),
        email=row.get("email") or None,
        active=row.get("disabled") is not True,
        admin=row.get("access_role") == "SUPER_ADMIN",
    )


def team(row: Row, account: str) -> list[model.TeamMember]:
    parts: tuple[tuple[str, model.Role], ...] = (
        ("recruiters", "recruiter"),
        ("hiring_managers", "hiring_manager"),
    )
    return [
        model.TeamMember(user=user, role=role)
        for field, role in parts
        for user in refs(account, "user", row.get(field))
    ]


def interview(row: Row, account: str) -> model.Interview:
    """Read only: Merge can neither move nor cancel one. It has no title, time zone, link or answers of the panel."""
    return model.Interview(
        **thing(row, account, "interview"),
        application=Ref(
            account=account, kind="application", id=id_of(row.get("application")) or ""
        ),  # fmt: skip
        name=name_of(row.get("job_interview_stage")),
        start=values.moment(row.get("start_at")),
        end=values.moment(row.get("end_at")),
        location=row.get("location") or None,
        panel=tuple(model.Seat(user=u) for u in refs(account, "user", row.get("interviewers"))),
        organiser=ref(account, "user", row.get("organizer")),
        status=words.word(account, "interview.status", row.get("status"), INTERVIEW),
        editable=False,
    )


def scorecard(row: Row, account: str) -> model.Scorecard:
    said = str(row.get("overall_recommendation") or "")
    return model.Scorecard(
        **thing(row, account, "scorecard"),
        application=Ref(
            account=account, kind="application", id=id_of(row.get("application")) or ""
        ),  # fmt: skip
        interview=ref(account, "interview", row.get("interview")),
        author=ref(account, "user", row.get("interviewer")),
        overall=OVERALL.get(said),
        overall_word=said,
        state="complete" if row.get("submitted_at") else "draft",
        submitted_at=values.moment(row.get("submitted_at")),
    )


def offer(row: Row, account: str) -> model.Offer:
    return model.Offer(
        **thing(row, account, "offer"),
        application=Ref(
            account=account, kind="application", id=id_of(row.get("application")) or ""
        ),  # fmt: skip
        status=words.word(account, "offer.status", row.get("status"), OFFER),
        start_on=values.day(row.get("start_date")),
        sent_at=values.moment(row.get("sent_at")),
        decided_at=values.moment(row.get("closed_at")),
    )


def note(row: Row, account: str) -> model.Note:
    return model.Note(
        **thing(row, account, "note"),
        body=str(row.get("body") or row.get("subject") or ""),
        author=ref(account, "user", row.get("user")),
        at=values.moment(row.get("remote_created_at") or row.get("created_at")),
        visibility=VISIBILITY.get(
            str(row.get("visibility")), "other" if row.get("visibility") else "everyone"
        ),  # fmt: skip
    )


def attachment(row: Row, account: str) -> model.Attachment:
    return model.Attachment(
        **thing(row, account, "attachment"),
        name=str(row.get("file_name") or "file"),
        kind=FILE.get(str(row.get("attachment_type")), "other"),
        created=values.moment(row.get("created_at")),
    )
