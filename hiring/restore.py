"""A database restored from an older copy: recognised or told, so that nothing done since is done again unasked.

Beside the database, in the state folder, lies a high-water mark that only ever rises; the same number is in the database.
A database that is behind the mark beside it is an older copy. A copy that came with its folder, or to a machine without
one, has to be named by hand: `callsheet restored`.
"""

import json
import logging
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import audit, ids, job_doubts
from hiring.restore_table import high_water
from hiring.services import Services
from hiring.tables import audit as audit_rows
from hiring.tables import sent_mail

log = logging.getLogger(__name__)
FILE = "high-water.json"
RESTORED = "restored"  # the row that says when a restore was last declared, in real seconds


@dataclass(frozen=True, slots=True)
class Mark:
    """What lies beside the database. `at` is real seconds since the epoch."""

    place: str
    number: int
    at: float


async def recognise(services: Services, folder: Path) -> bool:
    """Before a worker runs anything: is this an older copy than the folder knows? If so, doubt what it believes pending."""
    mark = _read(folder)
    behind = mark is not None and await _behind(services, mark)
    if behind:
        await declare(services, actor="callsheet")
    await advance(services, folder)
    return behind


async def declare(services: Services, *, actor: str) -> int:
    """Say that this database is a restored copy; gives how many jobs may have been done since it was made.

    Twice changes nothing but the number of jobs queued in between. No worker may run meanwhile.
    """
    async with services.store.begin() as tx:
        await services.store.alone(tx, "high-water")
        count = await job_doubts.mark_all(tx, services, services.clock.now())
        await _set(tx, RESTORED, int(time.time()))
        await audit.record(tx, services, actor, "database.restored", "database", doubted=count)
    return count


async def advance(services: Services, folder: Path) -> None:
    """Raise the mark: in the database first, then beside it, so that the file is never ahead of a database that lives."""
    mark = _read(folder)
    place = mark.place if mark else ids.new("place")
    async with services.store.begin() as tx:
        await services.store.alone(tx, "high-water")
        known = await _number(tx, place)
        number = max(known or 0, mark.number if mark else 0) + 1
        await _set(tx, place, number)
    try:
        _write(folder, Mark(place, number, time.time()))
    except OSError as error:
        log.warning("the high-water mark cannot be written (%s)", error.strerror)


async def _behind(services: Services, mark: Mark) -> bool:
    async with services.store.read() as conn:
        known = await _number(conn, mark.place)
        declared = await _number(conn, RESTORED)
        used = [
            (await conn.execute(sa.select(column).limit(1))).first() is not None
            for column in (audit_rows.c.seq, sent_mail.c.message_id)
        ]
    if not any(used) or (known is not None and known >= mark.number):
        return False
    return declared is None or declared < int(mark.at)  # else another machine has said so already


async def _number(conn: AsyncConnection, place: str) -> int | None:
    query = sa.select(high_water.c.number).where(high_water.c.place == place)
    found: int | None = (await conn.execute(query)).scalar()
    return found


async def _set(tx: AsyncConnection, place: str, number: int) -> None:
    await tx.execute(high_water.delete().where(high_water.c.place == place))
    await tx.execute(high_water.insert().values(place=place, number=number))


def _read(folder: Path) -> Mark | None:
    """The mark beside the database; None where there is none that can be read."""
    try:
        return Mark(**json.loads((folder / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _write(folder: Path, mark: Mark) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{FILE}.{ids.new('new')}"
    fresh.write_text(json.dumps(asdict(mark)))
    fresh.replace(folder / FILE)
