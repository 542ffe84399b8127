"""The flows that are disturbed. Each is told by what people do; a person whose press goes nowhere presses again."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.flows.person import Person, blocks_of, elements, words
from tests.flows.test_the_story import ADA, BEN, MAYA, ROSA, link_in, missing
from tests.torture.world import World

HIRING = "C0HIRING1"
ANY = ""  # the first option
Act = Callable[[World], None]


@dataclass(frozen=True)
class Story:
    """`before` leads up to it undisturbed, then `days` pass, then `act` is what gets disturbed."""

    name: str
    act: Act
    before: Act | None = None
    days: int = 0

    @property
    def later(self) -> timedelta:
        return timedelta(days=self.days)


STORIES: dict[str, Story] = {}


def story(name: str, *, before: Act | None = None, days: int = 0) -> Callable[[Act], Act]:
    def register(act: Act) -> Act:
        STORIES[name] = Story(name, act, before, days)
        return act

    return register


@story("find")
def find(world: World) -> None:
    """The recruiter looks a candidate up."""
    rosa = world.person(ROSA)
    world.insist(
        lambda: rosa.types("/hire find ada"),
        lambda: any("Ada Lovelace" in words(blocks_of(m)) for m in rosa.messages(HIRING)),
        "the card of Ada",
    )


@story("home")
def home(world: World) -> None:
    """The recruiter opens the app's Home tab."""
    rosa = world.person(ROSA)
    world.insist(lambda: rosa.ask("home"), lambda: rosa.look("home")["view"], "the Home tab")


@story("tend")
def tend(world: World) -> None:
    """The recruiter writes a note, moves the candidate on, and says no."""
    fill(world, "/hire note ada", "Note", Note="Knows her way around engines.")
    fill(world, "/hire stage ada", "Move stage")
    world.rest()
    world.try_again()  # before saying no: nobody moves on afterwards
    fill(world, "/hire reject ada", "Reject", Reason=ANY)


@story("book")
def book(world: World) -> None:
    """The recruiter books the first time that suits."""
    fill(world, "/hire schedule ada", "Schedule")


@story("link")
def send_link(world: World) -> None:
    """The recruiter sends the candidate a link."""
    fill(world, "/hire schedule ada", "Schedule", How="link")


@story("pick", before=send_link)
def pick(world: World) -> None:
    """The candidate chooses a time on her page."""
    page = world.wait(lambda: link_in(world.mailbox(ADA).receives("/c/")), "the link")
    shown = world.wait(
        lambda: read(world, page, "choose a time") or read(world, page, "You are booked"),
        "her page",
    )
    times = re.findall(r'name="time"[^>]*value="([^"]+)"', shown)
    send(world, page, {"act": "pick", "time": times[0]}, "You are booked")


@story("move", before=book)
def move(world: World) -> None:
    """The recruiter moves the interview, then calls it off."""
    press(world, ROSA, "Move", "Move")
    submit(world, ROSA)
    world.rest()
    press(world, ROSA, "Cancel", "Cancel")
    submit(world, ROSA, Reason="Chen is ill")


@story("scorecard", before=book, days=14)
def scorecard(world: World) -> None:
    """The interviewer is asked after the interview and fills the form in."""
    press(world, BEN, "Scorecard", "")
    filled = {}
    for block in blocks_of(world.person(BEN).modal()):
        element = block.get("element") or {}
        if block["type"] == "input" and not block.get("optional"):
            options = element.get("options")
            filled[block["label"]["text"]] = options[-1]["value"] if options else "Explains well."
    submit(world, BEN, **filled)


@story("message")
def message(world: World) -> None:
    """The recruiter sends a templated message."""
    rosa = world.person(ROSA)
    types(world, rosa, "/hire message ada", "Message")
    submit(world, ROSA, **missing(rosa.modal("Message")))


@story("offer")
def offer(world: World) -> None:
    """The recruiter asks for an offer and the hiring manager approves; the letter goes out by itself."""
    fill(world, "/hire offer ada", "Offer", Base_salary="82,000", Approver=MAYA)
    maya = world.person(MAYA)
    world.wait(lambda: card_with(maya, "Approve"), "the card to approve")
    world.insist(
        lambda: maya.presses("Approve", card_with(maya, "Approve") or {}),
        lambda: any("approved" in words(blocks_of(m)) for m in maya.messages(maya.dm())),
        "approved",
    )


@story("sign", before=offer)
def sign(world: World) -> None:
    """The candidate accepts and signs."""
    mails = world.mailbox(ADA).mails
    mail = world.wait(
        lambda: next(m for m in mails() if "offer" in m["subject"].lower()), "the offer"
    )
    signed = {"act": "accept", "name": "Ada Lovelace", "consent": "yes"}
    send(world, link_in(mail), signed, "Welcome, Ada")


def fill(world: World, command: str, title: str, **fields: Any) -> None:
    types(world, world.person(ROSA), command, title)
    submit(world, ROSA, **choices(world.person(ROSA), fields))


def types(world: World, person: Person, command: str, title: str) -> None:
    """Type a command until its modal is there."""

    def gesture() -> None:
        close_all(person)
        person.types(command)

    world.insist(gesture, lambda: ready(person, title), f"the modal {title}")


def press(world: World, user: str, button: str, title: str) -> None:
    """Press a button of the newest card that has it until its modal is there."""
    person = world.person(user)

    def gesture() -> None:
        close_all(person)
        person.presses(button, card_with(person, button) or {})

    world.wait(lambda: card_with(person, button), f"a card with {button}")
    world.insist(gesture, lambda: ready(person, title), f"the modal {title}")


def submit(world: World, user: str, **fields: Any) -> None:
    """Submit the modal on top until it is gone."""
    person = world.person(user)
    top = person.look("view")["stack"][-1]["id"]

    def gone() -> bool:
        stack = person.look("view")["stack"]
        return not stack or stack[-1]["id"] != top

    world.insist(lambda: gone() or person.submits(**fields), gone, "the modal to close")


def send(world: World, page: str, form: dict[str, str], then: str) -> None:
    """Send a form of a candidate's page until the page says so."""
    world.insist(
        lambda: world.http.post(page, data=form),
        lambda: read(world, page, then),
        f"the page to say {then}",
    )


def read(world: World, page: str, text: str) -> str:
    shown = world.http.get(page).text
    return shown if text in shown else ""


def ready(person: Person, title: str) -> bool:
    stack = person.look("view")["stack"]
    return (
        bool(stack) and stack[-1]["callback_id"] != "loading" and title in words(stack[-1]["title"])
    )


def close_all(person: Person) -> None:
    for view in reversed(person.look("view")["stack"]):
        person.ask("close", view_id=view["id"])


def card_with(person: Person, button: str) -> dict[str, Any] | None:
    """The newest direct message of the app that has this button."""
    channel = person.dm()
    if not channel:
        return None
    has = [
        m
        for m in person.messages(channel)
        if any(e["type"] == "button" and e["text"]["text"] == button for _, e in elements(m))
    ]
    return has[-1] | {"channel": channel} if has else None


def choices(person: Person, fields: dict[str, Any]) -> dict[str, Any]:
    """Options named by a word of theirs, the first that has it, become their values."""
    found = dict(fields)
    for block in blocks_of(person.modal()):
        label = (block.get("label") or {}).get("text", "").replace(" ", "_")
        for option in reversed((block.get("element") or {}).get("options") or []):
            if label in fields and str(fields[label]) in option["text"]["text"]:
                found[label] = option["value"]
    return found
