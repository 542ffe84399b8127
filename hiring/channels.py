"""A private channel for a loop's panel: made once, told of each change once, archived when it is over.

Only ids and times are kept here. Who the candidate is, is read when the card is drawn.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import audit, candidates, channel_records, debrief_records, linked, loop_records
from hiring.channel_records import ENDED, KEPT, OPEN, WANTED, Change, Channel, Plan
from hiring.debrief_records import Debrief
from hiring.errors import NotFound
from hiring.jobs import job
from hiring.loop_records import Loop
from hiring.services import Services


@dataclass(frozen=True, slots=True)
class Shown:
    """What the channel's card shows now. `name` is the candidate's, empty unless everybody there may know it."""

    loop: Loop
    channel: Channel
    plan: Plan
    name: str
    job_title: str
    debrief: Debrief | None


async def follow_in(tx: AsyncConnection, services: Services, loop: str | None, mark: str) -> None:
    """Let the channel follow what changes in this transaction, by one job; nothing happens where nobody wanted one."""
    found = await channel_records.find(tx, loop) if loop else None
    if found is not None and found.state in (WANTED, OPEN) and not found.due:
        await channel_records.change(tx, found.loop, due=True)
        await services.jobs.enqueue(
            tx, bring, key=f"loop-channel:{found.loop}:{mark}", loop=found.loop
        )


@job("loop.channel", order="channel:{loop}", what="The private channel of the panel")
async def bring(services: Services, *, loop: str) -> None:
    """Bring the channel to what is booked now: make it, invite who is new, tell what changed, archive a cancelled one.

    Twice changes nothing: the channel is found by its name, cards and changes stand once, members are asked in once.
    """
    async with services.store.begin() as tx:  # what changes from here on gets a job of its own
        await channel_records.change(tx, loop, due=False)
    now = await loop_records.get(services, loop)
    known = await _compared(services, now)
    if known is None or known.state == ENDED or known.shown == len(known.plans):
        return
    if not known.channel:
        known = await _made(services, now, known)
    elif not await services.desk.in_channel(known.team, known.channel):
        await _write(services, known, "gone", state=ENDED)  # somebody archived it, or took us out
        return
    await _invite(services, now, known)
    await services.desk.show(known.team, known.channel, "loop_channel", loop)
    for number in range(max(known.shown, 1), len(known.plans)):
        await services.desk.show(known.team, known.channel, "loop_change", f"{loop}:{number}")
    if now.state == "cancelled":
        await _archive(services, known)
    else:
        await _write(services, known, "", shown=len(known.plans))


@job("loop.channel-end", order="channel:{loop}", what="The end of the panel's channel")
async def end(services: Services, *, loop: str) -> None:
    """Archive it some days after the last interview. Skipped when that was moved meanwhile; twice changes nothing."""
    known = await channel_records.get(services, loop)
    standing = await loop_records.interviews_of(services, loop)
    if known.state != OPEN:
        return
    if standing and services.clock.now() < max(i.end for i in standing) + KEPT:
        return
    await _archive(services, known)


async def _compared(services: Services, now: Loop) -> Channel | None:
    """The record with what is booked now as its last plan, and the timer of its end. None: there is nothing to do."""
    plan = channel_records.plan_of(await loop_records.interviews_of(services, now.id))
    async with services.store.begin() as tx:
        known = await channel_records.find(tx, now.id)
        if known is None or known.state == ENDED or not (plan or known.channel):
            return None  # called off before there was a channel
        if not known.channel:
            plans: tuple[Plan, ...] = (plan,)
        elif channel_records.changes(known.plans[-1], plan):
            plans = (*known.plans, plan)
        else:
            return known
        await channel_records.change(tx, now.id, plans=plans)
        if plan:
            at = max(planned.end for planned in plan) + KEPT
            await services.jobs.later(tx, end, key=f"loop-channel-end:{now.id}", at=at, loop=now.id)
        return await channel_records.find(tx, now.id)


async def _made(services: Services, now: Loop, known: Channel) -> Channel:
    """The channel, made or found again. Its name is settled first, so that a lost answer makes no second one."""
    if not known.name:
        title = await _job_title(services, now)
        async with services.store.begin() as tx:
            name = await channel_records.free_name(tx, now.id, now.team, title)
            await channel_records.change(tx, now.id, name=name)
    else:
        name = known.name
    channel = await services.desk.make_channel(now.team, name)
    await _write(services, known, "opened", state=OPEN, channel=channel)
    return await channel_records.get(services, now.id)


async def _job_title(services: Services, now: Loop) -> str:
    try:
        return (await candidates.read(services, now.application)).job_title or ""
    except NotFound:  # no longer in the ATS: the channel does without
        return ""


async def _invite(services: Services, now: Loop, known: Channel) -> None:
    """Ask in the recruiter and whoever of the panel was not asked before; who left it stays until they leave."""
    panel = [user for planned in known.plans[-1] for user in planned.users]
    fresh = [u for u in dict.fromkeys((now.created_by, *panel)) if u not in known.invited]
    if not fresh:
        return
    refused = [u for u in fresh if not await services.desk.invite(known.team, known.channel, u)]
    await _write(
        services, known, "", invited=[*known.invited, *fresh], left_out=[*known.left_out, *refused]
    )


async def _archive(services: Services, known: Channel) -> None:
    await services.desk.archive(known.team, known.channel)
    await _write(services, known, "archived", state=ENDED, shown=len(known.plans))


async def _write(services: Services, known: Channel, what: str, **values: object) -> None:
    """Some columns, with an audit row where it is a thing to know later."""
    async with services.store.begin() as tx:
        await channel_records.change(tx, known.loop, **values)
        if what:
            channel = str(values.get("channel") or known.channel)
            await audit.record(
                tx, services, "callsheet", f"loop.channel_{what}", known.loop, before=known.state,
                after=str(values["state"]), channel=channel,
            )  # fmt: skip
        if values.get("state") == ENDED:
            await services.jobs.cancel(tx, f"loop-channel-end:{known.loop}")


async def read(services: Services, loop: str) -> Shown:
    """What the card shows. Raises NotFound, or Refused where candidates may not be shown there (any more)."""
    known = await channel_records.get(services, loop)
    if known.state != OPEN:
        raise NotFound("This channel is not used any more.")
    now = await loop_records.get(services, loop)
    members = await services.desk.audience(known.team, known.channel)
    profile = await candidates.for_card(services, now.application)
    named = profile is not None and await linked.all_may_know(services, now.team, members, profile)
    name = profile.candidate.name if profile and named else ""
    title = (profile.job_title if profile else "") or ""
    debrief = await debrief_records.of(services, loop)
    return Shown(now, known, known.plans[-1], name, title, debrief)


async def told(services: Services, subject: str) -> list[Change]:
    """What the change `loop:number` tells. Raises NotFound."""
    loop, _, number = subject.partition(":")
    known = await channel_records.get(services, loop)
    if not number.isdecimal() or not 0 < int(number) < len(known.plans):
        raise NotFound("There is no such change.")
    before, after = known.plans[int(number) - 1], known.plans[int(number)]
    return channel_records.changes(before, after)
