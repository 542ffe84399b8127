"""Sets of people's numbers as the search index stores them: by blocks of 65,536, each in the form of a container of a Roaring bitmap.

A stored block is how many it holds less one, in two bytes, and then up to 4,096 numbers in order, two bytes each, or else
bits (RoaringFormatSpec, "Descriptive header" and "Containers"). So stored blocks are put behind a header and read at once.
"""

import struct
import sys
from array import array
from collections.abc import Collection, Iterable, Mapping
from itertools import accumulate

from pyroaring import BitMap

BITS = 16
MOST = 4_096  # numbers in order; more are bits
_COOKIE = 12_346  # no container is a list of runs
_COUNT = slice(10, 12)  # in the form of a whole set of one container, whose content begins at:
_CONTENT = 16

Stored = Mapping[int, bytes]  # a list, by block


def load(stored: Stored) -> BitMap:
    """The numbers of a list."""
    blocks = sorted(stored)
    some = [stored[block] for block in blocks]
    begin = accumulate((len(one) - 2 for one in some), initial=8 + 8 * len(some))
    about = b"".join(block.to_bytes(2, "little") + one[:2] for block, one in zip(blocks, some, strict=True))  # fmt: skip
    places = struct.pack(f"<{len(some)}I", *list(begin)[:-1])
    head = struct.pack("<II", _COOKIE, len(some))
    return BitMap.deserialize(b"".join((head, about, places, *(one[2:] for one in some))))


def either(sets: Iterable[BitMap]) -> BitMap:
    """Who is in any of them."""
    return BitMap.union(BitMap(), *sets)


def newest(people: BitMap, count: int) -> list[int]:
    """The highest numbers, highest first."""
    return list(people[-min(count, len(people)) :])[::-1] if people else []


def changed(stored: bytes, joined: Collection[int], left: Collection[int]) -> bytes:
    """The stored form of a block after some joined, a few perhaps twice, and some left; empty when nobody is in it any more."""
    new, have = sorted(set(joined)), int.from_bytes(stored[:2], "little") + 1 if stored else 0
    last = int.from_bytes(stored[-2:], "little") if stored else -1
    if new and not left and new[0] > last and have + len(new) <= MOST:
        return (have + len(new) - 1).to_bytes(2, "little") + stored[2:] + _in_order(new)
    people = load({0: stored}) if have else BitMap()
    people.update(new)
    people.difference_update(BitMap(left))
    whole = people.serialize()
    return whole[_COUNT] + whole[_CONTENT:] if people else b""


def _in_order(numbers: Collection[int]) -> bytes:
    written = array("H", numbers)
    if sys.byteorder == "big":
        written.byteswap()
    return written.tobytes()
