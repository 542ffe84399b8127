"""How Greenhouse is asked: flat lists to the end of their pages, parents 50 ids at a time, names kept for a minute."""

import asyncio
from collections.abc import Iterable
from typing import Any

from connectors.ats.greenhouse.rows import Row, listed
from connectors.auth import ClientCredentials
from connectors.contract import Ats
from connectors.errors import Gone, MissingPermission
from connectors.http import Client, pages

HOST = "https://harvest.greenhouse.io/v3"
LOGIN = "https://auth.greenhouse.io/token"
MOST = 50  # ids in one call
MINUTE = 60


class Asking(Ats):
    """The calls that every read and write of one account is made of."""

    http: Client

    def connect(self) -> None:
        """No rate is declared: every answer tells the account's own window, and accounts differ."""
        keys = {**self.account.config, **self.account.secrets}
        auth = ClientCredentials(
            self.account, LOGIN, keys["client_id"], keys["client_secret"], keys.get("user_id")
        )
        self.http = self.pool.client(self.account, HOST, auth)
        self._static: dict[tuple[str, str], tuple[float, Row | None]] = {}

    async def rows(self, resource: str, **filters: Any) -> list[Row]:
        """Every row of a list, to the end of its pages. The cursor has to travel alone, so we only follow links."""
        found: list[Row] = []
        async for answer in pages(self.http, resource, per_page=500, **filters):
            found += listed(answer.json)
        return found

    async def by_ids(
        self, resource: str, ids: Iterable[Any], key: str = "ids", **filters: Any
    ) -> list[Row]:
        """Rows for many ids. Ids are numbers: anything else is nobody's, and asking for it would be refused."""
        wanted = [str(i) for i in dict.fromkeys(ids) if str(i).isdecimal()]
        parts = [wanted[n : n + MOST] for n in range(0, len(wanted), MOST)]
        found = await asyncio.gather(
            *(self.rows(resource, **{key: ",".join(part)}, **filters) for part in parts)
        )
        return [row for rows in found for row in rows]

    async def one(self, resource: str, id: str) -> Row:
        """One row. v3 has no `GET /x/{id}`. Raises Gone."""
        for row in await self.by_ids(resource, [id]):
            if str(row.get("id")) == id:
                return row
        raise Gone("It is not there any more.", account=self.account.id)

    async def remembered(self, resource: str, ids: Iterable[Any], **filters: Any) -> dict[str, Row]:
        """Rows that rarely change, by id, kept for a minute. Only for names that stand beside something else."""
        now = asyncio.get_running_loop().time()
        wanted = {str(i) for i in ids if i not in (None, "")}
        known = {k: held for k in wanted if (held := self._static.get((resource, k)))}
        if missing := sorted(k for k in wanted if k not in known or known[k][0] <= now):
            told = {str(r["id"]): r for r in await self.by_ids(resource, missing, **filters)}
            for id in missing:
                known[id] = self._static[resource, id] = (now + MINUTE, told.get(id))
        return {id: row for id, (_, row) in known.items() if row is not None}

    async def known(self, resource: str, ids: Iterable[Any], **filters: Any) -> dict[str, Row]:
        """As remembered, for what is only a nicety: without the permission for it there is nothing."""
        try:
            return await self.remembered(resource, ids, **filters)
        except MissingPermission:
            return {}

    async def named(self, resource: str, ids: Iterable[Any]) -> dict[str, str]:
        """Names by id."""
        return {
            id: str(row.get("name") or "") for id, row in (await self.known(resource, ids)).items()
        }

    async def allowed(self, resource: str, ids: Iterable[Any], key: str) -> list[Row]:
        """Rows that only add to something; without the permission for them there are none."""
        try:
            return await self.by_ids(resource, ids, key=key)
        except MissingPermission:
            return []
