"""Applications of the Ashby stand-in. Rejecting is a move to an archived stage with a reason; hiring, to the hired one."""

from bot.workspace.ats.ashby import webhooks
from bot.workspace.ats.ashby.desk import Desk, Doc, Refusal, call, is_uuid, new_id, plain
from bot.workspace.ats.ashby.jobs import member, stage
from bot.workspace.ats.ashby.paging import page

STATUS = {
    "Lead": "Lead",
    "Hired": "Hired",
    "Archived": "Archived",
}  # any other stage type is Active
STORED = (
    "candidateId",
    "jobId",
    "stageId",
    "sourceId",
    "creditedToUserId",
    "archiveReasonId",
    "history",
    "team",
)


def shown(desk: Desk, row: Doc) -> Doc:
    """An application as the API gives it in lists and webhooks."""
    person = desk.store.get("ashby_candidates", row["candidateId"]) or {}
    job = desk.store.get("ashby_jobs", row["jobId"]) or {}
    now = desk.store.get("ashby_stages", row["stageId"]) or {}
    about: Doc = {"id": person["id"], "name": person["name"]}
    about |= {"primaryEmailAddress": e} if (e := next(iter(person["emailAddresses"]), None)) else {}
    about |= {"primaryPhoneNumber": p} if (p := next(iter(person["phoneNumbers"]), None)) else {}
    told = {k: v for k, v in plain(row).items() if k not in STORED} | {
        "candidate": about, "currentInterviewStage": stage(now),
        "job": {k: job[k] for k in ("id", "title", "locationId", "departmentId")},
        "hiringTeam": [member(desk, seat) for seat in row.get("team") or job["hiringTeam"]],
    }  # fmt: skip
    for field, name, kind in (
        ("sourceId", "source", "sources"), ("creditedToUserId", "creditedToUser", "users"), ("archiveReasonId", "archiveReason", "reasons"),
    ):  # fmt: skip
        if found := desk.store.get(f"ashby_{kind}", str(row.get(field))):
            told[name] = plain(found)
    return told


@call("application.list", "candidatesRead")
def every(desk: Desk) -> Doc:
    rows = desk.store.all("ashby_applications")
    hidden = {job["id"] for job in desk.store.all("ashby_jobs") if not desk.may_see(job)}
    rows = [row for row in rows if row["jobId"] not in hidden]
    if job := desk.maybe("jobs", "jobId"):
        rows = [row for row in rows if row["jobId"] == job["id"]]
    if status := desk.body.get("status"):
        if status not in ("Hired", "Archived", "Active", "Lead"):
            raise Refusal("invalid_input", "status is not a known one")
        rows = [row for row in rows if row["status"] == status]
    return page(desk, "applications", rows, lambda row: shown(desk, row))


@call("application.info", "candidatesRead")
def info(desk: Desk) -> Doc:
    row = desk.one("applications", "applicationId")
    told = shown(desk, row) | {"applicationHistory": row["history"]}
    if "applicationFormSubmissions" in (desk.body.get("expand") or []):
        forms = desk.store.find("ashby_submissions", applicationId=row["id"])
        told["applicationFormSubmissions"] = [plain(form) for form in forms]
    return told


@call("application.listHistory", "candidatesRead")
def history(desk: Desk) -> Doc:
    row = desk.one("applications", "applicationId")
    answer = page(desk, "histories", row["history"], lambda item: item)
    return {name: value for name, value in answer.items() if name != "syncToken"}


@call("application.create", "candidatesWrite")
def create(desk: Desk) -> Doc:
    """Twice for the same job is fine with Ashby, as long as the first is over."""
    person, job = desk.one("candidates", "candidateId"), desk.one("jobs", "jobId")
    if job["status"] != "Open":
        raise Refusal("job_not_open", "The job is not open.")
    for row in desk.store.find("ashby_applications", candidateId=person["id"], jobId=job["id"]):
        if row["status"] in ("Active", "Lead"):
            raise Refusal(
                "application_already_exists",
                "The candidate has an active application for this job.",
            )
    row = {
        "id": new_id(), "createdAt": desk.now, "updatedAt": desk.now, "candidateId": person["id"], "jobId": job["id"],
        "customFields": [], "history": [], "sourceId": _id(desk, "sources", "sourceId"),
        "creditedToUserId": _id(desk, "users", "creditedToUserId"),
    }  # fmt: skip
    row = _entered(desk, row, _first(desk, job))
    desk.save("candidates", person)
    return shown(desk, tell(desk, desk.save("applications", row), "applicationUpdate"))


