"""A real IMAP server (Dovecot) of our own on a free loopback port, with one mailbox, in a folder that goes away."""

import getpass
import grp
import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

USER, PASSWORD = "hiring", 'let "me" in, 100%'
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1, 127.0.0.2
ssl = {ssl}
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
first_valid_uid = 1
auth_failure_delay = 0 secs
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
namespace inbox {{
  inbox = yes
  mailbox Outbox {{
    auto = subscribe
    special_use = {sent_use}
  }}
  mailbox Elsewhere {{
    auto = subscribe
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


@dataclass
class Dovecot:
    """Where it listens, and a hand that puts messages into it as a mail provider would."""

    folder: Path
    port: int
    tls_port: int

    def url(self, query: str = "", *, tls: bool = False, password: str = PASSWORD) -> str:
        from urllib.parse import quote

        scheme, port = ("imaps", self.tls_port) if tls else ("imap", self.port)
        return f"{scheme}://{USER}:{quote(password, safe='')}@127.0.0.1:{port}{query}"

    @contextmanager
    def connected(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port) as server:
            server.login(USER, PASSWORD)
            yield server

    def put(
        self, folder: str, message_id: str, server: imaplib.IMAP4 | None = None, **headers: str
    ) -> None:
        """File a message with these headers; underscores stand for dashes."""
        if server is None:
            with self.connected() as own:
                return self.put(folder, message_id, own, **headers)
        head = {"Message-ID": message_id, "From": "Ada <ada.lovelace@mailbox.example>"}
        head |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{name}: {value}" for name, value in head.items()]
        text = "\r\n".join([*lines, "Subject: Re: secret", "", "A secret text."])
        kind, said = server.append(
            folder, "", imaplib.Time2Internaldate(time.time()), text.encode()
        )
        assert kind == "OK", said
        return None

    def make(self, folder: str) -> None:
        """Make a folder, named as the protocol spells it."""
        quoted = folder.replace("\\", "\\\\")
        with self.connected() as server:
            kind, said = server.create(f'"{quoted}"')
        assert kind == "OK", said

    def unseen(self) -> int:
        with self.connected() as server:
            server.select("INBOX", readonly=True)
            return len(server.search(None, "UNSEEN")[1][0].split())


def program() -> str | None:
    """Dovecot, on PATH or where Debian puts it; None where it is not installed."""
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def running(*, sent_use: str = "\\Sent") -> Iterator[Dovecot]:
    """Dovecot as an ordinary user, for as long as the block lasts."""
    found = program()
    assert found is not None
    folder = Path(tempfile.mkdtemp(prefix="callsheet-imap-"))
    name = "nobody" if os.geteuid() == 0 else getpass.getuser()
    owner = pwd.getpwnam(name)
    server = Dovecot(folder, free_port(), free_port())
    _certificate(folder)
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    text = CONFIG.format(
        folder=folder, user=name, group=grp.getgrgid(owner.pw_gid).gr_name, uid=owner.pw_uid,
        gid=owner.pw_gid, port=server.port, tls_port=server.tls_port, ssl="yes", sent_use=sent_use,
    )  # fmt: skip
    (folder / "dovecot.conf").write_text(text)
    for part in ("run", "state", "home"):
        (folder / part).mkdir()
    prefix = ["runuser", "-u", name, "--"] if os.geteuid() == 0 else []
    if prefix:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, name, grp.getgrgid(owner.pw_gid).gr_name)
    child = subprocess.Popen(
        [*prefix, found, "-F", "-c", str(folder / "dovecot.conf")],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        _wait(server, child)
        yield server
    finally:
        child.terminate()
        child.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Dovecot, child: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if child.poll() is not None:
            assert child.stderr is not None
            raise AssertionError(f"Dovecot ended: {child.stderr.read().decode()}")
        try:
            with imaplib.IMAP4("127.0.0.1", server.port, timeout=5):
                return
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.05)
    log = server.folder / "log"
    raise AssertionError(f"Dovecot does not answer: {log.read_text() if log.exists() else ''}")


def _certificate(folder: Path) -> None:
    """A certificate that no authority signed."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.invalid")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
