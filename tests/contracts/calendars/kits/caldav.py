"""CalDAV: one user who reads and writes the calendars of three people."""

from urllib.parse import quote

from bot.workspace.calendars import caldav
from bot.workspace.store import Store
from tests.contracts.calendars.office import BEN, CHEN, ROSA, Kit

PEOPLE = "\n".join(f"{email} = /{quote(email)}/" for email in (ROSA, BEN, CHEN))


def forget(store: Store) -> None:
    store.put("calendar_sync", "caldav", {"oldest": store.next_id("calendar_version")})


kit = Kit(
    secrets={"password": "app-password-91c4"},
    config={"url": "https://dav.brightwater.example/", "user": "callsheet", "email": ROSA, "people": PEOPLE},
    create=caldav.create,
    fault="caldav",
    most=1,
    busy="brightwater",
    forget=forget,
    name=lambda url, address, id: f"https://dav.brightwater.example/{quote(address)}/{id}.ics",
    used_up=False,
)  # fmt: skip
