"""What is deployed is what the settings know: there is no Docker engine where the tests run."""

import ipaddress
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from portal.__main__ import program
from portal.settings import Settings, plain
from storage.private_clamd import CONFIGURATION
from tests.compose import (
    KNOWN,
    ROOT,
    compose,
    dockerfile,
    filled,
    image_environment,
    our_services,
    secret_targets,
    services,
)


def test_every_setting_named_in_the_compose_file_exists() -> None:
    """A misspelt setting in the compose file fails here, not on the operator's evening."""
    for name, service in our_services().items():
        named = set(service["environment"]) | {target for _, target in secret_targets(service)}

        assert named <= KNOWN, name


def test_every_setting_named_in_the_image_exists() -> None:
    """The image sets only what the settings know, besides Python's own variables."""
    ours = {name for name in image_environment() if not name.startswith(("PYTHON", "PATH"))}

    assert ours <= KNOWN
    assert {"DOSSIER_HOST", "DOSSIER_STATE", "PORT"} <= ours


def test_no_secret_is_set_in_the_environment() -> None:
    """Passwords and keys come as files: an environment is shown by `docker inspect`."""
    secret = {
        "DATABASE_URL",
        "DOSSIER_S3_SECRET_KEY",
        "DOSSIER_SMTP_PASSWORD",
        "DOSSIER_RECORD_KEY",
    }
    for service in our_services().values():
        given = {target for _, target in secret_targets(service)}

        assert secret <= given
        assert not secret & set(service["environment"])
    for service in services().values():
        assert not [key for key in service.get("environment", {}) if key.endswith("_PASSWORD")]


def test_the_portal_starts_with_the_values_of_the_compose_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The values written there pass the settings' own checks, secret files included."""
    environment = image_environment() | our_services()["portal"]["environment"]
    for name, value in environment.items():
        monkeypatch.setenv(name, filled(str(value)))
    for _, target in secret_targets(our_services()["portal"]):
        values = {"DATABASE_URL": "postgresql://u:p@database/dossier", "DOSSIER_RECORD_KEY": ""}
        (tmp_path / target).write_text(values.get(target, "x"))
    monkeypatch.setenv("DOSSIER_SECRETS_DIR", str(tmp_path))

    settings = Settings()

    assert settings.secure_cookies
    assert settings.clamd_address == ("scanner", 3310)
    assert plain(settings.s3_secret_key) == "x"
    assert settings.mail_from == "no-reply@portal.example.org"


