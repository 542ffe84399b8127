"""Writes `docs/connectors.md` from what the connectors declare: checked against what, able to do what, else what instead."""

from connectors import registry
from connectors.abilities import (
    ABILITIES,
    CALENDAR_ABILITIES,
    USES,
    calendar_instead,
    instead,
)
from connectors.contract import Ats, Calendar, Connector
from connectors.contract.meeting import Meetings

TOP = """# Connectors

This page is written from what each connector declares (`python -m bot.connector_docs`); a test keeps it so.
What an account may really do also depends on its key: `callsheet accounts test NAME` says what is missing.
"""
SLACK = """## Slack

Slack itself was checked against its SDK, its published limits and the local workspace, not a live workspace. That goes
for Socket Mode, too: `serve --socket` is run against the local workspace's websockets, which Slack's own Python client
also understands, through commands, modals, pickers and events, with sockets recycled, cut and gone silent; it has not met
Slack's own servers.
"""


def text() -> str:
    """The whole page."""
    made = registry.vendors()
    systems = {name: one for name, one in made.items() if issubclass(one, Ats)}
    calendars = {name: one for name, one in made.items() if issubclass(one, Calendar)}
    parts = [TOP, _comparison(systems), *(_one(name, one) for name, one in sorted(systems.items()))]
    parts.append(_calendars(calendars))
    parts += [_calendar(name, one) for name, one in sorted(calendars.items())]
    parts += [
        _meeting(name, one) for name, one in sorted(made.items()) if issubclass(one, Meetings)
    ]
    return "\n".join([*parts, SLACK])


def _comparison(systems: dict[str, type[Ats]]) -> str:
    """Who can do what, by what people want to do."""
    names = sorted(systems)
    rows = ["## What each can do", ""]
    rows.append(f"| | {' | '.join(systems[name].label for name in names)} |")
    rows.append(f"|---|{'---|' * len(names)}")
    for use in USES:
        rows.append(f"| **{use}** |{' |' * len(names)}")
        for ability, about in ABILITIES.items():
            if about.use == use:
                marks = ["yes" if ability in systems[name].abilities else "–" for name in names]
                rows.append(f"| {about.words} | {' | '.join(marks)} |")
    return "\n".join([*rows, ""])


def _one(name: str, made: type[Ats]) -> str:
    rows = [*_head(name, made), "", "| it cannot | so |", "|---|---|"]
    rows += [
        f"| {about.words} | {instead(ability, made.fallbacks)} |"
        for ability, about in ABILITIES.items()
        if ability not in made.abilities
    ]
    return "\n".join([*rows, ""])


def _calendars(known: dict[str, type[Calendar]]) -> str:
    """Which calendar can do what."""
    names = sorted(known)
    rows = ["## What each calendar can do", ""]
    rows.append(f"| | {' | '.join(known[name].label for name in names)} |")
    rows.append(f"|---|{'---|' * len(names)}")
    for ability, about in CALENDAR_ABILITIES.items():
        marks = ["yes" if ability in known[name].abilities else "–" for name in names]
        rows.append(f"| {about.words} | {' | '.join(marks)} |")
    return "\n".join([*rows, ""])


def _calendar(name: str, made: type[Calendar]) -> str:
    words = "A calendar that cannot be read is named and never counted as free."
    rows = [*_head(name, made), "", words, "", "| it cannot | so |", "|---|---|"]
    rows += [
        f"| {about.words} | {calendar_instead(ability, made.fallbacks)} |"
        for ability, about in CALENDAR_ABILITIES.items()
        if ability not in made.abilities
    ]
    return "\n".join([*rows, ""])


def _meeting(name: str, made: type[Connector]) -> str:
    words = "Gives the link or the place of a meeting: one for each interview, moved and taken away with it."
    return "\n".join([*_head(name, made), "", words, ""])


def _head(name: str, made: type[Connector]) -> list[str]:
    rows = [f"## {made.label} (`{name}`)", "", f"Checked against {made.checked}.", ""]
    rows += [
        f"- `{key}`{'' if key in made.required else ' (optional)'}"
        f"{f': {made.key_help[key]}' if key in made.key_help else ''}"
        for key in sorted(made.required | made.optional, key=lambda k: (k not in made.required, k))
    ]
    return rows + ([""] + [f"- {remark}" for remark in made.remarks] if made.remarks else [])


if __name__ == "__main__":
    from pathlib import Path

    Path(__file__).parents[1].joinpath("docs", "connectors.md").write_text(text())
