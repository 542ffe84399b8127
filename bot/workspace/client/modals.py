"""What a person does with a modal: submits it, closes it. Slack checks the fields itself before the app hears of it."""

import re
from typing import Any

from bot.workspace.client.places import FIELDS, Wrong, filled, sent, view_of
from bot.workspace.slack import limits
from bot.workspace.slack.deliver import Delivery
from bot.workspace.slack.parcels import NotAcknowledged
from bot.workspace.slack.team import SlackError, Team
from bot.workspace.slack.views import checked, push_for, replace

Doc = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"


class Modals:
    """The open modals of everybody in one workspace."""

    def __init__(self, team: Team, delivery: Delivery) -> None:
        self.team = team
        self.delivery = delivery

    async def submit(self, who: Doc) -> Doc:
        view = view_of(self.team, who)
        if not view.get("submit"):
            raise Wrong("This modal has nothing to submit.")
        values = filled(view, who.get("values"))
        if found := mistakes(view, values):
            return {"ok": False, "errors": found}
        view["state"] = {"values": values}
        self.team.store.put("slack_view", view["id"], view)
        try:
            answer = await self.delivery.interaction(
                "view_submission",
                who["as"],
                view=sent(view),
                response_urls=self._response_urls(who["as"], view, values),
            )
        except NotAcknowledged as error:
            return self._refused(who["as"], error.error)
        return self._after(who["as"], view, answer if isinstance(answer, dict) else {})

    def _after(self, user: str, view: Doc, answer: Doc) -> Doc:
        """Do what the app answered: show errors, other content, one more modal, none, or close this one."""
        act = answer.get("response_action")
        try:
            if act == "errors":
                return {"ok": False, "errors": _errors(view, answer.get("errors"))}
            if act == "update":
                replace(self.team, view, checked(answer.get("view")))
            elif act == "push":
                push_for(self.team, user, checked(answer.get("view")))
            elif act == "clear":
                self.team.set_stack(user, [])
            elif act is None:
                left = [v for v in self.team.stack(user) if v["id"] != view["id"]]
                self.team.set_stack(user, left)
            else:
                raise SlackError("invalid_response_action")
        except SlackError as error:
            return {**self._refused(user, error.error), **error.more, "errors": {}}
        return {"ok": True}

    def _refused(self, user: str, error: str) -> Doc:
        self.team.tell([user], {"type": "toast", "message": TROUBLE})
        return {"ok": False, "error": error, "message": TROUBLE}

    def _response_urls(self, user: str, view: Doc, values: Doc) -> list[Doc]:
        """One for each chosen channel of a picker with `response_url_enabled`."""
        found = []
        for block, element in limits.walk(view["blocks"]):
            state = (values.get(block["block_id"]) or {}).get(element["action_id"]) or {}
            channel = state.get(FIELDS.get(element["type"], "value"))
            if element.get("response_url_enabled") and channel:
                found.append({
                    "block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel,
                    "response_url": self.delivery.response_url(user, channel),
                })  # fmt: skip
        return found

    async def close(self, who: Doc) -> Doc:
        """Close one modal, or all of them (`all`, or when the closed one wants it so)."""
        stack = self.team.stack(who["as"])
        gone = [view for view in stack if view["id"] == who.get("view_id")]
        cleared = bool(who.get("all")) or any(view["clear_on_close"] for view in gone)
        gone = stack if cleared else gone
        self.team.set_stack(who["as"], [view for view in stack if view not in gone])
        for view in reversed(gone):
            if view.get("notify_on_close"):
                if who.get("values") and view["id"] == who.get("view_id"):
                    view["state"] = {"values": filled(view, who["values"])}
                try:
                    await self.delivery.interaction(
                        "view_closed", who["as"], view=sent(view), is_cleared=cleared
                    )
                except NotAcknowledged:
                    continue  # Slack says nothing about it either
        return {"ok": True}


def mistakes(view: Doc, values: Doc) -> dict[str, str]:
    """What Slack itself asks for before it sends anything, by block_id."""
    found = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        state = values[block["block_id"]][element["action_id"]]
        value = state.get(FIELDS.get(element["type"], "value"))
        if not value:
            if not block.get("optional"):
                found[block["block_id"]] = "Please complete this required field."
        elif said := _mistake(element, value):
            found[block["block_id"]] = said
    return found


def _mistake(element: Doc, value: Any) -> str:
    kind = element["type"]
    if kind == "plain_text_input":
        most, least = element.get("max_length") or 3_000, element.get("min_length") or 0
        if len(str(value)) > most:
            return f"Please enter at most {most} characters."
        if len(str(value)) < least:
            return f"Please enter at least {least} characters."
    elif kind == "email_text_input" and not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", str(value)):
        return "Please enter a valid email address."
    elif kind == "url_text_input" and not re.fullmatch(r"https?://\S+", str(value)):
        return "Please enter a valid URL."
    elif kind == "number_input":
        return _number(element, str(value))
    return ""


def _number(element: Doc, value: str) -> str:
    form = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(form, value, re.ASCII):
        return "Please enter a valid number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return ""


def _errors(view: Doc, said: Any) -> Doc:
    """The app's errors, which have to name input blocks. Raises SlackError."""
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(said, dict) or not said or not set(said) <= inputs:
        raise SlackError("invalid_error_blocks")
    return said
