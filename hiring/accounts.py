"""The connected accounts as live connectors, each made once per process from its record."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from connectors import model, registry
from connectors.contract import Account, Ats, Calendar, Connector
from connectors.contract.meeting import Meetings
from connectors.errors import ConnectorError
from connectors.http import Pool
from hiring.account_records import AccountRecords
from hiring.clock import Clock
from hiring.errors import NotFound, Refused
from hiring.keys import Keys
from hiring.store import Store

C = TypeVar("C", bound=Connector)


class Accounts(AccountRecords):
    """The records, and the connectors made from them."""

    def __init__(self, store: Store, seal: Keys, pool: Pool, clock: Clock) -> None:
        super().__init__(store, seal, clock)
        self.pool = pool
        self._made: dict[str, tuple[Account, Connector]] = {}

    async def ats(self, account: str) -> Ats:
        """The live connector of an ATS account. Raises NotFound."""
        return await self._as(Ats, account, "is not an applicant tracking system")

    async def unmapped(self, account: str) -> Ats:
        """The account read as its connector reads it, without its admin's own mapping. Raises NotFound."""
        found = await self.get(account)
        made = registry.make(replace(found, overrides={}), self.pool)
        if not isinstance(made, Ats):
            raise NotFound("That account is not an applicant tracking system.")
        return made

    async def all_ats(self) -> list[Ats]:
        made = [await self._connector(a.id) for a in await self.listing() if self.is_ats(a.vendor)]
        return [connector for connector in made if isinstance(connector, Ats)]

    async def calendars(self) -> list[Calendar]:
        made = [
            await self._connector(a.id) for a in await self.listing() if not self.is_ats(a.vendor)
        ]
        return [connector for connector in made if isinstance(connector, Calendar)]

    async def calendar(self, account: str) -> Calendar:
        """The live connector of a calendar account. Raises NotFound."""
        return await self._as(Calendar, account, "is not a calendar")

    async def meetings(self, account: str) -> Meetings:
        """The live connector of an account that makes meeting links. Raises NotFound."""
        return await self._as(Meetings, account, "makes no meeting links")

    async def check(self, account: Account) -> list[model.Finding]:
        """Call the vendor and say, a line each, what works; abilities found missing are not offered until they work."""
        findings = await (await self._connector(account.id)).check()
        await self.note(account.id, findings)
        return findings

    async def note(self, account: str, findings: Sequence[model.Finding]) -> None:
        """Keep which abilities a check found missing."""
        lost = {ability for finding in findings if not finding.ok for ability in finding.abilities}
        if lost != self.missing(account):
            await self._change(account, missing=sorted(lost))
            self._lost[account] = frozenset(lost)

    async def attempt(self, draft: Account) -> list[model.Finding]:
        """Call the vendor with an account that is not saved yet. Raises Refused for keys that cannot be any."""
        try:
            return await registry.make(draft, self.pool).check()
        except ConnectorError as error:
            raise Refused(error.text or "The vendor did not answer as it should.") from None

    def _forget(self, account: str) -> None:
        super()._forget(account)
        self._made.pop(account, None)

    async def _as(self, kind: type[C], account: str, otherwise: str) -> C:
        made = await self._connector(account)
        if not isinstance(made, kind):
            raise NotFound(f"That account {otherwise}.")
        return made

    async def _connector(self, account: str) -> Connector:
        found = await self.get(account)
        known = self._made.get(found.id)
        if known is not None and known[0] == found:  # else another process changed it
            return known[1]
        made = registry.make(found, self.pool)
        self._made[found.id] = (found, made)
        return made
