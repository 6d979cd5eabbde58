"""A file compared with what is known: loading, in a fixed number of queries a chunk, and the comparison of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Invalid, Problem, said
from lms.interop.sheets.sheet_problems import Problems
from lms.services import curricula
from lms.services.access import Actor
from lms.services.imports.catalogue import Catalogue
from lms.services.imports.directory import Directory, chunks
from lms.services.imports.people_known import belongings_of, keys_of, managers_by_id
from lms.services.imports.people_plan import PeopleComparison
from lms.services.imports.reading import Opened, open_file
from lms.services.imports.records import Comparison, counting_of
from lms.services.imports.team_tree import TeamTree
from lms.services.imports.values import History, Preview, sha256
from lms.storage.people import Team
from lms.storage.record import Completion, Evidence, Outcome
from lms.storage.snapshot import in_force


@dataclass(frozen=True, slots=True)
class Draft:
    """A preview with the comparison behind it, from which it can be written."""

    preview: Preview
    compared: PeopleComparison | Comparison


def draft_of(
    session: Session,
    actor: Actor,
    history: History,
    data: bytes,
    name: str,
    now: datetime,
    mapping: Mapping[str, str | None] | None,
    most: int | None,
) -> Draft:
    """The file compared; nothing is written."""
    opened = open_file(history, data, name, mapping, most)
    catalogue = Catalogue.of(curricula.published(session))
    if history is History.PEOPLE:
        people = _compare_people(session, actor, opened, catalogue, now)
        return Draft(
            Preview(
                history=history,
                name=opened.problems.name,
                file_digest=sha256(data),
                rows=len(opened.rows),
                added=people.differences(new=True),
                changed=people.differences(new=False),
                unchanged=people.unchanged,
                teams_added=people.tree.differences(),
                teams_changed=people.line.differences(),
                problems=_listed(opened.problems),
                warnings=_listed(people.warnings),
                columns=opened.columns,
            ),
            people,
        )
    facts = _compare_facts(session, actor, history, opened, catalogue, now)
    return Draft(
        Preview(
            history=history,
            name=opened.problems.name,
            file_digest=sha256(data),
            rows=len(opened.rows),
            added=tuple(facts.added),
            changed=tuple(facts.changed),
            unchanged=facts.unchanged,
            problems=_listed(opened.problems),
            warnings=_listed(facts.warnings),
            columns=opened.columns,
        ),
        facts,
    )


def _compare_people(
    session: Session, actor: Actor, opened: Opened, catalogue: Catalogue, now: datetime
) -> PeopleComparison:
    directory = Directory.load(session, *keys_of(opened.rows))
    known = {one.id for one in (*directory.by_mail.values(), *directory.by_number.values())}
    compared = PeopleComparison(
        actor,
        directory,
        belongings_of(session, sorted(known), curricula.published(session), now.date()),
        catalogue,
        TeamTree(session.scalars(select(Team).order_by(Team.id)).all()),
        managers_by_id(session),
        opened.problems,
        now.date(),
    )
    compared.compare(opened.rows)
    return compared


def _compare_facts(
    session: Session, actor: Actor, history: History, opened: Opened, catalogue: Catalogue, now: datetime
) -> Comparison:
    named = {row.person for row in opened.rows}
    directory = Directory.load(session, (one for one in named if "@" in one), (one for one in named if "@" not in one))
    people = sorted({one.id for one in (*directory.by_mail.values(), *directory.by_number.values())})
    compared = Comparison(
        actor, directory, catalogue, counting_of(_counting(session, history, people)), opened.problems, now.date()
    )
    if opened.rows and not catalogue.levels and history is not History.OUTCOMES:
        opened.problems.add(
            said("No curriculum is published yet; publish one first, so that ids can be looked up in it")
        )
    else:
        compared.compare(opened.rows)
    return compared


def _counting(session: Session, history: History, people: Sequence[int]) -> Iterator[Any]:
    """The entries of these people that count, of the table that this kind of file fills."""
    for chunk in chunks(people):
        match history:
            case History.COMPLETIONS:
                yield from session.scalars(in_force(Completion).where(Completion.person_id.in_(chunk)))
            case History.EVIDENCE:
                yield from session.scalars(
                    in_force(Evidence).where(Evidence.person_id.in_(chunk)).order_by(Evidence.id)
                )
            case _:
                yield from session.scalars(in_force(Outcome).where(Outcome.person_id.in_(chunk)).order_by(Outcome.id))


def _listed(problems: Problems) -> tuple[Problem, ...]:
    try:
        problems.check()
    except Invalid as invalid:
        return invalid.problems
    return ()
