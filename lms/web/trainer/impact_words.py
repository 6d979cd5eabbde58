"""The impact of a draft in words: for how many what would change, in numbers from which nobody can be told.

Numbers of one to four people, and what would give them away, are withheld (`engine.small_numbers`). With names, one row
for each person whose path would change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from lms.engine.insight.impact import CODES, KINDS, SAME, Row, Standing, counted, demand, typical_days, typical_hours
from lms.engine.small_numbers import told, told_of
from lms.services.authoring.drafts import Draft
from lms.services.authoring.impact import Impact, seats_of
from lms.services.organisation.people_shown import Named
from lms.web.translated import decimal, gettext, in_words, ngettext
from lms.web.wording import Wording, hours

SEATS_SHOWN = 60

TITLES: Mapping[str, Any] = {
    "hours": lazy_gettext("What there is to learn"),
    "date": lazy_gettext("The day of being trained"),
    "reach": lazy_gettext("Whether courses lead there"),
    "ready": lazy_gettext("Ready for promotion"),
    "asked": lazy_gettext("Requirements"),
}
WORDS: Mapping[tuple[str, str], Any] = {
    ("hours", "shorter"): lazy_gettext("fewer hours"),
    ("hours", "longer"): lazy_gettext("more hours"),
    ("hours", "other"): lazy_gettext("as many hours, other steps"),
    ("hours", "found"): lazy_gettext("a path for the first time"),
    ("hours", "lost"): lazy_gettext("no path any more"),
    ("hours", SAME): lazy_gettext("no difference"),
    ("date", "sooner"): lazy_gettext("sooner"),
    ("date", "later"): lazy_gettext("later"),
    ("date", "found"): lazy_gettext("a day for the first time"),
    ("date", "lost"): lazy_gettext("no day any more"),
    ("date", SAME): lazy_gettext("no difference"),
    ("reach", "blocked"): lazy_gettext("becomes out of reach"),
    ("reach", "reachable"): lazy_gettext("comes within reach"),
    ("reach", SAME): lazy_gettext("no difference"),
    ("ready", "gained"): lazy_gettext("becomes ready"),
    ("ready", "lost"): lazy_gettext("is not ready any more"),
    ("ready", SAME): lazy_gettext("no difference"),
    ("asked", "more"): lazy_gettext("more requirements"),
    ("asked", "fewer"): lazy_gettext("fewer requirements"),
    ("asked", SAME): lazy_gettext("no difference"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How many people, of what; `typical` says by how much for half of them."""

    label: str
    number: str
    typical: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One way of looking at everybody: lines that add up to them."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLine:
    """How many paths take a session before and after, and its seats; `over`: are there too few?"""

    title: str
    day: str
    before: str
    after: str
    seats: int
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The impact as its page shows it. `few`: so few people that no table is shown."""

    headline: str
    audience: str
    few: bool
    tables: tuple[Table, ...]
    seats: tuple[SeatLine, ...]
    """Sessions that more or fewer paths take than now, and those with too few seats."""
    same_seats: tuple[SeatLine, ...]
    gone: tuple[str, ...]
    elsewhere: str | None
    unproven: str | None
    seen: str


def shown(found: Impact, draft: Draft) -> Shown:
    """All of it."""
    whole = len(found.rows)
    few = told_of(whole) is None
    seats = [] if few else list(_seats(found, draft))
    return Shown(
        headline=headline(found),
        audience=_audience(found, draft),
        few=few,
        tables=() if few else tuple(_table(found.rows, kind) for kind in KINDS if _differs(found.rows, kind)),
        seats=tuple(one for one in seats if one.over or one.before != one.after),
        same_seats=tuple(one for one in seats if not one.over and one.before == one.after),
        gone=tuple(_gone(found, draft)),
        elsewhere=_elsewhere(found.elsewhere) if found.elsewhere else None,
        unproven=_unproven(found.unproven) if found.unproven else None,
        seen=seen_of(found),
    )


def headline(found: Impact) -> str:
    """How many paths would change, in one sentence."""
    whole, changed = len(found.rows), len(found.changed())
    if not whole:
        return gettext("Nobody is on this curriculum yet, so no path changes.")
    if not changed:
        return gettext("Nobody's path changes.")
    if told_of(whole) is None:
        return gettext("Fewer than 5 people are on it; numbers are told from 5 on.")
    cells = told([changed, whole - changed])
    if cells.cells[0] is not None:
        return ngettext(
            "%(changed)s of %(num)s path changes.", "%(changed)s of %(num)s paths change.", whole, changed=changed
        )
    if cells.all_small:
        return gettext("Fewer than 5 of %(whole)s paths change.", whole=whole)
    return gettext(
        "Some of %(whole)s paths change; how many is not told, for it would tell of single people.", whole=whole
    )


def seen_of(found: Impact) -> str:
    """What the form sends along of the impact that somebody saw: changes in all and at once, and the digest."""
    numbers = [told_of(len(found.changed(others_stay=stay))) for stay in (False, True)]
    return ":".join(["few" if one is None else str(one) for one in numbers] + [found.digest])


def since(seen: str, found: Impact, *, others_stay: bool) -> str | None:
    """What came out otherwise than somebody saw before they published; None when nothing did, or they never looked."""
    parts = seen.split(":")
    if len(parts) != len(("all", "at once", "digest")) or parts[2] == found.digest:
        return None
    was, number = parts[1 if others_stay else 0], told_of(len(found.changed(others_stay=others_stay)))
    if was.isascii() and was.isdigit() and number is not None and int(was) != number:
        return ngettext(
            "Since you looked: %(num)s path changes, not %(was)s.",
            "Since you looked: %(num)s paths change, not %(was)s.",
            number,
            was=int(was),
        )
    return gettext("Since you looked, people's own input changed, and some numbers are others now.")


def overtaken(count: int) -> str | None:
    """That the input of people changed since the impact was worked out; None when nobody's did."""
    if not count:
        return None
    return gettext(
        "Since you looked, people's own input changed: paths planned anew meanwhile: %(people)s.",
        people=_number(told_of(count), small=True),
    )


