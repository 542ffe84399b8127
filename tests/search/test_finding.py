"""Finding people by what somebody types, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest

from hiring.search_index import Entry, Match, SearchIndex
from hiring.store import Store
from tests.search.kit import KEY, asked, put

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ada", ["ada", "adam"]),
        ("ada l", ["ada", "adam"]),
        ("a lovelace", ["ada"]),
        ("Lovelace, Ada", ["ada"]),
        ("lo ad", ["adam", "ada"]),
        ("lovel", ["adam", "ada"]),
        ("lovela", ["ada", "adam"]),
        ("ADA LOVELACE", ["ada"]),
        ("obrien", ["siobhan"]),
        ("o'brien", ["siobhan"]),
        ("o brien", ["siobhan"]),
        ("siobhan o’brien", ["siobhan"]),
        ("anne lise", ["anne"]),
        ("annelise vogt", ["anne"]),
        ("lise vogt", ["anne"]),
        ("bjorn angstrom", ["bjorn"]),
        ("BJÖRN", ["bjorn"]),
        ("ibrahim yildiz", ["ibrahim"]),
        ("dmitriy", ["dmitri"]),
        ("Дмитрий", ["dmitri"]),
        ("shostakovich", ["dmitri"]),
        ("李小龙", ["bruce"]),
        ("小龙", ["bruce"]),
        ("李", ["bruce"]),
        ("xiaolong li", ["bruce"]),
        ("li xiao long", ["bruce"]),
        ("x", ["x"]),
        ("wolfeschlegelstein", ["long"]),
    ],
)
async def test_a_person_is_found_by_words_beginnings_and_initials(
    town: SearchIndex, typed: str, found: list[str]
) -> None:
    assert await asked(town, typed) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lovlace", "ada"),
        ("lovelacee", "ada"),
        ("lovelade", "ada"),
        ("loveleca", None),
        ("lovelcae", "ada"),
        ("olvelace", "ada"),
        ("kovelace ada", "ada"),
        ("dmitry shostakovich", "dmitri"),
        ("dmitry shostakowich", "dmitri"),
        ("bjoern", "bjorn"),
        ("siobahn obrien", "siobhan"),
    ],
)
async def test_one_edit_in_a_word_is_forgiven_and_two_are_not(
    town: SearchIndex, typed: str, found: str | None
) -> None:
    assert await asked(town, typed) == ([found] if found else [])


async def test_a_typo_that_makes_another_real_word_stands_below_the_word_as_typed(
    town: SearchIndex,
) -> None:
    assert await town.query("andres") == [Match("andres", 0), Match("anders", 1)]
    assert await town.query("andres j") == [Match("andres", 0), Match("anders", 1)]


@pytest.mark.parametrize(
    "typed",
    [
        "ada.lovelace+jobs@mailbox.example",
        "ADA.LOVELACE@mailbox.example",
        "<mailto:ada.lovelace@mailbox.example|ada>",
        "+44 20 7946 0958",
        "020-7946-0958",
        "0207 946 0958 x12",
        "ada1",
        "https://app.ats.example/people/ada1?application_id=77",
        "<https://app.ats.example/#/candidates/ada1|Ada>",
    ],
)
async def test_an_address_a_phone_an_id_and_a_link_find_one_person(
    store: Store, index: SearchIndex, typed: str
) -> None:
    ada = Entry("ada1", ["Ada"], ["Ada.Lovelace+jobs@Mailbox.example"], ["+44 20 7946 0958"])
    adam = Entry("adam2", ["Ada"], ["adam@mailbox.example"], ["+44 20 7946 0959"])
    await put(store, index, [ada, adam])
    assert await asked(index, typed) == ["ada1"]


async def test_people_who_share_an_address_are_all_found(store: Store, index: SearchIndex) -> None:
    await put(store, index, [Entry(n, [n], ["home@x.example"]) for n in ("one", "two")])
    assert set(await asked(index, "home@x.example")) == {"one", "two"}


@pytest.mark.parametrize(
    "typed", ["", " ", "%", "-", "'", "…", "😀", "l", "q@", "123", "+", "http://", "%s?", "\x00"]
)
async def test_nothing_that_says_something_finds_nobody(town: SearchIndex, typed: str) -> None:
    assert await asked(town, typed) == []


async def test_whole_words_come_first_then_beginnings_and_the_recently_active_of_each(
    store: Store, index: SearchIndex
) -> None:
    people = [
        Entry("old", ["Ann Lee"], active_at=NOON - timedelta(days=900)),
        Entry("begun", ["Anna Lee"], active_at=NOON),
        Entry("new", ["Ann Lee"], active_at=NOON - timedelta(days=3)),
        Entry("near", ["Amn Lee"], active_at=NOON),
    ]
    await put(store, index, people)
    assert await asked(index, "ann lee") == ["new", "old", "begun", "near"]
    assert await asked(index, "ann lee", limit=2) == ["new", "old"]


async def test_of_very_many_the_recently_active_are_listed_in_order(
    store: Store, index: SearchIndex
) -> None:
    def person(n: int) -> Entry:
        days = n * 7_919 % 2_000  # in no order
        return Entry(f"p{n}", [f"Mary Major{n % 7}"], active_at=NOON - timedelta(days=days))

    await put(store, index, [person(n) for n in range(2_000)])
    by_age = sorted(range(2_000), key=lambda n: n * 7_919 % 2_000)
    assert await asked(index, "mary", limit=20) == [f"p{n}" for n in by_age[:20]]
    assert await asked(index, "ma ma", limit=20) == [f"p{n}" for n in by_age[:20]]


async def test_a_crowd_wider_than_a_list_of_numbers_is_searched_alike(
    store: Store, index: SearchIndex
) -> None:
    people = [Entry(str(n), [f"Ann {'Bo' if n % 3 else 'Cy'}"]) for n in range(6_000)]
    await put(store, index, [*people, Entry("one", ["Ann Dee"])])
    assert await asked(index, "ann dee") == ["one"]
    assert await asked(index, "ann d") == ["one"]
    assert {int(n) % 3 for n in await asked(index, "cy ann")} == {0}
    async with store.begin() as tx:
        await index.remove(tx, [str(n) for n in range(5_000)])
    assert await asked(index, "ann dee") == ["one"]
    assert {int(n) >= 5_000 for n in await asked(index, "an bo", limit=200)} == {True}


async def test_another_key_finds_nobody(town: SearchIndex, store: Store) -> None:
    other = SearchIndex(store, "acme", KEY[::-1])
    assert [await asked(other, t) for t in ("ada", "lo", "adam@mailbox.example")] == [[], [], []]


async def test_accounts_do_not_see_each_other(town: SearchIndex, store: Store) -> None:
    assert await asked(SearchIndex(store, "other", KEY), "ada") == []


async def test_a_short_key_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        SearchIndex(store, "acme", b"short")
