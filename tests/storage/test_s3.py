"""The store on S3, over wires that lie, cut and keep silent."""

import hashlib
import secrets
import socket
import time

import pytest

from storage.objects import (
    PIECE,
    ObjectMissing,
    StoreUnavailable,
    WrongBytes,
    new_key,
    put,
    verified,
)
from storage.s3 import S3Store
from tests.servers import Seaweed, free_ports
from tests.wires import Spoil, peer, wire

TRUTH = b"She was not there that day. " * 100


def lie(data: bytes) -> bytes:
    """Change one word."""
    return data.replace(b" not ", b" now ")


def cut(data: bytes) -> bytes:
    """Hang up in the middle of the body."""
    if b" not " in data:
        raise ConnectionAbortedError
    return data


@pytest.mark.parametrize("size", [len(TRUTH), 10 * PIECE])
@pytest.mark.parametrize("spoil", [lie, cut])
def test_bytes_spoilt_on_the_way_in_are_not_kept(seaweed: Seaweed, spoil: Spoil, size: int) -> None:
    """The server gets our SHA-256 with the bytes; what differs from it is refused, not stored."""
    key = new_key()
    with wire(seaweed.port, up=spoil) as port, pytest.raises(StoreUnavailable):
        put(seaweed.store(port=port), key, TRUTH.ljust(size, b"."))

    with pytest.raises(ObjectMissing):
        list(seaweed.store().read(key))


@pytest.mark.parametrize("spoil", [lie, cut])
def test_bytes_spoilt_on_the_way_out_are_not_shown(seaweed: Seaweed, spoil: Spoil) -> None:
    """Every read is checked against the hash of the row."""
    key = new_key()
    put(seaweed.store(), key, TRUTH)
    sha256 = hashlib.sha256(TRUTH).hexdigest()

    with wire(seaweed.port) as port:
        good = b"".join(verified(seaweed.store(port=port), key, sha256=sha256, size=len(TRUTH)))
    with wire(seaweed.port, down=spoil) as port:
        expected = WrongBytes if spoil is lie else StoreUnavailable
        with pytest.raises(expected):
            verified(seaweed.store(port=port), key, sha256=sha256, size=len(TRUTH))

    assert good == TRUTH


def test_a_server_that_is_not_there_is_unavailable(seaweed: Seaweed) -> None:
    """Nobody listens: every act says so, soon."""
    store = seaweed.store(port=free_ports(1)[0])

    for act in (
        store.check,
        lambda: put(store, new_key(), b"testimony"),
        lambda: list(store.read(new_key())),
        lambda: store.delete(new_key()),
        lambda: list(store.inventory()),
    ):
        with pytest.raises(StoreUnavailable):
            act()


def test_a_silent_server_is_given_up(seaweed: Seaweed) -> None:
    """A server that takes the call and never answers costs a bounded wait."""

    def keep_silent(call: socket.socket) -> None:
        while call.recv(65_536):
            pass

    began = time.monotonic()
    with peer(keep_silent) as port, pytest.raises(StoreUnavailable):
        put(seaweed.store(port=port, patience=0.5), new_key(), b"testimony")

    assert time.monotonic() - began < 10


def test_a_server_that_answers_nonsense_is_unavailable(seaweed: Seaweed) -> None:
    """A proxy's error page, or no HTTP at all, is no answer of the store."""
    for words in (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\noops", b"220 ready\r\n"):

        def answer(call: socket.socket, words: bytes = words) -> None:
            call.recv(65_536)
            call.sendall(words)

        with peer(answer) as port, pytest.raises(StoreUnavailable):
            list(seaweed.store(port=port, patience=2).read(new_key()))


def test_a_wrong_secret_or_bucket_fails_the_check(seaweed: Seaweed) -> None:
    """Wrong settings are found when the portal asks, before a person's file is."""
    wrong = S3Store("documents", access_key="x", secret_key="y", endpoint=seaweed.endpoint)
    with pytest.raises(StoreUnavailable):
        wrong.check()

    elsewhere = seaweed.store()
    elsewhere.bucket = "no-such-bucket"
    with pytest.raises(StoreUnavailable):
        elsewhere.check()


def test_a_new_bucket_is_made_and_keeps_every_version(seaweed: Seaweed) -> None:
    """`migrate` makes the bucket with versioning on; asking again changes nothing."""
    store = S3Store(
        f"made-{secrets.token_hex(4)}",
        access_key=seaweed.access_key,
        secret_key=seaweed.secret_key,
        endpoint=seaweed.endpoint,
    )

    store.prepare()
    store.prepare()

    store.check()
    answer = store.client.get_bucket_versioning(Bucket=store.bucket)
    assert answer["Status"] == "Enabled"
