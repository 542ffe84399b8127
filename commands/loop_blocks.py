"""How whole loops are drawn: the form that suggests them, and what stands in it when it is sent."""

import itertools
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from commands import blocks, choosing, interview_blocks, over_blocks
from commands.router import Blocks, Gesture, View
from connectors.model import Ref
from hiring import beyond, loop_records, optional_seats, plans
from hiring.candidates import Profile
from hiring.debrief_records import NONE, USUAL, Wish
from hiring.errors import Refused
from hiring.interview_changes import zone_of
from hiring.interview_records import Interview
from hiring.interview_times import Times
from hiring.loop_records import Option, Session, Sitting
from hiring.loop_times import Suggested
from hiring.loops import Wanted
from hiring.people import Actor
from hiring.services import Services
from scheduling import spell
from scheduling.hours import Interval

TITLE = "Schedule"
HOLDS = (("4 hours", "4"), ("A day", "24"), ("3 days", "72"))
MINUTE = timedelta(minutes=1)
START = datetime(1970, 1, 1, tzinfo=UTC)


def form(
    actor: Actor, profile: Profile, wanted: Wanted, found: Suggested, *, how: str = "book",
    usual: Wish = USUAL,
) -> View:  # fmt: skip
    """The people of each session, the ways to hold the whole, and what to do with the one that is chosen.

    `usual` is the debrief that can be ticked.
    """
    usual = wanted.debrief if wanted.debrief.minutes else usual
    body: Blocks = [blocks.section(choosing.line(profile))]
    for number, session in enumerate(wanted.sessions):
        body.append(_people(number, session))
        label = f"{session.title}: optional people"
        body.append(
            interview_blocks.optional("loop.people", f"optional.{number}", session.optional, label)
        )
    zone = zone_of(profile, actor)
    first = profile.candidate.first_name
    if found.options:
        body.append(
            blocks.entry("When", _options(found, actor, first, zone), f"option.{_mark(found)}")
        )
        body.append(blocks.section(_details(found, wanted.sessions, actor.zone)))
        body += [over_blocks.sure()] if found.over else []
    body.append(
        blocks.entry(
            "How",
            _how(first, how, bool(found.options), wanted.auto, not found.over),
            f"how.{int(bool(found.options))}",
        )
    )
    if found.options:
        holds = [blocks.option(said, hours) for said, hours in HOLDS]
        body.append(
            blocks.entry(
                "Hold for", blocks.select("hold", holds, initial=holds[1]), "hold",
                hint="Only for a hold: then the times are free again.",
            )
        )  # fmt: skip
    body += [_debrief(usual, bool(wanted.debrief.minutes)), _channel(wanted.channel)]
    times = Times((), found.unread, found.why_not, found.unsure)
    body += interview_blocks.remarks(times, actor.zone)
    private = {
        "ref": str(profile.ref),
        "loop": wanted.loop,
        "auto": wanted.auto,
        "m": [session.minutes for session in wanted.sessions],
        "s": [session.seats for session in wanted.sessions],
        "d": [usual.minutes, usual.days],
        **_packed(found.options),
    }
    return blocks.modal(TITLE, "loop", body, submit="Go on", private=private)


def _people(number: int, session: Session) -> dict[str, Any]:
    picker = interview_blocks.members(
        f"loop.people:{number}", session.required, "Choose interviewers"
    )
    hint = ""
    if session.seats:
        hint = f"And {session.seats} with the skill {session.tag}, whoever suits best."
    label = f"{session.title}, {session.minutes} min" + (
        f", {session.room}" if session.room else ""
    )
    return blocks.entry(
        label, picker, f"people.{number}", optional=bool(session.seats), hint=hint, tells=True
    )


def _channel(ticked: bool) -> dict[str, Any]:
    about = "Made when it is booked, archived a week after it."
    choice = blocks.option("A private channel for the panel", "yes", about)
    picker: dict[str, Any] = {"type": "checkboxes", "action_id": "channel", "options": [choice]}
    picker |= {"initial_options": [choice]} if ticked else {}
    return blocks.entry("Channel", picker, "channel", optional=True)


