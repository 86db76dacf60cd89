"""Readers of the files that deploy Dossier, just large enough for the tests that check them."""

import re
import shlex
from pathlib import Path
from typing import Any

import yaml

from portal.settings import SECRETS_FOLDER, Settings, variable

ROOT = Path(__file__).resolve().parent.parent
KNOWN = {variable(name) for name in Settings.model_fields} | {SECRETS_FOLDER}
OUR_IMAGE = "dossier:"


def compose() -> dict[str, Any]:
    """The whole compose file, with its anchors resolved."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def services() -> dict[str, dict[str, Any]]:
    """Every service by its name."""
    return compose()["services"]


def our_services() -> dict[str, dict[str, Any]]:
    """The services that run our own image."""
    return {name: each for name, each in services().items() if each["image"].startswith(OUR_IMAGE)}


def dockerfile() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile's last stage, each with its words."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]
    last = max(index for index, (word, _) in enumerate(pairs) if word == "FROM")
    return pairs[last:]


def image_environment() -> dict[str, str]:
    """What ENV sets in the image."""
    words = [word for name, rest in dockerfile() if name == "ENV" for word in shlex.split(rest)]
    return dict(word.split("=", 1) for word in words)


def secret_targets(service: dict[str, Any]) -> list[tuple[str, str]]:
    """The secrets a service is given: each one's name, and that of its file in the container."""
    given = service.get("secrets", [])
    return [(s, s) if isinstance(s, str) else (s["source"], s["target"]) for s in given]


def filled(value: str) -> str:
    """A value of the compose file with its variables taken as their defaults, or an example."""
    examples = {"PORTAL_NAME": "portal.example.org", "SMTP_HOST": "mail.example.org"}
    pattern = re.compile(r"\$\{(\w+)(?:(:[-?])((?:[^{}]|\{[^{}]*\})*))?\}")

    def fill(match: re.Match[str]) -> str:
        name, kind, default = match.groups(default="")
        return filled(default) if kind == ":-" else examples.get(name, f"example {name}")

    return pattern.sub(fill, value)
