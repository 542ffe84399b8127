"""A company's candidates backfilled from the local ATS over HTTP, beside dlt and a Singer tap with a target, on the same pages.

Each is a process of its own, timed from its start to its end. The peers copy records; ours keeps ids, versions and a blind
index, so that everybody is findable and changes are noticed, and copies nobody.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.table import Row, row, show

ROOT = Path(__file__).parents[1]
SIZE = 100_000
PEERS = {
    "dlt": ("dlt[sqlalchemy]==1.31.0",),
    "tap": ("singer-sdk==0.54.9",),
    "target": ("target-jsonl==0.1.4",),
}
SECRET = "secret-of-the-benchmark"


def main(words: list[str]) -> None:
    """`./dev bench sync [NUMBER OF CANDIDATES] [--json]`; the peers are installed below `var/peers` the first time."""
    size = next((int(w) for w in words if w.isdecimal()), SIZE)
    peers = {name: _installed(name, needs) for name, needs in PEERS.items()}
    with tempfile.TemporaryDirectory() as place, _server(Path(place), size) as url:
        folder = Path(place)
        _read_once(url)
        ours, told = _ours(folder, url, size)
        theirs = {
            "dlt": _dlt(folder, url, size, peers),
            "singer-sdk | target-jsonl": _singer(folder, url, size, peers),
        }
    best = min(theirs, key=lambda name: theirs[name])
    rows = [row(f"{size:,} candidates", size / ours, size / s, name, "records/s") for name, s in theirs.items()]  # fmt: skip
    rows += [
        row("goal: three times the faster peer", size / ours, 3 * size / theirs[best], best, "records/s"),
        row("memory at 10 % and at 100 %", told["end"], told["tenth"], "ours at 10 %", "MB"),
    ]  # fmt: skip
    show("sync", rows, "--json" in words)


def _installed(name: str, needs: tuple[str, ...]) -> Path:
    """The `bin` of a peer's own environment, made at first use."""
    place = ROOT / "var" / "peers" / name
    done = place / f"{'-'.join(needs).replace('/', '_')}.done"
    if not done.exists():
        print(f"Installing {', '.join(needs)} …", file=sys.stderr)
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([place / "bin" / "pip", "install", "--quiet", *needs], check=True)
        done.touch()
    return place / "bin"


@contextmanager
def _server(folder: Path, size: int) -> Iterator[str]:
    """The address of the local ATS with so many candidates."""
    words = [
        sys.executable, "-m", "benchmarks.sync_server", str(folder / "workspace.db"), str(size),
    ]  # fmt: skip
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield str(json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()


def _token(url: str) -> str:
    basic = b64encode(f"x:{SECRET}".encode()).decode()
    form = b"grant_type=client_credentials"
    asked = urllib.request.Request(f"{url}/token", form, {"authorization": f"Basic {basic}"})
    with urllib.request.urlopen(asked) as answer:
        return str(json.load(answer)["access_token"])


def _read_once(url: str) -> None:
    """Walk over all pages, so that each is made before anybody is timed."""
    token = _token(url)
    page: str | None = f"{url}/v3/candidates?per_page=500"
    while page:
        asked = urllib.request.Request(page, headers={"authorization": f"Bearer {token}"})
        with urllib.request.urlopen(asked) as answer:
            link = answer.headers.get("link", "")
            page = link[1 : link.index(">")] if 'rel="next"' in link else None


def _timed(command: list[str] | str, **rest: object) -> tuple[float, str]:
    """The seconds of a process, and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, shell=isinstance(command, str), **rest
    )  # type: ignore[call-overload]  # the options of one call
    if done.returncode:
        raise SystemExit(f"{command} failed: {done.stderr[-2_000:]}")
    return time.perf_counter() - began, str(done.stdout)


def _ours(folder: Path, url: str, size: int) -> tuple[float, dict[str, float]]:
    from hiring.secrets import new_key

    environment = {
        **os.environ, "SLACK_SIGNING_SECRET": "s" * 32, "SLACK_BOT_TOKEN": "xoxb-bench", "CALLSHEET_SECRET_KEYS": new_key(),
        "CALLSHEET_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'sync.db'}", "CALLSHEET_VAR": str(folder), "CALLSHEET_LOG_LEVEL": "error",
    }  # fmt: skip
    secret = folder / "secret"
    secret.write_text(SECRET)
    bot = [sys.executable, "-m", "bot"]
    _timed([*bot, "migrate"], env=environment)
    _timed([
        *bot, "accounts", "add", "greenhouse", "--name", "G", "--set", "client_id=x", "--secret", f"client_secret=@{secret}",
        "--base-url", url,
    ], env=environment)  # fmt: skip
    seconds, printed = _timed(
        [sys.executable, "-m", "benchmarks.sync_worker", "G", str(size)], env=environment
    )
    told: dict[str, float] = json.loads(printed.splitlines()[-1])
    with closing(sqlite3.connect(folder / "sync.db")) as conn:
        found = conn.execute("select count(*) from remote_things where kind = 'candidate'")
        assert found.fetchone()[0] == size
    return seconds, told


def _dlt(folder: Path, url: str, size: int, peers: dict[str, Path]) -> float:
    environment = {**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false"}
    words = [str(peers["dlt"] / "python"), "benchmarks/sync_dlt.py", url, _token(url), str(folder)]
    seconds, _ = _timed(words, env=environment)
    with closing(sqlite3.connect(next(folder.glob("dlt*.db")))) as conn:
        assert conn.execute("select count(*) from candidates").fetchone()[0] == size
    return seconds


def _singer(folder: Path, url: str, size: int, peers: dict[str, Path]) -> float:
    tap, target = folder / "tap.json", folder / "target.json"
    tap.write_text(json.dumps({"url": url, "token": _token(url)}))
    target.write_text(json.dumps({"destination_path": str(folder), "do_timestamp_file": False, "disable_collection": True}))  # fmt: skip
    seconds, _ = _timed(
        f"set -o pipefail; {peers['tap'] / 'python'} benchmarks/sync_tap.py --config {tap} | {peers['target'] / 'target-jsonl'} --config {target}",
        executable="/bin/bash",
    )
    with (folder / "candidates.jsonl").open() as file:
        assert sum(1 for _ in file) == size
    return seconds
