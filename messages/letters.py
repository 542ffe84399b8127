"""The offer letter as a PDF. The same facts give the same bytes."""

import json
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent / "letters"


def offer_letter(facts: Mapping[str, str]) -> bytes:
    """One A4 letter. `facts`: company, candidate_name, candidate_first_name, role, salary, start_date, date, expires,
    sender, note (may be empty). Everything is plain text; it reaches the template as data, never as markup.
    """
    import typst

    pdf = typst.compile(
        str(FOLDER / "offer.typ"),
        root=str(FOLDER),
        sys_inputs={"facts": json.dumps(dict(facts))},
        format="pdf",
    )
    return bytes(pdf)
