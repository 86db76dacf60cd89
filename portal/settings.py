"""Everything an operator can set, in one frozen class that refuses to start on nonsense."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ByteSize,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from portal import settings_checks as checks
from portal.settings_checks import plain
from portal.settings_mail import MailSettings, Port
from portal.settings_words import MISFIT, PREFIX, unknown_names, wrong_values

SECRETS_FOLDER = "DOSSIER_SECRETS_DIR"
Networks = tuple[Annotated[str, AfterValidator(checks.network)], ...]


class SettingsRefused(Exception):
    """The portal does not start: one sentence for each wrong value."""

    def __init__(self, sentences: list[str]) -> None:
        """Keep the sentences, one a line."""
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Settings(MailSettings):
    """The values one portal or worker process runs with, from the environment and secret files."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        populate_by_name=True,
        extra="forbid",
    )

    host: str = Field(
        default="127.0.0.1", description="The address to listen on; `0.0.0.0` in a container"
    )
    port: Port = Field(default=8000, validation_alias="PORT", description="The port to listen on")
    base_url: Annotated[str, AfterValidator(checks.public_address)] = Field(
        default="",
        description="The address people type, used in mail; empty: `http://localhost:PORT`. "
        "With https, cookies are marked secure",
    )
    trusted_proxies: Annotated[Networks, NoDecode, BeforeValidator(checks.separate)] = Field(
        default=(),
        description="Addresses or networks of the reverse proxies whose word on the client's "
        "address counts, with commas between",
    )
    state: Annotated[Path, AfterValidator(checks.whole_path)] = Field(
        default=Path("state"), description="The one folder for all that this machine itself keeps"
    )
    database_url: Annotated[str, AfterValidator(checks.postgresql)] = Field(
        default="",
        repr=False,
        validation_alias="DATABASE_URL",
        description="PostgreSQL 15 or later, `postgresql://…`; empty: embedded, in the state "
        "folder. Give it as a secret file: it holds a password",
    )

    store: Literal["directory", "s3"] = Field(
        default="directory",
        description="Where the bytes go: a `directory` in the state folder, or `s3`",
    )
    s3_endpoint: Annotated[str, AfterValidator(checks.server_address)] = Field(
        default="", description="Address of the S3 server; empty: Amazon's own"
    )
    s3_region: str = Field(default="us-east-1", description="Region of the bucket")
    s3_bucket: str = Field(default="", description="Bucket; needed with `s3`")
    s3_access_key: str = Field(default="", description="Access key; needed with `s3`")
    s3_secret_key: SecretStr = Field(
        default=SecretStr(""), description="Secret key; needed with `s3`. Give it as a secret file"
    )
    clamd: Annotated[str, AfterValidator(checks.socket_or_address)] = Field(
        default="",
        description="The virus scanner: path of its socket, or `host:port`; empty: a private one "
        "in the state folder",
    )

    tribunal_en: str = Field(
        default="Demonstration Tribunal", min_length=1, description="The tribunal's name in English"
    )
    tribunal_fr: str = Field(
        default="Tribunal de démonstration",
        min_length=1,
        description="The tribunal's name in French",
    )
    record_key: Annotated[SecretStr, AfterValidator(checks.signing_key)] = Field(
        default=SecretStr(""),
        description="The Ed25519 private key (PEM) that signs certified records; empty: one made "
        "in the state folder. Give it as a secret file",
    )
    code_key: Annotated[SecretStr, AfterValidator(checks.hashing_key)] = Field(
        default=SecretStr(""),
        description="The key under which the codes of invitation letters are hashed; empty: one "
        "made in the state folder. Without it posted codes stop working. Give it as a secret file",
    )
    max_file: ByteSize = Field(
        default=ByteSize(250 * 1000**2), ge=1, description="The largest file that is taken"
    )
    max_submission: ByteSize = Field(
        default=ByteSize(2 * 1000**3),
        ge=1,
        description="The largest submission, all its files together",
    )
    max_files: int = Field(
        default=200, ge=1, le=10_000, description="The most files in one submission"
    )
    session_idle_minutes: int = Field(
        default=60, ge=5, le=1440, description="Minutes without a click after which a session ends"
    )
    session_hours: int = Field(
        default=12, ge=1, le=24, description="Hours after which a session ends whatever happens"
    )

    exit_url: Annotated[str, AfterValidator(checks.elsewhere)] = Field(
        default="",
        description='Where "Leave this page quickly" leads: an everyday page of another site, such '
        "as the weather, `https://…`; empty: a harmless page of the portal itself",
    )

    recall_minutes: int = Field(
        default=5,
        ge=0,
        le=60,
        description="Minutes within which an issued notice can be recalled: until then nobody but "
        "the registry sees it and no mail goes out; 0: it leaves at once",
    )
    reconcile_days: int = Field(
        default=30,
        ge=1,
        le=256,
        description="Days within which every stored file is read and its SHA-256 compared, a share "
        "of them each night",
    )
    rescan_rate: ByteSize = Field(
        default=ByteSize(10 * 1000**3),
        ge=0,
        description="How much is scanned again in an hour once the virus signatures have changed, "
        "the newest documents first; 0: nothing",
    )
    embedded_worker: bool = Field(
        default=True,
        description="Whether the portal process does the jobs too, without a worker beside it",
    )
    worker_concurrency: int = Field(
        default=2, ge=1, le=64, description="Jobs done at the same time"
    )
    demo: bool = Field(
        default=False,
        description="A demonstration: every page says so, and the seeded people may sign in",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important kind of line that is logged"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what the code says, then the environment, then secret files; never a `.env`."""
        folder = Path(os.environ.get(SECRETS_FOLDER, "/run/secrets"))
        if not folder.is_dir():
            return init_settings, env_settings
        return init_settings, env_settings, SecretsSettingsSource(settings_cls, folder)

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        sentences = list(_misfits(self))
        if sentences:
            raise PydanticCustomError(MISFIT, "\n".join(sentences))  # pyright: ignore[reportArgumentType]
        return self

    @property
    def public_url(self) -> str:
        """The address people type, without a slash at its end."""
        return self.base_url or f"http://localhost:{self.port}"

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may travel by https only."""
        return self.public_url.startswith("https://")

    @property
    def clamd_address(self) -> Path | tuple[str, int] | None:
        """The scanner's socket or its host and port; None for the private one."""
        if not self.clamd or self.clamd.startswith("/"):
            return Path(self.clamd) if self.clamd else None
        host, _, port = self.clamd.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def session_idle(self) -> timedelta:
        """The time without a click after which a session ends."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def session_absolute(self) -> timedelta:
        """The time after which a session ends whatever happens."""
        return timedelta(hours=self.session_hours)

    @property
    def recall_for(self) -> timedelta:
        """The time from issuing a notice until it leaves and cannot be recalled any more."""
        return timedelta(minutes=self.recall_minutes)


def load_settings() -> Settings:
    """Read the environment and the secret files, or raise SettingsRefused with what to mend."""
    known = {variable(name) for name in Settings.model_fields} | {SECRETS_FOLDER}
    sentences = list(unknown_names(os.environ, known))
    try:
        settings = Settings()
    except ValidationError as error:
        secrets = {variable(name) for name, each in Settings.model_fields.items() if _secret(each)}
        raise SettingsRefused([*sentences, *wrong_values(error, secrets)]) from None
    if sentences:
        raise SettingsRefused(sentences)
    return settings


def variable(field_name: str) -> str:
    """The environment variable, or secret file, that sets this field."""
    alias = Settings.model_fields[field_name].validation_alias
    return alias if isinstance(alias, str) else PREFIX + field_name.upper()


def _misfits(settings: Settings) -> Iterator[str]:
    """Say which values, each right alone, do not go together."""
    if settings.store == "s3":
        for field in ("s3_bucket", "s3_access_key", "s3_secret_key"):
            if not plain(getattr(settings, field)):
                yield f"{variable(field)} is empty; DOSSIER_STORE=s3 needs it."
    if settings.smtp_user and not plain(settings.smtp_password):
        yield "DOSSIER_SMTP_PASSWORD is empty; DOSSIER_SMTP_USER needs it."
    if settings.smtp_user and settings.smtp_tls == "none":
        yield "DOSSIER_SMTP_TLS is none; with DOSSIER_SMTP_USER set, write starttls or tls."
    imap = (settings.imap_host, settings.imap_user, plain(settings.imap_password))
    yield from checks.bounces(imap, plain(settings.bounce_secret))
    if settings.max_submission < settings.max_file:
        yield "DOSSIER_MAX_SUBMISSION is smaller than DOSSIER_MAX_FILE; one file must fit in."
    if settings.session_absolute < settings.session_idle:
        yield "DOSSIER_SESSION_HOURS is shorter than DOSSIER_SESSION_IDLE_MINUTES; make it longer."


def _secret(field: FieldInfo) -> bool:
    return not field.repr or field.annotation is SecretStr
