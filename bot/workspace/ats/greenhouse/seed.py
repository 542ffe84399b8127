"""Fills the Greenhouse stand-in: two jobs, eight stages, thirty-six people and what has happened to them."""

import base64
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.ats.greenhouse import fields, filters, lists
from bot.workspace.seed import pdf, people
from bot.workspace.store import Store

Doc = dict[str, Any]
JOBS = ((4001, "Senior Backend Engineer"), (4002, "Product Designer"))
PLANS = {
    "Recruiter screen": 30,
    "Technical interview": 45,
    "Team interview": 60,
    "Final review": 30,
}
PANELS = {
    "Recruiter screen": (501,),
    "Technical interview": (503, 504),
    "Team interview": (502, 505),
    "Final review": (502,),
}


def fill(store: Store, now: datetime) -> None:
    """Everything, with times relative to `now`."""
    _company(store, now)
    for job, _ in JOBS:
        _plan(store, job, now)
    for index, name in enumerate(people.GREENHOUSE):
        _person(store, index, name, now)
    fields.fill(store, now)
    lists.fill(store, now, tuple(job for job, _ in JOBS))
    _stamp(store, now)


def _stamp(store: Store, now: datetime) -> None:
    """Every Harvest row tells when it was made and changed; those that did not say are sixty days old."""
    old = _iso(now - timedelta(days=60))
    for resource in filters.KNOWN:
        for row in store.all(f"gh_{resource}"):
            made = row.get("created_at") or old
            changed = row.get("updated_at") or row.get("submitted_at") or made
            times = {"created_at": made, "updated_at": changed}
            store.put(f"gh_{resource}", row["id"], {**row, **times})


def _company(store: Store, now: datetime) -> None:
    for _, name, real, _, title, admin, number in people.STAFF:
        given, _, family = real.partition(" ")
        email = f"{name}@brightwater.example"
        store.put("gh_users", number, {"id": number, "first_name": given, "last_name": family, "name": real, "primary_email": email,
                                       "emails": [email], "site_admin": admin, "deactivated": False, "job_title": title})  # fmt: skip
    for number, (job, title) in enumerate(JOBS):
        store.put("gh_jobs", job, {"id": job, "name": title, "requisition_id": f"BW-{100 + number}", "status": "open", "confidential": False,
                                   "is_template": False, "opened_at": _iso(now - timedelta(days=60)), "closed_at": None,
                                   "custom_fields": {"employment_type": {"name": "Employment type", "type": "single_select", "value": "Full-time"}},
                                   "updated_at": _iso(now)})  # fmt: skip
        store.put(
            "gh_job_owners",
            f"{job}1",
            {
                "id": job * 10 + 1,
                "job_id": job,
                "user_id": 501,
                "type": "recruiter",
                "responsible": True,
            },
        )
        store.put(
            "gh_job_hiring_managers", f"{job}2", {"id": job * 10 + 2, "job_id": job, "user_id": 502}
        )
        store.put(
            "gh_openings",
            job + 50,
            {
                "id": job + 50,
                "job_id": job,
                "opening_id": f"BW-{100 + number}-1",
                "open": True,
                "application_id": None,
                "close_reason_id": None,
                "target_start_on": None,
                "sort_order": 0,
                "custom_fields": {},
            },
        )
    _reasons_and_sources(store)


def _reasons_and_sources(store: Store) -> None:
    for number, source in enumerate(people.SOURCES, 31):
        store.put(
            "gh_sources",
            number,
            {"id": number, "name": source, "type": {"id": 1, "name": "Sourcing"}},
        )
    reasons = (
        ("Lacking experience", "WE_REJECTED_THEM"),
        ("Position filled", "WE_REJECTED_THEM"),
        ("Withdrew", "THEY_REJECTED_US"),
        ("Declined the offer", "THEY_REJECTED_US"),
    )
    for number, (reason, party) in enumerate(reasons, 71):
        store.put(
            "gh_rejection_reasons",
            number,
            {"id": number, "name": reason, "type": {"id": 1, "name": party.title(), "key": party}},
        )


def _plan(store: Store, job: int, now: datetime) -> None:
    for order, stage in enumerate(people.STAGES):
        id = job * 10 + order
        store.put(
            "gh_job_interview_stages",
            id,
            {"id": id, "job_id": job, "name": stage, "sort_order": order, "active": True},
        )
        if stage in PLANS:
            store.put("gh_job_interviews", id, {"id": id, "job_interview_stage_id": id, "job_id": job, "name": stage, "duration": PLANS[stage],
                                                "scheduling_type": "needs_scheduling", "require_scorecard": True, "sort_order": order, "active": True})  # fmt: skip
            store.put(
                "gh_interview_kits",
                id,
                {"id": id, "job_interview_id": id, "exercises": "", "job_id": job},
            )
            _questions(store, id)
            for user in PANELS[stage]:
                store.put(
                    "gh_default_interviewers",
                    f"{id}{user}",
                    {"id": id * 1_000 + user, "interview_kit_id": id, "user_id": user},
                )


