"""Whatever the name: found by each word, each beginning and after any single edit; removed without a trace; as if built anew."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from connectors import matching
from hiring import search_words
from hiring.search_index import Entry, SearchIndex
from hiring.store import Store
from tests.conftest import migrate
from tests.search.kit import KEY, asked, meaning, put

HOSTILE = [
    "O'Brien <!channel>", "李小龙", "Björn", "İbrahim", "X", "", "😀", "Anne-Lise", "José María", "N'Golo", "ß", "김민준",
    "Ad" + "a" * 500, "%_\\", "null", "' or 1=1 --", "𠮷野家", "محمد", "नरेंद्र", "Ǆemal", "ﬁne", "e\u0301", "\u200dA", "a" * 33,
]  # fmt: skip
NAMES = some.lists(
    some.one_of(
        some.sampled_from(HOSTILE),
        some.text(some.characters(categories=["Lu", "Ll", "Lo", "Mn"]), max_size=12),
        some.text("abcdeo'- ", max_size=8),
    ),
    max_size=3,
).map(" ".join)
WORDS = some.text("abcdefghij", min_size=4, max_size=12)
PAGES = some.lists(
    some.lists(some.tuples(some.integers(0, 5), NAMES, some.integers(0, 2)), max_size=5),
    min_size=1, max_size=4,
)  # fmt: skip
numbers = itertools.count()
few = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # fmt: skip


@pytest.fixture(scope="module")
def url(module_database_url: str) -> str:
    migrate(module_database_url)
    return module_database_url


@asynccontextmanager
async def fresh(url: str) -> AsyncIterator[tuple[Store, SearchIndex]]:
    """An account of its own for one example."""
    store = Store(url)
    try:
        yield store, SearchIndex(store, f"account{next(numbers)}", KEY)
    finally:
        await store.close()


def run(url: str, work: Callable[[Store, SearchIndex], Awaitable[Any]]) -> None:
    async def whole() -> None:
        async with fresh(url) as (store, index):
            await work(store, index)

    asyncio.run(whole())


@few
@given(name=NAMES)
def test_a_person_is_found_by_every_word_and_every_beginning(url: str, name: str) -> None:
    async def work(store: Store, index: SearchIndex) -> None:
        await put(store, index, [Entry("1", [name])])
        for word in search_words.name_words([name]):
            assert await asked(index, word) == ["1"], word
            for n in range(2, min(len(word), 9)):
                assert await asked(index, word[:n]) == ["1"], word[:n]
        if matching.readings(name):
            assert await asked(index, " ".join(matching.readings(name)[0][:6])) == ["1"]

    run(url, work)


@few
@given(word=WORDS, place=some.integers(0, 12), letter=some.sampled_from("abcxyz"))
def test_a_person_is_found_after_any_single_edit(
    url: str, word: str, place: int, letter: str
) -> None:
    place %= len(word)
    typed = {
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word + letter,
        word[:place] + letter + word[place + 1 :],
        word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :] if place else word,
    }

    async def work(store: Store, index: SearchIndex) -> None:
        await put(store, index, [Entry("1", [f"Zoe {word}"])])
        for text in typed:
            assert await asked(index, text) == ["1"], text
            assert await asked(index, f"{text} zoe") == ["1"], text

    run(url, work)


@few
@given(names=some.lists(NAMES, min_size=1, max_size=4), typed=some.one_of(NAMES, WORDS))
def test_what_is_found_is_what_the_names_in_clear_would_give(
    url: str, names: list[str], typed: str
) -> None:
    """But that a few who are two letters off may be found too, and that more than two typos are not looked for."""
    reading = matching.readings(typed)

    async def work(store: Store, index: SearchIndex) -> None:
        await put(store, index, [Entry(str(n), [name]) for n, name in enumerate(names)])
        found = {m.remote: m.edits for m in await index.query(typed)}
        for n, name in enumerate(names):
            edits = search_words.edits(typed, name)
            if edits is not None and edits <= 2 and all(len(r) <= 6 for r in reading):
                assert found.get(str(n)) is not None, name
                assert found[str(n)] <= edits

    if not search_words.question(typed).keys:
        run(url, work)


@few
@given(pages=PAGES, gone=some.sets(some.integers(0, 5)))
def test_any_changes_leave_what_a_new_index_of_the_last_state_would_hold(
    url: str, pages: list[list[tuple[int, str, int]]], gone: set[int]
) -> None:
    def entry(number: int, name: str, mails: int) -> Entry:
        return Entry(str(number), [name], [f"{name[:3]}{n}@x.example" for n in range(mails)])

    async def work(store: Store, index: SearchIndex) -> None:
        last: dict[int, Entry] = {}
        for page in pages:
            await put(store, index, [entry(*told) for told in page])
            last |= {told[0]: entry(*told) for told in page}
        async with store.begin() as tx:
            await index.remove(tx, [str(n) for n in gone])
        kept = [e for n, e in last.items() if n not in gone]
        account = f"account{next(numbers)}"
        await put(store, SearchIndex(store, account, KEY), kept)
        assert await meaning(store, index.account) == await meaning(store, account)
        async with store.begin() as tx:
            await index.remove(tx, [e.remote for e in kept])
        assert await meaning(store, index.account) == set()

    run(url, work)
