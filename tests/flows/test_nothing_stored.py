"""After a whole story our tables, logs and files hold nothing readable about a candidate."""

import base64
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.flows import test_the_story as story
from tests.flows.conftest import Town

NOT_OURS = ("workspace.db",)  # the stand-in's own state: it is Slack, the ATSs and the mailboxes
TYPED = "Thinks in types, explains well."


def test_the_story_first(town: Town, tmp_path: Path) -> None:
    story.test_one_recruiter_finds_ada_in_two_systems_and_sees_one_card(town)
    story.test_two_she_sends_ada_a_link_and_ada_picks_a_time(town)
    story.test_four_the_interviewer_is_asked_after_the_interview_and_the_recruiter_hears_of_it(town)
    story.test_five_a_templated_message_is_previewed_sent_and_noted(town)
    rosa = town.person(story.ROSA)
    rosa.types("/hire note ada")
    rosa.modal("Note")
    assert rosa.submits(Note="Her brother is a violinist")["ok"]
    rosa.hears("Your note on")
    story.test_six_an_offer_is_drafted_approved_signed_and_ada_is_hired(town, tmp_path)


def test_no_candidate_is_readable_in_any_table_log_or_file(town: Town) -> None:
    secrets = set(personal(town))
    assert len(secrets) > 150, "the whole seeded company is looked for"
    found = []
    for place, content in everything(town):
        found += [
            (place, secret) for secret in secrets if any(form in content for form in forms(secret))
        ]
    assert not found


def personal(town: Town) -> Iterator[str]:
    """Names, addresses, phones, notes and pay of everybody seeded or typed."""
    with sqlite3.connect(town.var / "workspace.db") as db:
        rows = db.execute(
            "select kind, doc from docs where kind in ('gh_candidates', 'lever_opportunities')"
        ).fetchall()
    import json

    for kind, text in rows:
        row = json.loads(text)
        if kind == "gh_candidates":
            yield f"{row['first_name']} {row['last_name']}"
            yield from (e["value"] for e in row["email_addresses"])
            yield from (p["value"] for p in row["phone_numbers"])
        else:
            yield row["name"]
            yield from row["emails"]
            yield from (p["value"] for p in row["phones"])
    yield from ("Lovelace", "violinist", TYPED, "82,000", "8200000", "Friday, 4 December")


def everything(town: Town) -> Iterator[tuple[str, bytes]]:
    """Every file under `var/`, the process's own log, and every table, the engine's too."""
    for path in town.var.rglob("*"):
        if path.is_file() and not path.name.startswith(NOT_OURS):
            yield path.name, path.read_bytes()
    if town.database.startswith("sqlite"):
        for path in Path(town.database.partition("///")[2]).parent.glob("callsheet.db*"):
            yield path.name, path.read_bytes()
        return
    with psycopg.connect(town.database.replace("+psycopg", "")) as conn:
        conn.execute(
            "set bytea_output = 'escape'"
        )  # letters as letters, and no digits that are none
        tables = conn.execute(
            "select schemaname, tablename from pg_tables where schemaname in ('public', 'dbos')"
        ).fetchall()
        assert len(tables) > 30
        for schema, table in tables:
            rows = conn.execute(f'select t::text from "{schema}"."{table}" t').fetchall()
            yield f"{schema}.{table}", "\n".join(row[0] for row in rows).encode()


def forms(secret: str) -> Iterator[bytes]:
    """As it is, escaped as JSON does, and in base64 at each of its three positions."""
    plain = secret.encode()
    yield plain
    yield secret.encode("unicode_escape")
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        core = coded[4 if shift else 0 : -4]
        if len(core) >= 8:
            yield core


@pytest.mark.parametrize("secret", ["Ada Lovelace", "ada.lovelace@mailbox.example"])
def test_the_search_itself_would_find_it(secret: str) -> None:
    hidden = base64.b64encode(b"x" + secret.encode() + b"tail")
    assert any(form in hidden for form in forms(secret))
