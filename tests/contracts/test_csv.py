"""Files of the customer's own: what is not changed stays byte for byte, and nobody's rows are lost."""

import asyncio
import csv
import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import model, registry
from connectors.ats.csv import sheet as sheets
from connectors.ats.csv.files import Folder
from connectors.ats.csv.sheet import Sheet
from connectors.contract import Account, Ats
from connectors.errors import Conflict, Reconnect, Rejected, TryLater
from connectors.http import Pool
from tests.contracts import stand_ins
from tests.contracts.stand_ins import System
from tests.contracts.vendors import csv as kept

pytestmark = pytest.mark.anyio
ROWS = [
    ["id", "name", "email", "job", "stage", "status", "Notizen", ""],
    ["1", "Zoë Ekström", "zoe@mailbox.example", "QA", "Applied", "", 'says "hi", twice\nand again', "x"],
    [],
    ["2", "Bo Lund", "bo@mailbox.example", "QA", "Applied", "", "=old formula", ""],
    ["3", "Ida Holm", "ida@mailbox.example", "QA", "Offer", "", "-"],
]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> System:
    store = Store(tmp_path / "workspace.db")
    folder = kept.folder(store, tmp_path)
    return stand_ins.here("csv", kept.kit, store, WorkspaceClock(store), folder)


def account(folder: Path) -> Ats:
    made = registry.make(
        Account("csv-1", "csv", "Ours", {"folder": str(folder)}), Pool(folders=[str(folder)])
    )
    assert isinstance(made, Ats)
    return made


def written(folder: Path, name: str = "candidates.csv") -> list[list[str]]:
    return list(csv.reader((folder / name).open(newline="", encoding="utf-8-sig")))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
async def test_all_but_the_changed_row_stays_byte_for_byte(
    tmp_path: Path, delimiter: str, end: str, quoting: int, encoding: str
) -> None:
    file = tmp_path / "candidates.csv"
    with file.open("w", newline="", encoding=encoding) as out:
        csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(ROWS)  # type: ignore[arg-type]  # the stubs want the literal
    mark = file.read_bytes()[:3]
    before = file.read_bytes().decode(encoding).split(end)
    ats = account(tmp_path)
    await ats.move_stage("2", "Offer")
    after = file.read_bytes().decode(encoding).split(end)
    changed = [place for place, line in enumerate(before) if line != after[place]]
    assert len(before) == len(after)
    assert [before[place].replace("Applied", "Offer") for place in changed] == [
        after[place] for place in changed
    ]
    assert len(changed) == 1
    assert file.read_bytes()[:3] == mark


async def test_a_last_row_without_an_end_gets_one_before_the_next(tmp_path: Path) -> None:
    (tmp_path / "candidates.csv").write_bytes(b"id,name,email,job\n1,Ada,ada@mailbox.example,QA")
    ats = account(tmp_path)
    job = (await ats.jobs())[0]
    await ats.create_candidate(
        model.CandidateDraft(given="Bo", family="Lund", job=job.ref), key="k"
    )
    assert [row[1] for row in written(tmp_path)] == ["name", "Ada", "Bo Lund"]


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x.example","y")', "+1+1", "-2", "@SUM(A1)", "\t=1"]
)
async def test_what_came_from_outside_is_never_run_by_a_spreadsheet(
    here: System, name: str
) -> None:
    ats, folder = here.ats, kept.place_of(here.store)
    (job, *_) = await ats.jobs()
    phone = (model.Contact(value="+49 30 5550100"),)
    draft = model.CandidateDraft(given=name.strip(), family="Quill", phones=phone, job=job.ref)
    made = await ats.create_candidate(draft, key="k")
    await ats.add_note(made.ref.id, name, key="n")
    cells = [cell for row in written(folder)[-1:] + written(folder, "notes.csv") for cell in row]
    assert not [cell for cell in cells if cell.strip(" ").startswith(sheets.RUN)]
    found = await ats.candidate(made.ref.id)
    assert (found.name, found.phones) == (f"{name.strip()} Quill", phone)
    assert (await ats.notes(made.ref.id))[0].body == name.strip()


async def test_two_processes_lose_none_of_each_others_rows(here: System) -> None:
    folder = kept.place_of(here.store)
    script = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from tests.contracts.test_csv import account\n"
        "async def main(who):\n"
        "    ats = account(Path(sys.argv[1]))\n"
        "    for n in range(15):\n"
        "        await ats.add_note('4001', f'{who} {n}', key=f'{who} {n}')\n"
        "        await ats.set_tags('4001', add=[f'{who}{n}'])\n"
        "asyncio.run(main(sys.argv[2]))\n"
    )
    root = Path(__file__).parents[2]
    running = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(folder), who, cwd=root)
        for who in ("one", "two")
    ]  # fmt: skip
    async with asyncio.timeout(120):
        assert [await process.wait() for process in running] == [0, 0]
    wanted = {f"{who} {n}" for who in ("one", "two") for n in range(15)}
    assert {note.body for note in await here.ats.notes("4001")} == wanted
    tags = {tag for tag in (await here.ats.candidate("4001")).tags if tag != "remote"}
    assert tags == {word.replace(" ", "") for word in wanted}


