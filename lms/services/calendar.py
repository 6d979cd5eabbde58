"""The site's own calendar: its time zone, which day it is there, and whether anybody works on it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.storage.site import Holiday, Site

USUAL_DAYS = "1,2,3,4,5"


def zone(session: Session) -> ZoneInfo:
    """The site's time zone; UTC before it was set up."""
    return ZoneInfo(session.scalar(select(Site.time_zone)) or "UTC")


def today(session: Session, *, now: datetime) -> date:
    """Which day it is where the site is."""
    return now.astimezone(zone(session)).date()


def works_on(session: Session, day: date) -> bool:
    """Is it a working day of the site, and no holiday?"""
    days = session.scalar(select(Site.working_days))
    days = USUAL_DAYS if days is None else days
    return str(day.isoweekday()) in days.split(",") and session.get(Holiday, day) is None
