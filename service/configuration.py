"""The configuration: TOML, every key also as ``VULTUS__SECTION__KEY``; unknown keys and impossible values stop the start.

The environment wins over the file. Secrets (database password, TLS key) come from the environment or files, never from here.
"""

from __future__ import annotations

import os
import re
import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from analysis.palsy.postures import Task
from analysis.settings import AnalysisSettings
from dicom_io.peers import AllowedPeer, Peer, TlsFiles, valid_ae_title
from reports.exam import ReportSettings
from service.errors import ConfigurationError
from service.task_labels import DEFAULT_LABELS

ENVIRONMENT_PREFIX: Final = "VULTUS__"


def _ae_title(value: str) -> str:
    if not valid_ae_title(value):
        raise ValueError("an AE title has 1 to 16 ASCII characters and no backslash")
    return value


AeTitle = Annotated[str, AfterValidator(_ae_title)]
Port = Annotated[int, Field(ge=1, le=65535)]


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"this is no regular expression ({error})") from error
    return value


Pattern = Annotated[str, AfterValidator(_pattern)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AllowedPeerSection(_Section):
    """Who may send: an AE title (``*``: any) from an address or network."""

    ae_title: str = "*"
    address: str

    @model_validator(mode="after")
    def _check(self) -> AllowedPeerSection:
        self.value()
        return self

    def value(self) -> AllowedPeer:
        """The allow-list entry."""
        return AllowedPeer.of(self.ae_title, self.address)


class TlsSection(_Section):
    """PEM files. Absent: plain TCP."""

    certificate: Path
    key: Path
    ca: Path | None = None

    def value(self) -> TlsFiles:
        """The files as the network side takes them."""
        return TlsFiles(certificate=self.certificate, key=self.key, ca=self.ca)


class DicomSection(_Section):
    """How Vultus listens. By default only this machine may send."""

    ae_title: AeTitle = "VULTUS"
    host: str = "127.0.0.1"
    port: Port = 11112
    allowed_peers: tuple[AllowedPeerSection, ...] = (
        AllowedPeerSection(address="127.0.0.0/8"),
        AllowedPeerSection(address="::1/128"),
    )
    max_associations: int = Field(default=10, ge=1, le=1000)
    tls: TlsSection | None = None


_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]


class DicomDestination(_Section):
    """A PACS that takes results by C-STORE."""

    name: _Name
    protocol: Literal["dicom"] = "dicom"
    ae_title: AeTitle
    host: str
    port: Port
    storage_commitment: bool = False
    tls: TlsSection | None = None
    retry_for_days: float = Field(default=7, gt=0)

    def peer(self, calling_ae_title: str) -> Peer:
        """The application entity to call."""
        return Peer(
            name=self.name,
            ae_title=self.ae_title,
            host=self.host,
            port=self.port,
            calling_ae_title=calling_ae_title,
            tls=self.tls.value() if self.tls else None,
        )


class FolderDestination(_Section):
    """A directory that results are written to, one sub-directory for each exam and version."""

    name: _Name
    protocol: Literal["folder"]
    path: Path
    retry_for_days: float = Field(default=7, gt=0)


def _protocol(value: object) -> str:
    return str(value.get("protocol", "dicom") if isinstance(value, dict) else getattr(value, "protocol", ""))


Destination = Annotated[
    Annotated[DicomDestination, Tag("dicom")] | Annotated[FolderDestination, Tag("folder")],
    Discriminator(
        _protocol,
        custom_error_type="protocol",
        custom_error_message="the protocols of this version are 'dicom' and 'folder'",
    ),
]


def _named(path: Path) -> Path:
    if path == Path():
        raise ValueError("name a directory: an empty path would be the working directory itself")
    return path


class StorageSection(_Section):
    """Where exams lie, and for how long."""

    root: Annotated[Path, AfterValidator(_named)] = Path("var")
    min_free_gb: float = Field(default=5, ge=0)
    keep_video_hours: float = Field(default=72, ge=0)
    keep_results_days: float = Field(default=365, ge=1)


class EngineSection(_Section):
    """Durable work: SQLite on one machine, PostgreSQL for several."""

    database_url: str = Field(default="sqlite", pattern=r"^(sqlite|postgresql://.+)$")
    workers: int = Field(default=0, ge=0, le=256, description="analyses at a time; 0: one per core")

    @property
    def worker_count(self) -> int:
        """Analyses at a time on this machine."""
        return self.workers or os.cpu_count() or 1


class ExamSection(_Section):
    """When an exam is complete."""

    quiet_period_s: float = Field(default=30, ge=0, le=86400)


