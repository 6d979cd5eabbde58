"""The columns of a trainer's own sheets of competencies, courses and roles. Whether ids are known is not asked here.

Only the id is required: a sheet that changes one column of what is there needs no other. What something new lacks is
told when the whole curriculum is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from lms.engine import competency
from lms.engine.curriculum import CompletedBy, Delivery
from lms.errors import Invalid, said
from lms.interop.needs_text import parse_grants, parse_ids, parse_needs
from lms.interop.reading.scalars import shown
from lms.interop.reading.suggest import Suggestions
from lms.interop.sheets import cells
from lms.interop.sheets.columns import Cell, Column, Kind

LEVEL = "level_"  # and the number: the column of the behaviour seen at that level


def text(cell: Cell) -> str:
    """Any text, its line ends made LF."""
    return cell.text.replace("\r\n", "\n")


def amount(cell: Cell) -> Decimal:
    """Hours or money; a percentage is none."""
    if "%" in cell.text:
        raise cell.refuse(said("a number such as 1.5"))
    return cells.decimal(cell)


def one_of(words: type[StrEnum]) -> Callable[[Cell], str]:
    """Reads one of these words, whatever its case and with spaces for hyphens."""
    known = [word.value for word in words]

    def parse(cell: Cell) -> str:
        word = "-".join(cell.text.lower().replace("_", " ").split())
        if word in known:
            return word
        hint = Suggestions().hint(word, known)
        raise Invalid(
            said(
                "%(what)s must be one of %(names)s, not %(value)s%(hint)s",
                what=cell.what,
                names=", ".join(known),
                value=shown(cell.text),
                hint=hint,
            )
        )

    return parse


def _text(name: str, example: str, hint: str, *aliases: str) -> Column:
    return Column(name=name, parse=text, example=example, hint=hint, aliases=aliases)


def _level(number: int) -> Column:
    return Column(
        name=f"{LEVEL}{number}",
        parse=text,
        example="Holds price through two rounds and trades concessions" if number == 3 else "",
        hint=said("The behaviour seen at level %(level)s", level=number),
        aliases=(f"behaviour {number}", f"behavior {number}", f"behaviour at level {number}", f"indicator {number}"),
    )


COMPETENCIES = Kind(
    name="competencies",
    title="Competencies",
    columns=(
        Column(
            name="id",
            parse=cells.identifier,
            required=True,
            example="negotiating",
            hint=said("What the competency is known by; one that is there already is changed"),
            aliases=("competency", "competency id", "id number", "key"),
        ),
        _text("title", "Negotiating positions", said("Its name; a new one needs it"), "name", "competency title"),
        Column(
            name="kind",
            parse=one_of(competency.Kind),
            example="skill",
            hint=said("knowledge, skill or ability; a new one needs it"),
            aliases=("type",),
        ),
        _text("cluster", "Partnering", said("The lane of the map it stands in"), "group", "category", "area"),
        _text("description", "Reaching an agreement that both sides keep", said("What it is about"), "summary"),
        Column(
            name="parent",
            parse=cells.identifier,
            example="",
            hint=said("The id of the competency it lies under"),
            aliases=("parent id", "parent competency", "lies under"),
        ),
        *map(_level, range(1, 10)),
    ),
)

COURSES = Kind(
    name="courses",
    title="Courses",
    columns=(
        Column(
            name="id",
            parse=cells.identifier,
            required=True,
            example="holding-price",
            hint=said("What the course is known by; one that is there already is changed"),
            aliases=("course", "course id", "id number", "key", "code", "course code"),
        ),
        _text("title", "Holding price under pressure", said("Its name; a new one needs it"), "name", "course title"),
        Column(
            name="hours",
            parse=amount,
            example="3",
            hint=said("Hours it takes, above 0, at most two decimals; a new one needs it"),
            aliases=("duration", "length", "duration in hours", "effort"),
        ),
        Column(
            name="renewal_hours",
            parse=amount,
            example="1",
            hint=said("Hours it takes somebody who completed it before; without it, as long as the first time"),
            aliases=("refresher hours", "hours to renew"),
        ),
        Column(name="cost", parse=amount, example="120", hint=said("What it costs"), aliases=("price", "fee")),
        Column(
            name="delivery",
            parse=one_of(Delivery),
            example="self-paced",
            hint=said("self-paced, instructor-led, virtual, coaching or on-the-job"),
            aliases=("format", "delivery type", "mode"),
        ),
        Column(
            name="completion",
            parse=one_of(CompletedBy),
            example="self",
            hint=said("Who says that it is done: self, manager, trainer, or attendance"),
            aliases=("completed by", "confirmed by"),
        ),
        _text("summary", "Two rounds with a hard buyer", said("What it is about"), "description"),
        _text("link", "https://learn.acme.example/hp", said("Where it is taken"), "url", "address"),
        _text("provider", "Acme enablement", said("Who offers it"), "vendor", "supplier"),
        Column(
            name="needs",
            parse=parse_needs,
            example="negotiating:2; any of (discovery-basics, discovery:2)",
            hint=said(
                "What must come first: a course's id, or a competency's id, a colon and the level; semicolons between, "
                "any of (…), 2 of (…) for alternatives"
            ),
            aliases=("requires", "requirements", "prerequisites", "prerequisite"),
        ),
        Column(
            name="grants",
            parse=parse_grants,
            example="negotiating:3 for 24 months; discovery:2",
            hint=said("What it gives: a competency's id, a colon and the level; for how long, unless for good"),
            aliases=("gives", "teaches", "outcomes"),
        ),
    ),
)

ROLES = Kind(
    name="roles",
    title="Roles",
    columns=(
        Column(
            name="id",
            parse=cells.identifier,
            required=True,
            example="account-executive",
            hint=said("What the role is known by; one that is there already is changed"),
            aliases=("role", "role id", "id number", "key"),
        ),
        _text("title", "Account executive", said("Its name; a new one needs it"), "name", "role title", "job title"),
        _text("family", "sales", said("The job family it belongs to"), "job family"),
        _text("description", "Carries a quota of their own", said("What it is about"), "summary"),
        Column(
            name="asks",
            parse=parse_needs,
            default=(),
            example="negotiating:3; any of (forecast-clinic, forecasting:2)",
            hint=said("What the role asks for, written like what a course needs"),
            aliases=("asks for", "requires", "requirements", "needs"),
        ),
        Column(
            name="next",
            parse=parse_ids,
            example="senior-account-executive",
            hint=said("The ids of the roles that it leads to, with semicolons between"),
            aliases=("next roles", "leads to", "next role"),
        ),
    ),
)

CURRICULUM_KINDS = {kind.name: kind for kind in (COMPETENCIES, COURSES, ROLES)}


def for_scale(kind: Kind, top: int) -> Kind:
    """The kind without columns for levels above the scale's highest, for templates and exports."""
    above = {f"{LEVEL}{number}" for number in range(top + 1, 10)}
    return replace(kind, columns=tuple(column for column in kind.columns if column.name not in above))
