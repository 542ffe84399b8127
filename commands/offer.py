"""Draft an offer, see where it stands, approve it by a button. Amounts appear only in role-checked modals."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from commands import blocks, choosing
from commands.router import Blocks, Gesture, Message, Reply, Router, View
from connectors.model import Ref
from hiring import candidates, money, offers, people
from hiring.candidates import Profile
from hiring.errors import NotFound, Refused
from hiring.offer_records import Offer, Terms, get
from hiring.offers import DRAFTERS
from hiring.people import Actor
from hiring.services import Services

router = Router()
STATES = {
    "approving": ":hourglass_flowing_sand: Waiting for approval",
    "approved": ":memo: Approved; the letter is being written",
    "sent": ":envelope: Sent to the candidate",
    "viewed": ":eyes: Opened by the candidate",
    "accepted": ":tada: Accepted and signed",
    "declined": ":x: Declined by the candidate",
    "refused": ":x: Not approved",
    "withdrawn": ":leftwards_arrow_with_hook: Withdrawn",
    "expired": ":alarm_clock: Expired without an answer",
}


@router.slash(
    "offer", help="Draft an offer, or see where it stands", roles=DRAFTERS | {"admin"}, example="offer ada",
    alias="offer", order=50,
)  # fmt: skip
@router.action("offer.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    async def draw(profile: Profile) -> View:
        current = await offers.current(services, profile.ref)
        if current and current.state in ("approving", "approved", "sent", "viewed", "accepted"):
            return await _standing(services, actor, current)
        return await _form(services, actor, profile)

    await choosing.form(
        gesture, actor, services, reply, title="Offer", action="offer.open", draw=draw
    )


async def _form(services: Services, actor: Actor, profile: Profile) -> View:
    """Finished by submit once the salary is in: the rest starts with what is usual."""
    if profile.application is None or profile.application.job is None:
        return blocks.notice(
            "Offer", "This person has no job yet. Add them to one in the ATS first."
        )
    approver = await _usual_approver(services, actor, profile)
    currencies = [blocks.option(code, code) for code in money.CURRENCIES]
    intervals = [blocks.option(f"per {per}", per) for per in ("year", "month", "hour")]
    role = blocks.text_input("role", initial=profile.job_title or "", most=150)
    start = {
        "type": "datepicker",
        "action_id": "start",
        "initial_date": _usual_start(services).isoformat(),
    }
    note = blocks.text_input("note", multiline=True, most=600)
    body = [
        blocks.section(choosing.line(profile)),
        blocks.entry("Role in the letter", role, "role"),
        blocks.entry(
            "Base salary", blocks.text_input("salary", placeholder="82,000", most=40), "salary"
        ),
        blocks.entry(
            "Currency", blocks.select("currency", currencies, initial=currencies[0]), "currency"
        ),
        blocks.entry("Paid", blocks.select("per", intervals, initial=intervals[0]), "per"),
        blocks.entry("Start date", start, "start"),
        blocks.entry(
            "Approver",
            _member("approver", approver),
            "approver",
            hint="Asked by a direct message. Not yourself.",
        ),
        blocks.entry(
            "Second approver",
            _member("second"),
            "second",
            optional=True,
            hint="Asked after the first.",
        ),
        blocks.entry("A sentence for the letter", note, "note", optional=True),
        blocks.context(
            "After the last approval the letter is written and mailed to the candidate by itself."
        ),
    ]
    return blocks.modal(
        "Offer", "offer", body, submit="Ask for approval", private={"ref": str(profile.ref)}
    )


def _member(action: str, initial: str | None = None) -> dict[str, Any]:
    """A picker for a colleague."""
    picker: dict[str, Any] = {
        "type": "users_select",
        "action_id": action,
        "placeholder": blocks.plain("Choose a colleague"),
    }
    return picker | ({"initial_user": initial} if initial else {})


async def _usual_approver(services: Services, actor: Actor, profile: Profile) -> str | None:
    """The job's hiring manager, when they are in Slack and not the drafter."""
    application = profile.application
    assert application is not None
    assert application.job is not None
    ats = await services.accounts.ats(application.job.account)
    for member in await ats.team(application.job.id):
        if member.role == "hiring_manager":
            found = await people.member(services, actor.team, member.user)
            if found and found.id != actor.user:
                return found.id
    return None


def _usual_start(services: Services) -> date:
    """The first Monday at least four weeks ahead."""
    day = services.clock.now().date() + timedelta(weeks=4)
    return day + timedelta(days=-day.weekday() % 7)


def _read(gesture: Gesture) -> tuple[Terms, list[str]]:
    """The typed terms and the chain. Raises Refused naming the field."""
    values = gesture.values
    role = str(values.get("role") or "").strip()
    if not role:
        raise Refused("Write the role as it should stand in the letter.", field="role")
    salary = money.parse(
        str(values.get("salary") or ""),
        values.get("currency") or "EUR",
        values.get("per") or "year",
        field="salary",
    )
    try:
        start = date.fromisoformat(str(values.get("start")))
    except ValueError:
        raise Refused("Choose a start date.", field="start") from None
    chain = [str(values[name]) for name in ("approver", "second") if values.get(name)]
    return Terms(role, salary, start, str(values.get("note") or "").strip()), chain


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    try:
        terms, chain = _read(gesture)
        profile = await candidates.profile(services, actor, Ref.parse(gesture.private["ref"]))
        offers.check(services, actor, profile, terms, chain)
    except Refused as refused:
        return {refused.field or "salary": refused.sentence}
    return {}


