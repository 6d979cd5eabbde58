"""A site in a process group of its own, over a given database, that can be killed without warning."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from lms.config import Settings, read_settings

SERVE = (
    "import sys; from waitress import serve; from lms.app import create_app;"
    " serve(create_app(), host='127.0.0.1', port=int(sys.argv[1]), threads=8, _quiet=True)"
)
SECRET = "drills only: 0123456789abcdefghijklmnopqrs"  # noqa: S105
PATIENCE = 30.0


def settings_for(url: str, folder: Path, port: int) -> Settings:
    """The settings of that site, for this process too."""
    return read_settings(
        _env_file=None,
        database_url=url,
        data_dir=folder,
        secret_key=SECRET,
        base_url=f"http://127.0.0.1:{port}",
        password_memory_kib=8,
        password_passes=1,
        log_level="ERROR",
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


class SiteProcess:
    """The site as its own process group; `kill` is kill -9 of all of it."""

    def __init__(self, url: str, folder: Path, port: int) -> None:
        self.port = port
        self.environment = {
            **os.environ,
            "LMS_DATABASE_URL": url,
            "LMS_DATA_DIR": str(folder),
            "LMS_SECRET_KEY": SECRET,
            "LMS_BASE_URL": f"http://127.0.0.1:{port}",
            "LMS_LOG_LEVEL": "ERROR",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it and wait until it answers; the seconds that took."""
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(self.port)], env=self.environment, start_new_session=True
        )
        while time.monotonic() - begun < PATIENCE:
            with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=1):
                return time.monotonic() - begun
            time.sleep(0.05)
        self.kill()
        raise AssertionError("the site did not start")

    def kill(self) -> None:
        """End the process group without warning."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
