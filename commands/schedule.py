"""Schedule an interview: times that suit everybody, booked at once or offered to the candidate by a link."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from commands import blocks, choosing, interview_blocks, loop_blocks, over_blocks
from commands.router import Blocks, Gesture, Reply, Router, View
from connectors.model import Ref
from hiring import (
    candidates,
    interview_records,
    interviews,
    loop_edits,
    loop_records,
    loops,
    plans,
)
from hiring.candidates import LOOKERS, Profile
from hiring.errors import Refused, Taken
from hiring.interview_changes import Wish, ahead, zone_of
from hiring.interview_records import CUT_OFF
from hiring.interview_times import Times
from hiring.loop_times import Suggested
from hiring.loops import Wanted
from hiring.people import Actor
from hiring.services import Services

router = Router()
TITLE = "Schedule"


@router.slash(
    "schedule",
    help="Schedule an interview, or send a link to choose a time",
    roles=LOOKERS | {"admin"},
    example="schedule ada",
    alias="schedule",
    order=20,
)
@router.action("schedule.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    async def draw(profile: Profile) -> View:
        plan = await plans.of(services, actor, profile)
        first = plan.sessions[0] if plan.sessions else None
        debrief = plan.debrief.minutes
        if first and (len(plan.sessions) > 1 or first.seats or first.room or debrief):
            ticked = services.company.panel_channels
            wanted = Wanted(
                plan.sessions, plan.cut_off, channel=ticked, debrief=plan.debrief, auto=plan.auto
            )
            try:
                found = await loops.suggest(services, actor, profile, wanted)
            except Refused as refused:  # nobody in a session: the form says so and stays
                found = Suggested((), why_not=(refused.sentence,))
            return loop_blocks.form(actor, profile, wanted, found)
        if first and first.required:
            wish = Wish(
                first.title, first.minutes, first.required, first.planned, focus=first.focus,
                optional=first.optional,
            )  # fmt: skip
        else:
            wish = await plans.single(services, actor, profile)
        wish = replace(wish, cut_off=plan.cut_off, auto=plan.auto)
        times = await interviews.times(services, actor, profile, wish)
        return _form(actor, profile, wish, times, "book")

    await choosing.form(
        gesture, actor, services, reply, title=TITLE, action="schedule.open", draw=draw
    )


@router.action("schedule.again")
async def open_again(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """From the card: times for an interview whose link is out, within what the candidate answered."""

    async def draw() -> View:
        now = await interview_records.get(services, gesture.value)
        if now.state != "offered":
            return blocks.notice(TITLE, "This interview waits for no time any more. See its card.")
        profile = await candidates.profile(services, actor, now.application)
        wish = Wish(
            now.title, now.minutes, now.interviewers, now.planned, cut_off=now.cut_off,
            interview=now.id, focus=now.focus, auto=now.auto, optional=now.optional,
        )  # fmt: skip
        times = await interviews.times(services, actor, profile, wish)
        return _form(actor, profile, wish, times, "book")

    await choosing.opened(reply, TITLE, draw)


@router.action("schedule.add")
async def open_one_more(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """One more interview for a loop that is booked."""
    view_id = await reply.open(blocks.loading(TITLE))
    now = await loop_records.get(services, gesture.value)
    profile = await candidates.profile(services, actor, now.application)
    wish = Wish("One more interview", 30, (actor.user,))
    times = await interviews.times(services, actor, profile, wish)
    await reply.update(_form(actor, profile, wish, times, "book", now.id), view_id)


@router.action("schedule.people")
@router.action("schedule.length")
async def look_again(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Other people or another length: other times. What else was typed stays."""
    profile = await candidates.profile(services, actor, Ref.parse(gesture.private["ref"]))
    wish = _wish(gesture)
    times = await interviews.times(services, actor, profile, wish)
    how, loop = str(gesture.values.get("how") or "book"), str(gesture.private.get("loop") or "")
    await reply.update(_form(actor, profile, wish, times, how, loop), gesture.view_id)


def _form(
    actor: Actor, profile: Profile, wish: Wish, times: Times, how: str, loop: str = ""
) -> View:
    first = profile.candidate.first_name
    zone = zone_of(profile, actor)
    lengths = [
        blocks.option(f"{minutes} minutes", str(minutes))
        for minutes in sorted({*interviews.LENGTHS, wish.minutes})
    ]
    length = next(option for option in lengths if option["value"] == str(wish.minutes))
    picker = interview_blocks.members("schedule.people", wish.users, "Choose interviewers")
    body: Blocks = [
        blocks.section(choosing.line(profile)),
        blocks.entry("Interviewers", picker, "interviewers", tells=True),
        interview_blocks.optional("schedule.people", "optional", wish.optional),
        blocks.entry(
            "Interview", blocks.text_input("title", initial=wish.title, most=150), "title"
        ),
        blocks.entry(
            "Length",
            blocks.select("schedule.length", lengths, initial=length),
            "length",
            tells=True,
        ),
    ]
    if wish.focus:
        body.append(blocks.context(f"{blocks.escape(first)} reads: {blocks.escape(wish.focus)}"))
    free = interview_blocks.time_options(times, actor.zone, first, zone)[:40]
    options = free + over_blocks.over_options(times, actor.zone, first, zone)
    if options:
        chooser = blocks.select("time", options, initial=free[times.best] if free else None)
        body.append(blocks.entry("Time", chooser, f"time.{_mark(wish)}"))
        body += over_blocks.over_something(times, actor.zone)
        if not loop:
            body.append(blocks.entry("How", _how(first, how, wish.auto, bool(free)), "how"))
    body += interview_blocks.remarks(times, actor.zone)
    private = {
        "ref": str(profile.ref),
        "planned": str(wish.planned) if wish.planned else "",
        "users": list(wish.users),
        "optional": list(wish.optional),
        "minutes": wish.minutes,
        "cut_off": wish.cut_off,
        "interview": wish.interview,
        "focus": wish.focus,
        "auto": wish.auto,
        "loop": loop,
    }
    return blocks.modal(TITLE, "schedule", body, submit="Schedule", private=private)


