"""What an interviewer settles about being booked: limits, rest, hours, lunch, holidays, skills; and a pause."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from commands import blocks
from commands.router import Blocks, Gesture, Reply, Router
from hiring import access, interviewer_rules
from hiring.errors import Refused
from hiring.interviewer_rules import SETTLERS, Rules
from hiring.people import Actor
from hiring.services import Services
from scheduling import spell

router = Router()
WHO = {"recruiter", "hiring_manager", "interviewer", "admin"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@router.slash(
    "limits",
    help="Settle how often and when you interview, and what somebody interviews for",
    roles=WHO,
    example="limits @ben",
    order=28,
)
async def open_limits(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    user = _named(gesture.text) or actor.user
    others = bool(SETTLERS & await access.roles(services, actor, None))
    if user != actor.user and not others:
        raise Refused(access.only(SETTLERS))
    person = await services.desk.person(actor.team, user)
    now = (await interviewer_rules.of(services, actor.team, [user]))[user]
    days = [blocks.option(name, str(n)) for n, name in enumerate(DAYS)]
    mine = [option for option in days if int(option["value"]) in now.days]
    body: Blocks = [
        blocks.section(f"*{blocks.escape(person.name)}*"),
        _number("Interviews a day, at most", "per_day", now.per_day),
        _number("Interviews a week, at most", "per_week", now.per_week),
        _number("Minutes of rest between two", "rest", now.rest),
        _number("Interviews in a row, at most", "in_a_row", now.in_a_row),
        blocks.entry("These limits are", _firmness(services, now.soft), "firm"),
        blocks.entry("Days", blocks.multi_select("days", days, initial=mine), "days"),
        blocks.entry("From", blocks.text_input("begins", initial=_clock(now.begins), most=5, placeholder="09:00"), "begins"),
        blocks.entry("To", blocks.text_input("ends", initial=_clock(now.ends), most=5, placeholder="17:00"), "ends"),
        blocks.entry("Lunch", blocks.text_input("lunch", initial=_lunch(now.lunch), most=13, placeholder="12:00-13:00"), "lunch", optional=True),
        blocks.entry("Public holidays of", blocks.text_input("holidays", initial=now.holidays, most=12, placeholder="DE-BY"), "holidays", optional=True, hint=_usual(services)),
    ]  # fmt: skip
    if others:
        skills = blocks.text_input(
            "tags", initial=", ".join(now.tags), most=500, placeholder="backend, system design"
        )
        body.append(blocks.entry("Interviews for", skills, "tags", optional=True, hint="Skills with commas between them; plans choose people by them."))  # fmt: skip
    await reply.open(blocks.modal("Limits", "limits", body, submit="Keep", private={"user": user}))


def _firmness(services: Services, now: bool | None) -> dict[str, Any]:
    """Whether a recruiter may go beyond them; candidates and what books by itself never do."""
    usual = "soft" if services.company.rules.soft_limits else "hard"
    options = [
        blocks.option(f"As the company settled: {usual}", "usual"),
        blocks.option("Hard: never exceeded", "hard"),
        blocks.option("Soft: a recruiter may go beyond, knowingly", "soft"),
    ]
    return blocks.select("firm", options, initial=options[0 if now is None else 1 + now])


def _usual(services: Services) -> str:
    place = services.company.rules.holidays
    usual = f"those of {place}" if place else "none"
    return f"A country such as DE, or a part of one such as DE-BY. Left empty, the company's count: {usual}."


def _number(label: str, field: str, now: int | None) -> dict[str, Any]:
    said = "" if now is None else str(now)
    return blocks.entry(label, blocks.text_input(field, initial=said, most=3, placeholder="4"), field, optional=True)  # fmt: skip


async def _read(gesture: Gesture, actor: Actor, services: Services) -> Rules:
    user, values = str(gesture.private["user"]), gesture.values
    before = (await interviewer_rules.of(services, actor.team, [user]))[user]
    days = values.get("days")
    tags = before.tags
    if "tags" in values:
        tags = tuple(str(values["tags"] or "").split(","))
    return Rules(
        user, tags, _count(values, "per_day"), _count(values, "per_week"), _count(values, "rest") or 0,
        tuple(int(day) for day in days) if isinstance(days, list) else (), _minutes(values, "begins"),
        _minutes(values, "ends"), before.paused, _count(values, "in_a_row"), _read_lunch(values), str(values.get("holidays") or ""),
        {"hard": False, "soft": True}.get(str(values.get("firm"))),
    )  # fmt: skip


def _count(values: Mapping[str, Any], field: str) -> int | None:
    said = str(values.get(field) or "").strip()
    if said and not said.isdigit():
        raise Refused("A whole number, or nothing.", field=field)
    return int(said) if said else None


def _minutes(values: Mapping[str, Any], field: str) -> int:
    found = re.fullmatch(r"(\d{1,2}):?([0-5]\d)?", str(values.get(field) or "").strip())
    minutes = int(found[1]) * 60 + int(found[2] or 0) if found else -1
    if not 0 <= minutes <= 1_440:
        raise Refused("A time like 09:00, please.", field=field)
    return minutes


def _read_lunch(values: Mapping[str, Any]) -> tuple[int, int] | None:
    said = str(values.get("lunch") or "").strip()
    if not said:
        return None
    begins, _, ends = re.sub(r"\s*(?:-|–|to)\s*", "|", said).partition("|")
    try:
        return _minutes({"lunch": begins}, "lunch"), _minutes({"lunch": ends}, "lunch")
    except Refused:
        raise Refused("Two times like 12:00-13:00, please.", field="lunch") from None


def _lunch(now: tuple[int, int] | None) -> str:
    return f"{_clock(now[0])}-{_clock(now[1])}" if now else ""


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    try:
        interviewer_rules.tidy(await _read(gesture, actor, services))
    except Refused as refused:
        return {refused.field or "days": refused.sentence}
    return {}


@router.view("limits", check=_check)
async def keep(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await interviewer_rules.settle(services, actor, await _read(gesture, actor, services))
    await reply.whisper(
        blocks.said(":white_check_mark: Kept. It counts for everything that is booked from now on.")
    )


@router.slash(
    "pause",
    help="Have no interviews for some days, yours or somebody's",
    roles=WHO,
    example="pause @ben",
    order=29,
)
async def open_pause(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    user = _named(gesture.text) or actor.user
    if user != actor.user and not SETTLERS & await access.roles(services, actor, None):
        raise Refused(access.only(SETTLERS))
    person = await services.desk.person(actor.team, user)
    now = (await interviewer_rules.of(services, actor.team, [user]))[user]
    today = services.clock.now().astimezone(ZoneInfo(actor.zone)).date()
    body: Blocks = [
        blocks.section(
            f"*{blocks.escape(person.name)}* gets no new interviews in this time. Booked ones stay."
        )
    ]
    if now.paused and now.paused[1] > services.clock.now():
        said = spell.spell_moment(now.paused[1], actor.zone)
        back = blocks.button("End the pause", "pause.end", user)
        body += [blocks.section(f"Paused until {said}."), blocks.actions(back)]
    for label, field, day in (
        ("First day", "from", today),
        ("Last day", "until", today + timedelta(days=7)),
    ):
        picker = {"type": "datepicker", "action_id": field, "initial_date": day.isoformat()}
        body.append(blocks.entry(label, picker, field))
    await reply.open(blocks.modal("Pause", "pause", body, submit="Pause", private={"user": user}))


def _span(gesture: Gesture, zone: str) -> tuple[datetime, datetime]:
    """Whole days of the asker's."""
    days = [date.fromisoformat(str(gesture.values[name])) for name in ("from", "until")]
    ends = (days[0], days[1] + timedelta(days=1))
    first, last = (datetime.combine(d, time(), ZoneInfo(zone)).astimezone(UTC) for d in ends)
    return first, last


async def _pause_check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    try:
        interviewer_rules.pausable(services, _span(gesture, actor.zone))
    except Refused as refused:
        return {"until": refused.sentence}
    return {}


@router.view("pause", check=_pause_check)
async def pause(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    span = _span(gesture, actor.zone)
    await interviewer_rules.pause(services, actor, str(gesture.private["user"]), span)
    last = span[1].astimezone(ZoneInfo(actor.zone)).date() - timedelta(days=1)
    said = f":palm_tree: No new interviews up to {spell.spell_day(last)}."
    await reply.whisper(blocks.said(said))


@router.action("pause.end", durable=True)
async def end(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await interviewer_rules.pause(services, actor, gesture.value, None)
    await reply.whisper(blocks.said(":white_check_mark: The pause is over."))


def _named(text: str) -> str:
    """A member named in the words typed, as Slack sends them."""
    found = re.search(r"<@([UW][A-Z0-9]+)", text)
    return found[1] if found else ""
