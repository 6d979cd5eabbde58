"""How dates are made and how well they hold: the same page for everybody, with no names, and what one's own rest on."""

from __future__ import annotations

from flask import render_template

from lms.engine.dating.habits import CREDIBLE, LONGEST_WAIT
from lms.services import calendar
from lms.services.access import Permission
from lms.services.learning import calibration
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.learner.mine.spread import habits_shown

door = Door("forecast")


@door.reads("/forecast", Permission.FORECAST_READ)
def index() -> str:
    """How many of the dates that were called so held."""
    on = calendar.today(db.session, now=now())
    basis = calibration.own_basis(db.session, actor())
    return render_template(
        "learner/forecast.html",
        found=calibration.calibration(db.session, actor(), on=on),
        enough=calibration.ENOUGH,
        credible=CREDIBLE,
        longest=LONGEST_WAIT,
        habits=habits_shown(basis) if basis else (),
    )
