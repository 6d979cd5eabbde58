"""Who may do what: the one permission matrix, and the questions asked of it.

A permission is held by a right, within a scope: of oneself (OWN), of the line of teams below (LINE), of the curricula
one owns (OWNED), of what waits for one's word (HANDED), or everywhere (ALL). What somebody may not see does not exist
for them: `require` raises NotFound. Who may see but not do gets NotPermitted from the verb, which knows the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum

from lms.errors import NotFound, said


class Right(StrEnum):
    """What a person is, possibly several at once. MANAGER follows from managing a team; EVERYBODY is who signed in;
    NAMES lets a trainer see by name whose path a change would alter, where others see numbers of people; an ASSESSOR
    rates what is handed to them and what they see; FAIRNESS shows how promotions were decided; a RECRUITER works on
    openings.
    """

    EVERYBODY = "everybody"
    REP = "rep"
    TRAINER = "trainer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    NAMES = "names"
    ASSESSOR = "assessor"
    FAIRNESS = "fairness"
    RECRUITER = "recruiter"


class Scope(Enum):
    """How far a permission reaches."""

    OWN = 1
    OWNED = 2
    LINE = 3
    ALL = 4
    HANDED = 5


class Permission(StrEnum):
    """Everything a route can ask for."""

    HOME = "home"
    ACCOUNT = "account"
    OWN_PATH = "path.own"
    PATH_READ = "path.read"
    PLAN_OWN = "plan.own"
    STEP_DO = "step.do"
    STEP_CONFIRM = "step.confirm"
    WAITING = "waiting"
    INBOX = "inbox"
    EVIDENCE_HAND_IN = "evidence.hand-in"
    EVIDENCE_READ = "evidence.read"
    EVIDENCE_REVIEW = "evidence.review"
    EVIDENCE_OBSERVE = "evidence.observe"
    ATTENDANCE = "attendance.record"
    FORECAST_READ = "forecast.read"
    TEAM_READ = "team.read"
    RECORD_READ = "record.read"
    RECORD_NOTE = "record.note"
    DEVELOPMENT_PLAN = "development.plan"
    CYCLE_READ = "cycle.read"
    CYCLE_RUN = "cycle.run"
    CYCLE_CLOSE = "cycle.close"
    CYCLE_REMIND = "cycle.remind"
    ROUND_OPEN = "round.open"
    RATE = "cycle.rate"
    RESULTS_READ = "cycle.results"
    RULES_READ = "rules.read"
    RULES_EDIT = "rules.edit"
    PROMOTION_READ = "promotion.read"
    PROMOTION_OPEN = "promotion.open"
    PROMOTION_DECIDE = "promotion.decide"
    FAIRNESS_READ = "fairness.read"
    HIRING_OPEN = "hiring.open"
    HIRING = "hiring.run"
    INTERVIEW = "interview.hold"
    COLLEAGUES_COMPARE = "colleagues.compare"
    EXEMPTION_READ = "exemption.read"
    EXEMPT = "exemption.grant"
    CURRICULUM_READ = "curriculum.read"
    DRAFT_READ = "draft.read"
    DRAFT_EDIT = "draft.edit"
    IMPACT_NAMES = "impact.names"
    INSIGHT_READ = "insight.read"
    CURRICULUM_PUBLISH = "curriculum.publish"
    CURRICULUM_IMPORT = "curriculum.import"
    PEOPLE_READ = "people.read"
    PEOPLE_EDIT = "people.edit"
    RIGHTS_EDIT = "rights.edit"
    TEAMS_READ = "teams.read"
    TEAMS_EDIT = "teams.edit"
    HISTORY_IMPORT = "history.import"
    SETTINGS_READ = "settings.read"
    SETTINGS_EDIT = "settings.edit"
    JOBS_READ = "jobs.read"
    JOBS_EDIT = "jobs.edit"
    AUDIT_READ = "audit.read"
    ERASE = "person.erase"


_P, _R, _S = Permission, Right, Scope

MATRIX: Mapping[Permission, Mapping[Right, Scope]] = {
    _P.HOME: {_R.EVERYBODY: _S.OWN},
    _P.ACCOUNT: {_R.EVERYBODY: _S.OWN},
    _P.OWN_PATH: {_R.REP: _S.OWN},
    _P.PATH_READ: {_R.REP: _S.OWN, _R.MANAGER: _S.LINE},
    _P.PLAN_OWN: {_R.REP: _S.OWN},
    _P.STEP_DO: {_R.REP: _S.OWN},
    _P.STEP_CONFIRM: {_R.MANAGER: _S.LINE, _R.TRAINER: _S.OWNED, _R.EVERYBODY: _S.HANDED},
    _P.WAITING: {_R.EVERYBODY: _S.OWN},
    _P.INBOX: {
        _R.MANAGER: _S.LINE,
        _R.TRAINER: _S.OWNED,
        _R.ASSESSOR: _S.ALL,
        _R.RECRUITER: _S.ALL,
        _R.ADMINISTRATOR: _S.ALL,
    },
    _P.EVIDENCE_HAND_IN: {_R.REP: _S.OWN},
    _P.EVIDENCE_READ: {_R.REP: _S.OWN, _R.MANAGER: _S.LINE, _R.EVERYBODY: _S.HANDED},
    _P.EVIDENCE_REVIEW: {_R.MANAGER: _S.LINE, _R.EVERYBODY: _S.HANDED},
    _P.EVIDENCE_OBSERVE: {_R.MANAGER: _S.LINE, _R.TRAINER: _S.OWNED, _R.ASSESSOR: _S.ALL},
    _P.ATTENDANCE: {_R.TRAINER: _S.OWNED},
    _P.FORECAST_READ: {_R.EVERYBODY: _S.ALL},
    _P.TEAM_READ: {_R.MANAGER: _S.LINE},
    _P.RECORD_READ: {_R.EVERYBODY: _S.OWN, _R.MANAGER: _S.LINE},
    _P.RECORD_NOTE: {_R.EVERYBODY: _S.OWN, _R.MANAGER: _S.LINE},
    _P.DEVELOPMENT_PLAN: {_R.EVERYBODY: _S.OWN, _R.MANAGER: _S.LINE},
    _P.CYCLE_READ: {_R.REP: _S.OWN, _R.MANAGER: _S.LINE, _R.ADMINISTRATOR: _S.ALL, _R.AUDITOR: _S.ALL},
    _P.CYCLE_RUN: {_R.MANAGER: _S.LINE, _R.ADMINISTRATOR: _S.ALL},
    _P.CYCLE_CLOSE: {_R.MANAGER: _S.LINE, _R.ADMINISTRATOR: _S.ALL},
    _P.CYCLE_REMIND: {_R.REP: _S.OWN, _R.MANAGER: _S.LINE, _R.ADMINISTRATOR: _S.ALL},
    _P.ROUND_OPEN: {_R.REP: _S.OWN, _R.MANAGER: _S.LINE},
    _P.RATE: {_R.EVERYBODY: _S.OWN},
    _P.RESULTS_READ: {_R.EVERYBODY: _S.OWN, _R.MANAGER: _S.LINE},
    _P.RULES_READ: {_R.MANAGER: _S.LINE, _R.ADMINISTRATOR: _S.ALL, _R.AUDITOR: _S.ALL},
    _P.RULES_EDIT: {_R.MANAGER: _S.LINE, _R.ADMINISTRATOR: _S.ALL},
    _P.PROMOTION_READ: {_R.EVERYBODY: _S.OWN, _R.MANAGER: _S.LINE, _R.ADMINISTRATOR: _S.ALL, _R.AUDITOR: _S.ALL},
    _P.PROMOTION_OPEN: {_R.REP: _S.OWN, _R.MANAGER: _S.LINE},
    _P.PROMOTION_DECIDE: {_R.MANAGER: _S.LINE, _R.ADMINISTRATOR: _S.ALL},
    _P.FAIRNESS_READ: {_R.FAIRNESS: _S.ALL},
    _P.HIRING_OPEN: {_R.RECRUITER: _S.ALL, _R.MANAGER: _S.LINE},
    _P.HIRING: {_R.RECRUITER: _S.ALL, _R.MANAGER: _S.LINE, _R.EVERYBODY: _S.HANDED},
    _P.INTERVIEW: {_R.EVERYBODY: _S.HANDED},
    _P.COLLEAGUES_COMPARE: {_R.RECRUITER: _S.ALL, _R.MANAGER: _S.LINE},
    _P.EXEMPTION_READ: {_R.REP: _S.OWN, _R.MANAGER: _S.LINE, _R.ADMINISTRATOR: _S.ALL, _R.AUDITOR: _S.ALL},
    _P.EXEMPT: {_R.MANAGER: _S.LINE, _R.ADMINISTRATOR: _S.ALL},
    _P.CURRICULUM_READ: {_R.EVERYBODY: _S.ALL},
    _P.DRAFT_READ: {_R.TRAINER: _S.OWNED, _R.ADMINISTRATOR: _S.ALL, _R.AUDITOR: _S.ALL},
    _P.DRAFT_EDIT: {_R.TRAINER: _S.OWNED, _R.ADMINISTRATOR: _S.ALL},
    _P.IMPACT_NAMES: {_R.NAMES: _S.ALL},
    _P.INSIGHT_READ: {_R.TRAINER: _S.OWNED, _R.ADMINISTRATOR: _S.ALL, _R.AUDITOR: _S.ALL},
    _P.CURRICULUM_PUBLISH: {_R.TRAINER: _S.OWNED, _R.ADMINISTRATOR: _S.ALL},
    _P.CURRICULUM_IMPORT: {_R.TRAINER: _S.ALL, _R.ADMINISTRATOR: _S.ALL},
    _P.PEOPLE_READ: {_R.ADMINISTRATOR: _S.ALL, _R.AUDITOR: _S.ALL},
    _P.PEOPLE_EDIT: {_R.ADMINISTRATOR: _S.ALL},
    _P.RIGHTS_EDIT: {_R.ADMINISTRATOR: _S.ALL},
    _P.TEAMS_READ: {_R.ADMINISTRATOR: _S.ALL, _R.AUDITOR: _S.ALL},
    _P.TEAMS_EDIT: {_R.ADMINISTRATOR: _S.ALL},
    _P.HISTORY_IMPORT: {_R.ADMINISTRATOR: _S.ALL},
    _P.SETTINGS_READ: {_R.ADMINISTRATOR: _S.ALL, _R.AUDITOR: _S.ALL},
    _P.SETTINGS_EDIT: {_R.ADMINISTRATOR: _S.ALL},
    _P.JOBS_READ: {_R.ADMINISTRATOR: _S.ALL, _R.AUDITOR: _S.ALL},
    _P.JOBS_EDIT: {_R.ADMINISTRATOR: _S.ALL},
    _P.AUDIT_READ: {_R.ADMINISTRATOR: _S.ALL, _R.AUDITOR: _S.ALL},
    _P.ERASE: {_R.ADMINISTRATOR: _S.ALL},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever acts: a person who signed in, or the site itself (`person_id` None, for the worker and the commands).

    `line` holds the ids of every team the person manages or that stands below one; `owned` the ids of the curricula
    they own; `managed` the teams they manage themselves.
    """

    person_id: int | None
    rights: frozenset[Right] = frozenset()
    line: frozenset[int] = frozenset()
    managed: frozenset[int] = frozenset()
    owned: frozenset[int] = frozenset()
    sign_in_id: int | None = None
    confirmed_at: datetime | None = None
    second_factor: bool = False

    @property
    def is_site(self) -> bool:
        """Is it the site itself, which may do everything that a verb offers?"""
        return self.person_id is None


