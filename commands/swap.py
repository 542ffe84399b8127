"""Find somebody who takes an interviewer's seat over, and what those see who are asked."""

from collections.abc import Mapping
from typing import Any

from commands import blocks, choosing, interview_blocks, swap_blocks
from commands.router import Blocks, Gesture, Message, Reply, Router, View
from hiring import access, swap_flow, swap_records, swaps
from hiring.candidates import LOOKERS
from hiring.interview_records import Interview, get
from hiring.interviews import SCHEDULERS
from hiring.people import Actor
from hiring.services import Services
from hiring.swap_records import Swap
from scheduling import spell

router = Router()
TITLE = "Find a substitute"
MOST_SEATS = 20


@router.slash(
    "swap",
    help="Find somebody who takes an interviewer's seat over, or give yours away",
    roles=LOOKERS | {"interviewer", "admin"},
    example="swap ada",
    order=23,
)
async def choose(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """The interviews that are booked, each with what the asker may do about its seats."""
    found = await interview_blocks.meant(services, actor, gesture.text)
    rows: Blocks = []
    for now in [i for i in found if i.state == "scheduled"][:10]:
        if buttons := await _seats(services, actor, now):
            when = spell.spell((now.start, now.end), actor.zone)
            name = await interview_blocks.title(services, now)
            rows.append(blocks.section(f"*{blocks.escape(name)}*\n{when}"))
            rows.append(blocks.actions(*buttons))
    if not rows:
        await reply.whisper(blocks.said("There is no interview of yours that is booked."))
        return
    await reply.whisper(Message("Whose seat?", rows))


async def _seats(services: Services, actor: Actor, now: Interview) -> list[dict[str, Any]]:
    """One's own seat with *Can't make it*; those of others for who schedules."""
    buttons = []
    if now.seat(actor.user):
        buttons.append(blocks.button("Can't make it", "answer.decline", now.id))
    if await access.allowed(services, actor, SCHEDULERS, now.job):
        for seat in [s for s in now.panel if s.needed][:MOST_SEATS]:
            name = (await services.desk.person(now.team, seat.user)).first_name
            subject = f"{now.id}:{seat.user}:{now.sequence}"
            label = f"Instead of {blocks.clip(name, 40)}"
            buttons.append(blocks.button(label, f"swap.open:{seat.user}", subject))
    return buttons


@router.action("swap.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await choosing.opened(reply, TITLE, lambda: _form(services, actor, gesture.value))


async def _form(services: Services, actor: Actor, subject: str) -> View:
    interview, leaving, _ = subject.split(":")
    now = await get(services, interview)
    await access.require(services, actor, SCHEDULERS, now.job)
    if now.state != "scheduled" or now.seat(leaving) is None:
        return blocks.notice(TITLE, swap_flow.CHANGED)
    found = await swap_flow.look(services, subject)
    name = await interview_blocks.title(services, now)
    when = spell.spell((now.start, now.end), actor.zone)
    body: Blocks = [
        blocks.section(f"*{blocks.escape(name)}*\n{when}\nInstead of <@{leaving}>"),
    ]
    able = [ranked for ranked in found.people if ranked.possible][: swap_blocks.MOST]
    if not able:
        return blocks.notice(TITLE, swap_blocks.nobody(found), *body)
    options = [blocks.option(ranked.name, ranked.user) for ranked in able]
    fitting = [o for o, ranked in zip(options, able, strict=True) if ranked.fits]
    hows = [blocks.option("One after another", "one"), blocks.option("All at once", "all")]
    minutes = blocks.text_input("minutes", initial=str(services.company.swap_minutes), most=4)
    lines = [f"• {swap_blocks.line(ranked)}" for ranked in found.people[:20]]
    body += [
        blocks.entry("Ask", blocks.multi_select("people", options, initial=fitting), "people"),
        blocks.entry("How", blocks.select("how", hows, initial=hows[0]), "how"),
        blocks.entry("Minutes until the next is asked", minutes, "minutes"),
        blocks.section("\n".join(lines)),
        *([blocks.context(*found.remarks)] if found.remarks else []),
    ]
    return blocks.modal(TITLE, "swap", body, submit="Ask", private={"subject": subject})


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    said = str(gesture.values.get("minutes") or "").strip()
    if not said.isdigit() or not 1 <= int(said) <= swaps.LONGEST:
        return {"minutes": f"A number from 1 to {swaps.LONGEST}."}
    return {} if gesture.values.get("people") else {"people": "Choose at least one person."}


@router.view("swap", check=_check)
async def begin(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Those chosen are asked in the order in which they were ranked."""
    values = gesture.values
    people = values.get("people")
    chosen = [str(user) for user in people] if isinstance(people, list) else []
    await swaps.start(
        services, actor, gesture.private["subject"], str(values.get("how")), chosen=chosen,
        minutes=int(str(values["minutes"])),
    )  # fmt: skip
    await reply.whisper(blocks.said(":mag: They are being asked. The card shows how it goes."))


@router.action("swap.first", durable=True)
async def ask_first(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    subject, _, user = gesture.value.rpartition(":")
    await swaps.start(services, actor, subject, "one", first=user)
    await reply.whisper(blocks.said(f":mag: <@{user}> is asked first, then the others."))


@router.action("swap.all", durable=True)
async def ask_all(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await swaps.start(services, actor, gesture.value, "all")
    await reply.whisper(blocks.said(":mag: All of them are asked. The first who takes it has it."))


@router.action("swap.drop", durable=True)
async def drop(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await swaps.drop(services, actor, gesture.value)
    await reply.whisper(blocks.said("The seat is dropped. Everybody's calendar is being updated."))


@router.action("swap.take", durable=True)
async def take(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await swaps.take(services, actor, gesture.value)
    await reply.whisper(
        blocks.said(":white_check_mark: The seat is yours. The invite is on its way. Thank you!")
    )


@router.action("swap.decline", durable=True)
async def decline(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await swaps.decline(services, actor, gesture.value)
    await reply.whisper(blocks.said("Noted. Somebody else is asked."))


@router.card("swap_ask")
async def draw_ask(services: Services, team: str, user: str, subject: str) -> Message:
    """Asks somebody to take a seat over. Who the candidate is they learn when they take it."""
    swap, _, asked = subject.partition(":")
    found = await swap_records.get(services, swap)
    now = await get(services, found.interview)
    viewer = await services.desk.person(team, user)
    when = spell.spell((now.start, now.end), viewer.zone)
    about = f"*{blocks.escape(now.title)}*\n{when}"
    ask = found.ask(asked)
    if found.state not in ("open", "nobody") or ask is None:
        return blocks.said(f"{about}\n{_ended(found, asked)}")
    if ask.state == "passed":
        return blocks.said(f"{about}\nYou cannot, and that is fine.")
    card: Blocks = [
        blocks.section(
            f":raising_hand: *Can you take an interview over?*\n{about}\nInstead of <@{found.leaving}>"
        )
    ]
    notes = [f"Why you: {why}"] if (why := swap_blocks.why(found, asked)) else []
    if ask.state == "asked" and ask.until:
        notes.append(f"Others are asked after {swap_blocks.clock(ask)}; the first who takes it has it.")  # fmt: skip
    if notes:
        card.append(blocks.context(*notes))
    card.append(
        blocks.actions(
            blocks.button("Take it", "swap.take", found.id, style="primary"),
            blocks.button("Can't", "swap.decline", found.id),
        )
    )
    return Message("Can you take an interview over?", card)


def _ended(found: Swap, asked: str) -> str:
    if found.taken_by == asked:
        return ":white_check_mark: You take it. See its card."
    if found.taken_by:
        return f"<@{found.taken_by}> takes it. Thank you!"
    return "This seat is not looked for any more."
