"""What each command file owes: it is found by itself, explains itself, names who may, and stands in the docs."""

import ast
import re
from pathlib import Path

import pytest

import commands
from bot import slash
from bot.slash import Call, Guess
from commands.router import Entry, Message, Router
from hiring.access import NAMES

ROOT = Path(__file__).parents[2]
ROUTER = commands.load()
VERBS = sorted(name for name in ROUTER.verbs if name)
FEATURES = [
    path
    for path in sorted((ROOT / "commands").glob("*.py"))
    if "router = Router()" in path.read_text()
]


@pytest.mark.parametrize("path", FEATURES, ids=lambda p: p.stem)
def test_whatever_a_file_registers_is_found_without_a_list(path: Path) -> None:
    names = re.findall(r'@router\.(\w+)\(\s*"([^"]*)"', path.read_text())
    tables = {
        "slash": ROUTER.verbs, "action": ROUTER.actions, "view": ROUTER.views, "view_closed": ROUTER.closed,
        "event": ROUTER.events, "options": ROUTER.pickers, "card": ROUTER.cards,
    }  # fmt: skip
    assert names or "router.options(" in path.read_text()
    for kind, name in names:
        assert name in tables[kind]


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_explains_itself_and_its_example_starts_with_it(verb: str) -> None:
    entry = ROUTER.verbs[verb]
    assert re.fullmatch(r"[a-z]+", verb)
    assert entry.help[0].isupper()
    assert not entry.help.endswith(".")
    assert len(entry.help) <= 80
    assert not entry.example or entry.example.split()[0] == verb


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_stands_in_the_readme_or_the_docs(verb: str) -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    text = "\n".join(path.read_text() for path in pages)
    assert re.search(rf"`(?:/hire )?{verb}\b[^`]*`", text)


@pytest.mark.parametrize("verb", VERBS)
def test_the_roles_of_a_verb_are_roles_there_are(verb: str) -> None:
    assert ROUTER.verbs[verb].roles <= NAMES.keys()


def test_verbs_for_everyone_are_those_that_show_only_what_is_ones_own() -> None:
    assert {v for v in VERBS if not ROUTER.verbs[v].roles} == {"approve", "scorecard", "help"}


def test_aliases_are_unique_and_no_verb_hides_behind_another() -> None:
    aliases = [entry.alias for entry in ROUTER.verbs.values() if entry.alias]
    assert len(set(aliases)) == len(aliases)
    assert len({entry.order for entry in ROUTER.verbs.values()}) == len(ROUTER.verbs)


def test_every_button_a_file_draws_is_answered_by_some_file() -> None:
    for path in FEATURES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "blocks.button":
                action = node.args[1]
                if isinstance(action, ast.Constant):
                    assert action.value in ROUTER.actions, f"{path.name} draws {action.value}"


def test_two_files_cannot_answer_the_same_name() -> None:
    merged, other = commands.load(), Router()
    other.verbs["find"] = Entry("find", ROUTER.verbs["find"].handler)
    with pytest.raises(ValueError, match=r"commands/again\.py registers find"):
        merged.take(other, "again")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("fnd", "find"), ("shedule", "schedule"), ("ofer", "offer"), ("mesage", "message"), ("rejcet", "reject"),
     ("hlep", "help"), ("scorcard", "scorecard"), ("aprove", "approve"), ("canceled", "cancel")],
)  # fmt: skip
def test_a_slip_is_answered_with_what_was_probably_meant(typed: str, meant: str) -> None:
    guess = slash.resolve(ROUTER.verbs, "hire", "hire", f"{typed} ada")
    assert isinstance(guess, Guess)
    assert guess.verbs[0] == meant
    assert guess.rest == "ada"


@pytest.mark.parametrize("verb", VERBS)
def test_help_after_any_verb_explains_that_verb(verb: str) -> None:
    call = slash.resolve(ROUTER.verbs, "hire", "hire", f"{verb} help")
    assert isinstance(call, Call)
    assert call.entry.name == "help"


@pytest.mark.parametrize(
    "word", ["<!channel>", "`" * 40, "x" * 3_000, "محمد", "../..", "<@U0EVIL001>"]
)
def test_a_hostile_word_is_answered_within_limits_and_pages_nobody(word: str) -> None:
    from bot.workspace.slack import limits

    guess = slash.resolve(ROUTER.verbs, "hire", "hire", f"{word} {word}")
    assert isinstance(guess, Guess)
    said: Message = slash.suggest(guess, "hire", may_find=True)
    assert limits.check_blocks(said.blocks, view=False) == []
    assert "<!" not in said.text
    assert "<@" not in said.text
