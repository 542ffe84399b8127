"""Scorecards in Slack: the card after an interview, the form from the ATS, drafts kept, submission."""

from collections.abc import Mapping
from typing import Any

from commands import blocks, interview_blocks
from commands.router import Blocks, Gesture, Message, Reply, Router, View
from connectors.model import Form, FormField
from hiring import candidates, feedback, feedback_flow, scorecard_forms
from hiring.errors import Refused
from hiring.interview_records import Interview, get
from hiring.people import Actor
from hiring.services import Services

router = Router()
TITLE = "Scorecard"


@router.slash(
    "scorecard", help="Fill in the scorecard you owe, oldest first", roles=set(), example="scorecard",
    alias="scorecard", order=35,
)  # fmt: skip
@router.action("scorecard.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """The one the button belongs to, else the oldest that is owed."""
    view_id = await reply.open(blocks.loading(TITLE))
    try:
        owed = [] if gesture.value else await feedback.owed_by(services, actor)
        if not gesture.value and not owed:
            await reply.update(
                blocks.notice(TITLE, ":white_check_mark: You owe no scorecard."), view_id
            )
            return
        interview, form, draft = await feedback.open_form(
            services, actor, gesture.value or owed[0].id
        )
        view = await _form(services, interview, form, draft)
    except Refused as refused:
        view = blocks.notice(TITLE, f":warning: {blocks.escape(refused.sentence)}")
    await reply.update(view, view_id)


async def _form(
    services: Services, interview: Interview, form: Form, draft: Mapping[str, Any]
) -> View:
    name = await interview_blocks.title(services, interview)
    body: Blocks = [
        blocks.section(f"*{blocks.escape(name)}*"),
        blocks.context(
            "Others see it once they have sent their own. A draft is kept when you close this."
        ),
    ]
    body += [_entry(field, draft.get(field.path)) for field in form.fields]
    return blocks.modal(
        TITLE, "scorecard", body, submit="Submit", close="Keep draft", tell_when_closed=True,
        private={"interview": interview.id},
    )  # fmt: skip


def _entry(field: FormField, value: Any) -> dict[str, Any]:
    """One question; choosing something saves the draft."""
    return blocks.entry(
        field.label[:2_000],
        _element(field, value),
        f"q.{field.path}"[:255],
        optional=not field.required,
        tells=field.kind in ("choice", "choices", "rating", "yes_no"),
    )


def _element(field: FormField, value: Any) -> dict[str, Any]:
    if field.kind == "yes_no" or (
        field.kind in ("choice", "rating") and 0 < len(field.options) <= 100
    ):
        rows = field.options if field.kind != "yes_no" else (("yes", "Yes"), ("no", "No"))
        options = [blocks.option(label, key[:150]) for key, label in rows]
        initial = next((o for o in options if o["value"] == value), None)
        return blocks.select("scorecard.draft", options, initial=initial)
    if field.kind == "choices" and field.options:
        options = [blocks.option(label, key[:150]) for key, label in field.options[:10]]
        chosen = [o for o in options if isinstance(value, list) and o["value"] in value]
        element: dict[str, Any] = {
            "type": "checkboxes",
            "action_id": "scorecard.draft",
            "options": options,
        }
        return element | ({"initial_options": chosen} if chosen else {})
    return blocks.text_input(
        "scorecard.draft", initial=str(value or ""), multiline=field.kind != "text"
    )


def _answers(gesture: Gesture) -> dict[str, Any]:
    return {k.removeprefix("q."): v for k, v in gesture.values.items() if k.startswith("q.")}


@router.action("scorecard.draft", durable=True)
async def keep_draft(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await feedback.save_draft(services, actor, gesture.private["interview"], _answers(gesture))


@router.view_closed("scorecard")
async def closed(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    answers = _answers(gesture)
    if any(answers.values()):
        await feedback.save_draft(services, actor, gesture.private["interview"], answers)


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    interview = await get(services, gesture.private["interview"])
    form = await scorecard_forms.form(services, interview)
    return {
        f"q.{path}": why for path, why in scorecard_forms.missing(form, _answers(gesture)).items()
    }


@router.view("scorecard", check=_check)
async def submit(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    interview = await feedback.submit(
        services, actor, gesture.private["interview"], _answers(gesture)
    )
    await services.desk.show(
        interview.team, actor.user, "scorecard", f"{interview.id}:{actor.user}"
    )


@router.action("scorecard.excuse", durable=True)
async def excuse(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    interview = await feedback.excuse(services, actor, gesture.value)
    await services.desk.show(
        interview.team, actor.user, "scorecard", f"{interview.id}:{actor.user}"
    )


@router.card("scorecard")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    """Asks, then thanks. Says how many are in, never what they say."""
    interview_id = subject.partition(":")[0]
    interview = await get(services, interview_id)
    state = await feedback_flow.state_of(services, interview_id, user)
    profile = await candidates.read(services, interview.application)
    name = f"{blocks.escape(interview.title)} with {blocks.escape(profile.candidate.name)}"
    arrived, asked = await feedback_flow.tally(services, interview_id)
    if state == "submitted":
        return Message(
            "Scorecard sent",
            [
                blocks.section(
                    f":white_check_mark: *Thank you.* Your scorecard for {name} is in: {arrived} of {asked}."
                )
            ],
        )
    if state == "excused":
        return Message(
            "No scorecard needed", [blocks.section(f"Noted: you were not in the {name}.")]
        )
    sure = blocks.confirm(
        "You were not there?", "Then no scorecard is needed from you.", "I wasn't there"
    )
    return Message(
        f"How was the {blocks.escape(interview.title)}?",
        [
            blocks.section(f":pencil: *How was it?* {name}\nThe form takes about three minutes."),
            blocks.actions(
                blocks.button("Scorecard", "scorecard.open", interview_id, style="primary"),
                blocks.button("I wasn't there", "scorecard.excuse", interview_id, ask=sure),
            ),
        ],
    )
