"""Jobs in plain words: what each kind does, and what it means when one failed, with the mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext, ngettext

from lms.services.running.job_board import Listed
from lms.services.running.jobs import DISCARDED, MERGED, POINTLESS, STOPPED

KINDS: dict[str, Any] = {
    "paths.replan": lazy_gettext("Plan paths"),
    "mail.send": lazy_gettext("Send mail"),
    "impact.compute": lazy_gettext("Work out what publishing would change"),
    "clock.sweep": lazy_gettext("Clear away what has expired"),
    "clock.files": lazy_gettext("Remove files whose time is over"),
    "clock.reviewers": lazy_gettext("Pass on evidence that waits for too long"),
    "clock.catch-up": lazy_gettext("Look for paths left behind"),
    "clock.candidates": lazy_gettext("Delete candidates whose time is over"),
    "clock.look-again": lazy_gettext("Find paths that time alone changes"),
    "rules.apply": lazy_gettext("Give targets by rule"),
    "clock.rules": lazy_gettext("Tell what rules did"),
    "clock.remind": lazy_gettext("Find what lapses soon"),
}
MAILS: dict[str, Any] = {
    "invitation": lazy_gettext("Invitation"),
    "reset": lazy_gettext("Password reset"),
    "mail-confirm": lazy_gettext("Confirmation of a new address"),
    "mail-changed": lazy_gettext("Notice of a changed address"),
    "password-changed": lazy_gettext("Notice of a changed password"),
    "factor-changed": lazy_gettext("Notice of a changed second factor"),
    "lapse-reminder": lazy_gettext("Reminder of what lapses"),
    "candidate-link": lazy_gettext("Link to a candidate's page"),
    "candidate-news": lazy_gettext("News for a candidate"),
    "interview-asked": lazy_gettext("Request to hold an interview"),
    "rule-aim": lazy_gettext("News of a target set by a rule"),
    "rule-report": lazy_gettext("Report of what rules did"),
    "test": lazy_gettext("Test mail"),
}
REASONS: dict[str, tuple[Any, Any]] = {
    STOPPED: (
        lazy_gettext("The worker ended in the middle of it, each time it was tried."),
        lazy_gettext("It may need more memory than there is. Look at the worker's terminal, then requeue it."),
    ),
    MERGED: (lazy_gettext("Another job did the same."), ""),
    DISCARDED: (lazy_gettext("Discarded by an administrator."), ""),
    POINTLESS: (
        lazy_gettext("Nothing was sent: its link worked no more, or the person may not sign in any more."),
        "",
    ),
    "unknown-kind": (
        lazy_gettext("This version of Cairn does not know this kind of job."),
        lazy_gettext("Requeue it once site and worker run the same version."),
    ),
    "mail-not-set-up": (
        lazy_gettext("The site has no mail server yet."),
        lazy_gettext("Name one under Settings, Mail, then requeue it."),
    ),
    "mail-unreachable": (
        lazy_gettext("The mail server could not be reached."),
        lazy_gettext("Check its name and port under Settings, Mail, and whether it runs."),
    ),
    "mail-slow": (
        lazy_gettext("The mail server did not answer within ten seconds."),
        lazy_gettext("If that goes on, check its name and port under Settings, Mail."),
    ),
    "mail-encryption": (
        lazy_gettext("No safe connection to the mail server could be made."),
        lazy_gettext("Check the kind of encryption under Settings, Mail, and the server's certificate."),
    ),
    "mail-unsupported": (
        lazy_gettext("The mail server cannot do what was asked of it: encryption, or an address with unusual letters."),
        lazy_gettext("Check the kind of encryption under Settings, Mail."),
    ),
    "mail-sign-in": (
        lazy_gettext("The mail server refused the site's user name or password."),
        lazy_gettext("Correct them under Settings, Mail, then requeue it."),
    ),
    "mail-recipient": (
        lazy_gettext("The mail server refused the recipient."),
        lazy_gettext("Correct the person's mail address, then requeue it."),
    ),
    "mail-refused": (
        lazy_gettext("The mail server refused the message."),
        lazy_gettext("Ask whoever runs the mail server why, with the number below."),
    ),
    "mail-address": (
        lazy_gettext("No mail can be sent to this address."),
        lazy_gettext("Correct the person's mail address, then requeue it."),
    ),
}

GOTO = dict.fromkeys(
    ("mail-not-set-up", "mail-unreachable", "mail-slow", "mail-encryption", "mail-unsupported", "mail-sign-in"), "mail"
) | dict.fromkeys(("mail-recipient", "mail-address"), "person")


@dataclass(frozen=True, slots=True)
class Why:
    """Why a job failed: a sentence, the mend, and the detail for whoever asks further."""

    sentence: str
    mend: str
    detail: str
    goto: str = ""
    """Where the mend is: `mail` for the settings of mail, `person` for the page of the person."""


def why(error: str | None) -> Why | None:
    """A job's `last_error` in words; None when there is none."""
    if not error:
        return None
    code, _, detail = error.partition(": ")
    if code in REASONS:
        sentence, mend = REASONS[code]
        return Why(str(sentence), str(mend), detail, GOTO.get(code, ""))
    return Why(
        gettext("Something in Cairn failed."),
        gettext("Requeue it once. If it fails again, report it with the line below."),
        error,
    )


def what(listed: Listed) -> str:
    """What a job does: its kind and, where it is one, whom it is for."""
    job = listed.job
    if job.kind == "mail.send":
        mail = str(MAILS.get(job.args.get("template", ""), KINDS["mail.send"]))
        return gettext("%(mail)s to %(name)s", mail=mail, name=listed.person) if listed.person else mail
    if job.kind == "paths.replan":
        if listed.person:
            return gettext("Plan the path of %(name)s", name=listed.person)
        count = len(job.args.get("people", ()))
        return ngettext("Plan the path of one person", "Plan the paths of %(num)s people", count)
    return kind(job.kind)


def kind(name: str) -> str:
    """A kind of job in words; its code where this version has none."""
    return str(KINDS.get(name, name))
