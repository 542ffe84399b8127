"""Fills the Lever stand-in: two postings, a requisition, account-wide stages, twenty-four people."""

import base64
import uuid
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.seed import pdf, people
from bot.workspace.store import Store

Doc = dict[str, Any]
SPACE = uuid.UUID("6f0a3c5e-2f43-4c6f-9a70-3a6b6a1f2b10")
STAGE_IDS = ["lead-new"]


def fill(store: Store, now: datetime) -> None:
    """Everything, with times relative to `now`."""
    for order, stage in enumerate(people.STAGES):
        store.put("lever_stages", _stage(order), {"id": _stage(order), "text": stage})
    for _, name, real, _, _, admin, number in people.STAFF:
        id = _id(f"user {number}")
        role = "super admin" if admin else "limited team member"
        store.put("lever_users", id, {"id": id, "name": real, "username": name, "email": f"{name}@brightwater.example", "accessRole": role,
                                      "deactivatedAt": None, "createdAt": _ms(now - timedelta(days=400))})  # fmt: skip
    for text, kind in (
        ("Hired", "hired"),
        ("Underqualified", "non-hired"),
        ("Timing", "non-hired"),
        ("Withdrew", "non-hired"),
    ):
        store.put(
            "lever_archive_reasons",
            _id(text),
            {"id": _id(text), "text": text, "status": "active", "type": kind},
        )
    posting = _posting(store, "posting", "Data Analyst", now)
    _posting(store, "second posting", "Data Engineer", now)
    _requisition(store, posting, now)
    _template(store)
    for index, name in enumerate(people.LEVER):
        _person(store, index, name, posting, now)


def _posting(store: Store, name: str, title: str, now: datetime) -> str:
    """A published posting, as the public and the team see it. Gives its id."""
    id, slug = _id(name), title.casefold().replace(" ", "-")
    jobs = "https://jobs.lever.co/brightwater"
    store.put("lever_postings", id, {
        "id": id, "text": title, "state": "published", "user": _id("user 501"), "owner": _id("user 501"), "hiringManager": _id("user 502"),
        "confidentiality": "non-confidential", "country": "DE", "reqCode": None, "requisitionCodes": ["REQ-7"] if name == "posting" else [],
        "categories": {"team": "Data", "department": "Research", "location": "Berlin", "allLocations": ["Berlin", "London"],
                       "commitment": "Full-time", "level": "Senior"},
        "content": {"description": "Find out what the numbers say.", "descriptionHtml": "<div>Find out what the numbers say.</div>",
                    "lists": [{"text": "You will", "content": "<li>ask good questions</li>"}], "closing": "Write to us.",
                    "closingHtml": "<div>Write to us.</div>"},
        "tags": [], "distributionChannels": ["public", "internal"], "workplaceType": "hybrid",
        "salaryDescription": None, "salaryDescriptionHtml": None,
        "salaryRange": {"min": 60_000, "max": 82_000, "currency": "EUR", "interval": "per-year-salary"},
        "createdAt": _ms(now - timedelta(days=50)), "updatedAt": _ms(now),
        "urls": {"list": jobs, "show": f"https://hire.lever.co/jobs/{slug}", "apply": f"{jobs}/{id}/apply"},
    })  # fmt: skip
    return id


def _requisition(store: Store, posting: str, now: datetime) -> None:
    """Two seats, agreed to by the hiring manager and waiting for finance."""
    field = _id("cost centre")
    store.put(
        "lever_requisition_fields",
        field,
        {"id": field, "text": "Cost centre", "type": "text", "isRequired": False},
    )
    steps = [
        {"completed": user == "502", "status": "completed" if user == "502" else "pending", "approvalsRequired": 1, "approvers": [
            {"id": _id(f"approver {user}"), "type": "user", "user": _id(f"user {user}"), "approved": user == "502",
             "approvedAt": _ms(now - timedelta(days=55)) if user == "502" else None},
        ]}
        for user in ("502", "507")
    ]  # fmt: skip
    id = _id("requisition")
    store.put("lever_requisitions", id, {
        "id": id, "requisitionCode": "REQ-7", "name": "Data Analyst", "status": "open", "backfill": False, "headcountTotal": 2,
        "headcountHired": 0, "headcountInfinite": False, "owner": _id("user 501"), "creator": _id("user 501"),
        "hiringManager": _id("user 502"), "confidentiality": "non-confidential", "postings": [posting], "offerIds": [],
        "customFields": {field: "Research 7"}, "employmentStatus": "full-time", "location": "Berlin", "team": "Data",
        "department": "Research", "compensationBand": {"currency": "EUR", "min": 60_000, "max": 82_000, "interval": "per-year-salary"},
        "approval": {"id": _id("approval"), "status": "pending", "steps": steps}, "createdAt": _ms(now - timedelta(days=60)),
        "updatedAt": None, "closedAt": None,
    })  # fmt: skip
    form = _id("profile form")
    store.put("lever_form_templates", form, {
        "id": form, "text": "Practical matters", "secret": False, "fields": [
            {"id": _id("notice"), "type": "text", "text": "Notice period", "required": False},
            {"id": _id("permit"), "type": "yes-no", "text": "Work permit", "required": False},
            {"id": _id("contract"), "type": "dropdown", "text": "Contract", "required": False,
             "options": [{"text": "Full-time"}, {"text": "Part-time"}]},
        ],
    })  # fmt: skip


