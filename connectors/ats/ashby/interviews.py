"""Ashby's interviews: one schedule holds events, interviewers are named by e-mail, only our key's schedules change."""

import asyncio
from typing import Any

from connectors import model, values, words
from connectors.ats.ashby import mapping, scorecards
from connectors.ats.ashby.calls import Row
from connectors.ats.ashby.records import Records
from connectors.errors import Gone, InDoubt, Rejected
from connectors.model import Ref

MARK = "callsheet"  # under which our own id stands in an event's free data


class Interviews(Records):
    """Reads and writes of interviews. Whether Ashby writes to the candidate itself depends on the organisation."""

    async def interviews(self, application_id: str) -> list[model.Interview]:
        """One for each event, and one for a schedule that still waits for its first."""
        schedules = await self._schedules(application_id)
        ids = {
            str(e["interviewId"])
            for s in schedules
            for e in mapping.parts(s, "interviewEvents")
            if e.get("interviewId")
        }
        titles = dict(zip(ids, await asyncio.gather(*map(self._title, ids)), strict=True))
        found = []
        for row in schedules:
            events = mapping.parts(row, "interviewEvents") or [{}]
            found += [
                self._interview(row, event, titles.get(str(event.get("interviewId"))))
                for event in events
            ]
        return found

    async def _schedules(self, application_id: str) -> list[Row]:
        rows = await self.rows("interviewSchedule.list", applicationId=self.known(application_id))
        return [row for row in rows if row.get("status") != "Cancelled"]

    async def _title(self, interview: str) -> str | None:
        try:
            row = await self.one("interview.info", id=interview)
        except Gone:
            return None
        return row.get("externalTitle") or row.get("title")

    def _interview(self, schedule: Row, event: Any, title: str | None) -> model.Interview:
        account, extra = self.account.id, mapping.part(event, "extraData")
        users: list[mapping.Row] = mapping.parts(event, "interviewers") or [
            {"id": id} for id in event.get("interviewerUserIds") or ()
        ]
        return model.Interview(
            ref=Ref(account=account, kind="interview", id=str(event.get("id") or schedule["id"])),
            application=Ref(account=account, kind="application", id=str(schedule.get("applicationId"))),
            name=title,
            planned=values.ref(account, "plan", event.get("interviewId")),
            start=values.moment(event.get("startTime")),
            end=values.moment(event.get("endTime")),
            location=event.get("location") or extra.get("location"),
            meeting_url=event.get("meetingLink") or extra.get("meetingUrl"),
            panel=tuple(self._seat(user) for user in users),
            organiser=values.ref(account, "user", mapping.part(schedule, "scheduledBy").get("id")),
            status=words.word(account, "interview.status", schedule.get("status"), mapping.SCHEDULE),
            external_id=extra.get(MARK),
            editable=bool(extra.get(MARK)),
            url=event.get("feedbackLink"),
            version=str(event.get("updatedAt") or schedule.get("updatedAt") or ""),
            raw={**schedule, "event": event},
        )  # fmt: skip

    def _seat(self, user: mapping.Row) -> model.Seat:
        name = " ".join(str(user.get(k) or "") for k in ("firstName", "lastName")).strip()
        ref = values.ref(self.account.id, "user", user.get("id"))
        return model.Seat(user=ref, email=user.get("email") or None, name=name or None)

    async def create_interview(self, draft: model.InterviewDraft, *, key: str) -> model.Interview:
        if known := await self._marked(draft):
            return known
        event = await self._event(draft)
        try:
            made = await self.write(
                "interviewSchedule.create",
                applicationId=draft.application.id,
                interviewEvents=[event],
            )
        except InDoubt:
            if known := await self._marked(draft):
                return known
            raise
        (row, *_) = mapping.parts(made, "interviewEvents") or [event]
        return self._interview(made, row, draft.name)

    async def _marked(self, draft: model.InterviewDraft) -> model.Interview | None:
        for row in await self._schedules(draft.application.id):
            for event in mapping.parts(row, "interviewEvents"):
                if mapping.part(event, "extraData").get(MARK) == draft.external_id:
                    return self._interview(row, event, draft.name)
        return None

    async def update_interview(self, id: str, draft: model.InterviewDraft) -> model.Interview:
        """An event is changed by naming its id: without it Ashby would add a second one."""
        schedule = await self._schedule_of(id, draft)
        if schedule is None:
            return await self.create_interview(draft, key=draft.external_id)
        event = {**await self._event(draft), "interviewEventId": id}
        made = await self.write(
            "interviewSchedule.update", interviewScheduleId=schedule["id"], interviewEvent=event
        )
        rows = [row for row in mapping.parts(made, "interviewEvents") if row.get("id") == id]
        return self._interview(made, rows[0] if rows else {**event, "id": id}, draft.name)

    async def cancel_interview(self, id: str, draft: model.InterviewDraft) -> None:
        """Feedback is never deleted along with it: Ashby refuses to cancel then, and says so."""
        schedule = await self._schedule_of(id, draft)
        if schedule is None:
            return
        try:
            if len(mapping.parts(schedule, "interviewEvents")) > 1:
                await self.write(
                    "interviewSchedule.update",
                    interviewScheduleId=schedule["id"],
                    interviewEventIdToCancel=id,
                )
            else:
                await self.write("interviewSchedule.cancel", id=schedule["id"])
        except Gone:
            return

    async def _schedule_of(self, id: str, draft: model.InterviewDraft) -> Row | None:
        for row in await self._schedules(draft.application.id):
            if any(event.get("id") == id for event in mapping.parts(row, "interviewEvents")):
                return row
        return None

    async def _event(self, draft: model.InterviewDraft) -> Row:
        """Our own id, the place and the address of the meeting travel in the event's free data."""
        emails = await asyncio.gather(*(self._email(user) for user in draft.interviewers))
        extra = {
            MARK: draft.external_id,
            "url": draft.external_url,
            "location": draft.location,
            "meetingUrl": draft.meeting_url,
        }
        event: Row = {
            "startTime": _iso(draft.start), "endTime": _iso(draft.end),
            "interviewers": [{"email": email, "feedbackRequired": True} for email in emails],
            "extraData": {name: value for name, value in extra.items() if value},
        }  # fmt: skip
        return event | ({"interviewId": draft.planned.id} if draft.planned else {})

    async def _email(self, user: Ref) -> str:
        found = next((u for u in await self.users() if u.ref == user), None)
        if found is None or not found.email:
            raise Rejected(
                "An interviewer has no e-mail address in Ashby.",
                account=self.account.id,
                code="interviewer",
            )
        return found.email

    async def submit_scorecard(
        self,
        application_id: str,
        form: model.Form,
        answers: Any,
        *,
        author: Ref,
        interview: Ref | None,
        key: str,
    ) -> model.Scorecard:
        """Ashby keeps no mark of ours: the same form by the same person for the same interview is there already."""
        if known := await self._submitted(application_id, form, author, interview):
            return known
        definition = await self.one(
            "feedbackFormDefinition.info", feedbackFormDefinitionId=form.ref.id
        )
        rows = scorecards.submissions(
            mapping.part(definition, "formDefinition"), answers, self.account.id
        )
        event = {"interviewEventId": interview.id} if interview else {}
        try:
            await self.write(
                "applicationFeedback.submit", feedbackForm={"fieldSubmissions": rows}, formDefinitionId=form.ref.id,
                applicationId=application_id, userId=author.id, **event,
            )  # fmt: skip
        except InDoubt:
            if known := await self._submitted(application_id, form, author, interview):
                return known
            raise
        if known := await self._submitted(application_id, form, author, interview):
            return known
        raise InDoubt("The scorecard was taken, but is not shown yet.", account=self.account.id)

    async def _submitted(
        self, application_id: str, form: model.Form, author: Ref, interview: Ref | None
    ) -> model.Scorecard | None:
        cards = await self.scorecards(application_id)
        same = (c for c in cards if c.author == author and c.interview == interview)
        return next((card for card in same if card.form in (None, form.ref)), None)


def _iso(at: Any) -> str:
    return str(at.isoformat()).replace("+00:00", "Z")
