"""Two layers at rest: data keys seal what lies in our tables, and the instance's keys only wrap the data keys.

Every account has data keys of its own, so that removing it destroys what was sealed for it; the instance has some for
what belongs to no account (Slack's tokens, job arguments). Sealed text reads `key_…:…`; text without such a head was
sealed by an earlier release with the instance's keys directly, and opens as well.

Key names are read at once, not awaited: the engine seals from threads of its own. That happens when a key is met for
the first time, and every few minutes.
"""

import contextlib
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import ids
from hiring.errors import NotFound
from hiring.keys_table import data_keys
from hiring.secrets import LOST, Seal, new_key
from hiring.store import Store
from hiring.tables import accounts

INSTANCE = ""  # the owner of what belongs to no account
ROWS, LINKS, INDEX = "rows", "links", "index"  # what a data key is for
FRESH = 300.0  # seconds after which the names of the current keys are read again; an old key outlives that by far
PAUSE = 1.0  # seconds between two looks for a key that is not there
GONE = "It belonged to an account that was removed, and its key was destroyed with it."


@dataclass(frozen=True, slots=True)
class DataKey:
    """One data key. `fernet` is None where the key that wraps it is not in CALLSHEET_SECRET_KEYS."""

    id: str
    owner: str
    purpose: str
    state: str
    raw: bytes = b""
    fernet: Fernet | None = None


class Sealer:
    """Seals with the data key that `key` gives."""

    def __init__(self, key: Callable[[], DataKey]) -> None:
        self._key = key

    def close(self, plain: str | bytes) -> str:
        """Raises NotFound when the account was removed."""
        key = self._key()
        text = _usable(key).encrypt(plain.encode() if isinstance(plain, str) else plain)
        return f"{key.id}:{text.decode()}"

    def close_json(self, value: Any) -> str:
        return self.close(json.dumps(value, separators=(",", ":")))


