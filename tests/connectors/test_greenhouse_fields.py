"""Greenhouse's custom fields in both directions: nothing is lost, nothing garbled, and a refusal names the field."""

from datetime import date
from typing import Any

import pytest

from connectors.ats.greenhouse import custom
from connectors.errors import Rejected
from connectors.model import Money, Range, Ref, Value

EUR = Money(minor=8_200_050, currency="EUR")
ROWS: list[dict[str, Any]] = [
    {"id": n, "name_key": key, "name": name, "value_type": kind, "active": True}
    for n, (key, name, kind) in enumerate([
        ("notice", "Notice period", "short_text"), ("relocate", "Open to relocation", "yes_no"), ("years", "Years", "number"),
        ("level", "Level", "single_select"), ("langs", "Languages", "multi_select"), ("free", "Free from", "date"),
        ("pay", "Expected salary", "currency"), ("range", "Salary range", "currency_range"), ("hours", "Hours", "number_range"),
        ("met", "Met by", "user"), ("site", "Portfolio", "url"), ("odd", "Odd", "hologram"),
    ])
]  # fmt: skip
OPTIONS = {
    "3": [{"id": 31, "name": "Senior"}, {"id": 32, "name": "Junior", "active": False}],
    "4": [{"id": 41, "name": "Go"}, {"id": 42, "name": "Rust"}],
}
FIELDS = custom.defined(ROWS, OPTIONS, writable=True)


def sent(wanted: dict[str, Value], held: dict[str, Any] | None = None) -> dict[str, Any]:
    rows = custom.written("greenhouse-1", FIELDS, held or {}, wanted)
    return {row["name_key"]: row["value"] for row in rows}


@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("Notice period", "Two months", "Two months"), ("NOTICE", "x", "x"), ("Open to relocation", False, False),
        ("Years", 3, 3), ("years", 3.5, 3.5), ("Level", "senior", 31), ("Level", "31", 31), ("Languages", ("Rust", "go"), [42, 41]),
        ("Languages", "Go", [41]), ("Free from", date(2027, 1, 4), "2027-01-04"),
        ("Expected salary", EUR, {"amount": 82000.5, "currency_code": "EUR"}),
        ("Expected salary", Money(minor=500_000, currency="JPY"), {"amount": 500_000, "currency_code": "JPY"}),
        ("Salary range", Range(low=EUR, high=EUR), {"min_amount": 82000.5, "max_amount": 82000.5, "currency_code": "EUR"}),
        ("Hours", Range(low=20, high=40), {"min_value": 20, "max_value": 40}),
        ("Met by", Ref(account="greenhouse-1", kind="user", id="501"), 501), ("Portfolio", "https://a.example/", "https://a.example/"),
        ("Level", "", None), ("Years", None, None), ("Languages", (), None),
    ],
)  # fmt: skip
def test_a_value_is_written_as_greenhouse_takes_it(name: str, value: Value, form: Any) -> None:
    (found,) = sent({name: value}).values()
    assert found == form


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("Level", "Wizard", "Senior"), ("Level", "Junior", "Senior"), ("Years", "three", "a number"), ("Years", True, "a number"),
        ("Open to relocation", "maybe", "yes or no"), ("Expected salary", "82000", "an amount and a currency"),
        ("Expected salary", Money(minor=1, currency="EUR", per="year"), "an amount and a currency"),
        ("Salary range", Range(low=EUR), "two amounts of one currency"), ("Met by", "Rosa", "somebody who uses Greenhouse"),
        ("Odd", "x", "cannot be written"), ("Shoe size", "44", "no custom field called Shoe size"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_with_what_would(
    name: str, value: Value, words: str
) -> None:
    with pytest.raises(Rejected) as refused:
        sent({name: value})
    assert words in refused.value.text


def test_what_is_not_changed_is_sent_along_in_the_form_of_a_write() -> None:
    held = {
        "level": {"type": "single_select", "value": "Junior"}, "langs": {"type": "multi_select", "value": ["Go", "Rust"]},
        "pay": {"type": "currency", "value": {"amount": "5", "unit": "EUR"}},
        "range": {"type": "currency_range", "value": {"min_value": 1, "max_value": 2, "currency_code": "EUR"}},
        "met": {"type": "user", "value": {"user_id": 501, "name": "Rosa"}}, "relocate": {"type": "yes_no", "value": False},
        "years": {"type": "number", "value": "3"}, "site": {"type": "url", "value": None},
    }  # fmt: skip
    assert sent({"Notice period": "none"}, held) == {
        "notice": "none", "level": 32, "langs": [41, 42], "pay": {"amount": 5.0, "currency_code": "EUR"},
        "range": {"min_amount": 1.0, "max_amount": 2.0, "currency_code": "EUR"}, "met": 501, "relocate": False, "years": 3.0,
    }  # fmt: skip


@pytest.mark.parametrize("held", [{"odd": {"value": "x"}}, {"gone": {"value": "x"}}, {"level": {"value": "Wizard"}}, {"met": {"value": {"name": "Rosa"}}}])  # fmt: skip
def test_nothing_is_written_while_something_could_be_lost(held: dict[str, Any]) -> None:
    with pytest.raises(Rejected) as refused:
        sent({"Notice period": "none"}, held)
    assert "Nothing was changed" in refused.value.text


def test_a_private_field_that_is_not_shown_is_not_emptied() -> None:
    hidden = {
        "id": 99,
        "name_key": "secret",
        "name": "Hidden",
        "value_type": "short_text",
        "private": True,
    }
    fields = custom.defined([*ROWS, hidden], OPTIONS, writable=True)
    with pytest.raises(Rejected) as refused:
        custom.written("greenhouse-1", fields, {}, {"Notice period": "none"})
    assert "Hidden" in refused.value.text
    shown = {"secret": {"value": None}}
    assert custom.written("greenhouse-1", fields, shown, {"Notice period": "none"})


@pytest.mark.parametrize(
    ("said", "value", "read"),
    [
        ("currency", {"amount": 80000, "unit": "USD"}, Money(minor=8_000_000, currency="USD")),
        ("currency_range", {"unit": "USD", "min_value": "1.0", "max_value": "2.0"},
         Range(low=Money(minor=100, currency="USD"), high=Money(minor=200, currency="USD"))),
        ("currency_range", {"min_amount": 1, "max_amount": 2, "currency_code": "JPY"},
         Range(low=Money(minor=1, currency="JPY"), high=Money(minor=2, currency="JPY"))),
        ("number_range", {"min_value": 20, "max_value": None}, Range(low=20.0, high=None)),
        ("user", 501, Ref(account="a", kind="user", id="501")),
        ("user", {"user_id": 501, "name": "Rosa"}, Ref(account="a", kind="user", id="501")),
        ("user", {"name": "Rosa"}, "Rosa"), ("hologram", {"value": "x"}, "x"), ("number", "a few", "a few"),
    ],
)  # fmt: skip
def test_every_form_is_read(said: str, value: Any, read: Value) -> None:
    found = custom.read("a", {"k": {"name": "K", "type": said, "value": value}})
    assert found["k"].value == read
