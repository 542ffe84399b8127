"""Find people of one ATS: asked directly where it can, else through the blind index, else by listing. Names are read live."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from connectors import model
from connectors.contract import Ats
from connectors.errors import Gone
from connectors.matching import is_email
from hiring import search_words
from hiring.search_index import Entry, SearchIndex, sweep
from hiring.services import Services


def index(services: Services, account: str) -> SearchIndex:
    """The account's blind index."""
    return SearchIndex(services.store, account, services.seal.account_key(account))


async def find(services: Services, ats: Ats, text: str, most: int) -> list[model.Candidate]:
    """The best of one account, at most so many. Raises the connector's errors."""
    if linked := ats.ref_of(text.strip().strip("<>")):
        return await _linked(ats, linked)
    asks = "search_email" if is_email(text.strip()) else "search_name"
    if asks not in ats.abilities:
        known = index(services, ats.account.id)
        if (await known.standing()).searchable:
            matches = await known.query(text, most)
            people = await ats.candidates([match.remote for match in matches])
            return [person for person in people if _is_meant(text, person)]
    return [person async for person in _first(ats.find_candidates(text), most)]


async def _linked(ats: Ats, ref: model.Ref) -> list[model.Candidate]:
    """The person whose page in the ATS somebody pasted."""
    try:
        if ref.kind == "application":
            return [(await ats.candidacy(ref.id))[1]]
        return [await ats.candidate(ref.id)]
    except Gone:
        return []


async def _first(
    found: AsyncIterator[model.Candidate], most: int
) -> AsyncIterator[model.Candidate]:
    count = 0
    async for person in found:
        yield person
        count += 1
        if count == most:
            return


def _is_meant(text: str, person: model.Candidate) -> bool:
    """Whether the person as read now is who was asked for; hashes may meet by chance, and people change."""
    names = " ".join(name for name in (person.name, person.preferred) if name)
    if search_words.edits(text, names) is not None:
        return True
    own = search_words.person_keys(
        [e.value for e in person.emails], [p.value for p in person.phones]
    )
    asked = search_words.question(text).keys
    return not {*own, search_words.id_key(person.ref.id)}.isdisjoint(asked)


async def wanting(services: Services, account: str) -> bool:
    """Whether a walk over everybody is due: there is no index, or one of other rules, or a new one is not whole yet."""
    standing = await index(services, account).standing()
    return standing.stale or standing.building


async def begin(services: Services, account: str) -> None:
    """A walk over everybody begins: what it tells goes into a new index beside the one in use."""
    known = index(services, account)
    if (await known.standing()).stale:
        async with services.store.begin() as tx:
            await known.begin(tx)


async def put(
    services: Services, tx: AsyncConnection, account: str, people: Sequence[model.Thing]
) -> None:
    """Make the candidates among these findable, or findable by what they are called now."""
    if found := entries(people):
        await index(services, account).put(tx, found)


def entries(things: Sequence[model.Thing]) -> list[Entry]:
    """The candidates among these as the index takes them."""
    return [_entry(thing) for thing in things if isinstance(thing, model.Candidate)]


async def remove(
    services: Services, tx: AsyncConnection, account: str, ids: Collection[str]
) -> None:
    """Make people who are gone unfindable."""
    if ids:
        await index(services, account).remove(tx, ids)


async def finish(services: Services, tx: AsyncConnection, account: str) -> None:
    """The walk over everybody is through: the new index is the one in use."""
    await index(services, account).finish(tx)


async def forget(services: Services, tx: AsyncConnection, account: str) -> None:
    """The account is being removed, and its key with it."""
    await index(services, account).forget(tx)


async def clean(services: Services) -> None:
    """Delete the rows of indexes that are not in use any more, a part in each transaction."""
    more = True
    while more:
        async with services.store.begin() as tx:
            more = await sweep(tx)


def _entry(person: model.Candidate) -> Entry:
    names = [name for name in (person.name, person.preferred) if name]
    return Entry(
        remote=person.ref.id, names=names, emails=[e.value for e in person.emails],
        phones=[p.value for p in person.phones], version=_number(person.version), active_at=person.last_activity,
    )  # fmt: skip


def _number(version: str) -> int:
    """A version as a number that grows: what is one, or a moment in milliseconds; 0 for what cannot be compared."""
    if version.isdigit():
        return int(version)
    try:
        return int(datetime.fromisoformat(version.replace("Z", "+00:00")).timestamp() * 1_000)
    except ValueError:
        return 0
