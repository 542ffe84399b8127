"""Writes `docs/model.md` and `docs/model.schema.json` from the unified model itself."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from connectors import model
from connectors.overrides import FIELDS

DOCS = Path(__file__).parents[1] / "docs"
OBJECTS: tuple[type[BaseModel], ...] = (
    model.Candidate, model.Application, model.StageChange, model.Rejection, model.Job, model.Opening, model.Posting,
    model.Stage, model.PlannedInterview, model.Interview, model.Seat, model.Form, model.FormField, model.Scorecard,
    model.Rating, model.Offer, model.Approval, model.ApprovalGroup, model.Approver, model.User, model.TeamMember,
    model.Note, model.Attachment, model.Reason, model.Source, model.Unit, model.Count, model.Event, model.Webhook,
)  # fmt: skip
DRAFTS: tuple[type[BaseModel], ...] = (
    model.CandidateDraft, model.CandidateChange, model.ApplicationChange, model.InterviewDraft, model.OfferChange,
)  # fmt: skip
VALUES: tuple[type[BaseModel], ...] = (
    model.Ref, model.Word, model.Contact, model.Money, model.Range, model.Custom, model.CustomField, model.Option,
)  # fmt: skip
TOP = """# The unified model

One model for every ATS, written from `connectors/model/` (`python -m bot.model_docs`); its JSON Schema is
[model.schema.json](model.schema.json). Values are frozen and live in memory only.

- Equality is by ref: our account, the kind, and the vendor's own id as text. There are no ids of ours for things in an ATS.
- `None` means that the vendor did not tell, `()` that it told there is none.
- An enum value keeps the vendor's word beside our kind; a word nobody knows becomes `other` and is counted.
- Times are aware UTC, dates stay dates, money is minor units with its currency.
- Every object has `url` (the ATS's own page), `version` (comparable where the vendor gives one), `custom` (typed custom
  fields by the vendor's key) and `raw` (what the vendor sent).
- A write is a command with a key of ours: made twice with one key, it leaves one thing. What a connector cannot do is
  refused with what happens instead ([connectors](connectors.md)).
"""


def text() -> str:
    """The whole page."""
    parts = [TOP]
    for title, made in (
        ("Objects", OBJECTS),
        ("What we ask an ATS to write", DRAFTS),
        ("Values", VALUES),
    ):
        parts += [f"## {title}\n", *(_one(cls) for cls in made)]
    rows = [f"- {kind}: {', '.join(names)}, and `custom.NAME`" for kind, names in FIELDS.items()]
    return "\n".join([*parts, _mapping(rows)])


def schema() -> str:
    """One JSON Schema with a definition for each class."""
    found: dict[str, Any] = {}
    for cls in (*OBJECTS, *DRAFTS, *VALUES):
        made = cls.model_json_schema(ref_template="#/$defs/{model}")
        found |= made.pop("$defs", {})
        found[cls.__name__] = made
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": dict(sorted(found.items())),
    }
    return json.dumps(whole, indent=1) + "\n"


def _one(cls: type[BaseModel]) -> str:
    shared = model.Thing.model_fields if issubclass(cls, model.Thing) else {}
    rows = [f"### {cls.__name__}", "", cls.__doc__ or "", "", "| field | what |", "|---|---|"]
    for name, field in cls.model_fields.items():
        if name not in shared:
            needed = " (always)" if field.is_required() else ""
            rows.append(f"| `{name}`{needed} | `{_type(field.annotation)}` |")
    return "\n".join([*rows, ""])


def _type(annotation: Any) -> str:
    said = annotation.__name__ if isinstance(annotation, type) and not hasattr(annotation, "__args__") else str(annotation)  # fmt: skip
    for prefix in ("typing.", "collections.abc.", "connectors.model.base.", "connectors.model.people.",
                   "connectors.model.records.", "connectors.model.jobs.", "connectors.model.interviews.", "datetime."):  # fmt: skip
        said = said.replace(prefix, "")
    return said.replace("|", "\\|")


def _mapping(rows: list[str]) -> str:
    return "\n".join([
        "## An admin's own mapping", "",
        "`callsheet accounts map ACCOUNT` says which vendor field feeds which of ours, what a stage is and who ended a",
        "candidacy, and shows on real records what would read differently before `--save` keeps it. Fields are fed from",
        "`raw.FIELD` (a path into what the vendor sent) or `custom.NAME`. These can be fed:", "", *rows, "",
    ])  # fmt: skip


if __name__ == "__main__":
    DOCS.joinpath("model.md").write_text(text())
    DOCS.joinpath("model.schema.json").write_text(schema())
