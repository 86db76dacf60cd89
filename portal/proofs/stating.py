"""Stating: the proof of service as data, signed, in the one form that its signature covers."""

import hashlib
import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.ladder import Step
from portal.proofs.gathering import Evidence
from portal.records.signing import fingerprint, public_pem
from portal.registry.issued.reading import Served

FORMAT = "dossier-proof-of-service-1"


def written(stated: dict[str, Any]) -> bytes:
    """The bytes of a statement: JSON in UTF-8, keys sorted, one space an indent, a line feed at the end.

    One form only, so that a file is what was signed to the last byte, its spaces included.
    """
    return (json.dumps(stated, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def signed(stated: dict[str, Any], key: Ed25519PrivateKey) -> bytes:
    """The file: the statement with its signature (Ed25519, RFC 8032) of everything else in it."""
    return written(stated | {"signature": key.sign(written(stated)).hex()})


def state(
    evidence: Evidence, *, tribunal: dict[str, str], key: Ed25519PrivateKey
) -> dict[str, Any]:
    """Everything there is to state, but for the signature; times are ISO 8601 with their offset."""
    zone, opened = evidence.zone, evidence.issued.opened
    return {
        "format": FORMAT,
        "tribunal": tribunal,
        "zone": zone,
        "made": {"at": on_clock(evidence.made_at, zone), "by": evidence.made_by},
        "key": {
            "algorithm": "Ed25519",
            "fingerprint": fingerprint(key.public_key()),
            "pem": public_pem(key.public_key()).decode(),
        },
        "case": {"id": str(opened.id), "file_number": evidence.issued.notice.facts["file_number"]},
        "notice": _notice(evidence),
        "services": [_service(one, zone) for one in evidence.issued.services],
        "entries": _entries(evidence),
    }


def wording_sha256(notice: Any) -> str:  # noqa: ANN401 - a row
    """SHA-256 of what was said in both languages, as `written()` writes it."""
    names = ("subject_en", "subject_fr", "parts_en", "parts_fr")
    return hashlib.sha256(written({name: getattr(notice, name) for name in names})).hexdigest()


def on_clock(moment: datetime, zone: str) -> str:
    """This moment on the clock of this zone, with its offset: 2026-11-22T09:05:00.123456-05:00."""
    return moment.astimezone(ZoneInfo(zone)).isoformat()


def _notice(evidence: Evidence) -> dict[str, Any]:
    notice, zone = evidence.issued.notice, evidence.zone
    stated: dict[str, Any] = {
        "id": str(notice.id),
        "number": notice.number,
        "kind": notice.kind,
        "language": notice.language,
        "issued": {"at": on_clock(notice.issued_at, zone), "by": notice.issued_by_name},
        "leaves_at": on_clock(notice.leaves_at, zone),
        "wording_sha256": wording_sha256(notice),
    }
    if notice.pdf_sha256:
        stated["pdf"] = {"sha256": notice.pdf_sha256, "size": notice.pdf_size}
    if notice.recalled_at:
        at = on_clock(notice.recalled_at, zone)
        stated["recalled"] = {"at": at, "by": notice.recalled_by_name}
    return stated


def _service(served: Served, zone: str) -> dict[str, Any]:
    """One person, or party, with every step; those still to come have neither `at` nor `on`."""
    row = served.row
    stated: dict[str, Any] = {
        "id": str(row.id),
        "name": row.person_name,
        "capacity": row.capacity,
        "why": row.why,
        "language": row.language,
        "steps": [_step(one, zone) for one in served.steps],
    }
    if row.principal_name:
        stated["for"] = row.principal_name
    if row.legal_why:
        stated["legal_why"] = row.legal_why
    return stated


def _step(step: Step, zone: str) -> dict[str, Any]:
    when: dict[str, Any] = {}
    if step.at:
        when["at"] = on_clock(step.at, zone)
    if step.on:
        when["on"] = _day(step.on)
    return {"step": step.code, **when, **step.facts}


def _day(day: date) -> str:
    return day.isoformat()


def _entries(evidence: Evidence) -> list[dict[str, Any]]:
    """The case's chain where it tells of this notice; of the entries between only their hashes."""
    texts = {one.number: one.text for one in evidence.told}
    return [
        {"number": number, "hash": digest} | ({"text": texts[number]} if number in texts else {})
        for number, digest in sorted(evidence.chain.items())
    ]
