"""Fills the ATS behind Merge and Merge's copy of it: two open jobs and a closed one, twenty-two people."""

import base64
import uuid
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.ats.merge.copy import iso, table
from bot.workspace.ats.merge.models import blank
from bot.workspace.seed import pdf, people
from bot.workspace.store import Store

Doc = dict[str, Any]
SPACE = uuid.UUID("2b7d0c44-9a0e-4a57-8d55-61f2a1c5d9e3")
JOBS = (("Platform Engineer", "BW-301", "OPEN"), ("Technical Writer", "BW-302", "OPEN"), ("Office Manager", "BW-290", "CLOSED"))  # fmt: skip
REASONS = ("Lacking experience", "Position filled", "Withdrew")
NAMES = (
    "Ada|Lovelace", "Siobhán|O'Brien <!channel>", "小龙|李", "Nora|Lindahl", "Samuel|Osei", "Greta|Baumann", "Ismael|Ortega",
    "Thandiwe|Dube", "Luca|Moretti", "Agnieszka|Lis", "Haruka|Mori", "Bruno|Teixeira", "Maren|Holt", "Yusuf|Demir", "Chloé|Garnier",
    "Piotr|Zieliński", "Asha|Pillai", "Dominic|Frey", "Eszter|Kovács", "Finn|O'Shea", "Paloma|Reyes", "Viggo|Dahl",
)  # fmt: skip
REJECTED, HIRED, OFFERED = (9, 15), 14, (7, 13)


def fill(store: Store, now: datetime) -> None:
    """Everything, with times relative to `now`."""
    store.put("merge_state", "sync", {"at": iso(now)})
    _company(store, now)
    for index, name in enumerate(NAMES):
        given, _, family = name.partition("|")
        _person(store, index, given, family, now)


def resume(store: Store, id: str) -> bytes | None:
    held = store.get("merge_bytes", id)
    return base64.b64decode(held["content"]) if held else None


def uid(name: str) -> str:
    return str(uuid.uuid5(SPACE, name))


def _put(store: Store, resource: str, name: str, at: datetime, remote: str, /, **fields: Any) -> str:  # fmt: skip
    """One row that Merge took over at `at`; its id."""
    id, when = uid(f"{resource} {name}"), iso(at)
    made = {"id": id, "remote_id": remote, "created_at": when, "modified_at": when}
    store.put(table(resource), id, {**blank(resource), **made, **fields})
    return id


def _company(store: Store, now: datetime) -> None:
    old = now - timedelta(days=90)
    for _, name, real, _, _, admin, number in people.STAFF:
        given, _, family = real.partition(" ")
        role = "SUPER_ADMIN" if admin else "ADMIN" if number == 501 else "TEAM_MEMBER"
        _put(store, "users", str(number), old, str(number), first_name=given, last_name=family, disabled=False,
             email=f"{name}@brightwater.example", remote_created_at=iso(old), access_role=role)  # fmt: skip
    place = _put(store, "offices", "Berlin", old, "41", name="Berlin office", location="Berlin")
    part = _put(store, "departments", "Platform", old, "51", name="Platform")
    for number, reason in enumerate(REASONS, 71):
        _put(store, "reject-reasons", reason, old, str(number), name=reason)
    for number, tag in enumerate(("strong", "referred"), 81):
        _put(store, "tags", tag, old, str(number), name=tag)
    for number, (title, code, status) in enumerate(JOBS):
        remote = str(6001 + number)
        job = _put(
            store, "jobs", code, old, remote, name=title, code=code, status=status, type="POSTING", confidential=False,
            description=f"<p>{title} at Brightwater Labs.</p>", departments=[part], offices=[place],
            hiring_managers=[uid("users 502")], recruiters=[uid("users 501")], remote_created_at=iso(old), remote_updated_at=iso(old),
            remote_data=[{"path": f"/v1/jobs/{remote}", "data": {"id": int(remote), "name": title, "requisition_id": code}}],
        )  # fmt: skip
        _put(store, "job-postings", code, old, str(6101 + number), title=title, job=job, is_internal=False, content=f"<p>{title}</p>",
             status="PUBLISHED" if status == "OPEN" else "CLOSED", remote_created_at=iso(old), remote_updated_at=iso(old))  # fmt: skip
        for order, stage in enumerate(people.STAGES):
            _put(store, "job-interview-stages", f"{code} {order}", old, f"{remote}{order}", name=stage, job=job, stage_order=order)  # fmt: skip


