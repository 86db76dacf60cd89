"""What makes one value of a setting nonsense."""

from collections.abc import Iterator
from email.headerregistry import Address
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

OWN_MACHINE = ("localhost", "127.0.0.1", "::1")


def public_address(value: str) -> str:
    """Accept an address people can type, https except on this machine."""
    if not value:
        return value
    parts = urlsplit(value.rstrip("/"))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("write the whole address, such as https://portal.example.org")
    if parts.path or parts.query or parts.fragment or parts.username:
        raise ValueError("write only https://, the name and, where needed, the port")
    if parts.scheme == "http" and parts.hostname not in OWN_MACHINE:
        raise ValueError("write https, because over http passwords and files can be read")
    return value.rstrip("/")


def elsewhere(value: str) -> str:
    """Accept an https address of another site, or nothing."""
    parts = urlsplit(value)
    if value and (parts.scheme != "https" or not parts.hostname or parts.username):
        raise ValueError("write a whole address that begins with https://")
    return value


def separate(value: object) -> object:
    """Take a list apart at its commas."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def network(value: str) -> str:
    """Accept an address or a network, such as 172.20.0.0/16."""
    try:
        ip_network(value)
    except ValueError:
        raise ValueError("write addresses or networks, such as 10.0.0.5,172.20.0.0/16") from None
    return value


def whole_path(value: Path) -> Path:
    """Make the path independent of the folder the process stands in."""
    return value.expanduser().absolute()


def postgresql(value: str) -> str:
    """Accept a PostgreSQL address in any of its spellings; answer in SQLAlchemy's."""
    scheme, found, rest = value.partition("://")
    if not value:
        return value
    if not found or scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise ValueError("only PostgreSQL is spoken, as postgresql://user:password@host/name")
    return f"postgresql+psycopg://{rest}"


def server_address(value: str) -> str:
    """Accept the address of a server inside the tribunal's network."""
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("write the whole address, such as http://objects:8333")
    return value


def socket_or_address(value: str) -> str:
    """Accept the whole path of a socket, or host:port."""
    host, _, port = value.rpartition(":")
    if value and not value.startswith("/") and not (host and port.isdecimal()):
        raise ValueError("write the socket's whole path, or host:port")
    return value


def one_address(value: str) -> str:
    """Accept exactly one mail address, without a name beside it."""
    try:
        address = Address(addr_spec=value)
    except Exception:  # noqa: BLE001  the parser raises half a dozen kinds, IndexError among them
        raise ValueError("write one address, such as no-reply@example.org") from None
    if not (address.username and address.domain):
        raise ValueError("write one address, such as no-reply@example.org")
    return value


def address_or_none(value: str) -> str:
    """Accept one mail address, or nothing."""
    return one_address(value) if value else value


def bounces(imap: tuple[str, str, str], secret: str) -> Iterator[str]:
    """Say what is missing to read bounces; `imap`: host, user and password of their mailbox."""
    host, user, password = imap
    if host and not (user and password):
        yield "DOSSIER_IMAP_HOST needs DOSSIER_IMAP_USER and DOSSIER_IMAP_PASSWORD."
    if 0 < len(secret) < 32:
        yield "DOSSIER_BOUNCE_SECRET is too short to be safe; make one with: openssl rand -hex 32"


def plain(value: str | SecretStr) -> str:
    """The value itself, secret or not."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def signing_key(value: SecretStr) -> SecretStr:
    """Accept an Ed25519 private key in PEM, without a password."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    pem = value.get_secret_value()
    try:
        fits = not pem or isinstance(load_pem_private_key(pem.encode(), None), Ed25519PrivateKey)
    except (ValueError, TypeError):
        fits = False
    if not fits:
        raise ValueError("make one with: openssl genpkey -algorithm ed25519")
    return value


def hashing_key(value: SecretStr) -> SecretStr:
    """Accept a key that nobody can try out."""
    if 0 < len(value.get_secret_value()) < 32:
        raise ValueError("too short to be safe; make one with: openssl rand -hex 32")
    return value
