"""People without a calendar, by an admin's word: their working hours and Callsheet's own bookings are all there is."""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from connectors.contract import Busy, Calendar, Interval
from connectors.model import Finding


class NoCalendar(Calendar):
    label = "No calendar"
    required = frozenset({"people"})
    key_help: ClassVar[Mapping[str, str]] = {
        "people": "The e-mail addresses of those who keep no calendar, with blanks or commas between.",
    }
    checked = "nothing outside: no system is asked"
    remarks = (
        "Name only people whose calendar is in no other account: here they always have time.",
    )

    async def check(self) -> list[Finding]:
        count = len(self._people())
        return [Finding(what="Name people without a calendar", ok=count > 0, detail=f"{count} named")]  # fmt: skip

    async def busy(self, emails: Sequence[str], window: Interval) -> list[Busy]:
        people = self._people()
        return [
            Busy(email, True)
            if email.casefold() in people
            else Busy(email, False, why="no calendar in this account")
            for email in emails
        ]

    def _people(self) -> frozenset[str]:
        said = self.account.config.get("people", "").casefold()
        return frozenset(word for word in re.split(r"[\s,;]+", said) if "@" in word)


connector = NoCalendar
