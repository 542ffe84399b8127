"""What calendars tell and take: busy times, working hours, events, channels and rooms; plain frozen values, times in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal

from connectors.contract.base import Interval

BusyKind = Literal[
    "busy", "tentative", "out_of_office", "focus", "hold"
]  # no calendar tells `hold` itself
Answer = Literal["needs_action", "accepted", "declined", "tentative"]
Link = Literal["none", "pending", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class BusyTime:
    """Time that is taken. Without ability `kinds` everything is `busy` and `all_day` is not told.

    `event` is the calendar's own id of what takes the time, where it tells it, so that a move does not block itself.
    `title` is there for the one look whether the owner can move it, and forgotten with it.
    """

    start: datetime
    end: datetime
    kind: BusyKind = "busy"
    all_day: bool = False
    event: str = ""
    title: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Working hours as the calendar tells them: local times in `zone` (IANA) by weekday, Monday is 0."""

    zone: str
    days: tuple[tuple[int, time, time], ...]


@dataclass(frozen=True, slots=True)
class Busy:
    """A person's busy times in a window; `known` is False when the calendar could not be read, with why."""

    email: str
    known: bool
    taken: tuple[BusyTime, ...] = ()
    why: str = ""
    hours: WeeklyHours | None = None

    @property
    def times(self) -> tuple[Interval, ...]:
        """Start and end of all that is taken, whatever its kind."""
        return tuple((one.start, one.end) for one in self.taken)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody, or a room (`resource`), who is invited."""

    email: str
    name: str = ""
    optional: bool = False
    resource: bool = False


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event to be written.

    `key` is ours (interview and attempt): the same key is the same event, however often it is sent. `uid` is taken by
    calendars that let us choose it. `start` and `end` are UTC, `zone` (IANA) is where the event is at home. `text` is
    plain. `invite`: the calendar's own system invites the guests, which it does with ability `invites` only; without ability `silent` an event that must not mail
    has no guests. `link`: the calendar makes a meeting link. `shown`: guests see each other.
    """

    key: str
    uid: str
    title: str
    start: datetime
    end: datetime
    zone: str = "UTC"
    text: str = ""
    location: str = ""
    guests: tuple[Guest, ...] = ()
    invite: bool = True
    link: bool = False
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """A guest and the answer given; `proposed` is the other time asked for (ability `proposals`)."""

    guest: Guest
    answer: Answer = "needs_action"
    comment: str = ""
    proposed: Interval | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it is in the calendar of `owner`.

    `uid` is the one that mails about it must carry; `version` (an ETag) is for `update_event`; `key` is the draft's,
    "" of events that are not ours. `join` is the meeting link once `link` is ready: pending means to read again.
    `organizer` is an address, where it is told. `free`: it takes no time.
    """

    id: str
    uid: str
    owner: str
    version: str
    title: str
    start: datetime
    end: datetime
    key: str = ""
    organizer: str = ""
    text: str = ""
    location: str = ""
    replies: tuple[Reply, ...] = ()
    link: Link = "none"
    join: str = ""
    kind: BusyKind = "busy"
    free: bool = False
    all_day: bool = False
    cancelled: bool = False
    url: str = ""

    def stands(self, draft: EventDraft) -> bool:
        """Whether it takes the draft's time, as after a first write of the same key."""
        return not self.cancelled and (self.start, self.end) == (draft.start, draft.end)

    def holds(self, draft: EventDraft) -> bool:
        """Whether it says what the draft says, as after a change whose answer was lost."""
        hosts = {self.owner.casefold(), self.organizer.casefold()}  # some calendars list them too
        mine = {reply.guest.email.casefold() for reply in self.replies} - hosts
        theirs = {guest.email.casefold() for guest in draft.guests} - hosts
        words = (self.title.strip(), self.location.strip()), (draft.title.strip(), draft.location.strip())  # fmt: skip
        return self.stands(draft) and mine == theirs and words[0] == words[1]


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in a calendar. `anew`: everything of the window is listed, and what is not listed is not there."""

    events: tuple[Event, ...]
    removed: tuple[str, ...]  # ids of events that are gone
    position: str
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A calendar that tells `url` of its changes until `expires`. `secret` is ours and comes back with each delivery."""

    id: str
    owner: str
    url: str
    expires: datetime
    secret: str = field(repr=False)
    resource: str = ""  # the vendor's own name of what is watched


@dataclass(frozen=True, slots=True)
class Heard:
    """What a delivery says. `answer` is a handshake: 200 with exactly this as text/plain; else 202 without a body.

    The same delivery may come twice and says the same twice: asking `changes` again tells nothing new.
    """

    changed: tuple[Channel, ...] = ()  # ask `changes` of their owners
    expiring: tuple[Channel, ...] = ()  # `renew` now
    lost: tuple[Channel, ...] = ()  # `watch` again, then ask `changes`
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A push delivery as it came; header names are lower case."""

    headers: Mapping[str, str]
    body: bytes = b""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Room:
    """A room that can be invited by its address; `capacity` None where it is not told."""

    email: str
    name: str
    capacity: int | None = None
    building: str = ""
    floor: str = ""
    features: tuple[str, ...] = ()
