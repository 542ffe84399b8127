"""Listening sockets, and a sentence when a port is taken."""

import errno
import socket

from bot.errors import NotSetUp


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises NotSetUp when it is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(2_048)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise NotSetUp(
                f"Port {port} is in use by another program. Stop it, or choose another with --port."
            ) from None
        raise NotSetUp(f"Cannot listen on {host} port {port}: {error.strerror}.") from None
    sock.setblocking(False)
    return sock


def free(host: str, port: int) -> None:
    """Raises NotSetUp when the port is taken; port 0 never is."""
    if port:
        listen(host, port).close()


def again(port: int) -> socket.socket:
    """A loopback socket on the port of last time when it is free, else on any."""
    try:
        return listen("127.0.0.1", port)
    except NotSetUp:
        return listen("127.0.0.1", 0)


def still_free(port: int) -> int:
    """The port itself when it is free on loopback, else 0."""
    try:
        free("127.0.0.1", port)
    except NotSetUp:
        return 0
    return port
