"""What a system of meeting links promises: one meeting for an interview, moved with it, gone with it."""

from dataclasses import dataclass
from datetime import datetime

from connectors.contract.base import Connector


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """What is to be met about. Times are UTC, `zone` (IANA) is where the meeting is at home.

    `key` is ours, of one interview however often it is moved: the same key is the same meeting. `host` is the e-mail
    address of who holds it, "" the account's own; one host holds one meeting at a time.
    """

    key: str
    topic: str
    start: datetime
    end: datetime
    zone: str = "UTC"
    host: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """How to get in. `join` is a link, "" where there is none; `words` say it in plain text, for invitations.

    `id` is "" of a place that nobody made for this interview. Anybody with `join` gets in: it goes to guests only.
    """

    id: str
    join: str
    words: str


class Meetings(Connector):
    """One account of a meeting system, or a fixed place. Each call may raise the errors of `connectors/errors.py`."""

    async def create(self, draft: MeetingDraft) -> Meeting:
        """Make the meeting; with a key that was used before, give that meeting, moved to the draft's time.

        After InDoubt the same call may be made again.
        """
        raise NotImplementedError

    async def move(self, id: str, draft: MeetingDraft) -> Meeting:
        """Make the meeting what the draft says; its link stays. Raises Gone."""
        raise NotImplementedError

    async def cancel(self, id: str) -> None:
        """Take it away; nobody is mailed. Already gone counts as done."""
        raise NotImplementedError
