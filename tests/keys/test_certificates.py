"""Certificates are checked on every way out, against real servers: one that holds, a wrong host, an expired one, a stranger's."""

import asyncio
import shutil
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
import uvicorn
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot import wiring
from bot.errors import NotSetUp
from connectors.auth import Basic
from connectors.contract import Account
from connectors.errors import Rejected, TryLater
from connectors.http import Pool
from hiring import health, store
from messages.mail import Mailer
from messages.mailbox import Mailbox, MailboxUnreachable
from tests.bot.conftest import settings
from tests.conftest import binaries, cluster
from tests.keys.authorities import Authority, Shown

pytestmark = pytest.mark.anyio
BAD = ("wrong host", "expired", "stranger")
SAYS = {"wrong host": "mismatch", "expired": "expired", "stranger": "issuer certificate"}


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours"), "ours")


@pytest.fixture(scope="module")
def shown(ours: Authority, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shown]:
    stranger = Authority(tmp_path_factory.mktemp("theirs"), "theirs")
    return {
        "good": ours.signs("good"),
        "wrong host": ours.signs("elsewhere", ("elsewhere.example",)),
        "expired": ours.signs("expired", days=-1),
        "stranger": stranger.signs("stranger"),
    }


def context(of: Shown) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(of.certificate, of.key)
    return made


@contextmanager
def website(of: Shown) -> Iterator[str]:
    """An ATS that answers everything with an empty object, by https."""

    async def answer(request: Request) -> JSONResponse:
        return JSONResponse({})

    sock = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/{path:path}", answer)])
    config = uvicorn.Config(
        app, log_config=None, lifespan="off", ssl_certfile=of.certificate, ssl_keyfile=of.key
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([sock])), daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)


async def asks(url: str, authorities: str) -> int:
    async with Pool(timeout=5, pause=0, authorities=authorities) as pool:
        client = pool.client(Account("a", "acme", "a", base_url=url), url, Basic("key"))
        return (await client.get("/people")).status


async def test_an_ats_with_a_certificate_that_holds_is_asked(
    ours: Authority, shown: dict[str, Shown]
) -> None:
    with website(shown["good"]) as url:
        assert await asks(url, str(ours.file)) == 200
        with pytest.raises(TryLater, match="certificate does not hold"):
            await asks(url, "")  # whose authority nobody named


@pytest.mark.parametrize("kind", BAD)
async def test_an_ats_whose_certificate_does_not_hold_is_not_asked(
    kind: str, ours: Authority, shown: dict[str, Shown]
) -> None:
    with website(shown[kind]) as url, pytest.raises(TryLater, match=f"(?i){SAYS[kind]}"):
        await asks(url, str(ours.file))


@pytest.mark.parametrize("url", ["http://127.0.0.2:9", "http://ats.example", "http://[::2]"])
async def test_a_plain_address_elsewhere_is_refused_before_a_word_is_sent(url: str) -> None:
    with pytest.raises(Rejected, match="https"):
        await asks(url, "")


@asynccontextmanager
async def postbox(of: Shown | None, *, tls: bool = False) -> AsyncIterator[int]:
    """A mail server with STARTTLS, with TLS from the start, or with neither."""
    later, first = (None, of) if tls else (of, None)

    def greet() -> SMTP:
        return SMTP(Sink(), hostname="here", tls_context=context(later) if later else None)

    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(
            greet, "127.0.0.2", 0, ssl=context(first) if first else None
        )
    except OSError:
        pytest.skip("this machine has only one loopback address")
    yield int(server.sockets[0].getsockname()[1])
    server.close()


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_mail_server_is_used_when_its_certificate_holds_and_else_not(
    scheme: str, ours: Authority, shown: dict[str, Shown]
) -> None:
    for kind, of in shown.items():
        async with postbox(of, tls=scheme == "smtps") as port:
            wrong = await Mailer(f"{scheme}://127.0.0.2:{port}", 5, str(ours.file)).check()
        assert (wrong == "") == (kind == "good"), f"{kind}: {wrong}"
        assert kind == "good" or "certificate does not hold" in wrong


async def test_a_mail_server_elsewhere_without_tls_is_refused() -> None:
    async with postbox(None) as port:
        wrong = await Mailer(f"smtp://127.0.0.2:{port}", 5).check()
    assert "STARTTLS" in wrong


