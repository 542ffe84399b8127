"""Who may come to an interview and need not: invited, and nothing waits for them."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring.interview_records import OPTIONAL
from hiring.interviews_table import panel


def besides(users: Sequence[str], required: Collection[str]) -> tuple[str, ...]:
    """Those who are optional, once each: whoever has to be there is not."""
    return tuple(user for user in dict.fromkeys(users) if user not in required)


async def insert(
    tx: AsyncConnection, interview: str, users: Sequence[str], seated: Collection[str]
) -> None:
    """Write them behind the seats that are `seated`. They have no user in the ATS, which is not told of them."""
    for position, user in enumerate(besides(users, seated), len(seated)):
        row = {"interview": interview, "user": user, "position": position, "kind": OPTIONAL}
        await tx.execute(panel.insert().values(**row))
