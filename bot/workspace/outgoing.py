"""The clients that carry what the workspace sends; whom to believe is loaded once, since that takes a tenth of a second."""

import ssl
from functools import cache
from typing import Any

import httpx


def client(timeout: float, **more: Any) -> httpx.AsyncClient:
    """One whose answers have to come within `timeout` seconds; the machine's proxies are not asked."""
    return httpx.AsyncClient(timeout=timeout, trust_env=False, verify=_trust(), **more)


@cache
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context()
