"""What browsers load is what the manifest says, and little enough for a poor connection."""

import gzip

import pytest

from portal.vendoring.__main__ import STATIC, VENDOR, manifest, site_css
from portal.vendoring.packages import sha256

LOADED = ("site.css", "vendor/htmx.min.js", "dossier.js")


@pytest.mark.parametrize("entry", manifest(), ids=lambda entry: entry["path"])
def test_a_vendored_file_has_the_hash_of_the_manifest(entry: dict[str, str]) -> None:
    """Nobody edits a vendored file by hand, and the manifest names its version and licence."""
    assert entry["sha256"] == sha256((VENDOR / entry["path"]).read_bytes())
    assert entry["version"]
    assert entry["licence"]


def test_only_the_stylesheet_differs_from_what_was_published() -> None:
    """Scripts are taken as they are; the stylesheet is pruned."""
    changed = [one["path"] for one in manifest() if one["sha256"] != one["sha256_as_published"]]

    assert changed == ["govuk-frontend.css"]


def test_nothing_lies_in_the_folder_that_the_manifest_does_not_name() -> None:
    """A file without a version and a licence is not ours to serve."""
    named = {one["path"] for one in manifest()} | {"manifest.toml", "govuk-frontend.LICENSE.txt"}

    assert {path.name for path in VENDOR.iterdir()} == named


def test_the_stylesheet_is_built_from_its_present_sources() -> None:
    """Whoever edits dossier.css runs `python -m portal.vendoring site`."""
    assert (STATIC / "site.css").read_text(encoding="utf-8") == site_css()


@pytest.mark.parametrize("theirs", ["@font-face", "url(", "@import", "GDS Transport", "crest"])
def test_the_stylesheet_fetches_nothing_and_bears_no_brand(theirs: str) -> None:
    """No font, picture or emblem of another government."""
    assert theirs not in site_css()


def test_our_own_sheet_stays_below_4_kb() -> None:
    """GOV.UK's components carry the look; ours only adds what they lack."""
    ours = site_css().removeprefix((VENDOR / "govuk-frontend.css").read_text(encoding="utf-8"))

    assert len(gzip.compress(ours.encode())) < 4096


def test_style_and_scripts_leave_20_kb_of_the_first_view_to_the_page() -> None:
    """A first view is 50 KB compressed; what every page loads may take 30 of them."""
    sizes = [len(gzip.compress((STATIC / name).read_bytes())) for name in LOADED]

    assert sum(sizes) < 30_000
