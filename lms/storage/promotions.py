"""Promotion cases: what was asked, what it froze, who approved, decided, overrode, appealed, and what was marked as wrong.

Reasons and comments are personal texts about the rows here (`services.promotions.texts` names the kinds); the audit
keeps their digests. That a case has its effect once is held twice: by the version column of the case and by the unique
approved decision. *Instead of:* either alone; a version does not stop a second row, and a unique row does not stop what
was done before it was written.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, Key, one_of

STATES = ("draft", "submitted", "in-review", "approved", "declined", "withdrawn")
OPEN = ("draft", "submitted", "in-review")
OPEN_STATES = "state IN ('draft', 'submitted', 'in-review')"
HOW = ("rep", "manager", "system")
INSTANCES = ("first", "appeal")
APPEALS = ("open", "upheld", "granted", "withdrawn")
APPROVED = "outcome = 'approved'"


class Promotion(Base):
    """Somebody's promotion to a role.

    States: `draft` while it is gathered; `submitted` and frozen; `in-review` once somebody has begun to read it;
    `approved` and the role assigned; `declined` with reasons, which an appeal may turn into `approved`; `withdrawn` by
    the person or whoever opened it. A case goes forward only.
    """

    __tablename__ = "promotion"
    __table_args__ = (
        one_of("state", STATES, "a_promotion_is_in_one_of_its_states"),
        one_of("how", HOW, "a_promotion_is_opened_by_a_rep_a_manager_or_the_system"),
        CheckConstraint("(how = 'system') = (opened_by IS NULL)", name="only_the_system_is_nobody_who_opens"),
        CheckConstraint("how <> 'rep' OR opened_by = person_id", name="a_rep_opens_their_own_promotion"),
        CheckConstraint("how <> 'manager' OR opened_by <> person_id", name="a_manager_opens_that_of_somebody_else"),
        CheckConstraint("(frozen IS NULL) = (submitted_at IS NULL)", name="what_is_submitted_is_frozen"),
        CheckConstraint("(frozen IS NULL) = (frozen_digest IS NULL)", name="what_is_frozen_has_its_digest"),
        CheckConstraint(
            "state NOT IN ('submitted', 'in-review', 'approved', 'declined') OR frozen IS NOT NULL",
            name="nothing_is_decided_that_was_not_frozen",
        ),
        CheckConstraint("reviewer_id IS NULL OR reviewer_id <> person_id", name="nobody_reviews_their_own_promotion"),
        CheckConstraint("approvers IN (1, 2)", name="one_or_two_people_approve"),
        Index(
            "one_open_promotion_of_a_person_and_role",
            "person_id",
            "curriculum_id",
            "role",
            unique=True,
            sqlite_where=text(OPEN_STATES),
            postgresql_where=text(OPEN_STATES),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"))
    role: Mapped[str] = mapped_column(String(200))
    """The id of the role aimed at."""
    how: Mapped[str] = mapped_column(String(10))
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Null when the site opened it because everything was met."""
    opened_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    state_since: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decide_by: Mapped[date | None]
    """The day by which the person is told that they will hear; null before it is submitted."""
    version_id: Mapped[int | None] = mapped_column(ForeignKey("curriculum_version.id"))
    """The version of the curriculum by which it is decided: the one that counted for the person at submission."""
    approvers: Mapped[int] = mapped_column(default=1)
    """How many people approve by what the role asked at submission; an exception asks for two."""
    frozen: Mapped[str | None] = mapped_column(Text)
    """The case as JSON at the moment of submission (`services.promotions.freezing`); never changes afterwards."""
    frozen_digest: Mapped[str | None] = mapped_column(String(80))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who began to review it; others of the line may decide all the same."""
    reviewed_at: Mapped[datetime | None]
    nudged_on: Mapped[date | None]
    """The last day on which whoever decides was reminded."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class PromotionApproval(Base):
    """Somebody approves. The last approval that a case needs is its decision, too."""

    __tablename__ = "promotion_approval"
    __table_args__ = (
        UniqueConstraint("promotion_id", "approver_id"),
        CheckConstraint("approver_id <> person_id", name="nobody_approves_their_own_promotion"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    approver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts: Mapped[date]
    """The day from which the approver wants the role to be held."""
    given_at: Mapped[datetime]


class PromotionDecision(Base):
    """How a case was decided: in the first instance, and once more on appeal. Approved once at most."""

    __tablename__ = "promotion_decision"
    __table_args__ = (
        UniqueConstraint("promotion_id", "instance"),
        UniqueConstraint("role_assignment_id"),
        one_of("instance", INSTANCES, "a_decision_is_the_first_or_on_appeal"),
        one_of("outcome", ("approved", "declined"), "a_decision_approves_or_declines"),
        CheckConstraint("decided_by <> person_id", name="nobody_decides_their_own_promotion"),
        CheckConstraint("(outcome = 'approved') = (starts IS NOT NULL)", name="what_is_approved_has_its_day"),
        CheckConstraint("role_assignment_id IS NULL OR outcome = 'approved'", name="a_role_comes_of_an_approval_alone"),
        Index(
            "a_promotion_is_approved_once",
            "promotion_id",
            unique=True,
            sqlite_where=text(APPROVED),
            postgresql_where=text(APPROVED),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    instance: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    starts: Mapped[date | None]
    """The first day of the new role; null where it was declined."""
    role_assignment_id: Mapped[int | None] = mapped_column(ForeignKey("role_assignment.id"))
    """Null where it was declined, and where the person held the role from that day on already."""
    standing: Mapped[str] = mapped_column(Text)
    """What was met at this moment, as JSON: the keys of what was not, and how many were."""


class PromotionCondition(Base):
    """What an approval is bound to, and by when; the words are a personal text."""

    __tablename__ = "promotion_condition"
    __table_args__ = (
        UniqueConstraint("promotion_id", "set_by"),
        CheckConstraint("(met_at IS NULL) = (met_by IS NULL)", name="a_condition_is_met_by_somebodys_word"),
        CheckConstraint("met_by IS NULL OR met_by <> person_id", name="nobody_says_that_they_met_their_condition"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    due: Mapped[date]
    met_at: Mapped[datetime | None]
    met_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class PromotionOverride(Base):
    """A requirement that is missing and let pass, for a reason of its own; a second approver has to agree."""

    __tablename__ = "promotion_override"
    __table_args__ = (
        UniqueConstraint("promotion_id", "item"),
        CheckConstraint("overridden_by <> person_id", name="nobody_overrides_their_own_requirement"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    item: Mapped[str] = mapped_column(String(80))
    """The key of the requirement or gate in the frozen case."""
    overridden_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    overridden_at: Mapped[datetime]


class PromotionAppeal(Base):
    """The person asks the next level to decide again: once. States: `open`, then `upheld` (it stays declined),
    `granted` (it is approved) or `withdrawn`.
    """

    __tablename__ = "promotion_appeal"
    __table_args__ = (
        UniqueConstraint("promotion_id"),
        one_of("state", APPEALS, "an_appeal_is_open_upheld_granted_or_withdrawn"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="an_appeal_is_open_until_it_ends"),
        CheckConstraint("decider_id IS NULL OR decider_id <> person_id", name="nobody_decides_their_own_appeal"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The manager of whoever declined; null where that is nobody, and any administrator who has not acted decides."""
    state: Mapped[str] = mapped_column(String(10), default="open")
    appealed_at: Mapped[datetime]
    decide_by: Mapped[date]
    ended_at: Mapped[datetime | None]


class PromotionMark(Base):
    """The person says that an entry of the frozen case is wrong. Both texts stay; the case itself is not changed."""

    __tablename__ = "promotion_mark"
    __table_args__ = (
        UniqueConstraint("promotion_id", "entry"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="an_answer_has_somebody_who_gave_it"),
        CheckConstraint("(answered_at IS NULL) = (agreed IS NULL)", name="an_answer_says_whether_it_was_wrong"),
        CheckConstraint("answered_by IS NULL OR answered_by <> person_id", name="nobody_answers_their_own_mark"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entry: Mapped[str] = mapped_column(String(80))
    """The key of the entry in the frozen case, such as `evidence:12`."""
    marked_at: Mapped[datetime]
    answer_by: Mapped[date]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed: Mapped[bool | None]
    """Was the entry wrong? Then it was taken back in the ledger with this answer."""
