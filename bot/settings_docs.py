"""Writes `.env.example` and `docs/settings.md` from the Settings class. Run: `python -m bot.settings_docs`."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.settings import Settings
from bot.settings_interviews import InterviewSettings

ROOT = Path(__file__).parents[1]


def example() -> str:
    """The text of `.env.example`."""
    lines = ["# Every setting is optional for the demo. Copy to .env and fill in what you need."]
    lines += ["# Each also works as NAME_FILE=/path/to/a/file holding the value.", ""]
    for name, help_, default in rows():
        lines += [f"# {help_}", f"# {name}={default}", ""]
    return "\n".join(lines)


def page() -> str:
    """The text of `docs/settings.md`."""
    lines = [
        "# Settings",
        "",
        "Written from the `Settings` class by `python -m bot.settings_docs`; a test keeps them equal.",
        "All are optional for the demo. They are read from the environment or from `.env` in the working",
        "folder, and each also as `NAME_FILE`, the path of a file that holds the value.",
        "",
        "| setting | default | meaning |",
        "|---|---|---|",
    ]
    for name, help_, default in rows():
        lines.append(f"| `{name}` | {f'`{default}`' if default else ''} | {help_} |")
    return "\n".join(lines) + "\n"


def rows() -> list[tuple[str, str, str]]:
    """Name, help sentence and default of every setting; those of interviews come last."""
    last = InterviewSettings.model_fields
    named = sorted(Settings.model_fields.items(), key=lambda one: one[0] in last)
    return [(str(f.alias), str(f.description), _shown(f.default)) for _, f in named]


def _shown(default: Any) -> str:
    if isinstance(default, SecretStr) or default in ((), None):
        return ""
    return ", ".join(default) if isinstance(default, tuple) else str(default)


def main() -> None:
    (ROOT / ".env.example").write_text(example())
    (ROOT / "docs" / "settings.md").write_text(page())


if __name__ == "__main__":
    main()
