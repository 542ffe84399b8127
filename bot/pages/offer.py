"""The candidate's offer: read the letter, accept and sign it, or decline."""

from starlette.requests import Request
from starlette.responses import Response

from bot.pages import Page, render
from hiring import offer_flow, offer_signing
from hiring.errors import Refused
from hiring.links import Link
from hiring.offer_signing import CONSENT, Reading
from hiring.services import Services
from scheduling import spell

page = Page("offer")


@page.get
async def show(request: Request, services: Services, link: Link) -> Response:
    """The page; `?file=letter` and `?file=signed` give the PDFs."""
    reading = await offer_signing.read(services, link.subject)
    wanted = request.query_params.get("file")
    if wanted == "letter":
        return _pdf(await offer_flow.letter(services, link.subject), "offer-letter.pdf")
    if wanted == "signed" and reading.offer.state == "accepted":
        return _pdf(await offer_flow.signed_letter(services, link.subject), "signed-offer.pdf")
    return _page(services, reading, link)


@page.post
async def answer(request: Request, services: Services, link: Link) -> Response:
    """`act` is accept or decline. What was typed stays when something is missing."""
    form = await request.form()
    typed = {name: str(form.get(name) or "") for name in ("act", "name", "consent", "reason")}
    try:
        if typed["act"] == "decline":
            await offer_signing.decline(services, link.subject, typed["reason"])
        else:
            await offer_signing.accept(
                services,
                link.subject,
                name=typed["name"],
                consent=bool(typed["consent"]),
                address=request.client.host if request.client else "",
                agent=request.headers.get("user-agent", ""),
            )
    except Refused as refused:
        if refused.field is None:
            raise
        reading = await offer_signing.read(services, link.subject)
        return _page(
            services,
            reading,
            link,
            typed=typed,
            wrong={refused.field: refused.sentence},
            status=422,
        )
    return _page(services, await offer_signing.read(services, link.subject), link)


def _page(
    services: Services,
    reading: Reading,
    link: Link,
    *,
    typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    expires = reading.offer.expires_at
    return render(
        services,
        "offer.html",
        status=status,
        reading=reading,
        salary=reading.terms.salary.spell(),
        start=spell.spell_day(reading.terms.start_on),
        expires=spell.spell_moment(expires, reading.zone) if expires else "",
        consent=CONSENT,
        typed=typed or {},
        wrong=wrong or {},
        token=link.token,
    )


def _pdf(content: bytes, name: str) -> Response:
    """Shown in the browser, saved under a plain name."""
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
