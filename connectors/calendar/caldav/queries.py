"""The REPORT bodies of CalDAV (RFC 4791 section 7) and sync-collection (RFC 6578 section 3.2)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from connectors.calendar.caldav.dav import CAL, DAV, SPACES, short
from connectors.contract import Interval

DATA, ETAG = f"{CAL}calendar-data", f"{DAV}getetag"
WIDER = timedelta(
    days=1
)  # servers take whole days and floating times for UTC, not for the owner's zone
_PROPS = f"<D:prop><{short(ETAG)}/><{short(DATA)}/></D:prop>"


def events_in(window: Interval) -> str:
    """Every event that touches the window or a day around it, whole: servers' own expansion loses exceptions."""
    return (
        f'<C:calendar-query {SPACES}>{_PROPS}<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
        f"{_range((window[0] - WIDER, window[1] + WIDER))}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
    )


def free_busy(window: Interval) -> str:
    return f"<C:free-busy-query {SPACES}>{_range(window)}</C:free-busy-query>"


def these(urls: Iterable[str]) -> str:
    hrefs = "".join(f"<D:href>{escape(urlsplit(url).path)}</D:href>" for url in urls)
    return f"<C:calendar-multiget {SPACES}>{_PROPS}{hrefs}</C:calendar-multiget>"


def since(token: str) -> str:
    return (
        f"<D:sync-collection {SPACES}><D:sync-token>{escape(token)}</D:sync-token><D:sync-level>1</D:sync-level>"
        f"<D:prop><{short(ETAG)}/></D:prop></D:sync-collection>"
    )


def _range(window: Interval) -> str:
    start, end = (quoteattr(_utc(moment)) for moment in window)
    return f"<C:time-range start={start} end={end}/>"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
