"""A CalDAV server that answers as told, for what Radicale does not do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.serving import serve

SPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
CALENDAR = "<resourcetype><collection/><C:calendar/></resourcetype>"
HOME = "<C:calendar-home-set><href>{}</href></C:calendar-home-set>"


@dataclass
class Script:
    """`answers` by "METHOD path", given in order, the last one again and again; what was asked is kept."""

    url: str = ""
    answers: dict[str, list[Response]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        call = f"{request.method} {request.url.path}"
        self.asked.append(call)
        self.headers.append(dict(request.headers))
        self.bodies.append((await request.body()).decode())
        waiting = self.answers.get(call) or [Response(status_code=404)]
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        await answer(scope, receive, send)

    def work(self, *answers: Response, path: str = "/work/") -> None:
        """A calendar at this path, and what it answers to REPORTs."""
        self.answers[f"PROPFIND {path}"] = [many(row(path, CALENDAR))]
        self.answers[f"REPORT {path}"] = list(answers)


def row(href: str, props: str = "", status: int = 200) -> str:
    line = f"<status>HTTP/1.1 {status} -</status>"
    found = f"<propstat><prop>{props}</prop>{line}</propstat>" if props else line
    return f"<response><href>{href}</href>{found}</response>"


def event(href: str, text: str, etag: str = '"1"') -> str:
    return row(href, f"<getetag>{etag}</getetag><C:calendar-data>{text}</C:calendar-data>")


def many(*rows: str, token: str = "") -> Response:
    told = f"<sync-token>{token}</sync-token>" if token else ""
    body = f'<?xml version="1.0"?><multistatus {SPACES}>{"".join(rows)}{told}</multistatus>'
    return Response(body, 207, media_type="application/xml")


@contextmanager
def playing() -> Iterator[Script]:
    script = Script()
    with serve(script) as script.url:
        yield script
