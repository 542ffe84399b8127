"""What is shown of a training: circles for who asks, and on cards, in mails and on the board what who learns is there for."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

import commands
from commands.router import Blocks, Gesture, Message
from hiring import board, candidates, interview_answers, outreach, proposals, swaps
from hiring.errors import NotAllowed, Refused
from scheduling import training as way
from tests.firm import BEN, ROSA, TEAM, TOM, Firm, firm
from tests.hiring_loops.learning import booked, passes, trains

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Firm]:
    """The company on SQLite, for what no database makes different."""
    async with firm(tmp_path) as made:
        yield made


async def test_everybody_reads_what_who_learns_is_there_for_and_their_no_opens_no_seat(
    office: Firm,
) -> None:
    company = replace(office.services.company, swaps="at once")
    parts = replace(office.parts, services=replace(office.services, company=company))
    office = replace(office, parts=parts)
    await trains(office)
    services, router, rosa = office.services, commands.load(), await office.actor(ROSA)
    loop, (pairing,) = await booked(office)
    tom = await office.actor(TOM)
    async with office.at_work():
        await office.settles()
        assert (TOM, "interview", pairing.id) in office.desk.shown
        assert "Tom Adeyemi (shadow)" in str(office.mails("tom@brightwater.example"))
        mine = await router.cards["interview"](services, TEAM, TOM, pairing.id)
        whole = await router.cards["loop"](services, TEAM, ROSA, loop.id)
        brief = await router.cards["brief"](services, TEAM, TOM, f"{pairing.id}:{TOM}")
        assert "You train here as shadow" in str(mine.blocks)
        assert f"<@{TOM}> (shadow)" in str(whole.blocks)
        assert "you (shadow)" in str(brief.blocks)
        profile = await candidates.profile(services, rosa, pairing.application)
        facts = await outreach.facts(services, rosa, profile)
        assert "(joins to learn)" in str(facts["interviewers"])

        await interview_answers.answer(services, tom, pairing.id, "declined", "I am ill")
        await office.settles()
    assert not {kind for _, kind, _ in office.desk.shown} & {"open_seat", "swap_ask"}
    seen = await board.read(services, rosa)
    assert TOM not in {line.who for section in seen.lines.values() for line in section}
    with pytest.raises(NotAllowed):
        await proposals.propose(
            services, tom, pairing.id, (pairing.start, pairing.end), "", key="other"
        )
    with pytest.raises(Refused, match="Refused"):  # nobody but who learns would be left
        await swaps.drop(services, rosa, f"{pairing.id}:{pairing.interviewers[0]}:0")


class Listener:
    """Keeps what is whispered."""

    def __init__(self) -> None:
        self.heard: list[Message] = []

    async def whisper(self, message: Message) -> None:
        self.heard.append(message)


async def says(office: Firm, user: str, text: str) -> str:
    reply, gesture = Listener(), Gesture("command", TEAM, user, "training", text=text)
    verb = commands.load().verbs["training"]
    await verb.handler(gesture, await office.actor(user), office.services, reply)
    return "\n".join(_texts(reply.heard[0].blocks))


def _texts(found: Blocks) -> list[str]:
    return [str(b["text"]["text"]) for b in found if isinstance(b.get("text"), dict)]


async def test_a_training_is_drawn_as_a_row_of_circles(office: Firm) -> None:
    await trains(office, path=way.Path(3, 2))
    _, (held,) = await booked(office)
    await passes(office, held.end)
    assert f"<@{TOM}>   `●○○` shadow   `○○` reverse shadow" in await says(office, ROSA, "pairing")
    await booked(office)
    for user, text in ((ROSA, f"<@{TOM}|tom>"), (TOM, "")):
        assert "`●◐○` shadow" in await says(office, user, text)
    assert "You train for nothing" in await says(office, BEN, "")
