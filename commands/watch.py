"""Watch a candidate, a job or a stage, and choose what is told and when: `/hire watch ada`, `/hire watch job designer`."""

from collections.abc import Mapping

from commands import blocks, choosing
from commands.router import Blocks, Gesture, Message, Reply, Router, View
from connectors.model import Event
from hiring import notices, pipeline, watching
from hiring.errors import Refused
from hiring.notices import Line
from hiring.people import Actor
from hiring.services import Services
from hiring.watching import UNASKED, WATCHERS, Quiet

router = Router()
TOLD = {
    "application.created": "applied", "application.moved": "moved", "application.rejected": "was rejected",
    "application.withdrawn": "withdrew", "application.hired": "was hired", "application.reopened": "is active again",
    "application.deleted": "is no longer in the ATS", "candidate.merged": "was merged with another record",
    "candidate.anonymised": "was erased", "interview.created": "has a new interview",
    "interview.changed": "has a changed interview", "interview.deleted": "has one interview less",
    "offer.created": "has an offer", "offer.changed": "has news about the offer", "scorecard.created": "has a new scorecard",
    "job.opened": "The job is open", "job.closed": "The job is closed",
}  # fmt: skip
HOURS = [f"{hour:02}:00" for hour in range(24)]


@router.slash(
    "watch",
    help="Be told when something happens to a candidate, a job or a stage",
    roles=WATCHERS,
    example="watch ada",
    order=43,
)
async def show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """With a name: watch. With `job TITLE`: watch the job, or one of its stages. With nothing: what is watched."""
    kind, _, rest = gesture.text.strip().partition(" ")
    if not gesture.text.strip():
        await reply.whisper(await _mine(services, actor))
    elif kind in ("job", "stage"):
        await reply.whisper(await _jobs(services, actor, kind, rest))
    else:
        await choosing.straight(
            gesture, actor, services, reply, action="watch.start", label="Watch"
        )


async def _jobs(services: Services, actor: Actor, kind: str, title: str) -> Message:
    """A button for each job that matches; for one job also its stages."""
    found = await pipeline.find(services, actor, title)
    shown: Blocks = []
    for account, job in found[:5]:
        where = " · ".join(blocks.escape(part) for part in (job.location, account) if part)
        press = blocks.button("Watch", f"watch.start:{job.ref.id}"[:255], str(job.ref), aria=f"Watch {job.title}")  # fmt: skip
        shown.append(blocks.section(f"*{blocks.escape(job.title)}*\n{where}", accessory=press))
    if kind == "stage" or len(found) == 1:
        job = found[0][1]
        ats = await services.accounts.ats(job.ref.account)
        for stage in (await ats.stages(job.ref.id))[:20]:
            subject = watching.of_stage(stage.ref, job.ref)
            press = blocks.button("Watch", f"watch.start:{stage.ref.id}"[:255], subject, aria=f"Watch {stage.name}")  # fmt: skip
            shown.append(blocks.section(f"Stage {blocks.escape(stage.name)}", accessory=press))
    return Message("What do you want to watch?", shown)


