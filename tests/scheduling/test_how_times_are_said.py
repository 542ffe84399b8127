"""How a time is said, also where it ends on another day."""

from datetime import UTC, datetime

from scheduling import spell

LONDON, NEW_YORK = "Europe/London", "America/New_York"
FRIDAY = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 11, 45, tzinfo=UTC)


def test_what_ends_on_another_day_names_it() -> None:
    whole = (FRIDAY, MONDAY)
    assert spell.spell(whole, LONDON) == "Fri 27 Nov, 14:00 – Mon 30 Nov, 11:45 (your time)"
    assert spell.clock_times(whole, LONDON) == "14:00 – Mon 30 Nov, 11:45"


def test_what_ends_on_the_same_day_does_not() -> None:
    hour = (FRIDAY, FRIDAY.replace(hour=15))
    assert spell.spell(hour, LONDON) == "Fri 27 Nov, 14:00–15:00 (your time)"
    assert spell.spell(hour, LONDON, other=("Ada", NEW_YORK)) == (
        "Fri 27 Nov, 14:00–15:00 (your time; 09:00 for Ada, New York)"
    )


def test_a_time_beside_another_names_its_day_only_where_it_differs() -> None:
    last = (MONDAY.replace(hour=11, minute=0), MONDAY)
    assert spell.beside(last, LONDON, FRIDAY) == "Mon 30 Nov, 11:00–11:45"
    assert spell.beside(last, LONDON, MONDAY) == "11:00–11:45"
