"""An admin's own mapping: tried on real records, refused in a sentence, kept for every read, taken back."""

import pytest

from hiring import mapping
from hiring.errors import Refused
from tests.firm import Firm

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("fields", "stages", "reasons", "word"),
    [
        ({"candidate.shoe_size": "raw.x"}, {}, {}, "shoe_size"),
        ({"offer.title": "raw.x"}, {}, {}, "offer"),
        ({"candidate.title": "headline"}, {}, {}, "raw.FIELD"),
        ({"candidate.custom.": "raw.x"}, {}, {}, "custom.NAME"),
        ({}, {"Phone call": "chat"}, {}, "chat"),
        ({}, {}, {"Timing": "nobody"}, "nobody"),
    ],
)
def test_what_cannot_be_mapped_is_named(
    fields: dict[str, str], stages: dict[str, str], reasons: dict[str, str], word: str
) -> None:
    with pytest.raises(Refused) as refused:
        mapping.merged({}, fields, stages, reasons)
    assert word in refused.value.sentence


async def test_a_mapping_is_tried_kept_and_taken_back(office: Firm) -> None:
    services = office.services
    account = (await services.accounts.get("greenhouse")).id
    fields = {"candidate.title": "custom.Notice period", "candidate.custom.Company": "raw.company"}
    wanted = mapping.merged({}, fields, {"Take-home": "screen"}, {})
    tried = await mapping.preview(services, account, wanted)
    assert {change.field for change in tried} == {"candidate.title", "candidate.custom.Company", "stage.kind"}  # fmt: skip
    ref = await office.newcomer()
    before = await (await services.accounts.ats(account)).candidacy(ref.id)
    await mapping.keep(services, account, wanted)
    _, person = await (await services.accounts.ats(account)).candidacy(ref.id)
    assert person.title == str(person.custom["notice_period"])
    assert str(person.custom["Company"]) == person.company
    assert await mapping.preview(services, account, wanted) == []
    await mapping.keep(services, account, mapping.merged(wanted, dict.fromkeys(fields, ""), {"Take-home": ""}, {}))  # fmt: skip
    assert await (await services.accounts.ats(account)).candidacy(ref.id) == before
