"""The candidate's page of one interview: choose a time, say when they can, move it, call it off. Works without JavaScript."""

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bot.pages import Page, render, visiting
from hiring import (
    answers,
    interview_changes,
    interview_openings,
    interview_records,
    interview_times,
    interview_visits,
    interviews,
)
from hiring.links import Link
from hiring.services import Services
from scheduling import spell

page = Page("interview")


@page.get
async def show(request: Request, services: Services, link: Link) -> Response:
    """`?zone=` shows times elsewhere; `?do=move` lists other times; `?do=calendar` is the file for a calendar."""
    if request.query_params.get("do") == "calendar":
        now = await interview_records.get(services, link.subject)
        return await visiting.calendar_file(services, [now] if now.state == "scheduled" else [])
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
    act, interview, why = form.get("act"), link.subject, visiting.why(services, form)
    if act == "cancel":
        gone = await interviews.call_off(services, interview, why.note, reason=why.reason)
        return render(
            services, "thanks.html", title="Cancelled", sentence=f"Your {gone.title} is cancelled. Your calendar will be told by e-mail.",
            detail="Thank you for letting us know. Reply to the e-mail if you would like another time.",
        )  # fmt: skip
    if act == "answer":
        now = await interview_records.get(services, interview)
        zone = visiting.zone_of(request, str(form.get("zone") or ""), now.zone)
        windows, note = visiting.windows(form, zone)
        if await interview_visits.answer(services, interview, windows, note):
            return None
        return visiting.thank_for_times(services)
    if act != "needs":
        slot = interview_times.parse_slot(str(form.get("time") or ""))
        await interviews.pick(services, interview, slot, again=act == "move", why=why)
    if act == "needs" or any(visiting.needs(form)):
        await interview_visits.tell_needs(services, interview, *visiting.needs(form))
    return None


async def _page(
    request: Request, services: Services, link: Link, *, zone: str = "", wrong: str = "", status: int = 200,
    moving: bool = False, typed: FormData | None = None,
) -> Response:  # fmt: skip
    now = await interview_records.get(services, link.subject)
    profile = await visiting.reader(services, now.application)
    zone = visiting.zone_of(request, zone, now.zone)
    booked = now.state == "scheduled"
    changeable = booked and interview_changes.may_change(services, now.start, now.cut_off)
    moving = changeable and (moving or request.query_params.get("do") == "move")
    choosing = now.state == "offered" or moving
    slots = await interview_openings.open_slots(services, now) if choosing else []
    return render(
        services,
        "interview.html",
        status=status,
        interview=now,
        first_name=profile.candidate.first_name,
        job_title=profile.job_title or "",
        when=spell.spell_long((now.start, now.end), zone) if booked else "",
        meets=await visiting.meets(services, now.team, now.met),
        days=visiting.days(slots, zone),
        zone=zone,
        city=spell.city(zone),
        said=await answers.read(services, now.id),
        calendars=await visiting.calendars(services, [now] if booked else []),
        choosing=choosing,
        over=booked and now.end <= services.clock.now(),
        changeable=changeable,
        cut_off=now.cut_off,
        auto=now.auto,
        wrong=wrong,
        path=request.url.path,
        **visiting.for_forms(services, typed),
    )
