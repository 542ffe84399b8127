"""One worker process of the jobs benchmark: ours, or the engine alone. Each job tells a UDP port that it ran."""

import asyncio
import socket
import sys
from pathlib import Path
from typing import Any

OURS, PLAIN = "ours", "plain"
QUEUE = "plain"


def main(words: list[str]) -> None:
    kind, url, folder, port, key = words
    if kind == OURS:
        asyncio.run(ours(url, Path(folder), int(port), key))
    else:
        asyncio.run(plain(url, int(port)))


def register(port: int) -> None:
    """The jobs of the benchmark: one that a person waits for, one that does not matter, a reminder."""
    from hiring.jobs import job

    ran = bell(port)

    @job("bench.work")
    async def work(services: Any, *, n: str) -> None:
        ran(n)

    @job("bench.press", lane="now")
    async def press(services: Any, *, n: str) -> None:
        ran(n)


def bell(port: int) -> Any:
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    return lambda n: out.sendto(n.encode(), ("127.0.0.1", port))


async def ours(url: str, folder: Path, port: int, key: str) -> None:
    """The worker as `callsheet work` runs it, clock included."""
    from bot import serving

    register(port)
    async with parts(url, folder, key) as made, serving.worker(made):
        print("ready", flush=True)
        await serving.until_told()


def parts(url: str, folder: Path, key: str) -> Any:
    from bot import wiring
    from bot.settings import Settings

    settings = Settings(
        _env_file=None, database_url=url, secret_keys=key, var=str(folder), log_level="error",
        signing_secret="bench", bot_token="xoxb-bench", slack_api_url="http://127.0.0.1:9/api/",
    )  # fmt: skip
    return wiring.parts(settings)


async def plain(url: str, port: int) -> None:
    """The engine doing nothing else: one workflow of one step, the same polling."""
    from dbos import DBOS

    ran = bell(port)

    @DBOS.step()  # type: ignore[untyped-decorator]  # the engine's own annotations
    async def effect(n: str) -> None:
        ran(n)

    async def work(n: str) -> None:
        await effect(n)

    DBOS(config={"name": "plain", "system_database_url": url, "log_level": "ERROR"})
    DBOS.workflow(name="work")(work)
    DBOS.launch()
    await DBOS.register_queue_async(
        QUEUE, worker_concurrency=16, polling_interval_sec=0.05, on_conflict="always_update"
    )
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
