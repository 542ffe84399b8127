"""Finds a person's calendars on a CalDAV server: RFC 6764 section 6, RFC 4791 section 6.2.1, RFC 6638 section 9.1."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from connectors import ical
from connectors.calendar.caldav.dav import CAL, DAV, Dav, Row
from connectors.errors import Gone, MissingPermission, Rejected, Unreadable
from connectors.values import zone as known_zone

WELL_KNOWN = "/.well-known/caldav"
KIND, PRINCIPAL = f"{DAV}resourcetype", f"{DAV}current-user-principal"
HOME, PARTS = f"{CAL}calendar-home-set", f"{CAL}supported-calendar-component-set"
MAY, ZONE = f"{DAV}current-user-privilege-set", f"{CAL}calendar-timezone"
CLEAR, TOKEN = f"{CAL}schedule-calendar-transp", f"{DAV}sync-token"
ABOUT = (KIND, PARTS, MAY, ZONE, CLEAR, TOKEN)
NO_SERVER = "No calendars were found at that address. Give the address your calendar program uses."


@dataclass(frozen=True, slots=True)
class Place:
    """One calendar. `zone` is "" where it is not told; `token` is where its changes stand, "" without sync."""

    url: str
    zone: str
    writable: bool
    token: str


async def own(dav: Dav, url: str) -> list[Place]:
    """The calendars of whose password it is, from any address of the server. Raises Unreadable when none is found."""
    for start in dict.fromkeys((url, urljoin(url, WELL_KNOWN))):
        with suppress(Gone, MissingPermission, Rejected, Unreadable):  # the other one may know
            if home := await _home(dav, start):
                return await at(dav, home)
    raise Unreadable(NO_SERVER)


async def at(dav: Dav, urls: Iterable[str]) -> list[Place]:
    """The calendars at these addresses: each a calendar, or a folder of some. Raises Unreadable where there is none."""
    found: list[Place] = []
    for url in urls:
        try:
            told = await dav.propfind(url, 1, *ABOUT)
        except MissingPermission:  # perhaps a calendar of which only free/busy may be read
            found.append(Place(url, "", False, ""))
            continue
        rows = [row for row in told.rows if _counts(row)]
        itself = [row for row in rows if row.url.rstrip("/") == told.where.rstrip("/")]
        found += [_place(row) for row in itself or rows]
    if not found:
        raise Unreadable(NO_SERVER)
    return found


async def _home(dav: Dav, url: str) -> list[str]:
    """Where the calendars are: of this address itself, or of the person that the server takes us for."""
    told = await dav.propfind(url, 0, KIND, PRINCIPAL, HOME)
    for row in told.rows:
        if row.has(KIND, f"{CAL}calendar"):
            return [row.url]
        if me := row.urls(PRINCIPAL):
            principal = await dav.propfind(me[0], 0, HOME)
            return [home for row in principal.rows for home in row.urls(HOME)]
    return [home for row in told.rows for home in row.urls(HOME)]


def _counts(row: Row) -> bool:
    """A calendar of events whose times block: not one of tasks, and not one that is never busy."""
    listed = row.props.get(PARTS)
    kinds = [part.get("name", "").upper() for part in listed] if listed is not None else []
    return (
        row.has(KIND, f"{CAL}calendar")
        and (not kinds or "VEVENT" in kinds)
        and not row.has(CLEAR, f"{CAL}transparent")
    )


def _place(row: Row) -> Place:
    rights = [f"{DAV}{right}" for right in ("all", "write", "bind", "write-content")]
    writable = MAY not in row.props or any(row.has(MAY, right) for right in rights)
    return Place(row.url, _zone(row.text(ZONE)), writable, row.text(TOKEN))


def _zone(said: str) -> str:
    """The IANA name in a calendar-timezone (RFC 4791 section 5.2.2); "" when there is none that we know."""
    if not said:
        return ""
    try:
        zones = ical.parse(said.encode()).walk("VTIMEZONE")
    except Unreadable:
        return ""
    return next((name for part in zones if (name := known_zone(str(part.get("TZID", ""))))), "")
