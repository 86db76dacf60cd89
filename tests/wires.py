"""Bad wires and bad peers on a TCP port of this machine: they stand for networks, never for us."""

import contextlib
import socket
import threading
from collections.abc import Callable, Generator

Spoil = Callable[[bytes], bytes]
Talk = Callable[[socket.socket], None]


def untouched(data: bytes) -> bytes:
    """Let everything pass."""
    return data


@contextlib.contextmanager
def peer(talk: Talk) -> Generator[int]:
    """Listen on a port, and talk like this to whoever calls; each call has a thread."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer(call: socket.socket) -> None:
            with call, contextlib.suppress(OSError):
                talk(call)

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    call, _ = server.accept()
                    threading.Thread(target=answer, args=(call,), daemon=True).start()

        listening = threading.Thread(target=listen, daemon=True)
        listening.start()
        yield int(server.getsockname()[1])
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
    listening.join(5)


@contextlib.contextmanager
def wire(port: int, *, up: Spoil = untouched, down: Spoil = untouched) -> Generator[int]:
    """Carry bytes to and from another port, spoiling them on the way."""

    def talk(call: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port)) as there:
            back = threading.Thread(target=_carry, args=(there, call, down), daemon=True)
            back.start()
            _carry(call, there, up)
            back.join()

    with peer(talk) as here:
        yield here


def _carry(source: socket.socket, target: socket.socket, spoil: Spoil) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(spoil(data))
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def hang_up(call: socket.socket) -> None:
    """Reset the connection: what was sent and not yet read is lost."""
    call.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    call.close()
