"""Jobs of the Ashby stand-in, their interview plans and stages, openings, public posts and hiring teams."""

from typing import Any

from bot.workspace.ats.ashby import webhooks
from bot.workspace.ats.ashby.desk import Desk, Doc, Refusal, call, plain
from bot.workspace.ats.ashby.paging import page

TEXTS = ("description", "linkedData", "applicationForm", "surveyForm")  # told of one posting only
STATUSES = ("Draft", "Open", "Closed", "Archived")
STEPS = {
    "Draft": ("Open", "Archived"),
    "Open": ("Closed",),
    "Closed": ("Draft", "Archived"),
    "Archived": ("Draft",),
}


def shown(desk: Desk, row: Doc) -> Doc:
    """A job as the API gives it, with what was asked to be expanded."""
    told = {k: v for k, v in plain(row).items() if k != "authorId"}
    told["hiringTeam"] = [member(desk, seat) for seat in row["hiringTeam"]]
    told["customFields"] = [
        f for f in row["customFields"] if desk.key.get("private") or not f["isPrivate"]
    ]
    wanted = desk.body.get("expand") or []
    if "location" in wanted:
        told["location"] = plain(desk.store.get("ashby_locations", row["locationId"]) or {})
    if "openings" in wanted:
        rows = desk.store.all("ashby_openings")
        told["openings"] = [plain(o) for o in rows if row["id"] in o["latestVersion"]["jobIds"]]
    return told


def member(desk: Desk, seat: Doc) -> Doc:
    user = desk.store.get("ashby_users", seat["userId"]) or {}
    return {k: user.get(k) for k in ("email", "firstName", "lastName")} | {
        "role": seat["role"],
        "userId": seat["userId"],
    }


@call("job.list", "jobsRead")
def every(desk: Desk) -> Doc:
    """Drafts only when they are asked for."""
    wanted = desk.body.get("status") or ["Open", "Closed", "Archived"]
    if not isinstance(wanted, list) or not all(word in STATUSES for word in wanted):
        raise Refusal("invalid_input", f"status must be a list of {', '.join(STATUSES)}")
    rows = [j for j in desk.store.all("ashby_jobs") if j["status"] in wanted and desk.may_see(j)]
    return page(desk, "jobs", rows, lambda row: shown(desk, row))


@call("job.info", "jobsRead")
def info(desk: Desk) -> Doc:
    return shown(desk, desk.one("jobs", "id"))


@call("job.search", "jobsRead")
def search(desk: Desk) -> list[Doc]:
    words, code = desk.body.get("title"), desk.body.get("requisitionId")
    if not words and not code:
        raise Refusal("invalid_input", "title or requisitionId is required")
    rows = [row for row in desk.store.all("ashby_jobs") if desk.may_see(row)]
    rows = [r for r in rows if not words or str(words).lower() in r["title"].lower()]
    return [shown(desk, r) for r in rows if not code or r["customRequisitionId"] == code]


@call("job.setStatus", "jobsWrite")
def set_status(desk: Desk) -> Doc:
    job, status = desk.one("jobs", "jobId"), desk.text("status")
    if status not in STATUSES:
        raise Refusal("invalid_input", f"status must be one of {', '.join(STATUSES)}")
    if status not in STEPS[job["status"]]:
        raise Refusal(
            "invalid_status_transition", f"A job that is {job['status']} cannot become {status}."
        )
    at = {"Open": "openedAt", "Closed": "closedAt"}.get(status)
    return _saved(desk, {**job, "status": status} | ({at: desk.now} if at else {}))


@call("job.update", "jobsWrite")
def update(desk: Desk) -> Doc:
    job = desk.one("jobs", "jobId")
    if "title" in desk.body:
        job["title"] = desk.text("title")
    if "customRequisitionId" in desk.body:
        job["customRequisitionId"] = desk.text("customRequisitionId")
    for field, kind in (
        ("locationId", "locations"),
        ("departmentId", "departments"),
        ("defaultInterviewPlanId", "plans"),
    ):
        if found := desk.maybe(kind, field):
            job[field] = found["id"]
    return _saved(desk, job)


