"""A whole case as one JSON document: what was frozen, everybody by name, every decision with its words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lms.services.promotions.reading import Read
from lms.web.i18n import say


def document(view: Read) -> dict[str, Any]:
    """The case for whoever may read it, the person above all."""
    case, rows, words = view.case, view.rows, view.words

    def who(number: int | None) -> dict[str, Any] | None:
        named = view.names.get(number) if number is not None else None
        return None if named is None else {"number": named.id, "name": say(named.name)}

    return {
        "format": "cairn-promotion-case/1",
        "number": case.id,
        "person": who(case.person_id),
        "role": case.role,
        "state": case.state,
        "opened": {"how": case.how, "by": who(case.opened_by), "at": _plain(case.opened_at)},
        "submitted_at": _plain(case.submitted_at),
        "frozen_digest": case.frozen_digest,
        "frozen": view.document if case.frozen else None,
        "as_of_today": view.document if not case.frozen else None,
        "people": {str(number): say(one.name) for number, one in sorted(view.names.items())},
        "approvals": [
            {"by": who(one.approver_id), "at": _plain(one.given_at), "starts": _plain(one.starts)}
            for one in rows.approvals
        ],
        "decisions": [
            {
                "instance": one.instance,
                "outcome": one.outcome,
                "by": who(one.decided_by),
                "at": _plain(one.decided_at),
                "starts": _plain(one.starts),
                "reasons": words.reasons.get(one.id),
                "what_would_change_the_answer": words.change.get(one.id),
            }
            for one in rows.decisions
        ],
        "conditions": [
            {
                "text": words.conditions.get(one.id),
                "due": _plain(one.due),
                "by": who(one.set_by),
                "met": _plain(one.met_at),
            }
            for one in rows.conditions
        ],
        "let_pass": [
            {"item": one.item, "by": who(one.overridden_by), "reason": words.overrides.get(one.id)}
            for one in rows.overrides.values()
        ],
        "marks": [
            {
                "entry": one.entry,
                "text": words.marks.get(one.id),
                "at": _plain(one.marked_at),
                "answer_by": _plain(one.answer_by),
                "answer": words.answers.get(one.id),
                "agreed": one.agreed,
                "answered_by": who(one.answered_by),
            }
            for one in rows.marks.values()
        ],
        "appeal": None
        if rows.appeal is None
        else {
            "text": words.appeals.get(rows.appeal.id),
            "at": _plain(rows.appeal.appealed_at),
            "to": who(rows.appeal.decider_id),
            "state": rows.appeal.state,
        },
        "timeline": [
            {"at": _plain(one.at), "by": who(one.by), "action": one.action.partition(".")[2]} for one in view.timeline
        ],
        "held_since": [{"role": role, "from": _plain(starts)} for role, starts in view.since],
    }


def _plain(when: date | datetime | None) -> str | None:
    return when.isoformat() if when is not None else None
