"""Fills the BambooHR stand-in: two job openings, the company's applicant statuses, two dozen applications."""

import base64
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.seed import pdf, people
from bot.workspace.store import Store

Doc = dict[str, Any]
JOBS = ((22, "Systems Engineer", "Engineering", "Rosa Delgado", 8501), (23, "Payroll Specialist", "Finance", "Maya Lindqvist", 8502))  # fmt: skip
STATUSES = (  # id, code, name, group; those without a code are the company's own
    (1, "NEW", "New", "NEW"), (2, "REVIEWED", "Reviewed", "ACTIVE"), (3, "SCHEDULE_PHONE", "Schedule Phone Screen", "ACTIVE"),
    (4, "PHONE_SCREENED", "Phone Screened", "ACTIVE"), (30, None, "Take-home", "ACTIVE"), (5, "SCHEDULE_INTERVIEW", "Schedule Interview", "ACTIVE"),
    (7, "ON_HOLD", "Put on Hold", "ACTIVE"), (8, "CHECKING_REFERENCES", "Checking References", "ACTIVE"), (9, "NOT_A_FIT", "Not a Fit", "INACTIVE"),
    (10, "DECLINED", "Declined Offer", "INACTIVE"), (31, None, "No Show", "INACTIVE"), (18, "HIRED", "Hired", "HIRED"),
    (20, "MADE_OFFER", "Made an Offer", "ACTIVE"),
)  # fmt: skip
OWNER = 8508  # the employee whose key the stand-in knows


def fill(store: Store, now: datetime) -> None:
    """Everything, with times relative to `now`."""
    for place, (id, code, name, group) in enumerate(STATUSES):
        store.put("bamboohr_statuses", id, {
            "id": str(id), "code": code, "name": name, "translatedName": name, "description": None, "enabled": True, "manageable": code is None,
            "group": group, "place": place,
        })  # fmt: skip
    for _, name, real, _, _, _, number in people.STAFF:
        given, _, family = real.partition(" ")
        store.put("bamboohr_users", number, {
            "id": number, "employeeId": 8000 + number, "firstName": given, "lastName": family, "email": f"{name}@brightwater.example",
            "status": "enabled",
        })  # fmt: skip
    for id, title, department, name, employee in JOBS:
        store.put("bamboohr_jobs", id, {
            "id": id, "title": {"id": None, "label": title}, "postedDate": iso(now - timedelta(days=40)),
            "location": {"id": 1, "label": "Berlin", "address": {"name": "Berlin", "city": "Berlin", "country": "Germany"}},
            "department": {"id": 5, "label": department}, "status": {"id": 1, "label": "Open"}, "hiringLead": lead(employee, name),
            "postingUrl": f"https://brightwater.bamboohr.com/jobs/view.php?id={id}",
        })  # fmt: skip
    for index, words in enumerate(people.LEVER):
        _person(store, index, words, now)


def lead(employee: int, name: str) -> Doc:
    given, _, family = name.partition(" ")
    return {"employeeId": employee, "firstName": given, "lastName": family, "avatar": None, "jobTitle": None}  # fmt: skip


def application(id: int, job: int, status: int, at: datetime, person: Doc) -> Doc:
    """A whole application; each has an applicant of its own."""
    return {
        "id": id, "appliedDate": iso(at), "job": job, "status": {"id": status, "dateChanged": iso(at), "changedByUser": None}, "rating": None,
        "resumeFileId": None, "coverLetterFileId": None, "attachments": None, "questionsAndAnswers": [], "referredBy": None,
        "desiredSalary": None, "applicationReferences": None, "commentCount": 0, "emailCount": 0, "eventCount": 0,
        "applicant": {
            "id": id + 57, "email": "", "phoneNumber": None, "avatar": None, "source": None, "twitterUsername": None, "address": None,
            "linkedinUrl": None, "websiteUrl": None, "availableStartDate": None, "education": None, **person,
        },
    }  # fmt: skip


def _person(store: Store, index: int, words: str, now: datetime) -> None:
    given, _, family = words.partition("|")
    id, at = 4001 + index, now - timedelta(days=30 - index)
    active = [status for status, _, _, group in STATUSES if group in ("NEW", "ACTIVE")]
    status = {0: 5, 9: 9, 15: 31, 17: 18}.get(index) or active[index % len(active)]
    email = people.address(given, family, index if index == 0 else index + 300)
    row = application(id, JOBS[index % 2][0], status, at, {
        "firstName": given, "lastName": family, "email": email if index != 5 else "", "source": "11" if index % 3 else "other",
        "phoneNumber": f"+1 801 555 0{100 + index}", "linkedinUrl": f"https://www.linkedin.com/in/person-{index}",
        "address": {"addressLine1": None, "addressLine2": None, "city": people.CITIES[index % 6], "state": None, "zipcode": None, "country": None},
    })  # fmt: skip
    file = 6001 + index
    content = pdf.page([f"{given} {family}", email, "", f"Last: {people.COMPANIES[index % 8]}"])
    store.put("bamboohr_files", file, {"id": file, "content": base64.b64encode(content).decode()})
    row |= {"resumeFileId": file, "rating": 4 if index % 5 == 2 else None, "questionsAndAnswers": [{
        "question": {"id": 71, "label": "Do you need a visa?"}, "answer": {"id": 7101, "label": "No"}, "hasRevisions": None, "isArchived": None,
        "archivedDate": None, "editedDate": None, "editedEndDate": None,
    }]}  # fmt: skip
    store.put("bamboohr_applications", id, row)


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
