"""What people type after the root command finds its verb, or the nearest ones."""

import json
from typing import Any

import pytest

from bot import slash
from bot.slash import Call, Guess
from commands.router import Gesture, Reply, Router


def table() -> Router:
    router = Router()

    async def show(gesture: Gesture, actor: Any, services: Any, reply: Reply) -> None:
        """Only its name matters here."""

    for verb, alias in (
        ("", ""),
        ("help", ""),
        ("find", "candidate"),
        ("schedule", "schedule"),
        ("scorecard", "scorecard"),
        ("message", "message"),
        ("move", ""),
    ):
        router.slash(verb, help=verb, roles=set(), alias=alias)(show)
    return router


VERBS = table().verbs


def call(text: str, word: str = "hire") -> tuple[str, str]:
    found = slash.resolve(VERBS, "hire", word, text)
    assert isinstance(found, Call), found
    return found.entry.name, found.text


def guess(text: str) -> tuple[str, ...]:
    found = slash.resolve(VERBS, "hire", "hire", text)
    assert isinstance(found, Guess), found
    return found.verbs


@pytest.mark.parametrize(
    ("typed", "verb", "rest"),
    [
        ("", "", ""),
        ("   ", "", ""),
        ("find ada lovelace", "find", "ada lovelace"),
        ("FIND  Ada", "find", "Ada"),
        ("fi ada", "find", "ada"),
        ("sched ada", "schedule", "ada"),
        ("help", "help", ""),
        ("help find", "help", "find"),
        ("find help", "help", "find"),
        ("find ?", "help", "find"),
    ],
)
def test_a_verb_is_found_by_its_name_or_a_unique_beginning(
    typed: str, verb: str, rest: str
) -> None:
    assert call(typed) == (verb, rest)


def test_an_alias_is_the_verb_itself() -> None:
    assert call("ada", "candidate") == ("find", "ada")
    assert call("", "candidate") == ("find", "")
    assert call("help", "candidate") == ("help", "find")


def test_an_ambiguous_beginning_offers_all_that_fit() -> None:
    assert guess("sc ada") == ("schedule", "scorecard")


def test_a_slip_offers_the_nearest() -> None:
    assert guess("shcedule ada")[0] == "schedule"
    assert guess("fnid ada")[0] == "find"


def test_a_word_like_nothing_offers_nothing() -> None:
    assert guess("<!channel>") == ()
    assert guess("xyzzy") == ()


def test_suggestions_run_what_was_meant_and_page_nobody() -> None:
    found = slash.resolve(VERBS, "hire", "hire", "sc <!channel> & co")
    assert isinstance(found, Guess)
    message = slash.suggest(found, "hire", may_find=True)
    buttons = message.blocks[-1]["elements"]
    assert [b["value"] for b in buttons] == [
        "schedule <!channel> & co",
        "scorecard <!channel> & co",
        "find sc <!channel> & co",
        "help",
    ]
    assert len({b["action_id"] for b in buttons}) == len(buttons)
    texts = [b["text"]["type"] for b in buttons]
    assert set(texts) == {"plain_text"}
    assert "<!" not in json.dumps(message.blocks[0])
