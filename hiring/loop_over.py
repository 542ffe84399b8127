"""Loops over something a recruiter may go beyond: looked for only where there is no other way, the cheapest first. Pure.

The search is asked again with one more kind of `scheduling/over.py` out of the way each time, until it finds a way.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from hiring.claims import TAKEN
from hiring.errors import Taken
from hiring.loop_best import best
from hiring.loop_records import Option, Session
from hiring.loop_seats import Field, free_mask, limits_of, seated
from scheduling import because, spell
from scheduling.hours import Interval
from scheduling.over import COST, cost, within


def eased(field: Field, passing: Collection[str]) -> Field:
    """The same where these kinds keep nobody away: limits only of those whose limits are soft."""
    people = field.people.items()
    return replace(
        field,
        free={user: free_mask(field.grid, known, passing) for user, known in people},
        limits={user: limits_of(field.grid, known, passing) for user, known in people},
    )


def ways(field: Field, sessions: Sequence[Session]) -> list[Option]:
    """The best ways over as cheap a kind as possible, each with what it goes beyond; none where that does not help."""
    for wider in _wider(field):
        if found := best(wider, sessions):
            return sorted((priced(field, option) for option in found), key=lambda o: cost(o.over))
    return []


def _wider(field: Field) -> Iterator[Field]:
    """The field with one more kind out of the way each time, where that makes a difference."""
    before = field
    for count in range(1, len(COST) + 1):
        wider = eased(field, COST[:count])
        if (wider.free, wider.limits) != (before.free, before.limits):
            yield wider
        before = wider


def priced(field: Field, option: Option) -> Option:
    """The option with what it goes beyond. Who would learn beyond anything of theirs sits in nothing."""
    sittings = [replace(s, trainees=tuple(u for u in s.trainees if not field.people[u].over(s.time))) for s in option.sittings]  # fmt: skip
    sat: dict[str, list[Interval]] = {}
    for sitting in sittings:
        for user in sitting.users:
            sat.setdefault(user, []).append(sitting.time)
    over = sorted(one for user, times in sat.items() for one in field.people[user].over(*times))
    return replace(option, sittings=tuple(sittings), over=tuple(over))


def said(field: Field, option: Option) -> str:
    """What an option goes beyond, in words."""
    names = {user: known.person.first_name for user, known in field.people.items()}
    return because.over(option.over, names)


def chosen(
    field: Field, sessions: Sequence[Session], times: Sequence[Interval], like: Option | None
) -> Option:
    """The loop at exactly these times, beyond nothing but what `like` said. Raises Taken."""
    option = seated(field, sessions, times, like)
    if option is None and like and like.over:
        wider = eased(field, {one.what for one in like.over})
        option = seated(wider, sessions, times, like)
        option = priced(field, option) if option else None
        if option and not within(option.over, like.over):
            words = said(field, option)
            raise Taken(f"{spell.sentence(words)}. Choose another time.", field="time")
    if option is None:
        raise Taken(TAKEN, field="time")
    return option


def begins(option: Option) -> dict[str, list[datetime]]:
    """When the interviews of everybody who has to be there begin."""
    found: dict[str, list[datetime]] = {}
    for sitting in option.sittings:
        for user in sitting.users:
            found.setdefault(user, []).append(sitting.time[0])
    return found
