"""Public holidays by country and part of it, as dates. Pure: the `holidays` library computes them."""

from collections.abc import Iterable, Mapping
from datetime import date


def dates(country: str, years: Iterable[int], part: str | None = None) -> Mapping[date, str]:
    """The holidays of those years with their names. `country` and `part` are ISO 3166 codes (`DE`, `BY`).

    Raises ValueError for a place that is not known.
    """
    import holidays  # takes most of a second, and few processes need it

    try:
        found = holidays.country_holidays(country.upper(), subdiv=part, years=set(years))
    except NotImplementedError as problem:
        raise ValueError(f"no holidays are known: {problem}") from None
    return dict(sorted(found.items()))
