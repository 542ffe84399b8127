"""Where no receiver can tell whether an effect happened, a person is asked, and the job goes on as they say."""

from typing import Any

import pytest

from hiring import cards, doubts, issues
from hiring.errors import AlreadyDone, InDoubt
from tests.firm import ROSA, TEAM
from tests.jobs.conftest import Bench

pytestmark = pytest.mark.anyio
SENTENCE = "The fax was sent and the line went dead. Did it arrive?"


async def _in_doubt(bench: Bench) -> str:
    """A job whose effect nobody can look up; gives the issue."""

    async def fax(services: Any, *, team: str, user: str) -> None:
        said = await doubts.answer(services, "fax:1")
        bench.ran.append(said or "first")
        if said is None:
            raise InDoubt(SENTENCE, "fax:1")

    await bench.writes(bench.job("t.fax", fax), "fax", team=TEAM, user=ROSA)
    await bench.settles()
    (listed,) = await issues.listing(bench.firm.services)
    return listed.id


@pytest.mark.parametrize("said", [doubts.AGAIN, doubts.DONE])
async def test_the_job_stops_and_goes_on_with_the_answer(bench: Bench, said: str) -> None:
    services = bench.firm.services
    async with bench.firm.at_work():
        issue = await _in_doubt(bench)
        found = await issues.get(services, issue)
        assert (found.state, found.sentence) == ("in_doubt", SENTENCE)
        assert bench.firm.desk.shown == [(ROSA, "issue", issue)]
        await issues.settle(services, issue, said)
        with pytest.raises(AlreadyDone):
            await issues.settle(services, issue, said)
        await bench.settles()
    assert bench.ran == ["first", said]
    assert (await issues.get(services, issue)).state == "resolved"


async def test_a_doubt_cannot_be_tried_again_without_an_answer(bench: Bench) -> None:
    async with bench.firm.at_work():
        issue = await _in_doubt(bench)
        with pytest.raises(AlreadyDone):
            await issues.retry(bench.firm.services, issue)


async def test_a_post_whose_answer_was_lost_is_repeated_once_and_then_asked_about(
    bench: Bench,
) -> None:
    services = bench.firm.services
    for _ in range(2):
        assert await cards.begin_post(services, "k")
    with pytest.raises(InDoubt) as doubt:
        await cards.begin_post(services, "k")
    assert doubt.value.effect == "post:k"


async def test_a_post_that_slack_refused_does_not_count(bench: Bench) -> None:
    services = bench.firm.services
    for _ in range(4):
        assert await cards.begin_post(services, "k")
        await cards.not_posted(services, "k")


@pytest.mark.parametrize(("said", "posts"), [(doubts.AGAIN, True), (doubts.DONE, False)])
async def test_the_answer_about_a_post_counts_once(bench: Bench, said: str, posts: bool) -> None:
    services = bench.firm.services
    for _ in range(2):
        await cards.begin_post(services, "k")
    async with services.store.begin() as tx:
        await doubts.decide(tx, "post:k", said)
    assert await cards.begin_post(services, "k") is posts
    assert await cards.begin_post(services, "k")


async def test_of_two_processes_that_draw_a_card_only_one_is_believed(bench: Bench) -> None:
    services = bench.firm.services
    place = cards.Place(TEAM, ROSA, "offer", "off_1")
    first = cards.Card(place, "D1", "1.0", "look-a")
    assert await cards.keep(services, first, None)
    assert not await cards.keep(services, cards.Card(place, "D1", "2.0", "look-b"), None)
    newer = cards.Card(place, "D1", "1.0", "look-b")
    assert await cards.keep(services, newer, first)
    assert not await cards.keep(services, cards.Card(place, "D1", "1.0", "look-c"), first)
    assert await cards.find(services, place) == newer
