"""A company's own spreadsheets, as CSV files of this machine: read and written in place, kept nowhere else."""

from collections.abc import Mapping
from typing import ClassVar

from connectors.ats.csv.files import Folder
from connectors.ats.csv.reading import WRITES
from connectors.ats.csv.writing import Writing
from connectors.contract import Account
from connectors.http import Pool


class Csv(Writing):
    """One folder of files."""

    label = "CSV files"
    local = True
    required = frozenset({"folder"})
    checked = "files as LibreOffice and Excel write them (delimiters, quotes, marks, encodings), on a Linux disk"
    key_help: ClassVar[Mapping[str, str]] = {
        "folder": "The whole path of a folder with candidates.csv in it, inside one that CALLSHEET_FOLDERS names.",
    }
    abilities = WRITES | {
        "listing", "search_email", "search_name", "custom_fields", "teams", "changes",
    }  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "history": "the files tell the present stage only: stages are noted from the day of connecting on",
        "webhooks": "files send nothing: every five minutes they are looked at for changes",
        "private_notes": "everybody who opens notes.csv reads it: a private note is not written",
        "resumes": "the files hold no papers",
        "attachments": "the files hold no papers: keep the file where you keep the others",
    }
    remarks = (
        "`candidates.csv` has a row for each application, and people are told apart by their e-mail address; with an"
        " `applications.csv` beside it, `candidates.csv` has a row for each person. `jobs.csv`, `stages.csv`, `reasons.csv`,"
        " `users.csv` and `notes.csv` may be there; notes are written into the last one.",
        "Columns are known by their headings, such as id, name, email, phone, job, stage, status, reason, applied. Every"
        " other column is a custom field. An id column has to be there; a row without an id is given one.",
        "What is not changed stays as it is: columns, order, delimiter, quotes, the mark before UTF-8, the encoding.",
        "A file that is open in LibreOffice or Excel is read, and written once it is closed: their saving would undo the"
        " change. Somebody who saved in the very moment of writing is never overwritten; the change is made again.",
        "What a file has no column for is not written when somebody is added; a change of it is refused.",
        "A cell that begins with = + - @ is written with an apostrophe before it, so that no spreadsheet runs it.",
        "Only the command line on the server connects a folder; from Slack nobody can name a path of the server.",
        "A deleted row is noticed by a full sync (`callsheet sync NAME --full`).",
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.folder = Folder(account.config["folder"], pool.folders, account.id)


connector = Csv
