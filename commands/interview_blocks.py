"""How interviews and their times are drawn, for the features that schedule, move and cancel."""

from collections.abc import Mapping, Sequence
from typing import Any

from commands import blocks
from commands.router import Blocks, Gesture
from hiring import candidates, interview_times, interviews, reasons
from hiring.answers import Answer
from hiring.candidates import Profile
from hiring.errors import Refused
from hiring.interview_changes import Wish
from hiring.interview_records import Interview, Seat
from hiring.interview_times import Times
from hiring.loop_records import Loop
from hiring.people import Actor
from hiring.reasons import CANDIDATE, UNSAID, Why
from hiring.services import Services
from scheduling import spell
from scheduling.hours import Interval


def time_options(times: Times, zone: str, first_name: str, their_zone: str) -> list[dict[str, Any]]:
    """The proposed times as options, in the reader's zone, with who of the optional people can come to each."""
    return [
        blocks.option(
            short_time(slot, zone, first_name, their_zone), interview_times.spell_slot(slot), times.beside.get(slot, "")
        )
        for slot in times.slots[:60]
    ]  # fmt: skip


def members(action: str, users: Sequence[str], placeholder: str) -> blocks.Block:
    """Chooses members; those that are chosen already are filled in."""
    picker: blocks.Block = {
        "type": "multi_users_select", "action_id": action, "placeholder": blocks.plain(placeholder),
    }  # fmt: skip
    return picker | ({"initial_users": list(users)} if users else {})


def optional(
    action: str, block: str, users: Sequence[str], label: str = "Optional people"
) -> blocks.Block:
    """Who may come to an interview and need not."""
    picker = members(action, users, "Choose who may come")
    hint = "Invited; no time waits for them, and the candidate is not told."
    return blocks.entry(label, picker, block, optional=True, hint=hint, tells=True)


async def other_times(
    services: Services, actor: Actor, now: Interview
) -> tuple[Profile, Times, list[dict[str, Any]]]:
    """Times to which an interview could move, as options too: its own is none of them."""
    profile = await candidates.read(services, now.application)
    wish = Wish(now.title, now.minutes, now.interviewers, now.planned, optional=now.optional)
    times = await interviews.times(services, actor, profile, wish, now)
    own = interview_times.spell_slot((now.start, now.end))
    options = time_options(times, actor.zone, profile.candidate.first_name, now.zone)
    return profile, times, [option for option in options if option["value"] != own]


def short_time(slot: Interval, zone: str, first_name: str, their_zone: str) -> str:
    """Fits the 75 characters of an option."""
    said = spell.spell(slot, zone, other=(first_name, their_zone))
    return said if len(said) <= 75 else spell.spell(slot, zone)


def way_in(place: str) -> str:
    """Where to go: an address as something to press."""
    is_address = place.startswith(("https://", "http://"))
    return blocks.link(place, "Join") if is_address else blocks.escape(place)


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
    lines += [
        f":calendar: {blocks.escape(name)}, optional: {blocks.escape(reason)}, so nobody knows whether they can."
        for name, reason in times.unsure
    ]
    lines.append(f"Times are shown in your zone ({blocks.escape(spell.city(zone))}).")
    return [*shown, blocks.context(*lines)]


def told(said: Answer, zone: str, *, waiting: bool) -> Blocks:
    """What the candidate told on their page, and what came of it by itself; `waiting`: nothing is booked yet."""
    lines = [f"• {spell.spell(window, zone)}" for window in said.windows]
    shown: Blocks = []
    if lines or said.note:
        words = [":speech_balloon: *They can:*", *lines, blocks.escape(said.note)]
        shown.append(blocks.section("\n".join(word for word in words if word)))
    if said.ways:
        which = "the only one" if said.ways == 1 else f"the first of {said.ways}"
        fits = "that fits" if said.ways == 1 else "that fit"
        shown.append(blocks.context(f":zap: Booked by itself: {which} {fits} what they answered."))
    elif said.why_not and waiting:
        why = blocks.escape(said.why_not)
        shown.append(blocks.context(f":zap: Nothing was booked by itself. {why}"))
    if said.needs:
        shown.append(blocks.section(f":handshake: *They need:* {blocks.escape(said.needs)}"))
    if said.language:
        shown.append(blocks.context(f"Language they would like: {blocks.escape(said.language)}"))
    return shown


