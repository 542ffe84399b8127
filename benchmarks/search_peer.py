"""What one would do otherwise: names, addresses and phones in clear, in SQLite's full-text table or under PostgreSQL's trigrams."""

import re
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.search_people import read


class Fts5:
    """`words*` of a full-text table with prefixes; knows no typo."""

    name = "FTS5, names in clear"

    def __init__(self, url: str) -> None:
        self._conn = sqlite3.connect(url.split("///")[1])

    def build(self, names: Path) -> None:
        self._conn.executescript(
            "create table peer(id integer primary key, remote text, email text, phone text);"
            "create virtual table names using fts5(name, content='', prefix='1 2 3');"
        )
        for page in _pages(names):
            with self._conn:
                self._conn.executemany(
                    "insert into peer values (?, ?, ?, ?)", [_row(p) for p in page]
                )
                self._conn.executemany(
                    "insert into names(rowid, name) values (?, ?)", [(n, m.name) for n, m in page]
                )
        self._conn.executescript(
            "create index by_email on peer(email); create index by_phone on peer(phone); create index by_remote on peer(remote)"
        )

    def ask(self, kind: str, text: str, exact: str) -> list[str]:
        if kind in ("e-mail", "phone", "link"):
            column = {"e-mail": "email", "phone": "phone", "link": "remote"}[kind]
            found = self._conn.execute(
                f"select remote from peer where {column} = ? limit 20", [exact]
            )
        else:
            words = " ".join(f'"{w}"*' for w in text.split())
            found = self._conn.execute(
                "select remote from peer join (select rowid as n from names where names match ? "
                "order by rowid desc limit 20) on id = n",
                [words],
            )
        return [row[0] for row in found]

    def bytes(self) -> int:
        return int(
            self._conn.execute(
                "select sum(pgsize) from dbstat where name like 'peer%' or name like 'by_%' or name like 'names%'"
            ).fetchone()[0]
        )


class Trigrams:
    """`ilike` of each word under a trigram index; for a typo, the likest names."""

    name = "pg_trgm, names in clear"

    def __init__(self, url: str) -> None:
        self._conn = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)

    def build(self, names: Path) -> None:
        run: Any = self._conn.execute
        run("create extension if not exists pg_trgm")
        run(
            "create table peer(id integer primary key, remote text, email text, phone text, name text)"
        )
        with self._conn.cursor().copy("copy peer from stdin") as copy:
            for page in _pages(names):
                for number, made in page:
                    copy.write_row([*_row((number, made)), made.name.lower()])
        for column in ("email", "phone", "remote"):
            run(f"create index on peer({column})")
        run("create index on peer using gin(name gin_trgm_ops)")
        run("analyze peer")

    def ask(self, kind: str, text: str, exact: str) -> list[str]:
        run: Any = self._conn.execute
        if kind in ("e-mail", "phone", "link"):
            column = {"e-mail": "email", "phone": "phone", "link": "remote"}[kind]
            return [
                r[0] for r in run(f"select remote from peer where {column} = %s limit 20", [exact])
            ]
        if "typo" in kind:
            found = run(
                "select remote from peer where name %% %s order by similarity(name, %s) desc limit 20",
                [text, text],
            )
            return [r[0] for r in found]
        words = text.split()
        where = " and ".join("(name like %s or name like %s)" for _ in words)
        values = [v for w in words for v in (f"{w}%", f"% {w}%")]
        return [r[0] for r in run(f"select remote from peer where {where} limit 20", values)]

    def bytes(self) -> int:
        run: Any = self._conn.execute
        return int(run("select pg_total_relation_size('peer')").fetchone()[0])


def peer(url: str) -> Fts5 | Trigrams:
    return Fts5(url) if url.startswith("sqlite") else Trigrams(url)


def _pages(names: Path) -> Iterator[list[Any]]:
    numbered = enumerate(read(names), 1)
    while page := list(islice(numbered, 5_000)):
        yield page


def _row(numbered: Any) -> tuple[Any, ...]:
    number, made = numbered
    digits = re.sub(r"\D", "", made.phone or "")[-9:] or None
    return number, made.remote, made.email, digits
