"""The commands for audit and backups, as an operator types them; and what the doctor says of a mailbox."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from hiring import migrations
from hiring.secrets import new_key
from tests.conftest import migrate
from tests.keeping.dovecot import Dovecot

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command on a fresh installation of its own."""
    migrate(f"sqlite+aiosqlite:///{tmp_path / 'callsheet.db'}")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("CALLSHEET_", "SLACK_"))}
    clean |= {
        "CALLSHEET_VAR": str(tmp_path),
        "CALLSHEET_SECRET_KEYS": new_key(),
        "PYTHONPATH": str(ROOT),
    }

    def call(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "bot", *words], cwd=tmp_path, env=clean | more, capture_output=True,
            text=True, check=False, timeout=120,
        )  # fmt: skip

    return call


def test_a_backup_is_made_put_back_and_the_audit_tells_of_it(run: Run, tmp_path: Path) -> None:
    made = run("backup", "copy")
    assert made.returncode == 0, made.stderr
    again = run("backup", "copy")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    back = run("restore", "copy")
    assert back.returncode == 0, back.stderr
    assert "counts as restored" in back.stdout
    assert list(tmp_path.glob("copy.replaced-*"))
    rows = [json.loads(line) for line in run("audit", "list").stdout.splitlines()]
    assert [(r["action"], r["actor"], r["origin"]) for r in rows] == [
        ("database.restored", "operator", "command line")
    ]
    proved = run("audit", "verify")
    assert proved.returncode == 0
    head = proved.stdout.split("Head: ")[1].split()[0]
    assert run("audit", "verify", "--head", head).returncode == 0
    assert run("audit", "verify", "--head", "0" * 64).returncode == 1
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'callsheet.db'}")
    with engine.begin() as conn:
        conn.exec_driver_sql("drop trigger audit_no_update")
        conn.exec_driver_sql("update audit set actor = 'somebody'")
    broken = run("audit", "verify")
    assert broken.returncode == 1
    assert broken.stderr.startswith("Row 1 is not what was written")


def test_nothing_is_replaced_while_a_worker_runs_or_by_a_file_that_is_no_copy(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "rubbish").write_text("rubbish")
    assert run("restore", "rubbish").returncode == 1
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'callsheet.db'}")
    with engine.begin() as conn:
        in_an_hour = "insert into leases values ('w1', cast(strftime('%s') as real) + 3600)"
        conn.exec_driver_sql(in_an_hour)
    told = run("restored")
    assert told.returncode == 1
    assert "Stop every process" in told.stderr


def test_the_doctor_says_whether_the_mailbox_can_be_read(run: Run, imap: Dovecot) -> None:
    for url, state, word in (
        ("", "off", "CALLSHEET_IMAP_URL"),
        (imap.url(), "on", "Outbox"),
        (imap.url(password="wrong"), "broken", "password"),
    ):
        lines = json.loads(run("doctor", "--json", CALLSHEET_IMAP_URL=url).stdout)
        (line,) = [line for line in lines if line["what"] == "mailbox"]
        assert line["state"] == state
        assert word in line["detail"]


def test_rows_from_before_the_chain_are_kept_numbered_and_proved(run: Run, tmp_path: Path) -> None:
    from alembic import command

    file = tmp_path / "callsheet.db"
    for leftover in tmp_path.glob("callsheet.db*"):
        leftover.unlink()
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as conn:
        command.upgrade(migrations._config(conn), "0001")
    with engine.begin() as conn:
        for seq in (1, 2, 5):  # a change that failed leaves a gap
            conn.exec_driver_sql(
                "insert into audit values (?, '2026-11-24T09:00:00.000000Z', 'U1', 'a.b', 's', '{\"n\": \"é\"}')",
                (seq,),
            )
    assert run("migrate").returncode == 0
    assert run("restored").returncode == 0
    proved = run("audit", "verify")
    assert proved.stdout.startswith("4 rows, unbroken."), proved.stderr
    with engine.begin() as conn:
        conn.exec_driver_sql("drop trigger audit_no_update")
        conn.exec_driver_sql("update audit set actor = 'U2' where seq = 2")
    assert "Row 4 does not follow the rows from before" in run("audit", "verify").stderr


def test_the_call_log_is_printed_and_a_wrong_question_is_a_sentence(run: Run) -> None:
    empty = run("logs")
    assert (empty.returncode, empty.stdout) == (0, "No call that fits is in the log.\n")
    assert json.loads(run("logs", "--status", "errors", "--since", "2h", "--json").stdout) == []
    for words in (("--since", "soon"), ("--status", "bad"), ("--most", "0")):
        assert run("logs", *words).returncode == 2
    assert run("logs", "--account", "nobody").returncode == 1


def test_a_call_made_at_the_terminal_stands_in_the_log(run: Run, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k-9f2e")
    origin = "http://127.0.0.1:9"  # nobody answers there
    added = run(
        "accounts", "add", "lever", "--name", "L", "--secret", "api_key=@key", "--base-url", origin
    )
    assert added.returncode == 1
    assert "could not be reached" in added.stderr
    lines = json.loads(run("logs", "--status", "errors", "--json").stdout)
    assert {line["error"] for line in lines} == {"TryLater"}
    assert {line["correlation"] for line in lines} == {"command line"}
    assert "/v1/opportunities" in {line["path"] for line in lines}
