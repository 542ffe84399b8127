"""The candidate's pages. A file here with `page = Page("purpose")` answers the links made for that purpose."""

import base64
import hashlib
import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from connectors.errors import ConnectorError
from hiring import links, origin
from hiring.errors import LinkExpired, NotFound, Refused
from hiring.links import Link
from hiring.services import Services

Answer = Callable[[Request, Services, Link], Awaitable[Response]]
FOLDER = Path(__file__).parent / "templates"
_CSS = (FOLDER / "page.css").read_text()
_ZONE_JS = (FOLDER / "zone.js").read_text()  # finds the reader's zone where scripts run


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_hash(_CSS)}'; script-src 'sha256-{_hash(_ZONE_JS)}'; img-src 'self' data:; frame-src 'self'; "
        "object-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Page:
    """What one kind of link shows and takes. GET never changes anything; POST does."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        self.on_get: Answer | None = None
        self.on_post: Answer | None = None

    def get(self, function: Answer) -> Answer:
        self.on_get = function
        return function

    def post(self, function: Answer) -> Answer:
        self.on_post = function
        return function


@cache
def load() -> dict[str, Page]:
    """Every page of this folder by purpose. Raises ValueError when two answer the same purpose."""
    found: dict[str, Page] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        page = getattr(importlib.import_module(f"{__name__}.{module.name}"), "page", None)
        if isinstance(page, Page):
            if page.purpose in found:
                raise ValueError(f"bot/pages/{module.name}.py answers {page.purpose} again")
            found[page.purpose] = page
    return found


def render(services: Services, template: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """Fill a template of `bot/pages/templates/`; every value is escaped. `company` is always there."""
    filled = _templates().get_template(template)
    html = filled.render(company=services.company.name, css=_CSS, zone_js=_ZONE_JS, **shown)
    return HTMLResponse(html, status_code=status)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def notice(services: Services, status: int, title: str, sentence: str) -> HTMLResponse:
    """A page of one sentence."""
    return render(services, "notice.html", status=status, title=title, sentence=sentence)


async def respond(request: Request, services: Services) -> Response:
    """Open the link, let its page answer, and say in plain words what cannot be done."""
    response = await _answer(request, services)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def arranged_in_slack(request: Request, services: Services) -> Response:
    """Where an ATS's own link to an interview leads: it says where to look and nothing of anybody."""
    sentence = (
        "Whoever hires for this job sees it in Slack: open Callsheet's messages there, "
        "or type /hire find and the candidate's name."
    )
    response = notice(services, 200, "This interview is arranged in Slack", sentence)
    response.headers.update(HEADERS)
    return response


async def _answer(request: Request, services: Services) -> Response:
    try:
        link = await links.read(services, request.path_params["token"])
        page = load().get(link.purpose)
        if page is None:
            raise NotFound("There is nothing here any more.")
        respond = page.on_post if request.method == "POST" else page.on_get
        if respond is None:
            return notice(services, 405, "Not here", "Open the link again from the e-mail.")
        with origin.coming_from(f"{link.purpose} page", str(request.scope.get("request_id", ""))):
            return await respond(request, services, link)
    except LinkExpired as error:
        return notice(services, 410, "This link has expired", error.sentence)
    except NotFound as error:
        return notice(services, 404, "This link does not work", error.sentence)
    except Refused as error:
        return notice(services, 409, "That did not work", error.sentence)
    except ConnectorError:
        sentence = "A system we need did not answer. Nothing was changed: please try again in a few minutes."
        return notice(services, 503, "Please try again soon", sentence)
