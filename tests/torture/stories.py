"""The flows that are disturbed. Each is told by what people do; a person whose press goes nowhere presses again."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tests.flows.person import blocks_of, words
from tests.flows.test_the_story import ADA, BEN, MAYA, ROSA, link_in, missing
from tests.torture.gestures import (
    card_with,
    fill,
    press,
    press_once,
    read,
    send,
    submit,
    types,
)
from tests.torture.world import World

HIRING, SAM = "C0HIRING1", "U0SAM0001"
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
    submit(world, ROSA, Reason="Illness")


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


def plan(world: World) -> None:
    """A job whose candidates have two interviews in a row."""
    rosa = world.person(ROSA)
    rosa.types("/hire plan backend")
    rosa.presses("Open plan", rosa.sees("Whose plan?"))
    rosa.modal("Interview plan")
    for name, who in (("Pair programming", BEN), ("System design", SAM)):
        rosa.presses_in_modal("Add an interview")
        world.wait(
            lambda: rosa.modal("Interview")["callback_id"] == "plan.session", "the interview's form"
        )
        rosa.submits(Name=name, Who_has_to_be_there=[who])
        world.wait(lambda name=name: name in words(blocks_of(rosa.modal("Interview plan"))), name)
    rosa.submits()


@story("loop", before=plan)
def loop(world: World) -> None:
    """The recruiter books a loop of two interviews and its debrief with one form, and a channel for its panel."""
    fill(world, "/hire schedule ada", "Schedule", Channel=["yes"], Debrief=["yes"])


@story("shift", before=lambda world: (plan(world), loop(world)))
def shift(world: World) -> None:
    """The recruiter moves the whole loop, then calls it off."""
    press(world, ROSA, "Move all", "Move all")
    submit(world, ROSA)
    world.rest()
    press(world, ROSA, "Cancel all", "Cancel all")
    submit(world, ROSA, Reason="Role changed or closed")


def skilled(world: World) -> None:
    """An interview that Sam could do as well as Ben, at any hour."""
    for user in (BEN, SAM):
        always = {"Days": [str(day) for day in range(7)], "From": "00:00", "To": "24:00"}
        fill(world, f"/hire limits <@{user}>", "Limits", Interviews_for="backend", **always)
    book(world)


@story("swap", before=skilled)
def swap(world: World) -> None:
    """Ben cannot come, the recruiter asks Sam, and Sam takes the seat over."""
    press(world, BEN, "Can't make it", "Can't make it")
    submit(world, BEN, Reason="A train")
    rosa = world.person(ROSA)
    world.wait(lambda: card_with(rosa, "Ask Sam"), "the card that names Sam")
    press_once(world, ROSA, "Ask Sam", "is asked")
    press_once(world, SAM, "Take it", "You take it")
