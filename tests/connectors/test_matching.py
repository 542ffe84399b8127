"""Finding people by what somebody types: accents, case, hyphens and apostrophes never stand in the way."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connectors.matching import is_email, matches, words

LETTERS = some.text(some.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=12)
NAMES = some.lists(LETTERS, min_size=1, max_size=4).map(" ".join)


@given(NAMES)
def test_every_name_finds_itself(name: str) -> None:
    assert matches(name, name)


@given(NAMES)
def test_every_word_alone_finds_the_name(name: str) -> None:
    assert all(matches(word, name) for word in name.split())


@given(NAMES, some.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_how_accents_are_written_does_not_matter(name: str, form: str) -> None:
    assert matches(unicodedata.normalize(form, name), name)


@given(some.text(some.characters(codec="ascii", categories=["Ll"]), min_size=1), some.integers(1))
def test_the_beginning_of_a_word_finds_it(name: str, length: int) -> None:
    assert matches(name[: 1 + length % len(name)], name)


@given(some.text(), some.text())
def test_anything_may_be_typed(typed: str, name: str) -> None:
    assert matches(typed, name) in (True, False)
    assert all(words(typed))


@given(NAMES, NAMES)
def test_the_order_of_words_does_not_matter(first: str, second: str) -> None:
    assert matches(f"{second} {first}", f"{first} {second}")


@pytest.mark.parametrize("typed", ["", " ", "%", "-", "'", "*", "…"])
def test_nothing_typed_finds_nobody(typed: str) -> None:
    assert not matches(typed, "Ada Lovelace")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("siobhan obrien", "Siobhán O'Brien"),
        ("o'brien", "Siobhán O’Brien"),
        ("o brien", "Siobhán O'Brien"),
        ("brien", "Siobhán O'Brien"),
        ("李", "李 小龙"),
        ("小龙", "小龙 李"),
        ("annelise", "Anne-Lise Vogt"),
        ("anne lise", "Anne-Lise Vogt"),
        ("wojcik", "Katarzyna Wójcik"),
        ("MARIC", "Jelena Marić"),
        ("strasse", "Ida Straße"),
        ("jorgensen", "Clara Jørgensen"),
        ("lukasz", "Łukasz Nowak"),
        ("yildiz", "Elif Yıldız"),
    ],
)
def test_people_are_found_as_they_are_spelled_in_haste(typed: str, name: str) -> None:
    assert matches(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("lace", "Ada Lovelace"), ("ada byron", "Ada Lovelace"), ("adalovelace", "Ada Lovelace")],
)
def test_somebody_else_is_not_found(typed: str, name: str) -> None:
    assert not matches(typed, name)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("nora@x.example", True), (" nora.q+1@x.example ", True), ("nora@x", False), ("nora", False),
        ("a b@x.example", False), ("a@b@x.example", False), ("", False),
    ],
)  # fmt: skip
def test_an_address_is_told_from_a_name(text: str, answer: bool) -> None:
    assert is_email(text) is answer


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("dmitriy shostakovich", "Дмитрий Шостакович"),
        ("Дмитрий", "Dmitriy Shostakovich"),
        ("giorgos", "Γιώργος"),
        ("xiaolong li", "李小龙"),
        ("李龙", "李小龙"),
        ("sakura", "さくら"),
        ("ibrahim", "İbrahim"),
        ("anne lise", "Anne-Lise Vogt"),
        ("anne-lise", "Anne Lise Vogt"),
    ],
)
def test_the_alphabet_does_not_matter(typed: str, name: str) -> None:
    assert matches(typed, name)
