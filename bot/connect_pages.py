"""Signing in at a vendor (OAuth): off to its page, and back with a code. Tried before anything is saved."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import pages
from connectors.errors import ConnectorError
from hiring import connecting, origin, signing_in
from hiring.errors import Refused
from hiring.services import Services

COOKIE = "callsheet-connect"
Answer = Callable[[Request], Awaitable[Response]]


def routes(services: Services) -> list[Route]:
    """`/connect/{vendor}` and where the vendor sends people back to."""
    return [
        Route("/connect/{vendor}", _told(services, _start)),
        Route("/connect/{vendor}/callback", _told(services, _finish)),
    ]


async def _start(request: Request, services: Services) -> Response:
    ticket = request.query_params.get("ticket", "")
    vendor = str(request.path_params["vendor"])
    address, word = await signing_in.start_sign_in(services, vendor, ticket)
    response = RedirectResponse(address, 303)
    response.set_cookie(
        COOKIE,
        word,
        max_age=signing_in.MINUTES * 60,
        path=f"/connect/{vendor}",
        secure=services.company.public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return response


async def _finish(request: Request, services: Services) -> Response:
    vendor, query = str(request.path_params["vendor"]), request.query_params
    done = await signing_in.finish_sign_in(
        services,
        vendor,
        state=query.get("state", ""),
        browser=request.cookies.get(COOKIE, ""),
        code=query.get("code", ""),
    )
    response = pages.render(
        services,
        "connected.html",
        name=done.account.name,
        findings=[f"{f.what}{': ' + f.detail if f.detail else ''}" for f in done.findings],
        webhook=connecting.webhook_url(services, done.account),
        advice=connecting.webhook_advice(done.account, done.webhook_secret),
    )
    response.delete_cookie(COOKIE, path=f"/connect/{vendor}")
    return response


def _told(
    services: Services, respond: Callable[[Request, Services], Awaitable[Response]]
) -> Answer:
    """What cannot be done is said in plain words."""

    async def answer(request: Request) -> Response:
        try:
            with origin.coming_from("connect page", str(request.scope.get("request_id", ""))):
                response = await respond(request, services)
        except Refused as error:
            response = pages.notice(services, 409, "Not connected", error.sentence)
        except ConnectorError:
            sentence = "A system we need did not answer. Nothing was saved: please start again in a few minutes."
            response = pages.notice(services, 503, "Not connected", sentence)
        for name, value in pages.HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer
