"""BambooHR's applicant tracking over HTTP, stateful: refusals have empty bodies, their words stand in a header."""

import base64
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import asking, faults
from bot.workspace.ats.bamboohr.calls import Calls, Refusal
from bot.workspace.ats.bamboohr.seed import fill
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["create", "detail", "fill", "keys", "label", "overview"]
Doc = dict[str, Any]
label = "BambooHR"
keys = {"subdomain": "brightwater", "api_key": "brightwater-bamboohr-key"}
XML = "<?xml version='1.0'?><users/>"  # what callers get who do not ask for JSON


def create(store: Store, clock: WorkspaceClock) -> Starlette:
    """Everything under `/api/v1/`."""
    calls = Calls(store, clock)

    async def answer(request: Request) -> Response:
        try:
            given = asking.basic(request.headers.get("authorization", ""))
            if given is None or given[0] != keys["api_key"] or not given[1]:
                raise Refusal(401)
            path = [part for part in request.path_params["path"].split("/") if part]
            if request.method == "GET" and path[:1] == ["files"] and len(path) == 2:
                return _file(store, path[1])
            if path == ["meta", "users"] and request.headers.get("accept") != "application/json":
                return Response(XML, media_type="application/xml")
            if request.method == "GET":
                return JSONResponse(calls.read(path, request.query_params))
            return JSONResponse(calls.write(path, await _body(request)))
        except Refusal as no:
            headers = {"x-bamboohr-error-message": no.words} if no.words else {}
            return Response(b"", no.status, headers)

    routes = [Route("/api/v1/{path:path}", answer, methods=["GET", "POST"])]
    return faults.Fallible(routes, store, "bamboohr", "BambooHR is down")


def _file(store: Store, id: str) -> Response:
    held = store.get("bamboohr_files", id)
    if held is None:
        raise Refusal(404)
    disposition = {"content-disposition": f'attachment; filename="resume-{id}.pdf"'}
    return Response(base64.b64decode(held["content"]), headers=disposition, media_type="application/pdf")  # fmt: skip


async def _body(request: Request) -> Doc:
    """A JSON object, or the fields of a form."""
    try:
        if not request.headers.get("content-type", "").startswith("multipart/"):
            return asking.body(await request.body())
        form = await request.form()
    except (ValueError, HTTPException):
        raise Refusal(400, "Malformed body") from None
    return {name: value for name, value in form.items() if not isinstance(value, UploadFile)}


def overview(store: Store) -> list[Doc]:
    """A row for each application."""
    return [
        {"vendor": "bamboohr", "id": str(row["id"]), "name": f"{row['applicant']['firstName']} {row['applicant']['lastName']}",
         "job": (store.get("bamboohr_jobs", row["job"]) or {"title": {"label": ""}})["title"]["label"],
         "stage": status["name"], "status": status["group"].lower()}
        for row in store.all("bamboohr_applications")
        for status in store.find("bamboohr_statuses", id=str(row["status"]["id"]))
    ]  # fmt: skip


def detail(store: Store, id: str) -> Doc:
    """What hangs below one application."""
    notes = [row["comment"] for row in store.find("bamboohr_comments", application=int(id))]
    return {"interviews": [], "notes": notes, "offers": [], "scorecards": [], "attachments": []}
