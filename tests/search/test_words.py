"""Names and typed words before anything is hashed, and how close a name is to what was typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pyroaring import BitMap

from hiring import search_sets as sets
from hiring import search_words
from hiring.search_words import edits, question


@pytest.mark.parametrize(
    ("typed", "name", "answer"),
    [
        ("ada lovelace", "Ada Lovelace", 0),
        ("lovelace a", "Ada Lovelace", 0),
        ("a", "Ada Lovelace", None),
        ("lovlace ada", "Ada Lovelace", 1),
        ("lovlace daa", "Ada Lovelace", 2),
        ("lvolace", "Ada Lovelace", None),
        ("ada byron", "Ada Lovelace", None),
        ("", "Ada Lovelace", None),
        ("xiaolong", "李小龙", 0),
    ],
)
def test_how_close_a_name_is_to_what_was_typed(typed: str, name: str, answer: int | None) -> None:
    assert edits(typed, name) == answer


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("Nora+Jobs@X.example", ("mail:nora+jobs@x.example", "mail:nora@x.example")),
        ("Nora <nora@x.example>", ("mail:nora@x.example",)),
        ("+49 (0)30 1234567", ("phone:301234567",)),
        ("٠٣٠١٢٣٤٥٦٧", ("id:٠٣٠١٢٣٤٥٦٧", "phone:301234567")),
        ("12345", ("id:12345",)),
        ("https://a.example/p/12?x=a%20b#/c/9", ("id:p", "id:12", "id:a b", "id:c", "id:9")),
        ("ada", ()),
    ],
)
def test_what_is_one_persons_own_is_told_from_a_name(typed: str, keys: tuple[str, ...]) -> None:
    assert question(typed).keys == keys


@settings(deadline=None)  # other tests share the machine
@given(some.text(), some.text())
def test_anything_may_be_typed(typed: str, name: str) -> None:
    assert edits(typed, name) in (None, *range(100))
    assert isinstance(question(typed), search_words.Question)


NUMBERS = some.sets(some.integers(0, (1 << sets.BITS) - 1), max_size=30)
CROWDS = some.one_of(
    NUMBERS, some.sampled_from((1, 7, 15, 16, 70)).map(lambda n: set(range(0, 1 << sets.BITS, n)))
)


@settings(deadline=None)  # other tests share the machine
@given(CROWDS, NUMBERS, NUMBERS)
def test_a_stored_set_is_what_joined_and_did_not_leave(
    first: set[int], joined: set[int], left: set[int]
) -> None:
    stored = sets.changed(sets.changed(b"", first, []), joined - left, left)
    expected = (first | joined) - left
    assert set(sets.newest(sets.load({0: stored} if stored else {}), 1 << sets.BITS)) == expected
    assert (stored == b"") == (not expected)
    assert len(stored) <= 8_194


@settings(deadline=None)  # other tests share the machine
@given(
    some.dictionaries(some.integers(0, 2), CROWDS), some.dictionaries(some.integers(0, 2), CROWDS)
)
def test_sets_meet_and_join_whatever_their_width(
    one: dict[int, set[int]], other: dict[int, set[int]]
) -> None:
    def loaded(crowd: dict[int, set[int]]) -> BitMap:
        return sets.load({b: sets.changed(b"", c, []) for b, c in crowd.items() if c})

    def flat(crowd: dict[int, set[int]]) -> set[int]:
        return {(b << sets.BITS) + n for b, c in crowd.items() for n in c}

    met, joined = loaded(one) & loaded(other), sets.either([loaded(one), loaded(other)])
    assert set(met) == flat(one) & flat(other)
    assert set(joined) == flat(one) | flat(other)
    assert sets.newest(joined, 5) == sorted(flat(one) | flat(other), reverse=True)[:5]
