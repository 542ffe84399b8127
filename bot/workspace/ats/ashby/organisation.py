"""What Brightwater Labs has set up in the Ashby stand-in: staff, jobs, plans, forms, reasons, fields of each kind."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.ats.ashby.desk import Doc, iso, keep
from bot.workspace.seed import people
from bot.workspace.store import Store

Ident = Callable[[str], str]
JOBS = (
    # title, code, status, confidential, department
    ("Platform Engineer", "BW-301", "Open", False, "Engineering"), ("Customer Success Manager", "BW-302", "Open", False, "Customers"),
    ("Chief of Staff", "BW-303", "Open", True, "Leadership"), ("Office Manager", "BW-304", "Draft", False, "Leadership"),
)  # fmt: skip
ENDS = (("Hired", "Hired"), ("Archived", "Archived"))
TYPES = {"Application review": "PreInterviewScreen", "Offer": "Offer"}  # any other stage is Active
MINUTES = {
    "Recruiter screen": 30,
    "Technical interview": 45,
    "Team interview": 60,
    "Final review": 30,
}
REASONS = (
    ("Lacking experience", "RejectedByOrg"), ("Position filled", "RejectedByOrg"), ("Withdrew", "RejectedByCandidate"),
    ("Declined the offer", "RejectedByCandidate"), ("Duplicate", "Other"),
)  # fmt: skip
SENIORITY = (("junior", "Junior"), ("mid", "Mid"), ("senior", "Senior"), ("lead", "Lead"))
LANGUAGES = (("en", "English"), ("de", "German"), ("fr", "French"), ("pl", "Polish"))
FIELDS = (
    # title, object, type, private
    ("Preferred name", "Candidate", "String", False), ("Notes for the panel", "Candidate", "LongText", False),
    ("Years of experience", "Candidate", "Number", False), ("Open to relocation", "Candidate", "Boolean", False),
    ("Earliest start", "Candidate", "Date", False), ("Seniority", "Candidate", "ValueSelect", False),
    ("Languages", "Candidate", "MultiValueSelect", False), ("Expected salary", "Candidate", "Currency", True),
    ("Weekly hours", "Candidate", "NumberRange", False), ("Salary band", "Candidate", "CompensationRange", True),
    ("Portfolio", "Candidate", "Url", False), ("Referred by", "Candidate", "UUID", False),
    ("Referral code", "Application", "String", False), ("Budget", "Job", "Currency", True), ("Equity", "Offer", "String", True),
    ("Sign-on bonus", "Offer", "Currency", True),
)  # fmt: skip
ROLES = ("Hiring Manager", "Recruiter", "Coordinator", "Sourcer", "Interviewer")


def found(store: Store, now: datetime, ident: Ident) -> None:
    """Everything that is there before the first candidate."""
    _staff(store, now, ident)
    for name, kind in REASONS:
        keep(
            store,
            "reasons",
            {"id": ident(f"reason {name}"), "text": name, "reasonType": kind, "isArchived": False},
        )
    for name in people.SOURCES:
        inbound = {"id": ident("source type"), "title": "Inbound", "isArchived": False}
        keep(
            store,
            "sources",
            {
                "id": ident(f"source {name}"),
                "title": name,
                "isArchived": False,
                "sourceType": inbound,
            },
        )
    for name in ("Strong", "Relocating", "Alumni"):
        keep(store, "tags", {"id": ident(f"tag {name}"), "title": name, "isArchived": False})
    for title, thing, kind, private in FIELDS:
        row: Doc = {
            "id": ident(f"field {title}"),
            "title": title,
            "objectType": thing,
            "fieldType": kind,
            "isPrivate": private,
            "isArchived": False,
        }
        options = {"ValueSelect": SENIORITY, "MultiValueSelect": LANGUAGES}.get(kind)
        row |= (
            {"selectableValues": [_option(value, label) for value, label in options]}
            if options
            else {}
        )
        keep(store, "fields", row)
    keep(
        store,
        "templates",
        {"id": ident("template"), "title": "Not this time", "type": "email", "isArchived": False},
    )
    _form(store, ident)
    _answered(store, ident)
    keep(store, "interviews", _interview(ident("interview"), "Interview", None, ident))
    for number, job in enumerate(JOBS):
        _plan(store, number, job[0], ident)
        _job(store, number, now, ident)
    for number in range(6):
        keep(store, "surveys", {
            "id": ident(f"survey {number}"), "submittedAt": iso(now - timedelta(days=number)), "candidateId": ident(f"candidate {number}"),
            "applicationId": ident(f"application {number}"), "surveyType": "Diversity",
            "submittedValues": {"gender": ("Woman", "Man", "Woman", "Non-binary", "Prefer not to say", "Man")[number]},
            "formDefinition": {"sections": [{"title": "About you", "fields": [_asked(ident, "gender", "Gender", "ValueSelect")]}]},
        })  # fmt: skip


def _answered(store: Store, ident: Ident) -> None:
    """What the first candidate wrote on the application form."""
    fields = [
        _asked(ident, "why", "Why Brightwater?", "LongText"),
        _asked(ident, "remote", "Remote?", "Boolean"),
    ]
    keep(store, "submissions", {
        "id": ident("submission"), "applicationId": ident("application 0"), "formDefinition": {"sections": [{"title": "You", "fields": fields}]},
        "submittedValues": {"why": "I like engines.", "remote": True},
    })  # fmt: skip


def _staff(store: Store, now: datetime, ident: Ident) -> None:
    for _, name, real, _, title, admin, number in people.STAFF:
        given, _, family = real.partition(" ")
        keep(store, "users", {
            "id": ident(f"user {number}"), "firstName": given, "lastName": family, "email": f"{name}@brightwater.example",
            "globalRole": "Organization Admin" if admin else "Limited Access", "isEnabled": True, "updatedAt": iso(now),
            "_approver": "approver" in title,
        })  # fmt: skip
    for role in ROLES:
        store.put(
            "ashby_roles", ident(f"role {role}"), {"id": ident(f"role {role}"), "title": role}
        )
    for name in ("Engineering", "Customers", "Leadership"):
        row = {
            "id": ident(f"department {name}"),
            "name": name,
            "isArchived": False,
            "parentId": None,
        }
        keep(store, "departments", row)
    for name in ("Berlin", "London"):
        place = {"postalAddress": {"addressLocality": name}}
        row = {"id": ident(f"location {name}"), "name": name, "isArchived": False, "address": place, "isRemote": False,
               "workplaceType": "Hybrid", "parentLocationId": None, "type": "Location"}  # fmt: skip
        keep(store, "locations", row)


def _job(store: Store, number: int, now: datetime, ident: Ident) -> None:
    title, code, status, confidential, department = JOBS[number]
    id, plan, opened = (
        ident(f"job {number}"),
        ident(f"plan {number}"),
        iso(now - timedelta(days=50 + number)),
    )
    seats = [("Recruiter", 501), ("Hiring Manager", 507 if confidential else 502)]
    if not confidential:
        seats += [("Interviewer", 503), ("Interviewer", 505)]
    keep(store, "jobs", {
        "id": id, "title": title, "confidential": confidential, "status": status, "employmentType": "FullTime",
        "locationId": ident(f"location {('Berlin', 'London')[number % 2]}"), "departmentId": ident(f"department {department}"),
        "defaultInterviewPlanId": plan, "interviewPlanIds": [plan], "customFields": [], "jobPostingIds": [ident(f"posting {number}")],
        "customRequisitionId": code, "brandId": None, "authorId": ident("user 501"), "createdAt": opened, "updatedAt": iso(now),
        "openedAt": opened if status == "Open" else None, "closedAt": None,
        "hiringTeam": [{"userId": ident(f"user {user}"), "role": role} for role, user in seats],
    })  # fmt: skip
    keep(store, "openings", {
        "id": ident(f"opening {number}"), "openedAt": opened, "closedAt": None, "isArchived": False, "archivedAt": None, "closeReasonId": None,
        "openingState": status,
        "latestVersion": {"id": ident(f"opening version {number}"), "identifier": f"{code}-1", "description": title, "authorId": ident("user 501"),
                          "createdAt": opened, "jobIds": [id], "targetHireDate": None, "targetStartDate": (now + timedelta(days=60)).date().isoformat(),
                          "isBackfill": False, "employmentType": "FullTime", "locationIds": [], "hiringTeam": [], "customFields": []},
    })  # fmt: skip
    if status == "Open" and not confidential:
        keep(store, "postings", {
            "id": ident(f"posting {number}"), "title": title, "jobId": id, "departmentName": department, "teamName": department,
            "locationName": ("Berlin", "London")[number % 2], "employmentType": "FullTime", "isListed": True, "publishedDate": opened[:10],
            "updatedAt": opened, "externalLink": f"https://jobs.ashbyhq.com/brightwater/{ident(f'posting {number}')}",
            "applyLink": f"https://jobs.ashbyhq.com/brightwater/{ident(f'posting {number}')}/application",
            "descriptionHtml": f"<p>{title} at Brightwater Labs.</p>", "descriptionPlain": f"{title} at Brightwater Labs.",
            "locationIds": {"primaryLocationId": ident(f"location {('Berlin', 'London')[number % 2]}"), "secondaryLocationIds": []},
            "descriptionParts": {"descriptionBody": {"html": f"<p>{title} at Brightwater Labs.</p>", "plain": f"{title} at Brightwater Labs."}},
            "shouldDisplayCompensationOnJobBoard": False, "linkedData": {}, "applicationFormDefinition": {"sections": []},
            "surveyFormDefinitions": [], "compensation": {"compensationTiers": [], "shouldDisplayCompensationOnJobBoard": False},
        })  # fmt: skip


def _plan(store: Store, number: int, title: str, ident: Ident) -> None:
    """The stages of one job; the second job's plan begins with leads."""
    plan = ident(f"plan {number}")
    keep(store, "plans", {"id": plan, "title": f"{title} plan", "isArchived": False})
    names: list[tuple[str, str]] = [("New lead", "Lead")] if number == 1 else []
    names += [(stage, TYPES.get(stage, "Active")) for stage in people.STAGES] + list(ENDS)
    for order, (stage, kind) in enumerate(names):
        id, activities = ident(f"stage {number} {stage}"), []
        if stage in MINUTES:
            interview = _interview(
                ident(f"interview {number} {stage}"), stage, ident(f"job {number}"), ident
            )
            keep(store, "interviews", interview)
            held = {"id": ident(f"slot {number} {stage}"), "title": stage, "interviewId": interview["id"],
                    "interviewDurationMinutes": MINUTES[stage], "isSchedulable": True}  # fmt: skip
            activities = [
                {"id": ident(f"activity {number} {stage}"), "title": stage, "interviews": [held]}
            ]
        keep(store, "stages", {
            "id": id, "title": stage, "type": kind, "orderInInterviewPlan": order, "interviewStageGroupId": None, "interviewPlanId": plan,
            "activities": activities,
        })  # fmt: skip


