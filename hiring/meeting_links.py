"""Meeting links of interviews and debriefs: made once by the account the company chose, moved and cancelled with them, kept sealed."""

from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors import registry
from connectors.contract import Event
from connectors.contract.meeting import Meeting, MeetingDraft, Meetings
from connectors.errors import ConnectorError, Gone, InDoubt
from connectors.model import Ref
from hiring import calendar_events
from hiring.calendar_table import meetings as table
from hiring.errors import NotFound, Refused
from hiring.services import Services
from hiring.tables import accounts

LATER = "Video call (the link follows)"  # a place while there is no other
CALENDAR = "calendar"  # in the place of an account: the event's own link
GONE = "The account that makes meeting links is not connected any more. Tell everybody how to join."


class Placed(Protocol):
    """What has a place: an interview or a debrief. `meeting` is what makes its link, as `maker` gave it."""

    @property
    def id(self) -> str: ...
    @property
    def meeting(self) -> str | None: ...
    @property
    def location(self) -> str | None: ...


class Linked(Placed, Protocol):
    """The same with what its link is made of. `state` is scheduled while it stands; times are aware UTC."""

    @property
    def application(self) -> Ref: ...
    @property
    def state(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def zone(self) -> str: ...


async def maker(
    tx: AsyncConnection, services: Services, location: str | None, sender: str | None
) -> str | None:
    """What makes the link of a new interview or debrief: an account, `calendar`, or None for one with a place of its own."""
    chosen = services.company.meetings
    if not chosen or location != LATER:
        return None
    if chosen == CALENDAR:
        return CALENDAR if await calendar_events.makes_links(tx, sender) else None
    query = sa.select(accounts.c.id, accounts.c.vendor).where(
        sa.or_(accounts.c.id == chosen, accounts.c.name == chosen)
    )
    row = (await tx.execute(query)).first()
    made = registry.vendors().get(row.vendor) if row else None
    return str(row.id) if row and made and issubclass(made, Meetings) else None


async def bring(services: Services, now: Linked) -> None:
    """Make, move or cancel the meeting as the interview or debrief stands. Again changes nothing: the key is its id.

    Raises the connector's errors, and Refused where its account is gone.
    """
    if now.meeting in (None, CALENDAR):
        return
    row = await _row(services, now.id)
    off = now.state != "scheduled"
    if (row is None and off) or (row and row.state == "cancelled"):
        return
    if row and row.state == "standing" and not off and (row.start, row.end) == (now.start, now.end):
        return
    try:
        account = await services.accounts.meetings(str(now.meeting))
    except NotFound:
        raise Refused(GONE) from None
    draft = MeetingDraft(now.id, now.title, now.start, now.end, now.zone)
    if off:
        asked = row is not None and row.state == "asked"  # an attempt that was cut off
        met = await account.create(draft) if asked else Meeting(str(row and row.meeting), "", "")
        await account.cancel(met.id)
        await _keep(services, now, Meeting(met.id, "", ""), "cancelled")
        return
    if row is None:
        await _keep(services, now, Meeting("", "", ""), "asked")
    try:
        moves = row is not None and row.state == "standing"
        met = await (
            account.move(str(row and row.meeting), draft) if moves else account.create(draft)
        )
    except Gone:  # deleted there by somebody
        met = await account.create(draft)
    except ConnectorError as error:
        if row is None and not isinstance(error, InDoubt):
            await _drop(services, now.id)
        raise
    await _keep(services, now, met, "standing")


async def from_event(services: Services, now: Linked, event: Event) -> bool:
    """Keep the link that the calendar made; False while it is not there yet."""
    if event.link == "pending":
        return False
    if event.join:
        await _keep(services, now, Meeting("", event.join, event.join), "standing")
    return True


async def where(services: Services, now: Placed, *, beside: bool = False) -> str:
    """How to get in, in plain text: the link once there is one, else the place.

    `beside`: for the event that has the link of its own already.
    """
    if now.meeting is None:
        return now.location or ""
    if beside:
        return ""
    row = await _row(services, now.id)
    if row is None or row.state != "standing":
        return now.location or ""
    return services.seal.open_text(row.place)


async def _row(services: Services, interview: str) -> sa.Row[tuple[object, ...]] | None:
    async with services.store.read() as conn:
        return (await conn.execute(sa.select(table).where(table.c.interview == interview))).first()


async def _keep(services: Services, now: Linked, met: Meeting, state: str) -> None:
    place = ", ".join(met.words.splitlines()) or met.join
    async with services.store.begin() as tx:
        await tx.execute(table.delete().where(table.c.interview == now.id))
        await tx.execute(
            table.insert().values(
                interview=now.id, application=str(now.application), account=now.meeting, meeting=met.id,
                place=services.seal.of(now.application.account).close(place), state=state,
                start=now.start, end=now.end,
            )
        )  # fmt: skip


async def _drop(services: Services, interview: str) -> None:
    async with services.store.begin() as tx:
        await tx.execute(table.delete().where(table.c.interview == interview))
