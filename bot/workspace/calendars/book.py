"""Everybody's calendars, whatever dialect asks: events, the copies of their guests, replies, and who is told of changes.

An event has a row for each calendar it stands in. `version` rises with each change of any event, so that it is an ETag
and a place in the list of changes at once. Guests are `{email, name, optional, resource, answer, comment, proposed}`.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
Tell = Callable[[Doc, Doc, str], None]  # a channel, the event, and created, updated or deleted


class Refused(Exception):
    """The status and the vendor's word for a refusal."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status, self.word = status, word


class Book:
    """The calendars as one vendor's service sees them; its own channels are told of what is changed through it."""

    def __init__(self, store: Store, clock: WorkspaceClock, vendor: str, tell: Tell) -> None:
        self.store, self.clock, self._vendor, self._tell = store, clock, vendor, tell

    def has(self, address: str) -> bool:
        return self.store.get("calendar", address.casefold()) is not None

    def zone(self, address: str) -> str:
        return str((self.store.get("calendar", address.casefold()) or {}).get("zone", "UTC"))

    def find(self, address: str, id: str) -> Doc | None:
        found = self.store.find("calendar_event", address=address.casefold(), id=id)
        return filled(found[0]) if found else None

    def events(self, address: str) -> list[Doc]:
        rows = self.store.find("calendar_event", address=address.casefold())
        return [filled(row) for row in sorted(rows, key=lambda row: str(row["start"]))]

    def taken(self, address: str, first: datetime, last: datetime) -> list[Doc]:
        """What takes a person's time between two moments."""
        return [row for row in self.events(address) if busy(row) and overlaps(row, first, last)]

    def write(self, doc: Doc, *, copies: bool = True) -> Doc:
        """Put an event into its organizer's calendar, and with `copies` into those of its guests."""
        organizer = str(doc["address"])
        before = self.find(organizer, doc["id"])
        doc = self._put(
            organizer, {**doc, "organizer": organizer}, "updated" if before else "created"
        )
        if not copies:
            return doc
        invited = {str(guest["email"]).casefold() for guest in doc["guests"]}
        had = {str(guest["email"]).casefold() for guest in before["guests"]} if before else set()
        for guest in sorted(invited - {organizer}):
            if self.has(guest):
                self._put(guest, doc, "updated" if guest in had else "created")
        for guest in sorted(had - invited - {organizer}):
            if copy := self.find(guest, doc["id"]):
                self._put(guest, {**copy, "status": "cancelled"}, "deleted")
        return doc

    def cancel(self, doc: Doc) -> None:
        for address in {str(doc["address"]), *(str(g["email"]).casefold() for g in doc["guests"])}:
            if copy := self.find(address, doc["id"]):
                self._put(address, {**copy, "status": "cancelled"}, "deleted")

    def answer(self, uid: str, email: str, answer: str, comment: str, proposed: Any) -> bool:
        """What a guest answers, in every calendar that has the event; False when there is none."""
        copies = [filled(row) for row in self.store.find("calendar_event", uid=uid)]
        for copy in copies:
            for guest in copy["guests"]:
                if str(guest["email"]).casefold() == email.casefold():
                    guest |= {"answer": answer, "comment": comment, "proposed": proposed}
            self._put(copy["address"], copy, "updated")
        return bool(copies)

    def since(self, address: str, version: int) -> list[Doc]:
        rows = [row for row in self.events(address) if row["version"] > version]
        return sorted(rows, key=lambda row: int(row["version"]))

    def newest(self) -> int:
        return int((self.store.get("counter", "calendar_version") or {"value": 0})["value"])

    def channels(self) -> list[Doc]:
        """Those that have not ended."""
        rows = self.store.find("calendar_channel", vendor=self._vendor)
        return [row for row in rows if row["until"] > self.clock.now().timestamp()]

    def _put(self, address: str, doc: Doc, change: str) -> Doc:
        version = self.store.next_id("calendar_version")
        row = {**doc, "address": address.casefold(), "version": version}
        row["updated"] = self.clock.now().isoformat()
        self.store.put("calendar_event", _key(row), row)
        for channel in self.channels():
            if channel["address"] == row["address"]:
                self._tell(channel, row, change)
        return filled(row)


def filled(row: Doc) -> Doc:
    """A row with everything an event may have."""
    usual: Doc = {
        "guests": [], "version": 0, "organizer": row["address"], "text": "", "location": "", "type": "default",
        "tentative": False, "all_day": False, "properties": {}, "shown": True, "conference": None, "sequence": 0,
    }  # fmt: skip
    return usual | row


def _key(row: Doc) -> str:
    """Where a row stands in the store: the company's own meetings by their id, everything else by its UID."""
    whole = str(row["id"]).startswith(f"{row['address']}:")
    return str(row["id"]) if whole else f"{row['address']}:{row['uid']}"


def busy(row: Doc) -> bool:
    """Whether it takes its owner's time."""
    if row["status"] != "confirmed" or row["transparent"] or row["type"] in ("workingLocation", "birthday"):  # fmt: skip
        return False
    return own_answer(row) != "declined"


def own_answer(row: Doc) -> str:
    mine = [g for g in row["guests"] if str(g["email"]).casefold() == row["address"]]
    return str(mine[0]["answer"]) if mine else ""


def overlaps(row: Doc, first: datetime, last: datetime) -> bool:
    return (
        datetime.fromisoformat(row["start"]) < last and datetime.fromisoformat(row["end"]) > first
    )


def merged(rows: Iterable[Doc], first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
    """Busy times that do not overlap, cut to the window."""
    found: list[tuple[datetime, datetime]] = []
    for row in rows:
        start = max(datetime.fromisoformat(row["start"]), first)
        end = min(datetime.fromisoformat(row["end"]), last)
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