@router.action("watch.start", durable=True)
async def start(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await watching.watch(services, actor, gesture.value)
    words = blocks.escape(await watching.words(services, gesture.value))
    stop = blocks.button("Stop", "watch.stop", gesture.value, aria="Stop watching")
    await reply.whisper(
        blocks.said(f":eyes: I will tell you what happens to {words}.", blocks.actions(stop))
    )


@router.action("watch.stop", durable=True)
async def stop(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await watching.stop(services, actor, gesture.value)
    words = blocks.escape(await watching.words(services, gesture.value))
    await reply.whisper(blocks.said(f":see_no_evil: You are not told of {words} any more."))


async def _mine(services: Services, actor: Actor) -> Message:
    subjects = await watching.mine(services, actor)
    shown: Blocks = [blocks.header("What you watch")]
    for subject in subjects[:20]:
        words = blocks.escape(await watching.words(services, subject))
        press = blocks.button("Stop", f"watch.stop:{subject}"[:255], subject, aria="Stop watching")
        shown.append(blocks.section(words, accessory=press))
    if not subjects:
        example = f"`/{services.company.command} watch ada`"
        shown.append(blocks.section(f"Nothing yet. Try {example}, or the Watch button on a card."))
    if len(subjects) > 20:
        shown.append(blocks.context(f"And {len(subjects) - 20} more."))
    wanted = await watching.quiet(services, actor.team, actor.user)
    shown.append(blocks.context(_hours(wanted, actor.zone)))
    shown.append(blocks.actions(blocks.button("Quiet hours and notices", "watch.settings")))
    return Message("What you watch", shown)


def _hours(wanted: Quiet, zone: str) -> str:
    if wanted.begins == wanted.ends:
        return "No quiet hours: you are told at any time."
    return f"Quiet from {HOURS[wanted.begins]} to {HOURS[wanted.ends]} ({blocks.escape(zone)}); what happens then is told after."  # fmt: skip


@router.action("watch.settings")
async def settings(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    wanted = await watching.quiet(services, actor.team, actor.user)
    await reply.open(_form(wanted, actor.zone))


def _form(wanted: Quiet, zone: str) -> View:
    hours = [blocks.option(hour, str(number)) for number, hour in enumerate(HOURS)]
    kinds = [blocks.option(f"When {words}", kind) for kind, words in UNASKED.items()]
    on = [kind for kind in kinds if kind["value"] not in wanted.off]
    return blocks.modal(
        "Notices",
        "watch.settings",
        [
            blocks.section(f"Times are your own ({blocks.escape(zone)})."),
            blocks.entry("Quiet from", blocks.select("h", hours, initial=hours[wanted.begins]), "begins"),
            blocks.entry("Quiet until", blocks.select("h", hours, initial=hours[wanted.ends]), "ends", hint="The same hour twice: no quiet hours"),
            blocks.entry("Tell me about my jobs unasked", blocks.multi_select("k", kinds, initial=on), "told", optional=True),
        ],
        submit="Save",
    )  # fmt: skip


@router.view("watch.settings")
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    told = set(gesture.values.get("told") or [])
    wanted = Quiet(
        int(gesture.values["begins"]), int(gesture.values["ends"]), frozenset(UNASKED.keys() - told)
    )
    await watching.keep_quiet(services, actor, wanted)
    await reply.whisper(blocks.said(f":bell: Saved. {_hours(wanted, actor.zone)}"))


@router.card("notices")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    """Everything that happened meanwhile, a line each; names only here, in the person's own messages."""
    lines, more = await notices.read(services, subject)
    shown: Blocks = []
    stages = await _stages(services, [line.event for line in lines])
    for line in lines:
        text = f":small_blue_diamond: {_said(line, stages)}"
        ref = line.profile.ref if line.profile else None
        press = blocks.button("Open", f"candidate.open:{line.event.delivery[-40:]}", str(ref), aria="Open the card") if ref else None  # fmt: skip
        shown.append(blocks.section(text, accessory=press))
    if more:
        shown.append(blocks.context(f"And {more} more."))
    shown.append(
        blocks.context(f"Change what you are told with `/{services.company.command} watch`.")
    )
    count = len(lines) + more
    return Message(f"{count} thing{'s' if count != 1 else ''} happened in the ATS", shown)


async def _stages(services: Services, events: list[Event]) -> Mapping[str, str]:
    """The names of the stages that the events tell of."""
    found: dict[str, str] = {}
    for job in {event.job for event in events if event.kind == "application.moved" and event.job}:
        try:
            ats = await services.accounts.ats(job.account)
            found |= {stage.ref.id: stage.name for stage in await ats.stages(job.id)}
        except Refused:
            continue
    return found


def _said(line: Line, stages: Mapping[str, str]) -> str:
    event, person = line.event, line.profile
    words = TOLD[event.kind]
    if event.kind.startswith("job."):
        return f"{words}."
    name = (
        f"*{blocks.escape(person.candidate.name)}*"
        if person
        else "Somebody who is no longer in the ATS"
    )
    if event.kind == "application.moved" and event.after.get("stage") in stages:
        words = f"moved to {blocks.escape(stages[event.after['stage']])}"
    job = blocks.escape(person.job_title) if person and person.job_title else ""
    return f"{name} {words}{f' · {job}' if job else ''}"
