"""Socket Mode against the local workspace: two sockets, a watchdog, and nothing lost when one is recycled or dies."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest
from anyio import to_thread

from bot import doctor, ports, serving, wiring
from bot.errors import NotSetUp
from bot.socket_line import Ack, Dismissed, Envelope, Pace, dial
from bot.sockets import Sockets, address
from bot.wiring import Parts
from tests.bot.conftest import settings
from tests.bot.town import APP_TOKEN, TOKEN, Town, town
from tests.bot.toy import Toy
from tests.conftest import migrate
from tests.flows.person import Person, until
from tests.workspace.office import until as becomes

pytestmark = pytest.mark.anyio
T = TypeVar("T")
ROSA = "U0ROSA001"
QUICK = Pace(beat=0.1, silence=0.5)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town"), Toy().router, socket_mode=True) as here:
        yield here


@dataclass
class Scene:
    """A bot with the toy features, reached by sockets only, and Rosa at the workspace's door."""

    toy: Toy
    parts: Parts
    town: Town
    sockets: Sockets
    slack: Any

    @property
    def rosa(self) -> Person:
        return self.town.person(ROSA)

    async def does(self, act: Callable[..., T], *args: Any, **fields: Any) -> T:
        """What happens at the front door, while the bot goes on."""
        return await to_thread.run_sync(lambda: act(*args, **fields))

    async def lines(self, **wish: Any) -> list[dict[str, Any]]:
        """The workspace's sockets, after doing something to them if wished."""
        if wish:
            return list((await self.does(self.rosa.ask, "sockets", **wish))["sockets"])
        return list((await self.does(self.rosa.look, "sockets"))["sockets"])

    async def fails(self, mode: str, **more: Any) -> None:
        await self.does(self.rosa.ask, "faults", what="slack", mode=mode, **more)

    async def ready(self) -> tuple[int, dict[str, Any]]:
        url = f"http://127.0.0.1:{self.town.bot_port}/readyz"
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def running(
    place: Town, folder: Path, *, pace: Pace = QUICK, worker: bool = True, token: str = APP_TOKEN
) -> AsyncIterator[Scene]:
    toy = Toy()
    url = f"http://127.0.0.1:{place.bot_port}"
    chosen = settings(
        folder, slack_api_url=place.places["slack_api"], bot_token=TOKEN, app_token=token, public_url=url
    )  # fmt: skip
    migrate(chosen.database)
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(wiring.parts(chosen, toy.router))
        if worker:
            await stack.enter_async_context(serving.worker(parts))
        sockets = Sockets(parts.clients, token, pace=pace)
        sock = ports.listen("127.0.0.1", place.bot_port)
        slack = await stack.enter_async_context(serving.web(parts, sock, sockets=sockets))
        stack.push_async_callback(sockets.stop)
        await sockets.start(slack)
        yield Scene(toy, parts, place, sockets, slack)


@pytest.fixture
async def scene(place: Town, tmp_path: Path) -> AsyncIterator[Scene]:
    for view in place.person(ROSA).look("view")["stack"][:1]:
        place.person(ROSA).ask("close", view_id=view["id"], all=True)
    async with running(place, tmp_path) as found:
        await two(found)
        yield found
        await found.fails("ok")


async def two(scene: Scene, without: tuple[str, ...] = ()) -> list[str]:
    """The ids of two open sockets, none of them among `without`; waits for them."""

    async def look() -> list[str] | None:
        rows = await scene.lines()
        fresh = [r["id"] for r in rows if r["state"] == "open" and r["id"] not in without]
        return fresh if len(fresh) == 2 and scene.sockets.open == 2 else None

    return list(await becomes(look, "two sockets"))


async def echoes(scene: Scene, text: str) -> None:
    await scene.does(scene.rosa.types, f"/hire echo {text}")
    await scene.does(scene.rosa.sees, f"said {text}")


# ---- what comes over them