@pytest.mark.parametrize("name", sorted(services()))
def test_every_service_is_hardened(name: str) -> None:
    """Read-only, without capabilities beyond the named few, limited, and watched."""
    service = services()[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE", "CHOWN", "SETGID", "SETUID"}
    if name != "migrate":  # it ends by itself
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
        assert "healthcheck" in service or name == "portal"


def test_only_the_proxy_and_the_object_store_begin_as_root() -> None:
    """Everybody else has a user; these two have no capability that reaches outside their files."""
    without_user = {name for name, service in services().items() if "user" not in service}

    assert without_user == {"proxy", "objects"}
    assert not [name for name, each in services().items() if str(each.get("user")).startswith("0")]


def test_every_referenced_thing_is_defined() -> None:
    """Secrets, configurations, volumes, networks and dependencies all exist."""
    whole = compose()
    for name, service in services().items():
        volumes = {each.split(":")[0] for each in service.get("volumes", [])}
        configs = {each["source"] for each in service.get("configs", [])}

        assert {source for source, _ in secret_targets(service)} <= whole["secrets"].keys(), name
        assert configs <= whole["configs"].keys(), name
        assert volumes <= whole["volumes"].keys(), name
        assert set(service["networks"]) <= whole["networks"].keys(), name
        assert set(service.get("depends_on", {})) <= services().keys(), name


def test_the_secrets_that_compose_reads_are_those_that_make_secrets_writes(tmp_path: Path) -> None:
    """After `make secrets` no file is missing, and nobody else on the machine can reach them."""
    (tmp_path / ".ci").mkdir()
    script = tmp_path / ".ci" / "secrets"
    script.write_text((ROOT / ".ci" / "secrets").read_text())
    subprocess.run(["sh", script], check=True, capture_output=True)
    wanted = {each["file"].removeprefix("./secrets/") for each in compose()["secrets"].values()}
    folder = tmp_path / "secrets"

    assert {file.name for file in folder.iterdir()} == wanted
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len((folder / "s3_encryption_key").read_text()) == 64
    assert (folder / "database_password").read_text() in (folder / "database_url").read_text()


def test_secrets_that_are_there_are_kept(tmp_path: Path) -> None:
    """A second `make secrets` changes no password of a running database."""
    (tmp_path / ".ci").mkdir()
    script = tmp_path / ".ci" / "secrets"
    script.write_text((ROOT / ".ci" / "secrets").read_text())
    subprocess.run(["sh", script], check=True, capture_output=True)
    before = (tmp_path / "secrets" / "database_url").read_text()
    subprocess.run(["sh", script], check=True, capture_output=True)

    assert (tmp_path / "secrets" / "database_url").read_text() == before


def test_decisions_are_one_page_each_and_numbered() -> None:
    """A decision says its context, itself and its consequence, on a page a newcomer will read."""
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        words = page.read_text()

        assert words.startswith(f"# {int(page.name[:4])}. "), page.name
        assert all(f"**{part}.** " in words for part in ("Context", "Decision", "Consequence"))
        assert len(words.split()) < 350, page.name


def test_commands_exist() -> None:
    """Each container is started with a word that the command line knows."""
    used = [service["command"][0] for service in our_services().values()]
    used += [json.loads(rest)[0] for word, rest in dockerfile() if word == "CMD"]

    assert set(used) <= set(program)
    assert {"serve", "worker", "migrate"} <= set(used)


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    """The last stage has a numbered user and a health check; nothing after them needs root."""
    words = [word for word, _ in dockerfile()]
    user = dict(dockerfile())["USER"]
    health = dict(dockerfile())["HEALTHCHECK"]

    assert re.fullmatch(r"[1-9]\d{4}:[1-9]\d{4}", user)
    assert "RUN" not in words[words.index("USER") :]
    assert "portal.pulse" in health


def test_the_image_installs_by_hash_and_names_no_index() -> None:
    """Every package is checked against the locks, the installer itself included."""
    text = (ROOT / "Dockerfile").read_text()
    installs = [line for line in text.splitlines() if " install " in line and "apt" not in line]

    assert len(installs) == 2
    assert all("--require-hashes" in line for line in installs)


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "tests/requirements.lock", ".ci/requirements.lock"]
)
def test_locks_have_hashes_and_no_address(lock: str) -> None:
    """A lock says what, never from where."""
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==\S+", text, re.MULTILINE)

    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    assert pinned
    assert len(re.findall(r"^[\w.-]+==[^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(
        pinned
    )


def test_the_tests_run_against_the_object_store_that_is_deployed() -> None:
    """The version in the image's tag is the version of the wheel that the tests start."""
    tag = services()["objects"]["image"].rpartition(":")[2]

    assert f"\nseaweedfs-bin=={tag} " in (ROOT / "tests" / "requirements.lock").read_text()


def test_clamd_has_the_same_limits_everywhere() -> None:
    """The scanner in the compose file gives the verdicts that the private one gives."""
    place = {"LocalSocket", "DatabaseDirectory", "TemporaryDirectory", "TCPSocket", "TCPAddr"}
    deployed = _options(compose()["configs"]["clamd"]["content"])
    private = _options(CONFIGURATION)

    assert {key: deployed.get(key) for key in private.keys() - place} == {
        key: private[key] for key in private.keys() - place
    }
    assert _bytes(deployed["StreamMaxLength"]) > Settings().max_file
    assert _bytes(deployed["MaxFileSize"]) > _bytes(deployed["MaxScanSize"])


def test_the_scanner_has_memory_for_the_official_signatures() -> None:
    """Old and new signatures are in memory together while they are read anew."""
    memory = services()["scanner"]["deploy"]["resources"]["limits"]["memory"]

    assert _bytes(memory.upper()) >= 3 * 1024**3


def test_what_parses_hostile_files_has_no_way_out() -> None:
    """Scanner, database and objects are reachable only from inside, and reach nothing."""
    networks = compose()["networks"]
    for name in ("scanner", "database", "objects", "portal", "migrate"):
        assert all(networks[each]["internal"] for each in services()[name]["networks"]), name
    assert {name for name, each in services().items() if "ports" in each} == {"proxy", "mail"}


def test_the_portal_trusts_only_the_proxy_network() -> None:
    """The network whose word counts is the one that proxy and portal alone share."""
    front = compose()["networks"]["front"]["ipam"]["config"][0]["subnet"]
    trusted = our_services()["portal"]["environment"]["DOSSIER_TRUSTED_PROXIES"]
    members = {name for name, each in services().items() if "front" in each["networks"]}

    assert ipaddress.ip_network(front) == ipaddress.ip_network(trusted)
    assert members == {"proxy", "portal"}


def test_the_proxy_keeps_the_operators_pages_inside() -> None:
    """Which part is down is nobody's business outside."""
    caddyfile = compose()["configs"]["caddyfile"]["content"]

    assert "@own path /readyz /metrics" in caddyfile
    assert "respond @own 404" in caddyfile


def _options(text: str) -> dict[str, Any]:
    return dict(line.split(None, 1) for line in text.splitlines() if line.strip())


def _bytes(size: str) -> int:
    return int(size[:-1]) * 1024 ** " KMG".index(size[-1])
