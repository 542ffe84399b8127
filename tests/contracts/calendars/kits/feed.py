"""iCal feeds of three people."""

from bot.workspace.calendars import feed
from bot.workspace.store import Store
from tests.contracts.calendars.office import BEN, CHEN, ROSA, Kit

FEEDS = "\n".join(f"{email} = https://feeds.brightwater.example/{email}.ics" for email in (ROSA, BEN, CHEN))  # fmt: skip


def forget(store: Store) -> None:
    raise AssertionError("a feed gives no positions")


kit = Kit(
    secrets={"feeds": FEEDS},
    config={},
    create=feed.create,
    fault="feed",
    most=1,
    busy=".ics",
    forget=forget,
)