class Keys(Sealer):
    """What the use cases seal, open and sign with. Itself it seals for the instance; `of` gives an account's."""

    def __init__(self, store: Store, wrap: Seal) -> None:
        super().__init__(lambda: self.current(INSTANCE, ROWS))
        self.wrap = wrap
        self._store = store
        self._known: dict[str, DataKey] = {}
        self._current: dict[tuple[str, str], DataKey] = {}
        self._read_at = self._looked_at = 0.0
        self._lock = threading.Lock()

    def of(self, account: str) -> Sealer:
        """Seals for one account."""
        return Sealer(lambda: self.current(account, ROWS))

    def open(self, sealed: str) -> bytes:
        """Raises NotFound when the account was removed, ValueError when a key is lost or the text was altered."""
        head, colon, text = sealed.partition(":")
        if not colon:
            return self.wrap.open(sealed)
        key = self._known.get(head)
        if key is None:
            self._read()
            key = self._known.get(head)
        if key is None:
            raise NotFound(GONE)
        try:
            return _usable(key).decrypt(text.encode())
        except InvalidToken:
            raise ValueError("what was sealed was altered") from None

    def open_text(self, sealed: str) -> str:
        return self.open(sealed).decode()

    def open_json(self, sealed: str) -> Any:
        return json.loads(self.open(sealed))

    def sign(self, purpose: str, payload: str) -> str:
        """Short text safe in an address; readable, but not alterable."""
        key = self.current(INSTANCE, LINKS)
        return str(URLSafeSerializer(_signing(key), salt=purpose).dumps(payload))

    def unsign(self, purpose: str, token: str) -> str:
        """Raises ValueError when the text was altered or made for another purpose."""
        for again in (False, True):
            if again and not self._read_again():
                break
            for key in [k for k in self._known.values() if k.purpose == LINKS and k.fernet]:
                with contextlib.suppress(BadSignature):
                    return str(URLSafeSerializer(_signing(key), salt=purpose).loads(token))
        return self.wrap.unsign(purpose, token)  # made by an earlier release

    def digest(self, text: str) -> str:
        """A keyed fingerprint, for once-only keys that must not reveal what they are made of; it never changes."""
        return hmac.new(
            self.current(INSTANCE, INDEX).raw, text.encode(), hashlib.sha256
        ).hexdigest()

    def account_key(self, account: str) -> bytes:
        """32 bytes of this account's own, for keyed hashes of its search index. They stay the same for as long as the
        account is connected, also when its other keys are renewed. Raises NotFound when it was removed."""
        return hmac.new(self.current(account, INDEX).raw, b"account", hashlib.sha256).digest()

    def current(self, owner: str, purpose: str) -> DataKey:
        """The key in use. Raises NotFound when the account was removed, ValueError when the key is lost."""
        if time.time() - self._read_at > FRESH:
            self._read_again()
        found = self._current.get((owner, purpose))
        if found is None:
            self._read()
            found = self._current.get((owner, purpose))
        if found is None:
            raise NotFound(GONE if owner else "The data keys are missing: run `callsheet migrate`.")
        _usable(found)
        return found

    async def prepare(self) -> None:
        """Give the instance, and every account that has none, its keys. Nothing happens on an old schema."""
        try:
            async with self._store.read() as conn:
                missing = await _missing(conn)
        except (sa.exc.OperationalError, sa.exc.ProgrammingError):
            return  # whoever needs the database says what is wrong with it
        if missing:
            async with self._store.begin() as tx:
                await self._store.alone(tx, "data-keys")
                for owner, purpose in await _missing(tx):
                    await self.make(tx, owner, purpose)
        self._read()

    async def make(self, tx: AsyncConnection, owner: str, purpose: str) -> Sealer:
        """Write a fresh key in the caller's transaction. What this gives seals with it before it is committed."""
        raw = new_key()
        made = DataKey(ids.new("key"), owner, purpose, "current", raw.encode(), Fernet(raw))
        await tx.execute(
            data_keys.insert().values(
                id=made.id,
                owner=owner,
                purpose=purpose,
                state=made.state,
                wrapped=self.wrap.close(raw),
                made_at=time.time(),
            )
        )
        return Sealer(lambda: made)

    async def destroy(self, tx: AsyncConnection, owner: str) -> None:
        """Destroy an account's keys in the caller's transaction: what they sealed opens no more."""
        await tx.execute(data_keys.delete().where(data_keys.c.owner == owner))

    def keep_only(self, owners: Sequence[str]) -> None:
        """Forget the keys of accounts that are no longer there."""
        kept = {*owners, INSTANCE}
        if any(key.owner not in kept for key in self._known.values()):
            self._read()

    def refresh(self) -> None:
        """See at once what another process, or this one, changed."""
        self._read()

    def _read_again(self) -> bool:
        """Read the keys unless that was done a moment ago: a made-up link must not cost a query each time."""
        if time.time() - self._looked_at < PAUSE:
            return False
        self._read()
        return True

    def _read(self) -> None:
        """Read all keys. One whose wrapping this process cannot open stays as it was known."""
        with self._lock:
            self._looked_at = time.time()
            before: dict[str, DataKey] = self._known
            known: dict[str, DataKey] = {}
            for id, owner, purpose, state, wrapped in self._store.look(
                "SELECT id, owner, purpose, state, wrapped FROM data_keys"
            ):
                raw, old = b"", before.get(id)
                with contextlib.suppress(ValueError):
                    raw = old.raw if old and old.raw else self.wrap.open(wrapped)
                known[id] = DataKey(id, owner, purpose, state, raw, Fernet(raw) if raw else None)
            self._known = known
            self._current = {
                (k.owner, k.purpose): k for k in known.values() if k.state == "current"
            }
            self._read_at = self._looked_at


async def _missing(conn: AsyncConnection) -> list[tuple[str, str]]:
    """The owners that lack a key, with its purpose."""
    wanted = [(INSTANCE, ROWS), (INSTANCE, LINKS), (INSTANCE, INDEX)]
    for row in await conn.execute(sa.select(accounts.c.id)):
        wanted += [(row.id, ROWS), (row.id, INDEX)]
    query = sa.select(data_keys.c.owner, data_keys.c.purpose).where(data_keys.c.state == "current")
    there = {(row.owner, row.purpose) for row in await conn.execute(query)}
    return [each for each in wanted if each not in there]


def account_of(named: str) -> str:
    """The account in a reference (`kind:account:id`), or the account itself."""
    parts = named.split(":", 2)
    return parts[1] if len(parts) == 3 else named


def _signing(key: DataKey) -> bytes:
    return hashlib.sha256(b"sign:" + key.raw).digest()


def _usable(key: DataKey) -> Fernet:
    if key.fernet is None:
        raise ValueError(LOST)
    return key.fernet
