"""How people sign in: password, second factor, live sessions, one-time links, and the counters of tries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, Key, one_of

LINKS = ("invitation", "reset", "mail", "setup")


class Account(Base):
    """The credentials of a person. Deleted when the person is erased."""

    __tablename__ = "account"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    """argon2id; null until the invitation is accepted."""
    password_changed_at: Mapped[datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    """Base32; null without a second factor, or before its set-up began."""
    totp_since: Mapped[datetime | None]
    """When the second factor was confirmed; null while it is not in force."""
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The last 30-second step of which a code was accepted: a code passes once."""
    last_seen_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class RecoveryCode(Base):
    """A code that stands in for the second factor, once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(80))
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """A live session: the browser holds a random token, this row its digest. Deleting the row ends the session."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    digest: Mapped[str] = mapped_column(String(80), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """Moved on at most every five minutes; idle time counts from here."""
    expires_at: Mapped[datetime]
    """The absolute end, whatever happens."""
    confirmed_at: Mapped[datetime]
    """When the password was last given; changes of mail, password and factor ask for a recent one."""
    second_factor: Mapped[bool] = mapped_column(default=False)
    """Whether a second factor was given."""
    device: Mapped[str] = mapped_column(String(200), default="")
    """The browser and system in words, for the person's own list."""


class OneTimeLink(Base):
    """An invitation, a reset or the confirmation of an address: the mail carries a token, this row its digest."""

    __tablename__ = "one_time_link"
    __table_args__ = (one_of("kind", LINKS, "a_link_invites_resets_confirms_mail_or_sets_up"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Whose it is; null for the first setup."""
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    """The token is made from it and the site's secret key when the mail is sent, so no table holds a token."""
    payload: Mapped[str | None] = mapped_column(String(254))
    """The new address, for kind `mail`."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Tries(Base):
    """How often something was tried in the present window, counted in one statement so that parallel tries all count."""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    """What and who, as a keyed digest: `sign-in:account:…`, `sign-in:address:…`."""
    window: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """The number of the time window since 1970."""
    count: Mapped[int] = mapped_column(default=0)
