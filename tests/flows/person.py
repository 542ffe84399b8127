"""A person at the local workspace's front door: types, presses buttons by their words, fills modals by their labels."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

T = TypeVar("T")


def until(look: Callable[[], T | None], what: str, seconds: float = 45.0) -> T:
    """Ask again and again until there is an answer; the services under test are other processes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:.0f} s for {what}")


def blocks_of(thing: dict[str, Any]) -> list[dict[str, Any]]:
    return list(thing.get("blocks") or [])


def words(thing: Any) -> str:
    """Every text in a message or view, in reading order."""
    if isinstance(thing, dict):
        if thing.get("type") in ("plain_text", "mrkdwn"):
            return str(thing["text"])
        return "\n".join(
            w for key, value in thing.items() if key != "private_metadata" and (w := words(value))
        )
    if isinstance(thing, list):
        return "\n".join(w for item in thing if (w := words(item)))
    return ""


def elements(thing: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every interactive element with the block it stands in."""
    for block in blocks_of(thing):
        for key in ("element", "accessory"):
            if isinstance(block.get(key), dict):
                yield block, block[key]
        for element in block.get("elements") or []:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


@dataclass
class Person:
    """One member of the workspace, driven through `/client` only."""

    http: httpx.Client
    id: str

    def ask(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.http.post(f"/client/{path}", json={"as": self.id, **body})
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    def look(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.http.get(f"/client/{path}", params={"as": self.id, **query})
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    def types(self, text: str, channel: str = "C0HIRING1") -> None:
        answer = self.ask("say", channel=channel, text=text)
        assert answer["ok"], answer

    def messages(self, channel: str) -> list[dict[str, Any]]:
        return list(self.look("history", channel=channel)["messages"])

    def dm(self) -> str:
        """The direct messages with the app."""
        boot = self.look("boot")
        bot = boot["app"]["bot_user"]
        bot = bot["id"] if isinstance(bot, dict) else bot
        return next(
            (c["id"] for c in boot["channels"] if c.get("is_im") and c.get("user") == bot), ""
        )

    def message(self, known: dict[str, Any]) -> dict[str, Any]:
        """The same message as it stands now."""
        return next(m for m in self.messages(known["channel"]) if m["ts"] == known["ts"])

    def sees(self, text: str, channel: str = "C0HIRING1") -> dict[str, Any]:
        """The newest message here that says this; waits for it."""

        def look() -> dict[str, Any] | None:
            said = [
                m
                for m in self.messages(channel)
                if text in words(blocks_of(m)) or text in m.get("text", "")
            ]
            return said[-1] if said else None

        return until(look, f"{self.id} to see {text!r} in {channel}")

    def hears(self, text: str) -> dict[str, Any]:
        """The newest direct message from the app that says this; waits for it."""
        channel = until(self.dm, f"{self.id} to have direct messages")
        return self.sees(text, channel) | {"channel": channel}

    def has(self, button: str, text: str = "") -> dict[str, Any]:
        """The newest direct message from the app that has this button (and says this); waits for it."""
        channel = until(self.dm, f"{self.id} to have direct messages")

        def look() -> dict[str, Any] | None:
            rows = [m for m in self.messages(channel) if text in words(blocks_of(m))]
            mine = [
                m
                for m in rows
                if any(
                    e["type"] == "button" and e["text"]["text"] == button for _, e in elements(m)
                )
            ]
            return mine[-1] | {"channel": channel} if mine else None

        return until(look, f"{self.id} to have a card with {button}")

    def presses(
        self, label: str, message: dict[str, Any], channel: str = "C0HIRING1"
    ) -> dict[str, Any]:
        """Press a button of a message by its words."""
        return self.ask("action", **self._press(label, message, channel))

    def presses_many_times_at_once(self, label: str, message: dict[str, Any]) -> None:
        """As a finger does that is quicker than the card; a press that finds the card redrawn hits nothing."""
        press = {"as": self.id, **self._press(label, message, "")}
        with ThreadPoolExecutor(4) as pool:
            answers = list(
                pool.map(lambda _: self.http.post("/client/action", json=press), range(4))
            )
        codes = {answer.status_code for answer in answers}
        assert 200 in codes, answers[0].text
        assert codes <= {200, 400}

    def _press(self, label: str, message: dict[str, Any], channel: str) -> dict[str, Any]:
        block, element = self._button(message, label)
        place = {
            "type": "message",
            "channel_id": message.get("channel", channel),
            "message_ts": message["ts"],
        }
        return {
            "container": place,
            "block_id": block["block_id"],
            "action_id": element["action_id"],
            "value": element.get("value"),
        }

    def presses_in_modal(self, label: str) -> dict[str, Any]:
        view = self.modal()
        block, element = self._button(view, label)
        place = {"type": "view", "view_id": view["id"]}
        return self.ask(
            "action",
            container=place,
            block_id=block["block_id"],
            action_id=element["action_id"],
            value=element.get("value"),
        )

    def modal(self, title: str = "") -> dict[str, Any]:
        """The modal on top that is finished loading; waits for it."""

        def look() -> dict[str, Any] | None:
            stack = self.look("view")["stack"]
            top = stack[-1] if stack else None
            if top and top["callback_id"] != "loading" and title in words(top["title"]):
                return dict(top)
            return None

        return until(look, f"{self.id} to see a modal {title}")

    def no_modal(self) -> None:
        until(lambda: not self.look("view")["stack"], f"{self.id}'s modal to close")

    def submits(self, **fields: Any) -> dict[str, Any]:
        """Fill the top modal by labels (spaces as `_`), leave the rest as offered, and submit."""
        view = self.modal()
        return self.ask("submit", view_id=view["id"], values=state(view, fields))

    def _button(self, thing: dict[str, Any], label: str) -> tuple[dict[str, Any], dict[str, Any]]:
        for block, element in elements(thing):
            if element["type"] == "button" and element["text"]["text"] == label:
                return block, element
        raise AssertionError(f"there is no button {label!r} in:\n{words(thing)}")


def state(view: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """The state a Slack client would send: what stands in the modal, changed by label."""
    wanted = {label.replace("_", " ").casefold(): value for label, value in fields.items()}
    values: dict[str, Any] = {}
    for block in blocks_of(view):
        element = block.get("element")
        if block["type"] != "input" or element is None:
            continue
        label = block["label"]["text"].casefold()
        chosen = wanted.pop(label, None)
        values[block["block_id"]] = {element["action_id"]: value_of(element, chosen)}
    assert not wanted, f"the modal has no field {list(wanted)}: {words(view)}"
    return values


def value_of(element: dict[str, Any], chosen: Any) -> dict[str, Any]:
    kind = element["type"]
    options = element.get("options") or []
    if kind in ("static_select", "radio_buttons", "external_select"):
        option = element.get("initial_option")
        if chosen is not None:
            option = next(o for o in options if chosen in (o["value"], o["text"]["text"]))
        return {"type": kind, "selected_option": option}
    if kind == "checkboxes":
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    if kind == "multi_static_select":
        picked = element.get("initial_options") or []
        if chosen is not None:
            picked = [o for o in options if o["value"] in chosen]
        return {"type": kind, "selected_options": picked}
    if kind == "users_select":
        return {"type": kind, "selected_user": chosen or element.get("initial_user")}
    if kind == "multi_users_select":
        return {"type": kind, "selected_users": chosen or element.get("initial_users") or []}
    if kind == "datepicker":
        return {"type": kind, "selected_date": chosen or element.get("initial_date")}
    if kind == "timepicker":
        return {"type": kind, "selected_time": chosen or element.get("initial_time")}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": chosen or element.get("initial_date_time")}
    return {"type": kind, "value": chosen if chosen is not None else element.get("initial_value")}


class Mailbox:
    """The candidate's mailbox, as a person reads it."""

    def __init__(self, http: httpx.Client, address: str) -> None:
        self.http = http
        self.address = address

    def mails(self) -> list[dict[str, Any]]:
        return list(
            self.http.get("/client/mail", params={"address": self.address}).json()["messages"]
        )

    def receives(self, text: str, method: str | None = None) -> dict[str, Any]:
        """The newest mail whose subject or text says this (and whose invite has this method); waits for it."""

        def look() -> dict[str, Any] | None:
            for mail in self.mails():
                invite = mail.get("calendar") or {}
                if text in mail["subject"] + mail["text"] and (
                    method is None or invite.get("method") == method
                ):
                    return mail
            return None

        return until(look, f"a mail saying {text!r} ({method}) to {self.address}")
