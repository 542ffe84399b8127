"""A real folder of CSV files for the shared contract tests, kept by somebody with a spreadsheet."""

import csv
from pathlib import Path

from bot.workspace.seed import people
from bot.workspace.store import Store
from connectors.model import Value
from tests.contracts.stand_ins import Kit

HEADINGS = ("ID", "Name", "E-mail", "Phone", "Job", "Stage", "Status", "Reason", "Applied", "Source", "Tags", "Owner", "Notice period", "Start date")  # fmt: skip
JOBS = (("j1", "Platform Engineer"), ("j2", "Account Manager"))


def folder(store: Store, place: Path) -> Path:
    """Two jobs, a pipeline, the staff and two dozen people."""
    made = place / "hiring"
    made.mkdir()
    _write(made / "jobs.csv", ("ID", "Title", "Status", "Recruiter", "Hiring manager"),
           [(id, title, "Open", "rosa@brightwater.example", "Maya Lindqvist") for id, title in JOBS])  # fmt: skip
    _write(made / "stages.csv", ("Stage",), [(words,) for words in (*people.STAGES, "Hired")])
    _write(made / "reasons.csv", ("Reason", "Who"), [("Not enough experience", "we"), ("Withdrew", "they")])  # fmt: skip
    staff = [(str(n), real, f"{name}@brightwater.example", "admin" if admin else "") for _, name, real, _, _, admin, n in people.STAFF]  # fmt: skip
    _write(made / "users.csv", ("ID", "Name", "E-mail", "Role"), staff)
    rows = []
    for index, words in enumerate(people.LEVER):
        given, _, family = words.partition("|")
        stage = people.STAGES[3 if index == 0 else index % len(people.STAGES)]
        rows.append(person(str(4001 + index), f"{given} {family}", people.address(given, family, index), JOBS[index % 2][1], stage))  # fmt: skip
    _write(made / "candidates.csv", HEADINGS, rows)
    store.put("csv_folder", "here", {"path": str(made)})
    return made


def person(id: str, name: str, email: str, job: str, stage: str) -> tuple[str, ...]:
    return (id, name, email, "030 5550100", job, stage, "Active", "", "2026-11-02", "Referral", "remote", "", "", "")  # fmt: skip


def _write(file: Path, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([headings, *rows])


def place_of(store: Store) -> Path:
    return Path((store.get("csv_folder", "here") or {})["path"])


def _person(store: Store, given: str, family: str, email: str) -> str:
    """A row below the last one, as a person adds it; gives its id."""
    id = str(store.next_id("csv_people", 9001))
    row = person(id, f"{given} {family}", email, JOBS[0][1], "Technical interview")
    with (place_of(store) / "candidates.csv").open("a", newline="", encoding="utf-8") as out:
        csv.writer(out).writerow(row)
    return id


def _replace(store: Store, name: str, old: str, new: str) -> None:
    file = place_of(store) / name
    content = file.read_bytes()
    assert old.encode() in content
    file.write_bytes(content.replace(old.encode(), new.encode()))


def _odd(store: Store, candidate: str) -> None:
    """Jobs in a state nobody wrote down."""
    _replace(store, "jobs.csv", "Open", "Hibernating")


def _close(store: Store, job: str) -> None:
    title = dict(JOBS)[job]
    _replace(store, "jobs.csv", f"{title},Open", f"{title},Closed")


def _notice(store: Store, candidate: str) -> tuple[str, Value]:
    """A column of the owner's."""
    file = place_of(store) / "candidates.csv"
    rows = list(csv.reader(file.read_text("utf-8").splitlines()))
    column = rows[0].index("Notice period")
    for row in rows[1:]:
        row[column] = "Two months" if row[0] == candidate else row[column]
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
    return "Notice period", "Two months"


kit = Kit(
    config={},
    secrets={},
    page=500,
    add_person=_person,
    odd=_odd,
    custom={"text": _notice},
    close_job=_close,
    folder=folder,
)
