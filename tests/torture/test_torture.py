"""The short form of `./dev torture`: a few kills and a storm on each database, and proof that it finds what is wrong."""

import contextlib
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bot.conftest import SECRET
from tests.conftest import WANTED
from tests.torture.holdings import Holdings, compare, holdings
from tests.torture.stories import STORIES, Story
from tests.torture.storm import storm
from tests.torture.sweep import Campaign, Outcome
from tests.torture.world import Stuck, World
from tests.torture.zygote import Zygote

Found = Callable[[str, str], list[Outcome]]


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    made = Zygote()
    yield made
    made.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def worlds(
    request: pytest.FixtureRequest, zygote: Zygote, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[World]]:
    """Two companies whose deliveries pass through a storm that may break loose."""
    if request.param not in WANTED:
        pytest.skip(f"{request.param} is left out by CALLSHEET_TEST_DATABASES")
    server = ""
    if request.param == "postgresql":
        server = f"postgresql+psycopg://{request.getfixturevalue('postgresql')}"
    folder = tmp_path_factory.mktemp("worlds")
    with storm() as one, storm() as other:
        made = [World(zygote, folder / f"short{n}", server, storm=s) for n, s in enumerate((one, other))]  # fmt: skip
        yield made
        for world in made:
            world.close()


def test_killed_anywhere_and_drenched_in_deliveries_nothing_is_lost_and_nothing_happens_twice(
    worlds: list[World],
) -> None:
    names, points = (["message", "sign"], 3) if worlds[0].server else (["book", "offer"], 5)
    campaign = Campaign(worlds, [STORIES[name] for name in names])
    outcomes = list(campaign.run(points, storms=1))
    assert [o for o in outcomes if not o.good] == []
    assert len([o for o in outcomes if o.is_kill]) >= points - 1


@pytest.fixture
def planted(zygote: Zygote, tmp_path: Path) -> Iterator[Found]:
    """Kill a bot that has the two bad features, after or before it writes the note."""
    world = World(zygote, tmp_path / "planted", plant="tests.torture.plants")

    def find(action: str, point: str) -> list[Outcome]:
        story = Story(action, lambda world: happens(world, action))
        return list(Campaign([world], [story]).run(only=[point]))

    yield find
    world.close()


def happens(world: World, action: str) -> None:
    """The ATS tells of something; what follows takes a moment, or never comes."""
    account = world.read("SELECT id FROM accounts")
    told = {"action": action, "payload": {"candidate": {"id": 2001}}}
    body = json.dumps(told).encode()
    signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"signature": f"sha256 {signed}", "greenhouse-event-id": "told once"}
    hook = f"{world.door}/hooks/{account}"
    world.insist(
        lambda: world.http.post(hook, content=body, headers=headers).raise_for_status(),
        lambda: world.read("SELECT count(*) FROM deliveries"),
        "the webhook to be taken",
    )
    with contextlib.suppress(Stuck):
        world.wait(lambda: notes(world), "the note", seconds=4)


def notes(world: World) -> list[str]:
    rows = holdings(world.var / "workspace.db").ats
    return [row for row in rows if "Careless" in row or "Forgetful" in row]


def test_a_job_that_repeats_itself_is_found_as_twice(planted: Found) -> None:
    [outcome] = planted("candidate_anonymized", "after POST /v3/notes (1)")
    assert "Careless" in outcome.verdict.twice[0]
    assert not outcome.verdict.lost


def test_work_kept_in_memory_only_is_found_as_lost(planted: Found) -> None:
    [outcome] = planted("merge_candidate", "before POST /v3/notes (1)")
    assert "Forgetful" in outcome.verdict.lost[0]
    assert not outcome.verdict.twice


def test_one_post_more_is_in_doubt_and_two_more_are_twice() -> None:
    calm = told(1)
    once, again = compare(calm, told(2)), compare(calm, told(3))
    assert (once.lost, once.twice, once.in_doubt) == ((), (), 1)
    assert (again.lost, len(again.twice), again.in_doubt) == ((), 2, 0)
    assert compare(calm, told(0)).lost
    assert compare(told(0), calm).twice


def test_a_mail_that_its_mailbox_dropped_is_in_doubt() -> None:
    assert compare(Holdings(), Holdings(repeats=1)).in_doubt == 1


def told(times: int) -> Holdings:
    found = Holdings()
    found.slack["D1 interview:int_…"] = Counter({"Booked": times} if times else {})
    return found
