"""What a case freezes at submission, as plain JSON: the role by its version, requirements, gates, months, every entry.

Entries are named by table and number, raters by number; names are added when somebody reads it, so that nobody who was
erased is named by an old case. The same facts give the same bytes, and the digest of the text stands beside it.
*Instead of:* references to the ledger alone, which later corrections would let say something else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum, Gate, OutcomeGate, Role
from lms.engine.judging.months_worked import Month
from lms.engine.judging.promotable import GateStanding, Item, Standing, stands
from lms.engine.profile import profile_on
from lms.engine.requirement import Requirement, leaves
from lms.errors import Conflict, said
from lms.interop.path_document import gate_to_document, requirement_to_document
from lms.services import calendar, curricula
from lms.services.curricula import Published
from lms.services.promotions import cited
from lms.storage.promotions import Promotion
from lms.storage.snapshot import Snapshot, load_people

FORMAT = "cairn-promotion/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A person as they stand towards the role of a case today; `role` is None where the version knows it no more."""

    on: date
    snapshot: Snapshot
    version: Published
    role: Role
    standing: Standing


def present(session: Session, case: Promotion, *, now: datetime) -> Present:
    """How the person stands today, by the version that the case names, or before submission the one that counts.

    Raises Conflict when they are not active or there is no such role.
    """
    on = calendar.today(session, now=now)
    snapshot = load_people(session, [case.person_id], on).get(case.person_id)
    if snapshot is None:
        raise Conflict(said("This person is not active any more. Nothing was changed."))
    version = version_of(session, case, on)
    role = version.curriculum.role_by_id.get(case.role) if version else None
    if version is None or role is None:
        raise Conflict(said("The curriculum has no such role any more. Withdraw the promotion."))
    profile = profile_on(version.curriculum, snapshot.person, on)
    standing = stands(role, snapshot.person, profile, on)
    return Present(on=on, snapshot=snapshot, version=version, role=role, standing=standing)


def version_of(session: Session, case: Promotion, on: date) -> Published | None:
    """The version that the case names; before submission the one that counts for the person."""
    if case.version_id is not None:
        return curricula.version(session, case.version_id)
    offered = curricula.offered_to(session, case.person_id, on)
    return next((one for one in offered if one.curriculum_id == case.curriculum_id), None)


def document(session: Session, case: Promotion, found: Present) -> dict[str, Any]:
    """The case as it stands, in the form in which it is frozen."""
    curriculum, role, person = found.version.curriculum, found.role, found.snapshot.person
    entries = cited.entries(session, case.person_id, curriculum, role, found.on)
    return {
        "format": FORMAT,
        "person": case.person_id,
        "on": found.on.isoformat(),
        "curriculum": {
            "id": curriculum.id,
            "title": curriculum.title,
            "version": found.version.number,
            "digest": found.version.digest,
            "policy": curriculum.policy.value,
        },
        "role": {"id": role.id, "title": role.title, "approvers": role.approvers},
        "held": {"role": person.role, "since": person.since.isoformat() if person.since else None},
        "met": found.standing.met,
        "required": found.standing.required,
        "requirements": [_requirement(item, curriculum, entries) for item in found.standing.items],
        "gates": [_gate(gate, entries) for gate in found.standing.gates],
        "entries": entries,
    }


def text_of(document_: Mapping[str, Any]) -> tuple[str, str]:
    """The text that is kept, and its digest."""
    text = json.dumps(document_, ensure_ascii=False, sort_keys=True)
    return text, "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def frozen(case: Promotion) -> dict[str, Any] | None:
    """The frozen case; None before submission. Raises Conflict when the text is not the one of the digest."""
    if case.frozen is None:
        return None
    if "sha256:" + hashlib.sha256(case.frozen.encode()).hexdigest() != case.frozen_digest:
        raise Conflict(said("The frozen case is not as it was submitted. Ask an administrator to verify the audit."))
    found: dict[str, Any] = json.loads(case.frozen)
    return found


def missing(found: Present) -> tuple[str, ...]:
    """The keys of what is not met today, in order."""
    standing = found.standing
    return tuple(
        dict.fromkeys(
            (
                *(key_of(item.requirement) for item in standing.items if not item.met),
                *(key_of(gate.gate) for gate in standing.gates if not gate.met),
            )
        )
    )


def key_of(what: Requirement | Gate) -> str:
    """The key of a requirement or a gate: a digest over what it says, so that it is the same in every case."""
    told = what_it_says(what)
    kind = "gate" if "kind" in told else "requirement"
    return f"{kind}:{hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:24]}"


def what_it_says(what: Requirement | Gate) -> dict[str, Any]:
    """A requirement or a gate as a path document writes it."""
    if isinstance(what, Gate):
        return gate_to_document(what)
    told: dict[str, Any] = requirement_to_document(what)
    return told


def _requirement(item: Item, curriculum: Curriculum, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "key": key_of(item.requirement),
        "requirement": what_it_says(item.requirement),
        "met": item.met,
        "held": item.held,
        "entries": list(_citing(item.requirement, curriculum, entries)),
    }


def _citing(asked: Requirement, curriculum: Curriculum, entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The keys of the entries that speak of what a requirement asks."""
    facts = set(leaves(asked))
    names = {getattr(fact, "competency", None) for fact in facts} - {None}
    courses = {getattr(fact, "course", None) for fact in facts} - {None}
    giving = {one.id for one in curriculum.courses if any(grant.competency in names for grant in one.grants)}
    for entry in entries:
        if entry.get("competency") in names or courses & set(entry["counts_as"]) or giving & set(entry["counts_as"]):
            yield entry["key"]


def _gate(found: GateStanding, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"key": key_of(found.gate), "gate": gate_to_document(found.gate), "met": found.met}
    told |= {"on": found.on.isoformat() if found.on else None, "entries": list(cited.for_gate(found.gate, entries))}
    if found.over is None or not isinstance(found.gate, OutcomeGate):
        return told
    mean = None if found.over.mean is None else f"{float(found.over.mean):.4f}"
    values = {one["month"]: one for one in entries if one.get("metric") == found.gate.metric}
    months = [_month(month, values.get(month.first.isoformat(), {})) for month in found.over.months]
    return {**told, "verdict": found.over.verdict.value, "mean": mean, "months": months}


def _month(month: Month, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "month": month.first.isoformat(),
        "value": entry.get("value"),
        "worked": month.worked,
        "source": entry.get("source"),
        "entry": entry.get("key"),
    }