def _id(desk: Desk, kind: str, field: str) -> str | None:
    found = desk.maybe(kind, field)
    return str(found["id"]) if found else None


def _first(desk: Desk, job: Doc) -> Doc:
    """The stage asked for, by its id or as the first screen; else the first of all that is no lead."""
    wish = desk.body.get("interviewStageId")
    if is_uuid(wish):
        return _stage_of(desk, job)
    if wish not in (None, "FirstPreInterviewScreen"):
        raise Refusal("invalid_input", "interviewStageId is not a valid UUID")
    rows = desk.store.find("ashby_stages", interviewPlanId=job["defaultInterviewPlanId"])
    rows.sort(key=lambda row: int(row["orderInInterviewPlan"]))
    return next(row for row in rows if row["type"] == "PreInterviewScreen")


def _stage_of(desk: Desk, job: Doc) -> Doc:
    found = desk.one("stages", "interviewStageId")
    if found["interviewPlanId"] not in job["interviewPlanIds"]:
        raise Refusal(
            "interview_stage_not_found", "The interview stage is not one of the job's plan."
        )
    return found


def _entered(desk: Desk, row: Doc, to: Doc) -> Doc:
    """The application in its new stage, with one more line of history."""
    lines = [dict(line) for line in row["history"]]
    if lines:
        lines[-1]["leftStageAt"] = desk.now
    lines.append(line(to, desk.now, len(lines), desk.who["id"]))
    return {
        **row,
        "stageId": to["id"],
        "status": STATUS.get(to["type"], "Active"),
        "history": lines,
    }


def line(to: Doc, at: str, number: int, actor: str) -> Doc:
    """One line of an application's history."""
    return {
        "id": new_id(), "stageId": to["id"], "title": to["title"], "enteredStageAt": at, "stageNumber": number,
        "allowedActions": ["set_entered_at"], "actorId": actor,
    }  # fmt: skip


@call("application.changeStage", "candidatesWrite")
def change_stage(desk: Desk) -> Doc:
    row = desk.one("applications", "applicationId")
    job = desk.store.get("ashby_jobs", row["jobId"]) or {}
    to, reason = _stage_of(desk, job), desk.maybe("reasons", "archiveReasonId")
    if to["type"] == "Archived" and reason is None:
        raise Refusal("invalid_input", "archiveReasonId is required when the stage is Archived")
    if mail := desk.body.get("archiveEmail"):
        known = desk.store.get("ashby_templates", str(mail.get("communicationTemplateId")))
        if known is None:
            raise Refusal("communication_template_not_found", "The template does not exist.")
    row = _entered(desk, row, to)
    over = to["type"] == "Archived"
    row |= {
        "archiveReasonId": reason["id"] if over and reason else None,
        "archivedAt": desk.now if over else None,
    }
    saved = desk.save("applications", row)
    if to["type"] == "Hired":
        tell(desk, saved, "candidateHire")
    tell(desk, saved, "candidateStageChange")
    return shown(desk, tell(desk, saved, "applicationUpdate"))


@call("application.transfer", "candidatesWrite")
def transfer(desk: Desk) -> Doc:
    row, job = desk.one("applications", "applicationId"), desk.one("jobs", "jobId")
    desk.one("plans", "interviewPlanId")
    row = _entered(desk, {**row, "jobId": job["id"]}, _stage_of(desk, job))
    return shown(desk, tell(desk, desk.save("applications", row), "applicationUpdate"))


@call("application.update", "candidatesWrite")
def update(desk: Desk) -> Doc:
    row = desk.one("applications", "applicationId")
    for field, kind in (("sourceId", "sources"), ("creditedToUserId", "users")):
        if found := desk.maybe(kind, field):
            row[field] = found["id"]
    return shown(desk, tell(desk, desk.save("applications", row), "applicationUpdate"))


@call("application.changeSource", "candidatesWrite")
def change_source(desk: Desk) -> Doc:
    desk.one("sources", "sourceId")
    made: Doc = update(desk)
    return made


def tell(desk: Desk, row: Doc, action: str) -> Doc:
    """Send an event about an application, which is given back."""
    webhooks.tell(desk, action, {"application": shown(desk, row)})
    return row
