"""What the tests of audit, backup and mailbox share: a company on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from messages.mailbox import Mailbox
from tests.firm import Firm, firm
from tests.keeping.dovecot import Dovecot, program, running


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    async with firm(tmp_path, database_url) as made:
        yield made


@pytest.fixture(scope="session")
def imap() -> Iterator[Dovecot]:
    """A real IMAP server, started once."""
    if program() is None:
        pytest.skip("Dovecot is not installed; on Debian: apt install dovecot-imapd")
    with running() as server:
        yield server


def with_mailbox(office: Firm, url: str) -> Firm:
    """The same company, whose mailbox may be read."""
    services = replace(office.services, mailbox=Mailbox(url, timeout=5))
    return replace(office, parts=replace(office.parts, services=services))