def _interview(id: str, title: str, job: str | None, ident: Ident) -> Doc:
    return {
        "id": id, "title": title, "externalTitle": title, "isArchived": False, "isDebrief": False, "isFeedbackRequired": True,
        "instructionsHtml": "<p>Say what you saw, not what you felt.</p>", "instructionsPlain": "Say what you saw, not what you felt.",
        "jobId": job, "feedbackFormDefinitionId": ident("form"),
    }  # fmt: skip


def _form(store: Store, ident: Ident) -> None:
    focus = [("coding", "Coding"), ("design", "System design"), ("people", "Working with people")]
    fields = [
        _asked(ident, "overall_recommendation", "Overall recommendation", "Score", required=True),
        _asked(ident, "strengths", "Strengths", "RichText", required=True), _asked(ident, "concerns", "Concerns", "RichText"),
        _asked(ident, "would_work_with", "Would you want to work with them?", "Boolean"),
        _asked(ident, "focus", "What did you look at?", "MultiValueSelect", options=focus),
        _asked(ident, "seniority", "Which level?", "ValueSelect", options=list(SENIORITY)),
    ]  # fmt: skip
    keep(store, "forms", {
        "id": ident("form"), "organizationId": ident("organisation"), "title": "Interview feedback", "isArchived": False, "isDefaultForm": True,
        "interviewId": None, "formDefinition": {"sections": [{"title": "Feedback", "fields": fields}]},
    })  # fmt: skip


def _asked(
    ident: Ident,
    path: str,
    title: str,
    kind: str,
    *,
    required: bool = False,
    options: list[Any] | None = None,
) -> Doc:
    field: Doc = {
        "id": ident(f"asked {path}"),
        "type": kind,
        "path": path,
        "humanReadablePath": title,
        "title": title,
        "isNullable": not required,
    }
    field |= (
        {"selectableValues": [_option(value, label) for value, label in options]} if options else {}
    )
    return {"isRequired": required, "field": field}


def _option(value: str, label: str) -> Doc:
    return {"label": label, "value": value, "isArchived": False}
