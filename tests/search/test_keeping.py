"""Keeping the index: changes, removal without a trace, generations, erasure, and nothing readable in the rows."""

import asyncio
import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hiring import search_index, search_words
from hiring.search_buckets import Buckets
from hiring.search_index import Entry, SearchIndex
from hiring.search_keyed import ENTRY, Keyed
from hiring.search_table import search_generations
from hiring.search_words import OWN
from hiring.store import Store
from tests.search.conftest import TOWN
from tests.search.kit import KEY, asked, contents, meaning, put

pytestmark = pytest.mark.anyio


async def test_a_person_who_changed_is_found_by_what_they_are_now(
    store: Store, town: SearchIndex
) -> None:
    changed = Entry("ada", ["Ada King"], ["ada@king.example"], ["+44 20 7946 0000"])
    await put(store, town, [changed])
    assert await asked(town, "ada king") == ["ada"]
    assert await asked(town, "ada@king.example") == ["ada"]
    for gone in ("lovelace", "lovelac", "ada.lovelace@mailbox.example", "+44 20 7946 0958"):
        assert "ada" not in await asked(town, gone)


async def test_an_older_version_told_late_changes_nothing(store: Store, index: SearchIndex) -> None:
    await put(store, index, [Entry("1", ["Grace Hopper"], version=20)])
    await put(store, index, [Entry("1", ["Grace Murray"], version=10)])
    assert await asked(index, "hopper") == ["1"]
    await put(
        store, index, [Entry("1", ["Grace B"], version=22), Entry("1", ["Grace A"], version=21)]
    )
    assert (await asked(index, "b grace"), await asked(index, "a grace")) == (["1"], [])


async def test_putting_the_same_again_changes_no_row(store: Store, town: SearchIndex) -> None:
    before = await contents(store)
    await put(store, town, TOWN)
    after = await contents(store)
    assert {k: sorted(v) for k, v in after.items()} == {k: sorted(v) for k, v in before.items()}


async def test_removing_everybody_leaves_no_row(store: Store, town: SearchIndex) -> None:
    async with store.begin() as tx:
        await town.remove(tx, [e.remote for e in TOWN] + ["unknown"])
    assert not any((await contents(store)).values())
    await put(store, town, TOWN[:1])
    assert await asked(town, "ada") == ["ada"]


async def test_removing_one_leaves_what_would_be_there_without_them(
    store: Store, town: SearchIndex
) -> None:
    async with store.begin() as tx:
        await town.remove(tx, ["ada", "bruce"])
    await put(
        store,
        SearchIndex(store, "fresh", KEY),
        [e for e in TOWN if e.remote not in ("ada", "bruce")],
    )
    assert await meaning(store, "acme") == await meaning(store, "fresh")


async def test_no_word_address_or_phone_is_in_the_rows(store: Store, town: SearchIndex) -> None:
    rows = repr(await contents(store)).encode() + b"".join(
        value for some in (await contents(store)).values() for row in some for value in row
        if isinstance(value, bytes)
    )  # fmt: skip
    secret = [w for e in TOWN for w in search_words.name_words(e.names) if len(w) > 3]
    secret += [
        k.partition(":")[2] for e in TOWN for k in search_words.person_keys(e.emails, e.phones)
    ]
    for word in {*secret} - {e.remote for e in TOWN}:
        for form in (word.encode(), base64.b64encode(word.encode()).rstrip(b"=")):
            assert form.lower() not in rows.lower(), word


async def test_accounts_with_the_same_people_share_no_hash(store: Store, town: SearchIndex) -> None:
    await put(store, SearchIndex(store, "other", KEY[::-1]), TOWN)
    forms: dict[int, set[bytes]] = {}
    for generation, _, packed in (await contents(store))["search_words"]:
        hashes = {packed[n : n + 8] for n in range(0, len(packed), 9)}
        forms.setdefault(generation, set()).update(hashes)
    first, second = forms.values()
    assert first
    assert not first & second


async def test_readers_use_the_old_generation_until_the_new_one_is_done(
    store: Store, town: SearchIndex
) -> None:
    async with store.begin() as tx:
        await town.finish(tx)
        await town.begin(tx)
    await put(store, town, [Entry("ada", ["Ada King"])])
    assert await asked(town, "ada king") == ["ada"]
    assert (await asked(town, "adam"))[0] == "adam"
    standing = await town.standing()
    assert (standing.searchable, standing.building, standing.stale) == (True, True, False)
    async with store.begin() as tx:
        await town.finish(tx)
        await town.finish(tx)
    assert await asked(town, "ada king") == ["ada"]
    assert "adam" not in await asked(town, "adam")
    await swept(store)
    assert {row[0] for rows in (await contents(store)).values() for row in rows} == {2}


async def test_beginning_twice_keeps_what_was_built_so_far(
    store: Store, index: SearchIndex
) -> None:
    await put(store, index, TOWN[:1])
    async with store.begin() as tx:
        await index.begin(tx)
    assert await asked(index, "ada") == ["ada"]
    async with store.begin() as tx:
        await index.begin(tx, "quiet")
    assert await asked(index, "ada") == []
    assert (await index.standing()).mode == "quiet"


