"""The manifest follows from what the app answers, within Slack's limits."""

import pytest

import commands
from bot import manifest
from commands.router import Router

URL = "https://hire.example.com"


def test_every_alias_is_a_command_and_the_root_comes_first() -> None:
    router = commands.load()
    made = manifest.build(router, url=URL)["features"]["slash_commands"]
    words = [command["command"] for command in made]
    assert words[0] == "/hire"
    assert set(words[1:]) == {f"/{e.alias}" for e in router.verbs.values() if e.alias}
    assert {"/candidate", "/schedule", "/scorecard", "/message", "/offer"} <= set(words)
    assert {command["url"] for command in made} == {f"{URL}/slack/events"}


def test_every_event_the_app_answers_is_subscribed() -> None:
    router = commands.load()
    events = manifest.build(router, url=URL)["settings"]["event_subscriptions"]["bot_events"]
    assert set(router.events) <= set(events)
    assert {"app_uninstalled", "tokens_revoked"} <= set(events)


def test_no_scope_reads_messages() -> None:
    assert not [scope for scope in manifest.SCOPES if "history" in scope or "admin" in scope]


def test_a_word_over_slacks_limit_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="command"):
        manifest.build(Router(), url=URL, command="h" * 40)


def test_an_alias_that_is_the_root_is_refused() -> None:
    with pytest.raises(ValueError, match="/offer would be registered twice"):
        manifest.build(commands.load(), url=URL, command="offer")