def _debrief(usual: Wish, ticked: bool) -> dict[str, Any]:
    days = f"{usual.days} working day{'s' if usual.days > 1 else ''}"
    about = f"Within {days} after the last interview. The candidate never sees it."
    choice = blocks.option(f"A debrief of {usual.minutes} minutes", "yes", about)
    picker: dict[str, Any] = {
        "type": "checkboxes",
        "action_id": "loop.debrief",
        "options": [choice],
    }
    picker |= {"initial_options": [choice]} if ticked else {}
    return blocks.entry("Debrief", picker, "debrief", optional=True, tells=True)


def usual_debrief(gesture: Gesture) -> Wish:
    """The debrief that can be ticked in a form."""
    minutes, days = gesture.private.get("d") or (USUAL.minutes, USUAL.days)
    return Wish(minutes, days)


def _options(found: Suggested, actor: Actor, first: str, zone: str) -> dict[str, Any]:
    options = []
    for number, option in enumerate(found.options):
        whole = (option.start, option.end)
        said = spell.spell(whole, actor.zone, other=(first, zone))
        said = said if len(said) <= 75 else spell.spell(whole, actor.zone)
        options.append(blocks.option(said, str(number), _sentence(option.reasons)))
    return {
        "type": "radio_buttons",
        "action_id": "option",
        "options": options,
        "initial_option": options[0],
    }


def _details(found: Suggested, sessions: Sequence[Session], zone: str) -> str:
    """Who sits where in each option, and when its debrief is, so that what is booked is what was seen."""
    lines = []
    for option, after in itertools.zip_longest(found.options, found.debriefs):
        days: dict[str, list[str]] = {}
        for session, s in zip(sessions, option.sittings, strict=True):
            who = _names(session, s)
            said = f"{spell.clock_times(s.time, zone)} {blocks.escape(session.title)} ({who})"
            days.setdefault(_day(s.time, zone), []).append(said)
        if after and after.slots:
            said = f"{spell.clock_times(after.slots[0], zone)} debrief"
            days.setdefault(_day(after.slots[0], zone), []).append(said)
        lines += [f"*{day}*: {' · '.join(parts)}" for day, parts in days.items()]
        lines += [f":scales: {blocks.escape(option.reasons[0])}"] if option.over else []
        lines += [f":warning: {blocks.escape(after.why)}"] if after and not after.slots else []
    return blocks.clip("\n".join(lines), 3_000)


def _day(time: Interval, zone: str) -> str:
    return spell.spell(time, zone).partition(",")[0]


def _sentence(reasons: Sequence[str]) -> str:
    said = ", ".join(reasons)
    return spell.sentence(said)


def _names(session: Session, sitting: Sitting) -> str:
    learns = (f"<@{user}> learns" for user in sitting.trainees)
    beside = (f"<@{user}> optional" for user in session.optional)
    return ", ".join([*(f"<@{user}>" for user in sitting.users), *learns, *beside])


def _mark(found: Suggested) -> str:
    """Other options need another block id, since Slack keeps what was chosen under an unchanged one."""
    packed = _packed(found.options)
    return f"{zlib.crc32(str(packed).encode()):08x}"


def _how(first: str, chosen: str, fits: bool, auto: bool, free: bool) -> dict[str, Any]:
    """What may be done; of a plan that books by itself it says so. No link to what is over something."""
    asked, offered = "They say when they can.", "They see all of these."
    if auto:
        asked = f"{asked} The best that fits is booked by itself."
        offered = f"{offered} If none works, the best they can is booked."
    ask = blocks.option(f"Ask {first} for availability"[:75], "ask", asked)
    options = [ask]
    if fits:
        options = [
            blocks.option("Book it", "book", "All interviews, or none of them."),
            blocks.option("Hold it", "hold", "Nobody hears of it yet."),
            blocks.option(f"Send {first} a link to choose"[:75], "link", offered),
            ask,
        ]
        options = options if free else [*options[:2], ask]
    initial = next((o for o in options if o["value"] == chosen), options[0])
    return {
        "type": "radio_buttons",
        "action_id": "how",
        "options": options,
        "initial_option": initial,
    }


