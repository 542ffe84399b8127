"""The web process: Slack's deliveries, webhooks, candidate pages, health."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import connect_pages, intake, logs, pages
from bot.slack import Slack
from connectors.contract import Delivery
from connectors.errors import BadWebhook, ConnectorError
from hiring import calendar_watch, health, hooks, ids, origin
from hiring.errors import Refused
from hiring.inbox import Inbox, NotStored
from hiring.services import Services

log = logs.logger(__name__)
Ready = Callable[[], Awaitable[dict[str, str]]]
SocketHealth = Callable[[], tuple[dict[str, object], str]]
MoveClock = Callable[[datetime | None, timedelta | None], Awaitable[datetime]]


def make_app(
    services: Services,
    inbox: Inbox,
    slack: Slack,
    signing_secret: str,
    *,
    ready: Ready | None = None,
    install: AsyncOAuthFlow | None = None,
    move_clock: MoveClock | None = None,
    sockets: SocketHealth | None = None,
) -> ASGIApp:
    """Assemble the routes. `install` opens the install page, `move_clock` the demo's clock.

    `sockets` tells how Socket Mode does: what to show of it, and what is wrong.
    """
    routes: list[BaseRoute] = [
        Route("/slack/events", slack_events(slack, signing_secret), methods=["POST"]),
        Route("/hooks/calendar/{account}", calendar_hooks(services, inbox), methods=["POST"]),
        Route("/hooks/{account}", webhooks(services, inbox), methods=["POST"]),
        Route("/hooks/{account}/{event}", webhooks(services, inbox), methods=["POST"]),
        Route("/c/{token:path}", candidate_page(services), methods=["GET", "POST"]),
        Route("/i/{interview}", interview_link(services)),
        *connect_pages.routes(services),
        Route("/healthz", alive),
        Route("/readyz", readiness(services, ready, sockets)),
    ]
    if install is not None:
        routes += install_routes(install)
    if move_clock is not None:
        routes.append(Route("/demo/clock", demo_clock(move_clock), methods=["POST"]))
    handlers: dict[Any, Any] = {Exception: broken, **dict.fromkeys(health.AWAY, away)}
    return RequestId(Starlette(routes=routes, exception_handlers=handlers))


def slack_events(slack: Slack, signing_secret: str) -> Callable[[Request], Awaitable[Response]]:
    """Verify the raw bytes, read them, hand them to Bolt: 401 for anybody else's, 400 for what cannot be read."""
    verifier = SignatureVerifier(signing_secret) if signing_secret else None

    async def answer(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        if body.startswith(b"ssl_check=1") and "x-slack-signature" not in request.headers:
            return Response()
        try:
            signature = intake.verify(verifier, request.headers, body)
            delivery = intake.read(request.headers.get("content-type", ""), body, signature)
        except intake.NotFromSlack:
            return PlainTextResponse("not from Slack", 401)
        except intake.Malformed:
            return PlainTextResponse("not readable", 400)
        if delivery.payload.get("type") == "url_verification":
            return JSONResponse({"challenge": str(delivery.payload.get("challenge", ""))})
        if "ssl_check" in delivery.payload:
            return Response()
        return _from_bolt(await slack.deliver(delivery))

    return answer


def webhooks(services: Services, inbox: Inbox) -> Callable[[Request], Awaitable[Response]]:
    """Hand a vendor's webhook over with its raw bytes; the vendor's own file checks the signature.

    Some vendors want another address for each event; what the body says is what counts.
    """

    async def answer(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            account = str(request.path_params["account"])
            ats = await services.accounts.ats(account)
            if ats.webhook_echo in headers:
                return Response(headers={ats.webhook_echo: headers[ats.webhook_echo]})
            with origin.coming_from("webhook", account):
                await hooks.receive(services, inbox, account, headers, body)
        except REFUSABLE as error:
            return _refusal(error)
        return Response(status_code=ats.webhook_status)

    return answer


REFUSABLE = (BadWebhook, Refused, NotStored, ValueError, ConnectorError)


def _refusal(error: Exception) -> Response:
    """What a vendor hears about a delivery that is not taken."""
    match error:
        case BadWebhook():
            return PlainTextResponse("bad signature", 401)
        case Refused():
            return PlainTextResponse("no such account", 404)
        case NotStored():
            return PlainTextResponse("not written down, send it again", 503, {"retry-after": "30"})
        case _:
            return PlainTextResponse("not readable", 400)


def calendar_hooks(services: Services, inbox: Inbox) -> Callable[[Request], Awaitable[Response]]:
    """Hand a calendar's delivery over; a handshake is answered with what it asks back, at once."""

    async def answer(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        headers = {name.lower(): value for name, value in request.headers.items()}
        delivery = Delivery(headers, body, dict(request.query_params))
        try:
            account = str(request.path_params["account"])
            with origin.coming_from("webhook", account):
                said = await calendar_watch.receive(services, inbox, account, delivery)
        except REFUSABLE as error:
            return _refusal(error)
        return PlainTextResponse(said) if said else Response(status_code=202)

    return answer


def candidate_page(services: Services) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await pages.respond(request, services)

    return answer


def interview_link(services: Services) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await pages.arranged_in_slack(request, services)

    return answer


async def alive(request: Request) -> Response:
    return JSONResponse({"ok": True})


def readiness(
    services: Services, ready: Ready | None, sockets: SocketHealth | None = None
) -> Callable[[Request], Awaitable[Response]]:
    """503 with what is wrong: the database, its schema, a worker or Slack's sockets that have gone silent."""

    async def answer(request: Request) -> Response:
        wrong: dict[str, str] = {}
        shown: dict[str, object] = {}
        if sockets is not None:
            shown["socket"], ill = sockets()
            wrong |= {"socket": ill} if ill else {}
        try:
            silence = await health.worker_silence(services)
            if silence is None or silence > 30:
                wrong["worker"] = "no worker is running"
            wrong |= await ready() if ready else {}
        except health.AWAY as error:
            wrong["database"] = health.why(error)
        return JSONResponse({"ok": not wrong, "wrong": wrong, **shown}, 503 if wrong else 200)

    return answer


def install_routes(flow: AsyncOAuthFlow) -> Sequence[BaseRoute]:
    """Bolt's own install flow: a state that must come back to the same browser, then the sealed store."""

    async def start(request: Request) -> Response:
        return _from_bolt(await flow.handle_installation(_to_bolt(request)))

    async def finish(request: Request) -> Response:
        return _from_bolt(await flow.handle_callback(_to_bolt(request)))

    return [Route("/slack/install", start), Route("/slack/oauth_redirect", finish)]


def demo_clock(move: MoveClock) -> Callable[[Request], Awaitable[Response]]:
    """`{"at": ISO}` or `{"by": seconds}`; answers when what became due is done, or after two seconds."""

    async def answer(request: Request) -> Response:
        try:
            wish: Any = await request.json()
            at = datetime.fromisoformat(wish["at"]) if "at" in wish else None
            by = timedelta(seconds=float(wish["by"])) if "by" in wish else None
            if (at is None) == (by is None) or (at is not None and at.tzinfo is None):
                raise ValueError
        except (ValueError, TypeError, OverflowError):
            return JSONResponse(
                {"error": 'send {"at": ISO time with zone} or {"by": seconds}'}, 400
            )
        return JSONResponse({"now": (await move(at, by)).isoformat()})

    return answer


async def away(request: Request, error: Exception) -> Response:
    log.error("our database is away", path=_shape(request.url.path), why=health.why(error))
    sentence = (
        "Our own records are out of reach just now. Nothing was changed: try again in a minute."
    )
    return PlainTextResponse(sentence, 503, {"retry-after": "60"})


async def broken(request: Request, error: Exception) -> Response:
    case = ids.new("err")[-8:]
    log.error("request failed", path=_shape(request.url.path), case=case, exc_info=error)
    return PlainTextResponse(f"Something went wrong on our side (number {case}).", 500)


class RequestId:
    """Gives every request an id that its log lines carry and its answer shows."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identity = secrets.token_hex(8)

        async def named(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", identity.encode())]
            await send(message)

        scope["request_id"] = identity
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=identity)
        await self._app(scope, receive, named)


async def _body(request: Request) -> bytes | None:
    """The raw body, or None when it is larger than anything Slack or a vendor sends."""
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > intake.LIMIT:
                return None
            parts.append(part)
    except ClientDisconnect:
        return None
    return b"".join(parts)


def _shape(path: str) -> str:
    """The path without what identifies a person: `/c/…` holds a token."""
    return "/c/…" if path.startswith("/c/") else path


def _to_bolt(request: Request) -> AsyncBoltRequest:
    return AsyncBoltRequest(body="", query=request.url.query, headers=dict(request.headers))


def _from_bolt(answer: BoltResponse) -> Response:
    response = Response(answer.body, status_code=answer.status)
    for name, values in answer.headers.items():
        for value in values:
            response.headers.append(name, value)
    return response
