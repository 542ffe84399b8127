"""Workable's rows become ours. Its candidate is a person on one job: here it is a candidate and an application at once."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from connectors import model, values, words
from connectors.ats.workable.calls import is_admin
from connectors.model import Ref

Row = Mapping[str, Any]
JOB = {"draft": "draft", "published": "open", "closed": "open", "archived": "archived"}
STAGE = {
    "sourced": "lead", "applied": "applied", "shortlisted": "screen", "phone-screen": "screen", "assessment": "assessment",
    "interview": "interview", "offer": "offer", "hired": "hired",
}  # fmt: skip
ROLE: Mapping[str, str] = {
    "hiring_manager": "hiring_manager", "recruiter": "recruiter", "recruiting_admin": "recruiter", "reviewer": "interviewer",
}  # fmt: skip
RSVP = {"accepted": "accepted", "declined": "declined", "tentative": "tentative", "needs-action": "no_answer"}  # fmt: skip
OFFER = {
    "draft": "draft", "pending": "awaiting_approval", "approved": "approved", "sent": "sent", "accepted": "accepted",
    "rejected": "declined", "declined": "declined", "expired": "expired",
}  # fmt: skip
REQUISITION = {
    "processing": "draft", "draft": "draft", "pending": "awaiting_approval", "approved": "open", "open": "open", "reserved": "open",
    "filled": "closed", "rejected": "closed", "cancelled": "closed", "on_hold": "on_hold",
}  # fmt: skip
THUMBS = {0: 2, 1: 4, 2: 5}


def text(row: Row, name: str) -> str | None:
    found = row.get(name)
    return str(found) if found not in (None, "") else None


def part(row: Row, name: str) -> Row:
    found = row.get(name)
    return found if isinstance(found, Mapping) else {}


def candidate(row: Row, account: str) -> model.Candidate:
    id, email, phone = str(row.get("id")), text(row, "email"), text(row, "phone")
    links = [one for one in row.get("social_profiles") or () if isinstance(one, Mapping)]
    return model.Candidate(
        ref=Ref(account=account, kind="candidate", id=id),
        url=link(row),
        version=str(row.get("updated_at") or ""),
        name=text(row, "name") or "Unnamed candidate",
        given=text(row, "firstname"),
        family=text(row, "lastname"),
        emails=(model.Contact(value=email),) if email else (),
        phones=(model.Contact(value=phone),) if phone else (),
        links=tuple(str(one["url"]) for one in links if one.get("url")),
        title=text(row, "headline"),
        location=text(row, "address") or text(part(row, "location"), "location_str"),
        tags=tuple(str(tag) for tag in row.get("tags") or ()),
        source=text(row, "common_source") or text(row, "domain"),
        anonymised=bool(row.get("anonymized")),
        created=values.moment(row.get("created_at")),
        last_activity=values.moment(row.get("updated_at")),
        raw=dict(row),
    )


def link(row: Row) -> str | None:
    """Workable's page. Its ids are not the API's, so that the API's goes along where a browser sends it to nobody."""
    page = text(row, "profile_url")
    return f"{page}#{row.get('id')}" if page else None


def application(
    row: Row, account: str, stages: Sequence[Row], withdrawn: Collection[str]
) -> model.Application:
    """`stages` are those of its job; `withdrawn` the reasons by which it is the candidate who withdrew."""
    id, job = str(row.get("id")), part(row, "job")
    name, reason = text(row, "stage"), text(row, "disqualification_reason")
    stage = next((s for s in stages if s.get("name") == name), {})
    out = None
    if row.get("disqualified"):
        they = bool(row.get("withdrew")) or reason in withdrawn
        at = values.moment(row.get("disqualified_at"))
        out = model.Rejection(reason=reason, party="they" if they else "we", at=at)
    return model.Application(
        ref=Ref(account=account, kind="application", id=id),
        url=link(row),
        version=str(row.get("updated_at") or ""),
        candidate=Ref(account=account, kind="candidate", id=id),
        job=values.ref(account, "job", job.get("shortcode")),
        job_title=text(job, "title"),
        stage=values.ref(account, "stage", stage.get("slug")),
        stage_name=name,
        status=_status(row, stage, out),
        source=text(row, "common_source") or text(row, "domain"),
        applied_at=values.moment(row.get("created_at")),
        last_activity=values.moment(row.get("updated_at")),
        rejected=out,
        hired_at=values.moment(row.get("hired_at")),
        answers=_answers(row["answers"]) if isinstance(row.get("answers"), list) else None,
        raw=dict(row),
    )


