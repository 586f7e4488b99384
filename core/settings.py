"""The only place that reads the environment; every setting has a default that works offline."""

from __future__ import annotations

import os
from datetime import time, timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - memory, the point of it


class Settings(BaseSettings):
    """instellingen: HNM_<NAME> in the environment."""

    model_config = SettingsConfigDict(env_prefix="HNM_", extra="ignore")

    folder: Path = ROOT / "var"
    database_url: str = ""
    demo: bool = True
    host: str = "127.0.0.1"
    port: int = 8501
    web_host: str = "127.0.0.1"
    web_port: int = 0
    """Where other systems knock, and staff never do; 0 is the port above the dashboard's."""
    web_url: str = ""
    """Where others reach that door, as https://melden.example.nl; for links in what leaves here."""
    resident_link_hours: int = Field(default=24, ge=1, le=24 * 14)
    """How long the personal link works by which a resident sees what is held of them."""
    language: str = "nl"
    encoder: str = "universal-sentence-encoder"
    """The packaged encoder, or any Hugging Face name or folder."""
    model_folder: Path | None = None
    demo_interval_s: float = Field(default=8.0, gt=0)
    demo_history_days: int = Field(default=14, ge=1, le=60)
    session_idle_minutes: int = Field(default=12 * 60, gt=0)
    inbox_key_minutes: int = Field(default=60, gt=0)
    turn_hours: int = Field(default=48, gt=0)
    """How long the judged distribution of a message is kept as conversation context."""
    undo_seconds: int = Field(default=10, ge=0)
    """How long a text to residents waits before it leaves, so that it can be taken back."""
    dark_from: time = time(20)
    """From when until when the screens are dark for who chose nothing, on the pilot's clock."""
    dark_until: time = time(7)
    example_days: int = Field(default=30, ge=0)
    """How long the redacted words of what a person said to be no report serve as an example."""
    maximum_upload_mb: int = Field(default=200, gt=0)
    maximum_unpacked_mb: int = Field(default=16_000, gt=0)
    """What a zip of an official file may unpack to on the command line; the BAG holds 8 GB."""
    geocoder_url: str = ""
    """PDOK Locatieserver or the like; empty: no geocoder is asked, whatever a pilot wants."""
    geocoder_referer: str = ""
    """Who asks, as PDOK wants to know: this installation's public address."""
    secure_cookies: bool = False

    @field_validator("folder", mode="after")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @property
    def url(self) -> str:
        """The database: SQLite in the data folder unless a URL is given."""
        return self.database_url or f"sqlite:///{self.folder / 'hnm.sqlite'}"

    @property
    def outside_port(self) -> int:
        return self.web_port or self.port + 1

    @property
    def outside_url(self) -> str:
        """The address that links begin with; empty when nobody outside could follow them."""
        here = f"http://{self.web_host}:{self.outside_port}" if self.demo else ""
        return self.web_url.rstrip("/") or here

    @property
    def models(self) -> Path:
        return self.model_folder or self.folder / "models"

    @property
    def key_folder(self) -> Path:
        return self.folder / "keys"

    @property
    def upload_folder(self) -> Path:
        return self.folder / "uploads"

    @property
    def session_idle(self) -> timedelta:
        return timedelta(minutes=self.session_idle_minutes)


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()


def child_environment() -> dict[str, str]:
    """The environment for our own processes: one thread each for numeric libraries, and temporary
    files in memory, because an upload that is spooled to a temporary file must not reach the disk.
    """
    environment = dict(os.environ)
    environment.setdefault("OMP_NUM_THREADS", "1")
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    environment.setdefault("TOKENIZERS_PARALLELISM", "false")
    environment.setdefault("HF_HUB_OFFLINE", "1")
    if _MEMORY_FOLDER.is_dir() and os.access(_MEMORY_FOLDER, os.W_OK):
        environment["TMPDIR"] = str(_MEMORY_FOLDER)
    return environment