async def test_somebody_who_saves_in_the_moment_of_writing_is_not_overwritten(
    tmp_path: Path,
) -> None:
    file = tmp_path / "candidates.csv"
    file.write_text("id,name,tags\n1,Ada,\n")
    folder = Folder(str(tmp_path), [str(tmp_path)], "csv-1")
    saves = iter(["id,name,tags\n1,Ada,\n2,Bo,\n", "id,name,tags\n1,Ada,\n2,Bo,\n3,Ida,\n"])

    def edit(sheet: Sheet) -> None:
        if (saved := next(saves, None)) is not None:
            saving = tmp_path / "saving"
            saving.write_text(saved)
            saving.replace(file)
        sheet.change(sheet.rows[0], {"tags": "remote"})

    folder.change("candidates.csv", edit)
    assert file.read_text() == "id,name,tags\n1,Ada,remote\n2,Bo,\n3,Ida,\n"
    assert sorted(os.listdir(tmp_path)) == [".callsheet.lock", "candidates.csv"]


async def test_somebody_who_deletes_the_row_meanwhile_wins(tmp_path: Path) -> None:
    file = tmp_path / "candidates.csv"
    file.write_text("id,name,tags\n1,Ada,\n2,Bo,\n")
    folder = Folder(str(tmp_path), [str(tmp_path)], "csv-1")

    def edit(sheet: Sheet) -> None:
        mine = [row for row in sheet.rows if row["id"] == "1"]
        if not mine:
            raise Rejected("It is gone.")
        file.write_text("id,name,tags\n2,Bo,\n")
        sheet.change(mine[0], {"tags": "remote"})

    with pytest.raises(Rejected):
        folder.change("candidates.csv", edit)
    assert file.read_text() == "id,name,tags\n2,Bo,\n"


async def test_a_file_that_is_open_is_read_and_written_later(here: System) -> None:
    folder = kept.place_of(here.store)
    mark = folder / ".~lock.candidates.csv#"
    mark.touch()
    with pytest.raises(TryLater) as refused:
        await here.ats.set_tags("4001", add=("x",))
    assert ".~lock.candidates.csv#" in refused.value.text
    assert (await here.ats.candidate("4001")).name == "Ada Lovelace"
    mark.unlink()
    await here.ats.set_tags("4001", add=("x",))


async def test_only_allowed_places_are_read_wherever_links_lead(tmp_path: Path) -> None:
    allowed, secret = tmp_path / "allowed", tmp_path / "secret"
    for place in (allowed / "hiring", secret):
        place.mkdir(parents=True)
    (secret / "candidates.csv").write_text("id,name\n1,Ada\n")
    (allowed / "link").symlink_to(secret)
    (allowed / "hiring" / "candidates.csv").symlink_to(secret / "candidates.csv")
    places = [str(secret), f"{allowed}/../secret", str(allowed / "link"), str(allowed / "hiring"), "hiring", "/", ""]  # fmt: skip
    for place in places:
        made = Account("csv-1", "csv", "Ours", {"folder": place})
        ats = registry.make(made, Pool(folders=[str(allowed)]))
        assert isinstance(ats, Ats)
        with pytest.raises(Reconnect):
            await ats.jobs()
        assert [finding.ok for finding in await ats.check()] == [False]
    nowhere = registry.make(Account("csv-1", "csv", "Ours", {"folder": str(secret)}), Pool())
    assert [finding.ok for finding in await nowhere.check()] == [False]


async def test_a_row_without_an_id_is_given_one_that_stays(tmp_path: Path) -> None:
    (tmp_path / "candidates.csv").write_text("id,name,email,job\n,Ada,ada@mailbox.example,QA\n")
    ats = account(tmp_path)
    for _ in range(2):
        async for (person, *_), _ in ats.walk("candidate", None):
            assert person.ref.id == written(tmp_path)[1][0]
    assert len({row[0] for row in written(tmp_path)}) == 2


async def test_nothing_comes_again_until_a_file_has_changed(here: System) -> None:
    *_, (_, position) = [page async for page in here.ats.walk("candidate", None)]
    assert [things async for things, _ in here.ats.walk("candidate", position)] == [[]]
    here.person("Nora", "Quill")
    names = [t.name async for things, _ in here.ats.walk("candidate", position) for t in things if isinstance(t, model.Candidate)]  # fmt: skip
    assert names[-1] == "Nora Quill"


