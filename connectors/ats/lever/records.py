"""What hangs below one opportunity: interviews, feedback, notes, files, offers."""

import asyncio

from connectors import model
from connectors.ats.lever import papers
from connectors.ats.lever.calls import Row
from connectors.ats.lever.jobs import Jobs
from connectors.errors import MissingPermission
from connectors.model import Ref


class Records(Jobs):
    """The reads of one account that are about records. A person's are those of every opportunity."""

    async def interviews(self, application_id: str) -> list[model.Interview]:
        """Which of them can be changed, their zone and who accepted is told by their panels."""
        rows, panels = await asyncio.gather(
            self.rows(f"opportunities/{application_id}/interviews"), self._panels(application_id)
        )
        return [
            papers.interview(
                row, self.account.id, application_id, panels.get(str(row.get("panel")))
            )
            for row in rows
        ]

    async def _panels(self, application_id: str) -> dict[str, Row]:
        try:
            rows = await self.rows(f"opportunities/{application_id}/panels")
        except MissingPermission:
            return {}
        return {str(row["id"]): row for row in rows}

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        rows = await self.rows(f"opportunities/{application_id}/feedback")
        return [
            papers.scorecard(r, self.account.id, application_id)
            for r in rows
            if not r.get("deletedAt")
        ]

    async def scorecard_form(self, application_id: str, planned: Ref | None) -> model.Form | None:
        """The account's first feedback template; Lever ties none to a posting."""
        rows = [r for r in await self.rows("feedback_templates") if not r.get("deletedAt")]
        return papers.form(rows[0], self.account.id) if rows else None

    async def notes(self, candidate_id: str) -> list[model.Note]:
        found = []
        for row in await self.opportunities(candidate_id):
            notes = await self.rows(f"opportunities/{row['id']}/notes")
            found += [papers.note(n, self.account.id) for n in notes if not n.get("deletedAt")]
        return found

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        for row in await self.opportunities(candidate_id):
            if found := await self._files(str(row["id"]), "resumes", "resume"):
                return max(found, key=_age)
        return None

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        """Résumés, files, and offers' documents where the key may read them."""
        found: list[model.Attachment] = []
        for row in await self.opportunities(candidate_id):
            id = str(row["id"])
            found += await self._files(id, "resumes", "resume")
            found += await self._files(id, "files", "other")
            found += await self._offer_documents(id)
        return sorted(found, key=_age, reverse=True)

    async def _files(self, opportunity: str, below: str, kind: str) -> list[model.Attachment]:
        path = f"opportunities/{opportunity}/{below}"
        return [
            papers.attachment(row, self.account.id, kind, f"{path}/{row['id']}/download")
            for row in await self.rows(path)
            if not row.get("deletedAt")
        ]

    async def _offer_documents(self, opportunity: str) -> list[model.Attachment]:
        """The signed document of an offer, else the one that was sent."""
        try:
            rows = await self.rows(f"opportunities/{opportunity}/offers")
        except MissingPermission:
            return []
        found = []
        for row in rows:
            for which in ("signed", "sent"):
                if isinstance(told := row.get(f"{which}Document"), dict):
                    about = {**told, "id": row["id"], "name": told.get("fileName")}
                    path = f"opportunities/{opportunity}/offers/{row['id']}/download?status={which}"
                    found.append(papers.attachment(about, self.account.id, "offer", path))
                    break
        return found

    async def download(self, attachment: model.Attachment) -> bytes:
        return await self.http.raw(str(attachment.raw["path"]))

    async def offers(self, application_id: str) -> list[model.Offer]:
        rows = await self.rows(f"opportunities/{application_id}/offers")
        return [papers.offer(row, self.account.id, application_id) for row in rows]


def _age(attachment: model.Attachment) -> float:
    return attachment.created.timestamp() if attachment.created else 0.0
