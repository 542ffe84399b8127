"""What every connector promises. A vendor file subclasses `Ats` or `Calendar` and exposes it as `connector`."""

from connectors.contract.base import Account, Busy, Calendar, Connector, Interval
from connectors.contract.reading import Reads, Walkable
from connectors.contract.writing import Ats

__all__ = ["Account", "Ats", "Busy", "Calendar", "Connector", "Interval", "Reads", "Walkable"]
