"""Gestures of a person: say, command, press, submit, close, search, open the Home tab."""

from typing import Any

from bot.workspace.client.answers import respond
from bot.workspace.slack import limits
from bot.workspace.slack.deliver import Delivery, NotAcknowledged
from bot.workspace.slack.team import SlackError, Team
from bot.workspace.slack.views import checked, push_for, replace

Doc = dict[str, Any]
VALUES = (
    "value", "selected_option", "selected_options", "selected_date", "selected_time", "selected_date_time", "selected_user",
    "selected_users", "selected_conversation", "selected_conversations", "selected_channel", "selected_channels", "rich_text_value",
)  # fmt: skip


class Wrong(Exception):
    """The gesture makes no sense here; the text says why (answered 400)."""


class Gestures:
    """What one workspace lets people do."""

    def __init__(self, team: Team, delivery: Delivery) -> None:
        self.team = team
        self.delivery = delivery

    async def say(self, who: Doc) -> Doc:
        text = str(who.get("text") or "").strip()
        if not text:
            raise Wrong("There is nothing to say.")
        if text.startswith("/"):
            word, _, rest = text.partition(" ")
            return await self.command({**who, "command": word, "text": rest.strip()})
        channel = self._channel(who)
        message: Doc = {"user": who["as"], "text": _plain(text)}
        if who.get("thread_ts"):
            message["thread_ts"] = who["thread_ts"]
        made = self.team.post(channel, message)
        if f"<@{self.team.bot_user}>" in text:
            await self._event(
                {
                    "type": "app_mention",
                    "user": who["as"],
                    "text": text,
                    "ts": made["ts"],
                    "channel": channel["id"],
                }
            )
        return {"ok": True}

    async def command(self, who: Doc) -> Doc:
        channel = self._channel(who)
        word = str(who.get("command") or "")
        known = {
            c["command"]
            for c in (self.team.manifest.get("features") or {}).get("slash_commands") or []
        }
        if word not in known:
            return self._toast(who["as"], "unknown_command", f"{word} is not a valid command.")
        try:
            answer = await self.delivery.command(
                who["as"], channel, word, str(who.get("text") or "")
            )
        except NotAcknowledged as error:
            return self._toast(
                who["as"], error.error, f"{word} failed with the error “{error.error}”"
            )
        if isinstance(answer, dict) and (answer.get("text") or answer.get("blocks")):
            respond(self.team, {"user": who["as"], "channel": channel["id"], "ts": ""}, answer)
        return {"ok": True}

    async def action(self, who: Doc) -> Doc:
        place, holder = self._holder(who)
        block, element = _element(holder, who)
        action: Doc = {
            "type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"],
            "action_ts": self.team.stamp(), **{k: who[k] for k in VALUES if who.get(k) is not None},
        }  # fmt: skip
        if element["type"] == "button":
            action["text"] = element["text"]
            action |= {"value": element["value"]} if element.get("value") else {}
        if element["type"] == "external_select" and not action.get("selected_option"):
            raise Wrong("Choose one of the options.")
        payload: Doc = {"container": place, "actions": [action]}
        if place["type"] == "view":
            view = self._keep_state(holder, who.get("state"), block, element, action)
            payload["view"] = view
        else:
            payload |= {
                "channel": {
                    "id": holder["channel"],
                    "name": self.team.channel(holder["channel"]).get("name") or "directmessage",
                },
                "message": {k: v for k, v in holder.items() if k not in ("order", "to")},
                "state": {"values": who.get("state") or {}},
                "response_url": self.delivery.response_url(
                    who["as"], holder["channel"], holder["ts"]
                ),
            }
        try:
            await self.delivery.interaction("block_actions", who["as"], **payload)
        except NotAcknowledged as error:
            return self._toast(
                who["as"], error.error, "This app did not respond. Try again in a moment."
            )
        return {"ok": True}

    async def submit(self, who: Doc) -> Doc:
        view = self._view(who)
        values = who.get("values") or {}
        if missing := _required(view, values):
            return {"ok": False, "errors": missing}
        view["state"] = {"values": values}
        self.team.store.put("slack_view", view["id"], view)
        try:
            answer = await self.delivery.interaction(
                "view_submission", who["as"], view=_sent(view), response_urls=[]
            )
        except NotAcknowledged as error:
            return {
                **self._toast(who["as"], error.error, ""),
                "message": "We had some trouble connecting. Try again?",
            }
        return self._after_submit(who["as"], view, answer if isinstance(answer, dict) else {})

    def _after_submit(self, user: str, view: Doc, answer: Doc) -> Doc:
        act = answer.get("response_action")
        inputs = {b["block_id"] for b in view["blocks"] if b["type"] == "input"}
        try:
            if act == "errors":
                wrong = answer.get("errors") or {}
                if not set(wrong) <= inputs:
                    raise SlackError("invalid_error_blocks")
                return {"ok": False, "errors": wrong}
            if act == "update":
                replace(self.team, view, checked(answer.get("view")))
            elif act == "push":
                push_for(self.team, user, checked(answer.get("view")))
            elif act == "clear":
                self.team.set_stack(user, [])
            else:
                self.team.set_stack(
                    user, [v for v in self.team.stack(user) if v["id"] != view["id"]]
                )
        except SlackError as error:
            return {
                **self._toast(user, error.error, "We had some trouble connecting. Try again?"),
                **error.more,
            }
        return {"ok": True}

    async def close(self, who: Doc) -> Doc:
        stack = self.team.stack(who["as"])
        gone = stack if who.get("all") else [v for v in stack if v["id"] == who.get("view_id")]
        self.team.set_stack(who["as"], [v for v in stack if v not in gone])
        for view in gone:
            if view.get("notify_on_close"):
                if who.get("values"):
                    view["state"] = {"values": who["values"]}
                try:
                    await self.delivery.interaction(
                        "view_closed", who["as"], view=_sent(view), is_cleared=bool(who.get("all"))
                    )
                except NotAcknowledged:
                    continue  # Slack says nothing about it either
        return {"ok": True}

    async def options(self, who: Doc) -> Doc:
        place, holder = self._holder(who)
        block, element = _element(holder, who)
        more: Doc = {
            "container": place,
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": str(who.get("value") or ""),
        }
        more["view" if place["type"] == "view" else "message"] = (
            _sent(holder) if place["type"] == "view" else holder
        )
        try:
            answer = await self.delivery.interaction("block_suggestion", who["as"], **more)
        except NotAcknowledged:
            return {"options": [], "error": "Results could not be loaded."}
        found = answer if isinstance(answer, dict) else {}
        if len(found.get("options") or []) > 100:
            return {"options": [], "error": "too many options"}
        return {
            "options": found.get("options") or [],
            "option_groups": found.get("option_groups") or [],
        }

    async def home(self, who: Doc) -> Doc:
        channel = self.team.direct(who["as"])
        await self._event(
            {
                "type": "app_home_opened",
                "user": who["as"],
                "channel": channel["id"],
                "tab": "home",
                "event_ts": self.team.stamp(),
            }
        )
        return {"ok": True}

    async def shortcut(self, who: Doc) -> Doc:
        try:
            await self.delivery.interaction(
                "shortcut",
                who["as"],
                callback_id=str(who.get("callback_id")),
                action_ts=self.team.stamp(),
            )
        except NotAcknowledged as error:
            return self._toast(
                who["as"], error.error, "This app did not respond. Try again in a moment."
            )
        return {"ok": True}

    async def _event(self, event: Doc) -> None:
        wanted = ((self.team.manifest.get("settings") or {}).get("event_subscriptions") or {}).get(
            "bot_events"
        ) or []
        if event["type"] in wanted:
            try:
                await self.delivery.event(event)
            except NotAcknowledged:
                return  # the people see nothing of a lost event; the request log does

    def _channel(self, who: Doc) -> Doc:
        channel = self.team.channel(str(who.get("channel") or ""))
        if who["as"] not in channel["members"]:
            raise Wrong("You are not in this channel.")
        return channel

    def _holder(self, who: Doc) -> tuple[Doc, Doc]:
        place = who.get("container") or {}
        if place.get("type") == "view":
            view = self._view({"as": who["as"], "view_id": place.get("view_id")})
            return {"type": "view", "view_id": view["id"]}, view
        channel, ts = str(place.get("channel_id")), str(place.get("message_ts"))
        secret = [m for m in self.team.ephemeral if m["ts"] == ts and m["to"] == who["as"]]
        message = secret[0] if secret else self.team.message(channel, ts)
        return {
            "type": "message",
            "message_ts": ts,
            "channel_id": channel,
            "is_ephemeral": bool(secret),
        }, message

    def _view(self, who: Doc) -> Doc:
        home = self.team.store.get("slack_home", who["as"])
        if home and home["id"] == who.get("view_id"):
            return home
        for view in self.team.stack(who["as"]):
            if view["id"] == who.get("view_id"):
                return view
        raise Wrong("That modal is not open any more.")

    def _keep_state(self, view: Doc, state: Any, block: Doc, element: Doc, action: Doc) -> Doc:
        """An input that tells of its change has its new value in the state already."""
        values = dict(state or {})
        if block["type"] == "input":
            values.setdefault(block["block_id"], {})[element["action_id"]] = {
                "type": element["type"],
                **{k: action[k] for k in VALUES if k in action},
            }
        view["state"] = {"values": values}
        return _sent(view)

    def _toast(self, user: str, error: str, message: str) -> Doc:
        if message:
            self.team.tell([user], {"type": "toast", "message": message})
        return {"ok": False, "error": error, "message": message}


def _sent(view: Doc) -> Doc:
    return {k: v for k, v in view.items() if k != "user"}


def _element(holder: Doc, who: Doc) -> tuple[Doc, Doc]:
    for block, element in limits.walk(holder.get("blocks") or []):
        if element.get("action_id") == who.get("action_id") and who.get("block_id") in (
            block["block_id"],
            None,
        ):
            return block, element
    raise Wrong("There is no such button here (any more).")


def _required(view: Doc, values: Doc) -> Doc:
    """Slack itself asks for required inputs before it sends anything."""
    wrong = {}
    for block in view["blocks"]:
        if block["type"] != "input" or block.get("optional"):
            continue
        state = (values.get(block["block_id"]) or {}).get(block["element"]["action_id"]) or {}
        if not any(state.get(k) for k in VALUES):
            wrong[block["block_id"]] = "Please complete this required field."
            continue
        most = block["element"].get("max_length")
        if most and len(str(state.get("value") or "")) > most:
            wrong[block["block_id"]] = f"Please enter at most {most} characters."
    return wrong


def _plain(text: str) -> str:
    """What a person types is stored as mrkdwn with the three characters escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
