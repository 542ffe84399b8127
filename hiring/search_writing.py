"""Writes a page of people into one generation of the search index: looks at what is there, and writes the difference."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from struct import pack
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import bulk
from hiring import search_keyed as keyed
from hiring import search_sets as sets
from hiring import search_words as words
from hiring.search_buckets import Buckets
from hiring.search_keyed import Forms, Keyed
from hiring.search_ready import Ready
from hiring.search_table import search_lists, search_people, search_words

BLOCK = 1 << sets.BITS
PersonRow = tuple[int, int, int, int, bytes, bytes, bytes]
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Person:
    """A row of `search_people`."""

    number: int
    version: int
    active: int
    words: frozenset[int]
    keys: frozenset[bytes]
    remote: str

    def row(self, generation: int) -> PersonRow:
        return (
            generation, self.number, self.version, self.active, packed_numbers(self.words), b"".join(sorted(self.keys)),
            packed_id(self.remote),
        )  # fmt: skip


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
        self.next_person = self._people = generation.next_person
        self.next_word = self._words = generation.next_word
        self._buckets = Buckets(tx, generation.id, generation.next_person)
        self._joined: dict[tuple[int, int], list[int]] = defaultdict(list)  # by block and term
        self._left: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._emptied: set[int] = set()

    async def put(self, people: Iterable[Ready]) -> None:
        latest: dict[str, Ready] = {}
        for told in people:
            if told.remote not in latest or told.version >= latest[told.remote].version:
                latest[told.remote] = told
        before = await self._known({told.remote: told.id for told in latest.values()})
        new = [told for told in latest.values() if told.remote not in before]
        changed = [
            told for told in latest.values()
            if told.remote in before and not 0 < told.version < before[told.remote].version
        ]  # fmt: skip
        await self._buckets.grow(self.next_person + len(new))
        await self._buckets.need(told.id for told in new)
        await self._buckets.need(k for told in (*new, *changed) for k in told.keys)
        await self._buckets.need(k for told in changed for k in before[told.remote].keys)
        numbers = await self._numbered({w for told in (*new, *changed) for w in told.words})
        terms = {number: self._hashes.lists(w, self._quiet)[1] for w, number in numbers.items()}
        terms |= await self._terms_of(
            {n for told in changed for n in before[told.remote].words} - terms.keys()
        )
        rows = self._add(new, numbers, terms)
        for told in changed:
            was, borne = before[told.remote], frozenset(numbers[w] for w in told.words)
            now = Person(was.number, told.version, told.active, borne, frozenset(told.keys), told.remote)  # fmt: skip
            if now != was:
                self._change(was, now, terms)
                rows.append(now.row(self._id))
        await bulk.save(self._tx, search_people, sorted(rows))
        await self._flush()

    async def remove(self, remotes: Collection[str]) -> None:
        before = await self._known({remote: self._id_key(remote) for remote in remotes})
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

    async def _known(self, keys: Mapping[str, bytes]) -> dict[str, Person]:
        """Those who are there, by their ids with the hashes of these."""
        if not self.next_person:
            return {}
        await self._buckets.need(keys.values())
        numbers = [n for key in keys.values() for n, _ in self._buckets.led_by(key)]
        found = [
            read_person(row)
            for row in await bulk.fetch(self._tx, search_people, (self._id,), numbers)
        ]
        return {person.remote: person for person in found if person.remote in keys}

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

    def _add(
        self, new: Iterable[Ready], numbers: Mapping[str, int], terms: Mapping[int, tuple[int, ...]]
    ) -> list[PersonRow]:
        """Number people who were not there, and have their lists and keys lead to them; gives their rows."""
        generation, number, rows = self._id, self.next_person, []
        months: dict[tuple[int, int], list[int]] = defaultdict(list)
        bearers: dict[tuple[int, int], list[int]] = defaultdict(list)
        for told in new:
            block, place = number >> sets.BITS, number & (BLOCK - 1)
            borne = [numbers[w] for w in told.words]
            for word in borne:
                bearers[block, word].append(place)
            months[block, keyed.month(told.active)].append(place)
            self._buckets.link_alike((told.id, *told.keys), words.OWN, number)
            rows.append((
                generation, number, told.version, told.active, packed_numbers(borne), b"".join(sorted(told.keys)),
                packed_id(told.remote),
            ))  # fmt: skip
            number += 1
        self.next_person = number
        for some, lists in ((bearers, terms), (months, {})):
            for (block, term), people in some.items():
                for each in (term, *lists.get(term, ())):
                    self._joined[block, each] += people
        return rows

    def _change(self, before: Person, after: Person, terms: Mapping[int, tuple[int, ...]]) -> None:
        """Write down which lists and keys a person joins and leaves."""
        had_terms = before.words.union(*(terms[n] for n in before.words))
        has_terms = after.words.union(*(terms[n] for n in after.words))
        if keyed.month(before.active) != keyed.month(after.active):
            self._leave(keyed.month(before.active), before.number)
            self._join(keyed.month(after.active), after.number)
        for term in has_terms - had_terms:
            self._join(term, after.number)
        for term in had_terms - has_terms:
            self._leave(term, after.number)
        self._buckets.link_alike(after.keys - before.keys, words.OWN, after.number)
        self._buckets.unlink([(key, words.OWN) for key in before.keys - after.keys], after.number)

    async def _terms_of(self, numbers: Collection[int]) -> dict[int, tuple[int, ...]]:
        found = await bulk.fetch(self._tx, search_words, (self._id,), numbers)
        return {number: Forms.unpack(stored).terms for number, stored in found}

    async def _flush(self) -> None:
        await self._flush_lists()
        await self._forget_words()
        await self._buckets.flush()

    async def _flush_lists(self) -> None:
        by_block: dict[int, set[int]] = defaultdict(set)
        for block, term in [*self._joined, *self._left]:
            by_block[block].add(term)
        for block, terms in by_block.items():
            stored = await self._stored(block, terms)
            saved, gone = [], []
            for term in sorted(terms):
                joined = self._joined.get((block, term), ())
                left = self._left.get((block, term), ())
                people = sets.changed(stored.get(term, b""), joined, left)
                if people:
                    saved.append((self._id, term, block, people))
                else:
                    gone.append((self._id, term, block))
            await bulk.save(self._tx, search_lists, saved)
            await bulk.drop(self._tx, search_lists, gone)
            self._emptied.update(term for _, term, _ in gone if 0 <= term < keyed.MONTH)

    async def _stored(self, block: int, terms: Iterable[int]) -> dict[int, bytes]:
        """The lists as they are, but for those that cannot be there: of a new block, or of new words."""
        if block << sets.BITS >= self._people:
            return {}
        old = [t for t in terms if t < self._words or t >= keyed.MONTH]
        found = await bulk.fetch(self._tx, search_lists, (self._id,), old, block)
        return {term: people for term, _, people in found}

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


def packed_numbers(numbers: Collection[int]) -> bytes:
    return pack(f">{len(numbers)}I", *sorted(numbers))


def packed_id(remote: str) -> bytes:
    """An id of the ATS, a UUID in 16 bytes instead of 36."""
    if _UUID.fullmatch(remote):
        return b"u" + bytes.fromhex(remote.replace("-", ""))
    return b"t" + remote.encode()


def unpacked_id(stored: bytes) -> str:
    return str(UUID(bytes=stored[1:])) if stored[:1] == b"u" else stored[1:].decode()
