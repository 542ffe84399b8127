"""A response_url takes five answers within thirty minutes of the workspace's clock."""

import httpx
import pytest

from tests.workspace.office import HIRING, Office

pytestmark = pytest.mark.anyio


async def typed(town: Office) -> str:
    """Rosa types a command; gives its response_url."""
    await town.person().does("command", channel=HIRING, command="/hire", text="")
    return str(town.app.last.fields["response_url"])


async def says(town: Office, url: str, text: str) -> httpx.Response:
    return await town.http.post(url, json={"text": text})


async def test_the_sixth_answer_is_refused(town: Office) -> None:
    url = await typed(town)
    for number in range(5):
        assert (await says(town, url, f"answer {number}")).status_code == 200
    sixth = await says(town, url, "answer 5")
    assert (sixth.status_code, sixth.json()) == (404, {"ok": False, "error": "used_url"})
    texts = await town.person().texts()
    assert texts[-5:] == [f"answer {number}" for number in range(5)]


async def test_an_answer_that_was_refused_is_not_counted(town: Office) -> None:
    url = await typed(town)
    for _ in range(6):
        assert (await says(town, url, "")).status_code == 400
    assert (await says(town, url, "so")).status_code == 200


async def test_it_lives_for_thirty_minutes(town: Office) -> None:
    url = await typed(town)
    await town.waits(minutes=29, seconds=50)
    assert (await says(town, url, "just in time")).status_code == 200
    await town.waits(seconds=11)
    late = await says(town, url, "late")
    assert (late.status_code, late.json()) == (404, {"ok": False, "error": "expired_url"})
    assert "late" not in await town.person().texts()


async def test_each_interaction_has_its_own(town: Office) -> None:
    first = await typed(town)
    for _ in range(5):
        await says(town, first, "so")
    assert (await says(town, await typed(town), "so")).status_code == 200
