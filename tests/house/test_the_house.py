"""The house rules that no linter knows: sizes, storeys, first sentences, the lock, and lists nobody keeps by hand."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "commands", "hiring", "connectors", "scheduling", "messages")
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations/versions" not in path.as_posix()
)
SHARED_BY_COMMANDS = {
    "blocks",
    "choosing",
    "router",
    "tasks",
    "interview_blocks",
    "over_blocks",
    "loop_blocks",
    "swap_blocks",
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_opens_with_one_sentence_and_stays_small(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a file opens with one sentence: what it is for"
    assert text.count("\n") <= 320, "split it where a reader would"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 60, f"{node.name} is too long"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_is_swallowed_and_no_clock_is_read_behind_our_back(path: Path) -> None:
    text = path.read_text()
    broad = re.findall(r"except\s*(?:Exception|BaseException)?\s*:", text)
    if broad:
        assert path.relative_to(ROOT).parts[0] == "bot" or path.name in ("job_list.py", "ticker.py")
    if path.name not in ("clock.py", "ticker.py") and "workspace" not in path.parts:
        assert "datetime.now(" not in text, "ask the Clock"


def test_a_command_never_imports_another_command() -> None:
    for path in (ROOT / "commands").glob("*.py"):
        for name in re.findall(
            r"from commands\.(\w+) import|from commands import ([\w, ]+)", path.read_text()
        ):
            imported = {part.strip() for part in (name[0] or name[1]).split(",")}
            assert imported <= SHARED_BY_COMMANDS, f"{path.name} imports {imported}"


def test_the_lock_names_every_dependency_and_no_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        re.split(r"[\[<>=; ]", name)[0].lower() for name in project["project"]["dependencies"]
    }
    for name, extra in (
        ("requirements.lock", []),
        ("requirements-test.lock", project["dependency-groups"]["test"]),
    ):
        text = (ROOT / name).read_text()
        locked = {
            line.split("==")[0].lower()
            for line in text.splitlines()
            if re.match(r"[a-zA-Z0-9]", line)
        }
        assert wanted | {re.split(r"[\[<>=; ]", e)[0].lower() for e in extra} <= locked
        assert "://" not in text
        assert "--hash=sha256:" in text


def test_third_party_libraries_stay_in_the_storey_that_owns_them() -> None:
    owners: dict[str, set[str] | str | tuple[str, ...]] = {
        "dbos": {"hiring/jobs.py"},
        "httpx": ("connectors/http", "connectors/auth"),
        "apscheduler": {"scheduling/ticker.py"},
        "slack_bolt": "bot/",
        "typst": "messages/",
        "pyhanko": "messages/",
        "aiosmtplib": "messages/",
        "sqlalchemy": "hiring/",
    }
    for path in SOURCES:
        place = path.relative_to(ROOT).as_posix()
        if place.startswith("bot/workspace/"):
            continue  # it stands for other companies' servers
        for name in re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(), re.M):
            owner = owners.get(name)
            if isinstance(owner, set):
                assert place in owner, f"{place} imports {name}"
            elif owner:  # a folder, or what the names of its files begin with
                assert place.startswith(owner), f"{place} imports {name}"


def test_help_starts_fast_because_heavy_libraries_are_imported_when_needed() -> None:
    code = "import sys, bot.cli; print([m for m in ('pyhanko','typst','alembic','babel') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
