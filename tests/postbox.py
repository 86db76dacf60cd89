"""A real IMAP server for the tests: Debian's dovecot, private, over TLS with a certificate of its own."""

import datetime as dt
import grp
import imaplib
import os
import pwd
import shutil
import ssl
import subprocess
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from notices.mailbox import Mailbox
from tests.servers import free_ports

USER, PASSWORD = "bounces@portal.example", "tests-only-91c2"

# One user, who is not root: its processes refuse to be, and cages of their own take root. Everything
# it writes is in its folder.
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
default_login_user = {me}
default_internal_user = {me}
default_internal_group = {group}
first_valid_uid = 0
mail_location = maildir:{folder}/mail
mail_uid = {uid}
mail_gid = {gid}
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Postbox:
    """A running server, and how to reach it."""

    port: int
    plain: int
    certificate: Path

    def mailbox(self, **other: object) -> Mailbox:
        """The mailbox of bounces in it, as the portal reads it."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        given = {"port": self.port, "password": PASSWORD, "context": context, "patience": 10.0}
        return Mailbox(host="127.0.0.1", user=USER, **(given | other))  # pyright: ignore[reportArgumentType]

    @contextmanager
    def opened(self) -> Generator[imaplib.IMAP4]:
        """A mail program of somebody else's at the same account."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        with imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context) as program:
            program.login(USER, PASSWORD)
            yield program

    def receives(self, *messages: bytes) -> None:
        """Messages come into the inbox."""
        with self.opened() as program:
            for message in messages:
                crlf = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                word, said = program.append("INBOX", "", "", crlf)
                assert word == "OK", said

    def holds(self, folder: str) -> int:
        """How many messages lie in a folder."""
        with self.opened() as program:
            word, said = program.select(folder, readonly=True)
            return int(said[0] or 0) if word == "OK" else 0

    def empties(self) -> None:
        """Nothing is left from the test before."""
        with self.opened() as program:
            for folder in ("INBOX", "Read"):
                word, said = program.select(folder)
                if word == "OK" and int(said[0] or 0):
                    program.store("1:*", "+FLAGS.SILENT", r"(\Deleted)")
                    program.expunge()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Postbox]:
    """The server itself, for a whole run."""
    # Not in pytest's folder: as root, that is closed to the user the server runs as.
    with TemporaryDirectory(prefix="dossier-dovecot-") as folder, run_dovecot(Path(folder)) as box:
        yield box


@pytest.fixture
def postbox(dovecot: Postbox) -> Postbox:
    """An empty mailbox on it."""
    dovecot.empties()
    return dovecot


@contextmanager
def run_dovecot(folder: Path) -> Generator[Postbox]:
    """Start dovecot in this folder, wait until it lets its user in, and stop it by its own pid."""
    path = shutil.which("dovecot") or "/usr/sbin/dovecot"
    port, plain = free_ports(2)
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    facts = {"folder": folder, "port": port, "plain": plain, "password": PASSWORD}
    facts |= {"me": user.pw_name, "group": grp.getgrgid(user.pw_gid).gr_name}
    facts |= {"uid": user.pw_uid, "gid": user.pw_gid}
    _certify(folder)
    (folder / "dovecot.conf").write_text(CONFIGURATION.format_map(facts))
    for path_in in (folder, *folder.iterdir()):
        os.chown(path_in, user.pw_uid, user.pw_gid)
    root = os.getuid() == 0
    dovecot = subprocess.Popen(
        [path, "-F", "-c", str(folder / "dovecot.conf")],
        user=user.pw_uid if root else None,
        group=user.pw_gid if root else None,
        extra_groups=[] if root else None,
    )
    running = Postbox(port, plain, folder / "cert.pem")
    try:
        _wait(dovecot, running)
        yield running
    finally:
        dovecot.terminate()
        dovecot.wait(20)


def _wait(dovecot: subprocess.Popen[bytes], running: Postbox) -> None:
    ends = time.monotonic() + 30
    while True:
        try:
            with running.opened():
                return
        except (OSError, imaplib.IMAP4.error) as error:
            if dovecot.poll() is not None or time.monotonic() > ends:
                log = running.certificate.with_name("dovecot.log")
                said = log.read_text()[-2000:] if log.exists() else ""
                raise RuntimeError(f"dovecot did not start: {said}") from error
            time.sleep(0.05)


def _certify(folder: Path) -> None:
    """A key, and a certificate for 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