def _person(store: Store, index: int, given: str, family: str, now: datetime) -> None:
    since, made = now - timedelta(days=3 + index % 9), now - timedelta(days=20 + index)
    place, remote = index % len(people.CITIES), str(7001 + index)
    custom = {
        "notice_period": {"value": f"{1 + index % 3} months"}, "years": {"value": 3 + index % 12},
        "relocates": {"value": index % 2 == 0}, "languages": {"value": ["English", "German"]},
    }  # fmt: skip
    person = _put(
        store, "candidates", str(index), since, remote, first_name=given, last_name=family, title="Engineer" if index % 2 == 0 else "Writer",
        company=people.COMPANIES[index % len(people.COMPANIES)], locations=[people.CITIES[place]], is_private=False, can_email=index != 20,
        email_addresses=[{"value": _address(given, family, index), "email_address_type": "PERSONAL"}],
        phone_numbers=[{"value": f"+44 20 7946 0{700 + index}", "phone_number_type": "MOBILE"}],
        urls=[{"value": f"https://people.example/{remote}", "url_type": "PORTFOLIO"}], tags=["strong"] if index % 5 == 0 else [],
        remote_created_at=iso(made), remote_updated_at=iso(since), last_interaction_at=iso(since),
        field_mappings={"organization_defined_targets": custom, "linked_account_defined_targets": {}},
        remote_data=[{"path": f"/v1/candidates/{remote}", "data": {"id": int(remote), "first_name": given, "last_name": family}}],
    )  # fmt: skip
    code = JOBS[index % 2][1]
    order = 7 if index in (*OFFERED, HIRED) else 3 if index == 0 else index % 6
    rejected = index in REJECTED
    application = _put(
        store, "applications", str(index), since, str(8001 + index), candidate=person, job=uid(f"jobs {code}"), applied_at=iso(made),
        rejected_at=iso(since) if rejected else None, reject_reason=uid(f"reject-reasons {REASONS[0]}") if rejected else None,
        source=people.SOURCES[index % len(people.SOURCES)], credited_to=uid("users 501"),
        current_stage=uid(f"job-interview-stages {code} {order}"),
    )  # fmt: skip
    _papers(store, index, person, f"{given} {family}", now)
    _events(store, index, application, uid(f"job-interview-stages {code} {order}"), order, now)


def _papers(store: Store, index: int, person: str, name: str, now: datetime) -> None:
    at = now - timedelta(days=6)
    _put(store, "activities", str(index), at, str(9001 + index), user=uid("users 501"), remote_created_at=iso(at), activity_type="NOTE",
         subject="Note", body=people.NOTES[index % len(people.NOTES)], visibility="PUBLIC", candidate=person)  # fmt: skip
    paper = _put(store, "attachments", str(index), at, str(9501 + index), file_name="resume.pdf", candidate=person, attachment_type="RESUME",
                 file_url=f"https://api.merge.dev/files/{uid(f'attachments {index}')}")  # fmt: skip
    lines = [name, "", f"{3 + index % 12} years of experience", "Languages: English, German"]
    store.put("merge_bytes", paper, {"content": base64.b64encode(pdf.page(lines)).decode()})
    _put(store, "eeocs", str(index), at, str(9601 + index), candidate=person, submitted_at=iso(at),
         gender=("FEMALE", "MALE", "NON-BINARY")[index % 3], race="DECLINE_TO_SELF_IDENTIFY")  # fmt: skip


def _events(store: Store, index: int, application: str, stage: str, order: int, now: datetime) -> None:  # fmt: skip
    """Interviews and scorecards of those who came that far; offers for three."""
    begin = (now - timedelta(days=5)).replace(hour=10, minute=0, second=0, microsecond=0)
    if order >= 3 and index:
        interview = _put(
            store, "interviews", str(index), begin, str(9101 + index), application=application, job_interview_stage=stage,
            organizer=uid("users 501"), interviewers=[uid("users 503"), uid("users 505")], location="Meeting room 2", start_at=iso(begin),
            end_at=iso(begin + timedelta(minutes=45)), remote_created_at=iso(begin), remote_updated_at=iso(begin), status="COMPLETE",
        )  # fmt: skip
        for n, user in enumerate((503, 505)):
            word = ("YES", "STRONG_YES", "NO", "NO_DECISION")[(index + n) % 4]
            _put(store, "scorecards", f"{index} {n}", begin, str(9201 + index * 2 + n), application=application, interview=interview,
                 interviewer=uid(f"users {user}"), remote_created_at=iso(begin), submitted_at=iso(begin + timedelta(hours=3)),
                 overall_recommendation=word)  # fmt: skip
    if index in (*OFFERED, HIRED):
        signed = index == HIRED
        _put(store, "offers", str(index), begin, str(9301 + index), application=application, creator=uid("users 501"),
             remote_created_at=iso(begin), sent_at=iso(begin), closed_at=iso(begin + timedelta(days=1)) if signed else None,
             start_date=iso(begin + timedelta(days=60)), status="SIGNED" if signed else "SENT")  # fmt: skip


def _address(given: str, family: str, index: int) -> str:
    if index == 0:
        return "ada.lovelace@mailbox.example"
    letters = "".join(
        c for c in f"{given}.{family}".lower() if c.isascii() and (c.isalpha() or c == ".")
    )
    return f"{letters.strip('.') or 'candidate'}.{index + 200}@mailbox.example"
