"""What SmartRecruiters answers to a GET: a person alone with every assignment, in lists with the main one only."""

from typing import Any

from bot.workspace.ats.smartrecruiters import rules
from bot.workspace.ats.smartrecruiters.seed import STEPS
from bot.workspace.store import Store

Doc = dict[str, Any]
SHORT = ("id", "internal", "firstName", "lastName", "email", "createdOn", "updatedOn", "location", "averageRating", "tags")  # fmt: skip
WHOLE = (*SHORT, "phoneNumber", "web", "education", "experience")


def read(store: Store, parts: list[str], query: Any) -> Any:
    """The answer to one call. Raises Refusal."""
    match parts:
        case ["candidates"]:
            rules.known(query, "candidates")
            return rules.page(query, _candidates(store, query), lambda row: short(store, row))
        case ["candidates", id]:
            return whole(store, candidate(store, id))
        case ["candidates", id, "properties"]:
            held = candidate(store, id)["properties"]
            told = [(store.get("smart_properties", key), value) for key, value in held.items()]
            return {"content": [{"id": p["id"], "label": p["label"], "value": v} for p, v in told if p]}  # fmt: skip
        case ["candidates", id, "attachments"]:
            files = store.find("smart_files", candidate=candidate(store, id)["id"])
            return {"totalFound": len(files), "content": [file(row) for row in files]}
        case ["candidates", id, "jobs", job]:
            return assignment(store, one_of(candidate(store, id), job), job=False)
        case ["candidates", id, "jobs", job, "status", "history"]:
            one_of(candidate(store, id), job)
            rows = store.find("smart_history", candidate=id, job=job)
            return {"totalFound": len(rows), "content": [{k: r[k] for k in ("changedOn", "status", "subStatus")} for r in rows]}  # fmt: skip
        case ["candidates", id, "jobs", job, "offers"]:
            one_of(candidate(store, id), job)
            rows = store.find("smart_offers", candidate=id, job=job)
            return {"limit": 10, "offset": 0, "totalFound": len(rows), "content": [_offer(r) for r in rows]}  # fmt: skip
        case ["jobs"]:
            rules.known(query, "jobs")
            return rules.page(query, _jobs(store, query), lambda row: _job(row, whole=False))
        case ["jobs", id]:
            return _job(job_of(store, id), whole=True)
        case ["jobs", id, "hiring-team"]:
            held = job_of(store, id)["team"]
            return {"totalFound": len(held), "content": [{"id": u, "role": role} for u, role in held.items()]}  # fmt: skip
        case _:
            return _other(store, parts, query)


def _other(store: Store, parts: list[str], query: Any) -> Any:
    """What does not hang on a candidate or a job."""
    match parts:
        case ["user-api", "v201804", "users"]:
            rules.known(query, "users")
            told = rules.page(query, store.all("smart_users"), dict)
            return {key: value for key, value in told.items() if key != "totalFound"}
        case ["reviews-api", "v201910", "reviews"]:
            if not query.get("candidateId") or not query.get("jobId"):
                raise rules.invalid("candidateId and jobId are required.")
            return store.find("smart_reviews", candidateId=query["candidateId"], jobId=query["jobId"])  # fmt: skip
        case ["messages"]:
            rules.known(query, "messages")
            found = store.find("smart_messages", candidate=rules.words(dict(query), "candidateId"))
            return rules.page(query, found, lambda row: {k: v for k, v in row.items() if k != "candidate"})  # fmt: skip
        case ["offers"]:
            rules.known(query, "offers")
            return rules.page(query, store.all("smart_offers"), _offer)
        case ["configuration", "rejection-reasons" | "withdrawal-reasons" as name]:
            rows = store.find("smart_reasons", list=name.partition("-")[0])
            return {"totalFound": len(rows), "content": [{"id": r["id"], "label": r["label"]} for r in rows]}  # fmt: skip
        case ["configuration", "hiring-processes"]:
            steps = {name: list(held) for name, held in STEPS.items()}
            return {"content": [{"id": "default", "name": "Default process", "active": True, "subStatuses": steps}]}  # fmt: skip
        case ["configuration", "candidate-properties"]:
            return {"content": store.all("smart_properties")}
        case ["configuration", "job-properties" | "offer-properties"]:
            return {"content": []}
        case ["webhooks-api", "v201907", "subscriptions"]:
            return [_hook(row) for row in store.all("smart_subscriptions")]
        case ["webhooks-api", "v201907", "subscriptions", id, "secret-key"]:
            row = store.get("smart_subscriptions", id) or {}
            if not row.get("secret"):
                raise rules.gone()
            return {"secretKey": row["secret"]}
    raise rules.gone()


