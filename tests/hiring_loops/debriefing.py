"""Loops that are booked with a debrief, and who was told what about it."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connectors.model import Ref
from hiring import (
    candidates,
    claims,
    debrief_records,
    loop_records,
    loops,
)
from hiring.claims import Claim
from hiring.claims_table import claims as rows
from hiring.debrief_records import Debrief, Wish
from hiring.loop_records import Loop, Option, Session
from hiring.loop_times import Suggested
from hiring.loops import Wanted
from scheduling.hours import Interval
from tests.firm import BEN, CHEN, ROSA, TEAM, Firm, staff

SESSIONS = (Session("Pair programming", 60, (BEN,)), Session("System design", 45, (CHEN,)))
WANTED = Wanted(SESSIONS, debrief=Wish(30, 2))
GAP = timedelta(minutes=5)
Doc = dict[str, Any]


def mail_of(user: str) -> str:
    return next(person.email or "" for person in staff() if person.id == user)


async def suggested(office: Firm, wanted: Wanted = WANTED) -> tuple[Ref, Suggested]:
    ref, rosa = await office.ada(), await office.actor(ROSA)
    profile = await candidates.profile(office.services, rosa, ref)
    return ref, await loops.suggest(office.services, rosa, profile, wanted)


async def booked(office: Firm, wanted: Wanted = WANTED, option: Option | None = None) -> Loop:
    ref, found = await suggested(office, wanted)
    option = option or found.options[0]
    rosa = await office.actor(ROSA)
    return await loops.book(office.services, rosa, ref, wanted, option.times, key="d", like=option)


async def debrief(office: Firm, loop: Loop) -> Debrief:
    return await debrief_records.get(office.services, loop.id)


async def last_end(office: Firm, loop: Loop) -> datetime:
    return max(i.end for i in await loop_records.interviews_of(office.services, loop.id))


async def claimed(office: Firm, loop: Loop) -> set[str]:
    """Who is claimed for the debrief."""
    query = sa.select(rows.c.resource).where(rows.c.holder == debrief_records.holder(loop.id))
    async with office.services.store.read() as conn:
        return {row.resource.removeprefix(f"{TEAM}:") for row in await conn.execute(query)}


def told(office: Firm, user: str) -> list[tuple[str, int]]:
    """The debrief's mails to somebody, the oldest first: what each does to the calendar, and its SEQUENCE."""
    found = [m["calendar"] for m in office.mails(mail_of(user)) if ours(m)]
    return [(c["method"], c["sequence"]) for c in reversed(found)]


def ours(mail: Doc) -> bool:
    return bool(mail.get("calendar")) and str(mail["calendar"]["uid"]).startswith("deb_")


async def takes(office: Firm, user: str, *slots: Interval) -> None:
    """Somebody is booked elsewhere meanwhile."""
    wanted = [Claim(claims.person(TEAM, user), slot, f"else {n}") for n, slot in enumerate(slots)]
    async with office.services.store.begin() as tx:
        await claims.take(tx, office.services, wanted)
