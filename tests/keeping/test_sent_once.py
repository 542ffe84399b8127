"""A mail whose send was cut off is looked up before it is sent again; a restored copy sends nothing unasked."""

from dataclasses import dataclass, field, replace

import pytest
import sqlalchemy as sa

from hiring import doubts, job_doubts, post
from hiring.errors import InDoubt
from hiring.services import Services
from hiring.tables import sent_mail
from messages.mail import Mail, Mailer
from tests.firm import Firm
from tests.keeping.conftest import with_mailbox
from tests.keeping.dovecot import Dovecot

pytestmark = pytest.mark.anyio
NORA = "nora@mailbox.example"
DEAD = "imap://a:b@127.0.0.1:9"


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Counted(Mailer):
    """The real mailer, counting what it sends; `dies` after the server took a mail."""

    url: str
    dies: bool = False
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.url)

    async def send(self, mail: Mail) -> None:
        await super().send(mail)
        self.sent.append(mail.message_id)
        if self.dies:
            raise Killed


def counted(office: Firm, *, dies: bool = False) -> tuple[Services, list[str]]:
    mailer = Counted(office.parts.settings.smtp_url.get_secret_value(), dies)
    return replace(office.services, mailer=mailer), mailer.sent


async def send(services: Services, key: str) -> bool:
    async def build(message_id: str) -> Mail:
        return Mail(
            message_id, ("Nora", NORA), ("Us", services.company.mail_from), "Hello", "Hello", "<p>Hello</p>",
            services.clock.now(),
        )  # fmt: skip

    return await post.deliver(services, key=key, subject="ref", template="hello", build=build)


async def cut_off(office: Firm, key: str) -> str:
    """A process that died between the server's yes and its note; gives the Message-ID."""
    services, sent = counted(office, dies=True)
    with pytest.raises(Killed):
        await send(services, key)
    return sent[0]


async def row(services: Services, identity: str) -> tuple[str, int]:
    query = sa.select(sent_mail).where(sent_mail.c.message_id == identity)
    async with services.store.read() as conn:
        found = (await conn.execute(query)).one()
    return found.state, found.in_doubt


async def test_a_mail_found_in_sent_is_not_sent_again(office: Firm, imap: Dovecot) -> None:
    identity = await cut_off(office, "k1")
    imap.put("Outbox", identity)
    services, sent = counted(with_mailbox(office, imap.url()))
    assert await send(services, "k1") is False
    assert (sent, await row(services, identity)) == ([], ("sent", 0))


async def test_a_mail_missing_from_a_sent_folder_that_is_kept_is_sent(
    office: Firm, imap: Dovecot
) -> None:
    services, sent = counted(with_mailbox(office, imap.url()))
    await send(services, "earlier")
    imap.put("Outbox", sent[0])
    identity = await cut_off(office, "k2")
    assert await send(services, "k2") is True
    assert sent[1:] == [identity]
    assert await row(services, identity) == ("sent", 0)


@pytest.mark.parametrize("where", ["nowhere", "dead", "empty"])
async def test_where_nobody_can_tell_the_same_mail_goes_again_and_is_counted(
    office: Firm, imap: Dovecot, where: str
) -> None:
    """`empty`: the provider files nothing in Sent, so that a mail's absence there says nothing."""
    urls = {"nowhere": None, "dead": DEAD, "empty": imap.url("/?sent=Elsewhere")}
    url = urls[where]
    services, sent = counted(with_mailbox(office, url) if url else office)
    await send(services, "earlier")
    identity = await cut_off(office, "k3")
    assert await send(services, "k3") is True
    assert sent[1:] == [identity]
    assert await row(services, identity) == ("sent", 1)
    assert len(office.mails(NORA)) == 2, "the receiver drops the repeated Message-ID"


async def test_an_attempt_that_surely_failed_is_not_in_doubt(office: Firm) -> None:
    office.store.put("fault", "smtp", {"mode": "down"})
    services, sent = counted(office)
    with pytest.raises(post.MailLater):
        await send(services, "k4")
    office.store.delete("fault", "smtp")
    assert await send(services, "k4") is True
    assert await row(services, sent[0]) == ("sent", 0)


async def test_a_restored_copy_asks_the_sent_folder_first(office: Firm, imap: Dovecot) -> None:
    services, sent = counted(with_mailbox(office, imap.url()))
    await send(services, "earlier")
    imap.put("Outbox", sent[0])
    done = post.message_id(services, "done before the restore")
    imap.put("Outbox", done)
    with job_doubts.doubting(services.clock.now()):
        assert await send(services, "done before the restore") is False
        assert await send(services, "not done") is True
    assert await row(services, done) == ("sent", 0)
    assert sent[1:] == [post.message_id(services, "not done")]


@pytest.mark.parametrize("url", [None, DEAD])
@pytest.mark.parametrize("said", [doubts.AGAIN, doubts.DONE])
async def test_a_restored_copy_that_cannot_look_asks_a_person(
    office: Firm, url: str | None, said: str
) -> None:
    services, sent = counted(with_mailbox(office, url) if url else office)
    for _ in range(2):  # asking again does not send
        with job_doubts.doubting(services.clock.now()), pytest.raises(InDoubt) as asked:
            await send(services, "k5")
    assert "Do it again" in asked.value.sentence
    assert "It is done" in asked.value.sentence
    assert NORA not in asked.value.sentence
    async with services.store.begin() as tx:
        await doubts.decide(tx, asked.value.effect, said)
    with job_doubts.doubting(services.clock.now()):
        assert await send(services, "k5") is (said == doubts.AGAIN)
    assert await send(services, "k5") is False
    assert len(sent) == (1 if said == doubts.AGAIN else 0)
    assert await doubts.answer(services, asked.value.effect) is None
