"""Fills Teamtailor's part of Brightwater Labs: two jobs with stages of their own, twenty-four people, what happened to them."""

import base64
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.workspace.ats.teamtailor.resources import keep
from bot.workspace.seed import pdf, people
from bot.workspace.store import Store

Doc = dict[str, Any]
HERE = timezone(timedelta(hours=1))
JOBS = (("7101", "Frontend Engineer", "Engineering"), ("7102", "People Partner", "People"))
REASONS = (("Lacks required experience", True), ("Position filled", True), ("Took another job", False))  # fmt: skip
FIELDS = (
    ("notice-period", "Notice period", "CustomField::Text"), ("needs-visa", "Needs a visa", "CustomField::Checkbox"),
    ("years", "Years of experience", "CustomField::Number"),
)  # fmt: skip
NAMES = ("Inbox", *people.STAGES[1:], "Hired")
PARTS = {"503": "Interviewer", "502": "Hiring manager", "504": "Interviewer"}


def fill(store: Store, now: datetime) -> None:
    """Everything, with times relative to `now`."""
    for _, name, real, _, title, admin, number in people.STAFF:
        email = f"{name}@brightwater.example"
        keep(store, "users", str(number), {
            "name": real, "email": email, "login-email": email, "role": "admin" if admin else "user", "title": title, "username": name,
            "phone": None, "picture": None, "visible": True, "signature": None, "external-id": None,
        })  # fmt: skip
    for number, (said, ours) in enumerate(REASONS):
        keep(store, "reject-reasons", f"{61 + number}", {"reason": said, "rejected-by-company": ours})  # fmt: skip
    for number, (api, name, kind) in enumerate(FIELDS):
        keep(store, "custom-fields", f"{31 + number}", {"api-name": api, "name": name, "field-type": kind, "owner-type": "Candidate",
                                                        "is-private": False, "created-at": iso(now), "updated-at": iso(now)})  # fmt: skip
    for id, title, department in JOBS:
        _job(store, id, title, department, now)
    for index, name in enumerate(people.LEVER):
        _person(store, index, name, now)


def _job(store: Store, id: str, title: str, department: str, now: datetime) -> None:
    unit = f"4{id}"
    keep(store, "departments", unit, {"name": department})
    keep(store, "locations", f"5{id}", {"name": "Berlin office", "city": "Berlin", "country": "Germany"}, job=id)  # fmt: skip
    row = keep(store, "jobs", id, {
        "title": title, "internal-name": None, "pitch": "", "body": f"<p>{title} at Brightwater Labs.</p>", "status": "open",
        "human-status": "published", "internal": False, "pinned": False, "start-date": None, "end-date": None, "tags": [],
        "remote-status": "hybrid", "external-application-url": "", "created-at": iso(now - timedelta(days=45)),
        "updated-at": iso(now - timedelta(days=3)),
    }, user="501", department=unit)  # fmt: skip
    page = f"https://brightwater.teamtailor.com/jobs/{id}"
    links = {"careersite-job-url": page, "careersite-job-apply-url": f"{page}/applications/new"}
    store.put("tailor_jobs", id, row | {"links": links})
    for place, name in enumerate(NAMES):
        type = {0: "Inbox", len(NAMES) - 1: "Hired"}.get(place, "In process")
        keep(store, "stages", stage_id(id, place), {
            "name": name, "legacy-stage-type-name": type, "row-order": place * 268_435_456, "active-job-applications-count": 0,
            "rejected-job-applications-count": 0, "created-at": iso(now), "updated-at": iso(now),
        }, job=id)  # fmt: skip
    for user, part in PARTS.items():
        keep(store, "team-memberships", f"{id}{user}", {"role": part}, job=id, user=user)


def _person(store: Store, index: int, name: str, now: datetime) -> None:
    given, _, family = name.partition("|")
    id, job, since = f"{8_000 + index}", JOBS[index % 2][0], now - timedelta(days=2 + index % 11, hours=index % 6)  # fmt: skip
    file, content = f"{20_000 + index}", base64.b64encode(pdf.page([f"{given} {family}"])).decode()
    store.put("tailor_files", file, {"id": file, "content": content})
    keep(store, "candidates", id, {
        "email": people.address(given, family, index if index == 0 else index + 400), "first-name": given, "last-name": family,
        "phone": f"+46 8 555 0{100 + index}", "pitch": people.COMPANIES[index % 8], "tags": ["remote"] if index % 4 == 0 else [],
        "sourced": False, "referred": False, "connected": False, "internal": False, "unsubscribed": False, "restricted-at": None,
        "resume": file, "linkedin-url": f"https://www.linkedin.example/in/{id}" if index % 3 == 0 else None,
        "referring-site": people.SOURCES[index % 7], "created-at": iso(since - timedelta(days=9)), "updated-at": iso(since),
    })  # fmt: skip
    out = {9: "61", 13: "63"}.get(index)
    order = 3 if index == 0 else 8 if index == 17 else index % 8
    keep(store, "job-applications", f"{9_000 + index}", {
        "cover-letter": None, "sourced": False, "referring-site": people.SOURCES[index % 7], "referring-url": None, "row-order": index,
        "rejected-at": iso(since) if out else None, "changed-stage-at": iso(since), "created-at": iso(since - timedelta(days=9)),
        "updated-at": iso(since),
    }, candidate=id, job=job, stage=stage_id(job, order), reject_reason=out)  # fmt: skip
    keep(store, "custom-field-values", f"{30_000 + index}", {"field-type": "CustomField::Text", "value": f"{2 + index % 3} months"},
         custom_field="31", owner=id)  # fmt: skip
    keep(store, "notes", f"{40_000 + index}", {
        "note": people.NOTES[index % len(people.NOTES)], "candidate-id": int(id), "user-id": 501, "private-note": False,
        "mentioned-user-ids": [], "created-at": iso(since), "updated-at": iso(since),
    }, candidate=id, user="501")  # fmt: skip


def file_url(id: str) -> str:
    """A signed address, as it is made anew for every answer."""
    return f"https://teamtailor-production.s3.eu-west-1.amazonaws.com/uploads/{id}?X-Amz-Signature={id[::-1]}"


def stage_id(job: str, place: int) -> str:
    return f"{job}{place:02d}"


def iso(at: datetime) -> str:
    """With milliseconds and the offset of where the company is."""
    return at.astimezone(HERE).isoformat(timespec="milliseconds")
