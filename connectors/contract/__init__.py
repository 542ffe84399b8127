"""What every connector promises. A vendor file subclasses `Ats` or `Calendar` and exposes it as `connector`."""

from connectors.contract.base import Account, Connector, Interval
from connectors.contract.calendar import Calendar
from connectors.contract.events import (
    Busy,
    BusyTime,
    Changes,
    Channel,
    Delivery,
    Event,
    EventDraft,
    Guest,
    Heard,
    Reply,
    Room,
    WeeklyHours,
)
from connectors.contract.reading import Reads, Walkable
from connectors.contract.writing import Ats

__all__ = [
    "Account", "Ats", "Busy", "BusyTime", "Calendar", "Changes", "Channel", "Connector", "Delivery", "Event",
    "EventDraft", "Guest", "Heard", "Interval", "Reads", "Reply", "Room", "Walkable", "WeeklyHours",
]  # fmt: skip
