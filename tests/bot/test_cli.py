"""The command line: sentences instead of tracebacks, and exit codes that scripts can trust."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.workspace import company
from bot.workspace.ats import greenhouse, lever
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from hiring import migrations
from hiring.secrets import new_key
from tests.serving import serve

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
    words = ("demo", "serve", "work", "migrate", "doctor", "manifest", "accounts", "sync", "keys")
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


@pytest.fixture
def vendors(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Where the stand-ins of two ATSs are."""
    store = Store(tmp_path / "workspace.db")
    clock = WorkspaceClock(store)
    company.seed(store, clock)
    with serve(lever.create(store, clock)) as one, serve(greenhouse.create(store, clock)) as two:
        yield {"lever": one, "greenhouse": two}


def test_an_account_is_added_listed_and_removed(
    run: Run, tmp_path: Path, vendors: dict[str, str]
) -> None:
    (tmp_path / "key").write_text("hush-hush\n")
    address = ("--base-url", vendors["lever"])
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
    assert tried.returncode == 0
    assert "hush" not in tried.stdout + tried.stderr
    again = run("accounts", "add", "lever", "--name", "Lever", *secret, *address)
    assert again.returncode == 1
    assert "already" in again.stderr
    changed = run("accounts", "change", "Lever", "--secret", f"webhook_secret=@{tmp_path / 'key'}")
    assert changed.returncode == 0, changed.stderr
    assert run("accounts", "remove", "Lever").returncode == 0
    assert json.loads(run("accounts", "list", "--json").stdout) == []


def test_an_account_that_does_not_work_is_not_saved_and_says_why(run: Run, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hush-hush\n")
    secret = ("--secret", f"api_key=@{tmp_path / 'key'}")
    for address, why in (
        ("http://127.0.0.1:9", "Reach Lever: The system could not be reached"),
        ("http://ats.example", "Use https://"),
        ("ats.example", "Use https://"),
    ):
        done = run("accounts", "add", "lever", "--name", "Off", *secret, "--base-url", address)
        assert done.returncode == 1
        assert why in done.stderr
        assert "hush" not in done.stderr
    assert json.loads(run("accounts", "list", "--json").stdout) == []


def test_the_webhooks_address_and_a_secret_made_for_it_are_shown_once(
    run: Run, tmp_path: Path, vendors: dict[str, str]
) -> None:
    (tmp_path / "key").write_text("hush-hush\n")
    done = run(
        "accounts", "add", "greenhouse", "--name", "Greenhouse", "--set", "client_id=brightwater-labs",
        "--secret", f"client_secret=@{tmp_path / 'key'}", "--base-url", vendors["greenhouse"],
        CALLSHEET_PUBLIC_URL="https://hire.example.com",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "ok  Read candidates" in done.stdout
    assert "https://hire.example.com/hooks/acc_" in done.stdout
    assert re.search(r"Its secret is [\w-]{40,}\.", done.stdout)
    assert "Its secret" not in run("accounts", "test", "Greenhouse").stdout
    assert run("accounts", "remove", "Greenhouse").returncode == 0


def test_the_doctor_says_when_an_old_key_may_be_dropped(run: Run, tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    folder = {"CALLSHEET_VAR": str(tmp_path / "own")}
    migrations.upgrade(f"sqlite+aiosqlite:///{tmp_path / 'own' / 'callsheet.db'}")

    def told(keys: str) -> str:
        lines = json.loads(run("doctor", "--json", CALLSHEET_SECRET_KEYS=keys, **folder).stdout)
        return str(next(line["detail"] for line in lines if line["what"] == "secret keys"))

    assert "the first wraps all 3 data keys" in told(old)
    assert "run `callsheet keys rotate`, and drop none before" in told(f"{new},{old}")
    done = run("keys", "rotate", CALLSHEET_SECRET_KEYS=f"{new},{old}", **folder)
    assert done.returncode == 0, done.stderr
    assert "3 data keys wrapped anew" in done.stdout
    assert "may be dropped" in told(f"{new},{old}")
    assert "the first wraps all 3 data keys" in told(new)


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
