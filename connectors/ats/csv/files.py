"""The folder an account's files lie in: read as they are now, changed one process at a time, nothing of anybody lost.

A change is written to a new file that trades places with the old one in one step (`renameat2`). If what was displaced is
not what the change was made from, somebody saved meanwhile: the change is made again, from theirs.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from connectors.ats.csv import sheet as sheets
from connectors.ats.csv.sheet import Sheet
from connectors.errors import Reconnect, Rejected, TryLater

T = TypeVar("T")
LARGEST = 50_000_000  # bytes of one file
PATIENCE = 10.0  # seconds for which another process of ours is waited for
QUIET = 0.2  # seconds without a change before somebody else's writing counts as done
LOCK = ".callsheet.lock"
HERE, EXCHANGE = -100, 2  # AT_FDCWD, RENAME_EXCHANGE of Linux


class Folder:
    """One account's folder, which has to lie inside one of the places that the operator allowed."""

    def __init__(self, folder: str, allowed: Sequence[str], account: str) -> None:
        self._folder, self._allowed, self.account = folder, allowed, account
        self._known: dict[str, tuple[bytes, Sheet]] = {}

    def read(self, name: str) -> tuple[Sheet, str] | None:
        """A file as it is now and a print of its bytes; None where there is none. Raises Reconnect, Rejected."""
        content = self._content(self._path(name))
        if content is None:
            return None
        mark = hashlib.sha256(content).digest()
        known = self._known.get(name)
        if known is None or known[0] != mark:
            known = self._known[name] = (mark, self._sheet(name, content))
        return known[1], mark.hex()[:16]

    def change(self, name: str, edit: Callable[[Sheet], T], *, headings: Sequence[str] = ()) -> T:
        """Have `edit` change a file; it may be called again. With `headings` a file that is missing is begun.

        Raises TryLater while a spreadsheet program has it open, and what `edit` raises; then nothing is changed.
        """
        path = self._path(name)
        with self._alone(path.parent) as lock:
            self._quiet(path, lock)
            base = on_disk = self._content(path)
            while True:
                tried = False
                try:
                    made = self._sheet(name, base) if base is not None else self._begun(name, headings)  # fmt: skip
                    found = edit(made)
                    wanted = self._bytes(name, made)
                    tried = True
                finally:
                    if not tried and base is not None and base != on_disk:
                        self._put(path, base)  # theirs, which our first try displaced
                if wanted == base == on_disk:
                    return found
                displaced = self._put(path, wanted)
                _remember(lock, path)
                if displaced == on_disk:
                    return found
                base, on_disk = displaced, wanted

    def writable(self) -> bool:
        return os.access(self._path("x").parent, os.W_OK)

    def _path(self, name: str) -> Path:
        """Where a file is, wherever links lead. Raises Reconnect outside the allowed places, TryLater where nothing is."""
        places = [Path(place).resolve() for place in self._allowed]
        path = (Path(self._folder) / name).resolve()
        if not Path(self._folder).is_absolute() or not any(path.is_relative_to(p) for p in places):
            raise Reconnect(
                "The folder is not inside one that CALLSHEET_FOLDERS names.", account=self.account
            )
        if not path.parent.is_dir():
            raise TryLater("The folder is not there.", account=self.account)
        return path

    def _content(self, path: Path) -> bytes | None:
        try:
            if path.stat().st_size > LARGEST:
                raise Rejected(f"{path.name} is larger than we accept.", account=self.account)
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TryLater(f"{path.name}: {error.strerror}.", account=self.account) from None

    def _sheet(self, name: str, content: bytes) -> Sheet:
        try:
            return sheets.read(content)
        except ValueError as why:
            raise Rejected(f"{name} cannot be read: {why}.", account=self.account) from None

    def _bytes(self, name: str, made: Sheet) -> bytes:
        try:
            return made.content()
        except ValueError as why:
            raise Rejected(f"{name} cannot be written: {why}.", account=self.account) from None

    def _begun(self, name: str, headings: Sequence[str]) -> Sheet:
        if not headings:
            raise Rejected(f"There is no {name}.", account=self.account)
        return sheets.new(headings)

    @contextmanager
    def _alone(self, folder: Path) -> Iterator[int]:
        """One process of ours at a time. Raises TryLater."""
        until = time.monotonic() + PATIENCE
        try:
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)  # fmt: skip
        except OSError as error:
            raise TryLater(f"The folder cannot be written to: {error.strerror}.", account=self.account) from None  # fmt: skip
        try:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise TryLater("Another process is writing.", account=self.account) from None  # fmt: skip
                    time.sleep(0.01)
            yield lock
        finally:
            os.close(lock)

    def _quiet(self, path: Path, lock: int) -> None:
        """Wait until nobody else is in the middle of writing. Raises TryLater."""
        for mark in (f".~lock.{path.name}#", f"~${path.name}"):
            if (path.parent / mark).exists():
                raise TryLater(
                    f"{path.name} is open in a spreadsheet program ({mark}): it is written once that is closed.",
                    account=self.account,
                )
        until = time.monotonic() + PATIENCE
        while path.exists() and _print(path) != os.pread(lock, 100, 0):
            age = time.time() - path.stat().st_mtime
            if not 0 <= age < QUIET:
                return
            if time.monotonic() > until:
                raise TryLater(f"{path.name} is being written.", account=self.account)
            time.sleep(QUIET - age)

    def _put(self, path: Path, content: bytes) -> bytes | None:
        """Put a file in its place, on the disk for good; gives what was there until that moment."""
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        new = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _same(path, new)
            displaced = _trade(new, path)
        finally:
            new.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return displaced


def _same(path: Path, new: Path) -> None:
    """The owner and the rights of what is replaced; a new file may be read and written like its folder."""
    like = (path if path.exists() else path.parent).stat()
    new.chmod(like.st_mode & 0o666)
    with contextlib.suppress(PermissionError):  # only an administrator may give a file away
        os.chown(new, like.st_uid, like.st_gid)


def _trade(new: Path, path: Path) -> bytes | None:
    """Give `path` the new file; what was there is read from the new one's name afterwards, so that nobody's is lost.

    Where the system or its disk cannot trade names, it is read just before.
    """
    try:
        os.link(new, path)
        return None  # there was none
    except FileExistsError:
        pass
    trade = getattr(ctypes.CDLL(None), "renameat2", None)
    if trade and trade(HERE, os.fsencode(new), HERE, os.fsencode(path), EXCHANGE) == 0:
        return new.read_bytes()
    before = path.read_bytes()
    os.replace(new, path)
    return before


def _print(path: Path) -> bytes:
    found = path.stat()
    return f"{found.st_ino} {found.st_mtime_ns} {found.st_size}".encode()


def _remember(lock: int, path: Path) -> None:
    """Note which file was ours, since that one need not be waited for."""
    os.ftruncate(lock, 0)
    os.pwrite(lock, _print(path), 0)
