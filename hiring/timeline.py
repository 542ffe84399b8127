"""What happened to a candidacy, in one line of time: from the ATS, our mails, interviews and acts. Read live, kept nowhere."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from connectors import model
from connectors.contract import Ats
from connectors.errors import ConnectorError
from hiring import candidates, changes, interview_records, people
from hiring.candidates import Profile
from hiring.interviews_table import interviews
from hiring.people import Actor
from hiring.services import Services
from hiring.tables import audit, sent_mail

PATIENCE = 8.0  # seconds a source may take before the others are shown without it
ACTS = {
    "candidate.edited": "Edited", "candidate.tagged": "Tagged", "candidate.shared": "Shared in a channel",
    "offer.drafted": "Offer drafted", "offer.approved": "Offer approved", "offer.declined": "Offer turned down",
    "offer.withdrawn": "Offer withdrawn", "offer.signed": "Offer signed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happened:
    """One line: `at` aware UTC; `where` is ats, mail, calendar or slack; `by` a person's name where known."""

    at: datetime
    where: str
    what: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Newest first; `missing` names what could not be read now."""

    profile: Profile
    lines: tuple[Happened, ...]
    missing: tuple[str, ...] = ()


Read = Callable[[], Awaitable[Sequence[Happened]]]


async def read(services: Services, actor: Actor, ref: model.Ref) -> Timeline:
    """Every source at once. Scorecards are told without what they say, offers without pay.

    Raises NotAllowed, NotFound, Unreachable.
    """
    profile = await candidates.profile(services, actor, ref)
    ats = await services.accounts.ats(ref.account)
    asked: dict[str, Read] = {
        "notes": lambda: _notes(services, ats, profile),
        "mails": lambda: _mails(services, profile),
        "acts": lambda: _acts(services, profile),
    }
    if application := profile.application:
        asked |= {
            "stages": lambda: _stages(services, ats, application),
            "interviews": lambda: _interviews(services, ats, application),
            "scorecards": lambda: _scorecards(services, ats, application),
            "offers": lambda: _offers(ats, application),
        }
    answers = await asyncio.gather(*(_within(ask) for ask in asked.values()))
    missing = tuple(name for name, rows in zip(asked, answers, strict=True) if rows is None)
    lines = [row for rows in answers if rows is not None for row in rows]
    if profile.application and profile.application.applied_at:
        lines.append(Happened(profile.application.applied_at, "ats", "Applied"))
    return Timeline(profile, tuple(sorted(lines, key=lambda row: row.at, reverse=True)), missing)


async def _within(ask: Read) -> Sequence[Happened] | None:
    try:
        return await asyncio.wait_for(ask(), PATIENCE)
    except (ConnectorError, TimeoutError):
        return None


async def _stages(services: Services, ats: Ats, application: model.Application) -> list[Happened]:
    """The vendor's own history, else the moves we saw."""
    can = "history" in ats.abilities
    steps = await (
        ats.history(application.ref.id) if can else changes.moves(services, application.ref)
    )
    named = {
        s.ref.id: s.name for s in await ats.stages(application.job.id if application.job else None)
    }

    def name(step: model.StageChange) -> str:
        return step.to_name or (named.get(step.to.id) if step.to else None) or "another stage"

    by = await _names(services, [step.by for step in steps])
    return [Happened(s.at, "ats", f"Moved to {name(s)}", by.get(s.by)) for s in steps if s.at]


async def _notes(services: Services, ats: Ats, profile: Profile) -> list[Happened]:
    notes = await ats.notes(profile.candidate.ref.id)
    by = await _names(services, [note.author for note in notes])
    return [
        Happened(n.at, "ats", "Private note" if n.visibility != "everyone" else f"Note: {_start(n.body)}", by.get(n.author))
        for n in notes if n.at
    ]  # fmt: skip


async def _interviews(
    services: Services, ats: Ats, application: model.Application
) -> list[Happened]:
    """Ours, and those that the ATS tells of and we do not have."""
    mine = await interview_records.listed(
        services, interviews.c.application == str(application.ref)
    )
    lines = [Happened(i.start, "calendar", f"{i.title} ({i.state})") for i in mine]
    if "read_interviews" in ats.abilities:
        ours = {i.id for i in mine}
        for told in await ats.interviews(application.ref.id):
            if told.start and told.external_id not in ours:
                lines.append(
                    Happened(told.start, "ats", f"{told.name or 'Interview'} ({told.status.kind})")
                )
    return lines


async def _scorecards(
    services: Services, ats: Ats, application: model.Application
) -> list[Happened]:
    if "read_scorecards" not in ats.abilities:
        return []
    cards = [c for c in await ats.scorecards(application.ref.id) if c.state == "complete"]
    by = await _names(services, [card.author for card in cards])
    return [
        Happened(c.submitted_at, "ats", "Scorecard in", by.get(c.author))
        for c in cards
        if c.submitted_at
    ]


async def _offers(ats: Ats, application: model.Application) -> list[Happened]:
    if "read_offers" not in ats.abilities:
        return []
    lines = []
    for offer in await ats.offers(application.ref.id):
        at = offer.decided_at or offer.sent_at
        if at:
            lines.append(Happened(at, "ats", f"Offer {offer.status.kind.replace('_', ' ')}"))
    return lines


async def _mails(services: Services, profile: Profile) -> list[Happened]:
    query = sa.select(sent_mail).where(sent_mail.c.subject_ref.in_(_refs(profile)))
    async with services.store.read() as conn:
        rows = (await conn.execute(query)).all()
    return [
        Happened(r.at, "mail", f"Mail “{r.template.replace('_', ' ')}” {r.state}") for r in rows
    ]


async def _acts(services: Services, profile: Profile) -> list[Happened]:
    query = sa.select(audit).where(audit.c.subject.in_(_refs(profile)), audit.c.action.in_(ACTS))
    async with services.store.read() as conn:
        rows = (await conn.execute(query)).all()
    return [Happened(r.at, "slack", ACTS[r.action], f"<@{r.actor}>") for r in rows]


def _refs(profile: Profile) -> list[str]:
    return [str(profile.candidate.ref), str(profile.ref)]


async def _names(
    services: Services, refs: Sequence[model.Ref | None]
) -> dict[model.Ref | None, str]:
    found = {ref: await people.user(services, ref) for ref in {ref for ref in refs if ref}}
    return {ref: user.name for ref, user in found.items() if user}


def _start(body: str) -> str:
    """The first line, without the marker that makes a repeat harmless."""
    line = next((line.strip() for line in body.splitlines() if line.strip()), "")
    return line if len(line) <= 120 else f"{line[:119]}…"