SITE = Actor(person_id=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a permission is asked about: a person (with their team), or a curriculum."""

    person_id: int | None = None
    team_id: int | None = None
    curriculum_id: int | None = None
    handed_to: frozenset[int] = frozenset()
    """Whose word it waits for, deputies included."""


ANYTHING = About()


def can(actor: Actor, permission: Permission, about: About | None = None) -> bool:
    """May the actor do this, to this? Without `about`: to anything at all, which is what a menu asks."""
    if actor.is_site:
        return True
    return any(
        about is None or _reaches(actor, scope, about)
        for right, scope in MATRIX[permission].items()
        if right in actor.rights
    )


def require(actor: Actor, permission: Permission, about: About | None = None) -> None:
    """Go on only if the actor may. Raises NotFound: what may not be seen does not exist."""
    if not can(actor, permission, about):
        raise Denied(permission, about)


def _reaches(actor: Actor, scope: Scope, about: About) -> bool:
    if scope is Scope.ALL:
        return True
    if scope is Scope.OWN:
        return about.person_id is not None and about.person_id == actor.person_id
    if scope is Scope.HANDED:
        return actor.person_id in about.handed_to and about.person_id != actor.person_id
    if scope is Scope.OWNED:
        return about.curriculum_id in actor.owned
    return about.team_id in actor.line and about.person_id != actor.person_id


class Denied(NotFound):
    """NotFound because of a permission; doors answer alike, and write `authz.denied` into the audit."""

    def __init__(self, permission: Permission, about: About | None) -> None:
        self.permission, self.about = permission, about
        super().__init__(said("There is nothing here that you can see."))


@dataclass(frozen=True, slots=True)
class Public:
    """Marks a route that anybody may ask for, signed in or not; `why` says what makes that safe."""

    why: str = field(default="")
