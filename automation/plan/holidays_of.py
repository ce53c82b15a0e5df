"""Public holidays of a country, from the `holidays` library:

No effects, but 46 ms of import, so only for plans that ask for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def holidays_between(country: str, subdivision: str | None, years: Iterable[int]) -> frozenset[date]:
    """The days off. Raises ValueError for an unknown country or subdivision."""
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=list(years), expand=False))
    except NotImplementedError:
        known = holidays.list_supported_countries(include_aliases=False)
        if country not in known:
            raise ValueError(f"no holidays are known for the country {country!r}") from None
        places = ", ".join(known[country]) or "none"
        raise ValueError(f"no holidays are known for {subdivision!r} in {country}; there are: {places}") from None
