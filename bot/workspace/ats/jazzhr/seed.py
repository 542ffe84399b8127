"""Fills Brightwater Labs' JazzHR: two jobs on one workflow, two dozen people, what was said of them."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.seed import pdf, people
from bot.workspace.store import Store

Doc = dict[str, Any]
JOBS = (("job_20260903090000_QA7T", "QA Engineer", "Engineering"), ("job_20260910090000_CSM2", "Customer Success Manager", "Customers"))  # fmt: skip
ENDS = (("Hired", "Hired"), ("Not Hired - Lacks experience", "Not Hired"), ("Declined our offer", "Not Hired"))  # fmt: skip
FIRST = 410_001  # the number of the workflow's first step


def fill(store: Store, now: datetime) -> None:
    """Everything, with times relative to `now`."""
    named = [(words, "New" if place == 0 else "Active") for place, words in enumerate(people.STAGES)]  # fmt: skip
    for place, (words, category) in enumerate((*named, *ENDS)):
        id = str(FIRST + place)
        store.put("jazzhr_steps", id, {"id": id, "name": words, "category": category})
    for _, name, real, _, _, admin, number in people.STAFF:
        given, _, family = real.partition(" ")
        store.put("jazzhr_users", f"usr_{number}", {
            "id": f"usr_{number}", "type": "Administrator" if admin else "Recruiter" if number == 501 else "User",
            "first_name": given, "last_name": family, "email": f"{name}@brightwater.example", "date_created": "2025-02-03",
        })  # fmt: skip
    for id, title, department in JOBS:
        store.put("jazzhr_jobs", id, {
            "id": id, "team_id": "", "title": title, "country_id": "Germany", "city": "Berlin", "state": "", "zip": "",
            "department": department, "description": f"<p>{title} at Brightwater Labs.</p>", "minimum_salary": "0",
            "maximum_salary": "0", "notes": "", "original_open_date": f"{now - timedelta(days=45):%Y-%m-%d}", "type": "Full Time",
            "status": "Open", "send_to_job_boards": "1", "hiring_lead": "usr_502", "board_code": id[-4:], "internal_code": "",
            "questionnaire": "0",
        })  # fmt: skip
    for index, words in enumerate(people.LEVER):
        _person(store, index, words, now)


def _person(store: Store, index: int, words: str, now: datetime) -> None:
    given, _, family = words.partition("|")
    since = now - timedelta(days=1 + index % 12)
    id = f"prospect_{since:%Y%m%d%H%M%S}_{hashlib.sha256(f'jazz {index}'.encode()).hexdigest()[:8]}"
    place = 3 if index == 0 else {9: 9, 13: 10, 17: 8}.get(index, (index // 2) % 8)
    store.put("jazzhr_people", id, {
        "id": id, "first_name": given, "last_name": family, "email": people.address(given, family, index if index == 0 else index + 300),
        "phone": f"+49 30 5550 {100 + index}", "location": people.CITIES[index % 6], "linkedin_url": "", "website": "",
        "source": people.SOURCES[index % 7], "apply_date": f"{since:%Y-%m-%d}", "desired_salary": f"{55 + index},000",
        "desired_start_date": "", "education_level": "No Answer", "languages": "", "rating": "0",
        "categories": [{"category_id": "cat_1", "category_name": "Remote", "status": "1"}] if index % 4 == 0 else [],
    })  # fmt: skip
    pair = str(870_001 + index)
    store.put("jazzhr_pairs", pair, {
        "id": pair, "applicant_id": id, "job_id": JOBS[index % 2][0], "rating": "0", "workflow_step_id": str(FIRST + place),
        "date": f"{since:%Y-%m-%d}",
    })  # fmt: skip
    comment = f"comment_{4001 + index}"
    store.put("jazzhr_comments", comment, {
        "id": comment, "applicant_id": id, "author_id": "usr_501", "author_name": "Rosa Delgado",
        "text": people.NOTES[index % len(people.NOTES)], "date": f"{since:%Y-%m-%d}", "time": "10:15:00",
    })  # fmt: skip
    lines = [f"{given} {family}", people.CITIES[index % 6], "", f"Last: {people.COMPANIES[index % 8]}"]  # fmt: skip
    file = f"file_{hashlib.sha256(pair.encode()).hexdigest()[:16]}"
    store.put("jazzhr_files", file, {
        "id": file, "applicant_id": id, "filename": "resume.pdf", "mime_type": "application/pdf", "user_id": "usr_anonymous",
        "file_privacy": "0", "file_size": 1_000, "date_loaded": f"{since:%Y-%m-%d}", "time_loaded": "09:00:00", "resume": "1",
        "token": file[5:13], "content": base64.b64encode(pdf.page(lines)).decode(),
    })  # fmt: skip
