"""Optional people in plans and in both forms: chosen, filled in from the plan, and booked as the form said."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import commands
from bot.workspace.slack import limits
from commands.router import Gesture, Message, View
from connectors.model import Ref
from hiring import candidates, interviews, loop_records, plans
from hiring.loop_records import Session
from hiring.plans import Plan
from tests.firm import BEN, CHEN, MAYA, ROSA, TEAM, TOM, Firm, firm

pytestmark = pytest.mark.anyio


class Screen:
    """Shows a form, and keeps what is whispered."""

    def __init__(self) -> None:
        self.view: View = {}
        self.heard: list[Message] = []

    async def open(self, view: View) -> str:
        self.view = view
        return "V1"

    async def update(self, view: View, view_id: str = "") -> None:
        self.view = view

    async def whisper(self, message: Message) -> None:
        self.heard.append(message)

    def blocks(self) -> dict[str, Any]:
        assert limits.check_view(self.view) == []
        return {b["block_id"]: b for b in self.view["blocks"] if "block_id" in b}

    def chosen(self, block: str) -> list[str]:
        return list(self.blocks()[block]["element"].get("initial_users", []))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Firm]:
    async with firm(tmp_path) as made:
        yield made


async def does(office: Firm, kind: str, name: str, screen: Screen, **more: Any) -> None:
    """Rosa types a verb, presses a button or sends a form."""
    router, gesture = commands.load(), Gesture(kind, TEAM, ROSA, name, view_id="V1", **more)
    entry = {"command": router.verbs, "action": router.actions, "view": router.views}[kind][name]
    await entry.handler(gesture, await office.actor(ROSA), office.services, screen)


async def job_of(office: Firm) -> Ref:
    profile = await candidates.profile(
        office.services, await office.actor(ROSA), await office.ada()
    )
    assert profile.application
    assert profile.application.job
    return profile.application.job


async def test_a_plan_fills_the_form_and_the_form_books_what_it_says(office: Firm) -> None:
    job, rosa, screen = await job_of(office), await office.actor(ROSA), Screen()
    said = {
        "title": "System design", "minutes": "45", "required": [BEN], "optional": [TOM, BEN, MAYA],
        "cut_off": "12",
    }  # fmt: skip
    private = {"meant": f"{job}|every|0", "plan": "V1"}
    await plans.keep(office.services, rosa, job, "", Plan((Session("Old", 30, (CHEN,)),)))
    await does(office, "view", "plan.session", screen, values=said, private=private)
    (kept,) = (await plans.of_job(office.services, rosa, job, None)).sessions
    assert (kept.required, kept.optional) == ((BEN,), (TOM, MAYA))
    assert f"<@{TOM}> optional" in json.dumps(screen.view)

    await does(office, "command", "schedule", screen, text="ada lovelace")
    assert screen.chosen("optional") == [TOM, MAYA]
    times = next(b for name, b in screen.blocks().items() if name.startswith("time."))
    assert all("can" in o["description"]["text"] for o in times["element"]["options"])
    private = json.loads(screen.view["private_metadata"])
    values = {"interviewers": [BEN], "optional": [], "title": "System design", "length": "45"}
    await does(office, "action", "schedule.people", screen, values=values, private=private)
    assert screen.chosen("optional") == []
    values |= {"optional": [TOM], "how": "book"}
    await does(office, "action", "schedule.people", screen, values=values, private=private)
    mark, block = next((n, b) for n, b in screen.blocks().items() if n.startswith("time."))
    values |= {mark: block["element"]["initial_option"]["value"]}
    private = json.loads(screen.view["private_metadata"])
    await does(office, "view", "schedule", screen, values=values, private=private, delivery="d1")
    (booked,) = await interviews.open_ones(office.services, rosa, await office.ada())
    assert (booked.interviewers, booked.optional) == ((BEN,), (TOM,))


async def test_a_loops_form_has_them_for_each_session(office: Firm) -> None:
    job, rosa, screen = await job_of(office), await office.actor(ROSA), Screen()
    sessions = (
        Session("Pair programming", 60, (BEN,), optional=(TOM,)),
        Session("Talk with the manager", 30, (MAYA,)),
    )
    await plans.keep(office.services, rosa, job, "", Plan(sessions))
    await does(office, "command", "schedule", screen, text="ada lovelace")
    assert (screen.chosen("optional.0"), screen.chosen("optional.1")) == ([TOM], [])
    assert f"<@{TOM}> optional" in json.dumps(screen.view)
    assert "Tom can" in json.dumps(screen.view)
    private = json.loads(screen.view["private_metadata"])
    values: dict[str, Any] = {
        "people.0": [BEN], "optional.0": [], "people.1": [MAYA], "optional.1": [TOM, MAYA, CHEN],
    }  # fmt: skip
    await does(office, "action", "loop.people", screen, values=values, private=private)
    assert screen.chosen("optional.1") == [TOM, CHEN]
    mark = next(name for name in screen.blocks() if name.startswith("option."))
    private = json.loads(screen.view["private_metadata"])
    values |= {mark: "0", "how.1": "book"}
    await does(office, "view", "loop", screen, values=values, private=private, delivery="d2")
    (loop,) = await loop_records.of_application(office.services, await office.ada())
    pairing, talk = await loop_records.interviews_of(office.services, loop.id)
    assert (pairing.optional, talk.optional) == ((), (TOM, CHEN))
    assert f"<@{TOM}> (optional)" in str(
        (await commands.load().cards["loop"](office.services, TEAM, ROSA, loop.id)).blocks
    )
