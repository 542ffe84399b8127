"""An interview with Nora, booked and moved, and what was shown about it."""

from datetime import datetime, timedelta

from connectors.model import Ref
from hiring import (
    candidates,
    ids,
    interviews,
)
from hiring.interview_changes import Wish
from hiring.interview_records import Interview
from tests.firm import BEN, CHEN, ROSA, Firm

NORA = "nora@mailbox.example"


async def nora(office: Firm) -> Ref:
    for address in ("ben@brightwater.example", "chen@brightwater.example"):
        office.nothing_on(address)  # so that an hour later suits them, too, whatever day it is
    return await office.newcomer("Nora", "Quill", NORA)


async def booked(office: Firm, ref: Ref, at: int = -1, *users: str) -> Interview:
    """An interview at one of the times that suit, the last of them unless told otherwise."""
    rosa = await office.actor(ROSA)
    profile = await candidates.profile(office.services, rosa, ref)
    wish = Wish("Pair programming", 45, users or (BEN, CHEN), location="https://meet.example/x")
    found = await interviews.times(office.services, rosa, profile, wish)
    made = await interviews.book(
        office.services, rosa, ref, wish, found.slots[at], key=ids.new("key")
    )
    await office.settles()
    return made


async def later(office: Firm, interview: Interview) -> Interview:
    rosa = await office.actor(ROSA)
    slot = (interview.start + timedelta(hours=1), interview.end + timedelta(hours=1))
    moved = await interviews.move(office.services, rosa, interview.id, slot)
    await office.settles()
    return moved


def shown(office: Firm, kind: str, user: str) -> list[str]:
    return list(dict.fromkeys(s for u, k, s in office.desk.shown if (u, k) == (user, kind)))


async def goes_to(office: Firm, moment: datetime) -> None:
    await office.waits(seconds=(moment - office.services.clock.now()).total_seconds())
