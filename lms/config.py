"""Every setting of the environment (`LMS_*`), typed, read once. Only `app` and the command line's start import this.

A value may stand in the environment, in `.env`, or, for secrets, in a file that `LMS_…_FILE` names.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from lms.errors import Invalid, Problem

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """The settings; each is the environment variable of its name with `LMS_` before it."""

    model_config = SettingsConfigDict(
        env_prefix="LMS_", env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    environment: Literal["development", "production"] = Field(
        "development", description="production refuses what is only good for trying out"
    )
    data_dir: Path = Field(Path("instance"), description="where the embedded database and its secret key are kept")
    files_dir: Path | None = Field(
        None, description="where files that people hand in are kept; default: files in the data folder"
    )
    database_url: SecretStr | None = Field(
        None, description="default: SQLite in the data folder; postgresql://… for PostgreSQL"
    )
    base_url: str = Field(
        "http://127.0.0.1:5000", description="the address people use; every link in a mail begins with it"
    )
    secret_key: SecretStr | None = Field(
        None, description="signs cookies and links; in development made once and kept in the data folder"
    )
    trusted_proxies: int = Field(0, ge=0, le=5, description="how many proxies in front may say whom they speak for")
    max_upload_mb: int = Field(20, ge=1, le=1000, description="the largest file that is taken")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="how much is logged")
    password_memory_kib: int = Field(19 * 1024, ge=8, description="memory of one argon2id hash")
    password_passes: int = Field(2, ge=1, description="passes of one argon2id hash")

    @field_validator("base_url")
    @classmethod
    def _has_a_host(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"} or parts.query:
            raise ValueError("has to be http:// or https:// and a host, such as https://cairn.example.com")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        if not self.secure and self.host not in LOOPBACK:
            raise ValueError("LMS_BASE_URL: plain http is for this machine alone; use https://")
        if self.environment == "production":
            if not self.secure:
                raise ValueError("LMS_BASE_URL has to be https:// in production")
            key = self.secret_key.get_secret_value() if self.secret_key else ""
            if len(key) < SHORTEST_SECRET or len(set(key)) < 8:
                raise ValueError(
                    f"LMS_SECRET_KEY has to be set in production, to at least {SHORTEST_SECRET} random characters: "
                    'python -c "import secrets; print(secrets.token_urlsafe(48))"'
                )
        return self

    @property
    def secure(self) -> bool:
        """Do people reach the site over https?"""
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """The host of the site's address, without its port."""
        return urlsplit(self.base_url).hostname or ""

    def database(self) -> str:
        """The SQLAlchemy URL of the database. Makes the data folder for the embedded one."""
        if self.database_url is None:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            file = self.data_dir.absolute() / "cairn.db"
            if not file.exists():  # it holds people's data; SQLite's own files beside it take this mode over
                with suppress(OSError):  # whoever opens the database says what is wrong with the folder
                    file.touch(mode=0o600)
            return f"sqlite:///{file}"
        url = self.database_url.get_secret_value()
        for scheme in ("postgresql://", "postgres://"):
            if url.startswith(scheme):
                return "postgresql+psycopg://" + url.removeprefix(scheme)
        return url

    def files(self) -> Path:
        """The folder of files that people hand in; it is made at the first."""
        return (self.files_dir or self.data_dir / "files").absolute()

    def key(self) -> str:
        """The secret key; in development made at first need and kept in the data folder for this user alone."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        file = self.data_dir / "secret_key"
        if not file.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "w") as made:
                made.write(secrets.token_urlsafe(48))
        return file.read_text()


def read_settings(**given: object) -> Settings:
    """The settings of the environment, `given` ones first. Raises Invalid with a sentence for each that is wrong."""
    for name in Settings.model_fields:
        variable = f"LMS_{name.upper()}"
        if (file := os.environ.get(f"{variable}_FILE")) and variable not in os.environ:
            given.setdefault(name, _kept_in(file, f"{variable}_FILE"))
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as wrong:
        raise Invalid(*(_problem(error["loc"], error["msg"]) for error in wrong.errors())) from None


def _kept_in(file: str, variable: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as refused:
        why = refused.strerror if isinstance(refused, OSError) else "it is not UTF-8"
        raise Invalid(Problem(f"cannot read {file}: {why}", file=variable)) from refused


def _problem(place: tuple[int | str, ...], message: str) -> Problem:
    sentence = message.removeprefix("Value error, ")
    return Problem(sentence, file=f"LMS_{str(place[0]).upper()}" if place else None)


def shown(**given: object) -> list[tuple[str, str | None, str | None, str, str]]:
    """Every setting as name, value, default, description and source; secrets masked. Raises as `read_settings` does."""
    settings = read_settings(**given)
    return [
        (
            f"LMS_{name.upper()}",
            _masked(name, getattr(settings, name)),
            _masked(name, field.default),
            field.description or "",
            _source(f"LMS_{name.upper()}", is_set=name in settings.model_fields_set),
        )
        for name, field in Settings.model_fields.items()
    ]


def _masked(name: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, SecretStr):
        return str(value)
    try:
        return make_url(value.get_secret_value()).set(query={}).render_as_string() if name == "database_url" else "***"
    except ArgumentError:
        return "***"


def _source(variable: str, *, is_set: bool) -> str:
    if variable in {name.upper() for name in os.environ}:
        return "environment"
    if f"{variable}_FILE" in os.environ:
        return "file"
    return ".env" if is_set else "default"
