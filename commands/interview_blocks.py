"""How interviews and their times are drawn, for the features that schedule, move and cancel."""

from typing import Any

from commands import blocks
from commands.router import Blocks
from connectors.errors import ConnectorError
from hiring import candidates, interview_times
from hiring.errors import Refused
from hiring.interview_records import Interview
from hiring.interview_times import Times
from hiring.people import Actor
from hiring.services import Services
from scheduling import spell
from scheduling.hours import Interval


def time_options(times: Times, zone: str, first_name: str, their_zone: str) -> list[dict[str, Any]]:
    """The proposed times as options, in the reader's zone; the first is the recommended one."""
    return [
        blocks.option(_short(slot, zone, first_name, their_zone), interview_times.spell_slot(slot))
        for slot in times.slots[:60]
    ]


def _short(slot: Interval, zone: str, first_name: str, their_zone: str) -> str:
    """Fits the 75 characters of an option."""
    said = spell.spell(slot, zone, other=(first_name, their_zone))
    return said if len(said) <= 75 else spell.spell(slot, zone)


def remarks(times: Times, zone: str) -> Blocks:
    """Whose calendar could not be read, why nothing fits, and in which zone times are shown."""
    shown: Blocks = []
    if times.why_not:
        why = "\n".join(f"• {blocks.escape(reason)}" for reason in times.why_not)
        shown.append(
            blocks.section(
                f":warning: *No time fits.*\n{why}\nTry other interviewers or a shorter length."
            )
        )
    lines = [
        f":calendar: {blocks.escape(name)}: {blocks.escape(reason)}, so working hours only were looked at."
        for name, reason in times.unread
    ]
    lines.append(f"Times are shown in your zone ({blocks.escape(spell.city(zone))}).")
    return [*shown, blocks.context(*lines)]


async def title(services: Services, interview: Interview) -> str:
    """`Technical interview with Ada Lovelace`; without the name when the ATS does not answer."""
    try:
        profile = await candidates.read(services, interview.application)
    except (Refused, ConnectorError):
        return interview.title
    return f"{interview.title} with {profile.candidate.name}"


async def chooser(
    services: Services, actor: Actor, found: list[Interview], action: str, label: str
) -> Blocks:
    """A list of interviews with a button each."""
    rows: Blocks = []
    for interview in found[:10]:
        when = "the candidate has not chosen yet"
        if interview.state == "scheduled":
            when = spell.spell((interview.start, interview.end), actor.zone)
        name = await title(services, interview)
        press = blocks.button(
            label, f"{action}:{interview.id}", interview.id, aria=f"{label} {name}"
        )
        rows.append(blocks.section(f"*{blocks.escape(name)}*\n{when}", accessory=press))
    return rows
