"""Verifying a proof of service, with nothing but the file: no portal, no database, no network."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from portal.proofs.stating import FORMAT, written
from portal.records.signing import fingerprint

OK, CHANGED = "OK", "changed"
FILE, SIGNATURE, LINKS = "the file, to the last byte", "the signature", "the links between entries"
# What a file that was changed makes its readers say.
DAMAGE = (KeyError, TypeError, ValueError, AttributeError, RecursionError, IndexError)
# Fields of an entry's text before its facts, one a line (0014).
FIELDS = 10


class NotAProof(Exception):
    """No proof of service, or one too damaged to be read as one."""


@dataclass(frozen=True)
class Verified:
    """What was found of each part, and whose signature it is."""

    found: dict[str, str]
    key: str
    # Whether the file brought the key that it was checked with.
    own_key: bool
    stated: dict[str, Any]

    @property
    def whole(self) -> bool:
        """Whether everything is as it was signed and chained."""
        return set(self.found.values()) == {OK}


def verify_proof(data: bytes, key: bytes | None = None) -> Verified:
    """Check form, signature, hashes and links; `key` is a public key in PEM. Raises NotAProof.

    Without one, the key inside is used: whoever forges a proof brings a key that fits.
    """
    try:
        whole: dict[str, Any] = json.loads(data)
        stated = {name: part for name, part in whole.items() if name != "signature"}
        public = load_pem_public_key(key or stated["key"]["pem"].encode())
        if stated["format"] != FORMAT or not isinstance(public, Ed25519PublicKey):
            raise NotAProof("this is no proof of service")
        found = {
            FILE: _said(written(whole) == data),
            SIGNATURE: _said(_signed(public, whole["signature"], stated)),
            **_entries(stated),
        }
    except DAMAGE as error:
        raise NotAProof(f"no proof of service, or a damaged one: {error!r}") from error
    return Verified(found, fingerprint(public), key is None, stated)


def _said(good: bool) -> str:
    return OK if good else CHANGED


def _signed(public: Ed25519PublicKey, signature: str, stated: dict[str, Any]) -> bool:
    given = bytes.fromhex(signature)
    try:
        public.verify(given, written(stated))
    except InvalidSignature:
        return False
    # Hexadecimal has two cases, and one of them is what was written.
    return given.hex() == signature


def _entries(stated: dict[str, Any]) -> dict[str, str]:
    """Each entry that is told, recomputed; and whether they follow each other without a gap."""
    entries: list[dict[str, Any]] = stated["entries"]
    hashes = {int(one["number"]): str(one["hash"]) for one in entries}
    numbers = [int(one["number"]) for one in entries]
    first = numbers[0] if numbers else 0
    linked = bool(entries) and numbers == list(range(first, first + len(numbers)))
    found: dict[str, str] = {}
    for one in entries:
        if "text" in one:
            previous, good = _recomputed(one, stated)
            number = int(one["number"])
            found[f"entry {number}"] = _said(good)
            linked = linked and previous == hashes.get(number - 1, "")
    return found | {LINKS: _said(linked and bool(found))}


def _recomputed(entry: dict[str, Any], stated: dict[str, Any]) -> tuple[str, bool]:
    """The hash its text says came before it; and whether it is itself, of this case and notice."""
    text = str(entry["text"])
    fields = text.split("\n", FIELDS)
    facts: dict[str, Any] = json.loads(fields[FIELDS])
    return fields[0], (
        hashlib.sha256(text.encode()).hexdigest() == entry["hash"]
        and (fields[1], fields[2]) == (stated["case"]["id"], str(entry["number"]))
        and facts["notice_id"] == stated["notice"]["id"]
    )


def report(path: Path, key: Path | None = None) -> tuple[int, list[str]]:
    """What to print of a proof, and how to leave: 0 confirmed, 1 not."""
    try:
        found = verify_proof(path.read_bytes(), key.read_bytes() if key else None)
    except (NotAProof, OSError) as error:
        return 1, [f"{path}: {error}", "NOT CONFIRMED."]
    lines = [f"{verdict:<8} {name}" for name, verdict in found.found.items()]
    if found.whole:
        lines += ["", *_told(found.stated), ""]
    lines.append(f"Key {found.key}")
    if found.own_key:
        lines.append("The proof brought this key itself. Compare it with the tribunal's own,")
        lines.append("or give that with --key: a forged proof brings a key that fits.")
    lines.append("Confirmed: as it was signed." if found.whole else "NOT CONFIRMED.")
    return (0 if found.whole else 1), lines


def _told(stated: dict[str, Any]) -> list[str]:
    """What the proof says, in words: the notice, then each person's steps."""
    notice = stated["notice"]
    lines = [f"Notice {notice['number']} ({notice['kind']}), case {stated['case']['file_number']}"]
    for service in stated["services"]:
        lines.append(f"{service['name']} ({service['capacity']})")
        for step in service["steps"]:
            when = step.get("at") or step.get("on") or "not yet"
            name = f" by {step['name']}" if "name" in step else ""
            lent = f" for {step['principal']}" if "principal" in step else ""
            lines.append(f"  {step['step'].replace('_', ' ')}{name}{lent}: {when}")
    return lines
