"""Interview plans of a job, editable in Slack: which interviews a stage has, with whom, in which order."""

from collections.abc import Mapping
from dataclasses import replace

from commands import blocks, choosing, interview_blocks
from commands.router import Blocks, Gesture, Message, Reply, Router, View
from connectors.errors import Rejected
from connectors.model import Ref
from hiring import interviewer_rules, pipeline, plans
from hiring.candidates import LOOKERS
from hiring.debrief_records import LENGTHS, MOST_DAYS, USUAL, Wish
from hiring.errors import Refused
from hiring.loop_records import MOST_SESSIONS, Session
from hiring.people import Actor
from hiring.plans import Plan
from hiring.services import Services

router = Router()
TITLE = "Interview plan"
EVERY = "every"  # stage
ANSWERED = (blocks.option("I choose", "no"), blocks.option("Book the first that fits", "yes"))


@router.slash(
    "plan",
    help="See or change which interviews a job has",
    roles=LOOKERS | {"admin"},
    example="plan backend engineer",
    order=27,
)
async def choose(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    found = await pipeline.find(services, actor, gesture.text)
    rows: Blocks = [blocks.section("*Whose plan?*")]
    for account, job in found[:10]:
        press = blocks.button(
            "Open plan", f"plan.open:{job.ref.account}-{job.ref.id}"[:255], str(job.ref), aria=f"Open the plan of {job.title}"
        )  # fmt: skip
        where = " · ".join(blocks.escape(part) for part in (job.location, account) if part)
        rows.append(blocks.section(f"*{blocks.escape(job.title)}*\n{where}", accessory=press))
    await reply.whisper(Message("Interview plans", rows))


@router.action("plan.open")
async def open_plan(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await choosing.opened(
        reply, TITLE, lambda: _form(services, actor, Ref.parse(gesture.value), EVERY)
    )


@router.action("plan.stage")
async def other_stage(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    job = Ref.parse(gesture.private["job"])
    await reply.update(await _form(services, actor, job, gesture.value), gesture.view_id)


async def _form(services: Services, actor: Actor, job: Ref, stage: str) -> View:
    found = await plans.stages(services, job)
    stages = [blocks.option("Every stage without its own plan", EVERY)]
    stages += [blocks.option(s.name, str(s.ref)) for s in found[:99]]
    chosen = next((o for o in stages if o["value"] == stage), stages[0])
    at = None if stage == EVERY else Ref.parse(stage)
    plan = await plans.of_job(services, actor, job, at)
    body: Blocks = [
        blocks.entry(
            "Stage", blocks.select("plan.stage", stages, initial=chosen), "stage", tells=True
        )
    ]
    lines = [f"{n}. {_line(s)}" for n, s in enumerate(plan.sessions, 1)]
    whose = "Written here." if plan.own else f"From {blocks.escape(plan.source)}."
    body.append(blocks.section("\n".join(lines) or "No interviews are planned yet."))
    if plan.debrief.minutes:
        body.append(blocks.section(f"*Debrief*, {plan.debrief.minutes} min, {_within(plan.debrief.days)}"))  # fmt: skip
    body.append(blocks.context(whose + " A plan written here counts before the ATS's."))
    if plan.auto:
        said = "When they say when they can, the best that fits is booked by itself."
        body.append(blocks.context(f":zap: {said}"))
    for number, session in enumerate(plan.sessions):
        value = f"{job}|{stage}|{number}"
        body.append(
            blocks.actions(
                blocks.button(f"Change {number + 1}", f"plan.edit:{number}", value, aria=f"Change {session.title}"),
                blocks.button("Earlier", f"plan.up:{number}", value, aria=f"Put {session.title} earlier"),
                blocks.button("Remove", f"plan.remove:{number}", value, aria=f"Remove {session.title}"),
            )
        )  # fmt: skip
    more = [
        blocks.button(
            "Add an interview",
            f"plan.edit:{len(plan.sessions)}",
            f"{job}|{stage}|{len(plan.sessions)}",
        )
    ]
    if plan.sessions:
        more.append(blocks.button("Debrief", "plan.debrief", f"{job}|{stage}|0"))
    if plan.own:
        sure = blocks.confirm("Drop this plan?", "The ATS's plan counts again.", "Drop it")
        more.append(blocks.button("Drop this plan", "plan.drop", f"{job}|{stage}|0", ask=sure))
    body.append(blocks.actions(*more))
    return blocks.modal(TITLE, "plan", body, submit="Done", private={"job": str(job)})


def _line(session: Session) -> str:
    who = [f"<@{user}>" for user in session.required]
    if session.seats:
        who.append(f"{session.seats} with _{blocks.escape(session.tag)}_")
    who += [f"<@{user}> optional" for user in session.optional]
    room = f", {blocks.escape(session.room)}" if session.room else ""
    focus = f"\n      {blocks.escape(session.focus)}" if session.focus else ""
    return f"*{blocks.escape(session.title)}*, {session.minutes} min, {', '.join(who) or 'nobody yet'}{room}{focus}"


@router.view("plan", durable=False)
async def done(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Every change was kept as it was made; the form only closes."""


@router.action("plan.edit")
async def open_session(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    job, stage, number = _meant(gesture.value)
    plan = await plans.of_job(services, actor, job, stage)
    if number >= MOST_SESSIONS:
        await reply.open(blocks.notice(TITLE, f"A plan has up to {MOST_SESSIONS} interviews."))
        return
    new = Session("", 45)
    session = plan.sessions[number] if number < len(plan.sessions) else new
    tags = await interviewer_rules.tags(services, actor.team)
    picker = interview_blocks.members("required", session.required, "Choose interviewers")
    beside = interview_blocks.members("optional", session.optional, "Choose who may come")
    known = (
        f"Skills there are: {', '.join(tags)}."
        if tags
        else f"Settle skills with /{services.company.command} limits @person."
    )
    body = [
        blocks.entry("Name", blocks.text_input("title", initial=session.title, most=150, placeholder="System design"), "title"),
        blocks.entry("Minutes", blocks.text_input("minutes", initial=str(session.minutes), most=3), "minutes"),
        blocks.entry("Who has to be there", picker, "required", optional=True),
        blocks.entry("Optional people", beside, "optional", optional=True, hint="Invited; no time waits for them, and the candidate is not told."),
        blocks.entry("How many with a skill", blocks.text_input("seats", initial=str(session.seats), most=1), "seats", optional=True),
        blocks.entry("Which skill", blocks.text_input("tag", initial=session.tag, most=40, placeholder="backend"), "tag", optional=True, hint=known),
        blocks.entry("What it is about", blocks.text_input("focus", initial=session.focus, multiline=True, most=500, placeholder="An API for a library"), "focus", optional=True, hint="The candidate reads it on their page."),
        blocks.entry("Room", blocks.text_input("room", initial=session.room, most=100, placeholder="Turing"), "room", optional=True, hint="Booked with the people, once at a time."),
        blocks.entry("Hours before it that the candidate may still move it", blocks.text_input("cut_off", initial=str(plan.cut_off), most=3), "cut_off", hint="Of the whole plan."),
        blocks.entry("When they say when they can", blocks.select("auto", ANSWERED, initial=ANSWERED[plan.auto]), "auto", hint="Of the whole plan."),
    ]  # fmt: skip
    private = {"meant": gesture.value, "plan": gesture.view_id}
    await reply.open(
        blocks.modal("Interview", "plan.session", body, submit="Keep", private=private)
    )


def _read(gesture: Gesture) -> tuple[Session, int, bool]:
    values = gesture.values

    def number(field: str) -> int:
        said = str(values.get(field) or "0").strip()
        if not said.isdigit():
            raise Refused("A whole number, please.", field=field)
        return int(said)

    def members(field: str) -> tuple[str, ...]:
        users = values.get(field)
        return tuple(users) if isinstance(users, list) else ()

    session = Session(
        str(values.get("title") or ""), number("minutes"), members("required"), str(values.get("tag") or ""),
        number("seats"), str(values.get("focus") or ""), room=str(values.get("room") or ""), optional=members("optional"),
    )  # fmt: skip
    plans.checked(session)
    return session, number("cut_off"), values.get("auto") == "yes"


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    try:
        _read(gesture)
    except Refused as refused:
        return {refused.field or "title": refused.sentence}
    return {}


@router.view("plan.session", check=_check)
async def keep(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    job, stage, number = _meant(gesture.private["meant"])
    session, cut_off, auto = _read(gesture)
    plan = await plans.of_job(services, actor, job, stage)
    rows = list(plan.sessions)
    if number < len(rows):
        rows[number] = replace(session, planned=rows[number].planned)
    else:
        rows.append(session)
    plan = replace(plan, sessions=tuple(rows), cut_off=cut_off, auto=auto)
    await _keep(services, actor, job, stage, plan)
    await _shown(gesture, actor, services, reply, session.title)


async def _shown(
    gesture: Gesture, actor: Actor, services: Services, reply: Reply, what: str
) -> None:
    """The plan behind the form shows the change at once."""
    job, stage, _ = gesture.private["meant"].split("|")
    try:
        view = await _form(services, actor, Ref.parse(job), stage)
        await reply.update(view, gesture.private["plan"])
    except Rejected:  # it was closed meanwhile
        said = f":white_check_mark: {blocks.escape(what)} is in the plan."
        await reply.whisper(blocks.said(said))


@router.action("plan.debrief")
async def open_debrief(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    job, stage, _ = _meant(gesture.value)
    now = (await plans.of_job(services, actor, job, stage)).debrief
    lengths = [blocks.option("None", "0")]
    lengths += [blocks.option(f"{minutes} minutes", str(minutes)) for minutes in LENGTHS]
    days = [blocks.option(_within(n).capitalize(), str(n)) for n in range(1, MOST_DAYS + 1)]
    length = next(o for o in lengths if o["value"] == str(now.minutes or USUAL.minutes))
    body: Blocks = [
        blocks.section("The panel, whoever arranges the interviews and the hiring manager meet afterwards."),
        blocks.entry("Length", blocks.select("minutes", lengths, initial=length), "minutes"),
        blocks.entry("When", blocks.select("days", days, initial=days[now.days - 1]), "days"),
    ]  # fmt: skip
    private = {"meant": gesture.value, "plan": gesture.view_id}
    await reply.open(blocks.modal("Debrief", "plan.debrief", body, submit="Keep", private=private))


@router.view("plan.debrief")
async def keep_debrief(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    job, stage, _ = _meant(gesture.private["meant"])
    plan = await plans.of_job(services, actor, job, stage)
    minutes, days = (int(str(gesture.values.get(field) or 0)) for field in ("minutes", "days"))
    await _keep(services, actor, job, stage, replace(plan, debrief=Wish(minutes, days)))
    await _shown(gesture, actor, services, reply, "The debrief")


def _within(days: int) -> str:
    return f"within {days} working day{'s' if days > 1 else ''} after the last interview"


@router.action("plan.up")
async def earlier(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    job, stage, number = _meant(gesture.value)
    plan = await plans.of_job(services, actor, job, stage)
    rows = list(plan.sessions)
    if 0 < number < len(rows):
        rows[number - 1], rows[number] = rows[number], rows[number - 1]
        await _keep(services, actor, job, stage, replace(plan, sessions=tuple(rows)))
    await _again(gesture, actor, services, reply)


@router.action("plan.remove")
async def remove(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    job, stage, number = _meant(gesture.value)
    plan = await plans.of_job(services, actor, job, stage)
    rows = [s for n, s in enumerate(plan.sessions) if n != number]
    if rows:
        await _keep(services, actor, job, stage, replace(plan, sessions=tuple(rows)))
    else:
        await plans.drop(services, actor, job, str(stage) if stage else "")
    await _again(gesture, actor, services, reply)


@router.action("plan.drop")
async def drop(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    job, stage, _ = _meant(gesture.value)
    await plans.drop(services, actor, job, str(stage) if stage else "")
    await _again(gesture, actor, services, reply)


async def _again(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    job, stage, _ = gesture.value.split("|")
    await reply.update(await _form(services, actor, Ref.parse(job), stage), gesture.view_id)


async def _keep(services: Services, actor: Actor, job: Ref, stage: Ref | None, plan: Plan) -> None:
    await plans.keep(services, actor, job, str(stage) if stage else "", plan)


def _meant(value: str) -> tuple[Ref, Ref | None, int]:
    job, stage, number = value.split("|")
    return Ref.parse(job), None if stage == EVERY else Ref.parse(stage), int(number)