class ReportsSection(_Section):
    """What a site decides about its documents. Stills and other languages are not offered by this version."""

    face_stills: Literal[False] = False
    language: Literal["en"] = "en"
    institution: str = Field(default="", max_length=64)
    page_size: Literal["A4", "Letter"] = "A4"

    def value(self, analysis: AnalysisSettings) -> ReportSettings:
        """The settings as the reports take them; the method they explain is that of ``analysis``."""
        return ReportSettings(institution=self.institution, page_size=self.page_size, analysis=analysis)


class ConsoleSection(_Section):
    """Health, metrics and the console. The console itself is served on loopback only: this version has no login."""

    host: str = "127.0.0.1"
    port: Port = 8042

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host == "localhost" or (_is_address(self.host) and ip_address(self.host).is_loopback)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class LimitsSection(_Section):
    """What the analysis of one object may use; beyond it the object is quarantined."""

    wall_minutes: float = Field(default=60, gt=0)
    memory_mb: int = Field(default=2048, ge=512)
    attempts: int = Field(default=3, ge=1, le=10)
    allow_network: bool = Field(
        default=False, description="analyse even where the kernel cannot keep the child process off the network"
    )


class Sources(_Section):
    """What is known about the senders that their objects do not say."""

    mirrored_stations: tuple[str, ...] = Field(
        default=(), description="Station Names (0008,1010) whose cameras show a mirror image"
    )
    task_labels: dict[Task, tuple[Pattern, ...]] = Field(
        default=dict(DEFAULT_LABELS),
        description="for each standard movement, regular expressions of the descriptions that name it",
    )


class LogSection(_Section):
    """How much is logged: one JSON line an event on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"


class Configuration(BaseSettings):
    """All of it."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    dicom: DicomSection = DicomSection()
    destinations: tuple[Destination, ...] = ()
    storage: StorageSection = StorageSection()
    engine: EngineSection = EngineSection()
    exam: ExamSection = ExamSection()
    reports: ReportsSection = ReportsSection()
    console: ConsoleSection = ConsoleSection()
    limits: LimitsSection = LimitsSection()
    sources: Sources = Sources()
    log: LogSection = LogSection()
    analysis: AnalysisSettings = AnalysisSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        return env_settings, init_settings

    @field_validator("destinations")
    @classmethod
    def _unique(cls, destinations: tuple[DicomDestination | FolderDestination, ...]) -> tuple[Any, ...]:
        names = [destination.name for destination in destinations]
        if len(set(names)) < len(names):
            raise ValueError("each destination needs a name of its own")
        return destinations

    @property
    def delivers_to(self) -> tuple[DicomDestination | FolderDestination, ...]:
        """The destinations; without any, a folder in the storage root."""
        if self.destinations:
            return self.destinations
        return (FolderDestination(name="results", protocol="folder", path=self.storage.root / "results"),)


def load(path: Path | None) -> Configuration:
    """Read the configuration from a file (or from defaults) and the environment.

    Raises:
        ConfigurationError: the file cannot be read, or a key is unknown or its value impossible; names all of them.
    """
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigurationError(f"cannot read the configuration {path}: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{path} is not TOML: {error}") from error
    _refuse_unknown_variables()
    try:
        return Configuration(**values)
    except ValidationError as error:
        raise ConfigurationError(_explain(error)) from error
    except ValueError as error:  # pydantic-settings: a variable that should hold JSON does not
        raise ConfigurationError(f"an environment variable cannot be read: {error}") from error


def _refuse_unknown_variables() -> None:
    sections = {name.upper() for name in Configuration.model_fields}
    for variable in os.environ:
        if variable.startswith(ENVIRONMENT_PREFIX):
            section = variable.removeprefix(ENVIRONMENT_PREFIX).split("__")[0]
            if section.upper() not in sections:
                raise ConfigurationError(
                    f"the environment variable {variable} names no section: there are {', '.join(sorted(sections))}"
                )


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_url=False):
        key = ".".join(str(part) for part in problem["loc"] if part not in ("dicom_destination",))
        if problem["type"] == "extra_forbidden":
            lines.append(f"{key}: there is no such key")
        elif problem["type"] == "missing":
            lines.append(f"{key}: is missing")
        else:
            # a database URL may hold a password
            value = "" if key == "engine.database_url" else f" = {problem['input']!r}"
            lines.append(f"{key}{value}: {problem['msg']}")
    return "the configuration cannot be used:\n  " + "\n  ".join(lines)
