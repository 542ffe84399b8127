"""Times over something a recruiter may go beyond, in forms and on cards: what they lie over, and the tick they need."""

from collections.abc import Mapping, Sequence
from typing import Any

from commands import blocks, interview_blocks
from commands.router import Blocks
from hiring import beyond, interview_times
from hiring.errors import Refused
from hiring.interview_times import Times
from hiring.services import Services
from scheduling import spell
from scheduling.hours import Interval
from scheduling.over import Over

LONGEST = 150  # letters of an option's value


def over_options(times: Times, zone: str, first_name: str, their_zone: str) -> list[dict[str, Any]]:
    """Times that whoever decides may have all the same, each with what it lies over."""
    options = [
        blocks.option(
            interview_blocks.short_time(one.slot, zone, first_name, their_zone),
            interview_times.spell_slot(one.slot) + beyond.spell(one.over),
            spell.sentence(said),
        )
        for one, said in times.over
    ]
    return [option for option in options if len(option["value"]) <= LONGEST]


def over_something(times: Times, zone: str, action: str = "sure") -> Blocks:
    """What those times lie over, and the tick without which none of them is booked."""
    if not times.over:
        return []
    lines = [f"• {spell.spell(one.slot, zone)}: {blocks.escape(said)}" for one, said in times.over]
    return [
        blocks.section(
            blocks.clip("\n".join(["*Over something*, the least first:", *lines]), 3_000)
        ),
        sure(action),
    ]


def sure(action: str = "sure") -> dict[str, Any]:
    """The tick."""
    about = "Needed for a time over something. Candidates never see these."
    choice = blocks.option("Book it all the same", "yes", about)
    picker = {"type": "checkboxes", "action_id": action, "options": [choice]}
    return blocks.entry("Over something", picker, action, optional=True)


async def is_sure(services: Services, team: str, values: Mapping[str, Any], over: Sequence[Over]) -> None:  # fmt: skip
    """Raises Refused beside the tick where a time over something was chosen without it."""
    if over and not values.get("sure"):
        said = spell.sentence(await beyond.said(services, team, over))
        raise Refused(f"{said}. Tick this to book it all the same.", field="sure")


def chosen_time(text: str) -> tuple[Interval, tuple[Over, ...]]:
    """The value of a time in a form, with what it lies over. Raises Refused."""
    time, mark, over = text.partition("|")
    return interview_times.parse_slot(time), beyond.parse(mark + over)


async def booked_over(services: Services, team: str, over: Sequence[Over]) -> Blocks:
    """What it was booked over, knowingly. For whoever arranged it."""
    if not over:
        return []
    said = blocks.escape(await beyond.said(services, team, over))
    return [blocks.context(f":scales: Booked all the same: {said}.")]
