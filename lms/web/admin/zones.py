"""Time zones and currencies to choose from."""

from __future__ import annotations

import functools
import zoneinfo

from babel import Locale
from babel.numbers import get_currency_name, get_territory_currencies
from flask_babel import get_locale

AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@functools.cache
def time_zones() -> tuple[tuple[str, str], ...]:
    """Every IANA zone that is a place, and UTC: name and words."""
    places = sorted(zone for zone in zoneinfo.available_timezones() if zone.split("/")[0] in AREAS)
    return (("UTC", "UTC"), *((zone, zone.replace("_", " ").replace("/", " / ")) for zone in places))


def currencies() -> list[tuple[str, str]]:
    """The currencies in use today, in the words of the page: code and words."""
    return list(_currencies(str(get_locale() or "en")))


@functools.cache
def _currencies(locale: str) -> tuple[tuple[str, str], ...]:
    territories = (str(territory) for territory in Locale("en").territories)
    codes = {code for territory in territories if len(territory) == 2 for code in _of(territory)}
    return tuple((code, f"{code}: {get_currency_name(code, locale=locale)}") for code in sorted(codes))


def _of(territory: str) -> list[str]:
    return [str(code) for code in get_territory_currencies(territory)]
