"""Finds people in the search index: by what is theirs alone, then by all words as typed, then with an edit forgiven."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from pyroaring import BitMap

from hiring import search_keyed as keyed
from hiring import search_sets as sets
from hiring import search_words as words
from hiring.bulk import Look
from hiring.search_keyed import Keyed
from hiring.search_table import search_keys, search_lists, search_people
from hiring.search_writing import unpacked_id

MANY = 300  # so many people are put in order by reading them all; of more, only the recently active are read
MONTHS = 4  # read at first, and twice as many each time after
MOST_WORDS = 6
_GENERATIONS = "select id, next_person from search_generations where account = ? and state <> 'dropped' order by state desc"
_LAST_TERM = "select max(term) from search_lists where generation = ? and term >= ? and term < ?"


@dataclass(frozen=True, slots=True)
class Match:
    """A person of the ATS. `edits` is how many of the typed words are theirs only after one edit each."""

    remote: str
    edits: int


@dataclass(slots=True)
class Typed:
    """A typed word, and the lists of people it may mean."""

    whole: set[int] = field(default_factory=set)  # who bear it
    begun: set[int] = field(default_factory=set)  # whose word begins so
    near: set[int] = field(default_factory=set)  # whose word is one edit away


def find(look: Look, hashes: Keyed, account: str, text: str, limit: int) -> list[Match]:
    """Of the account's live generation, or of the one being built where there is no other."""
    generations = look.rows(_GENERATIONS, (account,))
    if not generations:
        return []
    question = words.question(text)
    generation, people = generations[0]
    finding = Finding(look, hashes, generation, people, limit)
    finding.by_keys(question.keys)
    if finding.matches:
        return finding.matches[:limit]
    for reading in question.readings:
        finding.by_words(list(reading)[:MOST_WORDS])
    return finding.matches[:limit]


class Finding:
    """One search. What is found first is better. `people`: how many were put into the generation so far."""

    def __init__(self, look: Look, hashes: Keyed, generation: int, people: int, limit: int) -> None:
        self._look, self._hashes, self._id, self._limit = look, hashes, generation, limit
        self._shift = keyed.shift(people)
        self._seen: set[int] = set()
        self._lists: dict[int, BitMap] = {}
        self.matches: list[Match] = []

    def by_keys(self, keys: Iterable[str]) -> None:
        """People in the order of the keys that lead to them."""
        digests = [self._hashes.person(key) for key in keys]
        buckets = self._buckets(digests)
        for digest in digests:
            led = keyed.found_in(buckets.get(keyed.bucket(digest, self._shift), b""), digest)
            self._add({n for n, _ in led}, 0)

    def by_words(self, reading: list[str]) -> None:
        if self._full():
            return
        typed = self._typed(reading)
        self._read({term for t in typed for term in t.whole | t.begun})
        whole = [self._any(t.whole) for t in typed]
        begun = [self._any(self._wider(t)) for t in typed]
        for beginnings in range(min(2, len(typed))):
            rounds = [_all_of(choice) for choice in _choices(whole, begun, beginnings)]
            self._take(sets.either(rounds), 0)
        self._take(_all_of(begun), 0)
        if self._full():
            return
        self._read({term for t in typed for term in t.near})
        near = [self._any(t.near) for t in typed]
        for edits in range(1, min(2, len(typed)) + 1):
            rounds = [_all_of(choice) for choice in _choices(begun, near, edits)]
            self._take(sets.either(rounds), edits)

    def _typed(self, reading: list[str]) -> list[Typed]:
        """Look up which words may be meant."""
        alone = len(reading) == 1
        texts = {word: [(word, None), *words.shortened(word)] for word in reading}
        hashed = {text: self._hashes.word(text) for some in texts.values() for text, _ in some}
        buckets = self._buckets(hashed.values())
        found = []
        for word in reading:
            typed = Typed()
            begun = words.is_begun(word, alone)
            if begun and len(word) <= words.SHORT:
                typed.begun.add(self._hashes.beginning(word))
            for text, left_out in texts[word]:
                digest = hashed[text]
                for number, how in keyed.found_in(
                    buckets.get(keyed.bucket(digest, self._shift), b""), digest
                ):
                    if left_out is None and how == words.WHOLE:
                        typed.whole.add(number)
                    elif left_out is None and how == words.PREFIX and begun:
                        typed.begun.add(number)
                    elif len(word) > 1 and words.forgiven(left_out, how):
                        typed.near.add(number)
            found.append(typed)
        return found

    def _take(self, people: BitMap, edits: int) -> None:
        """Add those of a set who are not there yet, the recently active first, as far as there is room."""
        if self._full() or not people:
            return
        if len(people) > MANY:
            people = self._recent(people, self._limit + len(self._seen))
        self._add(sets.newest(people, max(MANY, self._limit)), edits)

    def _recent(self, people: BitMap, enough: int) -> BitMap:
        """Those who were active in the newest months, at least `enough` of them where there are."""
        found: list[BitMap] = []
        before, count = 2 * keyed.MONTH, MONTHS
        while sum(map(len, found)) < enough:
            ((last,),) = self._look.rows(_LAST_TERM, (self._id, keyed.MONTH, before))
            if last is None:
                break
            before = max(last - count + 1, keyed.MONTH)
            count *= 2
            months = range(before, last + 1)
            self._read(months)
            found.append(people & self._any(months))
        return sets.either(found)

    def _read(self, terms: Collection[int]) -> None:
        """Read lists that were not read yet."""
        missing = set(terms) - self._lists.keys()
        read: dict[int, dict[int, bytes]] = {term: {} for term in missing}
        for term, block, people in self._look.fetch(search_lists, (self._id,), missing):
            read[term][block] = people
        self._lists.update((term, sets.load(blocks)) for term, blocks in read.items())

    def _any(self, terms: Iterable[int]) -> BitMap:
        return sets.either(self._lists[term] for term in terms)

    def _wider(self, typed: Typed) -> set[int]:
        """The lists of who bears a typed word or one that begins so; one list of a beginning has them all."""
        if typed.begun and any(term < 0 and self._lists[term] for term in typed.begun):
            return typed.begun
        return typed.whole | typed.begun

    def _buckets(self, digests: Iterable[bytes]) -> Mapping[int, bytes]:
        wanted = {keyed.bucket(d, self._shift) for d in digests}
        found = self._look.fetch(search_keys, (self._id,), wanted)
        return dict(found)

    def _add(self, numbers: Collection[int], edits: int) -> None:
        """Add people who are not there yet, the recently active first, as far as there is room."""
        new = [n for n in numbers if n not in self._seen]
        found = self._look.fetch(search_people, (self._id,), new)
        ordered = sorted(
            ((active, number, remote) for number, _, active, _, _, remote in found), reverse=True
        )
        for _, number, remote in ordered[: self._limit - len(self.matches)]:
            self._seen.add(number)
            self.matches.append(Match(unpacked_id(remote), edits))

    def _full(self) -> bool:
        return len(self.matches) >= self._limit


def _all_of(some: Iterable[BitMap]) -> BitMap:
    """Who is in all of them, beginning with the smallest."""
    return BitMap.intersection(*sorted(some, key=len))


def _choices(usual: list[BitMap], wider: list[BitMap], count: int) -> Iterator[list[BitMap]]:
    """The sets of the words, so many of them exchanged for the wider ones, in each way there is."""
    for exchanged in combinations(range(len(usual)), count):
        yield [wider[n] if n in exchanged else usual[n] for n in range(len(usual))]
