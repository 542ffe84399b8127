"""People, rooms and wishes made from one number, many of them on the nights on which clocks change."""

import random
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from scheduling.busy import KINDS, Event, Policy, calendar
from scheduling.hours import Interval, Leave, Range, Week
from scheduling.query import STEPS, Load, Person, Query, Room

ZONES = (
    "UTC", "America/Los_Angeles", "America/New_York", "America/St_Johns", "America/Santiago", "America/Havana",
    "Europe/London", "Europe/Berlin", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Kolkata",
    "Asia/Kathmandu", "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Auckland", "Pacific/Apia",
)  # fmt: skip
DAY = timedelta(days=1)
T = TypeVar("T")


@cache
def change_nights(zone: str) -> list[datetime]:
    """The UTC midnights of 2026 and 2027 after which the offset of a zone changes within a day."""
    here, found = ZoneInfo(zone), []
    day = datetime(2026, 1, 1, tzinfo=UTC)
    while day.year < 2028:
        if day.astimezone(here).utcoffset() != (day + DAY).astimezone(here).utcoffset():
            found.append(day)
        day += DAY
    return found


class World:
    """Everything drawn from a seed. Times are multiples of `unit` seconds."""

    def __init__(self, seed: int, unit: int = 300) -> None:
        self.some = random.Random(seed)
        self.unit = unit
        zone = self.some.choice(ZONES)
        nights = change_nights(zone) or change_nights("Europe/Berlin")
        first = self.some.choice(nights) if self.some.random() < 0.7 else datetime(2026, 11, 2, tzinfo=UTC)  # fmt: skip
        self.start = first - timedelta(hours=self.some.randrange(30))
        self.days = self.some.choice((1, 2, 3))
        self.zones = [zone, self.some.choice(ZONES)]

    def query(self, people: int = 2) -> Query:
        some = self.some
        return Query(
            people=tuple(self.person(f"p{i}") for i in range(some.randint(1, people))),
            window=(self.at(0), self.at(0) + self.days * DAY),
            length=self.span(some.choice((15, 30, 45, 60, 90))),
            now=self.start + timedelta(hours=some.randrange(-30, 10)),
            zone=some.choice(self.zones),
            step=some.choice(STEPS),
            notice=self.span(some.choice((0, 0, 120, 600))),
            before=self.span(some.choice((0, 0, 5, 15))),
            after=self.span(some.choice((0, 0, 5, 30))),
            candidate=self.maybe(0.3, tuple(self.interval(600) for _ in range(some.randrange(4)))),
            rooms=tuple(self.room(f"r{i}") for i in range(some.choice((0, 0, 1, 2)))),
            policy=Policy(*(some.random() < 0.6 for _ in range(3))),
        )

    def person(self, id: str) -> Person:
        some, zone = self.some, self.some.choice(self.zones)
        week = Week(
            zone,
            working=tuple(self.range(240, 1_000) for _ in range(some.choice((0, 1, 1, 1, 2)))),
            interviews=tuple(self.range(240, 1_000) for _ in range(some.choice((0, 0, 0, 1, 2)))),
            preferred=tuple(self.range(60, 600) for _ in range(some.choice((0, 1)))),
            lunch=self.maybe(0.3, self.range(30, 60)),
            off={self.day(): "a holiday" for _ in range(some.choice((0, 0, 0, 1)))},
            leave=tuple(Leave(day, day + DAY * some.randrange(2)) for day in [self.day()] * (some.random() < 0.15)),
        )  # fmt: skip
        events = [self.event() for _ in range(some.randrange(self.days * 4))]
        load = Load(
            per_day=self.maybe(0.2, some.randrange(1, 3)),
            per_week=self.maybe(0.2, some.randrange(1, 5)),
            booked=tuple(self.at(some.randrange(-3 * 24 * 60, 6 * 24 * 60)) for _ in range(some.randrange(5))),
        )  # fmt: skip
        return Person(id, id.upper(), week, self.maybe(0.95, calendar(events, zone)), load)

    def room(self, id: str) -> Room:
        return Room(id, id.upper(), calendar([self.event() for _ in range(self.days * 5)], "UTC"))

    def event(self) -> Event:
        some, kind = self.some, self.some.choice((*KINDS, "busy", "free", "declined", "cancelled"))
        if some.random() < 0.06:
            day = self.day()
            return Event(day, day + DAY, kind)
        start, end = self.interval(some.choice((0, 30, 60, 120, 400)))
        if some.random() < 0.2:
            return Event(
                start, end, kind, self.span(some.randrange(30)), self.span(some.randrange(30))
            )
        return Event(start, end, kind)

    def interval(self, longest: int) -> Interval:
        start = self.at(self.some.randrange(-120, self.days * 24 * 60))
        return start, start + self.span(self.some.randrange(longest + 1))

    def range(self, shortest: int, longest: int) -> Range:
        some = self.some
        begun = self.span(some.randrange(24 * 60)).seconds
        end = (begun + self.span(some.randrange(shortest, longest)).seconds) % 86_400
        days = frozenset(range(7)) if some.random() < 0.7 else frozenset(some.sample(range(7), 4))
        return Range(_wall(begun), _wall(end), days)

    def day(self) -> date:
        return (self.start + DAY * self.some.randrange(self.days + 1)).date()

    def at(self, minutes: int) -> datetime:
        return self.start + self.span(minutes)

    def span(self, minutes: int) -> timedelta:
        """About so long, in whole units."""
        exact = minutes * 60 + (self.some.randrange(60) if self.unit < 60 and minutes else 0)
        return timedelta(seconds=exact // self.unit * self.unit)

    def maybe(self, chance: float, value: T) -> T | None:
        return value if self.some.random() < chance else None


def _wall(second: int) -> time:
    return time(second // 3600, second // 60 % 60, second % 60)