def _packed(options: Sequence[Option]) -> dict[str, Any]:
    """Options in few characters: minutes since 1970, and places in one list of members: of who interviews, of who learns."""
    users = sorted({user for o in options for s in o.sittings for user in s.everybody})

    def places(among: Sequence[str]) -> list[int]:
        return [users.index(user) for user in among]

    rows = [
        [
            [int((s.time[0] - START) / MINUTE), places(s.users), places(s.trainees)]
            for s in o.sittings
        ]
        for o in options
    ]
    over = [beyond.spell(option.over) for option in options]
    return {"u": users, "o": rows, **({"x": over} if any(over) else {})}


def chosen(gesture: Gesture) -> Option:
    """The option that is chosen in the form. Raises Refused when none is."""
    said = next((v for k, v in gesture.values.items() if k.startswith("option.") and v), None)
    rows = gesture.private.get("o") or []
    if said is None or not str(said).isdigit() or int(str(said)) >= len(rows):
        raise Refused("Choose one of the times.", field="time")
    option, over = _unpacked(rows[int(str(said))], gesture.private), gesture.private.get("x")
    return replace(option, over=beyond.parse(over[int(str(said))])) if over else option


def offered(gesture: Gesture) -> list[Option]:
    """Every option of the form that a candidate may choose: none where they are over something."""
    rows = [] if gesture.private.get("x") else gesture.private.get("o") or []
    return [_unpacked(row, gesture.private) for row in rows]


def _unpacked(row: list[Any], private: Mapping[str, Any]) -> Option:
    sittings = []
    for (start, *places), minutes in zip(row, private["m"], strict=True):
        at = START + start * MINUTE
        users, learn = (tuple(private["u"][place] for place in among) for among in places)
        sittings.append(Sitting((at, at + minutes * MINUTE), users, learn))
    return Option(tuple(sittings))


def said_how(gesture: Gesture) -> str:
    """What is to be done: book, hold, link or ask."""
    return next((str(v) for k, v in gesture.values.items() if k.startswith("how.") and v), "book")


async def wanted(services: Services, actor: Actor, profile: Profile, gesture: Gesture) -> Wanted:
    """What the form says now. Raises Refused when the plan changed since it was opened."""
    loop = str(gesture.private.get("loop") or "")
    if loop:
        now = await loop_records.get(services, loop)
        planned = Wanted(now.sessions, now.cut_off, loop, auto=now.auto)
    else:
        plan = await plans.of(services, actor, profile)
        auto = bool(gesture.private.get("auto"))  # as the form said
        planned = Wanted(plan.sessions, plan.cut_off, auto=auto)
    if [session.minutes for session in planned.sessions] != gesture.private.get("m"):
        raise Refused("The plan was changed meanwhile. Close this and schedule again.")
    return replace(
        planned,
        channel=bool(gesture.values.get("channel")),
        debrief=usual_debrief(gesture) if gesture.values.get("debrief") else NONE,
        sessions=tuple(_with(session, gesture, n) for n, session in enumerate(planned.sessions)),
    )


def _with(session: Session, gesture: Gesture, number: int) -> Session:
    users = gesture.values.get(f"people.{number}", list(session.required))
    required = tuple(users) if isinstance(users, list) else ()
    others = gesture.values.get(f"optional.{number}", list(session.optional))
    optional = optional_seats.besides(others if isinstance(others, list) else (), required)
    return replace(session, required=required, optional=optional)


def ref_of(gesture: Gesture) -> Ref:
    return Ref.parse(gesture.private["ref"])


def line(interview: Interview, zone: str) -> str:
    people = ", ".join(seat.named(f"<@{seat.user}>") for seat in interview.panel)
    return f"{spell.spell((interview.start, interview.end), zone)}, {people}"
