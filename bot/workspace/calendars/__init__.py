"""Stand-ins of calendar systems: each folder here is one vendor's dialect over the same people's calendars.

A folder gives `label`, `keys` (what an account needs, but for a service account's key file) and `create` (its HTTP app).
"""

from bot.workspace.calendars.book import Doc
from bot.workspace.store import Store


def events(store: Store, address: str) -> list[Doc]:
    """One person's events, earliest first."""
    return sorted(
        store.find("calendar_event", address=address.casefold()), key=lambda e: str(e["start"])
    )
