"""`callsheet new connector NAME`: starting files for an ATS that pass the contract suite at once for what they declare."""

import keyword
import re
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from bot.errors import NotSetUp

ROOT = Path(__file__).parents[2]
BLANKS = Path(__file__).parents[1] / "blanks"
PLACES = {
    "connector.txt": "connectors/ats/{name}.py",
    "stand_in.txt": "bot/workspace/ats/{name}/__init__.py",
    "kit.txt": "tests/contracts/vendors/{name}.py",
}

app = typer.Typer(help="Begin something new in a clone of the repository.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Begin something new in a clone of the repository."""


@app.command()
def connector(
    name: Annotated[str, typer.Argument(metavar="NAME", help="In small letters, such as acme.")],
) -> None:
    """Write a connector's three starting files: the connector, its stand-in, its rows for the contract tests."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or keyword.iskeyword(name):
        raise typer.BadParameter(
            f"{name} cannot be a Python module; write a name such as acme or acme_hire"
        )
    if not (ROOT / "tests" / "contracts" / "vendors").is_dir():
        raise NotSetUp(
            "This works from a clone of the repository only: a connector is tested where it is written."
        )
    _refuse_taken(name)
    for blank, place in PLACES.items():
        path = ROOT / place.format(name=name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(_filled(blank, name), encoding="utf-8")
        print(f"Wrote {place.format(name=name)}")
    print(f"Now try them: ./dev test tests/contracts -k {name}")
    print("Then go on as docs/tutorial-connector.md tells.")


def _refuse_taken(name: str) -> None:
    """Nothing that is there is written over. Raises NotSetUp."""
    taken = [place.format(name=name) for place in PLACES.values()]
    taken += [f"connectors/{kind}/{name}{end}" for kind in ("ats", "calendar") for end in ("", ".py")]  # fmt: skip
    for place in taken:
        if (ROOT / place).exists():
            raise NotSetUp(f"{place} is there already. Choose another name, or remove it first.")


def _filled(blank: str, name: str) -> str:
    words = name.split("_")
    return Template((BLANKS / blank).read_text(encoding="utf-8")).substitute(
        {
            "name": name,
            "host": name.replace("_", "-"),
            "label": " ".join(word.capitalize() for word in words),
            "class": "".join(word.capitalize() for word in words),
        }
    )
