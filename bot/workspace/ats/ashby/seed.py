"""Fills the Ashby stand-in with a part of Brightwater Labs: four jobs with plans, twenty-six people and their papers."""

import base64
import uuid
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.ats.ashby import files
from bot.workspace.ats.ashby.applications import STATUS, line
from bot.workspace.ats.ashby.desk import CALLS, Doc, iso, keep
from bot.workspace.ats.ashby.organisation import found
from bot.workspace.seed import pdf, people
from bot.workspace.store import Store

KEY = "ashby-key-of-brightwater"
SPACE = uuid.UUID("a5b1c7d2-6f0e-4d3a-9b8c-2e4f6a8c0d1e")
PEOPLE = (
    "Ada|Lovelace", "Ines|Carvalho", "Théo|Marchand", "Aisha|Rahman", "Sven|Lindgren", "Maeve|O'Sullivan", "Wei|Zhang", "Luca|Ferrari",
    "Nadia|Haddad", "Jonah|Whitaker", "Zofia|Lewandowska", "Ibrahim|Diallo", "Freya|Holm", "Santiago|Reyes", "Anjali|Desai", "Dario|Bianchi",
    "Selma|Kaya", "Tobias|Krüger", "Rania|Mansour", "Ethan|Brooks", "Mirela|Popescu", "Haruto|Yamada", "Chloé|Dubois", "Kwame|Asante",
    "Linnea|Sandberg", "Noor|El-Sayed",
)  # fmt: skip


def fill(store: Store, now: datetime) -> None:
    """Everything, with times relative to `now`."""
    permissions = sorted({permission for permission, _ in CALLS.values()})
    store.put("ashby_keys", KEY, {
        "key": KEY, "id": ident("key"), "title": "Callsheet", "createdAt": iso(now), "enabled": True, "permissions": permissions,
        "confidential": True, "acts": True, "private": True,
    })  # fmt: skip
    found(store, now, ident)
    for index, name in enumerate(PEOPLE):
        _person(store, index, name, now)
    _offer(store, 21, "Accepted", "CandidateAccepted", now)
    _offer(store, 13, "WaitingOnResponse", "WaitingOnCandidateResponse", now)


def _person(store: Store, index: int, name: str, now: datetime) -> None:
    given, _, family = name.partition("|")
    id, since = ident(f"candidate {index}"), now - timedelta(days=3 + index % 11, hours=index % 6)
    email = people.address(given, family, index if index == 0 else index + 100)
    lines = [
        f"{given} {family}",
        email,
        "",
        f"{2 + index % 11} years of experience",
        f"Last: {people.COMPANIES[index % 8]}",
    ]
    file = files.put(
        store, ident(f"resume {index}"), "resume.pdf", base64.b64encode(pdf.page(lines)).decode()
    )
    keep(store, "candidates", {
        "id": id, "createdAt": iso(now - timedelta(days=30 + index)), "updatedAt": iso(since), "name": f"{given} {family}",
        "emailAddresses": [{"value": email, "type": "Personal", "isPrimary": True}],
        "phoneNumbers": [{"value": f"+49 30 901820 {40 + index}", "type": "Personal", "isPrimary": True}],
        "socialLinks": [{"type": "LinkedIn", "url": f"https://www.linkedin.com/in/{given.lower()}-{index}"}] if index % 3 == 0 else [],
        "tagIds": [ident("tag Strong")] if index % 5 == 0 else [], "position": "Engineer" if index % 2 == 0 else "Success manager",
        "company": people.COMPANIES[index % 8], "school": None, "timezone": people.ZONES[index % 6], "resumeFileHandle": file,
        "fileHandles": [file], "sourceId": ident(f"source {people.SOURCES[index % 7]}"), "creditedToUserId": None,
        "primaryLocation": {"id": ident(f"place {index % 6}"), "locationSummary": people.CITIES[index % 6], "locationComponents": []},
        "customFields": _fields(index),
    })  # fmt: skip
    keep(store, "notes", {
        "id": ident(f"note {index}"), "candidateId": id, "createdAt": iso(since), "content": people.NOTES[index % len(people.NOTES)],
        "isPrivate": False, "author": {"id": ident("user 501"), "firstName": "Rosa", "lastName": "Delgado", "email": "rosa@brightwater.example"},
    })  # fmt: skip
    _application(store, index, id, since, now)


def _fields(index: int) -> list[Doc]:
    """Values of a few custom fields; nobody has all of them."""
    rows: list[tuple[str, Any]] = [
        ("Years of experience", 2 + index % 11),
        ("Open to relocation", index % 2 == 0),
    ]
    rows += (
        [("Expected salary", {"value": 70_000 + index * 1_000, "currencyCode": "EUR"})]
        if index % 3 == 0
        else []
    )
    found: list[Doc] = [
        {"id": ident(f"field {title}"), "title": title, "value": value, "isPrivate": False}
        for title, value in rows
    ]
    found.append(
        {
            "id": ident("field Seniority"),
            "title": "Seniority",
            "value": "senior",
            "valueLabel": "Senior",
            "isPrivate": False,
        }
    )
    return found


