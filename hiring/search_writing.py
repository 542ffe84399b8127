"""Writes a page of people into one generation of the search index: looks at what is there, and writes the difference."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import bulk
from hiring import search_keyed as keyed
from hiring import search_sets as sets
from hiring import search_words as words
from hiring.search_buckets import Buckets
from hiring.search_keyed import Forms, Keyed
from hiring.search_table import search_lists, search_people, search_words

BLOCK = 1 << sets.BITS
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as the ATS tells it. Of two entries the one with the higher `version` stays; 0 always replaces."""

    remote: str
    names: Sequence[str]
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    version: int = 0
    active_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A row of `search_people`."""

    number: int
    version: int
    active: int
    words: frozenset[int]
    keys: frozenset[bytes]
    remote: str

    def row(self, generation: int) -> tuple[int, int, int, int, bytes, bytes, bytes]:
        numbers = b"".join(n.to_bytes(4, "big") for n in sorted(self.words))
        keys = b"".join(sorted(self.keys))
        remote = packed_id(self.remote)
        return (generation, self.number, self.version, self.active, numbers, keys, remote)


@dataclass(frozen=True, slots=True)
class Generation:
    """A row of `search_generations`."""

    id: int
    state: str
    mode: str
    rules: int
    next_person: int
    next_word: int


class Writing:
    """The changes of one transaction to one generation. Nobody else may write to it meanwhile."""

    def __init__(self, tx: AsyncConnection, hashes: Keyed, generation: Generation) -> None:
        self._tx, self._hashes, self._id = tx, hashes, generation.id
        self._quiet = generation.mode == "quiet"
        self.next_person, self.next_word = generation.next_person, generation.next_word
        self._buckets = Buckets(tx, generation.id, generation.next_person)
        self._joined: dict[tuple[int, int], list[int]] = defaultdict(list)  # by block and term
        self._left: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._emptied: set[int] = set()

    async def put(self, entries: Iterable[Entry]) -> None:
        latest: dict[str, Entry] = {}
        for entry in entries:
            if entry.remote not in latest or entry.version >= latest[entry.remote].version:
                latest[entry.remote] = entry
        before = await self._known(latest)
        fresh = [
            e for e in latest.values()
            if e.remote not in before or not 0 < e.version < before[e.remote].version
        ]  # fmt: skip
        spoken = {e.remote: words.name_words(e.names) for e in fresh}
        keys = {
            e.remote: [self._hashes.person(k) for k in words.person_keys(e.emails, e.phones)]
            for e in fresh
        }
        await self._buckets.need(k for some in keys.values() for k in some)
        await self._buckets.need(
            k for e in fresh if e.remote in before for k in before[e.remote].keys
        )
        numbers = await self._numbered({w for some in spoken.values() for w in some})
        after = [
            self._person(e, before.get(e.remote), {numbers[w] for w in spoken[e.remote]}, keys[e.remote])
            for e in fresh
        ]  # fmt: skip
        terms = {number: self._hashes.lists(w, self._quiet)[1] for w, number in numbers.items()}
        terms |= await self._terms_of(
            {n for e in fresh if e.remote in before for n in before[e.remote].words} - terms.keys()
        )
        for person in after:
            self._change(before.get(person.remote), person, terms)
        await bulk.save(self._tx, search_people, [p.row(self._id) for p in after])
        await self._flush()

    async def remove(self, remotes: Collection[str]) -> None:
        before = await self._known(remotes)
        terms = await self._terms_of({n for person in before.values() for n in person.words})
        await self._buckets.need(k for person in before.values() for k in person.keys)
        for person in before.values():
            self._change(person, replace(person, words=frozenset(), keys=frozenset()), terms)
            self._leave(keyed.month(person.active), person.number)
            self._buckets.unlink([(self._id_key(person.remote), words.OWN)], person.number)
        await bulk.drop(
            self._tx, search_people, [(self._id, person.number) for person in before.values()]
        )
        await self._flush()

    async def _known(self, remotes: Collection[str]) -> dict[str, Person]:
        keys = {remote: self._id_key(remote) for remote in remotes}
        await self._buckets.need(keys.values())
        numbers = [n for key in keys.values() for n, _ in self._buckets.led_by(key)]
        found = [
            read_person(row)
            for row in await bulk.fetch(self._tx, search_people, (self._id,), numbers)
        ]
        return {person.remote: person for person in found}

    async def _numbered(self, wanted: Collection[str]) -> dict[str, int]:
        """The number of each word; new words get one, and all that leads to them is written."""
        wholes = {w: self._hashes.lists(w, self._quiet)[0] for w in wanted}
        await self._buckets.need(wholes.values())
        numbers: dict[str, int] = {}
        new: dict[str, Forms] = {}
        for word in sorted(wanted):
            led = self._buckets.led_by(wholes[word])
            number = next((n for n, how in led if how == words.WHOLE), None)
            if number is None:
                new[word] = self._hashes.forms(word, self._quiet)
                number, self.next_word = self.next_word, self.next_word + 1
            numbers[word] = number
        await self._buckets.need(digest for forms in new.values() for digest, _ in forms.keys)
        for word, forms in new.items():
            self._buckets.link(forms.keys, numbers[word])
        made = [(self._id, numbers[word], forms.pack()) for word, forms in new.items()]
        await bulk.save(self._tx, search_words, made)
        return numbers

    def _person(
        self, entry: Entry, before: Person | None, numbers: set[int], keys: list[bytes]
    ) -> Person:
        number = before.number if before else self.next_person
        if before is None:
            self.next_person += 1
            self._buckets.link([(self._id_key(entry.remote), words.OWN)], number)
        active = int(entry.active_at.timestamp() // 60) if entry.active_at else 0
        return Person(
            number, entry.version, max(active, 0), frozenset(numbers), frozenset(keys), entry.remote
        )

    def _change(
        self, before: Person | None, after: Person, terms: Mapping[int, tuple[int, ...]]
    ) -> None:
        """Write down which lists and keys a person joins and leaves."""
        had, has = before.words if before else frozenset(), after.words
        had_terms = had.union(*(terms[n] for n in had))
        has_terms = has.union(*(terms[n] for n in has))
        had_keys = before.keys if before else frozenset()
        if before is None or keyed.month(before.active) != keyed.month(after.active):
            if before:
                self._leave(keyed.month(before.active), before.number)
            self._join(keyed.month(after.active), after.number)
        for term in has_terms - had_terms:
            self._join(term, after.number)
        for term in had_terms - has_terms:
            self._leave(term, after.number)
        self._buckets.link([(key, words.OWN) for key in after.keys - had_keys], after.number)
        self._buckets.unlink([(key, words.OWN) for key in had_keys - after.keys], after.number)

    async def _terms_of(self, numbers: Collection[int]) -> dict[int, tuple[int, ...]]:
        found = await bulk.fetch(self._tx, search_words, (self._id,), numbers)
        return {number: Forms.unpack(stored).terms for number, stored in found}

    async def _flush(self) -> None:
        await self._flush_lists()
        await self._forget_words()
        await self._buckets.flush()
        await self._buckets.grow(self.next_person)

    async def _flush_lists(self) -> None:
        by_block: dict[int, set[int]] = defaultdict(set)
        for block, term in [*self._joined, *self._left]:
            by_block[block].add(term)
        for block, terms in by_block.items():
            found = await bulk.fetch(self._tx, search_lists, (self._id,), terms, block)
            stored = {term: people for term, _, people in found}
            saved, gone = [], []
            for term in terms:
                joined = self._joined.get((block, term), [])
                left = self._left.get((block, term), [])
                people = sets.changed(stored.get(term, b""), joined, left)
                if people:
                    saved.append((self._id, term, block, people))
                else:
                    gone.append((self._id, term, block))
            await bulk.save(self._tx, search_lists, saved)
            await bulk.drop(self._tx, search_lists, gone)
            self._emptied.update(term for _, term, _ in gone if 0 <= term < keyed.MONTH)

    async def _forget_words(self) -> None:
        """A word that nobody bears any more leaves no trace."""
        borne = await bulk.fetch(self._tx, search_lists, (self._id,), self._emptied)
        unborne = self._emptied - {term for term, _, _ in borne}
        found = [
            (number, Forms.unpack(stored))
            for number, stored in await bulk.fetch(self._tx, search_words, (self._id,), unborne)
        ]
        await self._buckets.need(digest for _, forms in found for digest, _ in forms.keys)
        for number, forms in found:
            self._buckets.unlink(forms.keys, number)
        await bulk.drop(self._tx, search_words, [(self._id, number) for number, _ in found])

    def _join(self, term: int, number: int) -> None:
        self._joined[number >> sets.BITS, term].append(number & (BLOCK - 1))

    def _leave(self, term: int, number: int) -> None:
        self._left[number >> sets.BITS, term].append(number & (BLOCK - 1))

    def _id_key(self, remote: str) -> bytes:
        return self._hashes.person(words.id_key(remote))


def read_person(row: Sequence[object]) -> Person:
    number, version, active, numbers, keys, remote = row
    assert isinstance(number, int)
    assert isinstance(version, int)
    assert isinstance(active, int)
    assert isinstance(numbers, bytes)
    assert isinstance(keys, bytes)
    assert isinstance(remote, bytes)
    return Person(
        number,
        version,
        active,
        frozenset(int.from_bytes(numbers[n : n + 4], "big") for n in range(0, len(numbers), 4)),
        frozenset(keys[n : n + 8] for n in range(0, len(keys), 8)),
        unpacked_id(remote),
    )


def packed_id(remote: str) -> bytes:
    """An id of the ATS, a UUID in 16 bytes instead of 36."""
    if _UUID.fullmatch(remote):
        return b"u" + bytes.fromhex(remote.replace("-", ""))
    return b"t" + remote.encode()


def unpacked_id(stored: bytes) -> str:
    return str(UUID(bytes=stored[1:])) if stored[:1] == b"u" else stored[1:].decode()
