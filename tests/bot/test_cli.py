"""The command line: sentences instead of tracebacks, and exit codes that scripts can trust."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hiring import migrations
from hiring.secrets import new_key

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a command on a fresh installation of its own."""
    var = tmp_path_factory.mktemp("var")
    migrations.upgrade(f"sqlite+aiosqlite:///{var / 'callsheet.db'}")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("CALLSHEET_", "SLACK_"))}
    ours = {"CALLSHEET_VAR": str(var), "CALLSHEET_SECRET_KEYS": new_key(), "PYTHONPATH": str(ROOT)}

    def call(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=var,
            env=clean | ours | more,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return call


def test_help_names_every_command(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    words = ("demo", "serve", "work", "migrate", "doctor", "manifest", "accounts", "sync")
    assert all(word in done.stdout for word in words)


@pytest.mark.parametrize(
    "words",
    [("frobnicate",), ("serve", "--port", "x"), ("sync",), ("accounts", "add", "lever"),
     ("demo", "--fixed-clock", "noon")],
)  # fmt: skip
def test_wrong_usage_is_two(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "settings", "sentence"),
    [
        (("serve",), {}, "SLACK_SIGNING_SECRET is not set"),
        (("serve", "--socket"), {}, "SLACK_APP_TOKEN"),
        (("work",), {"CALLSHEET_SECRET_KEYS": ""}, "CALLSHEET_SECRET_KEYS is not set"),
        (("work",), {"CALLSHEET_SECRET_KEYS": "hush"}, "CALLSHEET_SECRET_KEYS"),
        (("work",), {"CALLSHEET_VAR": "elsewhere"}, "Run `callsheet migrate`"),
        (("doctor",), {"CALLSHEET_RETENTION_DAYS": "hush"}, "CALLSHEET_RETENTION_DAYS"),
        (("sync", "Nothing"), {}, "not connected"),
        (("accounts", "add", "acme", "--name", "Acme"), {}, "There is no connector called acme"),
    ],
)
def test_what_a_person_can_put_right_is_one_sentence(
    run: Run, words: tuple[str, ...], settings: dict[str, str], sentence: str
) -> None:
    done = run(*words, **settings)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.strip().count("\n") == 0
    assert "hush" not in done.stderr


def test_an_account_is_added_listed_and_removed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hush-hush\n")
    address = ("--base-url", "http://127.0.0.1:9")
    secret = ("--secret", f"api_key=@{tmp_path / 'key'}")
    added = run("accounts", "add", "lever", "--name", "Lever", *secret, *address, "--json")
    assert added.returncode == 0, added.stderr
    made = json.loads(added.stdout)
    assert made == {
        "id": made["id"],
        "vendor": "lever",
        "name": "Lever",
        "webhook_url": f"/hooks/{made['id']}",
    }
    assert json.loads(run("accounts", "list", "--json").stdout) == [made]
    tried = run("accounts", "test", "Lever")
    assert tried.returncode == 1
    assert "hush" not in tried.stdout + tried.stderr
    assert run("accounts", "remove", "Lever").returncode == 0
    assert json.loads(run("accounts", "list", "--json").stdout) == []


def test_a_secret_on_the_command_line_itself_is_refused(run: Run) -> None:
    done = run("accounts", "add", "lever", "--name", "Lever", "--secret", "api_key=hush")
    assert done.returncode == 2
    assert "api_key=hush" not in done.stderr


def test_the_manifest_is_printed_for_an_address(run: Run) -> None:
    made = json.loads(run("manifest", "--url", "https://hire.example.com/").stdout)
    assert (
        made["settings"]["interactivity"]["request_url"] == "https://hire.example.com/slack/events"
    )
    assert run("manifest", "--yaml").stdout.startswith("_metadata:")


def test_the_doctor_says_what_is_missing_and_what_to_do(run: Run) -> None:
    done = run("doctor", "--json")
    lines = {line["what"]: line for line in json.loads(done.stdout)}
    assert done.returncode == 1
    assert lines["database"]["state"] == "on"
    assert lines["Slack"]["state"] == "broken"
    assert "SLACK_BOT_TOKEN" in lines["Slack"]["detail"]


def test_dev_run_alone_starts_the_demo() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # somebody looks at the demo right now: as good
            taken.bind(("127.0.0.1", 8_400))
            taken.listen()
        ended = subprocess.run(
            ["./dev", "run"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
        )
    assert ended.returncode == 1
    assert "Port 8400 is in use" in ended.stderr
