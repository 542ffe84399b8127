"""SmartRecruiters' rows become ours. An application is an assignment of a candidate to a job; its stage is a status and a step."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from connectors import model, values, words
from connectors.ats.smartrecruiters.calls import both
from connectors.model import CustomKind, Ref

Row = Mapping[str, Any]
# The Application API and reports spell some of these otherwise.
SPELLING = {"IN-REVIEW": "IN_REVIEW", "OFFER": "OFFERED", "HIRE": "HIRED"}
STATUS = {
    "LEAD": "active", "NEW": "active", "IN_REVIEW": "active", "INTERVIEW": "active", "OFFERED": "active", "HIRED": "hired",
    "REJECTED": "rejected", "WITHDRAWN": "withdrawn", "TRANSFERRED": "converted",
}  # fmt: skip
STAGES = (  # status, what people call it, our kind, and the hiring process's name for its steps
    ("NEW", "New", "applied", ""), ("IN_REVIEW", "In review", "screen", "inreview"),
    ("INTERVIEW", "Interview", "interview", "interview"), ("OFFERED", "Offered", "offer", "offered"),
)  # fmt: skip
JOB = {
    "CREATED": "draft", "SOURCING": "open", "INTERVIEW": "open", "OFFER": "open", "FILLED": "closed", "CANCELLED": "closed",
    "ON_HOLD": "on_hold",
}  # fmt: skip
ROLE = {
    "HIRING_MANAGER": "hiring_manager", "RECRUITER": "recruiter", "COORDINATOR": "coordinator", "SOURCER": "sourcer",
    "INTERVIEWER": "interviewer",
}  # fmt: skip
OFFER = {
    "CREATED": "draft", "PENDING_APPROVAL": "awaiting_approval", "APPROVED": "approved", "NOT_APPROVED": "withdrawn",
    "PENDING_ACCEPTANCE": "sent", "ACCEPTED": "accepted", "NOT_ACCEPTED": "declined", "ABANDONED": "withdrawn",
}  # fmt: skip
FILES = {"RESUME": "resume", "COVER_LETTER": "cover_letter"}
SEEN_BY = {"EVERYONE": "everyone", "OPEN": "everyone", "PRIVATE": "private", "DIRECT": "other"}
FIELDS: Mapping[str, CustomKind] = {
    "text": "text", "string": "text", "textarea": "long_text", "number": "number", "boolean": "yes_no", "date": "date",
    "single_select": "choice", "multi_select": "choices",
}  # fmt: skip
TOKEN = re.compile(r"\s*#\[CANDIDATE:[^\]]*\]\s*")


def text(row: Row, name: str) -> str | None:
    found = row.get(name)
    return str(found) if found not in (None, "") else None


def part(row: Row, name: str) -> Row:
    found = row.get(name)
    return found if isinstance(found, Mapping) else {}


def listed(row: Row, name: str) -> list[Row]:
    found = row.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def candidate(row: Row, account: str, properties: Sequence[Row] = ()) -> model.Candidate:
    given, family = text(row, "firstName"), text(row, "lastName")
    email, phone = text(row, "email"), text(row, "phoneNumber")
    place, last = part(row, "location"), next(iter(listed(row, "experience")), {})
    main = part(row, "primaryAssignment")
    return model.Candidate(
        ref=Ref(account=account, kind="candidate", id=str(row.get("id"))),
        version=str(row.get("updatedOn") or ""),
        name=" ".join(filter(None, (given, family))) or "Unnamed candidate",
        given=given,
        family=family,
        emails=(model.Contact(value=email),) if email else (),
        phones=(model.Contact(value=phone),) if phone else (),
        links=tuple(str(link) for link in part(row, "web").values() if link),
        title=text(last, "title"),
        company=text(last, "company"),
        location=", ".join(str(place[k]) for k in ("city", "country") if place.get(k)) or None,
        tags=tuple(str(tag) for tag in row.get("tags") or ()),
        source=text(main, "source"),
        created=values.moment(row.get("createdOn")),
        last_activity=values.moment(row.get("updatedOn")),
        custom={field.key: field for field in (custom(one, account) for one in properties)},
        raw=dict(row),
    )


def custom(row: Row, account: str) -> model.Custom:
    """A property and its value, which is wrapped in an object with a label where it was chosen from a list."""
    key, kind = str(row.get("id")), str(row.get("type") or "").casefold()
    return values.custom(account, key, text(row, "label") or key, kind, row.get("value"), FIELDS)


def assignments(row: Row) -> list[Row]:
    """A candidate's applications, the main one first. Without a job there is none: the person is in the talent pool."""
    found = [part(row, "primaryAssignment"), *listed(row, "secondaryAssignments")]
    return [one for one in found if part(one, "job").get("id")]