@router.view("offer", check=_check)
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    terms, chain = _read(gesture)
    ref = Ref.parse(gesture.private["ref"])
    await offers.draft(services, actor, ref, terms, chain, key=gesture.delivery)
    asked = f"<@{chain[0]}>"
    await reply.whisper(
        blocks.said(
            f":memo: The offer is drafted. {asked} is asked to approve it; its card is in your messages."
        )
    )


@router.action("offer.approve", durable=True)
async def approve(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Bound to the terms the card was drawn for; the card then says who approved and when."""
    offer_id, _, terms_hash = gesture.value.partition("|")
    offer = await offers.approve(services, actor, offer_id, terms_hash)
    await services.desk.show(offer.team, actor.user, "offer", offer.id)


@router.action("offer.terms")
async def show_terms(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    view_id = await reply.open(blocks.loading("Offer terms"))
    try:
        offer, terms = await offers.terms(services, actor, gesture.value)
    except Refused as refused:
        await reply.update(
            blocks.notice("Offer terms", f":warning: {blocks.escape(refused.sentence)}"), view_id
        )
        return
    facts = [
        ("Role", blocks.escape(terms.role)),
        ("Base salary", blocks.escape(terms.salary.spell())),
        ("Start date", f"{terms.start_on.day} {terms.start_on:%B %Y}"),
    ]
    more = [blocks.section(f"*In the letter*\n{blocks.escape(terms.note)}")] if terms.note else []
    seal = blocks.context(
        f"Approval is bound to exactly these terms (fingerprint {offer.terms_hash[:8]})."
    )
    await reply.update(
        blocks.notice("Offer terms", "*What is offered*", blocks.fields(facts), *more, seal),
        view_id,
    )


@router.action("offer.decline")
async def ask_reason(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await reply.open(
        blocks.modal(
            "Decline the offer",
            "offer.decline",
            [
                blocks.entry(
                    "Why not?",
                    blocks.text_input("text", multiline=True),
                    "reason",
                    hint="The drafter reads this.",
                )
            ],
            submit="Decline",
            private={"offer": gesture.value},
        )
    )


async def _check_reason(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    return (
        {}
        if str(gesture.values.get("reason") or "").strip()
        else {"reason": "Say why, so that it can be changed."}
    )


@router.view("offer.decline", check=_check_reason)
async def turn_down(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    offer = await offers.turn_down(
        services, actor, gesture.private["offer"], gesture.values["reason"]
    )
    await services.desk.show(offer.team, actor.user, "offer", offer.id)


@router.action("offer.withdraw", durable=True)
async def withdraw(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await offers.withdraw(services, actor, gesture.value)


@router.card("offer")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    """One offer for one viewer. The person's name, never the amount."""
    offer = await get(services, subject)
    profile = await candidates.read(services, offer.application)
    name = blocks.escape(profile.candidate.name)
    card: Blocks = [
        blocks.header(f"Offer for {profile.candidate.name}"),
        blocks.section(f"{blocks.escape(profile.job_title)}\n{STATES[offer.state]}"),
        blocks.section("\n".join(_step(offer, step.step) for step in offer.approvals)),
    ]
    why = await offers.reason(services, offer)
    if why and user == offer.created_by:
        card.append(blocks.section(f"*Reason:* {blocks.escape(why)}"))
    card.append(blocks.actions(*_buttons(offer, user)))
    return Message(f"Offer for {name}: {STATES[offer.state].split(': ', 1)[1]}", card)


def _step(offer: Offer, index: int) -> str:
    step = offer.approvals[index]
    who = f"Step {index + 1} of {len(offer.approvals)}: <@{step.approver}>"
    if step.state == "waiting":
        return f":white_circle: {who} — {'asked' if offer.turn == step else 'asked later'}"
    when = blocks.moment(step.at, step.at.isoformat(timespec="minutes")) if step.at else ""
    mark = ":white_check_mark:" if step.state == "approved" else ":x:"
    return f"{mark} {who} — {step.state} {when}"


def _buttons(offer: Offer, user: str) -> Blocks:
    """Only what this person may do now; a decided step has no button any more."""
    shown = [blocks.button("See terms", "offer.terms", offer.id)]
    if offer.turn and offer.turn.approver == user:
        sure = blocks.confirm(
            "Approve this offer?", "The last approval sends the letter to the candidate.", "Approve"
        )
        approve_it = blocks.button(
            "Approve", "offer.approve", f"{offer.id}|{offer.terms_hash}", style="primary", ask=sure
        )
        shown = [
            approve_it,
            blocks.button("Decline", "offer.decline", offer.id, style="danger"),
            *shown,
        ]
    if user == offer.created_by and offer.state in ("approving", "approved", "sent", "viewed"):
        sure = blocks.confirm(
            "Withdraw this offer?", "The candidate's link stops working.", "Withdraw", danger=True
        )
        shown.append(
            blocks.button("Withdraw", "offer.withdraw", offer.id, style="danger", ask=sure)
        )
    return shown


async def _standing(services: Services, actor: Actor, offer: Offer) -> View:
    """An open offer shown instead of a second form."""
    try:
        card = await draw(services, actor.team, actor.user, offer.id)
    except NotFound as missing:
        return blocks.notice("Offer", blocks.escape(missing.sentence))
    shown = [block for block in card.blocks if block["type"] != "actions"]
    hint = blocks.context("Its card with all buttons is in your direct messages with me.")
    return blocks.modal("Offer", "offer.standing", [*shown, hint], close="Close")
