"""What outlives the workspace's process: messages, modals, Home tabs, files; also when it is killed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.workspace import kit
from tests.workspace.office import HIRING, MANIFEST, ROSA, SECRET, TOKEN, office

ROOT = Path(__file__).parents[2]


@pytest.mark.anyio
async def test_what_was_on_the_screen_is_there_after_a_restart(tmp_path: Path) -> None:
    async with office(tmp_path) as town:
        ts = (await town.slack.chat_postMessage(channel=HIRING, text="first"))["ts"]
        await town.slack.chat_postMessage(channel=HIRING, text="reply", thread_ts=ts)
        await town.slack.chat_postMessage(channel=ROSA, text="only you")
        view = await town.opens(kit.modal(callback_id="open"))
        await town.slack.views_publish(user_id=ROSA, view=kit.home(callback_id="tasks"))
        before = await town.person().messages()
    async with office(tmp_path) as town:
        assert await town.person().messages() == before
        thread = (await town.person().sees("history", channel=HIRING, thread_ts=ts))["messages"]
        assert [message["text"] for message in thread] == ["first", "reply"]
        direct = (await town.slack.conversations_open(users=ROSA))["channel"]["id"]
        assert await town.person().texts(direct) == ["only you"]
        assert (await town.person().modals())[0]["id"] == view["id"]
        assert (await town.person().sees("home"))["view"]["callback_id"] == "tasks"
        later = (await town.slack.chat_postMessage(channel=HIRING, text="second"))["ts"]
        assert later > ts
        await town.slack.chat_update(channel=HIRING, ts=ts, text="changed")
        assert (await town.person().texts())[-2:] == ["changed", "second"]


@contextmanager
def process(folder: Path) -> Iterator[httpx.Client]:
    """The workspace as people start it; killed without warning at the end."""
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    words = [
        "--state", str(folder / "workspace.db"), "--manifest", str(folder / "manifest.json"), "--app-url", "http://127.0.0.1:1",
        "--signing-secret", SECRET, "--bot-token", TOKEN,
    ]  # fmt: skip
    child = subprocess.Popen(
        [sys.executable, "-m", "bot.workspace", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    places: dict[str, Any] = json.loads(child.stdout.readline())
    try:
        headers = {"authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=places["url"], headers=headers, trust_env=False) as http:
            yield http
    finally:
        child.kill()
        child.wait(10)
        child.stdout.close()


def test_a_message_outlives_the_killing_of_the_workspace(tmp_path: Path) -> None:
    with process(tmp_path) as http:
        sent = http.post("/api/chat.postMessage", json={"channel": HIRING, "text": "remember"})
        assert sent.json()["ok"]
    with process(tmp_path) as http:
        answer = http.get("/client/history", params={"as": ROSA, "channel": HIRING})
        last = answer.json()["messages"][-1]
        assert (last["text"], last["ts"]) == ("remember", sent.json()["ts"])
