"""The tutorial for a new connector is followed as a newcomer would, in a copy of this repository."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import new

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial-connector.md"
FOLDERS = ("bot", "commands", "hiring", "connectors", "scheduling", "messages", "tests", "docs")
BLOCK = re.compile(r"^```python (\S+)\n(.*?)^```$", re.M | re.S)
Place = ast.Module | ast.ClassDef


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of this repository without what was ever built in it."""
    for folder in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(clone: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a module of the copy with this interpreter."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=clone,
        env=clean | {"PYTHONPATH": str(clone)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def contracts(clone: Path) -> tuple[int, int]:
    """Run the contract suite on Acme; gives how many tests passed, and how many were skipped."""
    words = ("pytest", "tests/contracts", "-k", "acme", "-x", "-p", "no:cacheprovider", "-n", "2")
    done = run(
        clone, *words, "-o", "addopts=--import-mode=importlib"
    )  # without -q: the last line counts
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", done.stdout.splitlines()[-1])}  # fmt: skip
    return counts["passed"], counts.get("skipped", 0)


def test_the_starting_files_pass_for_what_they_declare(clone: Path) -> None:
    begun = run(clone, "bot", "new", "connector", "acme")
    assert begun.returncode == 0, begun.stderr
    assert "./dev test tests/contracts -k acme" in begun.stdout
    passed, _ = contracts(clone)
    assert passed > 35


def test_a_newcomer_who_follows_the_tutorial_has_a_connector(clone: Path) -> None:
    assert run(clone, "bot", "new", "connector", "acme").returncode == 0
    blocks = BLOCK.findall(PAGE.read_text())
    assert {place for place, _ in blocks} == {p.format(name="acme") for p in new.PLACES.values()}
    for place, block in blocks:
        path = clone / place
        path.write_text(followed(path.read_text(), block))
    passed, skipped = contracts(clone)
    assert passed > 70
    assert skipped < passed


def test_nothing_is_written_over_and_a_name_must_be_one(clone: Path) -> None:
    mine = clone / "connectors" / "ats" / "acme.py"
    mine.write_text("mine")
    refused = run(clone, "bot", "new", "connector", "acme")
    assert (refused.returncode, mine.read_text()) == (1, "mine")
    assert refused.stderr.startswith("connectors/ats/acme.py is there already.")
    for taken in ("lever", "google"):
        assert run(clone, "bot", "new", "connector", taken).returncode == 1
    for name in ("acme-hire", "class", "../acme"):
        assert run(clone, "bot", "new", "connector", name).returncode == 2


def test_without_a_clone_it_says_so(clone: Path) -> None:
    shutil.rmtree(clone / "tests")
    refused = run(clone, "bot", "new", "connector", "acme")
    assert refused.returncode == 1
    assert refused.stderr.startswith("This works from a clone of the repository only")
    assert not (clone / "connectors" / "ats" / "acme.py").exists()


def followed(text: str, block: str) -> str:
    """Do with a file what the page says: same names are replaced, the rest is added where it says."""
    lines, wanted = block.splitlines(), ast.parse(block)
    for part in wanted.body:
        if isinstance(part, ast.ClassDef):
            for member in part.body:
                text = placed(text, source(lines, member), member, within=part.name)
        elif isinstance(part, ast.Import | ast.ImportFrom):
            top = ast.parse(text).body[0].end_lineno
            rows = text.splitlines()
            text = "\n".join([*rows[:top], source(lines, part), *rows[top:], ""])
        else:
            text = placed(text, source(lines, part), part)
    return text


def placed(text: str, code: str, part: ast.stmt, within: str = "") -> str:
    """Put one definition in the place of its namesake, else at the end of its class or above the last statement."""
    rows, place = text.splitlines(), place_of(text, within)
    same = [known for known in place.body if name_of(known) == name_of(part)]
    if same:
        start, end = first_line(same[0]) - 1, same[0].end_lineno
    elif within:
        start = end = place.body[-1].end_lineno or 0
    else:
        start = end = first_line(place.body[-1]) - 1
    before, after = ([], []) if same else ([""], []) if within else ([], ["", ""])
    return "\n".join([*rows[:start], *before, code, *after, *rows[end:], ""])


def place_of(text: str, within: str) -> Place:
    module = ast.parse(text)
    if not within:
        return module
    return next(p for p in module.body if isinstance(p, ast.ClassDef) and p.name == within)


def name_of(part: ast.stmt) -> str:
    """What a statement defines; nothing for another kind."""
    match part:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return part.name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return f"line {part.lineno}"


def first_line(part: ast.stmt) -> int:
    decorators = getattr(part, "decorator_list", [])
    return min([part.lineno, *(one.lineno for one in decorators)])


def source(lines: list[str], part: ast.stmt) -> str:
    return "\n".join(lines[first_line(part) - 1 : part.end_lineno])