def _saved(desk: Desk, job: Doc) -> Doc:
    told = shown(desk, desk.save("jobs", job))
    webhooks.tell(desk, "jobUpdate", {"job": told})
    return told


@call("interviewPlan.list", "interviewsRead")
def plans(desk: Desk) -> Doc:
    return page(desk, "plans", desk.store.all("ashby_plans"), plain)


@call("interviewStage.list", "interviewsRead")
def stages(desk: Desk) -> Doc:
    plan = desk.one("plans", "interviewPlanId")
    return {
        "results": [stage(row) for row in _stages(desk, plan["id"])],
        "moreDataAvailable": False,
    }


@call("interviewStage.info", "interviewsRead")
def one_stage(desk: Desk) -> Doc:
    return stage(desk.one("stages", "interviewStageId"))


@call("jobInterviewPlan.info", "jobsRead")
def job_plan(desk: Desk) -> Doc:
    """A job's stages in order, each with its activities and their interviews."""
    job = desk.one("jobs", "jobId")
    plan = job["defaultInterviewPlanId"]
    rows = [stage(row) | {"activities": row["activities"]} for row in _stages(desk, plan)]
    return {"jobId": job["id"], "interviewPlanId": plan, "stages": rows}


def _stages(desk: Desk, plan: str) -> list[Doc]:
    rows = desk.store.find("ashby_stages", interviewPlanId=plan)
    return sorted(rows, key=lambda row: int(row["orderInInterviewPlan"]))


def stage(row: Doc) -> Doc:
    return {k: v for k, v in plain(row).items() if k != "activities"}


@call("opening.list", "jobsRead")
def openings(desk: Desk) -> Doc:
    return page(desk, "openings", desk.store.all("ashby_openings"), plain)


@call("jobPosting.list", "jobsRead")
def postings(desk: Desk) -> list[Doc]:
    """Those that are published, without their texts."""
    rows = [
        r
        for r in desk.store.all("ashby_postings")
        if r["isListed"] or not desk.body.get("listedOnly")
    ]
    return [{k: v for k, v in plain(row).items() if not k.startswith(TEXTS)} for row in rows]


@call("jobPosting.info", "jobsRead")
def posting(desk: Desk) -> Doc:
    return plain(desk.one("postings", "jobPostingId"))


@call("hiringTeam.addMember", "organizationWrite")
def add_member(desk: Desk) -> Any:
    """On the team of a job, or of one application, which has its job's until it gets its own."""
    kind, row, seat = _seat(desk)
    held = _team(desk, row)
    return _seated(desk, kind, row, held if seat in held else [*held, seat], seat)


@call("hiringTeam.removeMember", "organizationWrite")
def remove_member(desk: Desk) -> Any:
    kind, row, seat = _seat(desk)
    return _seated(desk, kind, row, [held for held in _team(desk, row) if held != seat], seat)


def _seat(desk: Desk) -> tuple[str, Doc, Doc]:
    """Whose team it is, and the seat."""
    role = desk.store.get("ashby_roles", str(desk.body.get("roleId")))
    if role is None:
        raise Refusal("hiring_team_role_not_found", "roleId is not a role of this organisation")
    kind = "applications" if "applicationId" in desk.body else "jobs"
    row = desk.one(kind, "applicationId" if kind == "applications" else "jobId")
    return kind, row, {"userId": desk.one("users", "teamMemberId")["id"], "role": role["title"]}


def _team(desk: Desk, row: Doc) -> list[Doc]:
    if "hiringTeam" in row:
        return list(row["hiringTeam"])
    job = desk.store.get("ashby_jobs", row["jobId"]) or {}
    return list(row.get("team") or job.get("hiringTeam") or [])


def _seated(desk: Desk, kind: str, row: Doc, seats: list[Doc], seat: Doc) -> Doc:
    if kind == "jobs":
        _saved(desk, {**row, "hiringTeam": seats})
    else:
        desk.save("applications", {**row, "team": seats})
    return member(desk, seat)
