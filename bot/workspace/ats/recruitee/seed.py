"""Fills the Recruitee stand-in: two jobs and a talent pool on one pipeline, two dozen people, what was said of them."""

import base64
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.seed import pdf, people
from bot.workspace.store import Store

Doc = dict[str, Any]
JOBS = ((701, "Platform Engineer", "Engineering"), (702, "Customer Success Lead", "Customer success"))  # fmt: skip
POOL = 709
CATEGORIES = (
    "apply", "phone_screen", "evaluation", "interview", "interview", "interview", "interview", "offer", "hire",
)  # fmt: skip
REASONS = ("Not enough experience", "Position was filled", "Candidate withdrew")
NOTICE: Doc = {"id": 901, "name": "Notice period", "kind": "single_line"}


def fill(store: Store, now: datetime) -> None:
    """Everything, with times relative to `now`."""
    stages = [
        {"id": 601 + place, "name": name, "category": CATEGORIES[place], "group": "pipeline", "position": place, "locked": False}
        for place, name in enumerate((*people.STAGES, "Hired"))
    ]  # fmt: skip
    store.put("recruitee_pipelines", 31, {"id": 31, "title": "Brightwater pipeline", "stages": stages})  # fmt: skip
    for _, name, real, zone, _, admin, number in people.STAFF:
        given, _, family = real.partition(" ")
        store.put("recruitee_admins", number, {
            "id": number, "first_name": given, "last_name": family, "email": f"{name}@brightwater.example", "timezone": zone,
            "role": "Admin" if admin else "Reviewer", "photo_thumb_url": None,
        })  # fmt: skip
    for place, words in enumerate(REASONS):
        store.put("recruitee_reasons", 801 + place, {"id": 801 + place, "name": words, "position": place})  # fmt: skip
    store.put("recruitee_fields", NOTICE["id"], NOTICE)
    for id, title, department in JOBS:
        store.put("recruitee_offers", id, _offer(id, title, department, "job", now))
    store.put("recruitee_offers", POOL, _offer(POOL, "Silver medallists", None, "talent_pool", now))
    for index, words in enumerate(people.LEVER):
        _person(store, index, words, now)
    demo = person(4000, "Sample Candidate", "sample@recruitee.example", now)
    store.put("recruitee_candidates", 4000, {**demo, "example": True})


def _offer(id: int, title: str, department: str | None, kind: str, now: datetime) -> Doc:
    slug = title.casefold().replace(" ", "-")
    return {
        "id": id, "title": title, "kind": kind, "status": "published", "slug": slug, "department": department, "city": "Berlin",
        "country_code": "DE", "employment_type": "full_time", "remote": False, "description": f"<p>{title} at Brightwater Labs.</p>",
        "requirements": "<ul><li>Curiosity</li></ul>", "recruiter_id": 501, "hiring_manager_id": 502, "followers": [], "number_of_openings": 2,
        "pipeline": 31, "offer_tags": [], "careers_url": f"https://brightwater.recruitee.com/o/{slug}",
        "adminapp_url": f"https://app.recruitee.com/#/offers/{id}", "published_at": iso(now - timedelta(days=40)), "closed_at": None,
        "created_at": iso(now - timedelta(days=45)), "updated_at": iso(now),
    }  # fmt: skip


def person(id: int, name: str, email: str, at: datetime) -> Doc:
    """Somebody without a placement."""
    return {
        "id": id, "admin_id": 501, "name": name, "emails": [email], "phones": [], "links": [], "social_links": [], "source": "manual",
        "sources": [], "tags": [], "referrer": None, "cv_url": None, "cv_original_url": None, "photo_thumb_url": None, "cover_letter": None,
        "fields": [], "placements": [], "positive_ratings": None, "adminapp_url": f"https://app.recruitee.com/#/candidates/{id}",
        "created_at": iso(at), "updated_at": iso(at),
    }  # fmt: skip


def placement(id: int, candidate: int, offer: int, stage: int, at: datetime) -> Doc:
    place = {"talent_pool_id": offer} if offer == POOL else {"offer_id": offer}
    return {
        "id": id, "candidate_id": candidate, **place, "stage_id": stage, "position": 1, "language": "en", "created_at": iso(at),
        "updated_at": iso(at), "overdue_at": None, "job_starts_at": None, "disqualified_at": None, "disqualify_reason": None,
        "hired_at": None, "hired_by_id": None, "hired_in_this_placement": False, "hired_in_other_placement": False,
    }  # fmt: skip


def _person(store: Store, index: int, words: str, now: datetime) -> None:
    given, _, family = words.partition("|")
    id, since = 4001 + index, now - timedelta(days=2 + index % 11)
    email = people.address(given, family, index if index == 0 else index + 200)
    row = person(id, f"{given} {family}", email, since)
    offer = POOL if index == 11 else JOBS[index % 2][0]
    placed = placement(9001 + index, id, offer, 601 + (3 if index == 0 else index % 8), since)
    if index in (9, 15):
        placed |= {"disqualified_at": iso(since), "disqualify_reason": REASONS[index % 3]}
    if index == 17:
        placed |= {"stage_id": 609, "hired_at": iso(since), "hired_in_this_placement": True}
    lines = [row["name"], email, "", f"Last: {people.COMPANIES[index % 8]}"]
    store.put("recruitee_bytes", f"cv-{id}", {"content": base64.b64encode(pdf.page(lines)).decode()})  # fmt: skip
    row |= {
        "phones": [f"+31 20 555 0{100 + index}"], "placements": [placed], "sources": [people.SOURCES[index % 7]], "tags": ["remote"] if index % 4 == 0 else [],
        "cv_url": f"/files/cv-{id}/cv.pdf", "cv_original_url": f"/files/cv-{id}/cv.pdf",
        "fields": [{**NOTICE, "values": [{"text": f"{1 + index % 3} months"}]}],
    }  # fmt: skip
    store.put("recruitee_candidates", id, row)
    store.put("recruitee_notes", 5001 + index, {
        "id": 5001 + index, "candidate": id, "body": people.NOTES[index % len(people.NOTES)], "visibility": {"level": "public"},
        "admin": {"id": 501}, "created_at": iso(since),
    })  # fmt: skip
    if index % 5 == 2:
        store.put("recruitee_results", 5501 + index, {
            "id": 5501 + index, "kind": "rating", "candidate_id": id, "offer_id": offer, "stage_id": placed["stage_id"], "admin_id": 503,
            "rating": "yes", "rating_note": people.SEEN[index % len(people.SEEN)], "interview_result_answers": [], "created_at": iso(since),
        })  # fmt: skip


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
