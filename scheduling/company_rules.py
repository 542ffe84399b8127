"""What a company settled for every interview: how far ahead, how soon, on which days nobody interviews, when a break is due. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from scheduling import public_holidays


@dataclass(frozen=True, slots=True)
class CompanyRules:
    """Times are looked for from `notice` from now until `ahead` from now.

    `holidays` is a place such as `DE` or `DE-BY` (ISO 3166), empty for none; `days_off` are the company's own. In a loop a
    break of `pause` comes before the candidate has sat for more than `stretch`; a `pause` of nothing asks for none.
    `soft_limits`: a recruiter may go beyond the limits of who settled nothing else. `movable` are words in the titles of
    events that their owner can move.
    """

    ahead: timedelta = timedelta(days=14)
    notice: timedelta = timedelta(hours=2)
    holidays: str = ""
    days_off: tuple[date, ...] = ()
    stretch: timedelta = timedelta(hours=4)
    pause: timedelta = timedelta(minutes=30)
    soft_limits: bool = False
    movable: tuple[str, ...] = ()

    def off(self, place: str, years: Iterable[int]) -> dict[date, str]:
        """The days on which somebody does not interview, with their names; `place` is their own, empty for the company's."""
        found = dict.fromkeys(self.days_off, "company holiday")
        for year in years:
            found |= public(place or self.holidays, year)
        return found


@cache
def public(place: str, year: int) -> Mapping[date, str]:
    """The public holidays of a place. Raises ValueError for one that is not known."""
    if not place:
        return {}
    country, _, part = place.strip().upper().partition("-")
    return public_holidays.dates(country, (year,), part or None)