async def test_commands_events_modals_and_pickers_come_over_sockets(scene: Scene) -> None:
    rosa = scene.rosa
    await echoes(scene, "hello")
    await scene.does(rosa.types, "/hire form")
    view = await scene.does(rosa.modal, "Form")
    ask = {"container": {"type": "view", "view_id": view["id"]}, "block_id": "p", "action_id": "pick:1"}  # fmt: skip
    found = await scene.does(rosa.ask, "options", **ask, value="ada")
    assert [row["value"] for row in found["options"]] == ["0", "1", "2"]
    refused = await scene.does(rosa.submits, Word="bad")
    assert refused["errors"] == {"word": "Not this word."}
    assert (await scene.does(rosa.submits, Word="good"))["ok"]
    await scene.does(rosa.hears, "Saved good")
    await scene.does(rosa.ask, "home")
    await scene.does(until, lambda: rosa.look("home")["view"], "the Home tab")
    kinds = {row["kind"] for row in (await scene.does(rosa.look, "deliveries"))["deliveries"]}
    assert {"command", "view_submission", "block_suggestion", "app_home_opened"} <= kinds


async def test_a_durable_submit_is_acknowledged_before_anything_is_done(
    place: Town, tmp_path: Path
) -> None:
    async with running(place, tmp_path, worker=False) as scene:
        await two(scene)
        await scene.does(scene.rosa.types, "/hire form")
        await scene.does(scene.rosa.modal, "Form")
        assert (await scene.does(scene.rosa.submits, Word="later"))["ok"]
        assert scene.toy.done == []
        async with serving.worker(scene.parts):
            await scene.does(scene.rosa.hears, "Saved later")
        assert scene.toy.done == ["saved later"]


async def test_an_event_that_went_to_a_silent_socket_comes_again_over_another(scene: Scene) -> None:
    first, _ = await two(scene)
    await scene.lines(do="silence", socket=first)
    for _ in range(2):
        await scene.does(scene.rosa.ask, "home")

    async def again() -> bool:
        rows = (await scene.does(scene.rosa.look, "deliveries"))["deliveries"][:4]
        return any(row.get("retry") == 1 and row["status"] == 200 for row in rows)

    await becomes(again, "the event to be taken after all")


# ---- the watchdog


async def test_a_socket_that_has_gone_silent_is_replaced(scene: Scene) -> None:
    before = await two(scene)
    await scene.lines(do="silence")
    await two(scene, tuple(before))
    await echoes(scene, "after the silence")


async def test_a_socket_that_breaks_is_replaced_while_the_other_works(scene: Scene) -> None:
    before = await two(scene)
    await scene.lines(do="cut", socket=before[0])
    for number in range(3):
        await echoes(scene, f"cut {number}")
    await two(scene, (before[0],))


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_recycling_loses_nothing(scene: Scene, reason: str) -> None:
    before = await two(scene)
    for number in range(12):
        if number in (3, 8):
            await scene.lines(do=reason)
        await echoes(scene, f"{reason} {number}")
    await two(scene, tuple(before))
    rows = (await scene.does(scene.rosa.look, "deliveries"))["deliveries"][:12]
    assert {row["error"] for row in rows} == {""}


async def test_a_socket_that_carries_nothing_for_long_is_replaced_though_it_answers(
    place: Town, tmp_path: Path
) -> None:
    async with running(place, tmp_path, pace=Pace(beat=0.1, silence=5.0, idle=0.5)) as scene:
        before = await two(scene)
        await two(scene, tuple(before))
        await echoes(scene, "still here")


async def test_readiness_fails_while_slack_is_silent_and_comes_back(scene: Scene) -> None:
    status, told = await scene.ready()
    assert (status, told["socket"]["open"], told["wrong"]) == (200, 2, {})
    assert told["socket"]["silent_for"] < 1
    await scene.fails("down", only="apps.connections.open")
    await scene.lines(do="silence")

    async def stale() -> bool:
        return (await scene.ready())[0] == 503

    await becomes(stale, "readiness to fail")
    wrong = (await scene.ready())[1]["wrong"]["socket"]
    assert wrong.startswith("nothing has been heard from Slack for")
    await scene.fails("ok")

    async def back() -> bool:
        return (await scene.ready())[0] == 200

    await becomes(back, "readiness to come back")
    await echoes(scene, "back again")