def _number(count: int | None, *, small: bool) -> str:
    if count is not None:
        return decimal(count)
    return gettext("fewer than 5") if small else gettext("not told")


def _differs(rows: Sequence[Row], kind: str) -> bool:
    return any(KINDS[kind](row) != SAME for row in rows)


def _table(rows: Sequence[Row], kind: str) -> Table:
    counts = counted(rows, kind)
    cells = told(list(counts.values()))
    lines = [
        Line(
            label=str(WORDS[kind, code]),
            number=_number(number, small=cells.all_small),
            typical="" if number is None else _typical(rows, kind, code),
        )
        for code, number in zip(CODES[kind], cells.cells, strict=True)
        if counts[code]
    ]
    return Table(title=str(TITLES[kind]), lines=tuple(lines))


def _typical(rows: Sequence[Row], kind: str, code: str) -> str:
    if (kind, code) in {("hours", "shorter"), ("hours", "longer")}:
        return gettext("half of them by %(hours)s or more", hours=hours(abs(typical_hours(rows, code)) / 100))
    if (kind, code) in {("date", "sooner"), ("date", "later")}:
        days = round(abs(typical_days(rows, code)))
        return ngettext("half of them by %(num)s day or more", "half of them by %(num)s days or more", days)
    return ""


def _audience(found: Impact, draft: Draft) -> str:
    if draft.published is None or not found.stay:
        return ""
    stay, at_once = told_of(found.stay), told_of(len(found.changed(others_stay=True)))
    return gettext(
        "For new people only, or from a day on: %(stay)s people stay on version %(number)s first; paths that change "
        "at once: %(now)s.",
        stay=_number(stay, small=True),
        number=draft.published.number,
        now=_number(at_once, small=True),
    )


def _seats(found: Impact, draft: Draft) -> Iterator[SeatLine]:
    before, after = demand(found.rows)
    words = Wording(draft.value)
    days = {(course.id, held.id): held.starts.date() for course in draft.value.courses for held in course.sessions}
    seats = seats_of(draft, before.keys() | after.keys())
    order = sorted(seats, key=lambda one: (after[one] <= seats[one], -after[one], one))
    for one in order[:SEATS_SHOWN]:
        shown_after = told_of(after[one])
        yield SeatLine(
            title=words.course(one[0]),
            day=in_words(days[one]),
            before=_number(told_of(before[one]), small=True),
            after=_number(shown_after, small=True),
            seats=seats[one],
            over=shown_after is not None and shown_after > seats[one],
        )


def _gone(found: Impact, draft: Draft) -> Iterator[str]:
    if draft.published is None:
        return
    words = Wording(draft.published.curriculum)
    for (kind, key), count in sorted(found.gone.items()):
        title = words.course(key) if kind == "course" else words.competency(key)
        yield gettext("%(title)s, held by %(people)s", title=title, people=_number(told_of(count), small=True))


def _elsewhere(count: int) -> str:
    return gettext(
        "People who stay on an older version by an earlier choice and notice nothing: %(people)s.",
        people=_number(told_of(count), small=True),
    )


def _unproven(count: int) -> str:
    return gettext(
        "Paths that may come out shorter, because the search for them was stopped: %(people)s.",
        people=_number(told_of(count), small=True),
    )


def beside_the_map(known: tuple[bool, int | None], asked: Impact | None) -> tuple[str, ...]:
    """What is known of a selected card without planning anybody: on how many paths it stands (`services.authoring.touched`),
    and, where the impact of this very draft was worked out today, how many paths publishing it changes.
    """
    is_known, count = known
    told = []
    if is_known and count == 0:
        told.append(gettext("On nobody's path."))
    elif is_known and count is None:
        told.append(gettext("On the paths of fewer than 5 people."))
    elif is_known and count is not None:
        told.append(ngettext("On %(num)s person's path.", "On %(num)s people's paths.", count))
    if asked is not None:
        changed = _number(told_of(len(asked.changed())), small=True)
        told.append(gettext("Paths that publishing this draft changes: %(people)s.", people=changed))
    return tuple(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRow:
    """One person whose path would change, and how."""

    who: Named
    what: str
    hours: str
    day: str
    met: str


def named_rows(rows: Sequence[Row], people: Mapping[int, Named]) -> list[NamedRow]:
    """The rows in the order of the names."""
    made = [
        NamedRow(
            who=people[row.person],
            what=", ".join(str(WORDS[kind, code]) for kind, of in KINDS.items() if (code := of(row)) != SAME),
            hours=_pair(row, lambda side: hours(side.hours / 100)),
            day=_pair(row, lambda side: in_words(side.ready_on) if side.ready_on else "–"),
            met=_pair(row, lambda side: gettext("%(met)s of %(all)s", met=side.met, all=side.required)),
        )
        for row in rows
    ]
    return sorted(made, key=lambda one: (str(one.who.name).casefold(), one.who.id))


def _pair(row: Row, say: Any) -> str:
    def of(side: Standing | None) -> str:
        return "–" if side is None else str(say(side))

    before, after = of(row.before), of(row.after)
    return before if before == after else f"{before} → {after}"
