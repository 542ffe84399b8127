"""What every connected calendar says of people's time: asked side by side, put together, remembered for seconds only."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from connectors.contract import Busy, BusyTime, Calendar, WeeklyHours
from connectors.errors import ConnectorError
from hiring.desk import Person
from hiring.services import Services
from scheduling.busy import movable
from scheduling.hours import Interval, Range, Week

KEPT = 15.0  # seconds for which somebody's busy times are remembered; a booking asks anew


async def busy(
    services: Services, people: Sequence[Person], window: Interval, *, fresh: bool = False
) -> dict[str, Busy]:
    """Each member's busy times, put together from every calendar that can read them; `fresh` asks anew.

    Asked for whole hours, so that what is asked again within seconds is remembered.
    """
    emails = {person.email.casefold(): person.id for person in people if person.email}
    calendars = await services.accounts.calendars()
    if not calendars or not emails:
        return {}
    first = window[0].replace(minute=0, second=0, microsecond=0)
    last = window[1].replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    asked = tuple(sorted(emails))

    async def ask() -> list[list[Busy]]:
        words = services.company.rules.movable
        return await asyncio.gather(*(_ask(c, asked, (first, last), words) for c in calendars))

    key = ("busy", asked, first, last)
    if fresh:
        services.memory.forget(key)
    answers = await services.memory.recall(key, KEPT, ask)
    told: dict[str, list[tuple[bool, Busy]]] = {email: [] for email in asked}
    for calendar, answer in zip(calendars, answers, strict=True):
        for one in answer:
            told[one.email.casefold()].append(("busy" in calendar.abilities, one))
    return {emails[email]: together(email, said) for email, said in told.items() if said}


def together(email: str, told: Sequence[tuple[bool, Busy]]) -> Busy:
    """One person as all accounts tell them: what any of them has counts.

    The bool says whether an account asks a calendar at all. One that could not read somebody comes before the word
    of an account without calendars that they keep none.
    """
    asking = [one for asks, one in told if asks] or [one for _, one in told]
    known = [one for one in asking if one.known]
    if not known:
        return Busy(email, False, why=next(one.why for one in asking))
    taken = tuple(dict.fromkeys(time for one in known for time in one.taken))
    return Busy(email, True, taken, hours=next((one.hours for one in known if one.hours), None))


def week(hours: WeeklyHours) -> Week:
    """The working hours that a calendar tells."""
    return Week(hours.zone, tuple(Range(a, b, frozenset({day})) for day, a, b in hours.days))


def untitled(told: Busy, words: Sequence[str]) -> Busy:
    """The same without titles: busy time whose title has one of the words is a hold, which its owner can move.

    What lasts whole days stays what it is.
    """

    def known(time: BusyTime) -> BusyTime:
        moves = time.kind == "busy" and not time.all_day and movable(time.title, words)
        return replace(time, kind="hold" if moves else time.kind, title="")

    return replace(told, taken=tuple(known(time) if time.title else time for time in told.taken))


async def _ask(
    calendar: Calendar, emails: Sequence[str], window: Interval, words: Sequence[str]
) -> list[Busy]:
    """An account that fails as a whole knows nobody."""
    try:
        return [untitled(one, words) for one in await calendar.busy(list(emails), window)]
    except ConnectorError as error:
        why = error.text or "the calendar did not answer"
        return [Busy(email, False, why=why) for email in emails]
