"""The pages of the local workspace: a chat window and a mailbox, as plain files under a strict CSP."""

import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: http: https:; "
    "connect-src 'self'; frame-src 'self'; object-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
# The empty page a mail's HTML is shown in: it may style itself inline, never run or send anything.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: http: https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
}


def routes() -> list[BaseRoute]:
    """`/` (the workspace), `/mail` (a mailbox, `?address=`), `/mail/frame` and `/static/{path}`."""
    return [
        Route("/", _workspace),
        Route("/mail", _mail),
        Route("/mail/frame", _frame),
        Route("/static/{path:path}", _static),
    ]


async def _workspace(request: Request) -> Response:
    return _file(STATIC / "workspace.html")


async def _mail(request: Request) -> Response:
    return _file(STATIC / "mail.html")


async def _frame(request: Request) -> Response:
    return _file(STATIC / "frame.html", policy=MAIL_POLICY)


async def _static(request: Request) -> Response:
    path = (STATIC / request.path_params["path"]).resolve()
    if STATIC.resolve() not in path.parents or not path.is_file():
        return PlainTextResponse("Not found", status_code=404)
    return _file(path)


def _file(path: Path, policy: str = POLICY) -> Response:
    kind = (
        TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    )
    return FileResponse(
        path,
        media_type=kind,
        headers={
            "Cache-Control": "no-cache",
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        },
    )
