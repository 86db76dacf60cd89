"""Certifying: the record of a case for another court, signed so that anybody can check it alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from notices.document import typeset
from portal.parts import Parts
from portal.records.bundling import TooLargeToBind, bundle
from portal.records.copying import members
from portal.records.listing import csv_index, facts_of, html_index, manifest
from portal.records.naming import places
from portal.records.reading import Holdings
from portal.records.signing import fingerprint, public_pem, record_key
from portal.records.verifying import FORMAT, KEY, MANIFEST, SIGNATURE
from portal.rules import rules
from portal.web.formatting import Formatting
from portal.web.language import LANGUAGES, N_, say
from storage.zipping import Archive, Member, held

FOLDER = "documents/"
TITLE = N_("Certificate of the registry")
TRUE_COPIES = N_(
    "The registry of the tribunal certifies that the files in the folder “documents” are true copies of the documents in its record of this case that can be read, as they were received, and that manifest.json lists every one of them with its fingerprint (SHA-256)."
)
LEFT_OUT = N_(
    "Number of documents filed in this case that are not in this record, because they were withdrawn, replaced or not accepted, or are still being checked: %(count)s."
)
NO_BUNDLE = N_(
    "The documents are too large for one paginated PDF; each of them is in the folder “documents”."
)
HOW_TO_CHECK = N_(
    "manifest.sig is the tribunal’s signature (Ed25519) of manifest.json. Whoever has the tribunal’s public key can check the record without a network: with “python -m portal verify-record FILE.zip --key KEY.pem”, or with “openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in manifest.json -sigfile manifest.sig” and any program that computes SHA-256."
)
WHERE_THE_KEY_IS = N_("The tribunal publishes its key and the key’s fingerprint at %(address)s.")


@dataclass(frozen=True)
class Certified:
    """Who certifies a record, and when."""

    at: datetime
    by: str


def certified_record(
    portal: Parts, holdings: Holdings, f: Formatting, certified: Certified
) -> tuple[Archive, str]:
    """The signed archive, and the SHA-256 of its manifest; work for a thread.

    Raises StoreUnavailable or ChildUnavailable.
    """
    key, holdings = record_key(portal.settings), holdings.standing
    placed = [(document, FOLDER + path) for document, path in places(holdings)]
    at = holdings.local(certified.at)
    try:
        paginated = [held("bundle.pdf", bundle(portal, holdings, f), at=at)]
    except TooLargeToBind:
        paginated = []
    paper = _certificate(portal, holdings, certified, key, bound=bool(paginated))
    tribunal = portal.tribunal(f.language)
    files = [
        held("certificate.pdf", paper, at=at),
        *paginated,
        held("index.html", html_index(holdings, placed, f, tribunal=tribunal), at=at),
        held("index.csv", csv_index(holdings, placed, f), at=at),
        held(KEY, public_pem(key.public_key()), at=at),
        *members(portal, holdings, folder=FOLDER),
    ]
    about = _about(portal, holdings, certified)
    return sealed(about, files, facts_of(holdings, placed), key=key, at=at)


def sealed(
    about: Mapping[str, Any],
    files: Sequence[Member],
    facts: Mapping[str, Any],
    *,
    key: Ed25519PrivateKey,
    at: datetime,
) -> tuple[Archive, str]:
    """The archive of these files behind their manifest and its signature; the manifest's SHA-256."""
    listed = manifest({"format": FORMAT, "time": at.isoformat(), **about}, files, facts)
    first = held(MANIFEST, listed, at=at)
    return Archive([first, held(SIGNATURE, key.sign(listed), at=at), *files]), first.sha256


def _about(portal: Parts, holdings: Holdings, certified: Certified) -> dict[str, Any]:
    case = holdings.opened.case
    return {
        "tribunal": {language: portal.tribunal(language) for language in LANGUAGES},
        "case": {
            "id": str(case.id),
            "title": case.title,
            "file_numbers": holdings.file_numbers,
            "division": case.division,
            "office": case.office,
        },
        "certified": {
            "at": certified.at.astimezone(holdings.zone).isoformat(timespec="seconds"),
            "by": certified.by,
        },
        "history": {"entries": holdings.entries, "sha256": holdings.chain.hex()},
        "left_out": len(holdings.left_out),
    }


def _certificate(
    portal: Parts,
    holdings: Holdings,
    certified: Certified,
    key: Ed25519PrivateKey,
    *,
    bound: bool,
) -> bytes:
    """The certificate on paper, the language of the proceedings first."""
    first = "fr" if holdings.opened.case.language == "fr" else "en"
    order = sorted(LANGUAGES, key=lambda language: language != first)
    versions = [
        _version(language, portal, holdings, certified, key, bound=bound) for language in order
    ]
    data = {"title": versions[0]["title"], "number": holdings.number, "versions": versions}
    return typeset("certificate", data, first, at=certified.at)


def _version(
    language: str,
    portal: Parts,
    holdings: Holdings,
    certified: Certified,
    key: Ed25519PrivateKey,
    *,
    bound: bool,
) -> dict[str, Any]:
    zone = holdings.zone.key
    f = Formatting(language, zone)
    case = holdings.opened.case
    history = f"{holdings.entries}, {holdings.chain.hex()[:32]} {holdings.chain.hex()[32:]}"
    rows = (
        (N_("Case"), " / ".join(holdings.file_numbers)),
        (N_("Title"), case.title),
        (N_("Division"), f.data(rules.divisions[case.division].name)),
        (N_("Documents"), str(len(holdings.documents))),
        (N_("Certified"), f.moment(certified.at, zone)),
        (N_("By"), certified.by),
        (N_("History: number of entries, and hash of the last"), history),
        (N_("Fingerprint of the key"), fingerprint(key.public_key())),
    )
    texts = [say(language, TRUE_COPIES)]
    if holdings.left_out:
        texts.append(say(language, LEFT_OUT, count=len(holdings.left_out)))
    if not bound:
        texts.append(say(language, NO_BUNDLE))
    address = f"{portal.settings.public_url}/record-key"
    texts += [say(language, HOW_TO_CHECK), say(language, WHERE_THE_KEY_IS, address=address)]
    return {
        "language": language,
        "tribunal": portal.tribunal(language),
        "title": say(language, TITLE),
        "certified": f.day(holdings.local(certified.at).date()),
        "rows": [{"label": say(language, label), "text": text} for label, text in rows],
        "texts": texts,
    }
