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


def routes(team: Team, bot_token: str, app_token: str) -> list[Route]:
    """`/api/{method}`."""

    async def answer(request: Request) -> Response:
        name = request.path_params["method"]
        try:
            args, token = await _read(request)
            found = METHODS.get(name)
            if found is None:
                raise SlackError("unknown_method", req_method=name)
            if name == "apps.connections.open":
                _authorize_app(token, app_token)
            else:
                _authorize(team, name, token, bot_token, found[1])
            made = found[0](team, args)
            body = made if isinstance(made, dict) else await made
            scopes = {
                "x-oauth-scopes": ",".join(granted(team)),
                "x-accepted-oauth-scopes": found[1],
            }
            return JSONResponse({"ok": True, **body}, headers=scopes)
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
        args = {name: _value(name, value) for name, value in args.items() if value is not None}
    except (ValueError, RecursionError):
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


def _value(name: str, value: Any) -> Any:
    """An argument as every method may expect it: structured ones parsed, all others text."""
    if name in _JSON:
        return json.loads(value) if isinstance(value, str) else value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    if isinstance(value, dict):
        raise SlackError("invalid_arguments")
    return str(value)


def granted(team: Team) -> list[str]:
    """The bot scopes of the manifest, which is what the installation granted."""
    scopes = (team.manifest.get("oauth_config") or {}).get("scopes") or {}
    return sorted(scopes.get("bot") or [])


def _authorize(team: Team, name: str, token: str, bot_token: str, scope: str) -> None:
    if name in ("api.test", "oauth.v2.access"):
        return
    if not token:
        raise SlackError("not_authed")
    if token.startswith("xapp-"):
        raise SlackError("not_allowed_token_type")
    if token != bot_token:
        raise SlackError("invalid_auth")
    have, wanted = granted(team), scope.split("|")
    if scope and not set(have) & set(wanted):
        raise SlackError("missing_scope", needed=wanted[0], provided=",".join(have))


def _authorize_app(token: str, app_token: str) -> None:
    """Only an app-level token opens sockets. Raises SlackError."""
    if not token:
        raise SlackError("not_authed")
    if token.startswith(("xoxb-", "xoxp-", "xoxe")):
        raise SlackError("not_allowed_token_type")
    if token != app_token:
        raise SlackError("invalid_auth")


def need(args: Doc, *names: str) -> None:
    """Raise when an argument is missing."""
    for name in names:
        if not args.get(name):
            raise SlackError(
                "invalid_arguments",
                response_metadata={"messages": [f"[ERROR] missing required field: {name}"]},
            )


def page(args: Doc, rows: list[Any]) -> tuple[list[Any], Doc]:
    """The rows that `limit` and `cursor` ask for, and the response_metadata that leads on."""
    cursor, limit = args.get("cursor") or "next:0", args.get("limit") or "1000"
    word, _, start = cursor.partition(":")
    if word != "next" or not start.isdecimal() or int(start) > len(rows):
        raise SlackError("invalid_cursor")
    if not limit.isdecimal() or not 1 <= int(limit) <= 1_000:
        raise SlackError("invalid_limit")
    end = int(start) + int(limit)
    following = f"next:{end}" if end < len(rows) else ""
    return rows[int(start) : end], {"next_cursor": following}
