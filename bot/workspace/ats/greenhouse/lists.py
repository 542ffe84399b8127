"""Fills the account's own lists of the Greenhouse stand-in: places, posts, tags, approvals, attributes, demographics."""

from datetime import datetime, timedelta
from typing import Any

from bot.workspace.store import Store

Doc = dict[str, Any]
DEPARTMENTS = ((21, "Product", None), (22, "Engineering", 21), (23, "Design", 21))
OFFICES = ((41, "Berlin", "Berlin, Germany"), (42, "London", "London, United Kingdom"))
ATTRIBUTES = ("Craft", "Communication")
QUESTION = "Which gender do you identify with?"
ANSWERS = ("Woman", "Man", "Non-binary", "I don't wish to answer")
RATINGS = ("strong_yes", "yes", "mixed", "no")


def fill(store: Store, now: datetime, jobs: tuple[int, ...]) -> None:
    """Everything that needs the jobs and people to be there."""
    for id, name, parent in DEPARTMENTS:
        about = {"id": id, "name": name, "parent_id": parent, "external_id": None}
        store.put("gh_departments", id, about)
    for id, name, place in OFFICES:
        store.put("gh_offices", id, {"id": id, "name": name, "location": place, "parent_id": None, "external_id": None})  # fmt: skip
    for number, job in enumerate(jobs):
        _job(store, number, job, now)
    store.put("gh_referrers", 61, {"id": 61, "name": "Maya Lindqvist", "user_id": 502})
    _tags(store)
    _ratings(store, jobs)
    _demographics(store)


def _job(store: Store, number: int, job: int, now: datetime) -> None:
    row = store.get("gh_jobs", job) or {}
    store.put("gh_jobs", job, {**row, "department_id": 22 + number, "office_ids": [41 + number]})
    post, flow = job + 100, job + 200
    store.put("gh_job_posts", post, {
        "id": post, "job_id": job, "job_board_id": 1, "title": row["name"], "content": f"<p>Join us as {row['name']}.</p>",
        "internal_content": None, "public_url": f"https://boards.greenhouse.io/brightwater/jobs/{post}", "live": True, "active": True,
        "internal": False, "featured": False, "language": "en", "questions": [],
    })  # fmt: skip
    store.put("gh_job_post_locations", post, {
        "id": post, "job_post_id": post, "type": "office", "office_id": 41 + number, "custom_location_id": None, "plain_text_location": None,
    })  # fmt: skip
    store.put("gh_approval_flows", flow, {
        "id": flow, "job_id": job, "offer_id": None, "approval_type": "open_job", "approval_status": "approved", "sequential": True,
        "version": 1, "requested_by_id": 501,
    })  # fmt: skip
    store.put("gh_approver_groups", flow, {
        "id": flow, "approval_flow_id": flow, "approvals_required": 1, "sort_order": 0, "resolved_at": None, "required_for_exception": False,
    })  # fmt: skip
    at = (now - timedelta(days=61)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    store.put("gh_approvers", flow, {
        "id": flow, "approver_group_id": flow, "user_id": 507, "status": "approved", "sort_order": 0, "request_sent_at": at,
        "resolved_at": at,
    })  # fmt: skip


def _tags(store: Store) -> None:
    """One row for each tag that people have, and one for each giving of it."""
    known: dict[str, int] = {}
    for person in store.all("gh_candidates"):
        for name in person["tags"]:
            tag = known.setdefault(name, 81 + len(known))
            store.put("gh_candidate_tags", tag, {"id": tag, "name": name})
            applied = person["id"] * 100 + tag
            store.put("gh_applied_candidate_tags", applied, {
                "id": applied, "candidate_id": person["id"], "candidate_tag_id": tag,
            })  # fmt: skip


def _ratings(store: Store, jobs: tuple[int, ...]) -> None:
    """Every scorecard rates the attributes of its job."""
    for job in jobs:
        for order, name in enumerate(ATTRIBUTES):
            id = job * 10 + order
            store.put("gh_job_candidate_attributes", id, {
                "id": id, "job_id": job, "candidate_attribute_type_id": 1, "name": name, "active": True, "sort_order": order,
            })  # fmt: skip
    owners = {a["id"]: a["job_id"] for a in store.all("gh_applications")}
    for card in store.all("gh_scorecards"):
        for order in range(len(ATTRIBUTES)):
            id = card["id"] * 10 + order
            store.put("gh_scorecard_candidate_attributes", id, {
                "id": id, "scorecard_id": card["id"], "job_candidate_attribute_id": owners[card["application_id"]] * 10 + order,
                "candidate_attribute_rating": RATINGS[(card["id"] + order) % len(RATINGS)], "note": None,
            })  # fmt: skip


def _demographics(store: Store) -> None:
    """Most people answered; the rarest answer is so rare that its number would point at somebody."""
    store.put("gh_demographic_questions", 91, {
        "id": 91, "demographic_question_set_id": 90, "name": QUESTION, "active": True, "required": False, "answer_type": "multi_value_single_select",
        "sort_order": 0,
    })  # fmt: skip
    for place, answer in enumerate(ANSWERS):
        store.put("gh_demographic_answer_options", 911 + place, {
            "id": 911 + place, "demographic_question_id": 91, "name": answer, "active": True, "free_form": False,
            "decline_to_answer": place == 3, "sort_order": place,
        })  # fmt: skip
    for index, application in enumerate(store.all("gh_applications")):
        if index % 6 == 5:
            continue
        choice = 2 if index in (2, 3) else index // 2 % 2
        store.put("gh_demographic_answers", 15_001 + index, {
            "id": 15_001 + index, "application_id": application["id"], "demographic_question_id": 91,
            "demographic_answer_option_id": 911 + choice, "free_form_text": None,
        })  # fmt: skip
