"""What the pages of interviews share: zones, days, reasons, the calendar file, and what a candidate may tell."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.pages import render
from connectors.model import Ref
from hiring import (
    candidate_events,
    candidates,
    interview_invites,
    interview_times,
    meeting_links,
    reasons,
)
from hiring.candidate_events import Entry
from hiring.candidates import Profile
from hiring.errors import Refused, Taken
from hiring.interview_records import FOR_CANDIDATE, Interview, Seat
from hiring.reasons import Why
from hiring.services import Services
from scheduling import saving, spell
from scheduling.hours import Interval
from scheduling.saving import Meeting

ROWS = 3  # windows the form has room for
TAKEN = "Sorry, that was taken a moment ago. These are still free:"
KEPT = 10.0  # seconds for which the reader's own name is remembered between two looks


@cache
def zones() -> tuple[str, ...]:
    """Every zone that has a city."""
    shut = ("Etc/", "SystemV/", "posix", "right")
    return tuple(sorted(z for z in available_timezones() if "/" in z and not z.startswith(shut)))


def zone_of(request: Request, posted: str, usual: str) -> str:
    """The zone that was asked for, where it is one; else the usual one."""
    asked = posted or request.query_params.get("zone", "")
    return asked if asked in zones() else usual


async def respond(
    request: Request,
    form: FormData,
    act: Callable[[], Awaitable[Response | None]],
    page: Callable[..., Awaitable[Response]],
) -> Response:
    """Do what a form asks for. What cannot be done is said on the page itself, with what was typed; when all is done
    and `act` has nothing to show for it, the page is opened anew."""
    zone, moving = str(form.get("zone") or ""), form.get("act") == "move"
    try:
        if done := await act():
            return done
    except Taken:
        return await page(zone=zone, wrong=TAKEN, status=409, moving=True, typed=form)
    except Refused as refused:
        if refused.field not in ("time", "windows"):
            raise
        wrong = refused.sentence
        return await page(zone=zone, wrong=wrong, status=422, moving=moving, typed=form)
    where = request.url.path
    return RedirectResponse(f"{where}?zone={zone}" if zone in zones() else where, 303)


def thank_for_times(services: Services) -> Response:
    """What they read when they told when they can."""
    return render(
        services, "thanks.html", title="Thank you", sentence="We have your times, and look for a plan that fits.",
        detail="You hear from us by e-mail. This page stays open: come back to change what you told us.",
    )  # fmt: skip


def needs(form: FormData) -> tuple[str, str]:
    """What they need on the day, and the language they would like."""
    needed, language = (str(form.get(name) or "") for name in ("needs", "language"))
    return needed, language


def for_forms(services: Services, typed: FormData | None) -> dict[str, Any]:
    """What the forms of `parts.html` want, whatever they are about."""
    return {
        "zones": zones(),
        "first_day": services.clock.now().date().isoformat(),
        "rows": range(1, ROWS + 1),
        "typed": typed or {},
        "reasons": reasons.choices(services.company.candidate_reasons),
        "stays": reasons.FAREWELL,
    }


def days(slots: Sequence[Interval], zone: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Times by day: (value, spelled) under the day's name."""
    days: dict[str, list[tuple[str, str]]] = {}
    for slot in slots:
        day, _, rest = spell.spell_long(slot, zone).partition(", ")
        days.setdefault(day, []).append((interview_times.spell_slot(slot), rest.partition(",")[0]))
    return list(days.items())


async def reader(services: Services, ref: Ref) -> Profile:
    """Who reads the page, asked of the ATS at most every few seconds."""
    return await services.memory.recall(
        ("reader", str(ref)), KEPT, lambda: candidates.read(services, ref)
    )


async def meets(services: Services, team: str, seats: Sequence[Seat]) -> str:
    """Whom they meet, by first names, as the seats are now. Who only watches is named for what they do; who learns by
    leading is an interviewer to them; who would learn and said no is not named."""
    found = [
        s.named((await services.desk.person(team, s.user)).first_name, FOR_CANDIDATE)
        for s in seats
        if not s.away
    ]
    return ", ".join(found)


def why(services: Services, form: FormData) -> Why:
    """Why somebody moves or cancels, if they say: a reason of the list, and their own words."""
    known = dict(reasons.choices(services.company.candidate_reasons))
    chosen, note = (str(form.get(name) or "") for name in ("why", "more"))
    return Why(chosen if chosen in known else "", note)


def windows(form: FormData, zone: str) -> tuple[list[Interval], str]:
    """The stretches of time somebody gave, as moments, and their note. Raises Refused for one that ends before it begins."""
    found: list[Interval] = []
    here = ZoneInfo(zone)
    for number in range(1, ROWS + 1):
        day, first, last = (str(form.get(f"{n}{number}") or "") for n in ("day", "from", "to"))
        if not day:
            continue
        try:
            on = date.fromisoformat(day)
            start, end = (
                datetime.combine(on, time.fromisoformat(at), here).astimezone(UTC)
                for at in (first or "09:00", last or "17:00")
            )
        except ValueError:
            raise Refused("Write days and times as the fields ask for.", field="windows") from None
        if end <= start:
            raise Refused("Each time has to end after it begins.", field="windows")
        found.append((start, end))
    return found, str(form.get("note") or "")


async def calendar_file(services: Services, sessions: Sequence[Interview]) -> Response:
    """The .ics download: the events of the mailed invites, under the same UIDs."""
    events: dict[str, tuple[Entry, list[Interview]]] = {}
    for interview in sessions:
        entry = await candidate_events.of(services, interview.id, interview.application)
        if entry is not None:
            events.setdefault(entry.id, (entry, []))[1].append(interview)
    meetings = []
    for entry, parts in events.values():
        meeting = await _meeting(services, parts[0], " · ".join(part.title for part in parts))
        uid = interview_invites.candidate_uid(services, entry.id)
        meetings.append(
            replace(
                meeting, uid=uid, sequence=entry.sequence, stamp=entry.stamp, start=entry.start, end=entry.end
            )
        )  # fmt: skip
    return Response(
        saving.file(meetings),
        media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="interviews.ics"'},
    )


async def calendars(
    services: Services, sessions: Sequence[Interview]
) -> list[tuple[str, str, str]]:
    """For each interview its title, and the addresses of Google's and Microsoft's forms."""
    found = [(i.title, await _meeting(services, i, i.title)) for i in sessions]
    return [(title, saving.google(m), saving.outlook(m)) for title, m in found]


async def _meeting(services: Services, interview: Interview, title: str) -> Meeting:
    place = await meeting_links.where(services, interview)
    return Meeting(
        interview.id, interview.sequence, interview.stamp, interview.start, interview.end, interview.zone,
        f"{title}: {services.company.name}", "To move or cancel, use the page in your e-mail.", place or None,
    )  # fmt: skip
