"""Fills Workable's part of Brightwater Labs: two jobs, twenty-four people, and what happened to them."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.seed import pdf, people
from bot.workspace.store import Store

Doc = dict[str, Any]
JOBS = (("5B07C1D2E3", "Platform Engineer", "Engineering"), ("9A44F0B1C2", "Customer Success Lead", "Customer Success"))  # fmt: skip
KINDS = ("applied", "phone-screen", "assessment", "interview", "interview", "interview", "interview", "offer", "hired")  # fmt: skip
NAMES = people.LEVER
REASONS = (("Lacks required experience", False), ("Position filled", False), ("Withdrew", True), ("Declined the offer", True))  # fmt: skip
ROLES = {501: "recruiter", 502: "hiring_manager", 503: "reviewer", 504: "reviewer"}


def fill(store: Store, now: datetime) -> None:
    """Everything, with times relative to `now`."""
    for _, name, real, _, title, admin, number in people.STAFF:
        store.put("workable_members", member_id(number), {
            "id": member_id(number), "name": real, "headline": title, "email": f"{name}@brightwater.example",
            "role": "admin" if admin else "simple", "roles": ["ats.admin"] if admin else ["ats.simple"], "active": True, "type": "Member",
        })  # fmt: skip
    for position, (said, they) in enumerate(REASONS):
        id = f"{800 + position:x}"
        store.put("workable_reasons", id, {"id": id, "description": said, "candidate_withdrew": they, "position": position})  # fmt: skip
    for number, (code, title, department) in enumerate(JOBS):
        store.put("workable_jobs", code, _job(number, code, title, department, now))
        store.put("workable_requisitions", f"REQ{number + 1}", {
            "id": f"{850 + number:x}", "code": f"REQ{number + 1}", "job": {"id": f"{900 + number:x}", "shortcode": code, "title": title},
            "state": "open", "start_date": (now + timedelta(days=60)).date().isoformat(), "candidate_id": None,
            "created_at": iso(now - timedelta(days=50)), "updated_at": iso(now - timedelta(days=45)),
        })  # fmt: skip
    for index, name in enumerate(NAMES):
        _person(store, index, name, now)


def _job(number: int, code: str, title: str, department: str, now: datetime) -> Doc:
    stages = [
        {"id": 70 + place, "identifier": f"{place:04x}", "slug": slug(said), "name": said, "kind": KINDS[place], "position": place}
        for place, said in enumerate((*people.STAGES, "Hired"))
    ]  # fmt: skip
    place = {"location_str": "Berlin, Germany", "city": "Berlin", "country": "Germany", "country_code": "DE", "workplace_type": "hybrid"}  # fmt: skip
    return {
        "id": f"{900 + number:x}", "title": title, "full_title": f"{title} - DE", "shortcode": code, "code": None, "state": "published",
        "sample": False, "confidential": False, "department": department, "url": f"https://brightwater.workable.com/jobs/{6_600 + number}",
        "application_url": f"https://brightwater.workable.com/jobs/{6_600 + number}/candidates/new", "location": place,
        "workplace_type": "hybrid", "salary": {"salary_from": 70_000, "salary_to": 90_000, "salary_currency": "eur"},
        "employment_type": "Full-time", "full_description": f"<p>{title} at Brightwater Labs.</p>", "stages": stages,
        "team": {member_id(number): role for number, role in ROLES.items()},
        "created_at": iso(now - timedelta(days=45))[:10], "updated_at": iso(now - timedelta(days=3)),
    }  # fmt: skip


def _person(store: Store, index: int, name: str, now: datetime) -> None:
    given, _, family = name.partition("|")
    id = hashlib.sha256(f"workable {index}".encode()).hexdigest()[:8]
    since = now - timedelta(days=2 + index % 11, hours=index % 6)
    out = {9: 0, 13: 2}.get(index)
    said, they = REASONS[out] if out is not None else (None, False)
    order = 3 if index == 0 else 8 if index == 17 else index % 8
    row: Doc = {
        "id": id, "number": 216_000 + index, "job": JOBS[index % 2][0], "stage": slug((*people.STAGES, "Hired")[order]),
        "firstname": given, "lastname": family, "email": people.address(given, family, index if index == 0 else index + 200),
        "phone": f"+49 30 555 0{100 + index}", "address": people.CITIES[index % 6], "headline": people.COMPANIES[index % 8],
        "tags": ["remote"] if index % 4 == 0 else [], "domain": people.SOURCES[index % 7], "sourced": False,
        "social_profiles": [{"type": "linkedin", "name": "LinkedIn", "url": f"https://www.linkedin.example/in/{id}"}] if index % 3 == 0 else [],
        "answers": [{"question": {"body": "Do you need a visa?"}, "answer": {"checked": False}}],
        "disqualified": out is not None, "withdrew": they, "disqualified_at": iso(since) if said else None,
        "disqualification_reason": said, "hired_at": iso(since) if order == 8 else None, "originating_candidate_id": None,
        "created_at": iso(since - timedelta(days=9)), "updated_at": iso(since),
    }  # fmt: skip
    store.put("workable_candidates", id, row)
    _papers(store, index, row, since)


def _papers(store: Store, index: int, row: Doc, since: datetime) -> None:
    lines = [f"{row['firstname']} {row['lastname']}", row["email"], "", f"Last: {row['headline']}"]
    file = hashlib.sha256(f"file {index}".encode()).hexdigest()[:16]
    store.put("workable_files", file, {
        "id": file, "candidate": row["id"], "type": "resume", "name": "resume.pdf", "source": "candidate", "signature": file[::-1],
        "content": base64.b64encode(pdf.page(lines)).decode(),
    })  # fmt: skip
    rosa, ben = (seat(store, number) for number in (501, 503))
    begun = {"action": "applied", "stage_name": people.STAGES[0], "created_at": row["created_at"]}
    act(store, row, since, {"body": None, **begun})
    act(store, row, since, {"action": "comment", "member": rosa, "body": people.NOTES[index % len(people.NOTES)]})  # fmt: skip
    if index % 5 == 2:
        grade = {"score": "positive", "scale": "thumbs", "grade": 1}
        act(store, row, since, {"action": "rating", "member": ben, "body": people.SEEN[index % len(people.SEEN)], "rating": grade})  # fmt: skip
    if index % 6 == 3:
        at = since + timedelta(days=12)
        store.put("workable_events", f"{950 + index:x}", {
            "id": f"{950 + index:x}", "candidate": row["id"], "title": "Technical interview", "type": "InterviewEvent", "cancelled": False,
            "starts_at": iso(at), "ends_at": iso(at + timedelta(minutes=45)), "members": [member_id(503), member_id(504)],
        })  # fmt: skip
    if index == 17:
        pay = {"amount": 78_000, "frequency": "year", "currency_iso": "EUR"}
        store.put("workable_offers", row["id"], {
            "id": row["id"], "state": "accepted", "created_at": iso(since), "documents": [],
            "document_variables": [
                {"document_variable": {"name": "Salary", "slug": "salary"}, "value": {"data": pay}},
                {"document_variable": {"name": "Start date", "slug": "start_date"}, "value": {"body": "2027-02-01"}},
            ],
        })  # fmt: skip


def act(store: Store, row: Doc, at: datetime, told: Doc) -> Doc:
    """One line of the activity stream."""
    id = f"{store.next_id('workable_activity', 90_000):x}"
    stage = next((s for s in (*people.STAGES, "Hired") if slug(s) == row["stage"]), None)
    usual: Doc = {"stage_name": stage, "created_at": iso(at), "updated_at": iso(at), "visibility_roles": []}  # fmt: skip
    return store.put("workable_activities", id, {"id": id, "candidate": row["id"], **usual, **told})


def seat(store: Store, number: int) -> Doc:
    found = store.get("workable_members", member_id(number)) or {}
    return {"id": found.get("id"), "name": found.get("name"), "type": "Member"}


def slug(words: str) -> str:
    return words.lower().replace(" ", "-")


def member_id(number: int) -> str:
    """Hexadecimal, as Workable's are."""
    return f"{number * 7_919:x}"


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
