"""Slack's Web API: one POST or GET per method, Slack's own error names, scopes from the manifest."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace.slack.team import SlackError, Team

Doc = dict[str, Any]
Method = Callable[[Team, Doc], Doc | Awaitable[Doc]]
METHODS: dict[str, tuple[Method, str]] = {}
_JSON = ("blocks", "attachments", "view", "metadata", "unfurls", "files", "message")


def method(name: str, scope: str = "") -> Callable[[Method], Method]:
    """Register a method and the bot scope it needs (several: any of them, separated by `|`)."""

    def register(function: Method) -> Method:
        METHODS[name] = (function, scope)
        return function

    return register


def routes(team: Team, bot_token: str, faults: Callable[[], str]) -> list[Route]:
    """`/api/{method}`. `faults` says whether Slack is down right now."""

    async def answer(request: Request) -> Response:
        if faults() == "down":
            return Response("<html>Service unavailable</html>", 503, media_type="text/html")
        name = request.path_params["method"]
        try:
            args, token = await _read(request)
            found = METHODS.get(name)
            if found is None:
                raise SlackError("unknown_method", req_method=name)
            _authorize(team, name, token, bot_token, found[1])
            made = found[0](team, args)
            body = made if isinstance(made, dict) else await made
            return JSONResponse({"ok": True, **body})
        except SlackError as error:
            return JSONResponse({"ok": False, "error": error.error, **error.more})

    return [Route("/api/{method:path}", answer, methods=["GET", "POST"])]


async def _read(request: Request) -> tuple[Doc, str]:
    """Arguments from JSON, a form or the query; structured ones may come as JSON text."""
    args: Doc = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0]
    try:
        if kind == "application/json":
            body = await request.json()
            if not isinstance(body, dict):
                raise SlackError("json_not_object")
            args |= body
        elif request.method == "POST":
            args |= dict(await request.form())
        for name in _JSON:
            if isinstance(args.get(name), str):
                args[name] = json.loads(args[name])
    except ValueError:
        raise SlackError(
            "invalid_arguments" if kind != "application/json" else "invalid_json"
        ) from None
    header = request.headers.get("authorization", "")
    token = (
        header.removeprefix("Bearer ").strip()
        if header.startswith("Bearer ")
        else str(args.get("token") or "")
    )
    return args, token


def _authorize(team: Team, name: str, token: str, bot_token: str, scope: str) -> None:
    if name in ("api.test", "oauth.v2.access"):
        return
    if not token:
        raise SlackError("not_authed")
    if name == "apps.connections.open":
        return
    if token != bot_token:
        raise SlackError("invalid_auth")
    have = set(((team.manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or [])
    if scope and not have & set(scope.split("|")):
        raise SlackError(
            "missing_scope", needed=scope.split("|")[0], provided=",".join(sorted(have))
        )


def need(args: Doc, *names: str) -> None:
    """Raise when an argument is missing."""
    for name in names:
        if not args.get(name):
            raise SlackError(
                "invalid_arguments",
                response_metadata={"messages": [f"[ERROR] missing required field: {name}"]},
            )
