"""Webhooks of the ATSs: checked, written down once, acted on by reading the thing they are about; registered and healed."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors import model
from connectors.contract import Ats
from connectors.errors import ConnectorError, Gone
from connectors.model import Event, Ref
from hiring import changes, issues, searching, sync
from hiring.inbox import Inbox
from hiring.jobs import job
from hiring.services import Services
from hiring.sync_table import hooks
from hiring.tables import newest

READ = ("application", "candidate", "job")  # kinds that are read and compared
SILENT = "webhooks.silent"  # the issue of an account whose webhooks stay away
COMPARED = frozenset(
    f"{kind}.{what}"
    for kind in READ
    for what in (
        "created",
        "moved",
        "changed",
        "rejected",
        "withdrawn",
        "hired",
        "deleted",
        "opened",
        "closed",
    )
)  # told by what the comparison finds; all others as they come


async def receive(
    services: Services, inbox: Inbox, account: str, headers: Mapping[str, str], body: bytes
) -> int:
    """Check a webhook, write it down once, queue what it means; gives how many events were new.

    Raises NotFound for an unknown account, BadWebhook for a wrong or stale signature, ValueError for bad bytes,
    NotStored when it could not be written down.
    """
    ats = await services.accounts.ats(account)
    new = 0
    for event in ats.read_webhook(headers, body, services.clock.now()):
        key = "hook:" + hashlib.sha256(f"{account}:{event.delivery}".encode()).hexdigest()
        about = event.candidate or event.application or event.subject
        new += await inbox.accept(
            key, apply, partition=f"event:{about}" if about else None,
            args={"account": account, "event": event.model_dump(mode="json")},
        )  # fmt: skip
    return new


@job("sync.apply", what="A change in the ATS")
async def apply(services: Services, *, event: dict[str, object], account: str = "") -> None:
    """Read what a webhook is about and tell the difference to what we knew. Twice, or late, changes nothing."""
    told = Event.model_validate(event)
    subject = told.application or told.candidate or told.subject or told.job
    if subject is None:
        return
    if told.kind.startswith(("job.", "user.")):
        services.memory.forget()  # teams and roles may have changed
    ats = await services.accounts.ats(subject.account)
    await _heard_of(services, subject.account)
    if told.kind.partition(".")[0] in READ:
        await _compare(services, ats, told)
    if told.kind not in COMPARED and await _is_news(services, told):
        async with services.store.begin() as tx:
            await sync.tell(services, tx, [told])


async def _compare(services: Services, ats: Ats, told: Event) -> None:
    """The things a hint names, as they are now."""
    refs = [
        ref for ref in (told.candidate, told.application, told.job) if ref and _is_about(told, ref)
    ]
    for ref in refs:
        try:
            thing = await _read(ats, ref)
        except Gone:
            async with services.store.begin() as tx:
                await sync.tell(services, tx, await changes.gone(tx, ref, "webhook"))
                if ref.kind == "candidate":
                    await searching.remove(services, tx, ref.account, [ref.id])
            continue
        async with services.store.begin() as tx:
            await services.store.alone(tx, f"thing:{ref}")
            seen = changes.seen(services, thing)
            noted = await changes.note(services, tx, [seen], cause="webhook")
            await searching.put(services, tx, ref.account, [thing])
            await sync.tell(services, tx, [_with_hint(event, told) for event in noted.events])


def _is_about(told: Event, ref: Ref) -> bool:
    """An application's hint names its person and job, too; those are read when nothing nearer is named."""
    nearest = told.application or told.candidate or told.job
    return ref == nearest or ref.kind == told.kind.partition(".")[0]


async def _read(ats: Ats, ref: Ref) -> model.Thing:
    if ref.kind == "application":
        return await ats.application(ref.id)
    return await (ats.job(ref.id) if ref.kind == "job" else ats.candidate(ref.id))


def _with_hint(event: Event, hint: Event) -> Event:
    """What only the vendor's delivery told: its word, and the step where we knew no earlier one."""
    if event.kind.endswith(".created") and hint.kind.split(".")[0] == event.kind.split(".")[0]:
        event = event.model_copy(update={"kind": hint.kind, "before": hint.before, "after": hint.after or event.after})  # fmt: skip
    return event.model_copy(update={"vendor_kind": hint.vendor_kind, "at": event.at or hint.at})


async def _is_news(services: Services, told: Event) -> bool:
    """Whether no newer event about the same thing was told; by the vendor's own time, where it gives one."""
    if told.subject is None or told.at is None:
        return True
    subject = str(told.subject)
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"told:{subject}")
        query = sa.select(newest.c.at).where(newest.c.subject == subject)
        known = (await tx.execute(query)).scalar()
        if known is not None and known > told.at:
            return False
        await tx.execute(newest.delete().where(newest.c.subject == subject))
        await tx.execute(newest.insert().values(subject=subject, at=told.at))
    return True


async def _heard_of(services: Services, account: str) -> None:
    """Note that webhooks arrive; at most one write in a minute."""
    now = services.clock.now()
    async with services.store.read() as conn:
        known = (await conn.execute(sa.select(hooks).where(hooks.c.account == account))).first()
    if known and known.told_at and not known.missed and now - known.told_at < timedelta(minutes=1):
        return
    async with services.store.begin() as tx:
        await _put(tx, account, told_at=now, missed=0)
    if known and known.missed:
        await issues.resolve(services, kind=SILENT, key=account)


async def missed(services: Services, tx: AsyncConnection, account: str, count: int) -> int:
    """Note changes that only a poll saw; gives how many there were since the last webhook, 0 where none ever came."""
    row = (await tx.execute(sa.select(hooks).where(hooks.c.account == account))).first()
    if row is None or row.told_at is None:
        return 0
    await _put(tx, account, told_at=row.told_at, missed=row.missed + count)
    return int(row.missed) + count


async def _put(tx: AsyncConnection, account: str, **values: object) -> None:
    await tx.execute(hooks.delete().where(hooks.c.account == account))
    await tx.execute(hooks.insert().values(account=account, **values))


@job("beat.webhooks", lane="bulk", order="webhooks")
async def beat(services: Services) -> None:
    """Once an hour: every webhook that we may set up ourselves is there and active."""
    for ats in await services.accounts.all_ats():
        if "register_webhook" in ats.abilities:
            await ensure(services, ats.account.id)


async def ensure(services: Services, account: str) -> bool:
    """Have the vendor send its webhooks to us; True when they had to be set up. Opens an issue where it is refused."""
    ats = await services.accounts.ats(account)
    url = f"{services.company.public_url}/hooks/{account}"
    kind, key = "webhooks.ensure", account
    try:
        if any(hook.active for hook in await ats.webhooks(url)):
            return False
        secret = ats.account.secrets.get("webhook_secret") or secrets.token_hex(24)
        signed_with = await ats.register_webhook(url, secret)
    except ConnectorError as error:
        sentence = (
            f"{ats.account.name} does not send its changes at once: setting up the webhook failed ({error.text})"
            f" Changes are seen every few minutes meanwhile. Check the account with `callsheet accounts test`."
        )
        await issues.note(services, kind=kind, key=key, sentence=sentence, once=False)
        return False
    await services.accounts.keep_secret(account, "webhook_secret", signed_with)
    await issues.resolve(services, kind=kind, key=key)
    return True
