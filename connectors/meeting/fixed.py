"""A fixed place to meet, from the account's own settings: a link, a phone number, a room."""

from collections.abc import Mapping
from typing import ClassVar

from connectors.addresses import safe
from connectors.contract.meeting import Meeting, MeetingDraft, Meetings
from connectors.model import Finding


class Fixed(Meetings):
    label = "Fixed link, phone or room"
    optional = frozenset({"link", "phone", "code", "room"})
    key_help: ClassVar[Mapping[str, str]] = {
        "link": "A meeting link (https) that stays the same.",
        "phone": "A number to dial, such as +49 30 1234567.",
        "code": "What to type after dialling, or the link's passcode.",
        "room": "A room and how to find it.",
    }
    checked = "nothing outside: no system is asked"
    remarks = (
        "Everybody who was ever invited knows the same link: keep its waiting room on. Two interviews at once need two accounts.",
    )

    async def check(self) -> list[Finding]:
        link, words = self.account.config.get("link", ""), self._words()
        if not words:
            return [Finding(what="Name a place", ok=False, detail="Set `link`, `phone` or `room`.")]
        if link and not safe(link):
            return [Finding(what="Name a place", ok=False, detail="The link must begin with https://.")]  # fmt: skip
        return [Finding(what="Name a place", ok=True, detail=words)]

    async def create(self, draft: MeetingDraft) -> Meeting:
        """The place as it is; nothing is made, so nothing can be made twice."""
        return Meeting("", self.account.config.get("link", ""), self._words())

    async def move(self, id: str, draft: MeetingDraft) -> Meeting:
        return await self.create(draft)

    async def cancel(self, id: str) -> None:
        """There is nothing to take away."""

    def _words(self) -> str:
        config = self.account.config
        told = (("room", "Room: "), ("link", "Join: "), ("phone", "Phone: "), ("code", "Code: "))
        return "\n".join(f"{words}{config[key]}" for key, words in told if config.get(key))


connector = Fixed
