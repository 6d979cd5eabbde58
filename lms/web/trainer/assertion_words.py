"""A curriculum test in one sentence: From SDR to Account executive: everything can be learnt, in at most 60 h."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lms.engine.curriculum import CurriculumTest
from lms.web.trainer.editing.assertion_form import STATUSES
from lms.web.translated import decimal, gettext, in_words, ngettext
from lms.web.wording import Wording, listed


def sentence(test: CurriculumTest, wording: Wording) -> str:
    """What the test asserts."""
    roles = listed(wording.role(one) for one in test.roles)
    person = test.person
    begins = gettext("From %(role)s", role=wording.role(person.role)) if person.role else gettext("From nothing")
    if person.evidence or person.completed or person.exempt:
        begins = gettext("%(begins)s, with what they bring along", begins=begins)
    asserted = [str(STATUSES[test.status or ""]), *_limits(test)]
    if person.away:
        asserted.append(gettext("away %(days)s", days=listed(_days(one.first, one.last) for one in person.away)))
    if test.on is not None:
        asserted.append(gettext("planned on %(day)s", day=in_words(test.on)))
    return gettext("%(begins)s to %(roles)s: %(asserted)s.", begins=begins, roles=roles, asserted=", ".join(asserted))


def _limits(test: CurriculumTest) -> Iterator[str]:
    most = test.at_most
    if most.hours is not None:
        yield gettext("at most %(hours)s hours", hours=decimal(most.hours / 100))
    if most.cost is not None:
        yield gettext("cost at most %(cost)s", cost=decimal(most.cost / 100))
    if most.courses is not None:
        yield ngettext("at most %(num)s course", "at most %(num)s courses", most.courses)
    if most.days is not None:
        yield ngettext("at most %(num)s day", "at most %(num)s days", most.days)


def _days(first: date, last: date) -> str:
    return gettext("from %(first)s through %(last)s", first=in_words(first), last=in_words(last))
