"""Documents of the local workspace, kept in one SQLite file so that a restart remembers everything."""

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

Doc = dict[str, Any]


class Store:
    """`get`, `put`, `delete` and lists of JSON documents by kind and id; reads come from memory, writes go through."""

    def __init__(self, path: str | Path) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "create table if not exists docs (kind text, id text, doc text, primary key (kind, id))"
        )
        self._docs: dict[str, dict[str, Doc]] = {}
        for kind, id, doc in self._db.execute("select kind, id, doc from docs order by rowid"):
            self._docs.setdefault(kind, {})[id] = json.loads(doc)

    def get(self, kind: str, id: str | int) -> Doc | None:
        with self._lock:
            found = self._docs.get(kind, {}).get(str(id))
            return json.loads(json.dumps(found)) if found is not None else None

    def put(self, kind: str, id: str | int, doc: Doc) -> Doc:
        text = json.dumps(doc)
        with self._lock:
            self._docs.setdefault(kind, {})[str(id)] = json.loads(text)
            self._db.execute(
                "insert into docs values (?, ?, ?) on conflict (kind, id) do update set doc = excluded.doc",
                (kind, str(id), text),
            )
        return doc

    def delete(self, kind: str, id: str | int) -> None:
        with self._lock:
            self._docs.get(kind, {}).pop(str(id), None)
            self._db.execute("delete from docs where kind = ? and id = ?", (kind, str(id)))

    def all(self, kind: str) -> list[Doc]:
        """Every document of a kind, oldest first."""
        with self._lock:
            return list(json.loads(json.dumps(list(self._docs.get(kind, {}).values()))))

    def find(self, kind: str, **equals: Any) -> list[Doc]:
        """The documents whose fields equal these, oldest first."""
        with self._lock:
            rows = [
                d
                for d in self._docs.get(kind, {}).values()
                if all(d.get(k) == v for k, v in equals.items())
            ]
            return list(json.loads(json.dumps(rows)))

    def next_id(self, kind: str, start: int = 1) -> int:
        """A number that rises with every call."""
        with self._lock:
            found = int((self.get("counter", kind) or {"value": start - 1})["value"]) + 1
            self.put("counter", kind, {"value": found})
            return found

    def write_to(self, path: Path) -> None:
        """A copy of everything in a new file."""
        with self._lock:
            self._db.execute("vacuum into ?", (str(path),))

    def batch(self) -> "Batch":
        """Many writes in one transaction: `with store.batch(): …`."""
        return Batch(self._db, self._lock)


class Batch:
    """Makes seeding fast."""

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock) -> None:
        self._db, self._lock = db, lock

    def __enter__(self) -> None:
        self._lock.acquire()
        self._db.execute("begin")

    def __exit__(self, *error: object) -> None:
        self._db.execute("rollback" if error[0] else "commit")
        self._lock.release()
