"""What an operator can set about mail: the way out, and the way back of what cannot be delivered."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from portal import settings_checks as checks

Port = Annotated[int, Field(ge=1, le=65535)]


class MailSettings(BaseSettings):
    """The part of the settings that couriers and the readers of bounces work with."""

    smtp_host: str = Field(
        default="",
        description="Mail server; empty: mail is caught in the state folder and sent nowhere",
    )
    smtp_port: Port = Field(default=587, description="Port of the mail server")
    smtp_tls: Literal["none", "starttls", "tls"] = Field(
        default="starttls", description="How the way to the mail server is protected"
    )
    smtp_user: str = Field(
        default="", description="Account at the mail server; empty: none is needed"
    )
    smtp_password: SecretStr = Field(
        default=SecretStr(""), description="Its password. Give it as a secret file"
    )
    mail_from: Annotated[str, AfterValidator(checks.one_address)] = Field(
        default="no-reply@localhost",
        description="The address mail comes from: one address, without a name",
    )
    mail_per_minute: int = Field(
        default=600,
        ge=0,
        le=100_000,
        description="The most mails a minute to one domain, all workers together; 0: no limit",
    )
    bounce_address: Annotated[str, AfterValidator(checks.address_or_none)] = Field(
        default="",
        description="Where mail that cannot be delivered comes back to, with `+` and the mail's id "
        "before the `@`: `bounces+…@example.org`; empty: to `DOSSIER_MAIL_FROM`",
    )
    bounce_secret: SecretStr = Field(
        default=SecretStr(""),
        description="The secret that signs what a mail provider posts to `/bounces`; empty: nothing "
        "is taken there. Give it as a secret file",
    )
    imap_host: str = Field(
        default="", description="The IMAP server that bounces come to; empty: none is read"
    )
    imap_port: Port = Field(default=993, description="Its port")
    imap_tls: Literal["starttls", "tls"] = Field(
        default="tls", description="How the way to it is protected"
    )
    imap_user: str = Field(default="", description="Account of that mailbox")
    imap_password: SecretStr = Field(
        default=SecretStr(""), description="Its password. Give it as a secret file"
    )
    imap_folder: str = Field(default="INBOX", description="The folder that bounces come into")
    imap_done_folder: str = Field(default="Read", description="The folder for those that were read")
