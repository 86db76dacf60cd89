"""The settings: what they refuse, and how they say it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from portal.settings import Settings, SettingsRefused, load_settings, plain, variable
from portal.settings_table import settings_table


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine that runs the tests has a say."""
    known = {variable(name) for name in Settings.model_fields}
    for name in list(os.environ):
        if name in known or name.startswith("DOSSIER_"):
            monkeypatch.delenv(name)


def refused(monkeypatch: pytest.MonkeyPatch, **environment: str) -> list[str]:
    """The sentences that these variables give."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsRefused) as refusal:
        load_settings()
    return refusal.value.sentences


def test_nothing_set_is_a_portal_on_this_machine() -> None:
    """Without any setting, everything is embedded and only this machine can reach it."""
    settings = load_settings()

    assert settings.host == "127.0.0.1"
    assert settings.public_url == "http://localhost:8000"
    assert not settings.secure_cookies
    assert settings.state == Path.cwd() / "state"
    assert (settings.database_url, settings.store, settings.clamd_address) == (
        "",
        "directory",
        None,
    )
    assert settings.session_idle == timedelta(hours=1)
    assert settings.session_absolute == timedelta(hours=12)
    assert (settings.max_file, settings.max_submission) == (250 * 1000**2, 2 * 1000**3)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "abc", "PORT: 'abc' cannot be used; write a whole number."),
        ("PORT", "0", "PORT: '0' cannot be used; the least possible is 1."),
        ("PORT", "70000", "PORT: '70000' cannot be used; the most possible is 65535."),
        ("DOSSIER_DEMO", "maybe", "DOSSIER_DEMO: 'maybe' cannot be used; write yes or no."),
        (
            "DOSSIER_STORE",
            "ftp",
            "DOSSIER_STORE: 'ftp' cannot be used; write 'directory' or 's3'.",
        ),
        (
            "DOSSIER_MAX_FILE",
            "huge",
            "DOSSIER_MAX_FILE: 'huge' cannot be used; write a size, such as 250 MB.",
        ),
        (
            "DOSSIER_MAX_FILE",
            "5 lots",
            "DOSSIER_MAX_FILE: '5 lots' cannot be used; write a size, such as 250 MB.",
        ),
        (
            "DOSSIER_MAX_FILES",
            "0",
            "DOSSIER_MAX_FILES: '0' cannot be used; the least possible is 1.",
        ),
        (
            "DOSSIER_BASE_URL",
            "portal.example.org",
            "DOSSIER_BASE_URL: 'portal.example.org' cannot be used; "
            "write the whole address, such as https://portal.example.org.",
        ),
        (
            "DOSSIER_BASE_URL",
            "http://portal.example.org",
            "DOSSIER_BASE_URL: 'http://portal.example.org' cannot be used; "
            "write https, because over http passwords and files can be read.",
        ),
        (
            "DOSSIER_BASE_URL",
            "https://portal.example.org/app",
            "DOSSIER_BASE_URL: 'https://portal.example.org/app' cannot be used; "
            "write only https://, the name and, where needed, the port.",
        ),
        (
            "DOSSIER_TRUSTED_PROXIES",
            "10.0.0.1,*",
            "DOSSIER_TRUSTED_PROXIES: '*' cannot be used; "
            "write addresses or networks, such as 10.0.0.5,172.20.0.0/16.",
        ),
        (
            "DOSSIER_CLAMD",
            "scanner",
            "DOSSIER_CLAMD: 'scanner' cannot be used; write the socket's whole path, or host:port.",
        ),
        (
            "DOSSIER_S3_ENDPOINT",
            "objects:8333",
            "DOSSIER_S3_ENDPOINT: 'objects:8333' cannot be used; "
            "write the whole address, such as http://objects:8333.",
        ),
        (
            "DOSSIER_MAIL_FROM",
            "a@b.ca, c@evil.example",
            "DOSSIER_MAIL_FROM: 'a@b.ca, c@evil.example' cannot be used; "
            "write one address, such as no-reply@example.org.",
        ),
        (
            "DOSSIER_STROE",
            "s3",
            "DOSSIER_STROE: there is no such setting; did you mean DOSSIER_STORE?",
        ),
        ("DOSSIER_QQQQ", "1", "DOSSIER_QQQQ: there is no such setting; take it away."),
    ],
)
def test_nonsense_gets_one_sentence(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong value gets one sentence that names it and says what to write."""
    assert refused(monkeypatch, **{name: value}) == [sentence]


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator mends all of them in one go."""
    sentences = refused(monkeypatch, PORT="x", DOSSIER_DEMO="x", DOSSIER_STATTE="x")

    assert [sentence.split(":")[0] for sentence in sentences] == [
        "DOSSIER_STATTE",
        "PORT",
        "DOSSIER_DEMO",
    ]


@pytest.mark.parametrize(
    ("environment", "sentences"),
    [
        (
            {"DOSSIER_STORE": "s3"},
            [
                "DOSSIER_S3_BUCKET is empty; DOSSIER_STORE=s3 needs it.",
                "DOSSIER_S3_ACCESS_KEY is empty; DOSSIER_STORE=s3 needs it.",
                "DOSSIER_S3_SECRET_KEY is empty; DOSSIER_STORE=s3 needs it.",
            ],
        ),
        (
            {"DOSSIER_SMTP_USER": "portal", "DOSSIER_SMTP_TLS": "none"},
            [
                "DOSSIER_SMTP_PASSWORD is empty; DOSSIER_SMTP_USER needs it.",
                "DOSSIER_SMTP_TLS is none; with DOSSIER_SMTP_USER set, write starttls or tls.",
            ],
        ),
        (
            {"DOSSIER_MAX_FILE": "3 GiB"},
            ["DOSSIER_MAX_SUBMISSION is smaller than DOSSIER_MAX_FILE; one file must fit in."],
        ),
        (
            {"DOSSIER_SESSION_IDLE_MINUTES": "120", "DOSSIER_SESSION_HOURS": "1"},
            ["DOSSIER_SESSION_HOURS is shorter than DOSSIER_SESSION_IDLE_MINUTES; make it longer."],
        ),
    ],
)
def test_values_that_do_not_go_together_are_refused(
    environment: dict[str, str], sentences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each value alone is right, together they are nonsense."""
    assert refused(monkeypatch, **environment) == sentences


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_any_spelling_of_postgresql_is_taken(scheme: str) -> None:
    """The address may be written as any tool writes it."""
    settings = Settings(database_url=f"{scheme}://u:p@h/d")

    assert settings.database_url == "postgresql+psycopg://u:p@h/d"


