"""Before and at the start of an interview: the brief, the line to join, running late, and a candidate who is missing."""

from collections.abc import Mapping

from commands import blocks, interview_blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from hiring import briefs, meeting_links, troubles
from hiring.briefs import Brief
from hiring.debrief_records import BOOKED
from hiring.interview_records import get
from hiring.people import Actor
from hiring.services import Services
from scheduling import spell

router = Router()


@router.card("brief")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    """Who, when, what to look at, who covers what; earlier scorecards only where they may be seen."""
    interview = subject.partition(":")[0]
    now = await get(services, interview)
    if now.state != "scheduled" or user not in now.users:
        return blocks.said(f"The {blocks.escape(now.title)} has changed since; see its card.")
    found = await briefs.read(services, team, user, interview)
    viewer = await services.desk.person(team, user)
    person = found.profile.candidate
    when = spell.spell((now.start, now.end), viewer.zone, other=(person.first_name, now.zone))
    page = blocks.link(person.url, "Open in the ATS") if person.url else ""
    title = f"{now.title} with {person.name}"
    place = await meeting_links.where(services, now) or "the place follows"
    job = found.profile.job_title or "the job"
    card: Blocks = [
        blocks.section(
            f":open_book: *Your brief: {blocks.escape(title)}*\n{blocks.escape(when)}\n"
            f"{blocks.escape(job)} · {blocks.escape(place)}"
            f"{' · ' + page if page else ''}"
        )
    ]
    seat = now.seat(user)
    if seat and not seat.needed:
        card.append(blocks.context(interview_blocks.part(seat)))
    if found.focus:
        rows = "\n".join(f"• {blocks.escape(blocks.clip(label, 150))}" for label in found.focus)
        card.append(blocks.section(f"*Look at*\n{rows}"))
    card.append(blocks.section(f"*Who covers what*\n{_covers(found, user, viewer.zone)}"))
    if found.debrief and found.debrief.state == BOOKED:
        when = spell.spell(found.debrief.own[0], viewer.zone)
        card.append(blocks.context(f"Debrief: {blocks.escape(when)}"))
    card.append(blocks.context(_earlier(found)))
    card.append(
        blocks.actions(
            blocks.button("Résumé", "brief.resume", now.id, style="primary"),
            blocks.button("Can't make it", "answer.decline", now.id),
        )
    )
    return Message(f"Your brief: {blocks.escape(now.title)}", card)


def _covers(found: Brief, user: str, zone: str) -> str:
    rows = []
    for each in sorted((found.interview, *found.others), key=lambda i: i.start)[:10]:
        panel = ", ".join(
            seat.named("you" if seat.user == user else f"<@{seat.user}>") for seat in each.panel
        )
        when = spell.spell((each.start, each.end), zone)
        rows.append(f"• {blocks.escape(each.title)}: {panel} ({blocks.escape(when)})")
    return "\n".join(rows)


def _earlier(found: Brief) -> str:
    if found.unread:
        return f"{' and '.join(found.unread).capitalize()} cannot be read in the ATS from here; open it there."
    if not found.arrived:
        return "No scorecard is in yet."
    if found.said is None:
        count = f"{found.arrived} scorecard{'s' if found.arrived != 1 else ''}"
        return f"{count} in already; you see what others said once yours is in."
    said = "; ".join(f"{name}: {word}" for name, word in found.said[:10])
    return f"Earlier scorecards: {blocks.escape(blocks.clip(said, 1_500))}"


