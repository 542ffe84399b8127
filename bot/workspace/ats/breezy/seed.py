"""Fills the Breezy HR stand-in: two positions and a pool, a pipeline for each, two dozen candidates."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.seed import pdf, people
from bot.workspace.store import Store

Doc = dict[str, Any]
COMPANY = "5f0c0ffee123"
POSITIONS = (
    ("5f0000000701", "Mobile Engineer", "Engineering", "default", "position"), ("5f0000000702", "Office Manager", "People", "5fabc0000001", "position"),
    ("5f0000000709", "Talent pool", "People", "default_pool", "pool"),
)  # fmt: skip
STAGES = (
    ("applied", "Applied", "applied"), ("screen", "Recruiter screen", "feedback"), ("5f51", "Take-home", "homework"),
    ("5f52", "Technical interview", "interviewing"), ("5f53", "Team interview", "interviewing"), ("5f54", "Reference check", "feedback"),
    ("offer", "Offer", "made_offer"), ("hired", "Hired", "hired"), ("disqualified", "Disqualified", "disqualified"),
)  # fmt: skip
OWN = (
    *STAGES[:2],
    STAGES[6],
    ("5f61", "Signed", "hired"),
    STAGES[8],
    ("5f62", "Withdrew", "disqualified"),
)
ROLES = {501: "recruiter", 502: "hiring_manager", 508: "admin"}


def fill(store: Store, now: datetime) -> None:
    """Everything, with times relative to `now`."""
    pool = (("5f71", "Keep in touch", "applied"),)
    for id, name, kind, stages in (
        ("default", "Default pipeline", "default", STAGES), ("5fabc0000001", "Short pipeline", "default", OWN),
        ("default_pool", "Pool", "pool", pool),
    ):  # fmt: skip
        rows = [{"id": one, "name": words, "type": said, "icon": "none"} for one, words, said in stages]  # fmt: skip
        store.put("breezy_pipelines", id, {"_id": id, "name": name, "type": kind, "pipeline": rows, "creation_date": iso(now)})  # fmt: skip
    for _, name, real, _, _, _, number in people.STAFF:
        user = {"_id": f"5fa{number}", "name": real, "username": name, "email_address": f"{name}@brightwater.example"}  # fmt: skip
        store.put("breezy_users", user["_id"], user | {"initial": real[0], "role": ROLES.get(number, "member")})  # fmt: skip
    for id, title, department, pipeline, kind in POSITIONS:
        store.put("breezy_positions", id, {
            "_id": id, "name": title, "friendly_id": f"{id}-{title.casefold().replace(' ', '-')}", "state": "published", "org_type": kind,
            "type": {"id": "fullTime", "name": "Full-Time"}, "department": department, "pipeline_id": pipeline, "requisition_id": None,
            "location": {"country": {"id": "DE", "name": "Germany"}, "city": "Berlin", "is_remote": False, "name": "Berlin, DE"},
            "description": f"<p>{title} at Brightwater Labs.</p>", "all_admins": ["5fa508"], "all_users": ["5fa501", "5fa502"], "tags": [],
            "creation_date": iso(now - timedelta(days=40)), "updated_date": iso(now),
        })  # fmt: skip
    store.put("breezy_attributes", "notice", {"id": "notice", "name": "Notice period", "secure": False})  # fmt: skip
    for index, words in enumerate(people.LEVER):
        _person(store, index, words, now)


def candidate(id: str, position: str, stage: str, at: datetime, told: Doc) -> Doc:
    """Somebody on one position; the person behind it goes by the address."""
    person = hashlib.sha256(str(told.get("email_address") or id).encode()).hexdigest()[:14]
    return {
        "_id": id, "meta_id": person, "position": position, "stage": stage, "name": "", "headline": "", "email_address": None, "phone_number": None,
        "address": None, "summary": "", "cover_letter": None, "origin": "sourced", "source": {"id": None, "name": "Sourced", "type": None}, "tags": [],
        "education": [], "work_history": [], "social_profiles": [], "custom_attributes": [], "resume": None, "disposition_reason": None,
        "disposition_date": None, "recruited_by": None, "referred_by": None, "sourced_by": None, "creation_date": iso(at), "updated_date": iso(at),
        "overall_score": {"very_good": [], "good": [], "neutral": [], "poor": [], "very_poor": [], "scored_count": 0}, **told,
    }  # fmt: skip


def _person(store: Store, index: int, words: str, now: datetime) -> None:
    given, _, family = words.partition("|")
    id, at = f"5fb{4001 + index:x}", now - timedelta(days=2 + index % 11)
    position, _, _, pipeline, _ = POSITIONS[2] if index == 11 else POSITIONS[index % 2]
    held = store.get("breezy_pipelines", pipeline)
    assert held is not None
    stages = [row["id"] for row in held["pipeline"] if row["type"] not in ("hired", "disqualified")]
    ends = {9: "5f62", 14: "disqualified", 17: "5f61"}
    email = people.address(given, family, index if index == 0 else index + 400)
    row = candidate(id, position, "5f52" if index == 0 else ends.get(index, stages[index % len(stages)]), at, {
        "name": f"{given} {family}", "email_address": email, "phone_number": f"+44 20 7946 0{100 + index}", "headline": people.COMPANIES[index % 8],
        "tags": ["remote"] if index % 4 == 0 else [], "source": {"id": "s", "name": people.SOURCES[index % 7], "type": "custom"},
        "custom_attributes": [{"id": "notice", "name": "Notice period", "value": f"{1 + index % 3} months", "secure": False}],
        "resume": {"file_name": f"{family or given}.pdf", "url": f"{home(position, id)}/resume", "pdf_url": None},
    })  # fmt: skip
    if index == 14:
        row |= {"disposition_reason": {"_id": "r1", "name": "Not enough experience"}, "disposition_date": iso(at)}  # fmt: skip
    if index % 5 == 2:
        row["overall_score"] |= {"good": ["5fa503"], "scored_count": 1}
    store.put("breezy_candidates", id, row)
    content = pdf.page([row["name"], email, "", f"Last: {people.COMPANIES[index % 8]}"])
    store.put("breezy_bytes", f"{id} resume", {"content": base64.b64encode(content).decode()})
    said = {"body": people.NOTES[index % len(people.NOTES)], "user": {"_id": "5fa501", "name": "Rosa Delgado"}}  # fmt: skip
    for number, (kind, held) in enumerate((("noteAdded", said), ("candidateAdded", {}))):
        store.put("breezy_stream", f"{id} {number}", {
            "_id": f"5fc{index:x}{number}", "candidate": id, "type": kind, "object": held, "timestamp": iso(at - timedelta(minutes=number)),
        })  # fmt: skip


def home(position: str, id: str) -> str:
    return f"https://api.breezy.hr/v3/company/{COMPANY}/position/{position}/candidate/{id}"


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