def told(row: Row) -> bool:
    """Whether a row says of every assignment where it is; in lists only the main one does."""
    return all(one.get("status") for one in assignments(row))


def application(row: Row, person: Row, account: str) -> model.Application:
    id, job = str(person.get("id")), part(row, "job")
    status, step = said(row)
    stage = next((name for known, name, _, _ in STAGES if known == status), None)
    return model.Application(
        ref=Ref(account=account, kind="application", id=both(id, job.get("id"))),
        version=mark(person.get("updatedOn"), status, step),
        candidate=Ref(account=account, kind="candidate", id=id),
        job=values.ref(account, "job", job.get("id")),
        job_title=text(job, "title"),
        stage=values.ref(account, "stage", stage_id(status, step) if stage else None),
        stage_name=step or stage or status.replace("_", " ").capitalize(),
        status=words.word(account, "application.status", status, STATUS),
        source=text(row, "source"),
        applied_at=values.moment(person.get("createdOn")),
        last_activity=values.moment(person.get("updatedOn")),
        rejected=_rejection(row, status),
        raw=dict(row),
    )


def _rejection(row: Row, status: str) -> model.Rejection | None:
    if status not in ("REJECTED", "WITHDRAWN"):
        return None
    why = part(row, "reasonOfRejection" if status == "REJECTED" else "reasonOfWithdrawal")
    return model.Rejection(reason=text(why, "label"), party="we" if status == "REJECTED" else "they")  # fmt: skip


def said(row: Row) -> tuple[str, str]:
    """A status in its usual spelling, and the step below it."""
    status = str(row.get("status") or "").upper()
    return SPELLING.get(status, status), str(row.get("subStatus") or "")


def stage_id(status: str, step: str) -> str:
    return f"{status}/{step}" if step else status


def stages(processes: Sequence[Row], account: str, job: str | None) -> list[model.Stage]:
    """The fixed funnel with the steps of these hiring processes in it; leads and hired are no stages to move to."""
    found: list[model.Stage] = []
    for status, name, kind, below in STAGES:
        steps = dict.fromkeys(step for process in processes for step in _steps(process, below))
        for step in ("", *steps):
            guess = values.stage_kind(step) if step else kind
            ours = guess if kind in ("screen", "interview") and guess not in ("other", "applied", "offer") else kind  # fmt: skip
            found.append(
                model.Stage(
                    ref=Ref(account=account, kind="stage", id=stage_id(status, step)),
                    name=step or name,
                    job=values.ref(account, "job", job),
                    order=len(found),
                    kind=ours,
                    guessed=bool(step),
                )
            )
    return found


def _steps(process: Row, below: str) -> list[str]:
    """The steps of one status, however it is spelt there, as texts or as objects with a name."""
    for name, held in part(process, "subStatuses").items():
        if below and re.sub("[^a-z]", "", str(name).casefold()) == below and isinstance(held, list):
            found = [one.get("name") or one.get("label") if isinstance(one, Mapping) else one for one in held]  # fmt: skip
            return [str(one) for one in found if one]
    return []


def job(row: Row, account: str) -> model.Job:
    place, pay = part(row, "location"), part(row, "compensation")
    low, high = (values.money(pay.get(k), pay.get("currency"), "year") for k in ("min", "max"))
    city = text(place, "city")
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(row.get("id"))),
        version=str(row.get("updatedOn") or ""),
        title=text(row, "title") or "Untitled job",
        status=words.word(account, "job.status", row.get("status"), JOB),
        department=text(part(row, "department"), "label"),
        offices=(city,) if city else (),
        location=", ".join(str(place[k]) for k in ("city", "country") if place.get(k)) or None,
        remote=bool(place["remote"]) if place.get("remote") is not None else None,
        employment=text(part(row, "typeOfEmployment"), "label"),
        requisition=text(row, "refNumber"),
        pay=model.Range(low=low, high=high) if pay.get("currency") and (low or high) else None,
        confidential=row.get("postingStatus") == "PRIVATE",
        opened=values.moment(row.get("createdOn")),
        custom={
            field.key: field
            for field in (custom(one, account) for one in listed(row, "properties"))
        },  # fmt: skip
        raw=dict(row),
    )