def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown on a screen or kept in a log never holds a password."""
    sentences = refused(monkeypatch, DATABASE_URL="mysql://dossier:hunter2@host/db")

    assert sentences == [
        "DATABASE_URL: its value cannot be used; "
        "only PostgreSQL is spoken, as postgresql://user:password@host/name."
    ]


def test_settings_shown_hold_no_secret() -> None:
    """Printing the settings shows no password and no key."""
    secret = SecretStr("hunter2")
    settings = Settings(
        database_url="postgresql://u:hunter2@h/d", smtp_password=secret, s3_secret_key=secret
    )

    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings)


def test_secrets_come_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file named like the variable sets it, without the line's end; the environment wins."""
    (tmp_path / "DATABASE_URL").write_text("postgresql://u:p@file/d\n")
    (tmp_path / "DOSSIER_S3_SECRET_KEY").write_text("from the file\n")
    (tmp_path / "DOSSIER_SMTP_USER").write_text("")
    monkeypatch.setenv("DOSSIER_SECRETS_DIR", str(tmp_path))

    assert load_settings().database_url == "postgresql+psycopg://u:p@file/d"
    assert plain(load_settings().s3_secret_key) == "from the file"

    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@environment/d")

    assert load_settings().database_url == "postgresql+psycopg://u:p@environment/d"


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files hand over empty variables for what nobody set."""
    monkeypatch.setenv("DOSSIER_TRIBUNAL_EN", "")
    monkeypatch.setenv("PORT", "")

    assert load_settings().tribunal_en == "Demonstration Tribunal"
    assert load_settings().port == 8000


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("/run/clamav/clamd.ctl", Path("/run/clamav/clamd.ctl")),
        ("scanner:3310", ("scanner", 3310)),
        ("[::1]:3310", ("::1", 3310)),
    ],
)
def test_the_scanner_is_a_socket_or_an_address(value: str, address: Path | tuple[str, int]) -> None:
    """Both ways to reach clamd are understood."""
    assert Settings(clamd=value).clamd_address == address


def test_https_makes_cookies_secure() -> None:
    """Cookies are bound to https as soon as people come by https."""
    settings = Settings(base_url="https://portal.example.org/")

    assert settings.public_url == "https://portal.example.org"
    assert settings.secure_cookies


def test_settings_do_not_change_while_the_portal_runs() -> None:
    """One frozen value from start to stop."""
    settings = Settings()

    with pytest.raises(ValueError, match="frozen"):
        settings.port = 9  # pyright: ignore[reportAttributeAccessIssue]


def test_the_table_names_and_describes_every_setting() -> None:
    """Whoever adds a setting describes it, and it is in the table at once."""
    table = settings_table()

    assert all(field.description for field in Settings.model_fields.values())
    for name in Settings.model_fields:
        assert f"| `{variable(name)}` |" in table
    assert "| `DOSSIER_MAX_FILE` | `250 MB` |" in table
    assert "| `DOSSIER_SECRETS_DIR` | `/run/secrets` |" in table
