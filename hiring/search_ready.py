"""People as they are told, and what is left of them until they are written: the words of their names, and keyed hashes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from hiring import search_words as words
from hiring.search_keyed import Keyed


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as the ATS tells it. Of two entries the one with the higher `version` stays; 0 always replaces."""

    remote: str
    names: Sequence[str]
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    version: int = 0
    active_at: datetime | None = None


class Ready(NamedTuple):
    """An entry made ready, in little room, so that many can wait to be written at once. `active`: minutes since 1970."""

    remote: str
    version: int
    active: int
    words: Sequence[str]
    id: bytes
    keys: Sequence[bytes]


def ready(hashes: Keyed, entries: Iterable[Entry]) -> list[Ready]:
    """What an index needs of these people."""
    person = hashes.person
    return [
        Ready(
            entry.remote,
            entry.version,
            max(int(entry.active_at.timestamp() // 60), 0) if entry.active_at else 0,
            words.name_words(entry.names),
            person(words.id_key(entry.remote)),
            [person(key) for key in words.person_keys(entry.emails, entry.phones)],
        )
        for entry in entries
    ]