async def test_the_doctor_says_how_long_ago_slack_was_heard(scene: Scene) -> None:
    lines = {line.what: line for line in await doctor.examine(scene.parts.settings)}
    assert lines["transport"].state == "on"
    assert lines["transport"].detail == "Socket Mode, 2 open, heard 0 s ago"


async def test_ten_sockets_of_others_are_waited_out(place: Town, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(_parts(place, tmp_path))

        async def nothing(envelope: Envelope) -> Ack | None:
            return None

        async def another() -> Any:
            url = await address(parts.clients, APP_TOKEN)
            return await dial(parts.clients.session, url, nothing, QUICK)

        others = [await another() for _ in range(10)]
        with pytest.raises(Dismissed, match="too_many_websockets"):
            await another()
        scene = await stack.enter_async_context(running(place, tmp_path))
        assert (await scene.ready())[1]["wrong"]["socket"] == "no socket to Slack has been opened yet"  # fmt: skip
        for line in others:
            await line.close()
        await two(scene)
        assert (await scene.ready())[0] == 200


async def test_an_envelope_that_fails_is_not_acknowledged_and_comes_again(
    place: Town, tmp_path: Path
) -> None:
    seen: list[tuple[int, str]] = []

    async def stumble(envelope: Envelope) -> Ack | None:
        seen.append((envelope["retry_attempt"], envelope["payload"]["event_id"]))
        if len(seen) == 1:
            raise RuntimeError("a bug")
        return Ack()

    async with _parts(place, tmp_path) as parts:
        url = await address(parts.clients, APP_TOKEN)
        line = await dial(parts.clients.session, url, stumble, QUICK)
        await to_thread.run_sync(lambda: place.person(ROSA).ask("home"))

        async def again() -> bool:
            return len(seen) == 2

        await becomes(again, "the event to come again")
        assert seen == [(0, seen[0][1]), (1, seen[0][1])]
        await line.close()


# ---- starting and stopping


@pytest.mark.parametrize("token", ["xapp-other", TOKEN])
async def test_a_wrong_token_is_one_sentence(place: Town, tmp_path: Path, token: str) -> None:
    with pytest.raises(NotSetUp, match="Slack refuses SLACK_APP_TOKEN"):
        async with running(place, tmp_path, token=token):
            pass


async def test_slack_being_down_at_the_start_is_waited_out(place: Town, tmp_path: Path) -> None:
    rosa = place.person(ROSA)
    await to_thread.run_sync(lambda: rosa.ask("faults", what="slack", mode="down"))
    async with running(place, tmp_path) as scene:
        assert scene.sockets.open == 0
        await scene.fails("ok")
        await two(scene)
        await echoes(scene, "at last")


async def test_what_is_under_way_is_acknowledged_before_the_sockets_close(scene: Scene) -> None:
    await scene.does(scene.rosa.types, "/hire form")
    await scene.does(scene.rosa.modal, "Form")
    submitting = asyncio.create_task(scene.does(scene.rosa.submits, Word="held"))

    async def sent() -> bool:
        return sum(row["sent"] for row in await scene.lines()) >= 2

    await becomes(sent, "the submit to be under way")
    stopping = asyncio.create_task(scene.sockets.stop())
    await asyncio.sleep(0)  # it has begun
    scene.toy.release.set()
    await stopping
    assert (await submitting)["ok"]
    assert await scene.lines() == []


@asynccontextmanager
async def _parts(place: Town, folder: Path) -> AsyncIterator[Parts]:
    """The bot's parts without its sockets."""
    chosen = settings(folder, slack_api_url=place.places["slack_api"], bot_token=TOKEN)
    async with wiring.parts(chosen, Toy().router) as parts:
        yield parts


@pytest.mark.parametrize("mode", ["down", "broken", "limited", "truncated", "lost", "dropped"])
async def test_sockets_come_back_whatever_slack_answers_meanwhile(scene: Scene, mode: str) -> None:
    before = await two(scene)
    await scene.fails(mode, only="apps.connections.open", times=4)
    await scene.lines(do="cut")
    await two(scene, tuple(before))
    await echoes(scene, f"after {mode}")