def _status(row: Row, stage: Row, out: model.Rejection | None) -> model.Word:
    """Workable has no word for it: a disqualified candidate keeps the stage."""
    if out is not None:
        return model.Word(kind="withdrawn" if out.party == "they" else "rejected", vendor="disqualified")  # fmt: skip
    if "hired" in (row.get("stage_kind"), stage.get("kind")):
        return model.Word(kind="hired", vendor="hired")
    return model.Word(kind="active" if part(row, "job").get("shortcode") else "prospect")


def _answers(rows: Sequence[Any]) -> tuple[model.Answered, ...]:
    """What was asked and said; Workable wraps both in objects by the kind of the question."""
    found = []
    for row in rows:
        asked, said = (row.get(k) for k in ("question", "answer")) if isinstance(row, Mapping) else (None, None)  # fmt: skip
        question = asked.get("body") if isinstance(asked, Mapping) else asked
        inner = list(said.values()) if isinstance(said, Mapping) else [said]
        answer = "; ".join(str(one) for one in inner if isinstance(one, str | int | float))
        if question:
            found.append(model.Answered(question=str(question), answer=answer))
    return tuple(found)


def job(row: Row, account: str) -> model.Job:
    """`closed` at Workable is a job that is advertised inside only, and still hires; `archived` is the end."""
    place, pay = part(row, "location"), part(row, "salary")
    currency = pay.get("salary_currency")
    low, high = (values.money(pay.get(k), currency, "year") for k in ("salary_from", "salary_to"))
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(row.get("shortcode"))),
        url=text(row, "url"),
        version=str(row.get("updated_at") or row.get("created_at") or ""),
        title=text(row, "title") or "Untitled job",
        status=words.word(account, "job.status", row.get("state"), JOB),
        department=text(row, "department"),
        offices=tuple(filter(None, (text(place, "city"),))),
        location=text(place, "location_str"),
        remote=place.get("workplace_type") == "remote" if place.get("workplace_type") else None,
        employment=text(row, "employment_type"),
        requisition=text(row, "code"),
        pay=model.Range(low=low, high=high) if currency and (low or high) else None,
        confidential=bool(row.get("confidential")) or row.get("state") == "closed",
        opened=values.moment(row.get("created_at")),
        raw=dict(row),
    )


def posting(row: Row, account: str) -> model.Posting:
    code = str(row.get("shortcode"))
    return model.Posting(
        ref=Ref(account=account, kind="posting", id=code),
        url=text(row, "url"),
        title=text(row, "full_title") or text(row, "title") or "Untitled job",
        job=Ref(account=account, kind="job", id=code),
        body=text(row, "full_description") or text(row, "description"),
        location=text(part(row, "location"), "location_str"),
        live=row.get("state") == "published",
        internal=row.get("state") == "closed",
        apply_url=text(row, "application_url"),
        raw=dict(row),
    )


def stage(row: Row, account: str, job: str | None) -> model.Stage:
    """Known by its slug, by which people are moved; its kind is Workable's own where we know the word."""
    name = text(row, "name") or str(row.get("slug"))
    kind = STAGE.get(str(row.get("kind") or ""))
    return model.Stage(
        ref=Ref(account=account, kind="stage", id=str(row.get("slug"))),
        name=name,
        job=values.ref(account, "job", job),
        order=int(row.get("position") or 0),
        kind=kind or values.stage_kind(name),
        guessed=kind is None,
        raw=dict(row),
    )


def user(row: Row, account: str) -> model.User:
    return model.User(
        ref=Ref(account=account, kind="user", id=str(row.get("id"))),
        name=text(row, "name") or text(row, "email") or "Unnamed member",
        email=text(row, "email"),
        active=bool(row.get("active", True)),
        admin=is_admin(row),
        raw=dict(row),
    )


