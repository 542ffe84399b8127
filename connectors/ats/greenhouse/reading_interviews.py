"""What Greenhouse tells of interviews, the forms of scorecards, and scorecards with their ratings and answers."""

import asyncio

from connectors import model
from connectors.ats.greenhouse import mapping_people, mapping_records
from connectors.ats.greenhouse.reading_people import People
from connectors.ats.greenhouse.rows import Row, grouped, ordered
from connectors.model import Ref

QUESTIONS = {
    "text": "long_text",
    "yes_no": "yes_no",
    "single_select": "choice",
    "multi_select": "choices",
    "instruction": "instruction",
}


class Interviews(People):
    """The reads of one account that are about interviews and what came of them."""

    async def interviews(self, application_id: str) -> list[model.Interview]:
        rows = await self.by_ids("interviews", [application_id], key="application_ids")
        seats, names = await asyncio.gather(
            self.by_ids("interviewers", (r["id"] for r in rows), key="interview_ids"),
            self.named("job_interviews", (r.get("job_interview_id") for r in rows)),
        )
        panels = grouped(seats, "interview_id")
        found = []
        for row in rows:
            mine = [
                mapping_records.seat(s, self.account.id) for s in panels.get(str(row["id"]), ())
            ]
            name = names.get(str(row.get("job_interview_id"))) or None
            found.append(mapping_records.interview(row, self.account.id, tuple(mine), name))
        return found

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        """Ratings, answers and the interview stand in lists of their own."""
        rows = await self.by_ids("scorecards", [application_id], key="application_ids")
        ids = [row["id"] for row in rows]
        answers, ratings, seats = await asyncio.gather(
            self._answers(ids),
            self._ratings(ids),
            self.allowed("interviewers", ids, "scorecard_ids"),
        )
        held = {str(s.get("scorecard_id")): s.get("interview_id") for s in seats}
        return [
            mapping_records.scorecard(
                row, self.account.id, interview=held.get(str(row["id"])),
                answers=answers.get(str(row["id"]), []), attributes=ratings.get(str(row["id"]), []),
            )
            for row in rows
        ]  # fmt: skip

    async def _ratings(self, scorecards: list[int]) -> dict[str, list[model.Rating]]:
        rows = await self.allowed("scorecard_candidate_attributes", scorecards, "scorecard_ids")
        names = await self.named(
            "job_candidate_attributes", (r.get("job_candidate_attribute_id") for r in rows)
        )
        found: dict[str, list[model.Rating]] = {}
        for row in ordered(rows):
            name = names.get(str(row.get("job_candidate_attribute_id"))) or "Attribute"
            found.setdefault(str(row.get("scorecard_id")), []).append(
                mapping_records.rating(row, name)
            )
        return found

    async def _answers(self, scorecards: list[int]) -> dict[str, list[tuple[str, str]]]:
        """Question and answer in words. Choices hang at an answer in yet another list."""
        rows = await self.allowed("scorecard_question_answers", scorecards, "scorecard_ids")
        questions, chosen = await asyncio.gather(
            self.known("scorecard_questions", (r.get("scorecard_question_id") for r in rows)),
            self.allowed(
                "scorecard_question_answer_options", (r["id"] for r in rows), "scorecard_question_answer_ids"
            ),
        )  # fmt: skip
        labels = await self.named(
            "scorecard_question_options", (c.get("scorecard_question_option_id") for c in chosen)
        )
        choices = grouped(chosen, "scorecard_question_answer_id")
        found: dict[str, list[tuple[str, str]]] = {}
        order = {q["id"]: n for n, q in enumerate(ordered(questions.values()))}
        for row in sorted(rows, key=lambda r: order.get(r.get("scorecard_question_id"), 0)):
            question = questions.get(str(row.get("scorecard_question_id")), {})
            picked = [
                labels.get(str(c.get("scorecard_question_option_id"))) or ""
                for c in choices.get(str(row["id"]), ())
            ]
            plain = row.get("answer") or row.get("boolean_value")
            said = mapping_people.shown([p for p in picked if p] or plain)
            if row.get("boolean_value") is False and not said:
                said = "no"
            if said:
                label = mapping_people.text(question.get("question")) or "Question"
                found.setdefault(str(row.get("scorecard_id")), []).append((label, said))
        return found

    async def scorecard_form(self, application_id: str, planned: Ref | None) -> model.Form | None:
        """The kit's questions after the overall recommendation, which every Greenhouse scorecard has."""
        if planned is None:
            return None
        kits = await self.by_ids("interview_kits", [planned.id], key="job_interview_ids")
        if not kits:
            return None
        kit = str(kits[0]["id"])
        rows = await self.by_ids("scorecard_questions", [kit], key="interview_kit_ids")
        questions = ordered(row for row in rows if row.get("active") is not False)
        options = await self.by_ids(
            "scorecard_question_options", (q["id"] for q in questions), key="scorecard_question_ids"
        )
        choices = grouped(ordered(options), "scorecard_question_id")
        return model.Form(
            ref=Ref(account=self.account.id, kind="form", id=kit),
            title="Scorecard",
            fields=tuple(_field(q, choices.get(str(q["id"]), [])) for q in questions),
            instructions=mapping_people.text(kits[0].get("exercises")) or None,
            raw=kits[0],
        )


def _field(question: Row, options: list[Row]) -> model.FormField:
    return model.FormField(
        path=str(question["id"]),
        label=mapping_people.text(question.get("question")) or "Question",
        kind=QUESTIONS.get(str(question.get("answer_type")), "long_text"),
        required=bool(question.get("required")),
        options=tuple(
            (str(o["id"]), str(o.get("name") or o["id"]))
            for o in options
            if o.get("active") is not False
        ),
    )
