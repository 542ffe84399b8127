"""Who did what and when: a row in the transaction of every change. Never a person's data, only references."""

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring.services import Services
from hiring.tables import audit


async def record(
    tx: AsyncConnection, services: Services, actor: str, action: str, subject: str, **detail: object
) -> None:
    """Write one row. `actor` is a Slack member id, `candidate` or `callsheet`; `detail` holds ids and states."""
    await tx.execute(
        audit.insert().values(
            at=services.clock.now(), actor=actor, action=action, subject=subject, detail=detail
        )
    )