def reason_fields(services: Services, *, optional: bool = False, kept: Why = UNSAID) -> Blocks:
    """A reason of the company's list, and a note beside it; what was given before (`kept`) is filled in."""
    options = [
        blocks.option(words, key) for key, words in reasons.choices(services.company.reasons)
    ]
    initial = next((o for o in options if o["value"] == kept.reason), None)
    hint = "Counted in the report; the candidate does not see it."
    note = blocks.text_input("text", multiline=True, most=1_000, initial=kept.note)
    return [
        blocks.entry(
            "Reason", blocks.select("reason", options, initial=initial), "reason",
            optional=optional, hint=hint,
        ),
        blocks.entry("Note", note, "note", optional=True, hint="For our records alone."),
    ]  # fmt: skip


def reason_given(gesture: Gesture) -> Why:
    """What those fields hold."""
    values = gesture.values
    return Why(str(values.get("reason") or ""), str(values.get("note") or ""))


def see_others(action: str, id: str, why: Why) -> dict[str, Any]:
    """The button after a time that went meanwhile; what was said why comes along, and `kept` reads it."""
    value = f"{id}|{why.reason}|{why.note}"
    return blocks.button("See other times", action, value, style="primary")


def kept(value: str) -> tuple[str, Why]:
    """What a button of a move is about, and why it was to move, where that was said already."""
    id, _, said = value.partition("|")
    reason, _, note = said.partition("|")
    return id, Why(reason, note)


async def has_reason(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    """Before a form that wants a reason closes: there is one, and it is in the list."""
    try:
        reasons.required(services.company.reasons, reason_given(gesture).reason)
    except Refused as refused:
        return {"reason": refused.sentence}
    return {}


def because(services: Services, now: Interview | Loop) -> Blocks:
    """Why it was moved or cancelled last, where somebody said so. For whoever arranges it."""
    last, company = now.why, services.company
    words = reasons.named((*company.candidate_reasons, *company.reasons), last.reason)
    note = services.seal.open_text(last.note) if last.note else ""
    said = " – ".join(filter(None, (words, blocks.clip(note, 500))))
    if not said:
        return []
    who = "the candidate" if last.by == CANDIDATE else f"<@{last.by}>"
    by = f" by {who}" if last.by else ""  # an earlier release kept the words alone
    verb = "Cancelled" if now.state == "cancelled" else "Moved"
    if isinstance(now, Interview) and now.loop:  # of several, which one
        verb = f"{blocks.escape(now.title)} {verb.casefold()}"
    return [blocks.context(f":speech_balloon: {verb}{by}: {blocks.escape(said)}")]


async def title(services: Services, interview: Interview) -> str:
    """`Technical interview with Ada Lovelace`; without the name when the ATS does not answer."""
    return (await named(services, interview))[0]


async def named(services: Services, interview: Interview) -> tuple[str, str]:
    """The title, and what to call the candidate in a sentence: `Ada`, else `the candidate`."""
    profile = await candidates.for_card(services, interview.application)
    if profile is None:
        return interview.title, "the candidate"
    return f"{interview.title} with {profile.candidate.name}", profile.candidate.first_name


async def meant(services: Services, actor: Actor, typed: str) -> list[Interview]:
    """The open interviews of whoever was typed, else those the actor arranged or sits in. Raises Refused."""
    if not typed.strip():
        return await interviews.open_ones(services, actor)
    people = (await candidates.find(services, actor, typed)).people
    if not people:
        raise Refused(f"Nobody called {typed.strip()!r} was found. Check the spelling.")
    return [i for p in people[:5] for i in await interviews.open_ones(services, actor, p.ref)]


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


def part(seat: Seat) -> str:
    """What is asked of somebody who is there to learn, or is optional."""
    if seat.optional:
        return ":wave: You are optional: come if you like. No scorecard is asked of you, and the candidate is not told."
    if seat.owes:
        return ":seedling: You train here as reverse shadow: you lead, somebody trained is beside you, and your scorecard counts."
    return ":seedling: You train here as shadow: you watch and ask afterwards. No scorecard is asked of you."


def answer_buttons(interview: Interview, seat: Seat) -> Blocks:
    """What somebody may say to the invite; what they have said already is left out."""
    accept = blocks.button("Accept", "answer.accept", interview.id, style="primary")
    cannot = blocks.button("Can't make it", "answer.decline", interview.id)
    other = blocks.button("Propose time", "answer.propose", interview.id)
    buttons = [accept] if seat.standing != "accepted" else []
    buttons += [cannot] if seat.standing != "declined" else []
    return [*buttons, other] if seat.needed else buttons  # the time is the interviewers'


def seat_buttons(interview: Interview) -> Blocks:
    """What a recruiter can do about a candidate who cannot make it."""
    return [
        blocks.button("Move", "move.open", interview.id),
        blocks.button("Cancel", "cancel.open", interview.id, style="danger"),
    ]
