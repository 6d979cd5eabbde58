"""What each audit entry says in words: the one table from which the audit page, its filter and its export are written.

A sentence speaks of `%(actor)s`, who did it, and `%(subject)s`, what it was done to; the label names the action alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from lms.errors import Said, said

Words = tuple[Said, Said]

ACTIONS: Mapping[str, Words] = {
    "account.activated": (said("Invitation accepted"), said("%(actor)s accepted the invitation and chose a password")),
    "account.password_reset": (said("Password reset"), said("%(actor)s chose another password by a reset")),
    "account.changed": (said("Own profile changed"), said("%(actor)s changed their profile")),
    "account.mail_asked": (said("New address asked for"), said("%(actor)s asked to use another mail address")),
    "account.mail_changed": (said("Mail address changed"), said("%(subject)s confirmed another mail address")),
    "account.password_changed": (said("Password changed"), said("The password of %(subject)s was changed")),
    "account.reset_sent": (said("Reset link sent"), said("A link to choose a new password was sent to %(subject)s")),
    "attendance.recorded": (said("Attendance recorded"), said("%(actor)s recorded who was there in a session")),
    "attendance.taken_back": (said("Attendance taken back"), said("%(actor)s took back that %(subject)s was there")),
    "audit.exported": (said("Audit exported"), said("%(actor)s exported entries of the audit")),
    "auth.confirmed": (said("Password confirmed"), said("%(actor)s gave their password again")),
    "auth.failed": (said("Sign-in failed"), said("Somebody tried to sign in as %(subject)s and failed")),
    "auth.locked_out": (said("Sign-in slowed down"), said("Too many tries to sign in as %(subject)s")),
    "auth.signed_in": (said("Signed in"), said("%(actor)s signed in")),
    "auth.signed_out": (said("Signed out"), said("%(actor)s signed out")),
    "away.changed": (said("Days away changed"), said("%(actor)s changed the days on which %(subject)s is away")),
    "authz.denied": (said("Refused"), said("%(actor)s asked for something they may not see")),
    "confirmation.asked": (said("Asked to confirm"), said("%(actor)s asked somebody to confirm a course")),
    "confirmation.nudged": (said("Reminder sent"), said("%(actor)s reminded who confirms a course")),
    "confirmation.withdrawn": (
        said("Confirmation withdrawn"),
        said("%(actor)s does not ask for a course to be confirmed any more"),
    ),
    "calendar.made": (said("Calendar address made"), said("%(actor)s made a secret address of their calendar")),
    "calendar.revoked": (said("Calendar address ended"), said("%(actor)s ended the address of their calendar")),
    "curriculum.drafted": (said("Curriculum drafted"), said("%(actor)s saved a draft of %(subject)s")),
    "curriculum.published": (said("Curriculum published"), said("%(actor)s published %(subject)s")),
    "cycle.changed": (said("Draft of a cycle changed"), said("%(actor)s changed the draft of %(subject)s")),
    "cycle.closed": (said("Cycle closed"), said("%(actor)s closed %(subject)s and froze its ratings")),
    "cycle.discarded": (said("Draft of a cycle discarded"), said("%(actor)s discarded the draft of %(subject)s")),
    "cycle.drafted": (said("Cycle prepared"), said("%(actor)s prepared %(subject)s")),
    "cycle.opened": (said("Cycle opened"), said("%(actor)s opened %(subject)s")),
    "cycle.reminded": (said("Raters reminded"), said("%(actor)s reminded who has not answered in %(subject)s")),
    "demo.corrected": (said("Demo history corrected"), said("%(actor)s corrected the demo history of %(subject)s")),
    "demo.seeded": (said("Demo history made"), said("%(actor)s wrote the demo history of %(subject)s")),
    "deputy.ended": (said("Deputy ended"), said("%(actor)s has nobody stand in for them any more")),
    "deputy.named": (said("Deputy named"), said("%(actor)s named somebody who stands in for them")),
    "evidence.added_to": (said("Evidence added to"), said("%(actor)s added to what they had handed in")),
    "evidence.handed_in": (said("Evidence handed in"), said("%(actor)s handed in a piece of evidence")),
    "evidence.handed_on": (said("Evidence handed on"), said("%(actor)s handed a piece of %(subject)s on to somebody")),
    "evidence.more_asked": (said("More evidence asked for"), said("%(actor)s asked %(subject)s for more evidence")),
    "evidence.observed": (said("Seen on the job"), said("%(actor)s recorded what they saw of %(subject)s")),
    "evidence.passed_over": (
        said("Evidence passed on"),
        said("A piece of %(subject)s went to somebody else, for its reviewer can review it no more"),
    ),
    "evidence.passed_up": (
        said("Evidence passed up"),
        said("A piece of %(subject)s waited for too long and went to the next level"),
    ),
    "evidence.rated": (said("Rated"), said("%(actor)s rated %(subject)s")),
    "evidence.signed_off": (said("Evidence signed off"), said("%(actor)s signed off a piece of %(subject)s")),
    "evidence.withdrawn": (said("Evidence withdrawn"), said("%(actor)s withdrew a piece of evidence")),
    "exemption.granted": (said("Exemption granted"), said("%(actor)s exempted %(subject)s from a course or a level")),
    "exemption.ended": (said("Exemption ended"), said("%(actor)s took back an exemption of %(subject)s")),
    "factor.codes": (said("Recovery codes made"), said("%(actor)s made new recovery codes")),
    "factor.off": (said("Second factor off"), said("%(actor)s turned their second factor off")),
    "factor.on": (said("Second factor on"), said("%(actor)s turned a second factor on")),
    "factor.replaced": (said("Second factor moved"), said("%(actor)s set up another phone as second factor")),
    "factor.reset": (said("Second factor reset"), said("%(actor)s took the second factor of %(subject)s away")),
    "impact.names_seen": (
        said("Names of an impact seen"),
        said("%(actor)s looked whose paths a draft of %(subject)s would change"),
    ),
    "import.applied": (said("File imported"), said("%(actor)s imported a file")),
    "job.discarded": (said("Failed job discarded"), said("%(actor)s took %(subject)s off the list of failed jobs")),
    "job.requeued": (said("Failed job requeued"), said("%(actor)s let %(subject)s be tried again")),
    "jobs.requeued": (said("Failed jobs requeued"), said("%(actor)s let every failed job be tried again")),
    "person.changed": (said("Person changed"), said("%(actor)s changed the details of %(subject)s")),
    "person.created": (said("Person added"), said("%(actor)s added %(subject)s")),
    "person.deactivated": (said("Person deactivated"), said("%(actor)s deactivated %(subject)s at once")),
    "person.erased": (said("Person erased"), said("%(actor)s erased %(subject)s for good")),
    "person.invited": (said("Person invited"), said("%(actor)s invited %(subject)s")),
    "person.left": (said("Person left"), said("%(actor)s let %(subject)s leave")),
    "person.reactivated": (said("Person came back"), said("%(actor)s let %(subject)s in again")),
    "plan.changed": (said("Target, aim or hours changed"), said("%(actor)s changed what %(subject)s plans with")),
    "fairness.opened": (said("Fairness figures opened"), said("%(actor)s opened how promotions were decided")),
    "promotion.appealed": (said("Promotion appealed"), said("%(actor)s appealed the decision about %(subject)s")),
    "promotion.approval_given": (said("Approval given"), said("%(actor)s approved %(subject)s as the first of two")),
    "promotion.approved": (said("Promotion approved"), said("%(actor)s approved %(subject)s")),
    "promotion.attested": (said("Promotion attested"), said("%(actor)s gave their word in %(subject)s")),
    "promotion.condition_met": (said("Condition met"), said("%(actor)s noted a condition of %(subject)s as met")),
    "promotion.declined": (said("Promotion declined"), said("%(actor)s declined %(subject)s")),
    "promotion.entry_marked": (
        said("Entry marked as wrong"),
        said("%(actor)s marked an entry of %(subject)s as wrong"),
    ),
    "promotion.mark_answered": (said("Mark answered"), said("%(actor)s answered what was marked in %(subject)s")),
    "promotion.opened": (said("Promotion opened"), said("%(actor)s opened %(subject)s")),
    "promotion.overridden": (said("Requirement let pass"), said("%(actor)s let a requirement of %(subject)s pass")),
    "promotion.review_started": (said("Review started"), said("%(actor)s began to review %(subject)s")),
    "promotion.submitted": (said("Promotion submitted"), said("%(actor)s submitted %(subject)s")),
    "promotion.withdrawn": (said("Promotion withdrawn"), said("%(actor)s withdrew %(subject)s")),
    "rating.declined": (said("Rating declined"), said("%(actor)s cannot judge %(subject)s")),
    "rating.dropped": (said("Rating dropped"), said("A rating of %(subject)s is not asked any more")),
    "rating.submitted": (said("Ratings handed in"), said("%(actor)s handed in ratings of %(subject)s")),
    "rating.taken_back": (said("Ratings taken back"), said("%(actor)s took back ratings of %(subject)s")),
    "rights.changed": (said("Rights changed"), said("%(actor)s changed the rights of %(subject)s")),
    "role.assigned": (said("Role assigned"), said("%(actor)s assigned a role to %(subject)s")),
    "round.opened": (said("Round opened"), said("%(actor)s opened %(subject)s")),
    "rule.made": (said("Rule made"), said("%(actor)s made %(subject)s: who aims at which role by when")),
    "rule.reached": (said("Target set by a rule"), said("A rule set the target of %(subject)s")),
    "rule.switched_off": (said("Rule switched off"), said("%(actor)s switched off %(subject)s")),
    "rule.made": (said("Rule made"), said("%(actor)s made %(subject)s: who aims at which role by when")),
    "rule.reached": (said("Target set by a rule"), said("A rule set the target of %(subject)s")),
    "rule.switched_off": (said("Rule switched off"), said("%(actor)s switched off %(subject)s")),
    "seat.given_back": (said("Seat given back"), said("%(actor)s gave a seat in a session back")),
    "seat.kept": (said("Seat kept"), said("%(actor)s keeps a seat in a session")),
    "sessions.ended": (said("Sessions ended"), said("%(actor)s ended sessions of %(subject)s")),
    "settings.changed": (said("Settings changed"), said("%(actor)s changed the settings of the site")),
    "settings.holidays_changed": (said("Holidays changed"), said("%(actor)s changed the holidays of the site")),
    "settings.mail_tested": (said("Mail tested"), said("%(actor)s sent a test mail")),
    "site.set_up": (said("Site set up"), said("%(subject)s set up the site as its first administrator")),
    "step.confirmation_taken_back": (
        said("Confirmation taken back"),
        said("%(actor)s took back having confirmed a course of %(subject)s"),
    ),
    "step.confirmed": (said("Step confirmed"), said("%(actor)s confirmed a course of %(subject)s")),
    "step.done": (said("Step done"), said("%(actor)s completed a course")),
    "step.more_asked": (
        said("More asked for"),
        said("%(actor)s asked %(subject)s for more before confirming a course"),
    ),
    "step.started": (said("Step started"), said("%(actor)s started a course")),
    "step.taken_back": (said("Step taken back"), said("%(actor)s took back having completed a course")),
    "team.changed": (said("Team changed"), said("%(actor)s changed %(subject)s")),
    "team.created": (said("Team added"), said("%(actor)s added %(subject)s")),
    "team.moved": (said("Team moved"), said("%(actor)s moved %(subject)s to another place in the line")),
    "team.removed": (said("Team removed"), said("%(actor)s removed %(subject)s")),
    "version.left": (said("Older version left"), said("%(actor)s went on to the newest version of a curriculum")),
}
"""Label and sentence of every action that the code writes; a test finds those that are missing."""

OTHER: Words = (said("Something else"), said("%(actor)s did something that this version has no words for"))
"""For entries of another version."""


def words_of(action: str) -> Words:
    """Label and sentence of an action."""
    return ACTIONS.get(action, OTHER)
