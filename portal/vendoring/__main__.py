"""`python -m portal.vendoring` fetches and builds all; with `site` only our stylesheet, offline."""

import sys
import tomllib
from pathlib import Path

from portal.vendoring.packages import GOVUK, HTMX, Package, fetch, sha256
from portal.vendoring.stylesheet import minify, prune

STATIC = Path(__file__).resolve().parents[1] / "static"
VENDOR = STATIC / "vendor"
MANIFEST = VENDOR / "manifest.toml"
_HEADING = "/*! GOV.UK Frontend {version}, MIT, (C) 2017 Crown Copyright (GDS); pruned */\n"


def main(arguments: list[str]) -> None:
    """Fetch what is not wanted from disk, then write the stylesheet that pages load."""
    if arguments != ["site"]:
        vendor()
    (STATIC / "site.css").write_text(site_css(), encoding="utf-8")


def vendor() -> None:
    """Take the pinned files from npm and write them beside a manifest of their hashes."""
    entries: list[str] = []
    for package in (HTMX, GOVUK):
        for name, published in fetch(package).items():
            kept = _ours(name, published)
            (VENDOR / name).write_bytes(kept)
            entries.append(_entry(package, name, published, kept))
    MANIFEST.write_text("\n".join(entries), encoding="utf-8")


def site_css() -> str:
    """The one stylesheet: GOV.UK's pruned components, then our own sheet over them."""
    govuk = (VENDOR / "govuk-frontend.css").read_text(encoding="utf-8")
    return govuk + minify((STATIC / "dossier.css").read_text(encoding="utf-8")) + "\n"


def manifest() -> list[dict[str, str]]:
    """What is vendored: package, version, licence, file and hashes."""
    return tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["file"]


def _ours(name: str, published: bytes) -> bytes:
    if name != "govuk-frontend.css":
        return published
    pruned = prune(published.decode("utf-8"))
    return (_HEADING.format(version=GOVUK.version) + pruned + "\n").encode("utf-8")


def _entry(package: Package, name: str, published: bytes, kept: bytes) -> str:
    facts = {
        "path": name,
        "package": package.name,
        "version": package.version,
        "licence": package.licence,
        "taken_from": package.files[name],
        "sha256_as_published": sha256(published),
        "sha256": sha256(kept),
    }
    return "[[file]]\n" + "".join(f'{key} = "{value}"\n' for key, value in facts.items())


if __name__ == "__main__":
    main(sys.argv[1:])
