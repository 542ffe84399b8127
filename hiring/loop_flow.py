"""The jobs of a loop: the link by mail, the card, a hold that lapses, what the recruiter hears. Each may run twice."""

from datetime import datetime

from hiring import (
    answers,
    audit,
    candidates,
    claims,
    debrief_records,
    links,
    loop_records,
    outreach,
    people,
    post,
)
from hiring.candidates import Profile
from hiring.jobs import job
from hiring.loop_records import Loop
from hiring.loops_table import loops
from hiring.people import Actor
from hiring.services import Services
from messages import templates
from messages.mail import Mail
from scheduling import spell


@job("loop.ask", what="The link to choose times")
async def ask(services: Services, *, loop: str, version: int, template: str) -> None:
    """Mail the candidate the link. The Message-ID is the version's; skipped when that is outdated."""
    now = await loop_records.get(services, loop)
    if now.version != version or now.link is None or now.state in ("booked", "cancelled"):
        return
    profile, actor = await _about(services, now)
    known = await outreach.facts(services, actor, profile)
    known |= {"pick_link": links.url(services, now.link)}
    rendered = templates.render(templates.load()[template], known)

    async def build(message_id: str) -> Mail:
        return outreach.letter(services, actor, profile, rendered, message_id)

    key = f"loop:{loop}:{version}"
    await post.deliver(services, key=key, subject=loop, template=template, build=build)


@job("loop.show", order="card:{loop}", what="The card of the interviews")
async def show(services: Services, *, loop: str) -> None:
    """Show the card to the recruiter; edit the one that stands."""
    now = await loop_records.get(services, loop)
    await services.desk.show(now.team, now.created_by, "loop", loop)


@job("loop.lapse", what="The end of a hold")
async def lapse(services: Services, *, loop: str, until: str) -> None:
    """Let a hold go that nobody booked. Skipped when it was booked, released or held anew."""
    async with services.store.begin() as tx:
        now = await loop_records.load(tx, loop)
        if now.state != "held" or now.hold_until != datetime.fromisoformat(until):
            return
        for holder in now.holders:
            await claims.free(tx, holder)
        await debrief_records.let_go(tx, loop)
        state = "offered" if now.link else "draft"
        await tx.execute(
            loops.update().where(loops.c.id == loop).values(state=state, hold_until=None)
        )
        await audit.record(
            tx, services, "callsheet", "loop.lapsed", loop, before="held", after=state
        )
        await services.jobs.enqueue(tx, show, key=f"loop-lapsed:{loop}:{until}", loop=loop)
        await services.jobs.enqueue(
            tx, tell_recruiter, key=f"loop-told:lapsed:{loop}:{until}", loop=loop, what="lapsed",
            told=f"loop-told:lapsed:{loop}:{until}",
        )  # fmt: skip


@job("loop.tell-recruiter", what="The notice about what the candidate chose")
async def tell_recruiter(services: Services, *, loop: str, what: str, told: str) -> None:
    """Say in the recruiter's messages what happened: picked, moved, cancelled, answered, lapsed."""
    now = await loop_records.get(services, loop)
    profile, actor = await _about(services, now)
    name = profile.candidate.name
    sessions = await loop_records.interviews_of(services, loop)
    when = ""
    if sessions:
        whole = (sessions[0].start, max(i.end for i in sessions))
        when = spell.spell(whole, actor.zone, other=(profile.candidate.first_name, now.zone))
    said = {
        "picked": f"{name} chose {when} for all {len(sessions)} interviews.",
        "moved": f"{name} moved all {len(sessions)} interviews to {when}.",
        "cancelled": f"{name} cancelled the interviews.",
        "auto": f"{name} told when they can, and {when} is booked by itself.",
        **{news: text.format(name=name) for news, text in answers.NEWS.items()},
        "lapsed": f"The times held for {name} are free again: nobody booked them in time.",
    }[what]
    await services.desk.say(now.team, now.created_by, said, key=told)


async def _about(services: Services, now: Loop) -> tuple[Profile, Actor]:
    profile = await candidates.read(services, now.application)
    return profile, await people.actor(services, now.team, now.created_by)
