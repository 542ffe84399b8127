"""A CSV file as its owner keeps it: what is not changed stays byte for byte. Pure: no disk.

A cell of ours that a spreadsheet would run as a formula gets an apostrophe before it, which reading takes away again.
"""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

RUN = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # how a cell begins that a spreadsheet may run (OWASP, CSV injection)
BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written: its mark and encoding, what stands between cells and after rows, whether all are quoted."""

    bom: bytes = b""
    encoding: str = "utf-8"
    delimiter: str = ","
    end: str = "\r\n"
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its place, its cells by heading, and a print of them to compare it by."""

    at: int
    cells: Mapping[str, str]
    version: str

    def __getitem__(self, heading: str | None) -> str:
        """The cell without blanks around it; nothing for a heading that is not there."""
        return self.cells.get(heading or "", "").strip()


@dataclass(slots=True)
class Sheet:
    """One file. `lines` are its records as they were written, blank ones too."""

    form: Form
    heading: tuple[str, ...]
    first: str  # the heading's record as it was written
    lines: list[str]
    rows: list[Row] = field(default_factory=list)

    def change(self, row: Row, values: Mapping[str, str]) -> None:
        """Write some cells of a row; the others keep what they hold. Headings that are not there are left out."""
        cells = _cells(self.lines[row.at], self.form)
        cells += [""] * (len(self.heading) - len(cells))
        for place, heading in enumerate(self.heading):
            if heading in values and unguarded(cells[place]) != values[heading]:
                cells[place] = guarded(values[heading])
        self.lines[row.at] = _record(cells, self.form)
        places = [known.at for known in self.rows]
        self.rows[places.index(row.at)] = _row(self, row.at, cells)

    def append(self, values: Mapping[str, str]) -> None:
        """Add a row below the last one."""
        if self.lines and not self.lines[-1].endswith(("\n", "\r")):
            self.lines[-1] += self.form.end
        elif not self.lines and not self.first.endswith(("\n", "\r")):
            self.first += self.form.end
        cells = [guarded(values.get(heading, "")) for heading in self.heading]
        self.lines.append(_record(cells, self.form))
        self.rows.append(_row(self, len(self.lines) - 1, cells))

    def content(self) -> bytes:
        """The file. Raises ValueError where its encoding has no sign for what was written."""
        text = self.first + "".join(self.lines)
        try:
            odd = "surrogateescape" if self.form.encoding == "cp1252" else "strict"
            return self.form.bom + text.encode(self.form.encoding, odd)
        except UnicodeEncodeError:
            raise ValueError(
                "its encoding has no sign for what is to be written: save it as UTF-8"
            ) from None


def read(content: bytes) -> Sheet:
    """A file's sheet. Raises ValueError with half a sentence saying why it cannot be read."""
    bom, encoding = next(((b, e) for b, e in BOMS if content.startswith(b)), (b"", "utf-8"))
    try:
        text = content[len(bom) :].decode(encoding)
    except UnicodeDecodeError:
        if bom:
            raise ValueError("it is not in the encoding that its first bytes say") from None
        encoding, text = "cp1252", content.decode("cp1252", "surrogateescape")
    if "\0" in text:
        raise ValueError("it is no text")
    first = next(iter(io.StringIO(text, newline="")), "")
    delimiter = max(DELIMITERS, key=first.count)
    end = "\r\n" if first.endswith("\r\n") else "\r" if first.endswith("\r") else "\n" if first else "\r\n"  # fmt: skip
    form = Form(bom, encoding, delimiter, end)
    try:
        records = list(_records(text, form))
    except csv.Error as error:
        raise ValueError(f"it is no CSV file ({error})") from None
    if not records:
        raise ValueError("it has no headings")
    all_quoted = Form(bom, encoding, delimiter, end, quoted=True)
    if _record(records[0][0], all_quoted).strip() == records[0][1].strip():
        form = all_quoted
    sheet = Sheet(form, _unique(records[0][0]), records[0][1], [raw for _, raw in records[1:]])
    for at, (cells, _) in enumerate(records[1:]):
        if any(cell.strip() for cell in cells):
            sheet.rows.append(_row(sheet, at, cells))
    return sheet


def new(headings: Sequence[str]) -> Sheet:
    """An empty sheet of ours, with the mark by which spreadsheets know UTF-8."""
    form = Form(bom=codecs.BOM_UTF8)
    return Sheet(form, tuple(headings), _record(list(headings), form), [])


def guarded(text: str) -> str:
    """A cell that no spreadsheet runs. Line breaks inside stay; the csv module quotes them."""
    return f"'{text}" if text.lstrip(" ").startswith(RUN) else text


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip(" ").startswith(RUN) else cell


def _records(text: str, form: Form) -> Iterator[tuple[list[str], str]]:
    """Each record's cells, and the record as it is written."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    for cells in csv.reader(lines(), delimiter=form.delimiter):
        yield cells, "".join(taken)
        taken.clear()


def _row(sheet: Sheet, at: int, cells: Sequence[str]) -> Row:
    version = hashlib.sha256("\0".join(cells).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return Row(at, dict(zip(sheet.heading, map(unguarded, cells), strict=False)), version)


def _cells(line: str, form: Form) -> list[str]:
    return next((cells for cells, _ in _records(line, form)), [])


def _record(cells: list[str], form: Form) -> str:
    made = io.StringIO(newline="")
    csv.writer(
        made, delimiter=form.delimiter, lineterminator=form.end,
        quoting=csv.QUOTE_ALL if form.quoted else csv.QUOTE_MINIMAL,
    ).writerow(cells)  # fmt: skip
    return made.getvalue()


def _unique(headings: Sequence[str]) -> tuple[str, ...]:
    """Headings that stand there twice are told apart by a number."""
    found: list[str] = []
    for heading in headings:
        name, number = heading.strip(), 2
        while name in found:
            name, number = f"{heading.strip()} ({number})", number + 1
        found.append(name)
    return tuple(found)
