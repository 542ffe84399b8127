"""Vendors' addresses: moved to another server, and refused when what is sent there could be read."""

import asyncio
import socket
import ssl
from ipaddress import ip_address
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1", "localhost")
PLAIN = "This address is not encrypted. Use https://; http:// is for this machine itself only."


def swap(url: str, base_url: str | None) -> str:
    """Put another scheme, host and port under a vendor's address and keep the path and query."""
    if not base_url:
        return url
    mine, theirs = urlsplit(base_url), urlsplit(url)
    return theirs._replace(scheme=mine.scheme, netloc=mine.netloc).geturl()


def safe(url: str) -> bool:
    """Whether an address is encrypted, or on this machine."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # reading it is what checks it
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    )


def same_service(one: str, other: str) -> bool:
    """Whether a password for one address may go to the other: the same host, one below it, or one beside it.

    Beside is `p34.dav.example` to `www.dav.example`; hosts under a suffix such as `co.uk` are strangers.
    """
    if urlsplit(one).scheme != urlsplit(other).scheme:
        return False
    host, target = (urlsplit(url).hostname or "" for url in (one, other))
    if not host or target == host:
        return bool(host)
    domain = host.partition(".")[2]
    shared = domain.count(".") > 1 or ("." in domain and len(domain.partition(".")[0]) > 3)
    numbers = host.replace(".", "").isdigit()
    return target.endswith(f".{host}") or (shared and not numbers and target.endswith(f".{domain}"))


async def public(url: str) -> bool:
    """Whether a host is out on the internet by every address its name has; an unknown name is not. Asks the resolver."""
    host = urlsplit(url).hostname or ""
    try:
        rows = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    found = [ip_address(str(row[4][0])) for row in rows]
    return all((getattr(one, "ipv4_mapped", None) or one).is_global for one in found)


def untrusted(error: BaseException) -> str:
    """What is wrong with the certificate, in a sentence; empty when the failure was another."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"The server's certificate does not hold: {cause.verify_message.rstrip('.')}."
        cause = cause.__cause__ or cause.__context__
    return ""


def trust(authorities: str) -> ssl.SSLContext | None:
    """Whom to believe besides the usual authorities: those of a file; None without one."""
    if not authorities:
        return None
    context = ssl.create_default_context()
    context.load_verify_locations(authorities)
    return context
