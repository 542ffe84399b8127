"""The page about connectors is what they declare."""

from pathlib import Path

from bot import connector_docs

PAGE = Path(__file__).parents[2] / "docs" / "connectors.md"


def test_the_page_is_what_the_connectors_declare() -> None:
    assert PAGE.read_text() == connector_docs.text(), "run `python -m bot.connector_docs`"
