"""What hangs below an application: interviews, scorecards, notes, reasons, offers, files."""

from connectors import model
from connectors.addresses import swap
from connectors.ats.knit import mapping, workable
from connectors.ats.knit.calls import BEHIND, Row
from connectors.ats.knit.reading import Reading


class Records(Reading):
    """Knit has models for some of it; the rest is Workable's own."""

    async def interviews(self, application_id: str) -> list[model.Interview]:
        row = await self.told(application_id)
        if row.get("interviews") is None and self.behind == BEHIND:
            _, person = mapping.parts(application_id)
            rows = await self.every("/events", "events", candidate_id=person)
            return [workable.interview(row, self.account.id, application_id) for row in rows]
        told = mapping.listed(row, "interviews")
        return [mapping.interview(one, self.account.id, application_id) for one in told]

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        """Knit has no scorecards; Workable tells ratings in its activities."""
        if self.behind != BEHIND:
            return []
        rows = await self._activities(mapping.parts(application_id)[1], "rating")
        return [workable.scorecard(row, self.account.id, application_id) for row in rows]

    async def notes(self, candidate_id: str) -> list[model.Note]:
        if self.behind != BEHIND:
            return []
        rows = await self._activities(candidate_id, "comment")
        return [workable.note(row, self.account.id) for row in rows]

    async def _activities(self, candidate: str, action: str) -> list[Row]:
        rows = await self.every(f"/candidates/{candidate}/activities", "activities")
        return [row for row in rows if row.get("action") == action]

    async def reasons(self) -> list[model.Reason]:
        if self.behind != BEHIND:
            return []
        rows = await self.through("GET", "/disqualification_reasons")
        found = rows if isinstance(rows, list) else []
        return [workable.reason(row, self.account.id) for row in found if isinstance(row, dict)]

    async def offers(self, application_id: str) -> list[model.Offer]:
        rows = mapping.listed(await self.told(application_id), "offers")
        return [mapping.offer(row, self.account.id, application_id) for row in rows]

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        found = []
        for row in await self.whole_of(candidate_id):
            found += self.files(row)
        return [file for file in found if file.raw.get("link")]

    def files(self, row: Row) -> list[model.Attachment]:
        """The files of one application; one without a link cannot be fetched."""
        id = mapping.application_id(row)
        told = enumerate(mapping.listed(row, "attachments"))
        return [mapping.attachment(file, self.account.id, id, place) for place, file in told]

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        files = await self.attachments(candidate_id)
        return next((file for file in files if file.kind == "resume"), None)

    async def download(self, attachment: model.Attachment) -> bytes:
        """The link is signed and short-lived: it is used at once and kept nowhere."""
        link = swap(str(attachment.raw["link"]), self.account.base_url)
        return await self.http.raw(link, signed=True)
