"""The candidate's page of an interview, opened from the link as a browser without JavaScript does."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from hiring import ids, interviews, links
from hiring.interview_records import get
from tests.browsing import phone_for
from tests.hiring_interviews.conftest import Office

pytestmark = pytest.mark.anyio


@pytest.fixture
async def phone(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with phone_for(office.parts) as http:
        yield http


def times_on(page: str) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', page)


async def test_a_taken_time_is_said_and_others_are_shown_and_a_double_send_is_one_booking(
    office: Office, phone: httpx.AsyncClient
) -> None:
    wish, times = await office.free()
    offered = await interviews.offer_times(
        office.services, office.rosa, office.ada, wish, times, key=ids.new("key")
    )
    assert offered.link
    path = "/c/" + links.url(office.services, offered.link).rpartition("/")[2]
    shown = times_on((await phone.get(path, params={"zone": "Asia/Tokyo"})).text)
    await interviews.book(
        office.services, office.rosa, office.ada, wish, times[0], key=ids.new("key")
    )
    late = await phone.post(path, data={"act": "pick", "time": shown[0]})
    assert late.status_code == 409
    assert "taken a moment ago" in late.text
    left = times_on(late.text)
    assert shown[0] not in left
    for _ in range(2):
        done = await phone.post(path, data={"act": "pick", "time": left[0]})
        assert "You are booked" in done.text
    assert (await get(office.services, offered.id)).sequence == 0


async def test_nothing_chosen_is_said_and_an_altered_link_opens_nothing(
    office: Office, phone: httpx.AsyncClient
) -> None:
    wish, times = await office.free()
    offered = await interviews.offer_times(
        office.services, office.rosa, office.ada, wish, times, key=ids.new("key")
    )
    assert offered.link
    path = "/c/" + links.url(office.services, offered.link).rpartition("/")[2]
    assert (await phone.post(path, data={"act": "pick"})).status_code == 422
    assert (await phone.get(path + "x")).status_code == 404
