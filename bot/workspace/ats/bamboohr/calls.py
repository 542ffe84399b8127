"""The calls of the BambooHR stand-in: bare lists, pages of its own size, statuses that do not say what they mean."""

import re
from typing import Any

from bot.workspace.ats.bamboohr import seed
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
SIZE = 20
OLD_HOST = "https://api.bamboohr.com/api/gateway.php/brightwater/v1/applicant_tracking/applications"
GROUPS = {"ALL": ("NEW", "ACTIVE", "INACTIVE", "HIRED"), "ALL_ACTIVE": ("NEW", "ACTIVE")}
SORTS = {
    "first_name": lambda row: row["applicant"]["firstName"], "job_title": lambda row: row["job"], "rating": lambda row: row["rating"] or 0,
    "phone": lambda row: row["applicant"]["phoneNumber"] or "", "status": lambda row: row["status"]["id"],
    "last_updated": lambda row: row["status"]["dateChanged"], "created_date": lambda row: (row["appliedDate"], row["id"]),
}  # fmt: skip


class Refusal(Exception):
    """A status and, in a header, perhaps some words."""

    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(words)
        self.status, self.words = status, words


class Calls:
    """Everything that can be asked for and written."""

    def __init__(self, store: Store, clock: WorkspaceClock) -> None:
        self.store, self.clock = store, clock

    def read(self, path: list[str], query: Any) -> Any:
        """Raises Refusal."""
        match path:
            case ["applicant_tracking", "applications"]:
                return self.page(query)
            case ["applicant_tracking", "applications", id]:
                return self.whole(self.one("bamboohr_applications", id))
            case ["applicant_tracking", "jobs"]:
                return [self.job(row) for row in self.store.all("bamboohr_jobs")]
            case ["applicant_tracking", "statuses"]:
                rows = sorted(self.store.all("bamboohr_statuses"), key=lambda row: row["place"])
                return [{k: v for k, v in row.items() if k not in ("group", "place")} for row in rows]  # fmt: skip
            case ["applicant_tracking", "locations"]:
                return [{"id": 1, "label": "Berlin"}]
            case ["meta", "users"]:
                return {str(row["id"]): row for row in self.store.all("bamboohr_users")}
            case ["employees", "0"]:
                return {"id": str(seed.OWNER)}
        raise Refusal(404)

    def write(self, path: list[str], body: Doc) -> Doc:
        """Raises Refusal."""
        match path:
            case ["applicant_tracking", "application"]:
                return self.create(body)
            case ["applicant_tracking", "applications", id, "status"]:
                row = self.one("bamboohr_applications", id)
                status = body.get("status")
                if not isinstance(status, int) or not self.store.get("bamboohr_statuses", status):
                    raise Refusal(400, "Invalid status")
                told = {"id": status, "dateChanged": seed.iso(self.clock.now()), "changedByUser": self.owner()}  # fmt: skip
                self.store.put("bamboohr_applications", id, {**row, "status": told})
                return {"type": "positionApplicantStatus", "id": self.store.next_id("bamboohr_change", 900)}  # fmt: skip
            case ["applicant_tracking", "applications", id, "comments"]:
                row = self.one("bamboohr_applications", id)
                if not isinstance(body.get("comment"), str) or not body["comment"].strip():
                    raise Refusal(400, "Comment is required")
                made = self.store.next_id("bamboohr_comment", 500)
                told = {"id": made, "application": row["id"], "comment": body["comment"]}
                self.store.put("bamboohr_comments", made, told)
                count = {"commentCount": row["commentCount"] + 1}
                self.store.put("bamboohr_applications", id, {**row, **count})
                return {"type": "comment", "id": made}
        raise Refusal(404)

    def one(self, kind: str, id: str) -> Doc:
        found = self.store.get(kind, id)
        if found is None:
            raise Refusal(404)
        return found

    def owner(self) -> Doc:
        user = self.store.find("bamboohr_users", employeeId=seed.OWNER)[0]
        return {name: user[name] for name in ("id", "firstName", "lastName")} | {"avatar": None, "jobTitle": None}  # fmt: skip

    def create(self, body: Doc) -> Doc:
        """Always a new applicant, whoever is there already."""
        for name in ("firstName", "lastName", "jobId"):
            if not str(body.get(name) or "").strip():
                raise Refusal(422, f"{name} is required")
        job = self.store.get("bamboohr_jobs", str(body["jobId"]))
        if job is None:
            raise Refusal(422, "Invalid job")
        if body.get("email") and not re.fullmatch(r"[^\s@]+@[^\s@]+\.\w+", body["email"]):
            raise Refusal(422, "Invalid email")
        id = self.store.next_id("bamboohr_application", 5001)
        names = ("firstName", "lastName", "email", "phoneNumber", "source", "linkedinUrl", "websiteUrl")  # fmt: skip
        person = {name: body[name] for name in names if body.get(name)}
        row = seed.application(id, job["id"], 1, self.clock.now(), person)
        self.store.put("bamboohr_applications", id, row)
        return {"result": "success", "candidateId": id}

    def page(self, query: Any) -> Doc:
        """Only whole pages, whatever size is asked for. The next one's address is of the old host."""
        rows = [row for row in self.store.all("bamboohr_applications") if self.fits(row, query)]
        sort = query.get("sortBy", "created_date")
        if sort not in SORTS:
            raise Refusal(400, "Invalid sortBy")
        rows.sort(key=SORTS[sort], reverse=query.get("sortOrder") == "DESC")
        number = int(query.get("page", "1"))
        more = len(rows) > number * SIZE
        return {
            "paginationComplete": not more,
            "nextPageUrl": f"{OLD_HOST}?page={number + 1}" if more else None,
            "applications": [self.listed(row) for row in rows[(number - 1) * SIZE : number * SIZE]],
        }

    def fits(self, row: Doc, query: Any) -> bool:
        group = self.one("bamboohr_statuses", str(row["status"]["id"]))["group"]
        asked = query.get("applicationStatus", "ALL").split(",")
        wanted = {one for name in asked for one in GROUPS.get(name, (name,))}
        text = query.get("searchString", "").casefold()
        person = row["applicant"]
        said = f"{person['firstName']} {person['lastName']} {person['email']} {person['source']}"
        job = query.get("jobId")
        return group in wanted and text in said.casefold() and job in (None, str(row["job"]))

    def listed(self, row: Doc) -> Doc:
        """A row of the list: no phone, no change stamp."""
        status = self.one("bamboohr_statuses", str(row["status"]["id"]))
        names = ("id", "firstName", "lastName", "avatar", "email", "source")
        job = self.one("bamboohr_jobs", str(row["job"]))
        return {
            "id": row["id"], "appliedDate": row["appliedDate"], "status": {"id": row["status"]["id"], "label": status["name"]},
            "rating": row["rating"], "applicant": {name: row["applicant"][name] for name in names},
            "job": {"id": job["id"], "title": job["title"]},
        }  # fmt: skip

    def whole(self, row: Doc) -> Doc:
        status = self.one("bamboohr_statuses", str(row["status"]["id"]))
        job, files = self.one("bamboohr_jobs", str(row["job"])), row["attachments"]
        return {
            **row, "status": {**row["status"], "label": status["name"]}, "job": {n: job[n] for n in ("id", "title", "hiringLead")},
            "attachmentCount": len(files) if files else None, "movedTo": None, "movedFrom": None, "alsoConsideredForCount": 0,
            "duplicateApplicationCount": 0,
        }  # fmt: skip

    def job(self, row: Doc) -> Doc:
        mine = self.store.find("bamboohr_applications", job=row["id"])
        groups = [self.one("bamboohr_statuses", str(one["status"]["id"]))["group"] for one in mine]
        return {
            **row, "newApplicantsCount": groups.count("NEW"), "activeApplicantsCount": groups.count("NEW") + groups.count("ACTIVE"),
            "totalApplicantsCount": len(groups),
        }  # fmt: skip
