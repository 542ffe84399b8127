"""The candidate's page of several interviews: choose them whole, say when they can, move them, call them off."""

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bot.pages import Page, render, visiting
from hiring import answers, first_fit, interview_changes, loop_records, loop_visits
from hiring.interview_records import Interview, Seat
from hiring.links import Link
from hiring.loop_records import Loop, Option
from hiring.services import Services
from scheduling import spell

page = Page("loop")


@page.get
async def show(request: Request, services: Services, link: Link) -> Response:
    """`?zone=` shows times elsewhere; `?do=move` lists other times (`one=` for one interview); `?do=calendar` is the file for a calendar."""
    if request.query_params.get("do") == "calendar":
        sessions = await loop_records.interviews_of(services, link.subject)
        return await visiting.calendar_file(services, sessions)
    return await _page(request, services, link)


@page.post
async def answer(request: Request, services: Services, link: Link) -> Response:
    """`act` is pick, move, cancel, answer or needs. Sending twice shows the same page."""
    form = await request.form()

    async def page(**shown: Any) -> Response:
        return await _page(request, services, link, **shown)

    return await visiting.respond(request, form, lambda: _do(request, services, link, form), page)


async def _do(request: Request, services: Services, link: Link, form: FormData) -> Response | None:
    """Act; an answer where the page itself would not say what happened."""
    act, loop, why = form.get("act"), link.subject, visiting.why(services, form)
    if act == "cancel":
        await loop_visits.cancel(services, loop, why.note, reason=why.reason)
        return render(
            services, "thanks.html", title="Cancelled", sentence="Your interviews are cancelled. Your calendar will be told by e-mail.",
            detail="Thank you for letting us know. Reply to the e-mail if you would like other times.",
        )  # fmt: skip
    if act == "answer":
        now = await loop_records.get(services, loop)
        zone = visiting.zone_of(request, str(form.get("zone") or ""), now.zone)
        windows, note = visiting.windows(form, zone)
        if await loop_visits.answer(services, loop, windows, note):
            return None
        return visiting.thank_for_times(services)
    if act == "needs":
        await loop_visits.tell_needs(services, loop, *visiting.needs(form))
        return None
    times = loop_records.parse_times(str(form.get("time") or ""))
    if act == "move" and (one := str(form.get("one") or "")):
        await loop_visits.move_one(services, loop, one, times[0], why)
    elif act == "move":
        await loop_visits.move(services, loop, times, why=why)
    else:
        await loop_visits.pick(services, loop, times)
        if any(visiting.needs(form)):
            await loop_visits.tell_needs(services, loop, *visiting.needs(form))
    return None


async def _page(
    request: Request, services: Services, link: Link, *, zone: str = "", wrong: str = "", status: int = 200,
    moving: bool = False, typed: FormData | None = None,
) -> Response:  # fmt: skip
    now = await loop_records.get(services, link.subject)
    profile = await visiting.reader(services, now.application)
    zone = visiting.zone_of(request, zone, now.zone)
    sessions = await loop_records.interviews_of(services, now.id) if now.state == "booked" else []
    changeable = bool(sessions) and interview_changes.may_change(
        services, sessions[0].start, now.cut_off
    )
    moving = moving or request.query_params.get("do") == "move"
    view = _view(services, now, sessions, moving and changeable)
    one = next((i for i in sessions if i.id == _one(request, typed)), None)
    if view == "move" and one:
        view = "one"
    options = await loop_visits.choices(services, now) if view in ("choose", "move") else []
    alone = await loop_visits.other_times(services, sessions, one.id) if one else []
    return render(
        services,
        "loop.html",
        status=status,
        view=view,
        first_name=profile.candidate.first_name,
        job_title=profile.job_title or "",
        days=visiting.days(alone, zone) if one else _days(now, sessions, options, zone),
        one=one,
        until_now=spell.spell_long((one.start, one.end), zone) if one else "",
        meets=await _meets(services, now, sessions, zone),
        ids=[i.id for i in sessions],
        zone=zone,
        city=spell.city(zone),
        said=await answers.read(services, now.id),
        calendars=await visiting.calendars(services, sessions),
        changeable=changeable,
        cut_off=now.cut_off,
        auto=now.auto and now.state in first_fit.OPEN,
        wrong=wrong,
        path=request.url.path,
        **visiting.for_forms(services, typed),
    )


def _one(request: Request, typed: FormData | None) -> str:
    """The interview that is to be moved alone, if any."""
    return str((typed or request.query_params).get("one") or "")


def _view(services: Services, now: Loop, sessions: Sequence[Interview], moving: bool) -> str:
    """Which of its faces the page shows: off, over, booked, move (of which `one` is a part), ask or choose."""
    if now.state == "cancelled" or (now.state == "booked" and not sessions):
        return "off"
    if now.state == "booked":
        if max(i.end for i in sessions) <= services.clock.now():
            return "over"
        return "move" if moving else "booked"
    return "ask" if now.state == "draft" else "choose"


def _days(
    now: Loop, sessions: Sequence[Interview], options: Sequence[Option], zone: str
) -> list[tuple[str, list[tuple[str, str, list[str]]]]]:
    """Options by day: (value, from when to when, what happens when) under the day's name."""
    titles = [i.title for i in sessions] or [s.title for s in now.sessions]
    days: dict[str, list[tuple[str, str, list[str]]]] = {}
    for option in sorted(options, key=lambda o: o.start):
        whole = (option.start, option.end)
        day, _, _ = spell.spell_long(whole, zone).partition(", ")
        parts = [
            f"{spell.beside(time, zone, option.start)} {title}"
            for time, title in sorted(zip(option.times, titles, strict=True))
        ]
        days.setdefault(day, []).append((option.value, spell.clock_times(whole, zone), parts))
    return list(days.items())


async def _meets(
    services: Services, now: Loop, sessions: Sequence[Interview], zone: str
) -> list[tuple[str, str, str, str]]:
    """For each interview: title, when (or how long), whom one meets by first name, and what it is about."""
    if sessions:
        return [
            (
                i.title,
                spell.spell_long((i.start, i.end), zone),
                await visiting.meets(services, now.team, i.met),
                now.sessions[i.position].focus,
            )
            for i in sessions
        ]
    return [
        (
            s.title,
            f"{s.minutes} minutes",
            await visiting.meets(services, now.team, [Seat(user, None) for user in s.required]),
            s.focus,
        )
        for s in now.sessions
    ]
