"""A curriculum as a CASE 1.1 package that any tool of the standard can read and that gives the same curriculum here.

Every competency is an item, the tree and what is related are associations, the scale and the behaviour at each level are
a rubric. What has to come before what is `precedes`, from each competency that a course requires (or that a course it
requires grants) to each that it grants; its note says the levels and by which course. The rest is in the extension that
`case_document` describes: the whole curriculum comes back, digest and all.

Identifiers are those under which an item came (`source`), where they are UUIDs and no other item has them, else made from
the ids of curriculum and competency, so that the next export names the same things. *Instead of:* random ones, which
would make every export another framework to whoever has the last one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from lms.engine.competency import Attainment, Competency
from lms.engine.curriculum import Curriculum
from lms.engine.requirement import AtLeast, CourseDone, Requirement, leaves
from lms.errors import Said, said
from lms.interop.curriculum_file import curriculum_to_document
from lms.interop.reading.document import uninterrupted
from lms.interop.reading.write import as_json
from lms.interop.shapes.shape import Reading
from lms.interop.systems.case_document import SYSTEM, difference, draw
from lms.interop.systems.case_shape import CHILD, EXTENSION, PACKAGE, PRECEDES, RELATED
from lms.interop.systems.foreign import names_of, parent_rings

CREATOR = "Cairn"

_SPACE = uuid5(NAMESPACE_URL, "urn:lms-curriculum:1")
_RATERS = Competency(id="", title="").raters
_Json = dict[str, Any]


def case_from(curriculum: Curriculum, *, now: datetime) -> bytes:
    """The package as UTF-8 JSON, valid by the official schema of version 1.1; `now` is when everything in it changed."""
    with uninterrupted():
        package = _Writer(curriculum, now).package()
        drawn = draw(PACKAGE.read(package, Reading(), None))
        wanted = curriculum_to_document(curriculum)
        told, theirs = wanted.pop("competencies"), drawn.tree.pop("competencies")
        for item, own, one in zip(package["CFItems"], theirs, told, strict=True):
            if more := difference(own, one):
                item["extensions"] = {EXTENSION: more}
        package["extensions"] = {EXTENSION: difference(drawn.tree, wanted)}
        return as_json(package).encode("utf-8")


def beyond_case(curriculum: Curriculum) -> tuple[Said, ...]:
    """What other systems will not see of it, a sentence each: it is in the file, where only Cairn looks for it."""
    return tuple(_beyond(curriculum))


def precedences(curriculum: Curriculum) -> dict[tuple[str, str], list[str]]:
    """Which competency comes before which, with a note for each course that says so."""
    granted = {course.id: course.grants for course in curriculum.courses}
    found: dict[tuple[str, str], list[str]] = {}
    for course in curriculum.courses:
        needed: list[tuple[str, int]] = []
        for fact in leaves(course.requires):
            if isinstance(fact, Attainment):
                needed.append((fact.competency, fact.level))
            else:
                needed += [(grant.competency, grant.level) for grant in granted.get(fact.course, ())]
        for competency, level in dict.fromkeys(needed):
            for grant in course.grants:
                if grant.competency != competency:
                    note = f"{level} → {grant.level}: {course.title}"
                    found.setdefault((competency, grant.competency), []).append(note)
    return found


class _Writer:
    """Writes what CASE's own fields can say."""

    def __init__(self, curriculum: Curriculum, now: datetime) -> None:
        self.curriculum = curriculum
        self.changed = now.astimezone(UTC).isoformat(timespec="seconds")
        self.space = _uuid(curriculum.id) or uuid5(_SPACE, curriculum.id)
        self.named = {one.id: name for one, name in zip(curriculum.competencies, self._names(), strict=True)}
        self.titles = {one.id: one.title for one in curriculum.competencies}

    def package(self) -> _Json:
        document = self.thing(str(self.space))
        document |= {"caseVersion": "1.1", "creator": CREATOR, "title": self.curriculum.title}
        return {
            "CFDocument": document,
            "CFItems": [self.item(one) for one in self.curriculum.competencies],
            "CFAssociations": list(self.associations()),
            "CFRubrics": [self.rubric()],
        }

    def _names(self) -> Iterator[str]:
        """An identifier for each competency, no two alike."""
        given = [_given(one) for one in self.curriculum.competencies]
        count = Counter(given)
        own = {name for name in given if name is not None and count[name] == 1 and name != self.space}
        taken = set(map(str, own))
        for one, name in zip(self.curriculum.competencies, given, strict=True):
            if name in own:
                yield str(name)
                continue
            made = self.made("competency", one.id)
            while made in taken:  # a competency that was renamed has kept it
                made = self.made(made)
            yield made

    def made(self, *parts: object) -> str:
        return str(uuid5(self.space, "\n".join(map(str, parts))))

    def thing(self, identifier: str, uri: str | None = None) -> _Json:
        return {"identifier": identifier, "uri": uri or f"urn:uuid:{identifier}", "lastChangeDateTime": self.changed}

    def link(self, id_: str | None) -> _Json:
        """A reference to a competency, or to the framework itself."""
        identifier = str(self.space) if id_ is None else self.named[id_]
        title = self.curriculum.title if id_ is None else self.titles[id_]
        return {"title": title, "identifier": identifier, "uri": f"urn:uuid:{identifier}"}

    def item(self, one: Competency) -> _Json:
        own_uri = one.source.uri if one.source and one.source.id == self.named[one.id] else None
        made = self.thing(self.named[one.id], own_uri)
        made |= {
            "fullStatement": one.description or one.title,
            "humanCodingScheme": one.id,
            "CFItemType": one.kind.title(),
        }
        if one.description:
            made["abbreviatedStatement"] = one.title
        if one.cluster:
            made["subject"] = [one.cluster]
        return made

    def associations(self) -> Iterator[_Json]:
        ringed = {
            name for ring in parent_rings({c.id: c.parent for c in self.curriculum.competencies}) for name in ring
        }
        for number, one in enumerate(self.curriculum.competencies, 1):
            if one.id not in ringed:
                yield {**self.association(CHILD, one.id, one.parent), "sequenceNumber": number}
        for one in self.curriculum.competencies:
            for place, other in enumerate(one.related):
                yield self.association(RELATED, one.id, other, place)
        for (before, after), notes in precedences(self.curriculum).items():
            yield {**self.association(PRECEDES, before, after), "notes": "\n".join(notes)}

    def association(self, kind: str, origin: str, destination: str | None, place: int = 0) -> _Json:
        made = self.thing(self.made(kind, self.named[origin], self.link(destination)["identifier"], place))
        return {
            **made,
            "associationType": kind,
            "originNodeURI": self.link(origin),
            "destinationNodeURI": self.link(destination),
        }

    def rubric(self) -> _Json:
        titles = {level.level: level.title for level in self.curriculum.scale}
        texts = {level.level: level.indicator for level in self.curriculum.scale}
        criteria = [self.criterion("scale", titles, texts)]
        for one in self.curriculum.competencies:
            if one.levels:
                own = {level: titles[level] for level in sorted(one.levels)}
                criteria.append({**self.criterion(self.named[one.id], own, one.levels), "CFItemURI": self.link(one.id)})
        made = {**self.thing(self.made("rubric")), "title": self.curriculum.title}
        return {**made, "CFRubricCriteria": [{**one, "position": place} for place, one in enumerate(criteria, 1)]}

    def criterion(self, key: str, titles: Mapping[int, str], texts: Mapping[int, str | None]) -> _Json:
        levels = []
        for level, title in titles.items():
            one = self.thing(self.made("level", key, level))
            one |= {"position": level, "score": level, "quality": title}
            levels.append(one if texts[level] is None else {**one, "description": texts[level]})
        return {**self.thing(self.made("criterion", key)), "CFRubricCriterionLevels": levels}


