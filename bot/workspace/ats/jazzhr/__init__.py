"""JazzHR over HTTP, stateful: filters and pages in the path, the key in the address or the body, texts for everything."""

import base64
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import asking, faults
from bot.workspace.ats.jazzhr import export, rows, writes
from bot.workspace.ats.jazzhr.seed import fill
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["create", "detail", "fill", "keys", "label", "overview", "signed"]
Doc = dict[str, Any]
label = "JazzHR"
keys = {"api_key": "brightwater-jazzhr-key", "webhook_secret": "{secret}"}
SIZE = 100
signed = export.signed


def create(store: Store, clock: WorkspaceClock) -> Starlette:
    """Everything under `/v1/`, and the addresses of files."""

    async def answer(request: Request) -> Response:
        given = request.query_params.get("apikey")
        try:
            body = asking.body(await request.body())
        except ValueError:
            return JSONResponse({"error": "Invalid JSON"}, 400)
        if request.method == "POST":
            given = body.pop("apikey", given)
        if given != keys["api_key"]:
            return JSONResponse({"error": "Invalid API key"}, 401)
        path = request.path_params["path"].strip("/").split("/")
        if request.method == "POST":
            status, told = writes.write(store, clock, path, body)
            return JSONResponse(told, status)
        found = read(store, path)
        return JSONResponse({"error": "Not found"}, 404) if found is None else JSONResponse(found)

    async def file(request: Request) -> Response:
        found = store.get("jazzhr_files", request.path_params["id"])
        if found is None or request.query_params.get("token") != found["token"]:
            return Response("<!doctype html><title>Log in to JazzHR</title>")
        return Response(base64.b64decode(found["content"]), media_type=found["mime_type"])

    routes = [
        Route("/v1/{path:path}", answer, methods=["GET", "POST"]),
        Route("/share/files/{id}/{name}", file),
    ]
    return faults.Fallible(routes, store, "jazzhr", "JazzHR is being looked after")


def read(store: Store, path: list[str]) -> Any:
    """The answer to a GET: a record by its id, or a page; None where there is none."""
    kind, *rest = path
    if kind not in rows.LISTS:
        return None
    if len(rest) == 1:
        return rows.whole(store, kind, rest[0])
    number = 1
    if rest[-2:-1] == ["page"]:
        if not rest[-1].isdigit() or rest[-1] == "0":
            return None
        number, rest = int(rest[-1]), rest[:-2]
    if len(rest) % 2:
        return None
    filters = dict(zip(rest[::2], rest[1::2], strict=True))
    if filters.keys() - rows.LISTS[kind]:
        return None
    found = rows.listed(store, kind, filters)[(number - 1) * SIZE : number * SIZE]
    return found[0] if len(found) == 1 else found


def overview(store: Store) -> list[Doc]:
    """A row for each application."""
    found = []
    for pair in store.all("jazzhr_pairs"):
        person = store.get("jazzhr_people", pair["applicant_id"]) or {}
        step = store.get("jazzhr_steps", pair["workflow_step_id"]) or {"name": "", "category": ""}
        found.append({
            "vendor": "jazzhr", "id": pair["id"], "name": f"{person.get('first_name')} {person.get('last_name')}",
            "job": (store.get("jazzhr_jobs", pair["job_id"]) or {"title": ""})["title"], "stage": step["name"],
            "status": step["category"].lower(),
        })  # fmt: skip
    return found


def detail(store: Store, id: str) -> Doc:
    """What hangs below the person of one application."""
    pair = store.get("jazzhr_pairs", id) or {"applicant_id": ""}
    person = {"applicant_id": pair["applicant_id"]}
    return {
        "interviews": [], "offers": [],
        "notes": [row["text"] for row in store.find("jazzhr_comments", **person)],
        "scorecards": store.find("jazzhr_feedback", **person),
        "attachments": [row["filename"] for row in store.find("jazzhr_files", **person)],
    }  # fmt: skip
