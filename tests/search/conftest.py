"""A migrated database, on SQLite and on PostgreSQL, and an index of one account in it."""

from collections.abc import AsyncIterator

import pytest

from hiring.search_index import Entry, SearchIndex
from hiring.store import Store
from tests.conftest import migrate
from tests.search.kit import KEY


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    migrate(database_url)
    made = Store(database_url)
    yield made
    await made.close()


@pytest.fixture
async def index(store: Store) -> SearchIndex:
    return SearchIndex(store, "acme", KEY)


@pytest.fixture
async def town(store: Store, index: SearchIndex) -> SearchIndex:
    """An index with a few people in it."""
    async with store.begin() as tx:
        await index.put(tx, TOWN)
    return index


TOWN = [
    Entry("ada", ["Ada Lovelace"], ["Ada.Lovelace+jobs@Mailbox.example"], ["+44 20 7946 0958"]),
    Entry("adam", ["Adam Lovell"], ["adam@mailbox.example"], ["(020) 7946 0111 ext. 9"]),
    Entry("siobhan", ["Siobhán O'Brien <!channel>"]),
    Entry("anne", ["Anne-Lise Vogt", "Lise Vogt"]),
    Entry("bruce", ["李小龙"]),
    Entry("bjorn", ["Björn Ångström"]),
    Entry("ibrahim", ["İbrahim Yıldız"]),
    Entry("dmitri", ["Дмитрий Шостакович"]),
    Entry("x", ["X"]),
    Entry("anders", ["Anders Johnsen"]),
    Entry("andres", ["Andres Johansen"]),
    Entry("nobody", [""]),
    Entry("smile", ["😀 🙃"]),
    Entry("long", ["Wolfe" + "schlegelsteinhausenbergerdorff" * 17]),
]