def _uuid(text: str | None) -> UUID | None:
    """The UUID that this is in CASE's own spelling, else None."""
    try:
        found = UUID(text)
    except (ValueError, TypeError):
        return None
    return found if str(found) == text else None


def _given(one: Competency) -> UUID | None:
    return _uuid(one.source.id) if one.source and one.source.system == SYSTEM else None


def _chooses(requirement: Requirement) -> bool:
    """Is there a group in it of which not all is needed?"""
    if not isinstance(requirement, AtLeast):
        return False
    return requirement.n < len(requirement.items) or any(map(_chooses, requirement.items))


def _unordered(curriculum: Curriculum) -> Iterator[str]:
    """Courses that require a course, where one of the two grants nothing."""
    granting = {course.id for course in curriculum.courses if course.grants}
    for course in curriculum.courses:
        needed = {fact.course for fact in leaves(course.requires) if isinstance(fact, CourseDone)}
        if needed and not (course.id in granting and needed <= granting):
            yield course.id


def _beyond(curriculum: Curriculum) -> Iterator[Said]:
    competencies, courses = curriculum.competencies, curriculum.courses
    if courses:
        names = names_of(course.id for course in courses)
        yield said("CASE knows no courses; other systems will not see: %(names)s.", names=names)
    if curriculum.roles:
        names = names_of(role.id for role in curriculum.roles)
        yield said("CASE knows no roles; other systems will not see: %(names)s.", names=names)
    if names := names_of(course.id for course in courses if _chooses(course.requires)):
        yield said(
            "CASE cannot say that one of several is enough; all of it comes before, for: %(names)s.", names=names
        )
    if names := names_of(_unordered(curriculum)):
        yield said(
            "CASE orders competencies, not courses; other systems will not see what is required by: %(names)s.",
            names=names,
        )
    if any(one.policy or one.holders or one.raters != _RATERS for one in competencies):
        yield said("Other systems will not see the rule of evidence, who rates, and how many should hold a competency.")
    if any(one.source and _given(one) is None for one in competencies):
        yield said("Other systems will not see where a competency was imported from.")
    if any(getattr(curriculum, key) for key in ("objectives", "equivalences", "blackouts", "tests", "sources")):
        yield said(
            "Other systems will not see objectives, equivalences, the calendar, tests and the sources of evidence."
        )
