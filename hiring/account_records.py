"""The records of the connected accounts: named, their keys sealed, each change in one transaction with its audit row."""

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors import addresses, registry
from connectors import overrides as override
from connectors.auth_oauth import Grant
from connectors.contract import Account, Ats
from hiring import audit, ids
from hiring import grants as kept_grants
from hiring.clock import Clock
from hiring.errors import NotFound, Refused
from hiring.grants_table import grants
from hiring.keys import INDEX, ROWS, Keys
from hiring.store import Store
from hiring.tables import accounts

NOT_CONNECTED = "That account is not connected any more."
FRESH = 2.0  # seconds the list of accounts is kept in memory


class AccountRecords:
    """Reads accounts once per change, and writes them."""

    def __init__(self, store: Store, seal: Keys, clock: Clock) -> None:
        self._store = store
        self._seal = seal
        self._clock = clock
        self._books = audit.Books(store, clock, seal)
        self._listed: tuple[float, list[Account]] = (0.0, [])
        self._lost: dict[str, frozenset[str]] = {}

    def is_ats(self, vendor: str) -> bool:
        """Whether a vendor is an applicant tracking system."""
        made = registry.find(vendor)
        return made is not None and issubclass(made, Ats)

    def draft(
        self,
        vendor: str,
        name: str,
        config: Mapping[str, str],
        secrets: Mapping[str, str],
        base_url: str | None = None,
        *,
        signed_in: bool = False,
    ) -> Account:
        """An account that is not saved. Raises Refused naming the key that is missing or not known.

        `signed_in`: its keys are those of an OAuth app, and a grant takes the place of the others.
        """
        try:
            plain, sealed = registry.check_keys(vendor, config, secrets, signed_in=signed_in)
        except ValueError as error:
            raise Refused(str(error)) from None
        return Account(ids.new("acc"), vendor, name.strip(), plain, sealed, _origin(base_url))

    async def add(
        self,
        vendor: str,
        name: str,
        config: Mapping[str, str],
        secrets: Mapping[str, str],
        base_url: str | None = None,
    ) -> Account:
        """Connect an account without trying it. Raises Refused."""
        account = self.draft(vendor, name, config, secrets, base_url)
        await self.save(account)
        return account

    async def save(
        self, account: Account, grant: Grant | None = None, *, actor: str = "operator"
    ) -> None:
        """Write a draft down, with keys of its own. Raises Refused when its name is taken."""
        async with self._store.begin() as tx:
            await self._store.alone(tx, "accounts")
            await _untaken(tx, account.name)
            sealer = await self._seal.make(tx, account.id, ROWS)
            await self._seal.make(tx, account.id, INDEX)
            await tx.execute(
                accounts.insert().values(
                    id=account.id, vendor=account.vendor, name=account.name, config=dict(account.config),
                    secrets=sealer.close_json(dict(account.secrets)), base_url=account.base_url, created_at=self._clock.now(),
                )
            )  # fmt: skip
            if grant is not None:
                await kept_grants.first(tx, account.id, grant, sealer)
            await audit.record(
                tx, self._books, actor, "account.connected", account.id, after="connected", vendor=account.vendor
            )  # fmt: skip
        self._forget(account.id)

    async def free(self, name: str) -> None:
        """Raises Refused when an account has that name already."""
        async with self._store.read() as conn:
            await _untaken(conn, name)

    async def change(
        self, account: Account, config: Mapping[str, str], secrets: Mapping[str, str], *, actor: str
    ) -> None:
        """Save other keys for an account that is there."""
        async with self._store.begin() as tx:
            await tx.execute(
                accounts.update()
                .where(accounts.c.id == account.id)
                .values(
                    config=dict(config),
                    secrets=self._seal.of(account.id).close_json(dict(secrets)),
                )
            )
            await audit.record(
                tx, self._books, actor, "account.changed", account.id, before="connected", after="connected"
            )  # fmt: skip
        self._forget(account.id)

    async def sign_in_again(self, account: Account, grant: Grant, *, actor: str) -> None:
        """Save another grant for an account that is there."""
        async with self._store.begin() as tx:
            await kept_grants.another(tx, account.id, grant, self._seal.of(account.id))
            await audit.record(
                tx, self._books, actor, "account.signed_in", account.id, before="connected", after="connected"
            )  # fmt: skip
        self._forget(account.id)

    async def remove(self, account: str, *, actor: str = "operator") -> Account:
        """Disconnect by id or name, and destroy its keys; what was written in the ATS stays there. Raises NotFound."""
        found = await self.get(account)
        async with self._store.begin() as tx:
            gone = await tx.execute(accounts.delete().where(accounts.c.id == found.id))
            if not gone.rowcount:
                raise NotFound(NOT_CONNECTED)
            await tx.execute(grants.delete().where(grants.c.account == found.id))
            await self._seal.destroy(tx, found.id)
            await audit.record(
                tx, self._books, actor, "account.removed", found.id, before="connected", after="removed",
                vendor=found.vendor,
            )  # fmt: skip
        self._seal.refresh()
        self._forget(found.id)
        return found

    async def move(self, account: str, base_url: str | None, *, actor: str = "operator") -> Account:
        """Reach the vendor at another address from now on. Raises NotFound, Refused."""
        found, origin = await self.get(account), _origin(base_url)
        async with self._store.begin() as tx:
            await tx.execute(
                accounts.update().where(accounts.c.id == found.id).values(base_url=origin)
            )
            await audit.record(
                tx, self._books, actor, "account.moved", found.id, before=found.base_url or "", after=origin or ""
            )  # fmt: skip
        self._forget(found.id)
        return await self.get(found.id)

    async def keep_secret(self, account: str, name: str, value: str) -> None:
        """Keep a secret that the vendor made, or a new one; the same one changes nothing. Raises NotFound."""
        found = await self.get(account)
        if found.secrets.get(name) == value:
            return
        secrets = {**found.secrets, name: value}
        await self._change(found.id, secrets=self._seal.of(found.id).close_json(secrets))

    async def override(self, account: str, overrides: Mapping[str, Any]) -> Account:
        """Read this ATS as its admin wants it from now on. Raises NotFound, or Refused naming what cannot be."""
        found = await self.get(account)
        try:
            checked = override.check(overrides)
        except ValueError as error:
            raise Refused(str(error)) from None
        await self._change(found.id, overrides=checked)
        return await self.get(found.id)

    async def send(self, account: str, routes: Mapping[str, str]) -> None:
        """What the account's flows make for a purpose goes to another account from now on."""
        await self._change(account, routes=dict(routes))

    async def _change(self, account: str, **values: object) -> None:
        async with self._store.begin() as tx:
            await tx.execute(accounts.update().where(accounts.c.id == account).values(**values))
        self._forget(account)

    async def listing(self) -> list[Account]:
        """All accounts, oldest first; what another process changed is seen after two seconds."""
        until, listed = self._listed
        if until > time.monotonic():
            return listed
        async with self._store.read() as conn:
            rows = (
                await conn.execute(
                    sa.select(accounts).order_by(accounts.c.created_at, accounts.c.id)
                )
            ).all()
        if any(":" not in row.secrets for row in rows):
            await self._seal.prepare()  # a process of an earlier release added one
        self._seal.keep_only([row.id for row in rows])
        listed = [
            Account(
                r.id, r.vendor, r.name, r.config, self._seal.open_json(r.secrets), r.base_url, r.overrides or {}, r.routes or {}
            )
            for r in rows
        ]  # fmt: skip
        self._lost = {r.id: frozenset(r.missing or ()) for r in rows}
        self._listed = (time.monotonic() + FRESH, listed)
        return listed

    async def get(self, account: str) -> Account:
        """By id or name. Raises NotFound."""
        for found in await self.listing():
            if account in (found.id, found.name):
                return found
        raise NotFound(NOT_CONNECTED)

    def missing(self, account: str) -> frozenset[str]:
        """The abilities that the last check found no permission for."""
        return self._lost.get(account, frozenset())

    def _forget(self, account: str) -> None:
        """What is kept in memory of an account counts no longer."""
        self._listed = (0.0, [])


async def _untaken(conn: AsyncConnection, name: str) -> None:
    if (await conn.execute(sa.select(accounts.c.id).where(accounts.c.name == name))).first():
        raise Refused(
            f"There is an account called {name} already. Remove it first, or choose another name.",
            field="name",
        )


def _origin(base_url: str | None) -> str | None:
    """Another server's address, checked. Raises Refused where what is sent there could be read on the way."""
    if not base_url:
        return None
    origin = base_url.strip().rstrip("/")
    if not addresses.safe(origin):
        raise Refused(addresses.PLAIN, field="base_url")
    return origin
