"""Words that nobody knows are counted by account and field, and add up."""

import pytest

from connectors.words import unknown, word
from hiring import unknown_words
from tests.firm import Firm

pytestmark = pytest.mark.anyio


async def test_counts_add_up_over_time(office: Firm) -> None:
    unknown.take()
    for times in (2, 3):
        for _ in range(times):
            assert (
                word("acc_1", "application.status", "On Sabbatical", {"active": "active"}).kind
                == "other"
            )
        assert await unknown_words.keep(office.services) == 1
    assert await unknown_words.keep(office.services) == 0
    (met,) = await unknown_words.of(office.services, "acc_1")
    assert (met.field, met.word, met.times) == ("application.status", "On Sabbatical", 5)
    assert await unknown_words.of(office.services, "acc_2") == []
