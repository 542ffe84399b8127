"""What Greenhouse keeps about a person beside the application: notes, files, offers; and the walk over everything."""

from collections.abc import AsyncIterator

from connectors import model, values
from connectors.ats.greenhouse import mapping
from connectors.ats.greenhouse.reading import Reading
from connectors.ats.greenhouse.rows import Row, listed
from connectors.contract import Walkable
from connectors.http import pages, swap
from connectors.model import Ref


class Records(Reading):
    """The reads of one account that are about records."""

    async def notes(self, candidate_id: str) -> list[model.Note]:
        rows = await self.rows("notes", candidate_ids=candidate_id)
        return [mapping.note(row, self.account.id) for row in rows]

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        rows = await self.rows("attachments", candidate_ids=candidate_id, type="resume")
        rows = [r for r in rows if r.get("type") in ("resume", None) and r.get("url")]
        if not rows:
            return None
        newest = max(rows, key=lambda r: str(r.get("created_at") or ""))
        return model.Attachment(
            ref=Ref(account=self.account.id, kind="attachment", id=str(newest["id"])),
            name=str(newest.get("filename") or "resume.pdf"),
            kind="resume",
            created=values.moment(newest.get("created_at")),
            raw=newest,
        )

    async def download(self, attachment: model.Attachment) -> bytes:
        """The address is signed and short-lived: it is used at once and kept nowhere."""
        return await self.http.raw(
            swap(str(attachment.raw["url"]), self.account.base_url), signed=True
        )

    async def reasons(self) -> list[model.Reason]:
        parties = {"WE_REJECTED_THEM": "we", "THEY_REJECTED_US": "they", "NONE_SPECIFIED": "none"}
        return [
            model.Reason(
                ref=Ref(account=self.account.id, kind="reason", id=str(r["id"])),
                name=str(r.get("name") or "Reason"),
                party=parties.get(str((r.get("type") or {}).get("key")), "other"),
            )
            for r in await self.rows("rejection_reasons", include_defaults="true")
        ]

    async def offers(self, application_id: str) -> list[model.Offer]:
        rows = await self.rows("offers", application_ids=application_id, current_only="true")
        return [mapping.offer(row, self.account.id) for row in rows]

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        since = {"updated_at": f"gte|{position}"} if position else {}
        reached = position or ""
        async for answer in pages(self.http, f"{kind}s", per_page=500, **since):
            rows = listed(answer.json)
            reached = max([reached, *(str(r.get("updated_at") or "") for r in rows)])
            yield await self._things(kind, rows), reached

    async def _things(self, kind: Walkable, rows: list[Row]) -> list[model.Thing]:
        if kind == "application":
            return [*await self._applications(rows)]
        made = mapping.candidate if kind == "candidate" else mapping.job
        return [made(row, self.account.id) for row in rows]