def _candidates(store: Store, query: Any) -> list[Doc]:
    rows = rules.since(query, store.all("smart_candidates"))
    if said := query.get("q", "").casefold():
        rows = [r for r in rows if said in f"{r['firstName']} {r['lastName']} {r['email']}".casefold()]  # fmt: skip
    if job := query.get("jobId"):
        rows = [r for r in rows if job in [a["job"] for a in r["assignments"]]]
    return rows


def _jobs(store: Store, query: Any) -> list[Doc]:
    rows = rules.since(query, store.all("smart_jobs"))
    if user := query.get("hiringTeamMemberId"):
        rows = [row for row in rows if user in row["team"]]
    return sorted(rows, key=lambda row: str(row["id"]))


def candidate(store: Store, id: str) -> Doc:
    found = store.get("smart_candidates", id)
    if found is None:
        raise rules.gone()
    return found


def job_of(store: Store, id: str) -> Doc:
    found = store.get("smart_jobs", id)
    if found is None:
        raise rules.gone()
    return found


def one_of(row: Doc, job: str) -> Doc:
    """A candidate's assignment to a job."""
    for held in row["assignments"]:
        if held["job"] == job:
            return dict(held)
    raise rules.gone()


def assignment(store: Store, held: Doc, *, job: bool = True) -> Doc:
    told = {k: v for k, v in held.items() if k != "job" and v is not None}
    on = store.get("smart_jobs", held["job"]) or {}
    return told | ({"job": {"id": held["job"], "title": on.get("title")}} if job else {})


def short(store: Store, row: Doc) -> Doc:
    """A row of a list: where the main assignment is, and which jobs the others are to."""
    told: Doc = {name: row[name] for name in SHORT}
    held = [assignment(store, one) for one in row["assignments"]]
    main = {"primaryAssignment": {k: v for k, v in held[0].items() if k in ("job", "status", "subStatus")}} if held else {}  # fmt: skip
    return told | main | {"secondaryAssignments": [{"job": {"id": one["job"]["id"]}} for one in held[1:]]}  # fmt: skip


def whole(store: Store, row: Doc) -> Doc:
    told: Doc = {name: row[name] for name in WHOLE}
    held = [assignment(store, one) for one in row["assignments"]]
    return told | ({"primaryAssignment": held[0]} if held else {}) | {"secondaryAssignments": held[1:]}  # fmt: skip


def file(row: Doc) -> Doc:
    url = f"https://api.smartrecruiters.com/candidates/attachments/{row['id']}"
    told = {name: row[name] for name in ("id", "name", "type", "contentType")}
    return told | {"actions": {"download": {"url": url, "method": "GET"}}}


def _job(row: Doc, *, whole: bool) -> Doc:
    hidden = ("team",) if whole else ("team", "typeOfEmployment", "compensation", "jobAd", "properties")  # fmt: skip
    return {key: value for key, value in row.items() if key not in hidden}


def _offer(row: Doc) -> Doc:
    return {key: value for key, value in row.items() if key not in ("candidate", "job")}


def _hook(row: Doc) -> Doc:
    events = [{"name": name, "version": "v201910"} for name in row["events"]]
    return {"id": row["id"], "callbackUrl": row["callbackUrl"], "events": events, "status": row["status"]}  # fmt: skip
