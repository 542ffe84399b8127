"""Every fault at every outside system, with Lever as the ATS: in the end all is there, once, or somebody was told."""

from collections.abc import Iterator

import pytest

from tests.faults.door import FAULTS
from tests.faults.sweep import Sweep, covering
from tests.faults.world import world


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sweep]:
    with world(tmp_path_factory.mktemp("faults"), "lever") as here:
        yield Sweep(here)


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=list(FAULTS))
def test_a_fault_loses_nothing_doubles_nothing_and_is_told(number: int, sweep: Sweep) -> None:
    name, strikes = covering(sweep, number)
    outcome = sweep.strike(name, strikes)
    assert outcome.struck, "no fault was met"
    assert outcome.good, str(outcome)
