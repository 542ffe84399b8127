"""The mailbox against a real Dovecot: what was sent is found, answers come once and by their ids only, faults are told."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest

from messages.mailbox import Mailbox, MailboxUnreachable, Place
from tests.keeping.dovecot import Dovecot

pytestmark = pytest.mark.anyio
LONG_AGO = datetime.now(UTC) - timedelta(days=7)


@pytest.mark.parametrize("tls", [False, True], ids=["plain on loopback", "tls"])
async def test_a_message_in_sent_is_found_by_its_id_and_no_other(imap: Dovecot, tls: bool) -> None:
    imap.put("Outbox", f"<sent-{tls}@us.example>")
    imap.put("INBOX", f"<inbox-{tls}@us.example>")
    asked = [f"<sent-{tls}@us.example>", f"<inbox-{tls}@us.example>", "<never@us.example>"]
    found = await Mailbox(imap.url(tls=tls)).sent_among(asked)
    assert found == {f"<sent-{tls}@us.example>"}


async def test_the_sent_folder_is_the_one_the_server_marks_or_the_one_the_setting_names(
    imap: Dovecot,
) -> None:
    imap.put("Elsewhere", "<elsewhere@us.example>")
    assert await Mailbox(imap.url()).check() == "Outbox"
    named = Mailbox(imap.url("/?sent=Elsewhere"))
    assert await named.check() == "Elsewhere"
    assert await named.sent_among(["<elsewhere@us.example>"]) == {"<elsewhere@us.example>"}
    assert await Mailbox(imap.url()).sent_among(["<elsewhere@us.example>"]) == set()


async def test_a_folder_with_a_name_in_any_script_can_be_named(imap: Dovecot) -> None:
    imap.make("&AMQ-u&AN8-ere & \\ &ZeVnLIqe-".replace(" & ", " &- "))
    assert "u" in await Mailbox(imap.url("/?sent=%C3%84u%C3%9Fere%20%26%20%5C%20日本語")).check()


async def test_answers_are_read_once_in_pages_by_their_ids(imap: Dovecot) -> None:
    box = Mailbox(imap.url())
    _, place, _ = await box.answers(None, LONG_AGO)
    imap.put("INBOX", "<new@they.example>")
    imap.put(
        "INBOX", "<re1@they.example>", In_Reply_To="<one@us.example>",
        References="<zero@us.example>\r\n <one@us.example>",
    )  # fmt: skip
    imap.put(
        "INBOX", "<re2@they.example>", References="<two@us.example>", Auto_Submitted="auto-replied"
    )
    replies, after, more = await box.answers(place, LONG_AGO)
    assert [(r.message_id, r.answers, r.automatic) for r in replies] == [
        ("<re1@they.example>", ("<one@us.example>", "<zero@us.example>"), False),
        ("<re2@they.example>", ("<two@us.example>",), True),
    ]
    assert (after.uid, more) == (place.uid + 3, False)
    assert "secret" not in repr(replies)
    assert (await box.answers(after, LONG_AGO))[0] == []


async def test_reading_marks_nothing_as_read(imap: Dovecot) -> None:
    before = imap.unseen()
    imap.put("INBOX", "<unread@they.example>", In_Reply_To="<one@us.example>")
    await Mailbox(imap.url()).answers(None, LONG_AGO)
    assert imap.unseen() == before + 1


async def test_an_inbox_that_was_numbered_anew_is_read_from_last_week_on(imap: Dovecot) -> None:
    imap.put("INBOX", "<again@they.example>", In_Reply_To="<one@us.example>")
    box = Mailbox(imap.url())
    _, place, _ = await box.answers(None, LONG_AGO)
    other = Place(place.validity + 1, place.uid)
    replies, after, _ = await box.answers(other, LONG_AGO)
    assert "<again@they.example>" in [reply.message_id for reply in replies]
    assert after.validity == place.validity


async def test_more_than_a_page_is_read_page_by_page(imap: Dovecot) -> None:
    box = Mailbox(imap.url())
    _, place, _ = await box.answers(None, LONG_AGO)
    with imap.connected() as server:
        for number in range(450):
            imap.put("INBOX", f"<many-{number}@they.example>", server, In_Reply_To="<m@us.example>")
    seen, more, pages = [], True, 0
    while more:
        replies, place, more = await box.answers(place, LONG_AGO)
        seen += [reply.message_id for reply in replies]
        pages += 1
    assert seen == [f"<many-{number}@they.example>" for number in range(450)]
    assert pages == 3


async def test_what_is_wrong_is_said_without_the_password(imap: Dovecot) -> None:
    wrong = {
        imap.url(password="wröng"): "user or the password",
        imap.url(password="wrong"): "user or the password",
        "imap://a:b@127.0.0.1:9": "does not answer",
        imap.url("/Nowhere"): "no folder called Nowhere",
        imap.url("/?sent=Nowhere"): "no folder called Nowhere",
    }
    for url, why in wrong.items():
        with pytest.raises(MailboxUnreachable) as told:
            await Mailbox(url, timeout=5).check()
        assert why in told.value.why
        assert "wr" not in told.value.why


async def test_off_loopback_a_certificate_has_to_hold(imap: Dovecot) -> None:
    """127.0.0.2 is this machine, too, but not a name we make an exception for."""
    for scheme, port in (("imaps", imap.tls_port), ("imap", imap.port)):
        box = Mailbox(f"{scheme}://a:b@127.0.0.2:{port}", timeout=5)
        with pytest.raises(MailboxUnreachable) as told:
            await box.check()
        assert "certificate" in told.value.why
    assert ssl.create_default_context().check_hostname


@pytest.mark.parametrize(
    "url", ["imap://host", "smtp://a:b@host", "imaps://a@host", "imaps://:b@host", ""]
)
def test_an_address_that_cannot_be_a_mailbox_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="CALLSHEET_IMAP_URL"):
        Mailbox(url)
