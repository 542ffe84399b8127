"""Misbehaviour on request: any stand-in can be down, slow, limited, or lose an answer after it did the work.

`POST /client/faults` with `what` and `mode` (`ok` takes everything away again) and, if wished, `times` (how many
calls it lasts), `seconds`, and `only` (words of the call, such as `chat.postMessage` or `POST /v3/interviews`).
`GET /client/faults` tells what is switched on.
"""

import asyncio
import pkgutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Message, Receive, Scope, Send

from bot.workspace.store import Store

Doc = dict[str, Any]
Pause = Callable[[float], Awaitable[object]]
MODES = {
    "down": "503 with a maintenance page; a mail server says 451",
    "broken": "500 with a page that is no JSON",
    "limited": "429 with Retry-After: `seconds` (1)",
    "slow": "does the work and answers after `seconds` (3)",
    "drip": "does the work, and its answer trickles in over `seconds` (3)",
    "dropped": "hangs up after `seconds` (0) without doing anything",
    "lost": "does the work, then hangs up without a byte of an answer",
    "truncated": "does the work; the second half of the answer is missing",
    "refuse": "mail only: 550, no such mailbox",
}
ATSS = tuple(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent / "ats")]) if m.ispkg)
PLACES = ("slack", *ATSS, "calendar", "microsoft", "caldav", "feed", "zoom", "smtp")
WAITING = {"slow": 3.0, "drip": 3.0, "limited": 1.0}
PIECES = 10  # of an answer that trickles in
SPARED = ("/token",)  # breaks down only when `only` names it


def switch(store: Store, wish: Doc) -> None:
    """Turn one fault on, or all of a place off. Raises ValueError."""
    what, mode, only = str(wish["what"]), str(wish["mode"]), str(wish.get("only") or "")
    if what not in PLACES:
        raise ValueError(f"There is no {what} here; there are {', '.join(PLACES)}.")
    if mode == "ok":
        for known in switched_on(store):
            if known["what"] == what and only in ("", known["only"]):
                store.delete("fault", _key(known))
        return
    if mode not in MODES:
        raise ValueError(f"A fault is one of {', '.join(MODES)}, or ok.")
    doc: Doc = {"what": what, "mode": mode, "only": only}
    if wish.get("times") is not None:
        doc["times"] = max(1, int(wish["times"]))
    if wish.get("seconds") is not None:
        doc["seconds"] = float(wish["seconds"])
    store.put("fault", _key(doc), doc)


def switched_on(store: Store) -> list[Doc]:
    """All faults that wait for a call."""
    general = [(what, store.get("fault", what)) for what in PLACES]
    found = [{"what": what, "only": "", **doc} for what, doc in general if doc]
    found += [doc for doc in store.all("fault") if doc.get("only")]
    return [doc for doc in found if doc["mode"] in MODES]


def strike(store: Store, what: str, call: str) -> Doc | None:
    """The fault that hits this call, with its `seconds`; what names the call goes first. Counts its `times` down."""
    found = [doc for doc in switched_on(store) if doc["what"] == what and doc["only"] in call]
    found = [doc for doc in found if doc["only"] or not call.endswith(SPARED)]
    if not found:
        return None
    doc = max(found, key=lambda doc: len(doc["only"]))
    left = int(doc.get("times", 0))
    if left == 1:
        store.delete("fault", _key(doc))
    elif left:
        store.put("fault", _key(doc), {**doc, "times": left - 1})
    return {"seconds": WAITING.get(doc["mode"], 0.0), **doc}


def _key(doc: Doc) -> str:
    return f"{doc['what']} {doc['only']}".strip()


class Fallible(Starlette):
    """An app whose calls below `under` can be made to fail; it stands outermost, where the connection is at hand."""

    def __init__(
        self,
        routes: Sequence[BaseRoute],
        store: Store,
        what: str,
        sorry: str,
        *,
        under: tuple[str, ...] = ("/",),
        pause: Pause = asyncio.sleep,
    ) -> None:
        super().__init__(routes=routes)
        self._store, self._what, self._sorry = store, what, sorry
        self._under, self._pause = under, pause

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = None
        if scope["type"] == "http" and scope["path"].startswith(self._under):
            fault = strike(self._store, self._what, f"{scope['method']} {scope['path']}")
        if fault is None:
            await super().__call__(scope, receive, send)
            return
        instead = self._instead(fault)
        if instead is not None:
            await instead(scope, receive, send)
        elif fault["mode"] == "dropped":
            await self._pause(fault["seconds"])
            await _hang_up(receive, send)
        else:
            kept: list[Message] = []

            async def keep(message: Message) -> None:
                kept.append(message)

            await super().__call__(scope, receive, keep)
            await self._late(fault, kept, receive, send)

    def _instead(self, fault: Doc) -> Response | None:
        """The answer that is given without asking the app."""
        page = f"<html>{self._sorry}</html>"
        match fault["mode"]:
            case "down":
                return Response(page, 503, media_type="text/html")
            case "broken":
                return Response(page, 500, media_type="text/html")
            case "limited":
                body = '{"ok": false, "error": "ratelimited"}'
                headers = {"retry-after": f"{fault['seconds']:.0f}"}
                return Response(body, 429, headers, media_type="application/json")
        return None

    async def _late(self, fault: Doc, kept: list[Message], receive: Receive, send: Send) -> None:
        """Give the answer of work that is done: late, in pieces, in half, or not at all."""
        start = dict(kept[0])
        body = b"".join(message.get("body", b"") for message in kept[1:])
        match fault["mode"]:
            case "lost":
                await _hang_up(receive, send)
                return
            case "slow":
                await self._pause(fault["seconds"])
            case "truncated":
                body = body[: len(body) // 2]
                start["headers"] = [
                    (name, str(len(body)).encode() if name == b"content-length" else value)
                    for name, value in start["headers"]
                ]
        await send(start)
        if fault["mode"] == "drip":
            step = len(body) // PIECES + 1
            for at in range(0, len(body), step):
                await send(
                    {"type": "http.response.body", "body": body[at : at + step], "more_body": True}
                )
                await self._pause(fault["seconds"] / PIECES)
            body = b""
        await send({"type": "http.response.body", "body": body})


async def _hang_up(receive: Receive, send: Send) -> None:
    """Close the connection before the first byte of an answer; uvicorn's own `send` knows the connection."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("hung up")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
