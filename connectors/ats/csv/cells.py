"""The cells of what is added or changed, by our names of the columns and by the file's own."""

import hashlib
from collections.abc import Mapping

from connectors import model
from connectors.ats.csv.sheet import Sheet

HEADINGS = ("id", "candidate", "at", "author", "note")  # of a notes.csv that we begin
Values = Mapping[str, str]


def add(column: str, id: str, cells: Values, sheet: Sheet) -> None:
    """Append a row, unless it is there already."""
    if id not in [row[column] for row in sheet.rows]:
        sheet.append(cells)


def headed(at: Values, told: Values) -> dict[str, str]:
    """Cells by the file's headings; what it has no column for is left out."""
    return {at[name]: value for name, value in told.items() if name in at}


def person(given: model.CandidateDraft | model.CandidateChange) -> dict[str, str]:
    """A person's cells by our names, those that are given."""
    told: dict[str, str] = {}
    for name in ("given", "family", "title", "company", "location", "source"):
        if (value := getattr(given, name, None)) is not None:
            told[name] = value
    for name, many in (("email", given.emails), ("phone", given.phones)):
        if many or (many is not None and isinstance(given, model.CandidateChange)):
            told[name] = ", ".join(contact.value for contact in many or ())
    if given.links or (given.links is not None and isinstance(given, model.CandidateChange)):
        told["links"] = ", ".join(given.links or ())
    return told


def made_id(kind: str, key: str, *about: str) -> str:
    """The id of what we add, by which a repeat finds it; it tells nothing of anybody."""
    told = "\0".join((kind, key, *about))
    return hashlib.sha256(told.encode()).hexdigest()[:12]
