"""The candidate's interview: choose a time, see it, move it, call it off. Works without JavaScript."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.pages import Page, render, visiting
from hiring import interview_openings, interview_records, interview_times, interviews
from hiring.errors import Refused, Taken
from hiring.links import Link
from hiring.services import Services
from scheduling import spell
from scheduling.hours import Interval

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
    """`act` is pick, move or cancel. Sending twice shows the same page."""
    form = await request.form()
    zone = str(form.get("zone") or "")
    if form.get("act") == "cancel":
        gone = await interviews.call_off(services, link.subject, visiting.reason(form))
        sentence = f"Your {gone.title} is cancelled. Your calendar will be told by e-mail."
        detail = (
            "Thank you for letting us know. Reply to the e-mail if you would like another time."
        )
        return render(services, "thanks.html", title="Cancelled", sentence=sentence, detail=detail)
    try:
        slot = interview_times.parse_slot(str(form.get("time") or ""))
        await interviews.pick(services, link.subject, slot)
    except Taken:
        wrong = "Sorry, that time was taken a moment ago. These are still free:"
        return await _page(request, services, link, zone=zone, wrong=wrong, status=409, moving=True)
    except Refused as refused:
        if refused.field != "time":
            raise
        return await _page(
            request,
            services,
            link,
            zone=zone,
            wrong="Please choose one of the times.",
            status=422,
            moving=True,
        )
    return RedirectResponse(
        f"{request.url.path}?zone={zone}" if zone in visiting.zones() else request.url.path, 303
    )


async def _page(
    request: Request,
    services: Services,
    link: Link,
    *,
    zone: str = "",
    wrong: str = "",
    status: int = 200,
    moving: bool = False,
) -> Response:
    now = await interview_records.get(services, link.subject)
    profile = await visiting.reader(services, now.application)
    zone = visiting.zone_of(request, zone, now.zone)
    moving = moving or request.query_params.get("do") == "move"
    over = now.state == "scheduled" and now.end <= services.clock.now()
    choosing = now.state == "offered" or (now.state == "scheduled" and moving and not over)
    slots = await interview_openings.open_slots(services, now) if choosing else []
    return render(
        services,
        "interview.html",
        status=status,
        interview=now,
        first_name=profile.candidate.first_name,
        job_title=profile.job_title or "",
        when=spell.spell_long((now.start, now.end), zone) if now.state == "scheduled" else "",
        days=_days(slots, zone),
        zone=zone,
        city=spell.city(zone),
        zones=visiting.zones(),
        calendars=await visiting.calendars(services, [now] if now.state == "scheduled" else []),
        choosing=choosing,
        over=over,
        reasons=visiting.REASONS,
        wrong=wrong,
        path=request.url.path,
    )


def _days(slots: list[Interval], zone: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Times by day: (value, spelled) under the day's name."""
    days: dict[str, list[tuple[str, str]]] = {}
    for slot in slots:
        day, _, rest = spell.spell_long(slot, zone).partition(", ")
        days.setdefault(day, []).append((interview_times.spell_slot(slot), rest.partition(",")[0]))
    return list(days.items())
