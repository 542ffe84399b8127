"""A candidate's browser without a screen: HTTP to the pages of a company that runs in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from bot import ports, serving
from bot.wiring import Parts


@asynccontextmanager
async def phone_for(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    """The pages answer on a free port for as long as the block lasts."""
    sock = ports.listen("127.0.0.1", 0)
    base = f"http://127.0.0.1:{sock.getsockname()[1]}"
    async with (
        serving.web(parts, sock),
        httpx.AsyncClient(base_url=base, timeout=20, follow_redirects=True) as http,
    ):
        yield http