@router.action("brief.resume")
async def resume(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    profile, name, content = await briefs.resume(services, actor, gesture.value)
    await reply.hand_over(name, content, f"Résumé of {profile.candidate.name}")
    await reply.whisper(
        blocks.said(":page_facing_up: The résumé is in your direct messages with me.")
    )


@router.card("join")
async def draw_join(services: Services, team: str, user: str, subject: str) -> Message:
    """Where to go, shortly before the start, with what to press when something goes wrong."""
    interview, _, sequence = subject.split(":")
    now = await get(services, interview)
    if now.state != "scheduled" or now.sequence != int(sequence):
        return blocks.said(f"The {blocks.escape(now.title)} has changed since; see its card.")
    name, first = await interview_blocks.named(services, now)
    viewer = await services.desk.person(team, user)
    when = spell.spell((now.start, now.end), viewer.zone, other=(first, now.zone))
    place = await meeting_links.where(services, now) or "the place follows"
    card: Blocks = [
        blocks.section(
            f":stopwatch: *{blocks.escape(name)} is about to begin.*\n{blocks.escape(when)}\n"
            f"{interview_blocks.way_in(place)}"
        )
    ]
    known = await troubles.of(services, now)
    if troubles.NO_SHOW in known:
        card.append(blocks.context(f"{blocks.escape(first)} did not come. The recruiter knows."))
        return Message(f"{blocks.escape(now.title)} is about to begin", card)
    if troubles.LATE in known:
        card.append(blocks.context("It begins late; everybody knows."))
    seat = now.seat(user)
    if seat and seat.optional:  # nobody waits for them
        return Message(f"{blocks.escape(now.title)} is about to begin", card)
    card.append(
        blocks.actions(
            blocks.button("Running late", "trouble.late", now.id),
            blocks.button("No-show", "trouble.no_show", now.id),
        )
    )
    return Message(f"{blocks.escape(now.title)} is about to begin", card)


@router.action("trouble.late")
async def open_late(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    now = await get(services, gesture.value)
    options = [blocks.option(f"{each} minutes", str(each)) for each in troubles.MINUTES]
    body: Blocks = [
        blocks.section(f"*{blocks.escape(now.title)}*\nThe candidate gets an e-mail at once."),
        blocks.entry("How late", blocks.select("minutes", options, initial=options[0]), "minutes"),
        blocks.entry(
            "Reason",
            blocks.text_input("text", most=500),
            "reason",
            optional=True,
            hint="Only the recruiter reads it.",
        ),
    ]
    private = {"interview": now.id}
    await reply.open(
        blocks.modal("Running late", "trouble.late", body, submit="Tell them", private=private)
    )


@router.view("trouble.late")
async def late(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    chosen = str(gesture.values.get("minutes") or "")
    minutes = int(chosen) if chosen.isdigit() else 0
    reason = str(gesture.values.get("reason") or "")
    await troubles.late(services, actor, gesture.private["interview"], minutes, reason)
    await reply.whisper(blocks.said("The candidate and the recruiter are told."))


@router.action("trouble.no_show")
async def open_no_show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    now = await get(services, gesture.value)
    body: Blocks = [
        blocks.section(
            f"*{blocks.escape(now.title)}*\nNo scorecard will be asked for. The recruiter can choose another time."
        ),
        blocks.entry(
            "What happened",
            blocks.text_input("text", multiline=True, most=1_000),
            "reason",
            hint="Such as how long you waited and how you tried to reach them.",
        ),
    ]
    private = {"interview": now.id}
    await reply.open(
        blocks.modal(
            "No-show", "trouble.no_show", body, submit="Tell the recruiter", private=private
        )
    )


async def _has_reason(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    given = str(gesture.values.get("reason") or "").strip()
    return {} if given else {"reason": "Say in a few words what happened."}


@router.view("trouble.no_show", check=_has_reason)
async def no_show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    reason = str(gesture.values.get("reason") or "")
    await troubles.no_show(services, actor, gesture.private["interview"], reason)
    await reply.whisper(blocks.said("Noted. The recruiter knows and can choose another time."))


@router.card("trouble")
async def draw_trouble(services: Services, team: str, user: str, subject: str) -> Message:
    """What went wrong, for the recruiter; a candidate who did not come can get another time."""
    found = await troubles.read(services, subject)
    now = found.interview
    name, first = await interview_blocks.named(services, now)
    if found.what == troubles.LATE:
        text = (
            f":stopwatch: <@{found.who}> runs {found.minutes} minutes late: {blocks.escape(name)}"
        )
        text += "\nThe candidate gets an e-mail."
    else:
        text = f":ghost: *{blocks.escape(first)} did not come.* {blocks.escape(name)}, says <@{found.who}>."
    card: Blocks = [blocks.section(text)]
    if found.reason:
        card.append(blocks.context(f"Reason: {blocks.escape(blocks.clip(found.reason, 500))}"))
    if found.what == troubles.NO_SHOW and found.current:
        card.append(
            blocks.actions(
                blocks.button("Reschedule", "move.open", now.id, style="primary"),
                blocks.button("Cancel", "cancel.open", now.id, style="danger"),
            )
        )
    elif found.what == troubles.NO_SHOW:
        card.append(blocks.context("Another time was chosen, or the interview was called off."))
    what = "begins late" if found.what == troubles.LATE else "the candidate did not come"
    return Message(f"{blocks.escape(now.title)}: {what}", card)
