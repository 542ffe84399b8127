"""Whole loops: book, hold, offer or ask from one form, and what the buttons of their card do."""

from collections.abc import Mapping
from datetime import timedelta

from commands import blocks, choosing, interview_blocks, loop_blocks, over_blocks
from commands.router import Blocks, Gesture, Reply, Router, View
from hiring import (
    candidates,
    channel_records,
    claims,
    debrief_records,
    loop_edits,
    loop_records,
    loop_visits,
    loops,
)
from hiring.debrief_records import NONE, USUAL, Wish
from hiring.errors import Refused, Taken
from hiring.interview_records import get as interview_of
from hiring.loop_records import interviews_of
from hiring.loop_times import Suggested
from hiring.loops import Wanted
from hiring.people import Actor
from hiring.services import Services
from scheduling import spell

router = Router()
SHORTER = (15, 20, 30, 45, 60, 90)


@router.action("loop.people")
@router.action("loop.debrief")
async def look_again(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Other people, other times; with a debrief, or without. What else was chosen stays."""
    profile = await candidates.profile(services, actor, loop_blocks.ref_of(gesture))
    wanted = await loop_blocks.wanted(services, actor, profile, gesture)
    how = loop_blocks.said_how(gesture)
    usual = loop_blocks.usual_debrief(gesture)
    await reply.update(await _form(services, actor, profile, wanted, how, usual), gesture.view_id)


@router.action("loop.again")
async def look_for_times(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """From the card: times for a loop that is not booked, within what the candidate answered."""

    async def draw() -> View:
        now = await loop_records.get(services, gesture.value)
        profile = await candidates.profile(services, actor, now.application)
        ticked = await channel_records.wished(services, now.id)
        debrief = await debrief_records.of(services, now.id)
        wish = debrief.wish if debrief else NONE
        wanted = Wanted(now.sessions, now.cut_off, now.id, ticked, wish, now.auto)
        return await _form(services, actor, profile, wanted, "book")

    await choosing.opened(reply, loop_blocks.TITLE, draw)


async def _form(
    services: Services, actor: Actor, profile: candidates.Profile, wanted: Wanted, how: str,
    usual: Wish = USUAL,
) -> View:  # fmt: skip
    try:
        found = await loops.suggest(services, actor, profile, wanted)
    except Refused as refused:  # nobody in a session: the form stays, and says so
        found = Suggested((), why_not=(refused.sentence,))
    return loop_blocks.form(actor, profile, wanted, found, how=how, usual=usual)


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    """Before the ack: everybody has to be free still. What was chosen stays in the modal."""
    how = loop_blocks.said_how(gesture)
    place = next((k for k in gesture.values if k.startswith("option.")), None)
    place = place or next(k for k in gesture.values if k.startswith("how."))
    for number, seats in enumerate(gesture.private["s"]):
        if how != "ask" and not seats and not gesture.values.get(f"people.{number}"):
            return {f"people.{number}": "Choose at least one interviewer."}
    try:
        if how in ("book", "hold"):
            option = loop_blocks.chosen(gesture)
            if option.start <= services.clock.now():
                raise Refused("That time is already over. Choose a later one.")
            await over_blocks.is_sure(services, actor.team, gesture.values, option.over)
            if not await _still_free(services, actor, option, str(gesture.private["loop"])):
                raise Taken("A part of that was just booked by somebody else. Choose another time.")
    except Refused as refused:
        return {"sure" if refused.field == "sure" else place: refused.sentence}
    return {}


async def _still_free(
    services: Services, actor: Actor, option: loop_records.Option, loop: str
) -> bool:
    mine = loop_records.holders(loop)
    for sitting in option.sittings:
        names = [claims.person(actor.team, user) for user in sitting.users]
        if any((await claims.held(services, names, sitting.time, but=mine)).values()):
            return False
    return True


@router.view("loop", check=_check)
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    ref = loop_blocks.ref_of(gesture)
    profile = await candidates.profile(services, actor, ref)
    wanted = await loop_blocks.wanted(services, actor, profile, gesture)
    first, key = blocks.escape(profile.candidate.first_name), gesture.delivery
    match loop_blocks.said_how(gesture):
        case "ask":
            await loops.ask(services, actor, ref, wanted, key=key)
            then = "The best that fits is then booked by itself." if wanted.auto else ""
            said = f":link: {first} is asked when they can. The card tells you when they answered. {then}".strip()
        case "link":
            options = loop_blocks.offered(gesture)
            await loops.offer(services, actor, ref, wanted, options, key=key)
            said = f":link: {first} gets a link to choose. You will hear what they choose."
        case how:
            try:
                said = await _fix(services, actor, gesture, wanted, how)
            except Taken as taken:
                again = blocks.button("See other times", "schedule.open", str(ref), style="primary")
                await reply.whisper(
                    blocks.said(f":warning: {blocks.escape(taken.sentence)}", blocks.actions(again))
                )
                return
    await reply.whisper(blocks.said(said))


async def _fix(services: Services, actor: Actor, gesture: Gesture, wanted: Wanted, how: str) -> str:
    ref, option = loop_blocks.ref_of(gesture), loop_blocks.chosen(gesture)
    when = blocks.moment(option.start, option.start.isoformat(timespec="minutes"))
    if how == "hold":
        hours = int(str(gesture.values.get("hold") or 24))
        until = services.clock.now() + timedelta(hours=hours)
        await loops.hold(
            services, actor, ref, wanted, option.times, until, key=gesture.delivery, like=option
        )
        return f":hourglass: Held: {when}. Book it or send the link from its card."
    await loops.book(services, actor, ref, wanted, option.times, key=gesture.delivery, like=option)
    count = len(wanted.sessions)
    return f":calendar: Booked: {count} interview{'s' if count > 1 else ''}, {when}. The invites are on their way."


@router.action("loop.book", durable=True)
async def confirm(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await loops.confirm(services, actor, gesture.value)
    await reply.whisper(blocks.said(":calendar: Booked. The invites are on their way."))


@router.action("loop.send", durable=True)
async def send(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await loops.send_held(services, actor, gesture.value)
    await reply.whisper(
        blocks.said(":link: The link is on its way. The times stay held meanwhile.")
    )


@router.action("loop.cancel.open")
async def open_cancel(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    now = await loop_records.get(services, gesture.value)
    note = "The candidate and the interviewers get a cancellation for every interview."
    if now.state != "booked":
        note = "The link stops working and nothing is held any more. Nobody has an invite yet."
    body = [blocks.section(note), *interview_blocks.reason_fields(services)]
    await reply.open(
        blocks.modal(
            "Cancel all", "loop.cancel", body, submit="Cancel all", close="Keep", private={"loop": now.id}
        )
    )  # fmt: skip


@router.view("loop.cancel", check=interview_blocks.has_reason)
async def cancel(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    now = await loop_records.get(services, gesture.private["loop"])
    await candidates.profile(services, actor, now.application)  # who may see may cancel
    why = interview_blocks.reason_given(gesture)
    await loop_visits.cancel(services, now.id, why.note, reason=why.reason, by=actor.user)
    await reply.whisper(blocks.said(":x: All of it is cancelled."))


@router.action("loop.move.open")
async def open_move(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    view_id = await reply.open(blocks.loading("Move all"))
    loop, why = interview_blocks.kept(gesture.value)
    now = await loop_records.get(services, loop)
    await candidates.profile(services, actor, now.application)
    found = (await loop_visits.choices(services, now))[:20] if now.state == "booked" else []
    if not found:
        notice = ":warning: There is no other time at which all of them can. Move single interviews instead."
        await reply.update(blocks.notice("Move all", notice), view_id)
        return
    options = [
        blocks.option(spell.spell((o.start, o.end), actor.zone), str(n))
        for n, o in enumerate(found)
    ]
    body = [blocks.entry("New time", blocks.select("time", options, initial=options[0]), "time")]
    body += interview_blocks.reason_fields(services, optional=True, kept=why)
    packed = [[int(t[0].timestamp()) // 60 for t in o.times] for o in found]
    private = {"loop": now.id, "o": packed, "m": [int((t[1] - t[0]).total_seconds()) // 60 for t in found[0].times]}  # fmt: skip
    await reply.update(
        blocks.modal("Move all", "loop.move", body, submit="Move all", private=private), view_id
    )


@router.view("loop.move")
async def move(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    now = await loop_records.get(services, gesture.private["loop"])
    await candidates.profile(services, actor, now.application)
    row = gesture.private["o"][int(str(gesture.values.get("time") or 0))]
    starts = [loop_blocks.START + at * loop_blocks.MINUTE for at in row]
    times = [
        (at, at + minutes * loop_blocks.MINUTE)
        for at, minutes in zip(starts, gesture.private["m"], strict=True)
    ]
    why = interview_blocks.reason_given(gesture)
    try:
        await loop_visits.move(services, now.id, times, by=actor.user, why=why)
    except Taken as taken:
        again = interview_blocks.see_others("loop.move.open", now.id, why)
        said = f":warning: {blocks.escape(taken.sentence)}"
        await reply.whisper(blocks.said(said, blocks.actions(again)))
        return
    await reply.whisper(blocks.said(":calendar: Moved. Everybody's calendar is being updated."))


@router.action("loop.sessions")
async def sessions(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Every session with what can be done to it alone."""
    now = await loop_records.get(services, gesture.value)
    await candidates.profile(services, actor, now.application)
    rows: Blocks = []
    for interview in await interviews_of(services, now.id):
        rows.append(
            blocks.section(
                f"*{blocks.escape(interview.title)}*\n{loop_blocks.line(interview, actor.zone)}"
            )
        )
        rows.append(
            blocks.actions(
                blocks.button("Move", f"move.open:{interview.id}", interview.id, aria=f"Move {interview.title}"),
                blocks.button("Shorten", f"loop.shorten.open:{interview.id}", interview.id, aria=f"Shorten {interview.title}"),
                blocks.button("Cancel", f"cancel.open:{interview.id}", interview.id, style="danger", aria=f"Cancel {interview.title}"),
            )
        )  # fmt: skip
    rows.append(blocks.actions(blocks.button("Add an interview", "schedule.add", now.id)))
    await reply.open(blocks.modal("Interviews", "sessions", rows, close="Close"))


@router.action("loop.shorten.open")
async def open_shorten(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    now = await interview_of(services, gesture.value)
    shorter = [m for m in SHORTER if m < now.minutes]
    if not shorter or now.state != "scheduled":
        await reply.open(blocks.notice("Shorten", "This interview cannot be any shorter."))
        return
    options = [blocks.option(f"{minutes} minutes", str(minutes)) for minutes in shorter]
    body = [
        blocks.section(f"*{blocks.escape(now.title)}*, {now.minutes} minutes until now"),
        blocks.entry("Length", blocks.select("length", options, initial=options[-1]), "length"),
    ]
    await reply.open(
        blocks.modal("Shorten", "loop.shorten", body, submit="Shorten", private={"interview": now.id})
    )  # fmt: skip


@router.view("loop.shorten")
async def shorten(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    minutes = int(str(gesture.values.get("length") or 0))
    now = await loop_edits.shorten(services, actor, gesture.private["interview"], minutes)
    await reply.whisper(blocks.said(f":calendar: {blocks.escape(now.title)} ends earlier now."))