def posting(row: Row, account: str) -> model.Posting:
    """A job's own advertisement, as it stands in the job."""
    id, sections = str(row.get("id")), part(part(row, "jobAd"), "sections")
    texts = [str(one["text"]) for one in sections.values() if isinstance(one, Mapping) and one.get("text")]  # fmt: skip
    return model.Posting(
        ref=Ref(account=account, kind="posting", id=id),
        title=text(row, "title") or "Untitled job",
        job=Ref(account=account, kind="job", id=id),
        body="\n".join(texts) or None,
        location=text(part(row, "location"), "city"),
        live=row.get("postingStatus") in ("PUBLIC", "INTERNAL"),
        internal=row.get("postingStatus") == "INTERNAL",
        apply_url=text(part(part(row, "actions"), "applyOnWeb"), "url"),
        raw=dict(row),
    )


def user(row: Row, account: str) -> model.User:
    role = part(row, "systemRole")
    name = " ".join(str(row[k]) for k in ("firstName", "lastName") if row.get(k))
    return model.User(
        ref=Ref(account=account, kind="user", id=str(row.get("id"))),
        name=name or text(row, "email") or "Unnamed user",
        email=text(row, "email"),
        active=bool(row.get("active", True)),
        admin="ADMINISTRATOR" in (str(role.get(k) or "").upper() for k in ("id", "name")),
        raw=dict(row),
    )


def reason(row: Row, account: str, party: str) -> model.Reason:
    return model.Reason(
        ref=Ref(account=account, kind="reason", id=str(row.get("id"))),
        name=text(row, "label") or text(row, "name") or "Reason",
        party=party,
        raw=dict(row),
    )


def note(row: Row, account: str) -> model.Note:
    """A message, without the token that ties it to its candidate."""
    return model.Note(
        ref=Ref(account=account, kind="note", id=str(row.get("id") or mark(row.get("createdOn"), row.get("authorId")))),
        body=TOKEN.sub("", str(row.get("content") or "")),
        author=values.ref(account, "user", row.get("authorId")),
        at=values.moment(row.get("createdOn")),
        visibility=SEEN_BY.get(str(row.get("visibility") or "OPEN"), "other"),
        raw=dict(row),
    )  # fmt: skip


def attachment(row: Row, account: str) -> model.Attachment:
    return model.Attachment(
        ref=Ref(account=account, kind="attachment", id=str(row.get("id"))),
        name=text(row, "name") or "file",
        kind=FILES.get(str(row.get("type")), "other"),
        mime=text(row, "contentType"),
        raw=dict(row),
    )


def scorecard(row: Row, account: str, application: str) -> model.Scorecard:
    """A review: one to five stars and a comment; 0 is none."""
    stars, comment = values.number(row.get("overallRating")), text(row, "comment")
    overall = round(stars) if stars else None
    return model.Scorecard(
        ref=Ref(account=account, kind="scorecard", id=str(row.get("id"))),
        application=Ref(account=account, kind="application", id=application),
        author=values.ref(account, "user", row.get("reviewerId")),
        overall=overall if overall in range(1, 6) else None,
        overall_word=f"{stars:g}" if stars else "",
        answers=(("Comment", comment),) if comment else (),
        submitted_at=values.moment(row.get("updatedOn") or row.get("createdOn")),
        raw=dict(row),
    )


def offer(row: Row, account: str, application: str) -> model.Offer:
    """Its terms are properties by the account's own keys, told as text."""
    terms = {
        str(key): values.custom(account, str(key), str(key), "text", value, FIELDS)
        for key, value in part(row, "properties").items()
    }
    return model.Offer(
        ref=Ref(account=account, kind="offer", id=str(row.get("id"))),
        application=Ref(account=account, kind="application", id=application),
        version=str(row.get("updatedOn") or ""),
        status=words.word(account, "offer.status", row.get("status"), OFFER),
        custom=terms,
        raw=dict(row),
    )


def mark(*parts: Any) -> str:
    """A short print, to compare by. It begins with the first part, so that a later time is a later version."""
    rest = hashlib.sha256(repr(parts).encode()).hexdigest()[:8]
    return f"{parts[0] or ''}/{rest}"
