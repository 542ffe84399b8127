"""What changed in an ATS: things as read now beside what we knew, and the events that the difference makes.

A webhook and a poll come to the same: the thing is read, compared, written down, and the difference is told, all in
one transaction. So a delivery that comes twice, late or not at all changes nothing about what is told.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors import model
from connectors.model import Event, Kind, Ref
from hiring import bulk
from hiring.services import Services
from hiring.sync_table import remote_things, stage_moves

Known = tuple[str, str]  # what we remember of a thing: its version and state
ENDS = {"rejected": "rejected", "withdrawn": "withdrawn", "hired": "hired"}


class Seen(NamedTuple):
    """What is compared, remembered and told of a thing; the rest of what the vendor told need not wait for it."""

    account: str
    kind: Kind
    id: str
    version: str
    state: str
    at: datetime | None = None
    since: datetime | None = None  # when an application came to its stage
    candidate: str = ""  # whose it is, and for which job
    job: str = ""

    @property
    def ref(self) -> Ref:
        return Ref(account=self.account, kind=self.kind, id=self.id)


@dataclass(frozen=True, slots=True)
class Noted:
    """What a page of things came to: how many were new to us, and the events to tell."""

    new: int
    events: tuple[Event, ...]


def seen(services: Services, thing: model.Thing) -> Seen:
    """A thing as `note` takes it."""
    ref, version, state = thing.ref, _version(services, thing), _state(thing)
    if isinstance(thing, model.Application):
        job = thing.job.id if thing.job else ""
        return Seen(
            ref.account, ref.kind, ref.id, version, state, thing.last_activity, thing.stage_since, thing.candidate.id, job
        )  # fmt: skip
    at = thing.last_activity if isinstance(thing, model.Candidate) else None
    return Seen(ref.account, ref.kind, ref.id, version, state, at)


async def note(
    services: Services,
    tx: AsyncConnection,
    things: Sequence[Seen],
    *,
    cause: model.Cause,
    quiet: bool = False,
    walk: int | None = None,
) -> Noted:
    """Remember these things of one account and kind. `quiet`: they were there before us, so nothing is told.

    What is older than what we knew is passed over. `walk` marks them as met by a full walk.
    """
    if not things:
        return Noted(0, ())
    known = await _known(tx, things)
    rows: dict[str, tuple[Any, ...]] = {}
    events, moves, new = [], [], 0
    for thing in things:
        before, now = known.get(thing.id), (thing.version, thing.state)
        if before is None:
            new += 1
        elif before != now and _older(now[0], before[0]):
            now = before
        if before != now:
            event = None if quiet else _event(thing, before, cause)
            if event is not None:
                events.append(event)
            moves += _move(services, thing, before)
        if before != now or walk is not None:
            known[thing.id] = now
            rows[thing.id] = (thing.account, thing.kind, thing.id, *now, walk or 0)
    await bulk.save(tx, remote_things, sorted(rows.values()))
    if moves:
        insert: Any = sqlite.insert if services.store.is_sqlite else postgresql.insert
        await tx.execute(insert(stage_moves).on_conflict_do_nothing(), moves)
    return Noted(new, tuple(events))


async def gone(tx: AsyncConnection, ref: Ref, cause: model.Cause) -> list[Event]:
    """Forget a thing that is not there any more; an event if we knew it."""
    mine = _mine(ref)
    if (await tx.execute(remote_things.delete().where(mine))).rowcount == 0:
        return []
    await tx.execute(stage_moves.delete().where(_moves_of(ref)))
    return [
        Event(delivery=f"{cause}:{ref}:gone", kind=f"{ref.kind}.deleted", subject=ref, cause=cause)
    ]


async def unmet(tx: AsyncConnection, account: str, kind: str, walk: int) -> list[Ref]:
    """What a full walk did not meet: those things are gone from the ATS."""
    query = sa.select(remote_things.c.id).where(
        remote_things.c.account == account,
        remote_things.c.kind == kind,
        remote_things.c.walk < walk,
    )
    ids = (await tx.execute(query)).scalars()
    return [Ref.model_validate({"account": account, "kind": kind, "id": id}) for id in ids]


async def moves(services: Services, application: Ref) -> list[model.StageChange]:
    """The stage changes we noted ourselves, oldest first."""
    query = sa.select(stage_moves).where(_moves_of(application)).order_by(stage_moves.c.at)
    async with services.store.read() as conn:
        rows = (await conn.execute(query)).all()

    def stage(id: str) -> Ref | None:
        return Ref(account=application.account, kind="stage", id=id) if id else None

    return [model.StageChange(to=stage(row.now), was=stage(row.was), at=row.at) for row in rows]


async def _known(tx: AsyncConnection, things: Sequence[Seen]) -> dict[str, Known]:
    ids = [thing.id for thing in things]
    found = await bulk.fetch(tx, remote_things, (things[0].account, things[0].kind), ids)
    return {id: (version, state) for id, version, state, _ in found}


def _event(thing: Seen, before: Known | None, cause: model.Cause) -> Event:
    was, new = _parts(before[1] if before else ""), _parts(thing.state)
    subject = thing.ref
    about: dict[str, Any] = {"subject": subject, "version": thing.version, "cause": cause}
    if thing.kind == "application":
        about |= {"application": subject, "candidate": _ref(thing, "candidate", thing.candidate)}
        about["job"] = _ref(thing, "job", thing.job)
        about["at"] = thing.since if was.get("stage") != new.get("stage") else thing.at
    elif thing.kind == "candidate":
        about |= {"candidate": subject, "at": thing.at}
    elif thing.kind == "job":
        about |= {"job": subject}
    what = _what(was, new) if before else "created"
    about["before"] = {name: value for name, value in was.items() if value != new.get(name)}
    about["after"] = {name: value for name, value in new.items() if value != was.get(name)}
    delivery = f"{subject}:{thing.version}:{thing.state}"
    return Event(delivery=delivery, kind=f"{thing.kind}.{what}", **about)


def _ref(thing: Seen, kind: Kind, id: str) -> Ref | None:
    return Ref(account=thing.account, kind=kind, id=id) if id else None


def _what(was: Mapping[str, str], new: Mapping[str, str]) -> str:
    """The word for a difference, the weightiest first."""
    if was.get("status") != new.get("status"):
        status = new.get("status", "")
        if status in ("open", "closed"):
            return "opened" if status == "open" else "closed"
        return ENDS.get(status, "reopened" if was.get("status") in ENDS else "changed")
    return "moved" if was.get("stage") != new.get("stage") else "changed"


def _move(services: Services, thing: Seen, before: Known | None) -> list[dict[str, Any]]:
    if before is None or thing.kind != "application":
        return []
    was, new = _parts(before[1]).get("stage", ""), _parts(thing.state).get("stage", "")
    if was == new:
        return []
    at = thing.since or services.clock.now()
    return [{"account": thing.account, "application": thing.id, "at": at, "was": was, "now": new}]


def _state(thing: model.Thing) -> str:
    if isinstance(thing, model.Application):
        stage, job = thing.stage.id if thing.stage else "", thing.job.id if thing.job else ""
        return json.dumps({"stage": stage, "status": thing.status.kind, "job": job}, sort_keys=True)
    if isinstance(thing, model.Job):
        return json.dumps({"status": thing.status.kind})
    return ""


def _parts(state: str) -> dict[str, str]:
    return dict(json.loads(state)) if state else {}


def _version(services: Services, thing: model.Thing) -> str:
    """The vendor's own, else a keyed fingerprint of what it sent."""
    if thing.version:
        return thing.version[:80]
    key = services.seal.account_key(thing.ref.account)
    told = json.dumps(thing.raw, sort_keys=True, default=str).encode()
    return hmac.new(key, told, hashlib.sha256).hexdigest()[:32]


def _older(one: str, other: str) -> bool:
    """Whether a version is certainly older: both are numbers, or both are moments."""
    if one.isdigit() and other.isdigit():
        return int(one) < int(other)
    first, second = _moment(one), _moment(other)
    return first is not None and second is not None and first < second


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _mine(ref: Ref) -> sa.ColumnElement[bool]:
    table = remote_things.c
    return sa.and_(table.account == ref.account, table.kind == ref.kind, table.id == ref.id)


def _moves_of(application: Ref) -> sa.ColumnElement[bool]:
    table = stage_moves.c
    return sa.and_(table.account == application.account, table.application == application.id)
