"""The `/client` API: what the workspace page and the tests ask for, and a stream of what happens."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.workspace import ats, calendars, faults, outgoing
from bot.workspace.ats import hooks
from bot.workspace.client.gestures import Gestures
from bot.workspace.client.modals import Modals
from bot.workspace.client.places import Wrong, channel_of
from bot.workspace.mail import Mailbox
from bot.workspace.slack.sockets import Sockets
from bot.workspace.slack.team import SlackError, Team

Doc = dict[str, Any]


class Client:
    """All routes of one workspace."""

    def __init__(
        self, team: Team, gestures: Gestures, mailbox: Mailbox, sockets: Sockets, app_url: str
    ) -> None:
        self.team, self.gestures, self.mailbox, self.sockets = team, gestures, mailbox, sockets
        self.app_url = app_url.rstrip("/")
        self.modals = Modals(team, gestures.delivery)
        self._over = False
        mailbox.on_mail.append(
            lambda address: team.tell(None, {"type": "mail", "address": address})
        )

    def routes(self) -> list[Route]:
        posts: dict[str, Callable[[Doc], Awaitable[Doc]]] = {
            "say": self.gestures.say, "command": self.gestures.command, "action": self.gestures.action,
            "submit": self.modals.submit, "close": self.modals.close, "options": self.gestures.options,
            "home": self.gestures.home, "shortcut": self.gestures.shortcut, "clock": self.clock, "faults": self.faults,
            "webhooks": self.webhooks, "verify": self.gestures.verify, "read": self.read,
            "sockets": self.act_on_sockets,
        }  # fmt: skip
        gets: dict[str, Callable[[Request], Any]] = {
            "boot": self.boot, "history": self.history, "home": self.home, "view": self.view, "mail": self.mails,
            "mail/addresses": lambda r: {"addresses": self.mailbox.addresses()}, "calendar": self.events_of,
            "deliveries": lambda r: {
                "deliveries": self.gestures.delivery.log[::-1], "hooks_under_way": len(hooks.under_way()),
            },
            "ats/candidates": lambda r: {"candidates": ats.overview(self.team.store)},
            "faults": lambda r: {"faults": faults.switched_on(self.team.store), "modes": faults.MODES},
            "sockets": lambda r: {"sockets": self.sockets.told()},
        }  # fmt: skip
        made = [
            Route(f"/client/{name}", _post(act), methods=["POST"]) for name, act in posts.items()
        ]
        made += [Route(f"/client/{name}", _get(ask), methods=["GET"]) for name, ask in gets.items()]
        return [
            Route("/client/events", self.events),
            *made,
            Route("/client/mail/{id}/raw", self.raw),
            Route("/client/mail/{id}/file/{index:int}", self.file),
            Route("/client/mail/{id}/rsvp", self.rsvp, methods=["POST"]),
            Route("/client/ats/candidate/{vendor}/{id}", self.candidate),
        ]

    def boot(self, request: Request) -> Doc:
        team = self.team
        me = request.query_params.get("as") or str(team.store.all("slack_user")[0]["id"])
        self.team.direct(me)
        channels = [
            {"id": c["id"], "name": c.get("name", ""), "is_private": c.get("is_private", False), "is_im": bool(c.get("is_im")),
             "user": team.bot_user if c.get("is_im") else None, "unread": self._unread(me, c), "topic": c.get("topic", "")}
            for c in team.store.all("slack_channel") if me in c["members"] and not c.get("is_archived")
        ]  # fmt: skip
        features = team.manifest.get("features") or {}
        return {
            "team": team.info, "me": team.user(me), "users": team.store.all("slack_user"), "channels": channels,
            "commands": features.get("slash_commands") or [],
            "app": {"id": team.app_id, "name": "Callsheet", "bot_user": team.bot_user, "home": bool((features.get("app_home") or {}).get("home_tab_enabled"))},
            "clock": self._clock(), "mailboxes": self.mailbox.addresses(),
        }  # fmt: skip

    def history(self, request: Request) -> Doc:
        ask = request.query_params
        channel = self.team.channel(ask.get("channel", ""))
        if ask.get("as") not in channel["members"]:
            raise Wrong("You are not in this channel.")
        return {"messages": self.team.history(ask["as"], channel["id"], ask.get("thread_ts", ""))}

    async def read(self, who: Doc) -> Doc:
        """Remember how far somebody has read a conversation, so that the sidebar can show what is new to them."""
        channel = channel_of(self.team, who)
        rows = self.team.history(who["as"], channel["id"])
        mark = {"order": max((int(row["order"]) for row in rows), default=0)}
        self.team.store.put("client_read", f"{who['as']}:{channel['id']}", mark)
        return {"ok": True}

    def _unread(self, me: str, channel: Doc) -> int:
        """What others have said since; a channel nobody opened yet counts as read, direct messages do not."""
        mark = self.team.store.get("client_read", f"{me}:{channel['id']}")
        if mark is None and not channel.get("is_im"):
            return 0
        last = int((mark or {}).get("order", -1))
        rows = [r for r in self.team.history(me, channel["id"]) if not r.get("is_ephemeral")]
        return sum(1 for row in rows if row.get("user") != me and int(row["order"]) > last)

    def home(self, request: Request) -> Doc:
        return {"view": self.team.store.get("slack_home", request.query_params.get("as", ""))}

    def view(self, request: Request) -> Doc:
        return {"stack": self.team.stack(request.query_params.get("as", ""))}

    def mails(self, request: Request) -> Doc:
        return {"messages": self.mailbox.messages(request.query_params.get("address", ""))}

    def events_of(self, request: Request) -> Doc:
        return {
            "events": calendars.events(self.team.store, request.query_params.get("address", ""))
        }

    async def events(self, request: Request) -> Response:
        """Server-sent events for one person's page."""
        user = request.query_params.get("as", "")
        queue = self.team.listen(user)

        async def stream() -> AsyncIterator[str]:
            try:
                yield ": hello\n\n"
                while not self._over:
                    try:
                        event = await asyncio.wait_for(queue.get(), 15)
                        if event["type"] == "over":
                            return
                        yield f"data: {json.dumps(event)}\n\n"
                    except TimeoutError:
                        yield ": still here\n\n"
            finally:
                self.team.forget(user, queue)

        return StreamingResponse(
            stream(), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    def close(self) -> None:
        """End the streams of all open pages, so that the server can stop in peace."""
        self._over = True
        self.team.tell(None, {"type": "over"})

    async def raw(self, request: Request) -> Response:
        return Response(
            self.mailbox.raw(request.path_params["id"]), media_type="text/plain; charset=utf-8"
        )

    async def file(self, request: Request) -> Response:
        name, kind, content = self.mailbox.file(
            request.path_params["id"], request.path_params["index"]
        )
        return Response(
            content, media_type=kind, headers={"content-disposition": f'inline; filename="{name}"'}
        )

    async def rsvp(self, request: Request) -> Response:
        wish = await request.json()
        await self.mailbox.rsvp(request.path_params["id"], wish["as_address"], wish["answer"])
        return JSONResponse({"ok": True})

    async def candidate(self, request: Request) -> Response:
        found = ats.candidate(
            self.team.store, request.path_params["vendor"], request.path_params["id"]
        )
        return JSONResponse(found or {"error": "no such candidate"}, 200 if found else 404)

    async def clock(self, wish: Doc) -> Doc:
        """Move the workspace's clock, then the app's."""
        if "at" in wish:
            now = self.team.clock.move_to(datetime.fromisoformat(wish["at"]))
        else:
            now = self.team.clock.move_by(timedelta(seconds=float(wish.get("by") or 0)))
        moved = bool(self.app_url) and await self._move_app(now)
        self.team.tell(None, {"type": "clock", **self._clock()})
        return {"ok": True, "app_moved": moved, **self._clock()}

    async def _move_app(self, now: datetime) -> bool:
        try:
            async with outgoing.client(20) as http:
                answer = await http.post(f"{self.app_url}/demo/clock", json={"at": now.isoformat()})
                return answer.status_code == 200
        except httpx.HTTPError:
            return False

    async def faults(self, wish: Doc) -> Doc:
        """Make something misbehave, or behave again (see `faults.py`)."""
        faults.switch(self.team.store, wish)
        return {"ok": True}

    async def act_on_sockets(self, wish: Doc) -> Doc:
        """Silence, recycle or cut the app's sockets (see `slack/sockets.py`)."""
        return {"ok": True, "sockets": await self.sockets.act(wish)}

    async def webhooks(self, wish: Doc) -> Doc:
        ats.configure_webhook(
            self.team.store, str(wish["vendor"]), str(wish["url"]), str(wish["secret"])
        )
        return {"ok": True}

    def _clock(self) -> Doc:
        clock = self.team.clock
        return {"now_iso": clock.now().isoformat(), "offset_seconds": clock.offset.total_seconds()}


def _post(act: Callable[[Doc], Awaitable[Doc]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            wish = await request.json()
            if not isinstance(wish, dict):
                raise Wrong("A gesture is a JSON object.")
            return JSONResponse(await act(wish))
        except (Wrong, KeyError, ValueError) as error:
            return JSONResponse({"ok": False, "message": str(error)}, 400)
        except SlackError as error:
            return JSONResponse({"ok": False, "error": error.error, "message": error.error}, 400)

    return answer


def _get(ask: Callable[[Request], Any]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(ask(request))
        except (Wrong, SlackError) as error:
            return JSONResponse({"ok": False, "message": str(error)}, 400)

    return answer
