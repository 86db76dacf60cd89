"""A life: one file from its first byte to its verdict, and everything again if it was broken off."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from portal.documents.judging import judge
from portal.documents.telling import tell
from tests.cast import known
from tests.conftest import Browser
from tests.portal.documents.conftest import describe
from tests.samples import EICAR, TXT

TUS = {"tus-resumable": "1.0.0"}
PIECE = TUS | {"content-type": "application/offset+octet-stream"}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Story:
    """What is filed in a life: by its number, so that it can be lived again with the same keys."""

    number: int
    draft: UUID

    @property
    def document(self) -> UUID:
        """The id that the sender chose for the file."""
        return known(f"document of {self.draft}")

    @property
    def hostile(self) -> bool:
        """Every fourth file holds a virus."""
        return self.number % 4 == 0

    @property
    def data(self) -> bytes:
        """Its bytes, like no other's."""
        return TXT + f"{self.draft}\n".encode() + (EICAR if self.hostile else b"")

    @property
    def sha256(self) -> str:
        """Their hash."""
        return hashlib.sha256(self.data).hexdigest()


async def live(browser: Browser, story: Story, say: Say) -> None:
    """Send, file, scan, judge, tell; whatever of it has been done already is done once.

    `say` is told of each answer that the sender has got.
    """
    await hand_in(browser, story, say)
    await judge(browser.portal, story.document)
    await tell(browser.portal, story.draft)
    say("judged")


async def hand_in(browser: Browser, story: Story, say: Say) -> None:
    """Send and file."""
    await _send(browser, story)
    say("kept")
    address = f"/submissions/{story.draft}"
    if (await browser.get(address)).status_code == 200:
        await describe(browser, address)
    say(f"receipt {await _file(browser, address)}")


async def _send(browser: Browser, story: Story) -> None:
    """In two pieces, going on where the server says that the last one ended."""
    told = {"filename": f"{story.number}.txt", "id": str(story.document)}
    pairs = [f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items()]
    headers = {"upload-length": str(len(story.data)), "upload-metadata": ",".join(pairs)}
    begun = await browser.post(f"/submissions/{story.draft}/uploads", headers=TUS | headers)
    if begun.status_code == 409:
        return  # filed with it already
    assert begun.status_code == 201, begun.text
    address = begun.headers["location"]
    middle = len(story.data) // 2
    answer = await browser.head(address, headers=TUS)
    while (offset := int(answer.headers["upload-offset"])) < len(story.data):
        piece = story.data[offset:middle] if offset < middle else story.data[offset:]
        at = PIECE | {"upload-offset": str(offset)}
        answer = await browser.patch(address, content=piece, headers=at)
        assert answer.status_code == 204, answer.text


async def _file(browser: Browser, address: str) -> str:
    """Press *File*, perhaps for the second time; the receipt's number."""
    page = (await browser.get(f"{address}/check")).text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    answer = await browser.post(f"{address}/filing", data={"seen": seen[1]} if seen else {})
    assert answer.status_code == 303, answer.text
    receipt = (await browser.get(f"{address}/receipt")).text
    number = re.search(r"R-[A-Z0-9]{4}-[0-9]{2}", receipt)
    assert number is not None
    return number[0]
