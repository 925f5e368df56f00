"""The only reader of the environment. Flag over environment (MARSAD_…) over marsad.toml over default."""

from __future__ import annotations

import logging
import os
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from warehouse.lake import Bucket, Location


class Settings(BaseSettings):
    """Everything an operator can set; frozen, made once a command and passed down."""

    model_config = SettingsConfigDict(env_prefix="MARSAD_", toml_file="marsad.toml", frozen=True, extra="forbid")

    home: Path = Field(Path("marsad-home"), description="Folder that holds catalog, data, staging, state and logs.")
    cache: Path = Field(
        Path(platformdirs.user_cache_dir("marsad")),
        description="Folder for what can be built again, such as the word dictionary.",
    )
    catalog: str = Field("", description="DuckLake catalog: empty for SQLite in home, or postgres:… for many writers.")
    data: str = Field("", description="Where Parquet files go: empty for home/data, or s3://bucket/prefix.")
    s3_endpoint: str = Field("", description="Host and port of an S3 server that is not Amazon's.")
    s3_region: str = Field(
        default_factory=lambda: os.environ.get("AWS_REGION", ""), description="Region of the bucket."
    )
    s3_key: str = Field(
        default_factory=lambda: os.environ.get("AWS_ACCESS_KEY_ID", ""), description="Access key; AWS_ACCESS_KEY_ID."
    )
    s3_secret: SecretStr = Field(
        default_factory=lambda: SecretStr(os.environ.get("AWS_SECRET_ACCESS_KEY", "")),
        description="Secret of the key; AWS_SECRET_ACCESS_KEY.",
    )
    s3_token: SecretStr = Field(
        default_factory=lambda: SecretStr(os.environ.get("AWS_SESSION_TOKEN", "")),
        description="Session token; AWS_SESSION_TOKEN.",
    )
    s3_path_style: bool = Field(False, description="Bucket in the path and not in the host name.")
    s3_ssl: bool = Field(True, description="Reach the bucket over TLS.")
    sources: Path = Field(Path("sources.toml"), description="Named sources for the nightly run.")
    gazetteers: tuple[Path, ...] = Field((), description="CSV files of your own actors; they win over ours.")
    recognizer: Literal["embedded", "camel"] = Field(
        "embedded", description="Name recogniser: ours, or CAMeL Tools' NERecognizer."
    )
    names_only: bool = Field(
        False, description="Mentions are proper names alone: no titles of office, no organs of state."
    )
    camel_model: str = Field("", description="Folder of a CAMeL NER model; empty for the installed one.")
    morphology: str = Field("", description="Path of a CAMeL morphology database; empty to use or build our own.")
    workers: int = Field(
        default_factory=lambda: max(1, os.cpu_count() or 1), ge=1, le=256, description="Transform processes."
    )
    batch_size: int = Field(200, ge=1, le=5000, description="Documents in a batch.")
    task_runner: Literal["process", "thread", "dask"] = Field("process", description="Where batches are transformed.")
    dask_address: str = Field("", description="Dask scheduler; empty starts a local cluster.")
    schedule: str = Field("0 2 * * *", description="Cron line of the nightly run.")
    time_zone: str = Field("UTC", description="Time zone of the schedule.")
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(4200, ge=1, le=65535, description="Port of server and UI.")
    reject_share: float = Field(
        0.1, ge=0, le=1, description="A run that rejects more than this share ends with a warning."
    )
    duplicate_days: int = Field(
        30, ge=0, description="Near-duplicates are looked for among documents this many days apart."
    )
    keep_snapshots_days: int = Field(30, ge=0, description="Maintenance expires snapshots older than this.")
    notify_block: str = Field("", description="Prefect notification block (type/name) told of runs that end badly.")
    log_level: str = Field("INFO", description="Level of the log.")

    @field_validator("catalog")
    @classmethod
    def _no_password(cls, value: str) -> str:
        """A catalog's address stands in messages and in the lake's own tables; its password must not."""
        if "password" in value.lower():
            raise ValueError("leave the password out; PGPASSWORD or PGPASSFILE has it")
        if value and not value.startswith("postgres:"):
            raise ValueError("empty, or postgres:host=… dbname=…")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then environment, then marsad.toml (in home's parent or the working folder)."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @cached_property
    def root(self) -> Path:
        """Absolute home folder."""
        return self.home.expanduser().resolve()

    @property
    def staging(self) -> Path:
        """Folder of batches transformed and not yet loaded."""
        return self.root / "staging"

    @property
    def prefect_home(self) -> Path:
        """Folder of Prefect's own database and results."""
        return self.root / "prefect"


def load(**flags: Any) -> Settings:
    """Settings with the given flags on top; None means not given.

    Raises:
        pydantic.ValidationError: when a value is out of range or a name is unknown.
    """
    return Settings(**{k: v for k, v in flags.items() if v is not None})


def prepare_prefect(settings: Settings, api_url: str | None = None) -> None:
    """Set Prefect's environment before its first import: quiet, offline, at home; the user's own values win."""
    settings.prefect_home.mkdir(parents=True, exist_ok=True)
    defaults = {
        "PREFECT_HOME": str(settings.prefect_home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": settings.log_level,
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # the log is for the UI; the command line has its own words
        "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(settings.prefect_home / "results"),
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        "PREFECT_CLIENT_MAX_RETRIES": "4",  # half a minute: a server that is restarted is waited for, a dead one not for long
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # a busy machine needs more than the 20 it would get
        # The parallel unit is the batch; linear algebra threads on top would only fight over the cores.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    if api_url:
        defaults["PREFECT_API_URL"] = api_url
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    logging.raiseExceptions = False  # a log line that cannot be delivered is no news for who waits at the terminal


def lake_location(settings: Settings) -> Location:
    """Where the lake of these settings lives."""
    s = settings
    secret, token = s.s3_secret.get_secret_value(), s.s3_token.get_secret_value()
    bucket = Bucket(s.s3_key, secret, token, s.s3_endpoint, s.s3_region, s.s3_path_style, s.s3_ssl)
    return Location(s.root, s.catalog, s.data, bucket)


def export_flags(settings: Settings) -> None:
    """Hand the settings of this command to the processes it starts, by their environment."""
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        if name == "home":
            value = settings.root
        if isinstance(value, tuple | SecretStr):
            continue  # lists and secrets come from marsad.toml or the environment, which child processes read themselves
        os.environ[f"MARSAD_{name.upper()}"] = str(value)


def own_gazetteers(settings: Settings) -> tuple[Path, ...]:
    """CSV files of the settings, and what `marsad gazetteer import` put into home."""
    return (*settings.gazetteers, *sorted((settings.root / "gazetteers").glob("*")))
