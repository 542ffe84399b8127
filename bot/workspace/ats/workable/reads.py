"""What Workable answers to a GET: lists tell less than one thing alone, and stages by their names only."""

from typing import Any

from bot.workspace.ats.workable import rules
from bot.workspace.ats.workable.rules import Refusal
from bot.workspace.store import Store

Doc = dict[str, Any]
SHORT = (
    "id", "name", "firstname", "lastname", "headline", "account", "job", "stage", "disqualified", "disqualification_reason", "hired_at",
    "sourced", "profile_url", "address", "phone", "email", "domain", "created_at", "updated_at",
)  # fmt: skip


def read(store: Store, parts: list[str], query: Any) -> Any:
    """The answer to one call. Raises Refusal."""
    path = "/".join(parts)
    match parts:
        case ["accounts"]:
            return {"accounts": [{"id": "b1", "name": "Brightwater Labs", "subdomain": "brightwater"}]}  # fmt: skip
        case ["disqualification_reasons"]:
            return store.all("workable_reasons")
        case ["stages"]:
            return {"stages": store.all("workable_jobs")[0]["stages"]}
        case ["jobs", code, "stages"]:
            return {"stages": job(store, code)["stages"]}
        case ["jobs", code, "members"]:
            held = job(store, code)["team"]
            seats = [{**(store.get("workable_members", id) or {}), "collaboration_role": role} for id, role in held.items()]  # fmt: skip
            return {"members": seats}
        case ["jobs", code]:
            return _job(job(store, code), whole=True)
        case ["candidates", id]:
            return {"candidate": detail(store, candidate(store, id))}
        case ["candidates", id, "files"]:
            return [_file(row) for row in store.find("workable_files", candidate=candidate(store, id)["id"])]  # fmt: skip
        case ["candidates", id, "offer"]:
            row = candidate(store, id)
            offer = store.get("workable_offers", id) or {}
            about = {"id": id, "name": _name(row), "location": None}
            return {"candidate": about, **{k: v for k, v in offer.items() if k != "id"}}
        case ["candidates", id, "activities"]:
            candidate(store, id)
            return _list(store, path, "activities", query, candidate=id)
        case ["jobs", code, "candidates"]:
            job(store, code)
            return _list(store, path, "candidates", query, job=code)
        case [name] if name in rules.LISTS and name != "activities":
            return _list(store, path, name, query)
    raise Refusal(404, "Not found")


def _list(store: Store, path: str, name: str, query: Any, **equals: str) -> Doc:
    rules.known(query, name)
    rows = store.find(f"workable_{name}", **equals)
    if name in ("jobs", "candidates", "requisitions"):
        rows = rules.since(query, rows)
    if name == "candidates":
        rows = sorted(rows, key=lambda row: row["created_at"])
        for asked, field in (("shortcode", "job"), ("stage", "stage")):
            rows = [row for row in rows if query.get(asked) in (None, row[field])]
        if email := query.get("email"):
            rows = [row for row in rows if (row["email"] or "").casefold() == email.casefold()]
    if name == "activities" and query.get("actions"):
        rows = [row for row in rows if row["action"] in query["actions"].split(",")]
    if name == "events":
        rows = [row for row in rows if query.get("candidate_id") in (None, row["candidate"])]
        if query.get("include_cancelled") != "true":
            rows = [row for row in rows if not row["cancelled"]]
    if name == "jobs":
        rows = [row for row in rows if query.get("state") in (None, row["state"])]
    return rules.page(path, name, query, rows, lambda row: _shown(store, name, row))


def _shown(store: Store, name: str, row: Doc) -> Doc:
    match name:
        case "candidates":
            told = detail(store, row)
            return {key: told[key] for key in SHORT}
        case "jobs":
            return _job(row, whole=False)
        case "events":
            return _event(store, row)
        case _:
            return {key: value for key, value in row.items() if key not in ("candidate", "token")}


def candidate(store: Store, id: str) -> Doc:
    found = store.get("workable_candidates", id)
    if found is None:
        raise Refusal(404, "Not found")
    return found


def job(store: Store, code: str) -> Doc:
    found = store.get("workable_jobs", code)
    if found is None:
        raise Refusal(404, "Not found")
    return found


def stage_of(store: Store, row: Doc) -> Doc:
    held = (store.get("workable_jobs", str(row["job"])) or {"stages": []})["stages"]
    found: Doc = next((s for s in held if s["slug"] == row["stage"]), {})
    return found


def _name(row: Doc) -> str:
    return f"{row['firstname']} {row['lastname'] or ''}".strip()


def detail(store: Store, row: Doc) -> Doc:
    """A candidate as it is told alone; the stage by what it is called and its kind."""
    stage, on = stage_of(store, row), store.get("workable_jobs", str(row["job"]))
    files = store.find("workable_files", candidate=row["id"], type="resume")
    same = ("id", "firstname", "lastname", "headline", "email", "phone", "address", "tags", "disqualified", "withdrew", "disqualified_at",
            "disqualification_reason", "hired_at", "sourced", "domain", "social_profiles", "answers", "originating_candidate_id",
            "created_at", "updated_at")  # fmt: skip
    told = {
        **{name: row[name] for name in same}, "name": _name(row), "account": {"subdomain": "brightwater", "name": "Brightwater Labs"},
        "stage": stage.get("name"), "stage_kind": stage.get("kind"), "anonymized": False,
        "profile_url": f"https://brightwater.workable.com/backend/jobs/{row['number'] // 7}/candidates/{row['number']}",
        "resume_url": _link(files[-1]) if files else None,
        "resume_metadata": {"filename": files[-1]["name"], "filetype": "pdf"} if files else None,
    }  # fmt: skip
    return told | ({"job": {"shortcode": on["shortcode"], "title": on["title"]}} if on else {"job": None})  # fmt: skip


def _job(row: Doc, *, whole: bool) -> Doc:
    hidden = ("stages", "team") if whole else ("stages", "team", "full_description", "employment_type")  # fmt: skip
    return {key: value for key, value in row.items() if key not in hidden}


def _event(store: Store, row: Doc) -> Doc:
    held = [store.get("workable_members", id) or {} for id in row["members"]]
    seats = [{"id": m.get("id"), "name": m.get("name"), "type": "member", "status": "accepted"} for m in held]  # fmt: skip
    return {**row, "candidate": {"id": row["candidate"]}, "description": None, "conference": None, "members": seats}  # fmt: skip


def _file(row: Doc) -> Doc:
    return {"name": row["name"], "preview_url": _link(row), "source": row["source"], "kind": row["type"]}  # fmt: skip


def _link(file: Doc) -> str:
    """A signed address of the store where Workable keeps files."""
    return f"https://workablehr.s3.amazonaws.com/uploads/{file['id']}/file?X-Amz-Signature={file['signature']}"
