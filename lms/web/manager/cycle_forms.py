"""The form of a cycle: for whom, whose roles, who rates, and by when."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired

from lms.services.cycles.opening import Terms
from lms.web.admin.people_forms import DAY_NEEDED, Choice, Day, Several
from lms.web.forms import Form, plain

EVERYBODY = "all"
"""The choice of the whole organisation among the teams."""
RATERS = (("self", lazy_gettext("Everybody themselves")), ("manager", lazy_gettext("Their manager")))
PEERS = (
    ("0", lazy_gettext("No colleagues")),
    ("3", lazy_gettext("Three colleagues of the team")),
    ("4", lazy_gettext("Four colleagues of the team")),
    ("5", lazy_gettext("Five colleagues of the team")),
    ("8", lazy_gettext("Eight colleagues of the team")),
)


class CycleForm(Form):
    """For whom, whose roles, who rates, by when."""

    title = StringField(
        lazy_gettext("Title"), [InputRequired(lazy_gettext("Type a title, such as Autumn 2026.")), plain]
    )
    team = Choice(lazy_gettext("For whom"))
    roles = Several(lazy_gettext("Only who holds one of these roles"))
    raters = Several(lazy_gettext("Who rates"))
    peers = Choice(lazy_gettext("Colleagues who rate each person"))
    due = Day(lazy_gettext("Answers by"), [InputRequired(DAY_NEEDED)])

    def terms(self) -> Terms:
        """What was chosen."""
        team, raters = self.team.data or "", self.raters.data or ()
        return Terms(
            title=self.title.data or "",
            team_id=None if team == EVERYBODY else int(team),
            due=self.due.data,
            roles=tuple(self.roles.data or ()),
            asks_self="self" in raters,
            asks_manager="manager" in raters,
            peers=int(self.peers.data or 0),
        )
