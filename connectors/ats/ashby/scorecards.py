"""Ashby's scorecards: free-form, each value under its field's path; the overall score runs from 1 to 4."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors import model, values
from connectors.ats.ashby import mapping
from connectors.errors import Rejected
from connectors.model import Ref

Row = Mapping[str, Any]
KINDS = {
    "Score": "rating", "Boolean": "yes_no", "ValueSelect": "choice", "MultiValueSelect": "choices", "RichText": "long_text",
    "LongText": "long_text",
}  # fmt: skip
SCORES = (("4", "Strong yes"), ("3", "Yes"), ("2", "No"), ("1", "Strong no"))
YES_NO = (("yes", "Yes"), ("no", "No"))


def form(row: Row, account: str, interview: Row | None = None) -> model.Form:
    """A form an interviewer fills in; the interview it belongs to gives the instructions."""
    return model.Form(
        ref=Ref(account=account, kind="form", id=str(row["id"])),
        title=str(row.get("title") or "Scorecard"),
        fields=tuple(_field(field) for field in mapping.asked(mapping.part(row, "formDefinition"))),
        instructions=(interview or {}).get("instructionsPlain") or None,
        raw=row,
    )


def _field(field: Row) -> model.FormField:
    kind = KINDS.get(str(field.get("type")), "text")
    options = tuple(
        (str(o.get("value")), str(o.get("label") or o.get("value")))
        for o in mapping.parts(field, "selectableValues")
    )
    return model.FormField(
        path=str(field.get("path")),
        label=str(field.get("title") or field.get("humanReadablePath") or field.get("path")),
        kind=kind,
        required=bool(field.get("isRequired")),
        options={"rating": SCORES, "yes_no": YES_NO}.get(kind, options),
    )


def submissions(
    definition: Row, answers: Mapping[str, str | Sequence[str]], account: str
) -> list[dict[str, Any]]:
    """The answers as Ashby takes them, each by its field's path and type. Raises Rejected."""
    rows = []
    for field in mapping.asked(definition):
        path, answer = str(field.get("path")), answers.get(str(field.get("path")))
        if answer in (None, "", [], ()):
            continue
        value = submitted(str(field.get("type")), answer)
        if value is None:
            label = field.get("title") or path
            raise Rejected(f"{label} takes another kind of answer.", account=account, code="field")
        rows.append({"path": path, "value": value})
    return rows


def submitted(kind: str, answer: Any) -> Any:
    """One value for a field of this type, None when it is none."""
    text = ", ".join(answer) if isinstance(answer, list | tuple) else str(answer)
    match kind:
        case "Score":
            return {"score": int(text)} if text in ("1", "2", "3", "4") else None
        case "Boolean":
            return {"yes": True, "true": True, "no": False, "false": False}.get(text.casefold())
        case "MultiValueSelect":
            return list(answer) if isinstance(answer, list | tuple) else [text]
        case "Number":
            number = values.number(text)
            return int(number) if number is not None and number.is_integer() else number
        case "RichText":
            return {"type": "PlainText", "value": text}
        case _:
            return text


def read(row: Row, account: str, application: str) -> model.Scorecard:
    """A scorecard that was handed in; Ashby tells no drafts."""
    told, asked = (
        mapping.part(row, "submittedValues"),
        mapping.asked(mapping.part(row, "formDefinition")),
    )
    scores = [
        (field, _score(told.get(str(field.get("path")))))
        for field in asked
        if field.get("type") == "Score"
    ]
    scores.sort(key=lambda pair: "overall" not in str(pair[0].get("path")))
    overall = scores[0][1] if scores else None
    answers = [
        (str(f.get("title") or f.get("path")), mapping.shown(told.get(str(f.get("path")))))
        for f in asked
    ]
    return model.Scorecard(
        ref=Ref(account=account, kind="scorecard", id=str(row["id"])),
        application=Ref(account=account, kind="application", id=str(row.get("applicationId") or application)),
        interview=values.ref(account, "interview", row.get("interviewEventId")),
        author=values.ref(account, "user", mapping.part(row, "submittedByUser").get("id")),
        form=values.ref(account, "form", row.get("feedbackFormDefinitionId")),
        overall=mapping.OVERALL.get(overall or 0),
        overall_word=dict(SCORES).get(str(overall), ""),
        answers=tuple((label, said) for label, said in answers if said),
        attributes=tuple(
            model.Rating(name=str(field.get("title")), value=mapping.OVERALL.get(score or 0), word=dict(SCORES).get(str(score), ""))
            for field, score in scores[1:]
        ),
        submitted_at=values.moment(row.get("submittedAt")),
        raw=row,
    )  # fmt: skip


def _score(value: Any) -> int | None:
    """A score is told as `{score: 3}`, or as the bare number."""
    found = value.get("score") if isinstance(value, dict) else value
    return found if isinstance(found, int) and not isinstance(found, bool) else None
