"""The same door before a mail server: it knows where one mail begins and when the server has taken it over."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.faults.door import DRIP, Door, cut


class MailDoor(Door):
    """SMTP, one mail a connection; every connection counts as `mail`."""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self.notes("mail")
        talk = _Talk(self.upstream, reader, writer)
        if fault:
            await MAIL_FAULTS[fault](talk)
        else:
            await talk.relay()


class _Talk:
    """One conversation, line by line."""

    def __init__(
        self, upstream: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._upstream, self.reader, self.writer = upstream, reader, writer

    async def relay(
        self,
        *,
        refuse: dict[bytes, bytes] | None = None,
        until_taken: bool = False,
        pause: float = 0.0,
    ) -> None:
        """Carry lines both ways. `refuse` answers a word itself; `until_taken` stops before the last 250 is told."""
        far, there = await asyncio.open_connection("127.0.0.1", self._upstream)
        try:
            await self._tell(await _reply(far), pause)
            while line := await self.reader.readline():
                word = line[:4].upper()
                if refuse and word in refuse:
                    await self._tell(refuse[word], pause)
                    continue
                there.write(line)
                answer = await _reply(far)
                await self._tell(answer, pause)
                if word == b"DATA" and answer.startswith(b"354"):
                    there.write(await self._content())
                    taken = await _reply(far)
                    if until_taken:
                        return
                    await self._tell(taken, pause)
        finally:
            there.close()

    async def _content(self) -> bytes:
        lines = []
        while (line := await self.reader.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join([*lines, b".\r\n"])

    async def _tell(self, answer: bytes, pause: float) -> None:
        for part in [answer] if not pause else [bytes([byte]) for byte in answer]:
            self.writer.write(part)
            await self.writer.drain()
            await asyncio.sleep(pause)


async def _reply(far: asyncio.StreamReader) -> bytes:
    """One answer of the server, which may have several lines (RFC 5321 section 4.2.1)."""
    lines = [await far.readline()]
    while lines[-1][3:4] == b"-":
        lines.append(await far.readline())
    return b"".join(lines)


async def _silent_before(talk: _Talk) -> None:
    await talk.reader.read()


async def _silent_after(talk: _Talk) -> None:
    await talk.relay(until_taken=True)
    await talk.reader.read()


async def _reset_before(talk: _Talk) -> None:
    cut(talk.writer)


async def _reset_after(talk: _Talk) -> None:
    await talk.relay(until_taken=True)
    cut(talk.writer)


async def _closing(talk: _Talk) -> None:
    talk.writer.write(b"421 4.3.2 Closing for maintenance\r\n")
    await talk.writer.drain()


async def _greylisted(talk: _Talk) -> None:
    await talk.relay(refuse={b"RCPT": b"451 4.7.1 Greylisted; try again later\r\n"})


async def _drip(talk: _Talk) -> None:
    await talk.relay(pause=DRIP)


MAIL_FAULTS: dict[str, Callable[[_Talk], Awaitable[None]]] = {
    "silence before it is done": _silent_before,
    "silence after it was done": _silent_after,
    "reset before it is done": _reset_before,
    "reset after it was done": _reset_after,
    "421 at the door": _closing,
    "451 greylisted": _greylisted,
    "a byte at a time": _drip,
}
