"""Why there is no time: a smallest set of rules in the way, and what easing each of them would give. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import and_
from typing import Literal

from scheduling import masks
from scheduling.busy import Kind
from scheduling.grid import SECONDS, starts
from scheduling.masks import Shape
from scheduling.query import Query
from scheduling.slots import Found, begins, noticed, roomy, suits, window

Obstacle = masks.Personal | Kind | Literal["person", "gaps", "notice", "room", "candidate", "window", "nobody"]  # fmt: skip

EASE: tuple[Obstacle, ...] = (
    "tentative", "hold", "focus", "gaps", "lunch", "notice", "in_a_row", "per_day", "per_week", "room",
    "interview_hours", "candidate", "busy", "out_of_office", "leave", "off", "hours",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that keeps times away: whose it is (a person's id, or nothing) and what."""

    what: Obstacle
    who: str = ""


@dataclass(frozen=True, slots=True)
class Eased:
    """How many times there are without a rule, and when the earliest begins (aware UTC)."""

    rule: Rule
    times: int
    earliest: datetime | None


@dataclass(frozen=True, slots=True)
class Why:
    """A smallest set of rules without which there is a time, each with what leaving out it alone gives.

    `times` and `earliest` are what leaving out all of them gives. `others` are the other single rules that are
    enough, `without` the people without whom there are times. The window itself is never eased.
    """

    smallest: tuple[Eased, ...]
    times: int
    earliest: datetime | None
    others: tuple[Eased, ...] = ()
    without: tuple[Eased, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """The cells in which the interview may begin by one rule: with gaps, and without."""

    rule: Rule
    wide: int
    bare: int


def explain(found: Found) -> Why:
    """Why a query found nothing. Raises ValueError where it found something."""
    if found.mask:
        raise ValueError("there are times")
    query, shape = found.query, found.shape
    if not query.people:
        return Why((Eased(Rule("nobody"), 0, None),), 0, None)
    begin = starts(window(query, shape), query.cells) & shape.aligned(query.zone, query.step)
    if not begin:
        return Why((Eased(Rule("window"), 0, None),), 0, None)
    every = list(parts(query, shape))

    def eased(rules: frozenset[Rule]) -> int:
        bare = Rule("gaps") in rules
        left = ((p.bare if bare else p.wide) for p in every if p.rule not in rules)
        return reduce(and_, left, begin)

    chosen = _smallest(_sets(begin, every), eased)
    alone = [_eased(rule, eased(frozenset({rule})), shape) for rule in _rules(every)]
    smallest = tuple(one for one in alone if one.rule in chosen)
    others = (one for one in alone if one.rule not in chosen and one.times)
    together = _eased(Rule("window"), eased(chosen), shape)
    return Why(
        smallest,
        together.times,
        together.earliest,
        tuple(others),
        tuple(_without(query, shape, begin)),
    )


def parts(query: Query, shape: Shape) -> Iterator[Part]:
    """Every rule there is in this query."""
    cells, full = query.cells, shape.full
    for person in query.people:
        for block in masks.blocks(shape, person):
            rule = Rule(block.rule, person.id)
            if block.starts:
                yield Part(rule, full ^ block.cells, full ^ block.cells)
            else:
                yield Part(
                    rule, starts(full ^ block.wide, cells), starts(full ^ block.cells, cells)
                )
    others = [(Rule("notice"), starts(noticed(query, shape), cells))]
    if query.candidate is not None:
        others.append((Rule("candidate"), starts(suits(query, shape), cells)))
    if query.rooms:
        others.append((Rule("room"), roomy(query, shape)))
    for rule, mask in others:
        yield Part(rule, mask, mask)


def _rules(parts: Iterable[Part]) -> list[Rule]:
    """Every rule that may be eased, the easiest kinds first."""
    rules = [part.rule for part in parts]
    if any(part.wide != part.bare for part in parts):
        rules.append(Rule("gaps"))
    return sorted(rules, key=lambda rule: EASE.index(rule.what))


def _sets(begin: int, parts: list[Part]) -> Iterator[frozenset[Rule]]:
    """Each smallest set of rules that, left out, gives a start.

    A start is had by leaving out exactly the rules it breaks, so the sets are those of the starts that break fewest.
    Where only the gaps around something are too short, leaving out the gaps is enough for everybody at once.
    """
    broken = [(part.rule, begin & ~part.bare) for part in parts]
    gaps = 0
    for part in parts:
        gaps |= part.bare & ~part.wide & begin
    broken = [(rule, mask) for rule, mask in [*broken, (Rule("gaps"), gaps)] if mask]
    left = _fewest(begin, [mask for _, mask in broken])
    while left:
        first = left & -left
        rules = [(rule, mask) for rule, mask in broken if mask & first]
        yield frozenset(rule for rule, _ in rules)
        left &= ~reduce(and_, (mask for _, mask in rules), left)


def _fewest(begin: int, broken: Iterable[int]) -> int:
    """The starts in the fewest of some masks: all are counted at once, one binary digit of the counts to a number."""
    digits: list[int] = []
    for carry in broken:
        for place, digit in enumerate(digits):
            digits[place], carry = digit ^ carry, digit & carry
        if carry:
            digits.append(carry)
    for digit in reversed(digits):
        begin = begin & ~digit or begin
    return begin


def _smallest(
    sets: Iterable[frozenset[Rule]], eased: Callable[[frozenset[Rule]], int]
) -> frozenset[Rule]:
    """The set whose rules are the easiest to leave out; of those the one with the most times, then the earliest."""

    def cost(rules: frozenset[Rule]) -> tuple[list[int], int, int]:
        mask = eased(rules)
        hardest = sorted((EASE.index(rule.what) for rule in rules), reverse=True)
        return hardest, -mask.bit_count(), mask & -mask

    return min(sets, key=cost)


def _without(query: Query, shape: Shape, begin: int) -> Iterator[Eased]:
    """The people whose absence alone gives times."""
    if len(query.people) < 2:
        return
    allowed = [begins(one, query) for one in shape.opens(query.people)]
    rest = begin & starts(noticed(query, shape), query.cells)
    if query.candidate is not None:
        rest &= starts(suits(query, shape), query.cells)
    if query.rooms:
        rest &= roomy(query, shape)
    for at, person in enumerate(query.people):
        mask = reduce(and_, allowed[:at] + allowed[at + 1 :], rest)
        if mask:
            yield _eased(Rule("person", person.id), mask, shape)


def _eased(rule: Rule, mask: int, shape: Shape) -> Eased:
    if not mask:
        return Eased(rule, 0, None)
    first = (shape.first + (mask & -mask).bit_length() - 1) * SECONDS
    return Eased(rule, mask.bit_count(), datetime.fromtimestamp(first, UTC))