def _template(store: Store) -> None:
    scores = [
        {"text": t} for t in ("4 - Strong Hire", "3 - Hire", "2 - No Hire", "1 - Strong No Hire")
    ]
    store.put("lever_feedback_templates", _id("template"), {
        "id": _id("template"), "text": "Interview feedback", "instructions": "Say what you saw, not what you felt.", "group": None,
        "fields": [
            {"id": _id("rating"), "type": "score-system", "text": "Rating", "description": "", "required": True, "options": scores},
            {"id": _id("pros"), "type": "textarea", "text": "Strengths", "description": "", "required": True},
            {"id": _id("cons"), "type": "textarea", "text": "Concerns", "description": "", "required": False},
        ],
    })  # fmt: skip


def _person(store: Store, index: int, name: str, posting: str, now: datetime) -> None:
    given, _, family = name.partition("|")
    id, contact = _id(f"opportunity {index}"), _id(f"contact {index}")
    since = now - timedelta(days=3 + index % 10)
    if index == 0:
        since = now - timedelta(days=190)
    reason = _id("Timing") if index == 0 else _id("Underqualified") if index in (9, 15) else None
    email = (
        people.address(given, family, index)
        if index == 0
        else people.address(given, family, index + 60)
    )
    stage = _stage(1 if index == 0 else index % 7)
    store.put("lever_opportunities", id, {
        "id": id, "contact": contact, "name": f"{given} {family}", "headline": people.COMPANIES[index % 8], "location": people.CITIES[index % 6],
        "emails": [email], "phones": [{"value": f"+49 30 901820 {10 + index}", "type": "mobile"}], "links": [],
        "tags": ["sql"] if index % 4 == 0 else [], "sources": [people.SOURCES[index % 7]], "origin": "applied", "confidentiality": "non-confidential",
        "stage": stage, "stageChanges": [{"toStageId": stage, "toStageIndex": 0, "userId": _id("user 501"), "updatedAt": _ms(since)}],
        "archived": {"reason": reason, "archivedAt": _ms(since)} if reason else None,
        "archivedAt": _ms(since) if reason else None, "archiveReason": reason, "owner": _id("user 501"), "followers": [],
        "sourcedBy": None, "applications": [_id(f"application {index}")], "posting": posting, "createdAt": _ms(since - timedelta(days=12)),
        "updatedAt": _ms(since), "lastInteractionAt": _ms(since), "lastAdvancedAt": _ms(since), "snoozedUntil": None, "isAnonymized": False,
        "urls": {"list": "https://hire.lever.co/candidates", "show": f"https://hire.lever.co/candidates/{id}"},
        "dataProtection": {"store": {"allowed": True, "expiresAt": None}, "contact": {"allowed": True, "expiresAt": None}},
    })  # fmt: skip
    store.put("lever_applications", _id(f"application {index}"), {
        "id": _id(f"application {index}"), "opportunityId": id, "candidateId": id, "type": "posting", "posting": posting,
        "postingOwner": _id("user 501"), "postingHiringManager": _id("user 502"), "user": None, "name": f"{given} {family}", "email": email,
        "createdAt": _ms(since - timedelta(days=12)), "archived": None, "requisitionForHire": None,
        "customQuestions": [{"text": "A few questions", "fields": [
            {"type": "text", "text": "Where did you hear of us?", "value": people.SOURCES[index % 7]},
        ]}],
    })  # fmt: skip
    note: Doc = {"id": _id(f"note {index}"), "opportunity": id, "value": people.NOTES[index % len(people.NOTES)], "secret": False,
            "user": _id("user 501"), "createdAt": _ms(since), "fields": []}  # fmt: skip
    store.put("lever_notes", note["id"], note)
    resume = _id(f"resume {index}")
    content = pdf.page(
        [
            f"{given} {family}",
            email,
            "",
            "Data analysis: SQL, Python, dashboards",
            f"Last: {people.COMPANIES[index % 8]}",
        ]
    )
    store.put(
        "lever_resumes",
        resume,
        {
            "id": resume,
            "opportunity": id,
            "createdAt": _ms(since),
            "file": {"name": "resume.pdf", "ext": ".pdf"},
        },
    )
    store.put("lever_bytes", resume, {"content": base64.b64encode(content).decode()})


def _stage(order: int) -> str:
    """Some of Lever's stage ids are slugs, not uuids."""
    return STAGE_IDS[0] if order == 0 else _id(f"stage {order}")


def _id(name: str) -> str:
    return str(uuid.uuid5(SPACE, name))


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1_000)