class Imap:
    """As much of an IMAP server as it takes to be refused, or to be asked for a password."""

    def __init__(self, of: Shown | None, *, tls: bool) -> None:
        self._of, self._tls = of, tls
        self.lines: list[bytes] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        able = b" STARTTLS" if self._of and not self._tls else b""
        while line := await reader.readline():
            self.lines.append(line)
            tag, word = line.split()[:2]
            if word.upper() == b"CAPABILITY":
                writer.write(b"* CAPABILITY IMAP4rev1" + able + b"\r\n")
            if word.upper() == b"LOGIN":
                writer.write(tag + b" NO wrong password\r\n")
            else:
                writer.write(tag + b" OK done\r\n")
            await writer.drain()
            if word.upper() == b"STARTTLS" and self._of:
                try:
                    await writer.start_tls(context(self._of))
                except (ssl.SSLError, OSError):
                    return
        writer.close()

    async def asked(self, authorities: str) -> str:
        """What the mailbox says when it is checked."""
        first = context(self._of) if self._of and self._tls else None
        try:
            server = await asyncio.start_server(self.talk, "127.0.0.2", 0, ssl=first)
        except OSError:
            pytest.skip("this machine has only one loopback address")
        port = server.sockets[0].getsockname()[1]
        scheme = "imaps" if self._tls else "imap"
        try:
            await Mailbox(f"{scheme}://u:hush@127.0.0.2:{port}", 5, authorities).check()
        except MailboxUnreachable as error:
            return error.why
        finally:
            server.close()
        return ""


@pytest.mark.parametrize("tls", [False, True])
async def test_a_mailbox_gets_the_password_only_when_its_certificate_holds(
    tls: bool, ours: Authority, shown: dict[str, Shown]
) -> None:
    for kind, of in shown.items():
        server = Imap(of, tls=tls)
        why = await server.asked(str(ours.file))
        assert any(b"hush" in line for line in server.lines) == (kind == "good"), kind
        assert kind == "good" or "certificate does not hold" in why


async def test_a_mailbox_elsewhere_without_tls_never_hears_the_password() -> None:
    server = Imap(None, tls=False)
    assert "STARTTLS" in await server.asked("")
    assert not any(b"hush" in line for line in server.lines)


def test_a_database_elsewhere_is_verified_unless_its_address_says_otherwise() -> None:
    far = "postgresql+psycopg://u:p@db.example/callsheet"
    assert store.sslmode(store.verified(far)) == "verify-full"
    assert "sslrootcert=%2Fca.pem" in store.verified(far, "/ca.pem")
    for near in (
        "sqlite+aiosqlite:///callsheet.db", "postgresql+psycopg://u@127.0.0.1/c", "postgresql+psycopg:///c",
        "postgresql+psycopg:///c?host=/run/postgresql", f"{far}?sslmode=require",
    ):  # fmt: skip
        assert store.verified(near, "/ca.pem") == near
    assert store.sslmode(f"{far}?sslmode=require") == "require"


def test_postgresql_is_used_when_its_certificate_holds_and_else_not(
    ours: Authority, shown: dict[str, Shown]
) -> None:
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed; on Debian: apt install postgresql")
    with cluster(programs) as address:
        for kind, of in shown.items():
            _show(address, of)
            far = store.verified(
                "postgresql+psycopg://callsheet@db.example/postgres", str(ours.file)
            )
            engine = sa.create_engine(far.replace("callsheet@db.example", address))
            try:
                with engine.connect() as conn:
                    conn.execute(sa.text("select 1"))
                assert kind == "good", kind
            except sa.exc.OperationalError as error:
                assert kind != "good", error  # noqa: PT017  # either may happen
                assert "certificate" in health.why(error)  # noqa: PT017  # either may happen
            engine.dispose()


def _show(address: str, of: Shown) -> None:
    """Let the server show this certificate from now on."""
    url, loaded = f"postgresql://{address}/postgres", "select pg_conf_load_time()"
    with psycopg.connect(url, autocommit=True) as conn:
        row, before = (
            conn.execute("show data_directory").fetchone(),
            conn.execute(loaded).fetchone(),
        )
        assert row is not None
        folder = Path(row[0])
        for name, path in (("server.crt", of.certificate), ("server.key", of.key)):
            shutil.copy(path, folder / name)
            (folder / name).chmod(0o600)
            shutil.chown(folder / name, folder.owner())
        conn.execute("alter system set ssl = on")
        conn.execute("select pg_reload_conf()")
    deadline, now = time.monotonic() + 10, before
    while now == before and time.monotonic() < deadline:
        with psycopg.connect(url) as conn:
            now = conn.execute(loaded).fetchone()


def test_settings_that_would_be_read_on_the_way_stop_the_start(tmp_path: Path) -> None:
    async def start(**given: str) -> None:
        async with wiring.parts(settings(tmp_path, **given)):
            raise AssertionError("it started")

    for given, word in (
        ({"slack_api_url": "http://slack.example/api/"}, "https"),
        ({"smtp_url": "smtp://mail.example?starttls=no"}, "encrypted"),
        ({"ca_file": "/nowhere.pem"}, "CALLSHEET_CA_FILE"),
    ):
        with pytest.raises(NotSetUp, match=word):
            asyncio.run(start(**given))