def _mark(wish: Wish) -> str:
    """Slack keeps what was chosen under an unchanged block id; other people mean other times, so another id."""
    beside = f".or.{'.'.join(wish.optional)}" if wish.optional else ""
    return f"{wish.minutes}.{'.'.join(wish.users)}{beside}"[:200]


def _how(first_name: str, chosen: str, auto: bool, free: bool) -> dict[str, Any]:
    """What may be done; of a plan that books by itself it says so. No link where no time is `free` to choose."""
    offered = "They see every time that still fits."
    if auto:
        offered = "Every time that fits. If none works, the first they can is booked."
    options = [
        blocks.option("Book this time", "book"),
        blocks.option(
            f"Send {first_name} a link to choose"[:75],
            "link",
            offered,
        ),
    ]
    options = options if free else options[:1]
    initial = next((option for option in options if option["value"] == chosen), options[0])
    return {
        "type": "radio_buttons",
        "action_id": "how",
        "options": options,
        "initial_option": initial,
    }


def _wish(gesture: Gesture) -> Wish:
    """What the modal says now."""
    values, private = gesture.values, gesture.private
    users, optional = values.get("interviewers"), values.get("optional", private.get("optional"))
    return Wish(
        title=str(values.get("title") or "Interview").strip(),
        minutes=int(values.get("length") or private.get("minutes") or 45),
        users=tuple(users if isinstance(users, list) else private.get("users") or ()),
        planned=Ref.parse(private["planned"]) if private.get("planned") else None,
        cut_off=private.get("cut_off", CUT_OFF),
        interview=str(private.get("interview") or ""),
        focus=str(private.get("focus") or ""),
        auto=bool(private.get("auto")),
        optional=tuple(optional) if isinstance(optional, list) else (),
    )


def _slot(gesture: Gesture) -> str:
    return next((str(v) for k, v in gesture.values.items() if k.startswith("time.") and v), "")


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    """Before the ack: the time has to be free still. What was typed stays in the modal."""
    try:
        wish = _wish(gesture)
        if not wish.users:
            raise Refused("Choose at least one interviewer.", field="interviewers")
        if gesture.values.get("how") == "link":
            return {}
        if not any(name.startswith("time.") for name in gesture.values):
            raise Refused(
                "No time suits these people. Choose others, or a shorter length.",
                field="interviewers",
            )
        slot, over = over_blocks.chosen_time(_slot(gesture))
        ahead(services, slot)
        await over_blocks.is_sure(services, actor.team, gesture.values, over)
        if not await interviews.still_free(services, actor.team, wish.users, slot):
            raise Taken(
                "That time was just booked by somebody else. Choose another one.", field="time"
            )
    except Refused as refused:
        field = next((k for k in gesture.values if k.startswith("time.")), "title")
        return {field if refused.field == "time" else refused.field or "title": refused.sentence}
    return {}


@router.view("schedule", check=_check)
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    ref, wish = Ref.parse(gesture.private["ref"]), _wish(gesture)
    if gesture.values.get("how") == "link":
        profile = await candidates.profile(services, actor, ref)
        times = await interviews.times(services, actor, profile, wish)
        await interviews.offer_times(services, actor, ref, wish, times.slots, key=gesture.delivery)
        first = blocks.escape(profile.candidate.first_name)
        await reply.whisper(
            blocks.said(
                f":link: {first} gets a link to choose a time. You will hear what they choose."
            )
        )
        return
    slot, over = over_blocks.chosen_time(_slot(gesture))
    key = gesture.delivery
    try:
        if loop := gesture.private.get("loop"):
            booked = await loop_edits.add(services, actor, loop, wish, slot, key=key, over=over)
        else:
            booked = await interviews.book(services, actor, ref, wish, slot, key=key, over=over)
    except Taken as taken:
        again = blocks.button("See other times", "schedule.open", str(ref), style="primary")
        await reply.whisper(
            blocks.said(f":warning: {blocks.escape(taken.sentence)}", blocks.actions(again))
        )
        return
    when = blocks.moment(booked.start, booked.start.isoformat(timespec="minutes"))
    await reply.whisper(
        blocks.said(
            f":calendar: Booked: {blocks.escape(booked.title)}, {when}. The invites are on their way."
        )
    )
