"""A posted form with files, read piece by piece: nothing is kept that nobody asked for."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

LONGEST_HEADER = 4096
LONGEST_TEXT = 4096


class NotAForm(Exception):
    """What came is no form of ours, or it ended in the middle."""


@dataclass
class Part:
    """One field or file of the form; its pieces can be read once, before the next part."""

    name: str
    filename: str | None
    _form: "Form" = field(repr=False)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes of this part as they come."""
        while (event := await self._form.event()) is not None:
            yield event

    async def text(self) -> str:
        """A short field, whole."""
        found = bytearray()
        async for piece in self.pieces():
            found += piece
            if len(found) > LONGEST_TEXT:
                raise NotAForm
        return found.decode("utf-8", "replace")


class Form:
    """The parts of one multipart body in the order in which they come (RFC 7578)."""

    def __init__(self, content_type: str, body: AsyncIterator[bytes]) -> None:
        """`body`: the request's pieces; raises NotAForm where there is no boundary."""
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise NotAForm
        self._body = body
        # A piece of the part at hand, None at its end, or the next part.
        self._events: deque[bytes | Part | None] = deque()
        self._ended = False
        self._header = bytearray()
        self._value = bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._parser = MultipartParser(
            boundary,
            {
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": self._on_part_data,
                "on_part_end": self._on_part_end,
                "on_end": self._on_end,
            },
        )

    async def parts(self) -> AsyncIterator[Part]:
        """Each part; what its reader left of it is skipped, and kept nowhere."""
        while not self._ended or self._events:
            if not self._events:
                await self._feed()
                continue
            event = self._events.popleft()
            if isinstance(event, Part):
                yield event

    async def event(self) -> bytes | None:
        """The next piece of the part at hand, or None at its end."""
        while not self._events:
            await self._feed()
        if isinstance(self._events[0], Part):
            return None
        event = self._events.popleft()
        return event if isinstance(event, bytes) else None

    async def _feed(self) -> None:
        try:
            self._parser.write(await anext(self._body))
        except (StopAsyncIteration, FormParserError) as error:
            raise NotAForm from error

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._grow(self._header, data[start:end])

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._grow(self._value, data[start:end])

    def _on_header_end(self) -> None:
        self._headers[bytes(self._header).lower()] = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._headers.clear()
        name, filename = options.get(b"name", b""), options.get(b"filename")
        shown = None if filename is None else _unescaped(filename.decode("utf-8", "replace"))
        self._events.append(Part(name.decode("utf-8", "replace"), shown, self))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(data[start:end])

    def _on_part_end(self) -> None:
        self._events.append(None)

    def _on_end(self) -> None:
        self._ended = True

    @staticmethod
    def _grow(text: bytearray, piece: bytes) -> None:
        text += piece
        if len(text) > LONGEST_HEADER:
            raise FormParserError("a header is too long")


def _unescaped(name: str) -> str:
    """Browsers write a quote and line ends of a file's name by their number (WHATWG form data)."""
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