def reason(row: Row, account: str) -> model.Reason:
    return model.Reason(
        ref=Ref(account=account, kind="reason", id=str(row.get("id"))),
        name=text(row, "description") or "Reason",
        party="they" if row.get("candidate_withdrew") else "we",
        raw=dict(row),
    )


def opening(row: Row, account: str) -> model.Opening:
    code, job = str(row.get("code") or row.get("id")), part(row, "job")
    return model.Opening(
        ref=Ref(account=account, kind="opening", id=code),
        code=code,
        job=values.ref(account, "job", job.get("shortcode")),
        filled=1 if row.get("state") == "filled" else 0,
        status=words.word(account, "opening.status", row.get("state"), REQUISITION),
        target_start=values.day(row.get("start_date")),
        application=values.ref(account, "application", row.get("candidate_id")),
        raw=dict(row),
    )


def note(row: Row, account: str) -> model.Note:
    return model.Note(
        ref=Ref(account=account, kind="note", id=str(row.get("id"))),
        body=text(row, "body") or "",
        author=author(row, account),
        at=values.moment(row.get("created_at")),
        visibility="other" if row.get("visibility_roles") else "everyone",
        raw=dict(row),
    )


def author(row: Row, account: str) -> Ref | None:
    return values.ref(account, "user", part(row, "member").get("id"))


def scorecard(row: Row, account: str, application: str) -> model.Scorecard:
    """A rating: one grade and a comment. The form that was filled in with it cannot be read."""
    rating, said = part(row, "rating"), text(row, "body")
    return model.Scorecard(
        ref=Ref(account=account, kind="scorecard", id=str(row.get("id"))),
        application=Ref(account=account, kind="application", id=application),
        author=author(row, account),
        overall=_overall(str(rating.get("scale") or ""), rating.get("grade")),
        overall_word=text(rating, "score") or "",
        answers=(("Comment", said),) if said else (),
        submitted_at=values.moment(row.get("created_at")),
        raw=dict(row),
    )


def _overall(scale: str, grade: Any) -> int | None:
    """Grades count from 0: thumbs to 2, stars to 4, numbers to 9."""
    if not isinstance(grade, int) or isinstance(grade, bool):
        return None
    known = {"thumbs": THUMBS.get(grade), "stars": grade + 1, "numbers": 1 + round(grade * 4 / 9)}
    found = known.get(scale)
    return found if found in range(1, 6) else None


def interview(row: Row, account: str, application: str) -> model.Interview:
    seats = [
        model.Seat(
            user=values.ref(account, "user", one.get("id")),
            name=text(one, "name"),
            rsvp=words.word(account, "rsvp", one.get("status"), RSVP, none="no_answer"),
        )
        for one in row.get("members") or ()
        if isinstance(one, Mapping)
    ]
    return model.Interview(
        ref=Ref(account=account, kind="interview", id=str(row.get("id"))),
        application=Ref(account=account, kind="application", id=application),
        name=text(row, "title"),
        start=values.moment(row.get("starts_at")),
        end=values.moment(row.get("ends_at")),
        meeting_url=text(part(row, "conference"), "url"),
        panel=tuple(seats),
        status=model.Word(kind="cancelled" if row.get("cancelled") else "scheduled"),
        editable=False,
        raw=dict(row),
    )


def offer(row: Row, account: str, application: str) -> model.Offer:
    """The latest offer. Its terms are the variables of its document, which every account names itself."""
    terms: dict[str, model.Custom] = {}
    for one in row.get("document_variables") or ():
        about, value = part(one, "document_variable"), part(one, "value")
        slug, data = str(about.get("slug") or about.get("name") or ""), part(value, "data")
        sum = values.money(data.get("amount"), data.get("currency_iso"), text(data, "frequency"))
        terms[slug] = model.Custom(
            key=slug,
            label=text(about, "name") or slug,
            kind="money" if sum else "text",
            value=sum or text(value, "body") or text(data, "cached_value"),
        )
    start = terms.get("start_date")
    return model.Offer(
        ref=Ref(account=account, kind="offer", id=f"{application}/offer"),
        application=Ref(account=account, kind="application", id=application),
        status=words.word(account, "offer.status", row.get("state"), OFFER),
        start_on=values.day(start.value) if start else None,
        custom=terms,
        raw=dict(row),
    )
