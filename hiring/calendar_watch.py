"""Hears of changes in the calendars that invite panels: channels kept alive, deliveries, and a look now and then anyway."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors import addresses
from connectors.contract import Calendar, Channel, Delivery
from connectors.errors import ConnectorError
from hiring import calendar_changes, calendar_events, candidate_claims
from hiring.calendar_table import calendar_events as events
from hiring.calendar_table import watches
from hiring.errors import NotFound
from hiring.inbox import Inbox
from hiring.jobs import job
from hiring.services import Services

OFTEN, SELDOM = 5, 60  # minutes between two looks: without a channel, and with one
BEFORE = timedelta(hours=36)  # its end, a channel is renewed
BACK, AHEAD = timedelta(days=1), timedelta(days=120)  # the window of one round of changes
ROUND = timedelta(days=30)  # after which a new round begins, so that the window moves on


async def receive(services: Services, inbox: Inbox, account: str, delivery: Delivery) -> str:
    """Check a delivery and queue what it asks for; gives what a handshake wants to hear, else nothing.

    Deliveries that come before the calendar is read cause one reading. Raises NotFound, BadWebhook, ValueError, NotStored.
    """
    calendar = await services.accounts.calendar(account)
    row = await _row(services, account)
    heard = calendar.receive(delivery, _channels(services, row))
    if heard.answer or row is None:
        return heard.answer
    place = f"calendar:{account}"
    if heard.changed or heard.lost:
        key = f"calendar-read:{account}:{row.reads}"
        await inbox.accept(key, read, partition=place, args={"account": account})
    if heard.expiring or heard.lost:
        mark = f"{account}:{row.channel}:{row.expires.isoformat()}:{bool(heard.lost)}"
        key = f"channel:{hashlib.sha256(mark.encode()).hexdigest()}"
        args = {"account": account, "anew": bool(heard.lost), "soon": True}
        await inbox.accept(key, keep_channel, partition=place, args=args)
    return ""


@job("calendar.read", lane="bulk", order="calendar:{account}", what="What changed in the calendar")
async def read(services: Services, *, account: str) -> None:
    """Ask what changed and act on it; the place is kept last, so that a reading that was cut off is made again."""
    try:
        calendar = await services.accounts.calendar(account)
    except NotFound:
        return
    now = services.clock.now()
    row = await _begin(services, account)
    fresh = row.position is None or row.first is None or row.first + BACK + ROUND < now
    window = (now - BACK, now + AHEAD) if fresh else (row.first, row.last)
    changes = await calendar.changes(row.owner, None if fresh else row.position, window)
    await calendar_changes.take(services, calendar, changes, window)
    place = {"position": changes.position, "first": window[0], "last": window[1]}
    async with services.store.begin() as tx:
        await tx.execute(watches.update().where(watches.c.account == account).values(**place))


@job("calendar.channel", lane="bulk", order="calendar:{account}", what="The channel of a calendar")
async def keep_channel(
    services: Services, *, account: str, anew: bool = False, soon: bool = False
) -> None:
    """Have the calendar tell us of changes: a channel where there is none, renewed before it ends. Then read once."""
    try:
        calendar = await services.accounts.calendar(account)
    except NotFound:
        return
    if "push" not in calendar.abilities or not addresses.safe(services.company.public_url):
        return
    row, now = await _row(services, account), services.clock.now()
    known = _channels(services, row)
    if known and not anew and known[0].expires > now:
        if not soon and known[0].expires - now > BEFORE:
            return
        channel = await calendar.renew(known[0])
    else:
        url = f"{services.company.public_url}/hooks/calendar/{account}"
        channel = await calendar.watch("", url, secrets.token_urlsafe(32))
    await _begin(services, account)
    async with services.store.begin() as tx:
        values = {
            "channel": channel.id, "resource": channel.resource, "url": channel.url, "expires": channel.expires,
            "secret": services.seal.of(account).close(channel.secret),
        }  # fmt: skip
        await tx.execute(watches.update().where(watches.c.account == account).values(**values))
        await services.jobs.enqueue(
            tx, read, key=f"calendar-read:{account}:{channel.id}:{channel.expires.isoformat()}",
            account=account,
        )  # fmt: skip


@job("beat.calendars", lane="bulk", order="calendars")
async def hourly(services: Services) -> None:
    """Once an hour: each channel is there, and nobody has something else in the time of an interview, the candidate least."""
    slot = int(services.clock.now().timestamp() // 3_600)
    async with services.store.begin() as tx:
        for account in await _watched(tx, services):
            key = f"calendar-channel:{account}:hour:{slot}"
            await services.jobs.enqueue(tx, keep_channel, key=key, account=account)
        key = f"calendar-overlaps:{slot}"
        await services.jobs.enqueue(tx, calendar_changes.overlaps, key=key)
        await services.jobs.enqueue(tx, candidate_claims.fill, key=f"claim-candidates:{slot}")


@job("beat.calendar-changes", lane="bulk", order="calendar-changes")
async def poll(services: Services) -> None:
    """Every few minutes: calendars without a channel are asked, the others once an hour, since deliveries get lost."""
    now = services.clock.now()
    async with services.store.begin() as tx:
        query = sa.select(watches.c.account).where(watches.c.expires > now)
        live = {row.account for row in await tx.execute(query)}
        for account in await _watched(tx, services):
            minutes = SELDOM if account in live else OFTEN
            slot = int(now.timestamp() // (minutes * 60))
            key = f"calendar-poll:{account}:{minutes}:{slot}"
            await services.jobs.enqueue(tx, read, key=key, account=account)


async def end(services: Services, account: str) -> None:
    """No more deliveries for an account that goes. One that does not answer ends its channel by itself, in days."""
    row = await _row(services, account)
    if row is None:
        return
    try:
        calendar: Calendar = await services.accounts.calendar(account)
        for channel in _channels(services, row):
            await calendar.stop(channel)
    except (ConnectorError, NotFound):
        pass
    async with services.store.begin() as tx:
        await tx.execute(watches.delete().where(watches.c.account == account))


async def _watched(tx: AsyncConnection, services: Services) -> list[str]:
    """The account that invites now, and those whose events are still to come."""
    query = sa.select(events.c.account).distinct()
    coming = query.where(events.c.state == "standing", events.c.end > services.clock.now())
    found = {row.account for row in await tx.execute(coming)}
    inviting = await calendar_events.inviting(tx)
    return sorted(found | ({inviting} if inviting else set()))


async def _begin(services: Services, account: str) -> Any:
    """Note that reading begins, before anything is asked: what is delivered from now on is read again."""
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"watch:{account}")
        mine = watches.c.account == account
        begun = await tx.execute(watches.update().where(mine).values(reads=watches.c.reads + 1))
        if not begun.rowcount:
            await tx.execute(watches.insert().values(account=account, owner="", reads=1))
        return (await tx.execute(sa.select(watches).where(mine))).one()


async def _row(services: Services, account: str) -> Any:
    async with services.store.read() as conn:
        query = sa.select(watches).where(watches.c.account == account)
        return (await conn.execute(query)).one_or_none()


def _channels(services: Services, row: Any) -> Sequence[Channel]:
    if row is None or row.channel is None:
        return ()
    secret = services.seal.open_text(row.secret)
    return (Channel(row.channel, row.owner, row.url, row.expires, secret, row.resource or ""),)
