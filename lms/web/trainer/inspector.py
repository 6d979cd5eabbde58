"""What stands beside the map for the card that is selected: what it gives, what it needs, what needs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, Role
from lms.engine.mending.findings import Place
from lms.engine.mending.ring_making import before, facts_of
from lms.engine.mending.withdrawal import references
from lms.engine.requirement import AtLeast, CourseDone, Fact, Requirement, leaves, top_items
from lms.services.authoring.edits import title_of
from lms.web.translated import gettext, ngettext
from lms.web.wording import Wording, hours, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """An item of what the selected course or role needs: in words, and where it stands in the top-level list."""

    words: str
    place: int
    at: str | None
    alternatives: tuple[str, ...] = ()
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """The selected competency, course or role; `facts` are sentences about it, `used` the things that name it."""

    kind: Place
    id: str
    title: str
    facts: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    used: tuple[tuple[str, str], ...] = ()
    new: bool = False

    @property
    def at(self) -> str:
        """How an address names it."""
        return f"{self.kind}:{self.id}"


def inspect(curriculum: Curriculum, at: str | None, published: Curriculum | None) -> Inspected | None:
    """What `kind:id` of an address selects; None where it names nothing of this draft."""
    name, _, key = (at or "").partition(":")
    try:
        kind = Place(name)
    except ValueError:
        return None
    wording = Wording(curriculum)
    found = _found(curriculum, kind, key)
    if found is None:
        return None
    owner = found if isinstance(found, Course | Role) else None
    return Inspected(
        kind=kind,
        id=key,
        title=title_of(curriculum, kind, key),
        facts=tuple(_facts(curriculum, wording, kind, key)),
        needs=tuple(_needs(wording, owner.requires)) if owner else (),
        used=tuple(
            (title_of(curriculum, where, who), f"{where}:{who}") for where, who in references(curriculum, kind, key)
        ),
        new=published is not None and _found(published, kind, key) is None,
    )


def selection(inspected: Inspected | None) -> tuple[str, str] | None:
    """The selection as the map takes it."""
    return (inspected.kind.value, inspected.id) if inspected else None


def offered(curriculum: Curriculum, inspected: Inspected) -> dict[str, Fact]:
    """What the selected course or role may need besides, by its words: not what it needs, nor what comes only after it."""
    wording = Wording(curriculum)
    course = inspected.id if inspected.kind is Place.COURSE else None
    owner: Course | Role = curriculum.course_by_id[course] if course else curriculum.role_by_id[inspected.id]
    asked = set(leaves(owner.requires))
    first = before(curriculum, course)
    choices = (fact for fact in facts_of(curriculum) if fact not in asked and fact != CourseDone(course or ""))
    return {_offer(wording, fact): fact for fact in choices if first.has(fact)}


def _offer(wording: Wording, asked: Requirement) -> str:
    """A course by its title alone, anything else as a requirement."""
    return wording.course(asked.course) if isinstance(asked, CourseDone) else wording.requirement(asked)


def _found(curriculum: Curriculum, kind: Place, key: str) -> object | None:
    match kind:
        case Place.COURSE:
            return curriculum.course_by_id.get(key)
        case Place.ROLE:
            return curriculum.role_by_id.get(key)
        case Place.COMPETENCY:
            return curriculum.competency_by_id.get(key)
    return next((one for one in curriculum.objectives if one.id == key), None)


def _facts(curriculum: Curriculum, wording: Wording, kind: Place, key: str) -> Iterator[str]:
    if kind is Place.COURSE:
        course = curriculum.course_by_id[key]
        granted = [wording.requirement(Attainment(grant.competency, grant.level)) for grant in course.grants]
        if granted:
            yield gettext("Gives %(what)s.", what=listed(granted))
        else:
            yield gettext("Gives no competency.")
        yield gettext("Takes %(hours)s.", hours=hours(course.hours / 100))
        if course.sessions:
            yield ngettext("%(num)s session.", "%(num)s sessions.", len(course.sessions))
    elif kind is Place.ROLE:
        role = curriculum.role_by_id[key]
        yield ngettext("%(num)s requirement.", "%(num)s requirements.", len(top_items(role.requires)))
        if role.gates:
            yield ngettext("%(num)s gate.", "%(num)s gates.", len(role.gates))
    elif kind is Place.COMPETENCY:
        givers = [one.title for one in curriculum.courses if any(grant.competency == key for grant in one.grants)]
        if givers:
            yield gettext("Given by %(courses)s.", courses=listed(givers[:6]))
        else:
            yield gettext("No course gives it.")
    else:
        objective = next(one for one in curriculum.objectives if one.id == key)
        yield gettext("Rests on %(what)s.", what=listed(map(wording.competency, objective.competencies)))


def _needs(wording: Wording, requirement: Requirement) -> Iterator[Need]:
    for place, item in enumerate(top_items(requirement)):
        if isinstance(item, AtLeast):
            yield Need(
                words=wording.requirement(item),
                place=place,
                at=None,
                alternatives=tuple(_offer(wording, one) for one in item.items),
                heading=_heading(item),
            )
        else:
            yield Need(words=_offer(wording, item), place=place, at=_at(item))


def _heading(group: AtLeast) -> str:
    if group.n == len(group.items):
        return gettext("and all of")
    return gettext("and any one of") if group.n == 1 else gettext("and at least %(count)s of", count=group.n)


def _at(item: Requirement) -> str:
    (fact,) = leaves(item)
    return f"course:{fact.course}" if isinstance(fact, CourseDone) else f"competency:{fact.competency}"
