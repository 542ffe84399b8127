"""What may be missing for an account to be of use, and what may not."""

import pytest

from connectors.model import Finding
from hiring import connecting

READS = Finding(what="Read people", ok=True)


@pytest.mark.parametrize(
    ("found", "is_useful"),
    [
        ((READS,), True),
        ((READS, Finding(what="Tags", ok=False, abilities=frozenset({"tags"}))), True),
        ((READS, Finding(what="Log in", ok=False)), False),
        ((Finding(what="Read people", ok=False, abilities=frozenset({"listing"})),), False),
        ((READS, Finding(what="Find", ok=False, abilities=frozenset({"tags", "search_email"}))), False),
    ],
)  # fmt: skip
def test_an_account_is_of_use_when_people_can_be_found_and_it_is_said_what_is_lost(
    found: tuple[Finding, ...], is_useful: bool
) -> None:
    assert connecting.useful(found) == is_useful
