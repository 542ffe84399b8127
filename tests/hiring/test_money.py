"""Money as people type it: minor units, decimals and groups of every country, and refusals that show an example."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring import money
from hiring.errors import Refused
from hiring.money import Money


@pytest.mark.parametrize(
    ("typed", "minor", "currency"),
    [
        ("82000", 8_200_000, "EUR"),
        ("82,000", 8_200_000, "EUR"),
        ("82.000", 8_200_000, "EUR"),
        ("82,000.50", 8_200_050, "EUR"),
        ("82.000,50", 8_200_050, "EUR"),
        ("82'000.5", 8_200_050, "EUR"),
        ("82 000", 8_200_000, "EUR"),
        ("82\u202f000,50", 8_200_050, "EUR"),
        ("€82k", 8_200_000, "EUR"),
        ("82.5k", 8_250_000, "EUR"),
        ("GBP 82,000", 8_200_000, "GBP"),
        ("82,000 chf", 8_200_000, "CHF"),
        ("$120K", 12_000_000, "USD"),
        ("₹12,00,000", 120_000_000, "INR"),
        ("¥9,000,000", 9_000_000, "JPY"),
        ("JPY 82.5k", 82_500, "JPY"),
        ("35.75", 3_575, "EUR"),
        ("82,000EUR", 8_200_000, "EUR"),
        ("CAD $82,000", 8_200_000, "CAD"),
    ],
)
def test_every_usual_way_to_write_a_salary_is_read(typed: str, minor: int, currency: str) -> None:
    assert money.parse(typed) == Money(minor, currency)


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "a lot", "-5", "0", "0.00", "k", "€", "EUR", "1e9", "82,000.505", "1,2,3", "1.2.3,4,5", "82--000",
        "82,000 or 90,000", "<!channel>", "82000; drop table offers", "∞", "½", "9" * 13, "€82k $", "EUR 5 USD",
        "JPY 1000.50", "82,,000", ",5",
    ],
)  # fmt: skip
def test_what_is_not_one_amount_is_refused_under_its_field(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        money.parse(typed, field="salary")
    assert refused.value.field == "salary"


@pytest.mark.parametrize("typed", ["KWD 1.234", "82,000 XYZ"])
def test_a_currency_we_do_not_pay_in_is_named(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        money.parse(typed)
    assert "is not a currency I know" in refused.value.sentence


@pytest.mark.parametrize(
    ("amount", "spelled"),
    [
        (Money(8_200_000, "EUR"), "EUR 82,000 a year"),
        (Money(8_200_050, "EUR", "month"), "EUR 82,000.50 a month"),
        (Money(3_505, "GBP", "hour"), "GBP 35.05 an hour"),
        (Money(9_000_000, "JPY"), "JPY 9,000,000 a year"),
    ],
)
def test_letters_spell_the_currency_its_minor_units_and_the_interval(
    amount: Money, spelled: str
) -> None:
    assert amount.spell() == spelled


@given(st.integers(1, 10**12 - 1), st.sampled_from(money.CURRENCIES))
def test_what_is_spelled_is_read_back_to_the_last_unit(minor: int, currency: str) -> None:
    said = Money(minor, currency).spell().removesuffix(" a year")
    assert money.parse(said) == Money(minor, currency)


@given(st.text(max_size=60))
def test_hostile_text_is_an_amount_or_a_refusal_and_never_a_crash(typed: str) -> None:
    with contextlib.suppress(Refused):
        assert money.parse(typed).minor > 0