def _application(store: Store, index: int, person: str, since: datetime, now: datetime) -> None:
    """At a stage by number; some are archived, one was hired, the last is in a confidential search."""
    job = 2 if index == 25 else index % 2
    order = {0: 3, 7: 9, 16: 9, 21: 8, 13: 7}.get(index, index % 7)
    stages = sorted(
        store.find("ashby_stages", interviewPlanId=ident(f"plan {job}")),
        key=lambda row: int(row["orderInInterviewPlan"]),
    )
    stages = [row for row in stages if row["type"] != "Lead"]
    id, stage, first = ident(f"application {index}"), stages[order], stages[0]
    made = now - timedelta(days=25 + index)
    history = [line(first, iso(made), 0, ident("user 501"))]
    if stage is not first:
        history = [
            history[0] | {"leftStageAt": iso(since)},
            line(stage, iso(since), 1, ident("user 501")),
        ]
    archived = stage["type"] == "Archived"
    keep(store, "applications", {
        "id": id, "createdAt": iso(made), "updatedAt": iso(since), "candidateId": person, "jobId": ident(f"job {job}"), "stageId": stage["id"],
        "status": STATUS.get(stage["type"], "Active"), "customFields": [], "history": history,
        "sourceId": ident(f"source {people.SOURCES[index % 7]}"), "creditedToUserId": None,
        "archiveReasonId": ident("reason Withdrew" if index == 16 else "reason Lacking experience") if archived else None,
        "archivedAt": iso(since) if archived else None,
    })  # fmt: skip
    if stage["activities"] and stage["type"] == "Active":
        _interview(store, index, id, stage, now)


def _interview(store: Store, index: int, application: str, stage: Doc, now: datetime) -> None:
    """One interview that was made on Ashby's own pages; every second one is over and has a scorecard."""
    past = index % 2 == 0 and index > 0
    start = (now + timedelta(days=-2 if past else 2 + index % 4)).replace(
        minute=0, second=0, microsecond=0
    )
    planned = stage["activities"][0]["interviews"][0]
    schedule, event = ident(f"schedule {index}"), ident(f"event {index}")
    seats = [{"userId": ident(f"user {number}"), "feedbackRequired": True} for number in (503, 505)]
    keep(store, "schedules", {
        "id": schedule, "status": "WaitingOnFeedback" if past else "Scheduled", "applicationId": application,
        "candidateId": ident(f"candidate {index}"), "interviewStageId": stage["id"], "createdAt": iso(now), "updatedAt": iso(now),
        "keyId": None, "scheduledBy": None,
        "interviewEvents": [{
            "id": event, "interviewId": planned["interviewId"], "interviewScheduleId": schedule, "seats": seats, "startTime": iso(start),
            "endTime": iso(start + timedelta(minutes=planned["interviewDurationMinutes"])), "createdAt": iso(now), "updatedAt": iso(now),
            "feedbackLink": f"https://app.ashbyhq.com/interview-briefings/{event}/feedback", "location": None,
            "meetingLink": f"https://meet.example/{event[:8]}", "extraData": {},
        }],
    })  # fmt: skip
    if past:
        form = store.get("ashby_forms", ident("form")) or {}
        told = {
            "overall_recommendation": {"score": 1 + index % 4},
            "strengths": {"type": "PlainText", "value": people.SEEN[index % len(people.SEEN)]},
        }
        keep(store, "feedback", {
            "id": ident(f"feedback {index}"), "applicationId": application, "formDefinition": form["formDefinition"], "submittedValues": told,
            "feedbackFormDefinitionId": form["id"], "submittedAt": iso(start), "createdAt": iso(start), "userId": seats[0]["userId"],
            "interviewEventId": event, "interviewId": planned["interviewId"],
        })  # fmt: skip


def _offer(store: Store, index: int, acceptance: str, status: str, now: datetime) -> None:
    application, process = ident(f"application {index}"), ident(f"process {index}")
    keep(store, "processes", {"id": process, "applicationId": application, "status": status})
    at = iso(now - timedelta(days=4))
    equity: Doc = {
        "id": ident("field Equity"),
        "title": "Equity",
        "value": "0.1 %",
        "isPrivate": True,
    }
    version = {
        "id": ident(f"version {index}"), "createdAt": at, "openingId": None, "customFields": [equity], "fileHandles": [], "author": None,
        "approvalStatus": "Approved", "startDate": (now + timedelta(days=40)).date().isoformat(),
        "salary": {"currencyCode": "EUR", "value": 82_000},
    }  # fmt: skip
    keep(store, "offers", {
        "id": ident(f"offer {index}"), "applicationId": application, "processId": process, "createdAt": at, "updatedAt": at,
        "decidedAt": at if acceptance == "Accepted" else None, "acceptanceStatus": acceptance, "offerStatus": status, "versions": [version],
    })  # fmt: skip


def ident(name: str) -> str:
    """The same id for the same thing, in every fresh workspace."""
    return str(uuid.uuid5(SPACE, name))
