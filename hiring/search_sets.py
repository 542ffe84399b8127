"""Sets of people's numbers as the search index stores them: by blocks of 65,536, short ones as numbers, wide ones as bits."""

import sys
from array import array
from collections.abc import Collection, Iterable, Mapping
from itertools import islice

BITS = 16
WIDE = 1_024  # fewer take less room as numbers; of more, bits take up to four times as much and are combined much sooner
PACKED = 1_500  # from so many numbers on their bits are sooner made all at once
_BYTES = (1 << BITS) // 8
_BIT = [1 << n for n in range(8)]

Block = int | Collection[int]  # bits, or numbers without order
People = Mapping[int, Block]  # by block
Stored = Mapping[int, bytes]  # a list as the index has it, by block


def changed(stored: bytes, joined: Collection[int], left: Collection[int]) -> bytes:
    """The stored form of a block after some joined, a few perhaps twice, and some left; empty when nobody is in it any more."""
    if len(stored) == _BYTES:
        return _changed_bits(stored, joined, left)
    have = _numbers(stored)
    if left or (have and joined and min(joined) <= have[-1]):
        have = array("H", sorted(set(have).difference(left).union(joined)))
    else:
        have.extend(sorted(set(joined)))
    return _bits(have).to_bytes(_BYTES, "little") if len(have) >= WIDE else _stored(have)


def _changed_bits(stored: bytes, joined: Collection[int], left: Collection[int]) -> bytes:
    whole = int.from_bytes(stored, "little") | _bits(joined)
    if left:
        whole &= ~_bits(left)
    # a little under, so that a set at the edge does not flutter
    if whole.bit_count() >= WIDE * 3 // 4:
        return whole.to_bytes(_BYTES, "little")
    return _stored(array("H", sorted(_members(whole))))


def load(lists: Iterable[Stored]) -> People:
    """Who is in any of some stored lists."""
    blocks: dict[int, list[bytes]] = {}
    for stored in lists:
        for block, some in stored.items():
            blocks.setdefault(block, []).append(some)
    return {block: _load(some) for block, some in blocks.items()}


def both(one: People, other: People) -> People:
    """Who is in both."""
    found = {block: _both(one[block], other[block]) for block in one.keys() & other.keys()}
    return {block: people for block, people in found.items() if people}


def either(sets: Iterable[People]) -> People:
    """Who is in any of them."""
    blocks: dict[int, list[Block]] = {}
    for people in sets:
        for block, some in people.items():
            blocks.setdefault(block, []).append(some)
    return {block: _either(some) for block, some in blocks.items()}


def size(people: People) -> int:
    return sum(b.bit_count() if isinstance(b, int) else len(b) for b in people.values())


def newest(people: People, count: int) -> list[int]:
    """The highest numbers, highest first."""
    found: list[int] = []
    for block in sorted(people, reverse=True):
        some = people[block]
        members = _members(some) if isinstance(some, int) else sorted(some, reverse=True)
        found += [(block << BITS) + n for n in islice(members, count - len(found))]
        if len(found) >= count:
            break
    return found


def _both(one: Block, other: Block) -> Block:
    if isinstance(one, int) and isinstance(other, int):
        return one & other
    if isinstance(one, int):
        one, other = other, one
    assert not isinstance(one, int)
    if isinstance(other, int):
        bits, bit = other.to_bytes(_BYTES, "little"), _BIT
        return [n for n in one if bits[n >> 3] & bit[n & 7]]
    few, many = (one, other) if len(one) < len(other) else (other, one)
    return set(few).intersection(many)


def _load(some: list[bytes]) -> Block:
    wide = [stored for stored in some if len(stored) == _BYTES]
    short = _numbers(b"".join(stored for stored in some if len(stored) != _BYTES))
    if not wide:
        return short if len(some) == 1 else set(short)
    whole = _bits(short)
    for stored in wide:
        whole |= int.from_bytes(stored, "little")
    return whole


def _either(some: list[Block]) -> Block:
    if len(some) == 1:
        return some[0]
    short = [s for s in some if not isinstance(s, int)]
    if len(short) == len(some):
        return set().union(*short)
    whole = _bits([n for numbers in short for n in numbers])
    for bits in some:
        if isinstance(bits, int):
            whole |= bits
    return whole


def _members(bits: int) -> Iterable[int]:
    """Highest first."""
    text = bin(bits)[2:]
    top, place = len(text) - 1, text.find("1")
    while place >= 0:
        yield top - place
        place = text.find("1", place + 1)


def _bits(numbers: Collection[int]) -> int:
    """The bits of some numbers. Of many, each is written as a digit, and all are read at once."""
    if len(numbers) < PACKED:
        bits, bit = bytearray(_BYTES), _BIT
        for number in numbers:
            bits[number >> 3] |= bit[number & 7]
        return int.from_bytes(bits, "little")
    digits = bytearray(b"0") * (1 << BITS)
    for number in numbers:
        digits[-1 - number] = 49  # "1"
    return int(digits, 2)


def _numbers(stored: bytes) -> "array[int]":
    found = array("H")
    found.frombytes(stored)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _stored(numbers: "array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