async def test_a_change_of_what_somebody_else_changed_is_a_conflict(here: System) -> None:
    before = await here.ats.candidate("4001")
    await here.ats.set_tags("4001", add=("x",))
    change = model.CandidateChange(given="Augusta")
    with pytest.raises(Conflict):
        await here.ats.update_candidate("4001", change, version=before.version)
    changed = await here.ats.update_candidate("4001", change)
    assert changed.name == "Augusta Lovelace"


async def test_a_person_with_two_rows_is_one_person(here: System) -> None:
    person = here.person("Nora", "Quill", "nora@mailbox.example")
    other = (await here.ats.jobs())[1]
    made = await here.ats.create_application(person, other.ref.id, key="a")
    assert made.ref.id != person
    assert made.candidate.id == person
    assert len(await here.ats.applications(person)) == 2
    found = [p async for p in here.ats.find_candidates("nora quill")]
    assert [p.ref.id for p in found] == [person]


async def test_people_and_applications_may_be_two_files(tmp_path: Path) -> None:
    (tmp_path / "candidates.csv").write_text(
        "id,name,email,Shoe size\np1,Ada,ada@mailbox.example,38\n"
    )
    (tmp_path / "applications.csv").write_text("id,candidate,job,stage\na1,p1,QA,Applied\n")
    ats = account(tmp_path)
    (one,) = await ats.applications("p1")
    assert (one.ref.id, one.stage_name, one.job_title) == ("a1", "Applied", "QA")
    assert [f.label for f in await ats.custom_fields("candidate")] == ["Shoe size"]
    job = one.job
    assert job is not None
    draft = model.CandidateDraft(given="Bo", family="Lund", job=job)
    made = await ats.create_candidate(draft, key="k")
    assert [a.job for a in await ats.applications(made.ref.id)] == [job]
    with pytest.raises(Rejected) as refused:
        await ats.hire("a1", start_on=date(2027, 1, 4))
    assert refused.value.text == "applications.csv has no column status: add one."


async def test_a_check_names_the_columns_that_are_missing_and_what_is_lost(tmp_path: Path) -> None:
    (tmp_path / "candidates.csv").write_text("id,name,email,job,stage\n1,Ada,,QA,Applied\n")
    lost = [f.abilities for f in await account(tmp_path).check() if not f.ok]
    assert frozenset().union(*lost) == {"reject", "unreject", "hire", "tags"}
    (tmp_path / "candidates.csv").write_text("name\nAda\n")
    details = [f.detail for f in await account(tmp_path).check() if not f.ok]
    assert details[0] == "There is no column id, email, job."


@pytest.mark.parametrize("content", [b"", b"\0\1", b"\xff\xfea", b'id,"' + b"x" * 200_000])
async def test_what_is_no_csv_file_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "candidates.csv").write_bytes(content)
    with pytest.raises(Rejected) as refused:
        await account(tmp_path).jobs()
    assert refused.value.text.startswith("candidates.csv cannot be read: ")


async def test_a_sign_that_the_files_encoding_lacks_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "candidates.csv"
    file.write_bytes("id,name,email,job,tags\n1,Zoë,zoe@mailbox.example,QA,\n".encode("cp1252"))
    with pytest.raises(Rejected) as refused:
        await account(tmp_path).set_tags("1", add=("王芳",))
    assert "save it as UTF-8" in refused.value.text
    assert (await account(tmp_path).candidate("1")).name == "Zoë"


async def test_an_erased_person_leaves_that_somebody_applied(here: System) -> None:
    folder = kept.place_of(here.store)
    person = here.person("Nora", "Quill", "nora@mailbox.example")
    await here.ats.add_note(person, "Spoke to Nora", key="n")
    for _ in range(2):
        await here.ats.anonymise(person)
    content = "".join(path.read_text() for path in folder.glob("*.csv"))
    assert "Nora" not in content
    assert "nora@" not in content
    assert (await here.ats.application(person)).stage_name == "Technical interview"


async def test_a_file_that_is_gone_for_a_moment_makes_nobody_gone(here: System) -> None:
    folder = kept.place_of(here.store)
    (folder / "candidates.csv").rename(folder / "elsewhere")
    with pytest.raises((TryLater, Rejected)):
        await here.ats.candidate("4001")


async def test_many_rows_are_changed_in_a_moment(tmp_path: Path) -> None:
    lines = [f"{n},Member {n},m{n}@mailbox.example,QA,Applied\n" for n in range(10_000)]
    (tmp_path / "candidates.csv").write_text("id,name,email,job,stage\n" + "".join(lines))
    ats = account(tmp_path)
    async with asyncio.timeout(20):
        await ats.move_stage("9999", "Applied")
        assert (await ats.application("9999")).stage_name == "Applied"


async def test_a_stage_means_what_the_admin_said(here: System) -> None:
    mapped = {"stages": {"Final review": "archived"}}
    ats = registry.make(replace(here.ats.account, overrides=mapped), here.ats.pool)
    assert isinstance(ats, Ats)
    assert "Final review" not in [stage.name for stage in await ats.stages("j1")]
