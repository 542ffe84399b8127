"""The connected accounts: their sealed keys, and the live connectors made from them."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from connectors import model, registry
from connectors import overrides as override
from connectors.contract import Account, Ats, Calendar, Connector
from connectors.http import Pool
from hiring import ids
from hiring.clock import Clock
from hiring.errors import NotFound, Refused
from hiring.secrets import Seal
from hiring.store import Store
from hiring.tables import accounts

FRESH = 2.0  # seconds the list of accounts is kept in memory


class Accounts:
    """Reads accounts once per change, makes each connector once per process."""

    def __init__(self, store: Store, seal: Seal, pool: Pool, clock: Clock) -> None:
        self._store = store
        self._seal = seal
        self._pool = pool
        self._clock = clock
        self._made: dict[str, tuple[Account, Connector]] = {}
        self._listed: tuple[float, list[Account]] = (0.0, [])
        self._lost: dict[str, frozenset[str]] = {}

    @property
    def ats_vendors(self) -> frozenset[str]:
        """The vendors that are applicant tracking systems."""
        return frozenset(name for name, made in registry.vendors().items() if issubclass(made, Ats))

    async def add(
        self,
        vendor: str,
        name: str,
        config: Mapping[str, str],
        secrets: Mapping[str, str],
        base_url: str | None = None,
    ) -> Account:
        """Connect an account. Raises Refused naming the key that is missing or not known."""
        try:
            plain, sealed = registry.check_keys(vendor, config, secrets)
        except ValueError as error:
            raise Refused(str(error)) from None
        account = Account(ids.new("acc"), vendor, name, plain, sealed, base_url)
        async with self._store.begin() as tx:
            taken = await tx.execute(sa.select(accounts.c.id).where(accounts.c.name == name))
            if taken.first():
                raise Refused(
                    f"There is an account called {name} already. Remove it first, or choose another name."
                )
            await tx.execute(
                accounts.insert().values(
                    id=account.id,
                    vendor=vendor,
                    name=name,
                    config=dict(plain),
                    secrets=self._seal.close_json(dict(sealed)),
                    base_url=base_url,
                    created_at=self._clock.now(),
                )  # fmt: skip
            )
        self._forget(account.id)
        return account

    async def remove(self, account: str) -> Account:
        """Disconnect by id or name; what was written in the ATS stays there. Raises NotFound."""
        found = await self.get(account)
        async with self._store.begin() as tx:
            await tx.execute(accounts.delete().where(accounts.c.id == found.id))
        self._forget(found.id)
        return found

    async def move(self, account: str, base_url: str | None) -> Account:
        """Reach the vendor at another address from now on. Raises NotFound."""
        found = await self.get(account)
        await self._change(found.id, base_url=base_url)
        return await self.get(found.id)

    async def keep_secret(self, account: str, name: str, value: str) -> None:
        """Keep a secret that the vendor made, or a new one; the same one changes nothing. Raises NotFound."""
        found = await self.get(account)
        if found.secrets.get(name) == value:
            return
        secrets = {**found.secrets, name: value}
        await self._change(found.id, secrets=self._seal.close_json(secrets))

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
        listed = [
            Account(
                r.id,
                r.vendor,
                r.name,
                r.config,
                self._seal.open_json(r.secrets),
                r.base_url,
                r.overrides or {},
                r.routes or {},
            )
            for r in rows  # fmt: skip
        ]
        self._lost = {r.id: frozenset(r.missing or ()) for r in rows}
        self._listed = (time.monotonic() + FRESH, listed)
        return listed

    async def get(self, account: str) -> Account:
        """By id or name. Raises NotFound."""
        for found in await self.listing():
            if account in (found.id, found.name):
                return found
        raise NotFound("That account is not connected any more.")

    async def ats(self, account: str) -> Ats:
        """The live connector of an ATS account. Raises NotFound."""
        made = await self._connector(account)
        if not isinstance(made, Ats):
            raise NotFound("That account is not an applicant tracking system.")
        return made

    async def unmapped(self, account: str) -> Ats:
        """The account read as its connector reads it, without its admin's own mapping. Raises NotFound."""
        found = await self.get(account)
        made = registry.make(replace(found, overrides={}), self._pool)
        if not isinstance(made, Ats):
            raise NotFound("That account is not an applicant tracking system.")
        return made

    async def all_ats(self) -> list[Ats]:
        made = [
            await self._connector(a.id)
            for a in await self.listing()
            if a.vendor in self.ats_vendors
        ]
        return [connector for connector in made if isinstance(connector, Ats)]

    async def calendars(self) -> list[Calendar]:
        made = [
            await self._connector(a.id)
            for a in await self.listing()
            if a.vendor not in self.ats_vendors
        ]
        return [connector for connector in made if isinstance(connector, Calendar)]

    async def check(self, account: Account) -> list[model.Finding]:
        """Call the vendor and say, a line each, what works; abilities found missing are not offered until they work."""
        findings = await (await self._connector(account.id)).check()
        lost = {ability for finding in findings if not finding.ok for ability in finding.abilities}
        if lost != self.missing(account.id):
            await self._change(account.id, missing=sorted(lost))
            self._lost[account.id] = frozenset(lost)
        return findings

    def missing(self, account: str) -> frozenset[str]:
        """The abilities that the last check found no permission for."""
        return self._lost.get(account, frozenset())

    def _forget(self, account: str) -> None:
        self._made.pop(account, None)
        self._listed = (0.0, [])

    async def _connector(self, account: str) -> Connector:
        if account in self._made:
            return self._made[account][1]
        found = await self.get(account)
        made = registry.make(found, self._pool)
        self._made[found.id] = (found, made)
        return made
