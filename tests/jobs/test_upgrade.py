"""A job that the previous release wrote runs in this one: names stay, and no argument becomes required.

`python -m tests.jobs.test_upgrade 0_2_0` writes the list of a new release.
"""

import inspect
import json
import sys
from pathlib import Path

import pytest

from bot import wiring
from hiring import job_list

RELEASES = sorted(Path(__file__).parent.glob("jobs_of_*.json"))


def signatures() -> dict[str, list[str]]:
    """Every job of the product with the arguments it takes."""
    wiring.register_jobs()
    return {
        name: [p for p in inspect.signature(made.run).parameters if p != "services"]
        for name, made in sorted(job_list._registered.items())
        if not name.startswith(("t.", "bench.", "toy."))
    }


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_every_job_of_an_earlier_release_is_still_understood(release: Path) -> None:
    now = signatures()
    for name, given in json.loads(release.read_text()).items():
        assert name in now, f"{name} is gone: keep it until no release that writes it is in use"
        assert set(given) <= set(now[name]), f"{name} no longer takes all of {given}"
        required = {
            p.name
            for p in inspect.signature(job_list.registered(name).run).parameters.values()
            if p.default is inspect.Parameter.empty and p.name != "services"
        }
        assert required <= set(given), f"{name} asks for more than an earlier release wrote"


if __name__ == "__main__":
    target = Path(__file__).with_name(f"jobs_of_{sys.argv[1]}.json")
    target.write_text(json.dumps(signatures(), indent=1) + "\n")
