"""The pages about connectors and the model are what the code declares."""

from pathlib import Path

from bot import connector_docs, model_docs

PAGE = Path(__file__).parents[2] / "docs" / "connectors.md"


def test_the_page_is_what_the_connectors_declare() -> None:
    assert PAGE.read_text() == connector_docs.text(), "run `python -m bot.connector_docs`"


def test_the_page_about_the_model_is_the_model() -> None:
    page, schema = PAGE.with_name("model.md"), PAGE.with_name("model.schema.json")
    assert page.read_text() == model_docs.text(), "run `python -m bot.model_docs`"
    assert schema.read_text() == model_docs.schema(), "run `python -m bot.model_docs`"
