"""Turns words into keyed 64-bit hashes, and hashes into places in the tables of the search index."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from hiring import search_words as words

ENTRY = 11  # bytes of an entry in a bucket: 6 of the hash, how, 4 of a number
FORM = 9  # bytes of a form of a word: 8 of the hash, how
MONTH = (
    1 << 32
)  # terms from here on are stretches of 28 days; below are words; negative ones are beginnings of words
BYTE = [bytes((n,)) for n in range(256)]
_KEPT_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class Forms:
    """All that leads to a word, hashed: `keys` by bucket, `terms` by list."""

    whole: bytes
    keys: tuple[tuple[bytes, int], ...]
    terms: tuple[int, ...]

    def pack(self) -> bytes:
        lists = [term.to_bytes(8, "big", signed=True) + b"\xfd" for term in self.terms]
        return b"".join(lists + [digest + BYTE[how] for digest, how in self.keys])

    @staticmethod
    def unpack(stored: bytes) -> "Forms":
        parts = [(stored[n : n + 8], stored[n + 8]) for n in range(0, len(stored), FORM)]
        terms = tuple(
            int.from_bytes(d, "big", signed=True) for d, how in parts if how == words.LIST
        )
        keys = tuple((d, how) for d, how in parts if how != words.LIST)
        return Forms(next(d for d, how in keys if how == words.WHOLE), keys, terms)


class Keyed:
    """The hashes of one account. Its key is derived from the account's and never stored; words are kept for a moment only."""

    def __init__(self, account_key: bytes) -> None:
        key = blake2b(b"candidate search", key=account_key, digest_size=32).digest()
        self._word, self._list, self._person = (
            blake2b(key=key, digest_size=8, person=purpose)
            for purpose in (b"word", b"list", b"person")
        )
        self._known: dict[tuple[str, bool], tuple[bytes, tuple[int, ...]]] = {}
        self._begun: dict[str, int] = {}

    def word(self, text: str) -> bytes:
        """Of a word, or of a text that leads to words."""
        made = self._word.copy()
        made.update(text.encode())
        return made.digest()

    def person(self, text: str) -> bytes:
        """Of an id, an address or a phone."""
        made = self._person.copy()
        made.update(text.encode())
        return made.digest()

    def beginning(self, text: str) -> int:
        """The term of the list of people with a word that begins so: always negative."""
        found = self._begun.get(text)
        if found is None:
            if len(self._begun) >= _KEPT_WORDS:
                self._begun.clear()
            made = self._list.copy()
            made.update(text.encode())
            found = self._begun[text] = -1 - (int.from_bytes(made.digest(), "big") >> 1)
        return found

    def lists(self, word: str, quiet: bool) -> tuple[bytes, tuple[int, ...]]:
        """The hash of a whole word, and the terms of its beginnings."""
        found = self._known.get((word, quiet))
        if found is None:
            if len(self._known) >= _KEPT_WORDS:
                self._known.clear()
            starts = (t for t, how in words.forms(word, quiet) if how == words.LIST)
            found = self.word(word), tuple(self.beginning(text) for text in starts)
            self._known[word, quiet] = found
        return found

    def forms(self, word: str, quiet: bool) -> Forms:
        whole, terms = self.lists(word, quiet)
        copy, keys = self._word.copy, [(whole, words.WHOLE)]
        for text, how in words.forms(word, quiet):
            if how not in (words.LIST, words.WHOLE):
                made = copy()
                made.update(text.encode())
                keys.append((made.digest(), how))
        return Forms(whole, tuple(keys), terms)


def shift(people: int) -> int:
    """What tells the buckets of an index that so many people were put into: 1,024 of them, eight times as many after
    16,384 people, and again after eight times as many people. Few full rows are written sooner than many small ones.
    """
    return 14 - 3 * max(0, (people.bit_length() - 12) // 3)


def bucket(digest: bytes, shift: int) -> int:
    """Where a hash has its entries."""
    return int.from_bytes(digest[2:5], "big") >> shift


def apart(entries: bytes, shift: int) -> dict[int, bytearray]:
    """The entries of a bucket by the buckets of a larger index."""
    found: dict[int, bytearray] = {}
    for place in range(0, len(entries), ENTRY):
        new = int.from_bytes(entries[place : place + 3], "big") >> shift
        found.setdefault(new, bytearray()).extend(entries[place : place + ENTRY])
    return found


def entry(digest: bytes, how: int, number: int) -> bytes:
    return digest[2:] + BYTE[how] + number.to_bytes(4, "big")


def found_in(entries: bytes | bytearray, digest: bytes) -> Iterator[tuple[int, int]]:
    """The numbers that a hash leads to, each with how."""
    rest = digest[2:]
    place = entries.find(rest)
    while place >= 0:
        if place % ENTRY == 0:
            yield int.from_bytes(entries[place + 7 : place + ENTRY], "big"), entries[place + 6]
        place = entries.find(rest, place + 1)


def take_out(entries: bytearray, unwanted: bytes) -> None:
    place = entries.find(unwanted)
    while place >= 0 and place % ENTRY:
        place = entries.find(unwanted, place + 1)
    if place >= 0:
        del entries[place : place + ENTRY]


def month(active: int) -> int:
    """The term of the people who were last active in the same 28 days; `active` in minutes since 1970."""
    return MONTH + active // (28 * 24 * 60)
