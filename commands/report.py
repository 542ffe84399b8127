"""Reports in numbers: how long scheduling takes, who is waited for, what moves."""

import re
from collections.abc import Sequence
from datetime import timedelta

from commands import blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from connectors.model import Ref
from hiring import pipeline, schedule_times
from hiring.candidates import LOOKERS
from hiring.errors import Refused
from hiring.people import Actor
from hiring.schedule_times import Report, Took
from hiring.services import Services
from scheduling import spans

router = Router()
WIDE = 16  # squares of the longest bar
LABEL = 24  # letters of a job's title
SHOWN = 12  # jobs
DAYS, MOST_DAYS = 30, 365
BY = {"us": "by us", "candidate": "by candidates", "interviewer": "for interviewers"}
WHYS = 12  # lines of reasons


@router.slash(
    "report",
    help="See how long scheduling takes, and who is waited for",
    roles=LOOKERS | {"admin"},
    example="report schedule last:90d",
    order=44,
)
async def show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    days = days_of(gesture.text)
    found = await schedule_times.report(services, actor, days)
    titles = {job.ref: job.title for _, job in await pipeline.jobs(services, actor, "")}
    await reply.whisper(draw(found, titles))


def days_of(text: str) -> int:
    """`schedule last:90d` in days. Raises Refused for anything else."""
    days = DAYS
    for word in text.casefold().split():
        if word == "schedule":
            continue
        last = re.fullmatch(r"last:(\d{1,3})d?", word)
        if last is None or not 1 <= int(last[1]) <= MOST_DAYS:
            raise Refused(
                f"There is one report: schedule. Add last:90d for other days than the last {DAYS}"
                f" ({MOST_DAYS} at most)."
            )
        days = int(last[1])
    return days


def draw(found: Report, titles: dict[Ref, str]) -> Message:
    """Tables and bars; no candidate is in it."""
    title = f"Scheduling in the last {found.days} days"
    if not (found.all.booked or found.moved or found.cancelled or found.no_shows):
        words = (
            f"*{title}*\nNothing was booked through me. It is counted from the first booking on."
        )
        return Message(title, [blocks.section(words)])
    rows = [("All", found.all)]
    rows += [(_title(job, titles), took) for job, took in found.jobs[:SHOWN]]
    shown: Blocks = [blocks.section(f"*{title}*\n{_summary(found.all)}")]
    shown.append(blocks.section(f"```{_table(rows)}```"))
    if bars := _bars(rows):
        shown.append(blocks.section(bars))
    if len(found.jobs) > SHOWN:
        shown.append(blocks.context(f"And {len(found.jobs) - SHOWN} more jobs, counted in All."))
    shown.append(blocks.section(_changes(found)))
    shown.append(
        blocks.context(
            "From the first question or hold to the booking, of what was not booked at once. A loop counts once."
            f" A dash: too few to say (under {schedule_times.FEW} for a median, under"
            f" {schedule_times.FEW_LATE} for nine of ten)."
        )
    )
    return Message(title, shown)


def _summary(took: Took) -> str:
    at_once = took.booked - took.waited
    return f"{took.booked} booked: {at_once} at once, {took.waited} after a question or a hold."


def _table(rows: list[tuple[str, Took]]) -> str:
    lines = [
        f"{'':<{LABEL}} {'booked':>6} {'median':>7} {'9 of 10':>7} {'for them':>8} {'for us':>7}"
    ]
    for label, took in rows:
        median, late, them, us = map(_span, (took.median, took.late, took.candidate, took.us))
        lines.append(f"{label:<{LABEL}} {took.booked:>6} {median:>7} {late:>7} {them:>8} {us:>7}")
    return blocks.escape("\n".join(lines))


def _span(span: timedelta | None) -> str:
    return "–" if span is None else spans.about(span)


def _bars(rows: list[tuple[str, Took]]) -> str:
    """How the waiting is shared: dark for the candidate, light for us; read aloud as the numbers behind it."""
    known = [(label, t.candidate, t.us) for label, t in rows if t.candidate is not None and t.us is not None]  # fmt: skip
    most = max((them + us for _, them, us in known), default=None)
    if not most:
        return ""
    lines = ["*Waiting for the candidate ▇ and for us ░*"]
    for label, them, us in known:
        bar = "▇" * round(them / most * WIDE) + "░" * round(us / most * WIDE)
        lines.append(
            f"{bar} {blocks.escape(label)} · {spans.about(them)} for them, {spans.about(us)} for us"
        )
    return "\n".join(lines)


def _changes(found: Report) -> str:
    """How often times moved and were called off: by whom, and for which reasons."""
    lines = []
    for verb, rows in (("Moved", found.moved), ("Cancelled", found.cancelled)):
        total = sum(count for _, count in rows)
        lines.append(f"*{verb} {total} time{'s' if total != 1 else ''}*{_shares(rows)}")
        lines += [
            f"• {count} · {BY[who]}: {blocks.escape(why)}" for (who, why), count in rows[:WHYS]
        ]
        if rest := sum(count for _, count in rows[WHYS:]):
            lines.append(f"• {rest} · for other reasons")
    missed = found.no_shows
    lines.append(f"*{missed} candidate{'s' if missed != 1 else ''} did not come*")
    return "\n".join(lines)


def _shares(rows: Sequence[tuple[tuple[str, str], int]]) -> str:
    """`: 2 by candidates, 1 by interviewers`; nothing where there is nothing to share out."""
    by = {whom: sum(count for (who, _), count in rows if who == whom) for whom in BY}
    said = ", ".join(f"{count} {BY[whom]}" for whom, count in by.items() if count)
    return f": {said}" if said else ""


def _title(job: Ref | None, titles: dict[Ref, str]) -> str:
    """Fits its column, and cannot end the table."""
    title = titles.get(job, "A job that is closed") if job else "No job"
    return blocks.clip(" ".join(title.replace("`", "'").split()), LABEL)
