"""The times a candidate may choose on their page, asked of everybody's calendar at that moment."""

from hiring import interview_changes
from hiring.interview_records import Interview
from hiring.interview_times import propose
from hiring.services import Services
from scheduling.hours import Interval


async def open_slots(services: Services, now: Interview) -> list[Interval]:
    """The times the candidate may still choose: fresh ones, asked of everybody's calendar now."""
    if now.state == "scheduled" or not now.slots:
        return [slot for slot in await _free(services, now) if slot != (now.start, now.end)]
    fresh = set(await _free(services, now, every=True))
    offered = [slot for slot in now.slots if slot in fresh]
    return offered or await _free(services, now)


async def choosable(services: Services, now: Interview, slot: Interval) -> bool:
    """Whether the candidate may have this time. The page may be old: a time that is still free still counts."""
    fresh = set(await _free(services, now, every=True, fresh=True))
    offered = fresh & set(now.slots) if now.state == "offered" else set()
    return slot in (offered or fresh)


async def _free(
    services: Services, now: Interview, *, every: bool = False, fresh: bool = False
) -> list[Interval]:
    """Times that suit the panel; an interview that stands does not block itself."""
    members = await interview_changes.members(services, now.team, now.interviewers)
    own = (now.start, now.end) if now.state == "scheduled" else None
    found = await propose(
        services, now.team, members, now.minutes, now.zone, now.candidate,
        but=now.id, own=own, every=every, fresh=fresh,
    )  # fmt: skip
    return list(found.slots)