def _questions(store: Store, kit: int) -> None:
    questions = (
        ("<p>What stood out?</p>", "text", True), ("<p>Would you want to work with them?</p>", "yes_no", True),
        ("<p>Anything we should look at next time?</p>", "text", False),
    )  # fmt: skip
    for order, (question, kind, required) in enumerate(questions):
        id = kit * 10 + order
        store.put("gh_scorecard_questions", id, {"id": id, "interview_kit_id": kit, "question": question, "answer_type": kind,
                                                 "required": required, "sort_order": order})  # fmt: skip


def _person(store: Store, index: int, name: str, now: datetime) -> None:
    given, _, family = name.partition("|")
    id, application = 2001 + index, 3001 + index
    ada = index == 0
    place = 0 if ada else index % len(people.ZONES)
    since = now - timedelta(days=4 + index % 9, hours=index % 5)
    store.put("gh_candidates", id, {
        "id": id, "first_name": given, "last_name": family, "preferred_name": None,
        "company": people.COMPANIES[index % len(people.COMPANIES)], "title": "Engineer" if index % 2 == 0 else "Designer", "private": False,
        "can_email": index != 34, "time_zone": people.ZONES[place], "tags": ["strong"] if index % 5 == 0 else [],
        "email_addresses": [{"value": people.address(given, family, index), "type": "personal"}],
        "phone_numbers": [{"value": "+44 20 7946 0958" if ada else f"+44 20 7946 0{100 + index}", "type": "mobile"}],
        "addresses": [{"value": people.CITIES[place], "type": "home"}], "website_addresses": [], "social_media_addresses": [],
        "custom_fields": {"notice_period": {"name": "Notice period", "type": "short_text", "value": f"{1 + index % 3} month{'s' if index % 3 else ''}"}},
        "last_activity_at": _iso(since), "created_at": _iso(now - timedelta(days=20 + index)), "updated_at": _iso(since),
    })  # fmt: skip
    job = JOBS[index % 2][0]
    order = 3 if ada else index % 7
    stage = job * 10 + order
    status = "rejected" if index in (12, 23, 31) else "hired" if index == 17 else "in_process"
    store.put("gh_applications", application, {
        "id": application, "candidate_id": id, "job_id": job, "job_post_id": None, "stage_id": 9_000 + application,
        "stage_name": people.STAGES[order], "status": status,
        "needs_decision": False, "prospect": False, "prospective_job_ids": [], "referrer_id": 61 if ada else None,
        "location_address": None, "recruiter_id": 501,
        "coordinator_id": None, "source_id": 31 if ada else 31 + index % len(people.SOURCES), "answers": [], "custom_fields": {},
        "rejected_at": _iso(since) if status == "rejected" else None, "last_activity_at": _iso(since),
        "created_at": _iso(now - timedelta(days=20 + index)), "updated_at": _iso(since),
    })  # fmt: skip
    store.put("gh_application_stages", 9_000 + application, {
        "id": 9_000 + application, "application_id": application, "job_interview_stage_id": stage, "entered_at": _iso(since), "exited_at": None,
        "days_in_stage": (now - since).days, "current": True,
    })  # fmt: skip
    _papers(store, index, id, application, given, family, now)


def _papers(
    store: Store, index: int, id: int, application: int, given: str, family: str, now: datetime
) -> None:
    lines = [
        f"{given} {family}",
        people.address(given, family, index),
        "",
        f"{3 + index % 12} years of experience",
        f"Last: {people.COMPANIES[index % 8]}",
        "Languages: English, German",
    ]
    store.put("gh_attachments", 6001 + index, {"id": 6001 + index, "candidate_id": id, "application_id": application, "filename": "resume.pdf",
                                               "type": "resume", "url": "", "created_at": _iso(now - timedelta(days=20))})  # fmt: skip
    store.put(
        "gh_bytes",
        6001 + index,
        {"content": base64.b64encode(pdf.page(lines)).decode(), "signature": ""},
    )
    store.put("gh_notes", 7001 + index, {"id": 7001 + index, "candidate_id": id, "application_id": application, "user_id": 501,
                                         "body": people.NOTES[index % len(people.NOTES)], "type": "note", "visibility": "publicly_visible",
                                         "created_at": _iso(now - timedelta(days=6))})  # fmt: skip
    if index % 7 >= 3 and index:
        for n, user in enumerate((503, 505)):
            card = 8001 + index * 2 + n
            rating = ("yes", "strong_yes", "no", "yes")[(index + n) % 4]
            store.put("gh_scorecards", card, {
                "id": card, "application_id": application, "interview_kit_id": None, "interviewer_id": user, "submitter_id": user,
                "candidate_rating": rating, "status": "complete", "interviewed_at": _iso(now - timedelta(days=5)),
                "submitted_at": _iso(now - timedelta(days=4)), "public_notes": people.SEEN[(index + n) % len(people.SEEN)],
            })  # fmt: skip


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
