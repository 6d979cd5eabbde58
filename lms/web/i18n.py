"""Language, direction and time zone of an answer, and how dates and durations are written in it.

Words live in lms/translations (docs/ui.md says how to add one); nothing here knows whose settings they are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from babel import Locale
from flask import Flask, request
from flask_babel import Babel, format_datetime, format_timedelta, get_locale, to_user_timezone
from markupsafe import Markup

from lms.errors import Figure, Said
from lms.web.translated import Languages, decimal, gettext, in_template, in_words

LANGUAGES = {"en": "English", "de": "Deutsch"}
DEFAULT = "en"
WRITTEN_AS = {"en": "en_GB", "de": "de_DE"}
"""How a language writes dates and numbers. English without a country would write them the American way."""
KEYWORDS = ("_", "_l", "gettext", "lazy_gettext", "said")
"""What marks a string for translation, beside ngettext; `said` marks the refusals that services raise."""


def nobody() -> None:
    """The answer when no person is known: no language and no time zone of their own."""


def install(
    app: Flask,
    *,
    language_of: Callable[[], str | None] = nobody,
    zone_of: Callable[[], str | None] = nobody,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Babel:
    """Give `app` its languages; the callables answer for the person of this request, or None where nobody is known.

    Templates get `languages`, `lang`, `dir`, and the filters day, moment, ago, duration and say (also as functions).
    """

    def language() -> str:
        chosen = (language_of(), request.cookies.get("language"), request.accept_languages.best_match(LANGUAGES))
        return next((code for code in chosen if code in LANGUAGES), DEFAULT)

    def ago(when: datetime) -> Markup:
        return _time(_utc(when), format_timedelta(_utc(when) - now(), add_direction=True))

    def words() -> dict[str, object]:
        locale = get_locale() or Locale(DEFAULT)
        return {"lang": locale.language, "dir": locale.text_direction, "languages": LANGUAGES}

    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    babel = Languages(app, locale_selector=lambda: WRITTEN_AS[language()], timezone_selector=zone_of)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.context_processor(words)
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = in_template
    for name, function in {"day": day, "moment": moment, "ago": ago, "duration": duration, "say": say}.items():
        app.jinja_env.filters[name] = function
        app.jinja_env.globals[name] = function
    return babel


def say(sentence: str) -> str:
    """What a service or a form refused, in the language of the answer; a plain text comes back as it is."""
    if not isinstance(sentence, Said):
        return str(sentence)
    return gettext(sentence.template, **{name: _value(value) for name, value in sentence.values.items()})


def _value(value: object) -> object:
    """A value in a sentence: one that is a sentence itself is said too, and a count is written as the language does."""
    if isinstance(value, Figure):
        return decimal(int(value))
    return say(value) if isinstance(value, Said) else value


def day(when: date) -> Markup:
    """A day as `<time>`: 23 Nov 2026, 23. Nov. 2026. A datetime is shown as the day it is in the person's time zone."""
    if isinstance(when, datetime):
        when = day_there(when)
    return _time(when, in_words(when))


def day_there(when: datetime) -> date:
    """Which day a moment is in the person's time zone."""
    there: date = to_user_timezone(_utc(when)).date()
    return there


def moment(when: datetime) -> Markup:
    """A moment as `<time>` in the person's time zone: 23 Nov 2026, 10:42."""
    there = to_user_timezone(_utc(when))
    return _time(_utc(when), f"{in_words(there.date())}, {format_datetime(_utc(when), 'HH:mm')}")


def duration(minutes: int) -> str:
    """A length of work in words: 25 min, 2 h, 1 h 50."""
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return str(gettext("%(hours)s h %(minutes)s", hours=hours, minutes=f"{rest:02}"))
    return str(gettext("%(hours)s h", hours=hours) if hours else gettext("%(minutes)s min", minutes=rest))


def _utc(when: datetime) -> datetime:
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _time(when: date, words: str) -> Markup:
    stamp = when.isoformat(timespec="minutes") if isinstance(when, datetime) else when.isoformat()
    return Markup('<time datetime="{}">{}</time>').format(stamp, words)