async def test_a_quiet_index_knows_whole_words_and_typos_and_holds_no_beginning(
    store: Store, index: SearchIndex
) -> None:
    async with store.begin() as tx:
        await index.begin(tx, "quiet")
    await put(store, index, TOWN)
    assert await asked(index, "ada lovelace") == ["ada"]
    assert await asked(index, "lovlace") == ["ada"]
    assert await asked(index, "adam@mailbox.example") == ["adam"]
    assert await asked(index, "love") == []
    lists = (await contents(store))["search_lists"]
    assert all(term >= 0 for _, term, _, _ in lists)


async def test_rules_of_another_release_make_an_index_stale(
    store: Store, town: SearchIndex
) -> None:
    assert not (await town.standing()).stale
    async with store.begin() as tx:
        await tx.execute(search_generations.update().values(rules=search_words.RULES - 1))
    assert (await town.standing()).stale


async def test_forgetting_an_account_hides_it_at_once_and_deletes_it_by_and_by(
    store: Store, town: SearchIndex
) -> None:
    await put(store, SearchIndex(store, "other", KEY), TOWN[:2])
    kept = await meaning(store, "other")
    async with store.begin() as tx:
        await town.forget(tx)
    assert await asked(town, "ada") == []
    await swept(store, most=7)
    assert await meaning(store, "acme") == set()
    assert await meaning(store, "other") == kept
    assert {row[0] for rows in (await contents(store)).values() for row in rows} == {2}


async def test_two_writers_at_once_lose_nobody(store: Store, index: SearchIndex) -> None:
    pages = [[Entry(f"{p}-{n}", [f"Mia Number{n}"]) for n in range(20)] for p in range(6)]
    await asyncio.gather(*(put(store, index, page) for page in pages))
    assert len(await asked(index, "mia", limit=200)) == 120
    assert [m.edits for m in await index.query("number7", limit=200)].count(0) == 6
    await put(store, SearchIndex(store, "alone", KEY), [e for page in pages for e in page])
    assert await meaning(store, "acme") == await meaning(store, "alone")


async def test_a_page_that_is_rolled_back_leaves_nothing(store: Store, index: SearchIndex) -> None:
    async with store.begin() as tx:
        await index.begin(tx)

    async def fails() -> None:
        async with store.begin() as tx:
            await index.put(tx, TOWN)
            raise RuntimeError("the position could not be stored")

    with pytest.raises(RuntimeError):
        await fails()
    assert await asked(index, "ada") == []
    assert not any((await contents(store)).values())


async def swept(store: Store, most: int = 5_000) -> None:
    more = True
    while more:
        async with store.begin() as tx:
            more = await search_index.sweep(tx, most)


async def test_buckets_that_were_taken_apart_lead_to_the_same(store: Store) -> None:
    hashes = Keyed(KEY)
    led = {hashes.person(f"id:{n}"): n for n in range(3_000)}
    async with store.begin() as tx:
        few = Buckets(tx, 1, people=3_000)
        await few.need(led)
        for digest, number in led.items():
            few.link([(digest, OWN)], number)
        await few.flush()
        await few.grow(20_000)
        many = Buckets(tx, 1, people=20_000)
        await many.need(led)
        assert all(list(many.led_by(d)) == [(n, OWN)] for d, n in led.items())
    entries = sum(len(row[2]) for row in (await contents(store))["search_keys"])
    assert entries == ENTRY * len(led)


CROWD = [
    Entry(
        f"{n}",
        [f"{['Mia', 'Noa', 'Lea', 'Ida'][n % 4]} {['Moss', 'Marlow'][n % 2]}{n % 37}"],
        [f"{n % 90}@x.example"],
        [f"020 7946 {n:04}"],
        active_at=datetime(2026, 1 + n % 12, 1, tzinfo=UTC),
    )
    for n in range(700)
]


@pytest.mark.parametrize("already", [0, 16_000, 65_200])
async def test_many_people_at_once_are_kept_as_they_are_page_by_page(
    store: Store, already: int
) -> None:
    for account, size in (("at once", len(CROWD)), ("by page", 150)):
        index = SearchIndex(store, account, KEY)
        async with store.begin() as tx:
            await index.begin(tx)
            if already:
                one = search_generations.update().where(search_generations.c.account == account)
                await tx.execute(one.values(next_person=already))
        for n in range(0, len(CROWD), size):
            await put(store, index, CROWD[n : n + size])
        await put(store, index, [replace(CROWD[5], names=["Noa Other"]), *CROWD[:3]])
    assert await meaning(store, "at once") == await meaning(store, "by page")
    found = {
        account: await asked(SearchIndex(store, account, KEY), "noa moss", 900)
        for account in ("at once", "by page")
    }
    assert found["at once"] == found["by page"]
