"""A job's pipeline: a bar for each stage, and the candidates who have been in one for too long."""

from commands import blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from connectors.model import Ref
from hiring import pipeline
from hiring.candidates import LOOKERS
from hiring.people import Actor
from hiring.services import Services

router = Router()
WIDE = 16  # squares of the longest bar


@router.slash(
    "pipeline",
    help="See a job's stages, counts and stuck candidates",
    roles=LOOKERS | {"admin"},
    example="pipeline backend engineer",
    order=42,
)
async def show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """One job is shown at once; of several one is chosen."""
    found = await pipeline.find(services, actor, gesture.text)
    if len(found) == 1:
        await reply.whisper(draw(await pipeline.read(services, actor, found[0][1].ref)))
        return
    shown: Blocks = [blocks.section(f"*{len(found)} jobs match.* Which one do you mean?")]
    for account, job in found[:10]:
        press = blocks.button(
            "Show", f"pipeline.show:{job.ref.account}-{job.ref.id}"[:255], str(job.ref), aria=f"Show {job.title}"
        )  # fmt: skip
        where = " · ".join(blocks.escape(part) for part in (job.location, account) if part)
        shown.append(blocks.section(f"*{blocks.escape(job.title)}*\n{where}", accessory=press))
    if len(found) > 10:
        shown.append(blocks.context("More jobs match. Type more of the title."))
    await reply.whisper(Message("Several jobs match", shown))


@router.action("pipeline.show")
async def chosen(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    found = await pipeline.read(services, actor, Ref.parse(gesture.value))
    await reply.whisper(draw(found))


def draw(found: pipeline.Pipeline) -> Message:
    """Names are only in what one person sees."""
    title = blocks.link(found.job.url, found.job.title)
    shown: Blocks = [
        blocks.section(f"*{title}* · {found.people} active · {blocks.escape(found.account)}"),
        blocks.section(_bars(found)),
    ]
    if found.elsewhere:
        shown.append(blocks.context(f"{found.elsewhere} more are in stages that are no longer in the plan."))  # fmt: skip
    if not found.stuck:
        shown.append(blocks.context(":white_check_mark: Nobody has been in a stage for too long."))
    else:
        shown.append(blocks.section(f":hourglass: *Waiting for too long ({found.stuck_in_all})*"))
    for person in found.stuck:
        press = blocks.button("Open", f"candidate.open:stuck-{person.application.id}"[:255], str(person.application), aria=f"Open {person.name}")  # fmt: skip
        words = (
            f"{blocks.escape(person.name)} · {blocks.escape(person.stage)} for {person.days} days"
        )
        shown.append(blocks.section(words, accessory=press))
    if found.stuck_in_all > len(found.stuck):
        shown.append(blocks.context(f"And {found.stuck_in_all - len(found.stuck)} more."))
    return Message("Pipeline", shown)


def _bars(found: pipeline.Pipeline) -> str:
    """A bar for each stage, as long as its share of the fullest one; read aloud as its number and name."""
    most = max((step.count for step in found.steps), default=0) or 1
    lines = []
    for step in found.steps:
        bar = "▇" * max(round(step.count / most * WIDE), 1 if step.count else 0)
        days = f" · {step.days} days" if step.days is not None and step.count else ""
        lines.append(f"`{step.count:>3}` {bar} {blocks.escape(step.stage.name)}{days}")
    return "\n".join(lines) or "This job has no stages in the ATS."
