"""The made-up company, filled once in a process and copied for each test that wants a fresh one."""

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bot.workspace import company
from bot.workspace.ats import DEFAULT
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store


def filled(path: Path, vendors: Sequence[str] = DEFAULT) -> Store:
    """A store at `path` with the company and these ATSs in it."""
    shutil.copyfile(_template(tuple(vendors)), path)
    return Store(path)


@cache
def _template(vendors: tuple[str, ...]) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="callsheet-company-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = Store(folder / "workspace.db")
    company.seed(store, WorkspaceClock(store), vendors)
    store.write_to(folder / "whole.db")
    return folder / "whole.db"
