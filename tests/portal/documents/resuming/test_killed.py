"""The portal is killed in the middle of an upload: nothing that was acknowledged is sent again."""

import hashlib
import os
import random
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import psycopg
import pytest

from bench.figures import record
from storage.database import without_driver
from storage.directory import DirectoryStore
from storage.objects import PIECE, ObjectStore
from storage.s3 import S3Store
from tests.cast import CLAIRE, NOOR
from tests.processes import Portal, serving
from tests.servers import Seaweed, free_ports
from tests.staged import Template
from tests.uploads import beginning, piece

SIZE = 10 * PIECE + 12_345
KILLS = 3
# Of each time, over both stores.
RESENT: list[int] = []


@pytest.fixture(params=["directory", "s3"])
def place(
    request: pytest.FixtureRequest, full_case: Template, clamd_socket: Path, tmp_path: Path
) -> Iterator[tuple[Portal, ObjectStore]]:
    """A portal in a process of its own, over each of the stores."""
    more = {"DOSSIER_CLAMD": str(clamd_socket)}
    with full_case.copied(tmp_path, port=free_ports(1)[0]) as portal:
        store: ObjectStore = DirectoryStore(tmp_path / "objects")
        if request.param == "s3":
            seaweed: Seaweed = request.getfixturevalue("seaweed")
            store = seaweed.store()
            assert isinstance(store, S3Store)
            more |= {
                "DOSSIER_STORE": "s3",
                "DOSSIER_S3_BUCKET": seaweed.bucket,
                "DOSSIER_S3_ENDPOINT": seaweed.endpoint,
                "DOSSIER_S3_ACCESS_KEY": seaweed.access_key,
                "DOSSIER_S3_SECRET_KEY": seaweed.secret_key,
            }
        with serving(portal, **more) as running:
            yield running, store


def test_killed_and_gone_on_with_it_is_the_same_file(
    place: tuple[Portal, ObjectStore],
) -> None:
    """Killed three times in mid-piece: byte-identical, and at most 1 MiB is sent again each time."""
    portal, store = place
    data = b"%PDF-1.7\n" + os.urandom(SIZE - 9)
    person = Sender(portal)
    upload = person.begins(data)
    for kill in range(1, KILLS + 1):
        while person.offset < kill * SIZE // (KILLS + 2):
            person.sends(upload, data)
        reached = person.is_cut_off(upload, data)
        RESENT.append(reached - person.asks(upload))
    while person.offset < SIZE:
        person.sends(upload, data)

    with psycopg.connect(without_driver(portal.portal.database.url)) as connection:
        kept = connection.execute(
            "select object_key, sha256, size from document where id = %s", (upload[9:],)
        ).fetchall()
    [(key, sha256, size)] = kept
    assert (sha256, size) == (hashlib.sha256(data).hexdigest(), SIZE)
    assert b"".join(store.read(key)) == data
    assert min(RESENT) >= 0
    command = "pytest tests/portal/documents/resuming/test_killed.py"
    record("resume_resent_bytes", max(RESENT), limit=PIECE, command=command)
    assert max(RESENT) <= PIECE


class Sender:
    """Somebody who sends one piece after the other, as the page's script does."""

    def __init__(self, portal: Portal) -> None:
        """Signed in as Claire."""
        self.portal = portal
        self.cookies = portal.let_in(CLAIRE)
        self.offset = 0

    def begins(self, data: bytes) -> str:
        """Announce the file; its address."""
        with self._client() as client:
            draft = client.post(f"/cases/{NOOR}/submissions").headers["location"]
            headers = beginning("film.pdf", len(data))
            answer = client.post(f"{draft}/uploads", headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    def sends(self, upload: str, data: bytes) -> None:
        """One piece, acknowledged."""
        with self._client() as client:
            body = data[self.offset : self.offset + PIECE]
            answer = client.patch(upload, content=body, headers=piece(self.offset))
        assert answer.status_code == 204, answer.text
        self.offset = int(answer.headers["upload-offset"])

    def is_cut_off(self, upload: str, data: bytes) -> int:
        """A piece in the middle of which the portal is killed; where its last byte stood."""
        body = data[self.offset : self.offset + PIECE]
        sent = random.randrange(len(body))  # noqa: S311 - any place will do
        lines = [f"PATCH {upload} HTTP/1.1", f"Host: localhost:{self.portal.port}"]
        said = piece(self.offset) | {"Content-Length": str(len(body)), **self._own()}
        lines += [f"{name}: {value}" for name, value in said.items()]
        with socket.create_connection(("localhost", self.portal.port)) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode())
            with suppress(OSError):
                line.sendall(body[:sent])
            self.portal.end()
        self.portal.start()
        return self.offset + sent

    def asks(self, upload: str) -> int:
        """How far it has come."""
        with self._client() as client:
            answer = client.head(upload, headers={"tus-resumable": "1.0.0"})
        assert answer.status_code == 200
        self.offset = int(answer.headers["upload-offset"])
        return self.offset

    def _own(self) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}

    def _client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.portal.address, headers=self._own(), timeout=30)
