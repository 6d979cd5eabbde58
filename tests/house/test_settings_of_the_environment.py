"""What the settings make on disk is for this user alone."""

from __future__ import annotations

from pathlib import Path

from lms.config import read_settings


def test_the_embedded_database_and_the_secret_key_are_for_this_user_alone(tmp_path: Path) -> None:
    settings = read_settings(_env_file=None, data_dir=tmp_path / "instance")
    assert settings.database().endswith("instance/cairn.db")
    assert settings.key()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "instance").iterdir()}
    assert modes == {"cairn.db": 0o600, "secret_key": 0o600}
