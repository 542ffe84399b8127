"""The form an interviewer fills in: the ATS's own, with what every scorecard needs added. Pure but for the one read."""

from collections.abc import Mapping, Sequence

from connectors import model
from connectors.errors import ConnectorError
from connectors.model import FormField, Ref
from hiring import candidates
from hiring.interview_records import Interview
from hiring.services import Services

OVERALL = FormField(
    path="overall",
    label="Overall recommendation",
    kind="choice",
    required=True,
    options=(("4", "Strong yes"), ("3", "Yes"), ("2", "No"), ("1", "Strong no")),
)
NOTES = FormField(path="notes", label="What did you see?", kind="long_text", required=True)
RATINGS = ("overall", "recommend", "rating", "score")


async def form(services: Services, interview: Interview) -> model.Form:
    """The ATS's form for this interview with an overall recommendation first; our own two questions without one.

    Raises Unreachable when the ATS does not answer.
    """
    ats = await services.accounts.ats(interview.application.account)
    try:
        found = await ats.scorecard_form(interview.application.id, interview.planned)
    except ConnectorError as error:
        raise candidates.unreachable(ats, error) from error
    if found is None or not [f for f in found.fields if f.kind != "instruction"]:
        ref = Ref(account=interview.application.account, kind="form", id="callsheet")
        return model.Form(ref=ref, title="Scorecard", fields=(OVERALL, NOTES))
    fields = tuple(f for f in found.fields if f.kind != "instruction")[:40]
    asks_overall = any(
        f.kind == "choice" and any(w in f.label.casefold() for w in RATINGS) for f in fields
    )
    return found.model_copy(update={"fields": fields if asks_overall else (OVERALL, *fields)})


def in_words(form: model.Form, answers: Mapping[str, str | Sequence[str]]) -> str:
    """The filled form as text, in the form's order."""
    lines = []
    for field in form.fields:
        value = answers.get(field.path)
        if not value:
            continue
        labels = dict(field.options) | (
            {"yes": "Yes", "no": "No"} if field.kind == "yes_no" else {}
        )
        said = [value] if isinstance(value, str) else list(value)
        lines.append(f"{field.label}: {', '.join(labels.get(v, v) for v in said)}")
    return "\n".join(lines)


def missing(form: model.Form, answers: Mapping[str, object]) -> dict[str, str]:
    """The required fields that are empty, with what to do."""
    return {
        field.path: "Please answer this one."
        for field in form.fields
        if field.required and not str(answers.get(field.path) or "").strip()
    }
