"""Ports for servers that are started by their number, and started again."""

import random
import socket

# Below those the system gives to whoever connects, so that nobody gets one while its server is down.
RANGE = range(15_000, 32_000)


def free_port() -> int:
    """A port of the loopback interface on which nobody listens."""
    while True:
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", random.SystemRandom().choice(RANGE)))
            except OSError:
                continue
            return int(sock.getsockname()[1])
