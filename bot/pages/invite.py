"""An interviewer's own page: say to an invite that you will be there, or that you cannot. Works without JavaScript."""

from starlette.requests import Request
from starlette.responses import Response

from bot.pages import Page, render
from hiring import candidates, interview_answers, meeting_links
from hiring.errors import Refused
from hiring.interview_records import get
from hiring.links import Link
from hiring.services import Services
from scheduling import spell

page = Page("answer")


@page.get
async def show(request: Request, services: Services, link: Link) -> Response:
    return await _page(request, services, link)


@page.post
async def answer(request: Request, services: Services, link: Link) -> Response:
    """`act` is accepted, declined or tentative. Sending twice shows the same page."""
    form = await request.form()
    typed = {name: str(form.get(name) or "") for name in ("act", "reason")}
    try:
        await interview_answers.by_link(services, link.subject, typed)
    except Refused as refused:
        if refused.field is None:
            raise
        return await _page(request, services, link, wrong=refused.sentence, status=422)
    return await _page(request, services, link)


async def _page(
    request: Request, services: Services, link: Link, *, wrong: str = "", status: int = 200
) -> Response:
    interview, _, user = link.subject.partition(":")
    now = await get(services, interview)
    person = await services.desk.person(now.team, user)
    seat = now.seat(user)
    profile = await candidates.read(services, now.application)
    over = now.state != "scheduled" or now.end <= services.clock.now() or seat is None
    return render(
        services,
        "answer.html",
        status=status,
        title=now.title,
        name=profile.candidate.name,
        job_title=profile.job_title or "",
        when=spell.spell_long((now.start, now.end), person.zone),
        place=await meeting_links.where(services, now),
        said=seat.standing if seat else "",
        over=over,
        wrong=wrong,
        path=request.url.path,
    )
