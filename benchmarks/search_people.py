"""Made-up candidates with names as unevenly spread as a census finds them; the same seed gives the same people."""

import uuid
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

GIVEN, FAMILY = 5_000, 88_000
ONSETS = (
    "m:9 j:8 s:7 c:7 b:7 d:6 l:6 r:6 k:5 h:5 w:5 g:5 t:5 p:5 a:0 f:4 n:4 v:3 st:2 br:2 ch:2 sh:2 "
    "th:1 tr:1 gr:2 cl:1 kr:1 fr:1 z:1 y:1 sch:1 mc:1 pr:1 dr:1 bl:1 :9"
)
VOWELS = "a:20 e:16 i:12 o:12 u:7 y:2 ai:1 ee:1 ou:1 ie:1 ea:2 ei:1 au:1"
MIDDLES = "l:8 r:9 n:9 m:6 s:6 t:6 d:5 ll:4 rr:2 nn:3 tt:2 v:3 b:3 c:3 k:3 g:3 rd:1 nd:2 rt:2 st:2 ck:1 th:2 ch:1 ng:1"
ENDS = "n:9 r:6 s:6 l:4 :12 tt:1 ll:1 nd:1 rd:1 ck:1 t:2 m:1 d:2 k:1 z:1 th:1 son:3 man:2 ton:2 ez:2 er:2 ley:1 ski:1"
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Made:
    remote: str
    name: str
    email: str | None
    phone: str | None
    active_at: datetime


class Spread:
    """Draws from a list in which the n-th is chosen in proportion to 1 / (n + shift) ** slope."""

    def __init__(self, values: list[str], slope: float, shift: float) -> None:
        self._values = values
        self._sums = list(accumulate(1 / (n + shift) ** slope for n in range(1, len(values) + 1)))

    def draw(self, random: Random) -> str:
        return self._values[bisect(self._sums, random.random() * self._sums[-1])]


def people(count: int, seed: int = 7) -> Iterator[Made]:
    """One by one. The James of this town is one in forty, its Smith one in ninety; 2.12 words to a name."""
    random = Random(seed)
    given = Spread(_words(random, GIVEN, 1.6), 1.15, 8)
    family = Spread(_words(random, FAMILY, 2.2), 0.85, 3)
    for number in range(count):
        names = [given.draw(random), family.draw(random)]
        chance = random.random()
        if chance < 0.06:
            names.insert(1, given.draw(random))
        elif chance < 0.12:
            names.append(family.draw(random))
        mail = f"{names[0]}.{names[-1]}{random.randrange(1_000)}@mail{random.randrange(40)}.example"
        phone = f"+1 {random.randrange(2_000_000_000, 9_999_999_999)}"
        yield Made(
            str(uuid.UUID(int=random.getrandbits(128))),
            " ".join(n.capitalize() for n in names),
            mail if random.random() < 0.95 else None,
            phone if random.random() < 0.8 else None,
            NOW - timedelta(days=2_900 * (1 - (number + random.random()) / count) ** 1.5),
        )


def write(path: Path, count: int) -> None:
    """One line each, so that they are made up once and read by all."""
    with path.open("w") as file:
        for made in people(count):
            parts = (made.remote, made.name, made.email or "", made.phone or "", made.active_at)
            file.write("\t".join(map(str, parts)) + "\n")


def read(path: Path) -> Iterator[Made]:
    with path.open() as file:
        for line in file:
            remote, name, email, phone, at = line[:-1].split("\t")
            yield Made(remote, name, email or None, phone or None, datetime.fromisoformat(at))


def mistyped(word: str, random: Random) -> str:
    """One letter missing, doubled into another, changed, or two neighbours that changed places."""
    place = random.randrange(len(word))
    letter = random.choice("etaoinsrhldcumfpgwybvkxjqz")
    kind = random.randrange(4)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + letter + word[place:]
    if kind == 2:
        return word[:place] + letter + word[place + 1 :]
    place = min(place, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _words(random: Random, count: int, syllables: float) -> list[str]:
    onsets, vowels, middles, ends = (_weighted(t) for t in (ONSETS, VOWELS, MIDDLES, ENDS))
    found: dict[str, None] = {}
    while len(found) < count:
        word = _one(random, onsets) + _one(random, vowels)
        while random.random() < 1 - 1 / syllables and len(word) < 11:
            word += _one(random, middles) + _one(random, vowels)
        word += _one(random, ends)
        if 3 <= len(word) <= 13:
            found[word] = None
    return list(found)


def _weighted(text: str) -> tuple[list[str], list[int]]:
    pairs = [part.split(":") for part in text.split(" ")]
    return [p[0] for p in pairs], list(accumulate(int(p[1]) for p in pairs))


def _one(random: Random, choices: tuple[list[str], list[int]]) -> str:
    values, sums = choices
    return values[bisect(sums, random.random() * sums[-1])]
