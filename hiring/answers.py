"""What a candidate told on their page: when they can, a note, what they need, their language. Kept sealed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.model import Ref
from hiring.errors import Refused
from hiring.loops_table import answers
from hiring.services import Services
from scheduling.hours import Interval

MOST_WINDOWS = 12
MOST_LETTERS = 2_000
NEWS = {
    "answered": "{name} told when they can. The card has it, and a button to look for times.",
    "needs": "{name} told what they need on the day. It is on the card.",
}  # what the recruiter hears, without what was told


@dataclass(frozen=True, slots=True)
class Answer:
    """`windows` are aware UTC. Empty is what was not said.

    Where it is for us to book by itself: `ways` is how many fitted when the first was booked, `why_not` why none was.
    """

    windows: tuple[Interval, ...] = ()
    note: str = ""
    needs: str = ""
    language: str = ""
    ways: int = 0
    why_not: str = ""


async def read(services: Services, subject: str) -> Answer:
    """What was told about a loop or an interview; nothing when nothing was."""
    async with services.store.read() as conn:
        return await load(conn, services, subject)


def ahead(services: Services, windows: Sequence[Interval], note: str) -> tuple[Interval, ...]:
    """The windows that are not over, earliest first. Raises Refused when there is neither one nor a note."""
    left = tuple(sorted(w for w in windows if w[1] > services.clock.now()))
    if not left and not note.strip():
        raise Refused("Name at least one day and time, or write a sentence.", field="windows")
    return left


async def keep_times(
    tx: AsyncConnection,
    services: Services,
    subject: str,
    application: Ref,
    windows: tuple[Interval, ...],
    note: str,
    *,
    ways: int = 0,
    why_not: str = "",
) -> None:
    """When they can instead of what was offered, and what came of it; what they said before of it is replaced."""
    before = await load(tx, services, subject)
    now = replace(
        before, windows=windows[:MOST_WINDOWS], note=note.strip()[:MOST_LETTERS], ways=ways, why_not=why_not
    )  # fmt: skip
    await _write(tx, services, subject, application, now)


async def keep_needs(
    tx: AsyncConnection,
    services: Services,
    subject: str,
    application: Ref,
    needs: str,
    language: str,
) -> bool:
    """What they need, and the language they would like; False when that was known."""
    before = await load(tx, services, subject)
    now = replace(before, needs=needs.strip()[:MOST_LETTERS], language=language.strip()[:80])
    if now == before:
        return False
    await _write(tx, services, subject, application, now)
    return True


async def forget(tx: AsyncConnection, before: datetime) -> None:
    """Delete what was told before that moment; nothing is arranged further ahead."""
    await tx.execute(answers.delete().where(answers.c.at < before))


async def booked_by(
    tx: AsyncConnection, services: Services, subject: str, windows: Sequence[Interval]
) -> bool:
    """Whether just this answer has booked it already."""
    said = await load(tx, services, subject)
    return said.ways > 0 and said.windows == tuple(windows[:MOST_WINDOWS])


async def load(conn: AsyncConnection, services: Services, subject: str) -> Answer:
    """The same as `read`, in the caller's transaction."""
    row = (await conn.execute(sa.select(answers).where(answers.c.subject == subject))).one_or_none()
    if row is None:
        return Answer()
    said: dict[str, Any] = services.seal.open_json(row.said)
    windows = tuple(
        (datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in said["windows"]
    )
    return Answer(
        windows, said["note"], said["needs"], said["language"], said.get("ways", 0), said.get("why_not", "")
    )  # fmt: skip


async def _write(
    tx: AsyncConnection, services: Services, subject: str, application: Ref, now: Answer
) -> None:
    said = {
        "windows": [[a.isoformat(), b.isoformat()] for a, b in now.windows],
        "note": now.note,
        "needs": now.needs,
        "language": now.language,
        "ways": now.ways,
        "why_not": now.why_not,
    }
    await tx.execute(answers.delete().where(answers.c.subject == subject))
    await tx.execute(
        answers.insert().values(
            subject=subject,
            application=str(application),
            said=services.seal.of(application.account).close_json(said),
            at=services.clock.now(),
        )
    )
