"""Files of the Ashby stand-in: put into storage by a form that was signed, then tied to a person by a handle."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.workspace.ats.ashby import people
from bot.workspace.ats.ashby.desk import Desk, Doc, Refusal, call, new_id
from bot.workspace.store import Store

CONTEXTS = ("CandidateResume", "CandidateFiles", "ApplicationForm")
Answer = Callable[[Request], Awaitable[Response]]


@call("file.createFileUploadHandle", "candidatesWrite")
def create_handle(desk: Desk) -> Doc:
    """Where to put a file, the form that has to go with it, and the handle that names it afterwards."""
    body, id = desk.body, new_id()
    size = body.get("contentLength")
    if body.get("fileUploadContext") not in CONTEXTS or not isinstance(size, int) or size < 0:
        raise Refusal("invalid_input", "fileUploadContext and contentLength are required")
    upload = {"id": id, "name": desk.text("filename"), "context": body["fileUploadContext"], "type": desk.text("contentType"), "size": size,
              "policy": new_id()}  # fmt: skip
    desk.store.put("ashby_uploads", id, upload)
    fields = {"key": id, "policy": upload["policy"], "Content-Type": upload["type"]}
    return {"handle": id, "url": f"{desk.origin}/storage/{id}", "fields": fields}


def receive(store: Store) -> Answer:
    """The storage's own answers: a form with all signed fields, the file last and as long as was said."""

    async def answer(request: Request) -> Response:
        known = store.get("ashby_uploads", request.path_params["id"])
        if known is None or "authorization" in request.headers:
            return Response(
                "<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml"
            )
        try:
            form = await request.form()
        except HTTPException:
            return Response("<Error><Code>MalformedPOSTRequest</Code></Error>", 400)
        part, names = form.get("file"), list(form)
        signed = form.get("key") == known["id"] and form.get("policy") == known["policy"]
        if not isinstance(part, UploadFile) or names[-1] != "file" or not signed:
            return Response(
                "<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml"
            )
        content = await part.read()
        if len(content) != known["size"]:
            return Response("<Error><Code>EntityTooLarge</Code></Error>", 400)
        store.put("ashby_bytes", known["id"], {"content": base64.b64encode(content).decode()})
        return Response(status_code=204)

    return answer


def give(store: Store) -> Answer:
    """The bytes of a file, to whoever has its signed address."""

    async def answer(request: Request) -> Response:
        held = store.get("ashby_bytes", request.path_params["id"])
        if held is None or request.query_params.get("signature") != _signature(
            request.path_params["id"]
        ):
            return Response(
                "<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml"
            )
        return Response(base64.b64decode(held["content"]), media_type="application/octet-stream")

    return answer


@call("file.info", "candidatesRead")
def info(desk: Desk) -> Doc:
    handle = desk.text("fileHandle")
    held, file = desk.store.get("ashby_bytes", handle), desk.store.get("ashby_files", handle)
    if held is None or file is None:
        raise Refusal("file_not_found", "File not found")
    place = f"{desk.origin}/storage/{handle}/{quote(file['name'], safe='')}"
    return {"url": f"{place}?signature={_signature(handle)}"}


@call("candidate.uploadFile", "candidatesWrite")
def upload_file(desk: Desk) -> Doc:
    row = desk.one("candidates", "candidateId")
    row["fileHandles"] = [*row["fileHandles"], _tied(desk, "fileHandle", "CandidateFiles")]
    return people.shown(desk, desk.save("candidates", row))


@call("candidate.uploadResume", "candidatesWrite")
def upload_resume(desk: Desk) -> Doc:
    """The newest résumé takes the first place; the older ones stay among the files."""
    row = desk.one("candidates", "candidateId")
    file = _tied(desk, "resumeHandle", "CandidateResume")
    row |= {"resumeFileHandle": file, "fileHandles": [*row["fileHandles"], file]}
    return people.shown(desk, desk.save("candidates", row))


def _tied(desk: Desk, field: str, context: str) -> Doc:
    """A file that is now a person's: from storage by its handle, or out of the (older) form itself."""
    if part := desk.body.get("_file"):
        return put(desk.store, new_id(), part["name"], part["content"])
    known = desk.store.get("ashby_uploads", desk.text(field))
    held = desk.store.get("ashby_bytes", known["id"]) if known else None
    if known is None or held is None or known["context"] != context:
        raise Refusal("file_not_found", "The handle names no uploaded file.")
    return put(desk.store, known["id"], known["name"], held["content"])


def put(store: Store, id: str, name: str, content: str) -> Doc:
    """Keep a file (base64) and give the row that a person has of it."""
    try:
        base64.b64decode(content, validate=True)
    except binascii.Error:
        raise Refusal("invalid_input", "The file cannot be read") from None
    store.put("ashby_bytes", id, {"content": content})
    return store.put("ashby_files", id, {"id": id, "name": name, "handle": id})


def _signature(id: str) -> str:
    return f"s{id[-12:]}"
