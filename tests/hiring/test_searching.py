"""Finding people through the blind index: after a sync as by listing, with fewer calls, and nothing readable kept."""

from pathlib import Path

import pytest

from hiring import candidates, sync
from tests.firm import ROSA, Firm, everything_in
from tests.hiring.test_sync import BOTH

pytestmark = pytest.mark.anyio


async def names(office: Firm, text: str) -> list[str]:
    found = await candidates.find(office.services, await office.actor(ROSA), text)
    assert found.missing == ()
    return [profile.candidate.name for profile in found.people]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("quill nora", "Nora Quill"), ("quil", "Nora Quill"), ("nora qiull", "Nora Quill"), ("n quill", "Nora Quill"),
        ("wojcik", "Katarzyna Wójcik"), ("xiaolong", "小龙 李"), ("nora@mailbox.example", "Nora Quill"),
        ("siobhan obrien", "Siobhán O'Brien <!channel>"),
    ],
)  # fmt: skip
async def test_people_are_found_by_what_is_typed_of_them(
    office: Firm, typed: str, name: str
) -> None:
    office.person("Nora", "Quill", "nora@mailbox.example")
    await sync.run(office.services, "greenhouse")
    found = await names(office, typed)
    assert name in found


@BOTH
async def test_a_search_reads_only_those_who_are_meant(office: Firm, vendor: str) -> None:
    with office.store.batch():
        for number in range(120):
            office.person("Crowd", f"Member{number}", vendor=vendor)
        office.person("Nora", "Quill", vendor=vendor)
    for account in ("greenhouse", "lever"):
        await sync.run(office.services, account)
    before = len(office.gates[vendor].calls)
    assert await names(office, "nora quill") == ["Nora Quill"]
    assert len(office.gates[vendor].calls) - before <= 8


async def test_the_pasted_address_of_a_page_finds_its_person(office: Firm) -> None:
    ref = await office.newcomer()
    ats = await office.services.accounts.ats(ref.account)
    url = (await ats.application(ref.id)).url
    assert url
    assert await names(office, url) == ["Nora Quill"]


async def test_who_is_gone_is_found_no_more_and_who_was_renamed_by_the_new_name(
    office: Firm,
) -> None:
    gone, renamed = office.person("Nora", "Quill"), office.person("Ruth", "Former")
    await sync.run(office.services, "greenhouse")
    for row in office.store.find("gh_applications", candidate_id=int(gone)):
        office.store.delete("gh_applications", str(row["id"]))
    office.store.delete("gh_candidates", gone)
    row = office.store.get("gh_candidates", renamed) or {}
    office.store.put("gh_candidates", renamed, row | {"last_name": "Latter", "updated_at": "2030-01-01T00:00:00Z"})  # fmt: skip
    await sync.run(office.services, "greenhouse", full=True)
    assert await names(office, "nora quill") == []
    assert await names(office, "ruth latter") == ["Ruth Latter"]
    assert await names(office, "ruth former") == []


async def test_nothing_readable_is_in_the_index(office: Firm, tmp_path: Path) -> None:
    office.person("Xylophania", "Quetzalcoatl", "xylo@mailbox.example")
    await sync.run(office.services, "greenhouse")
    kept = everything_in(tmp_path).lower()
    for word in (b"xylophania", b"quetzalcoatl", b"xylo@"):
        assert word not in kept
