"""Signing: the tribunal's own key, which stands for its certified records."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from portal.settings import Settings, plain


def record_key(settings: Settings) -> Ed25519PrivateKey:
    """The key that settings give, or one of our own that stays in the state folder; it reads files."""
    given = plain(settings.record_key)
    pem = given.encode() if given else _own_key(settings.state / "record-key.pem")
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the record key is not an Ed25519 key")
    return key


def _own_key(path: Path) -> bytes:
    """Made once; whoever comes second finds the first one's, whole."""
    if not path.exists():
        made = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.draft")
        draft.touch(mode=0o600)
        draft.write_bytes(made)
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()


def public_pem(key: Ed25519PublicKey) -> bytes:
    """The public half, as programs read it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the public key (DER), in groups that people can compare: "3f2a 90c1 …"."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    whole = hashlib.sha256(der).hexdigest()
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))
