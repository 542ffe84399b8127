"""The buckets of the search index that one transaction reads and changes: which hash leads to which number."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import bulk
from hiring import search_keyed as keyed
from hiring.search_table import search_keys

PART = 2_048  # buckets written, or taken apart, at once


class Buckets:
    """Those of one generation into which so many people were put."""

    def __init__(self, tx: AsyncConnection, generation: int, people: int) -> None:
        self._tx, self._id, self._shift = tx, generation, keyed.shift(people)
        self._empty = people == 0
        self._read: dict[int, bytearray] = {}
        self._touched: set[int] = set()

    async def need(self, digests: Iterable[bytes]) -> None:
        """Read the buckets of these hashes that were not read yet."""
        shift, number = self._shift, int.from_bytes
        missing = {number(d[2:5]) >> shift for d in digests}.difference(self._read)
        self._read.update((bucket, bytearray()) for bucket in missing)
        if not self._empty:
            for bucket, entries in await bulk.fetch(self._tx, search_keys, (self._id,), missing):
                self._read[bucket] = bytearray(entries)

    def led_by(self, digest: bytes) -> Iterable[tuple[int, int]]:
        """The numbers that a hash leads to, each with how."""
        entries = self._read[int.from_bytes(digest[2:5]) >> self._shift]
        return keyed.found_in(entries, digest) if digest[2:] in entries else ()

    def link(self, keys: Iterable[tuple[bytes, int]], number: int) -> None:
        """Have all of these hashes lead to a number."""
        read, touched, shift, last = self._read, self._touched, self._shift, number.to_bytes(4)
        for digest, how in keys:
            bucket = int.from_bytes(digest[2:5]) >> shift
            read[bucket] += digest[2:] + keyed.BYTE[how] + last
            touched.add(bucket)

    def link_alike(self, digests: Iterable[bytes], how: int, number: int) -> None:
        """The same for hashes that all lead there in the same way."""
        read, touched, shift, last = self._read, self._touched, self._shift, keyed.BYTE[how] + number.to_bytes(4)  # fmt: skip
        for digest in digests:
            bucket = int.from_bytes(digest[2:5]) >> shift
            read[bucket] += digest[2:] + last
            touched.add(bucket)

    def unlink(self, keys: Iterable[tuple[bytes, int]], number: int) -> None:
        for digest, how in keys:
            bucket = keyed.bucket(digest, self._shift)
            keyed.take_out(self._read[bucket], keyed.entry(digest, how, number))
            self._touched.add(bucket)

    async def flush(self) -> None:
        """Write what was changed."""
        touched, read = sorted(self._touched), self._read
        for n in range(0, len(touched), PART):
            part = touched[n : n + PART]
            held = [(self._id, bucket, bytes(read.pop(bucket))) for bucket in part]
            await bulk.save(self._tx, search_keys, [row for row in held if row[2]])
            await bulk.drop(self._tx, search_keys, [row[:2] for row in held if not row[2]])
        self._touched.clear()
        self._empty = False

    async def grow(self, people: int) -> None:
        """Take full buckets apart once there are more people; from the highest on, so that none is met twice.

        Before anything is linked or unlinked, or after `flush`.
        """
        before, self._shift = self._shift, keyed.shift(people)
        if self._shift == before:
            return
        self._read.clear()
        if self._empty:
            return
        for end in range(1 << (24 - before), 0, -PART):
            found = await bulk.fetch(
                self._tx, search_keys, (self._id,), range(max(end - PART, 0), end)
            )
            await bulk.drop(self._tx, search_keys, [(self._id, bucket) for bucket, _ in found])
            parts = [keyed.apart(entries, self._shift) for _, entries in found]
            made = [(self._id, b, bytes(e)) for part in parts for b, e in part.items()]
            await bulk.save(self._tx, search_keys, made)
