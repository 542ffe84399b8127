"""Fills the Workable account behind Knit: two jobs of Brightwater Labs, twenty-two people, what happened to them."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.seed import pdf, people
from bot.workspace.store import Store

Doc = dict[str, Any]
JOBS = (("4F1C0A77D2", "Site Reliability Engineer", "Engineering"), ("68DF417FCE", "Product Marketer", "Marketing"))  # fmt: skip
KINDS = ("applied", "phone-screen", "assessment", "interview", "interview", "interview", "interview", "offer", "hired")  # fmt: skip
NAMES = (
    "Ada|Lovelace", "Ruth|Abiodun", "Théo|Marchand", "Ines|Karlsson", "建国|陈", "Sean|O'Malley", "Aylin|Demir", "Marek|Novák",
    "Grace|Mwangi", "Leon|Fischer", "Paula|Ribeiro", "Samir|Chowdhury", "Nadia|Rahman", "Erik|Lund", "Beatriz|Nunes", "Tomás|Ferreira",
    "Helga|Steiner", "Jun|Watanabe", "Olena|Shevchuk", "Patrick|Doyle", "Simone|Greco", "Wanjiru|Kamau",
)  # fmt: skip
REASONS = (
    ("Lacks required experience", False), ("Position filled", False), ("Withdrew", True), ("Declined the offer", True),
)  # fmt: skip


def fill(store: Store, now: datetime) -> None:
    """Everything, with times relative to `now`."""
    for _, name, real, _, title, admin, number in people.STAFF:
        role = "admin" if admin else "recruiter" if title == "Recruiter" else "simple"
        store.put("knit_members", _id(number), {
            "id": _id(number), "name": real, "headline": title, "email": f"{name}@brightwater.example", "role": role,
            "roles": ["ats.admin"] if admin else ["ats.simple"], "active": True, "type": "Member",
        })  # fmt: skip
    for position, (words, they) in enumerate(REASONS):
        id = f"{700 + position}"
        store.put("knit_reasons", id, {"id": id, "description": words, "candidate_withdrew": they, "position": position})  # fmt: skip
    for shortcode, title, department in JOBS:
        store.put("knit_jobs", shortcode, _job(shortcode, title, department, now))
    for index, name in enumerate(NAMES):
        _person(store, index, name, now)


def _job(shortcode: str, title: str, department: str, now: datetime) -> Doc:
    stages = [
        {"slug": word.lower().replace(" ", "-"), "name": word, "kind": KINDS[place], "position": place}
        for place, word in enumerate((*people.STAGES, "Hired"))
    ]  # fmt: skip
    return {
        "id": shortcode, "title": title, "description": f"<p>{title} at Brightwater Labs.</p>", "status": "OPEN", "confidential": False,
        "department": department, "office": "Berlin", "created_at": _iso(now - timedelta(days=45)), "updated_at": _iso(now),
        "closed_at": None, "hiring_managers": [_id(502)], "recruiters": [_id(501)], "stages": stages,
        "custom_fields": {"cost_centre": "CC-420"},
    }  # fmt: skip


def _person(store: Store, index: int, name: str, now: datetime) -> None:
    given, _, family = name.partition("|")
    id = hashlib.sha256(f"workable {index}".encode()).hexdigest()[:8]
    since = now - timedelta(days=2 + index % 11, hours=index % 6)
    out = {9: 0, 13: 2}.get(index)
    words, they = REASONS[out] if out is not None else (None, False)
    order = 3 if index == 0 else 8 if index == 17 else index % 8
    row: Doc = {
        "id": id, "job": JOBS[index % 2][0], "stage": (*people.STAGES, "Hired")[order].lower().replace(" ", "-"),
        "firstname": given, "lastname": family, "email": people.address(given, family, index if index == 0 else index + 100),
        "phone": f"+351 21 555 0{100 + index}", "address": people.CITIES[index % 6], "headline": people.COMPANIES[index % 8],
        "tags": ["remote"] if index % 4 == 0 else [], "links": [f"https://www.linkedin.example/in/{id}"] if index % 3 == 0 else [],
        "answers": [{"questionType": "YES_NO", "questionText": "Do you need a visa?", "answer": {"text": "NO"}}],
        "custom_fields": {"notice_period": f"{1 + index % 3} months", "salary_expectation": 58_000 + 1_000 * index},
        "disqualified": out is not None, "withdrew": they, "disqualified_at": _iso(since) if words else None,
        "disqualification_reason": words, "created_at": _iso(since - timedelta(days=9)), "updated_at": _iso(since),
    }  # fmt: skip
    store.put("knit_candidates", id, row)
    _papers(store, index, row, since)


def _papers(store: Store, index: int, row: Doc, since: datetime) -> None:
    lines = [f"{row['firstname']} {row['lastname']}", row["email"], "", f"Last: {row['headline']}"]
    content = base64.b64encode(pdf.page(lines)).decode()
    for kind, path in (("RESUME", "resume.pdf"), ("COVER_LETTER", "letter.pdf"))[: 1 + index % 2]:
        file = hashlib.sha256(f"{kind} {index}".encode()).hexdigest()[:16]
        store.put("knit_files", file, {
            "id": file, "candidate": row["id"], "type": kind, "name": None, "path": path, "mime": "application/pdf",
            "signature": file[::-1], "content": content,
        })  # fmt: skip
    rosa = {"id": _id(501), "name": "Rosa Delgado", "type": "Member"}
    _act(store, index * 10, row, since, "comment", rosa, people.NOTES[index % len(people.NOTES)])
    if index % 5 == 2:
        ben = {"id": _id(503), "name": "Ben Okafor", "type": "Member"}
        rating = {"score": "positive", "scale": "thumbs", "grade": 1}
        _act(store, index * 10 + 1, row, since, "rating", ben, people.SEEN[index % len(people.SEEN)], rating)  # fmt: skip
    if index % 6 == 3:
        at = since + timedelta(days=12)
        store.put("knit_events", f"{900 + index:x}", {
            "id": f"{900 + index:x}", "candidate": row["id"], "title": "Technical interview", "type": "InterviewEvent",
            "starts_at": _iso(at), "ends_at": _iso(at + timedelta(minutes=45)), "members": [_id(503), _id(504)],
        })  # fmt: skip
    if index == 17:
        store.put("knit_offers", "offer-17", {
            "id": "offer-17", "applicationId": row["id"], "status": "SIGNED", "startDate": _iso(since + timedelta(days=40)),
            "hireDate": None, "offerDate": _iso(since), "sentAt": _iso(since), "closedAt": _iso(since),
        })  # fmt: skip


def _act(store: Store, number: int, row: Doc, at: datetime, action: str, member: Doc, body: str, rating: Doc | None = None) -> None:  # fmt: skip
    id = f"{60_000 + number:x}"
    told = {"id": id, "candidate": row["id"], "action": action, "stage_name": row["stage"], "created_at": _iso(at), "updated_at": _iso(at),
            "body": body, "visibility_roles": [], "member": member}  # fmt: skip
    store.put("knit_activities", id, told | ({"rating": rating} if rating else {}))


def _id(number: int) -> str:
    """A member's id as Workable's are: hexadecimal."""
    return f"{number * 7_919:x}"


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
