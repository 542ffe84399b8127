"""The workspaces the Slack app is installed in. Tokens lie sealed; a read is kept in memory for minutes."""

import time
from datetime import UTC, datetime

import sqlalchemy as sa

from hiring.keys import Keys
from hiring.store import Store
from hiring.tables import installations

KEEP = 300.0  # seconds a token is kept in memory; other processes notice a removal within that


class Installations:
    """One row per workspace, or per organisation for an org-wide install (then `team` is empty)."""

    def __init__(self, store: Store, seal: Keys) -> None:
        self._store = store
        self._seal = seal
        self._kept: dict[str, tuple[float, str | None]] = {}

    async def save(self, *, enterprise: str, team: str, token: str) -> None:
        """Keep the bot token of an install; a new one replaces the old."""
        mine = (installations.c.enterprise == enterprise, installations.c.team == team)
        async with self._store.begin() as tx:
            await tx.execute(installations.delete().where(*mine))
            await tx.execute(
                installations.insert().values(
                    enterprise=enterprise,
                    team=team,
                    token=self._seal.close(token),
                    installed_at=datetime.fromtimestamp(time.time(), UTC),
                )  # fmt: skip
            )
        self._kept.clear()

    async def token(self, team: str, enterprise: str = "") -> str | None:
        """The bot token for a workspace, or None when the app is not installed there."""
        until, token = self._kept.get(team, (0.0, None))
        if until > time.monotonic():
            return token
        mine: sa.ColumnElement[bool] = installations.c.team == team
        if enterprise:
            whole = sa.and_(installations.c.team == "", installations.c.enterprise == enterprise)
            mine = sa.or_(mine, whole)
        query = sa.select(installations.c.token).where(mine)
        async with self._store.read() as conn:
            sealed = (
                (await conn.execute(query.order_by(installations.c.team.desc()))).scalars().first()
            )
        token = self._seal.open_text(sealed) if sealed else None
        self._kept[team] = (time.monotonic() + KEEP, token)
        return token

    async def teams(self) -> list[str]:
        """The workspaces that installed the app by themselves."""
        query = sa.select(installations.c.team).where(installations.c.team != "")
        async with self._store.read() as conn:
            return list((await conn.execute(query)).scalars())

    async def remove(self, *, team: str, enterprise: str = "") -> None:
        """Forget an install: the app was removed, or its token revoked."""
        async with self._store.begin() as tx:
            await tx.execute(installations.delete().where(installations.c.team == team))
        self.forget()

    def forget(self) -> None:
        """Ask the database again next time."""
        self._kept.clear()
