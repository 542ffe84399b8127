"""Fills SmartRecruiters' part of Brightwater Labs: two jobs, twenty-four people, and what happened to them."""

import base64
import uuid
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.seed import pdf, people
from bot.workspace.store import Store

Doc = dict[str, Any]
SPACE = uuid.UUID("5a1d7c10-2b1e-4f6c-9d3a-6f0c7e52a001")
JOBS = (("Machine Learning Engineer", "Engineering"), ("Office Manager", "Operations"))
STEPS = {  # which of the company's stages stand below which status
    "inReview": people.STAGES[1:3], "interview": people.STAGES[3:6], "offered": people.STAGES[6:],
}  # fmt: skip
FUNNEL = (
    ("NEW", None), *(("IN_REVIEW", step) for step in STEPS["inReview"]), *(("INTERVIEW", step) for step in STEPS["interview"]),
    *(("OFFERED", step) for step in STEPS["offered"]),
)  # fmt: skip
REASONS = (("rejection", "Lacks required experience"), ("rejection", "Position filled"), ("withdrawal", "Took another job"))  # fmt: skip
ROLES = {501: "RECRUITER", 502: "HIRING_MANAGER", 503: "INTERVIEWER", 504: "INTERVIEWER"}


def fill(store: Store, now: datetime) -> None:
    """Everything, with times relative to `now`."""
    for _, name, real, _, _, admin, number in people.STAFF:
        given, _, family = real.partition(" ")
        role = "ADMINISTRATOR" if admin else "STANDARD"
        store.put("smart_users", user_id(number), {
            "id": user_id(number), "email": f"{name}@brightwater.example", "firstName": given, "lastName": family, "active": True,
            "systemRole": {"id": role, "name": role.capitalize()}, "language": {"code": "en"}, "updatedOn": iso(now), "accessGroups": [],
        })  # fmt: skip
    for number, (kind, said) in enumerate(REASONS):
        id = new_id(f"reason {number}")
        store.put("smart_reasons", id, {"id": id, "label": said, "list": kind})
    for id, title, kind in (
        ("notice", "Notice period", "TEXT"),
        ("visa", "Needs a visa", "BOOLEAN"),
    ):
        store.put("smart_properties", id, {"id": id, "label": title, "type": kind})
    for number, (title, department) in enumerate(JOBS):
        job = _job(number, title, department, now)
        store.put("smart_jobs", job["id"], job)
    for index, name in enumerate(people.LEVER):
        _person(store, index, name, now)


def _job(number: int, title: str, department: str, now: datetime) -> Doc:
    return {
        "id": new_id(f"job {number}"), "title": title, "refNumber": f"REF{100 + number}A", "status": "SOURCING", "postingStatus": "PUBLIC",
        "department": {"id": str(number), "label": department, "description": None},
        "location": {"country": "Germany", "countryCode": "de", "city": "Berlin", "manual": False, "remote": False},
        "typeOfEmployment": {"id": "permanent", "label": "Full-time"}, "compensation": {"min": 65_000, "max": 85_000, "currency": "EUR"},
        "jobAd": {"sections": {"jobDescription": {"title": "Job Description", "text": f"<p>{title} at Brightwater Labs.</p>"}}},
        "properties": [], "team": {user_id(id): role for id, role in ROLES.items()}, "createdOn": iso(now - timedelta(days=45)),
        "updatedOn": iso(now - timedelta(days=3)), "lastActivityOn": iso(now),
    }  # fmt: skip


