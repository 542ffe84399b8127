"""The demo's workspace starts with whatever keys were made up for it."""

import asyncio
import json
from pathlib import Path

from bot.demo import Workspace
from bot.demo_state import State
from tests.workspace.office import MANIFEST


def test_a_secret_that_begins_with_a_dash_is_no_option(tmp_path: Path) -> None:
    state = State(signing_secret="-" + "k" * 42, ports={"bot": 1})
    child = Workspace(tmp_path, state, "127.0.0.1", 0, None, ("lever",))
    child.manifest.write_text(json.dumps(MANIFEST))

    async def begin() -> str:
        await child.start()
        try:
            await child.ready()
        finally:
            await child.stop()
        return str(child.places["url"])

    assert asyncio.run(begin()).startswith("http://")
