"""A curriculum's competencies as the CSV that Moodle's tool_lpimportcsv takes, and what it cannot hold.

Moodle shortens ids and titles at 100 characters and takes Markdown as it is. It needs to know which values of a scale
count as proficient, which a curriculum leaves to its roles: here it is the highest. A cell that a spreadsheet would
calculate gets an apostrophe in front, which our own reading takes away again and Moodle shows: the file must not run
anything in whatever it is opened with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lms.engine.competency import Competency, EvidencePolicy
from lms.engine.curriculum import Curriculum
from lms.errors import Said, said
from lms.interop.reading.write import as_json
from lms.interop.sheets.sheet_write import to_csv
from lms.interop.systems.foreign import names_of, parent_rings
from lms.interop.systems.moodle_csv import HTML, MARKDOWN, SYSTEM, TAXONOMY

HEADER = (
    "Parent id number",
    "Id number",
    "Shortname",
    "Description",
    "Description format",
    "Scale values",
    "Scale configuration",
    "Rule type (optional)",
    "Rule outcome (optional)",
    "Rule config (optional)",
    "Cross referenced competency id numbers",
    "Exported id (optional)",
    "Is framework",
    "Taxonomy",
)
LONGEST = 100
_NO_RULE = ("", "0", "null")
_DEFAULT_RATERS = Competency(id="", title="").raters


def moodle_csv_from(curriculum: Curriculum) -> bytes:
    """The framework's row and one for each competency, in the curriculum's order; UTF-8 with byte-order mark."""
    setting = [{"scaleid": "0"}, {"id": len(curriculum.scale), "scaledefault": 1, "proficient": 1}]
    values = ",".join(_value(level.title) for level in curriculum.scale)
    scale = (values, as_json(setting, indent=None).replace(" ", ""))
    taxonomy = ",".join([TAXONOMY] * 4)
    framework = ("", curriculum.id, curriculum.title, "", HTML, *scale, "", "", "", "", "", "1", taxonomy)
    ringed = _ringed(curriculum)
    return to_csv(HEADER, [framework, *(_row(one, ringed) for one in curriculum.competencies)])


def beyond_moodle_csv(curriculum: Curriculum) -> tuple[Said, ...]:
    """What of the curriculum is not in its file for Moodle, a sentence each; empty when that is nothing."""
    return tuple(_beyond(curriculum))


def _row(one: Competency, ringed: frozenset[str]) -> tuple[str, ...]:
    number = one.source.id if one.source and one.source.system == SYSTEM else None
    related = ",".join(name.replace(",", "%2C") for name in one.related)
    parent = "" if one.id in ringed else one.parent or ""
    text = one.description or ""
    head = (parent, one.id, one.title, text, MARKDOWN if text else HTML, "", "")
    return (*head, *_NO_RULE, related, number or "", "", "")


def _value(title: str) -> str:
    return title.replace(",", ";")


def _ringed(curriculum: Curriculum) -> frozenset[str]:
    parents = {one.id: one.parent for one in curriculum.competencies}
    return frozenset(name for ring in parent_rings(parents) for name in ring)


def _beyond(curriculum: Curriculum) -> Iterator[Said]:
    yield from _beyond_competencies(curriculum)
    if any(level.indicator for level in curriculum.scale):
        yield said("What shows a level of the scale is left out; Moodle knows the titles alone.")
    if any("," in level.title for level in curriculum.scale):
        yield said("Commas in the titles of levels have become semicolons.")
    if len(curriculum.scale) > 1:
        yield said(
            "Moodle counts some levels as proficient for all competencies alike; it is told the highest: %(level)s.",
            level=curriculum.scale[-1].title,
        )
    if long := [one.id for one in curriculum.competencies if max(len(one.id), len(one.title)) > LONGEST]:
        yield said("Moodle shortens ids and titles of more than 100 characters: %(names)s.", names=names_of(long))
    if ringed := _ringed(curriculum):
        names = names_of(one.id for one in curriculum.competencies if one.id in ringed)
        yield said("Competencies that lie under each other are written without their parent: %(names)s.", names=names)
    if curriculum.courses:
        yield said("Moodle's framework has no courses: %(names)s.", names=names_of(c.id for c in curriculum.courses))
    if curriculum.roles:
        yield said("Moodle's framework has no roles: %(names)s.", names=names_of(role.id for role in curriculum.roles))
    if (
        curriculum.objectives
        or curriculum.equivalences
        or curriculum.blackouts
        or curriculum.tests
        or curriculum.sources
        or curriculum.policy is not EvidencePolicy.HIGHEST
    ):
        yield said("Objectives, equivalences, the calendar, tests and the rule of evidence are left out.")


def _beyond_competencies(curriculum: Curriculum) -> Iterator[Said]:
    def those(what: Callable[[Competency], object]) -> Iterable[str]:
        return [one.id for one in curriculum.competencies if what(one)]

    if curriculum.competencies:
        yield said("Whether a competency is knowledge, a skill or an ability is left out.")
    if names := those(lambda one: one.cluster):
        yield said("Clusters are left out, of: %(names)s.", names=names_of(names))
    if names := those(lambda one: one.levels):
        yield said("The behaviour seen at a level is left out, of: %(names)s.", names=names_of(names))
    if names := those(lambda one: one.policy or one.holders or one.raters != _DEFAULT_RATERS):
        yield said(
            "The rule of evidence, who rates, and how many should hold it are left out, of: %(names)s.",
            names=names_of(names),
        )
    if names := those(lambda one: one.source and (one.source.system != SYSTEM or one.source.uri)):
        yield said("Where they were imported from is left out, of: %(names)s.", names=names_of(names))
