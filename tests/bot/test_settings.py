"""Settings come from the environment, from files, or from nowhere; their docs are written from the class."""

from pathlib import Path

import pytest

from bot import settings_docs
from bot.settings import Settings, read

ROOT = Path(__file__).parents[2]


def plain(**given: object) -> Settings:
    return read(_env_file=None, **given)


def test_the_docs_and_the_example_are_what_the_class_says() -> None:
    hint = "run: python -m bot.settings_docs"
    assert (ROOT / "docs" / "settings.md").read_text() == settings_docs.page(), hint
    assert (ROOT / ".env.example").read_text() == settings_docs.example(), hint


def test_every_setting_has_a_name_and_a_sentence() -> None:
    for field in Settings.model_fields.values():
        assert str(field.alias).isupper()
        assert str(field.description).endswith(".")


def test_keys_are_a_comma_list() -> None:
    assert plain(secret_keys=" one, two ,").keys == ["one", "two"]


def test_aliases_can_be_chosen_or_turned_off() -> None:
    assert plain().aliases is None
    assert plain(aliases="candidate,/offer").aliases == ("candidate", "offer")
    assert plain(aliases="none").aliases == ()


def test_a_secret_never_shows_in_the_settings_text() -> None:
    shown = repr(
        plain(bot_token="xoxb-hush", secret_keys="hush-key", smtp_url="smtp://me:hush@host")
    )
    assert "hush" not in shown


def test_a_wrong_value_is_named_without_being_quoted() -> None:
    with pytest.raises(ValueError, match="CALLSHEET_RETENTION_DAYS") as error:
        plain(CALLSHEET_RETENTION_DAYS="soon-hush")
    assert "hush" not in str(error.value)


def test_a_setting_may_lie_in_a_file(tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    (tmp_path / "token").write_text("xoxb-from-a-file\n")
    code = "from bot.settings import read; print(read().bot_token.get_secret_value())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "xoxb-from-a-file"
