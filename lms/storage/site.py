"""The settings of the site: its name, where and when it works, and how it sends mail."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, one_of


class Site(Base):
    """The one row of settings."""

    __tablename__ = "site"
    __table_args__ = (
        CheckConstraint("id = 1", name="there_is_one_site"),
        one_of("mail_security", ("none", "starttls", "tls"), "mail_goes_plain_by_starttls_or_by_tls"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=1, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200), default="Cairn")
    language: Mapped[str] = mapped_column(String(10), default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    working_days: Mapped[str] = mapped_column(String(20), default="1,2,3,4,5")
    """ISO weekdays, Monday 1: reminders go out on these days."""
    invitation_days: Mapped[int] = mapped_column(default=7)
    warn_days: Mapped[int] = mapped_column(default=30)
    """How many days before something lapses its holder is told."""
    mail_host: Mapped[str] = mapped_column(String(255), default="")
    """Empty: mail is printed on the worker's terminal instead of sent."""
    mail_port: Mapped[int] = mapped_column(default=587)
    mail_security: Mapped[str] = mapped_column(String(10), default="starttls")
    mail_user: Mapped[str] = mapped_column(String(255), default="")
    mail_password: Mapped[str] = mapped_column(String(255), default="")
    mail_from: Mapped[str] = mapped_column(String(254), default="")
    set_up_at: Mapped[datetime | None]
    """When the first administrator was made; null before."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Holiday(Base):
    """A day on which nobody of the site studies or is reminded."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), default="")
