"""Addresses of an ATS that somebody posts, and how much of a candidate a channel may see."""

from collections.abc import Iterable

from connectors.errors import ConnectorError
from connectors.model import Ref
from hiring import access, candidates, people
from hiring.candidates import LOOKERS, Profile
from hiring.errors import Refused
from hiring.people import Actor
from hiring.services import Services

KNOWERS = LOOKERS | {
    "admin",
    "interviewer",
}  # who may know a candidate's name, by their role on that job


async def ref_of(services: Services, url: str) -> Ref | None:
    """The candidate or application that an address of a connected ATS shows."""
    for ats in await services.accounts.all_ats():
        if ref := ats.ref_of(url):
            return ref
    return None


async def seen_by(services: Services, actor: Actor, url: str) -> Profile | None:
    """Who an address is about, when the one who posted it may see them; None otherwise."""
    ref = await ref_of(services, url)
    if ref is None:
        return None
    try:
        return await candidates.profile(services, actor, ref)
    except (Refused, ConnectorError):
        return None


async def all_may_know(
    services: Services, team: str, members: Iterable[str], profile: Profile
) -> bool:
    """Whether everybody in a channel may know this candidate's name; apps do not count."""
    job = profile.application.job if profile.application else None
    for user in members:
        try:
            actor = await people.actor(services, team, user)
        except Refused:
            return False
        if actor.person.is_bot:
            continue
        if not await access.allowed(services, actor, KNOWERS, job):
            return False
    return True
