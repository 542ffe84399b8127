"""How long a newcomer waits for the first page, cold and the second time, and what the bot weighs when idle."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.table import row, show

ROOT = Path(__file__).parents[1]


def main(words: list[str]) -> None:
    """A fresh clone in an empty folder, started by `./dev run` twice. Goals: 60 s, 2 s, 200 MB."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "callsheet"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        cold, _, _ = start(clone)
        start(clone)
        again = [start(clone) for _ in range(3)]
        page, ready, weight = (sorted(column)[1] for column in zip(*again, strict=True))
    rows = [
        row("fresh clone to first page", cold, 60.0, "goal", "s"),
        row("second start to first page", page, 2.0, "goal", "s"),
        row("second start to the line that says ready", ready, None, "", "s"),
        row("idle memory of the bot process", weight, 200.0, "goal", "MB"),
    ]
    show("start", rows, "--json" in words)


def start(clone: Path) -> tuple[float, float, float]:
    """Seconds to the first page and to the ready line, and megabytes of the bot process after a quiet moment."""
    port = free_port()
    environment = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("CALLSHEET_", "SLACK_", "VIRTUAL_ENV"))
    }
    began = time.monotonic()
    process = subprocess.Popen(
        ["./dev", "run", "demo", "--port", str(port)],
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        while not answers(port):
            time.sleep(0.02)
        page = time.monotonic() - began
        assert process.stdout is not None
        process.stdout.readline()
        ready = time.monotonic() - began
        time.sleep(5)
        return page, ready, weight(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def answers(port: int) -> bool:
    with socket.socket() as sock:
        if sock.connect_ex(("127.0.0.1", port)):
            return False
        sock.settimeout(5)
        sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return sock.recv(15).startswith(b"HTTP/1.1 200")


def weight(pid: int) -> float:
    """Resident memory in MB, as the kernel counts it."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        ps = shutil.which("ps") or "ps"
        return int(subprocess.check_output([ps, "-o", "rss=", "-p", str(pid)])) / 1_024
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
    return int(found.group(1)) / 1_024 if found else 0.0


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
