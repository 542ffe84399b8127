"""Gestures of a person outside of modals: say, command, press, search, open the Home tab."""

import re
from typing import Any

from bot.workspace.client.answers import respond
from bot.workspace.client.places import (
    VALUES,
    Wrong,
    channel_named,
    channel_of,
    element_of,
    holder,
    kept,
    sent,
)
from bot.workspace.slack import limits
from bot.workspace.slack.deliver import Delivery
from bot.workspace.slack.parcels import NotAcknowledged
from bot.workspace.slack.team import SlackError, Team

Doc = dict[str, Any]
SILENT = "This app did not respond. Try again in a moment."


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
            if who.get("thread_ts"):
                said = f"{word} is not supported in threads. Sorry!"
                return self._toast(who["as"], "not_supported_in_threads", said)
            return await self.command({**who, "command": word, "text": rest.strip()})
        channel = channel_of(self.team, who)
        message: Doc = {"user": who["as"], "text": plain(text)}
        if who.get("thread_ts"):
            message["thread_ts"] = who["thread_ts"]
        made = self.team.post(channel, message)
        if f"<@{self.team.bot_user}>" in made["text"]:
            mention = {"type": "app_mention", "user": who["as"], "text": made["text"], "ts": made["ts"],
                       "channel": channel["id"], "team": self.team.info["id"], "event_ts": made["ts"]}  # fmt: skip
            if who.get("thread_ts"):
                mention["thread_ts"] = who["thread_ts"]
            await self._event(mention)
        if links := self._links(str(who.get("text") or "")):
            await self._event({
                "type": "link_shared", "channel": channel["id"], "user": who["as"], "message_ts": made["ts"], "links": links,
                "unfurl_id": f"{channel['id']}.{made['ts']}", "source": "conversations_history", "event_ts": made["ts"],
                "is_bot_user_member": self.team.bot_user in channel["members"],
            })  # fmt: skip
        return {"ok": True}

    def _links(self, text: str) -> list[Doc]:
        """Addresses at the domains that the app unfurls, below them, too."""
        domains = (self.team.manifest.get("features") or {}).get("unfurl_domains") or []
        found = []
        for url in re.findall(r"https?://[^\s<>|]+", text):
            host = url.split("/")[2].partition(":")[0]
            for domain in domains:
                if host == domain or host.endswith(f".{domain}"):
                    found.append({"url": url, "domain": domain})
        return found

    async def command(self, who: Doc) -> Doc:
        channel = channel_of(self.team, who)
        word = str(who.get("command") or "")
        commands = (self.team.manifest.get("features") or {}).get("slash_commands") or []
        if word not in {known["command"] for known in commands}:
            return self._toast(who["as"], "unknown_command", f"{word} is not a valid command.")
        try:
            answer = await self.delivery.command(
                who["as"], channel, word, str(who.get("text") or "")
            )
            if isinstance(answer, dict) and (answer.get("text") or answer.get("blocks")):
                place = {"user": who["as"], "channel": channel["id"], "ts": ""}
                respond(self.team, place, answer)
        except (NotAcknowledged, SlackError) as error:
            said = f"{word} failed with the error “{error.error}”"
            return self._toast(who["as"], error.error, said)
        return {"ok": True}

    async def action(self, who: Doc) -> Doc:
        """Press a button, choose from a menu, change a field that tells of its changes."""
        place, thing = holder(self.team, who)
        block, element = element_of(thing, who)
        action: Doc = {
            "type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"],
            "action_ts": self.team.stamp(), **{k: who[k] for k in VALUES if who.get(k) is not None},
        }  # fmt: skip
        if element["type"] in ("button", "icon_button"):
            action.pop("value", None)
            action |= {k: element[k] for k in ("text", "value") if element.get(k)}
        if element["type"] == "external_select" and not action.get("selected_option"):
            raise Wrong("Choose one of the options.")
        payload: Doc = {"container": place, "actions": [action]}
        if place["type"] == "view":
            thing["state"] = {"values": kept(thing, who.get("state"), block, element, action)}
            if thing["type"] == "modal":
                self.team.store.put("slack_view", thing["id"], thing)
            payload["view"] = sent(thing)
        else:
            payload |= {
                "channel": channel_named(self.team, thing["channel"]),
                "message": sent(thing),
                "state": {"values": who.get("state") or {}},
                "response_url": self.delivery.response_url(
                    who["as"], thing["channel"], thing["ts"]
                ),
            }
        return await self._interaction("block_actions", who["as"], payload)

    async def options(self, who: Doc) -> Doc:
        """What an app finds for what is typed into an external menu."""
        place, thing = holder(self.team, who)
        block, element = element_of(thing, who)
        if "external" not in element["type"]:
            raise Wrong("This menu asks nobody.")
        typed = str(who.get("value") or "")
        if len(typed) < element.get("min_query_length", 3):
            return {"options": [], "option_groups": []}
        payload: Doc = {
            "container": place, "action_id": element["action_id"], "block_id": block["block_id"], "value": typed,
        }  # fmt: skip
        if place["type"] == "view":
            payload["view"] = sent(thing)
        else:
            payload["message"] = sent(thing)
            payload["channel"] = channel_named(self.team, thing["channel"])
        try:
            answer = await self.delivery.interaction("block_suggestion", who["as"], **payload)
        except NotAcknowledged:
            return {"options": [], "error": "Results could not be loaded."}
        found = answer if isinstance(answer, dict) else {}
        if errors := limits.check_options(found):
            return {"options": [], "error": "Results could not be loaded.", "errors": errors}
        return {name: found.get(name) or [] for name in ("options", "option_groups")}

    async def home(self, who: Doc) -> Doc:
        event: Doc = {
            "type": "app_home_opened", "user": who["as"], "channel": self.team.direct(who["as"])["id"], "tab": "home",
            "event_ts": self.team.stamp(),
        }  # fmt: skip
        if view := self.team.store.get("slack_home", who["as"]):
            event["view"] = sent(view)
        await self._event(event)
        return {"ok": True}

    async def shortcut(self, who: Doc) -> Doc:
        shortcuts = (self.team.manifest.get("features") or {}).get("shortcuts") or []
        if who.get("callback_id") not in [s["callback_id"] for s in shortcuts]:
            raise Wrong("There is no such shortcut.")
        payload = {"callback_id": who["callback_id"], "action_ts": self.team.stamp()}
        return await self._interaction("shortcut", who["as"], payload)

    async def verify(self, who: Doc) -> Doc:
        """Ask the app for the challenge, as Slack does when a request URL is saved."""
        try:
            return {"ok": await self.delivery.verify()}
        except NotAcknowledged as error:
            return {"ok": False, "error": error.error}

    async def _interaction(self, kind: str, user: str, payload: Doc) -> Doc:
        try:
            await self.delivery.interaction(kind, user, **payload)
        except NotAcknowledged as error:
            return self._toast(user, error.error, SILENT)
        return {"ok": True}

    async def _event(self, event: Doc) -> None:
        subscribed = (self.team.manifest.get("settings") or {}).get("event_subscriptions") or {}
        if event["type"] in (subscribed.get("bot_events") or []):
            await self.delivery.event(event)

    def _toast(self, user: str, error: str, message: str) -> Doc:
        self.team.tell([user], {"type": "toast", "message": message})
        return {"ok": False, "error": error, "message": message}


def plain(text: str) -> str:
    """What a person types, as mrkdwn: three characters escaped, mentions of people and channels kept."""
    parts = re.split(r"(<[@#]\w+>)", text)
    for index in range(0, len(parts), 2):
        parts[index] = parts[index].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(parts)
