"""What happened to a candidate, newest first: from the ATS, mails, interviews and what was done in Slack."""

from commands import blocks, choosing
from commands.router import Blocks, Gesture, Reply, Router, View
from hiring import timeline
from hiring.candidates import LOOKERS, Profile
from hiring.people import Actor
from hiring.services import Services
from hiring.timeline import Happened

router = Router()
SIGNS = {"ats": ":card_index:", "mail": ":email:", "calendar": ":calendar:", "slack": ":speech_balloon:"}  # fmt: skip
MOST, PART = 60, 10  # lines shown, and in one block


@router.slash(
    "timeline",
    help="See what happened to a candidate, newest first",
    roles=LOOKERS | {"admin"},
    example="timeline ada",
    order=41,
)
@router.action("timeline.open")
async def show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    async def draw(profile: Profile) -> View:
        return _drawn(await timeline.read(services, actor, profile.ref))

    await choosing.form(
        gesture, actor, services, reply, title="Timeline", action="timeline.open", draw=draw
    )


def _drawn(found: timeline.Timeline) -> View:
    shown: Blocks = [blocks.section(choosing.line(found.profile))]
    lines = [_line(line) for line in found.lines[:MOST]]
    if not lines:
        shown.append(blocks.section("Nothing has happened yet that I can see."))
    shown += [
        blocks.section("\n".join(lines[start : start + PART]))
        for start in range(0, len(lines), PART)
    ]
    if len(found.lines) > MOST:
        shown.append(blocks.context(f"{len(found.lines) - MOST} earlier lines are in the ATS."))
    if found.missing:
        names = ", ".join(found.missing)
        shown.append(
            blocks.context(f":warning: Not readable just now: {names}. Try again in a minute.")
        )
    return blocks.modal("Timeline", "timeline", shown, close="Close")


def _line(line: Happened) -> str:
    when = blocks.moment(line.at, line.at.date().isoformat(), "{date_short} {time}")
    by = f" · {line.by if line.by.startswith('<@') else blocks.escape(line.by)}" if line.by else ""
    return f"{SIGNS[line.where]} {when}  {blocks.escape(line.what)}{by}"