def _person(store: Store, index: int, name: str, now: datetime) -> None:
    given, _, family = name.partition("|")
    id, since = new_id(f"person {index}"), now - timedelta(days=2 + index % 11, hours=index % 6)
    out = {9: 0, 13: 2}.get(index)
    order = 3 if index == 0 else index % 8
    jobs = [new_id(f"job {index % 2}"), *([new_id(f"job {(index + 1) % 2}")] if index % 9 == 5 else [])]  # fmt: skip
    held = [_assignment(job, order if place == 0 else 0, out, index == 17, since) for place, job in enumerate(jobs)]  # fmt: skip
    row: Doc = {
        "id": id, "internal": False, "firstName": given, "lastName": family,
        "email": people.address(given, family, index if index == 0 else index + 300), "phoneNumber": f"+49 40 555 0{100 + index}",
        "location": {"country": "Germany", "countryCode": "de", "city": people.CITIES[index % 6]},
        "web": {"linkedin": f"https://www.linkedin.example/in/{id[:8]}"} if index % 3 == 0 else {},
        "tags": ["remote"] if index % 4 == 0 else [], "averageRating": 0, "education": [],
        "experience": [{"title": "Engineer", "company": people.COMPANIES[index % 8], "current": True}], "assignments": held,
        "properties": {"notice": f"{2 + index % 3} months"}, "createdOn": iso(since - timedelta(days=9)), "updatedOn": iso(since),
    }  # fmt: skip
    store.put("smart_candidates", id, row)
    for place, job in enumerate(jobs):
        past(store, id, job, "NEW", None, since - timedelta(days=9))
        if order and place == 0:
            past(store, id, job, *FUNNEL[order], since - timedelta(days=1))
        if place == 0 and held[0]["status"] in ("REJECTED", "WITHDRAWN", "HIRED"):
            past(store, id, job, held[0]["status"], None, since)
    _papers(store, index, row, since)


def _assignment(job: str, order: int, out: int | None, hired: bool, since: datetime) -> Doc:
    status, step = FUNNEL[order]
    told: Doc = {"job": job, "status": status, "subStatus": step, "source": "Company website", "startsOn": None,
                 "reasonOfRejection": None, "reasonOfWithdrawal": None}  # fmt: skip
    if hired:
        return told | {"status": "HIRED", "subStatus": None, "startsOn": iso(since + timedelta(days=30))}  # fmt: skip
    if out is None:
        return told
    kind, label = REASONS[out]
    reason = {"id": new_id(f"reason {out}"), "label": label}
    if kind == "rejection":
        return told | {"status": "REJECTED", "subStatus": None, "reasonOfRejection": reason}
    return told | {"status": "WITHDRAWN", "subStatus": None, "reasonOfWithdrawal": reason}


def _papers(store: Store, index: int, row: Doc, since: datetime) -> None:
    lines = [f"{row['firstName']} {row['lastName']}", row["email"]]
    file = new_id(f"file {index}")
    content = base64.b64encode(pdf.page(lines)).decode()
    store.put("smart_files", file, {"id": file, "candidate": row["id"], "name": "resume.pdf", "type": "RESUME",
                                    "contentType": "application/pdf", "content": content})  # fmt: skip
    note = new_id(f"note {index}")
    said = f"#[CANDIDATE:{row['id']}] {people.NOTES[index % len(people.NOTES)]}"
    store.put("smart_messages", note, {"id": note, "candidate": row["id"], "content": said, "createdOn": iso(since),
                                       "visibility": "OPEN", "authorId": user_id(501)})  # fmt: skip
    job = row["assignments"][0]["job"]
    if index % 5 == 2:
        review = new_id(f"review {index}")
        store.put("smart_reviews", review, {
            "id": review, "candidateId": row["id"], "jobId": job, "reviewerId": user_id(503), "overallRating": 4,
            "comment": people.SEEN[index % len(people.SEEN)], "createdOn": iso(since), "updatedOn": iso(since),
        })  # fmt: skip
    if index == 17:
        offer = new_id("offer")
        store.put("smart_offers", offer, {
            "id": offer, "candidate": row["id"], "job": job, "status": "ACCEPTED", "createdOn": iso(since), "updatedOn": iso(since),
            "properties": {"salary": "78000 EUR"},
        })  # fmt: skip


def past(store: Store, candidate: str, job: str, status: str, step: str | None, at: datetime) -> None:  # fmt: skip
    """One line of an application's history."""
    id = str(store.next_id("smart_history"))
    store.put("smart_history", id, {"candidate": candidate, "job": job, "status": status, "subStatus": step, "changedOn": iso(at)})  # fmt: skip


def new_id(words: str) -> str:
    return str(uuid.uuid5(SPACE, words))


def user_id(number: int) -> str:
    return new_id(f"user {number}")


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1_000:03d}Z"
