"""Sentences, figures and days in the language of the answer. What a language has of them is read and made once.

Flask-Babel finds out anew for each sentence whose language it is, reads all translations again in each request, and
parses the pattern of each number and day that it writes; a page of some hundred of them spends half its time so.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations, Translations
from flask import g
from flask_babel import Babel, Domain, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

Texts = Translations | NullTranslations


class Words(Domain):  # type: ignore[misc]
    """The translations of each language, read once."""

    def get_translations(self) -> Texts:
        """Those of the language of this answer."""
        locale = get_locale()
        if locale is None:
            return NullTranslations()
        found = self.cache.get((locale.language, locale.territory))
        if found is None:
            found = self.cache[locale.language, locale.territory] = super().get_translations()
        return found


class Languages(Babel):  # type: ignore[misc]
    """Flask-Babel with one domain for all requests."""

    @cached_property
    def domain_instance(self) -> Words:
        """The one domain."""
        return Words()


def gettext(sentence: str, /, **values: object) -> str:
    """The sentence in the language of the answer, with its values."""
    found = str(_texts().ugettext(sentence))
    return found % values if values else found


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """The sentence for so many, which it may name as `num`."""
    return str(_texts().ungettext(one, many, num)) % {"num": num, **values}


def decimal(number: float | Decimal) -> str:
    """A number as the language writes it."""
    return _decimal(number, *_written())


def money(amount: float, currency: str) -> str:
    """An amount of money as the language writes it."""
    return _money(amount, currency, *_written())


def in_words(when: date) -> str:
    """A day in words: 23 Nov 2026, 23. Nov. 2026."""
    return skeleton("yMMMd", when)


def skeleton(pattern: str, when: date) -> str:
    """The parts of a day that a pattern such as `yMMM` names, in words."""
    return _skeleton(pattern, when.year, when.month, when.day, *_written())


@pass_eval_context
def in_template(place: EvalContext, sentence: str, /, **values: object) -> str:
    """What `_` is in a template: the sentence with its values, which are escaped where the template escapes."""
    texts = _texts()
    if not values and place.autoescape:
        return _plain(texts, sentence)
    found = texts.ugettext(sentence)
    return (Markup(found) if place.autoescape else found) % values  # noqa: S704 - sentences are ours


def _texts() -> Texts:
    """The translations of this answer: found once, and again where another language is forced for a while."""
    try:
        kept = _kept()
        locale, found = kept.texts
        if locale is kept.babel_locale and locale is not None:
            return found
    except RuntimeError:  # outside of any request
        return get_translations()
    except AttributeError:  # asked for the first time
        pass
    found = get_translations()
    g._flask_babel.texts = (g._flask_babel.babel_locale, found)  # noqa: SLF001
    return found


def _kept() -> Any:
    """Where Flask-Babel keeps what it found out for a request: asked for hundreds of times, so past Flask's proxy."""
    return g._get_current_object()._flask_babel  # noqa: SLF001


def _written() -> tuple[str, str | None]:
    """Language and country of this answer."""
    try:
        locale = _kept().babel_locale or get_locale()
    except (AttributeError, RuntimeError):
        locale = get_locale()
    return (locale.language, locale.territory) if locale else ("en", None)


@lru_cache(maxsize=5_000)
def _plain(texts: Texts, sentence: str) -> Markup:
    return Markup(texts.ugettext(sentence)) % {}  # noqa: S704 - sentences are ours


@lru_cache(maxsize=5_000)
def _decimal(number: float | Decimal, language: str, country: str | None) -> str:
    return format_decimal(number, locale=Locale(language, country))


@lru_cache(maxsize=5_000)
def _money(amount: float, currency: str, language: str, country: str | None) -> str:
    return format_currency(amount, currency, locale=Locale(language, country))


@lru_cache(maxsize=20_000)
def _skeleton(pattern: str, year: int, month: int, day: int, language: str, country: str | None) -> str:
    return format_skeleton(pattern, date(year, month, day), locale=Locale(language, country))
