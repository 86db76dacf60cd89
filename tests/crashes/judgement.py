"""Judgement: what a crash has left, as the next process finds it, and once all is done again."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from httpx2 import Response

from bench.figures import record
from portal.models import Document, Submission
from storage.objects import StoreUnavailable, verified
from tests.conftest import Browser
from tests.crashes.life import Story, live

COMMAND = "make test-long"


@dataclass
class Tally:
    """What was promised and not kept, by what it was."""

    lost: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    readable: list[str] = field(default_factory=list[str])

    def add(self, other: "Tally") -> None:
        """And what another trial found."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.readable += other.readable

    def record(self) -> None:
        """Keep the figures as they are by now: a run that is broken off has still counted."""
        found = {
            "documents_lost": self.lost,
            "documents_doubled": self.doubled,
            "unscanned_readable": self.readable,
        }
        for key, broken in found.items():
            record(key, len(broken), limit=0, command=COMMAND)

    @property
    def clear(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.doubled or self.readable)


async def judge_crash(
    browser: Browser, reader: Browser, story: Story, said: list[str], tally: Tally
) -> None:
    """Look at what is there; live the story to its end; look again, and count everything once."""
    told = f"number {story.number}, told {said}"
    await look(browser, reader, story, said, tally)
    again: list[str] = []
    try:
        await live(browser, story, again.append)
    except Exception as error:  # noqa: BLE001 - whatever stands in the way, the promise is broken
        tally.lost.append(f"{told}: it cannot be gone on with: {error!r}")
        return
    receipts = {one for one in [*said, *again] if one.startswith("receipt")}
    if len(receipts) != 1:
        tally.doubled.append(f"{told}: {sorted(receipts)}")
    for what, count in (await _counts(browser, story)).items():
        if count != 1:
            (tally.doubled if count else tally.lost).append(f"{told}: {what} {count} times")
    await look(browser, reader, story, [*said, *again], tally)


async def look(
    browser: Browser, reader: Browser, story: Story, said: list[str], tally: Tally
) -> None:
    """Whether what the sender was told is there, and `reader` can read just what is clean."""
    told = f"number {story.number}, told {said}"
    async with browser.portal.database.system_transaction() as session:
        document = await session.get(Document, story.document)
        submission = await session.get_one(Submission, story.draft)
    if "kept" in said and not _whole(browser, document, story):
        tally.lost.append(f"{told}: the file")
    if any(one.startswith("receipt") and one != f"receipt {submission.receipt}" for one in said):
        tally.lost.append(f"{told}: the receipt, which is {submission.receipt}")
    answer = await reader.get(f"/documents/{story.document}/file")
    if not _rightly_answered(answer, document, submission, story):
        state = document.state if document else "absent"
        tally.readable.append(f"{told}: {answer.status_code} for what is {state}")


def _whole(browser: Browser, document: Document | None, story: Story) -> bool:
    """Whether the row is there and the store gives back what was sent."""
    if document is None or document.sha256 != story.sha256:
        return False
    try:
        pieces = verified(
            browser.portal.store, document.object_key, sha256=story.sha256, size=len(story.data)
        )
        return b"".join(pieces) == story.data
    except StoreUnavailable:
        return False


def _rightly_answered(
    answer: Response, document: Document | None, submission: Submission, story: Story
) -> bool:
    """Another person of the case reads a filed document that is clean, whole, and nothing else."""
    if document is None or submission.filed_at is None:
        return answer.status_code == 404
    if document.state != "clean":
        return answer.status_code == 403
    well = document.scanned_size == len(story.data) and not story.hostile
    return well and answer.status_code == 200 and answer.content == story.data


async def _counts(browser: Browser, story: Story) -> dict[str, int]:
    async with browser.portal.database.system_transaction() as session:
        row = await session.execute(
            _COUNTS,
            {"draft": story.draft, "document": str(story.document), "sha256": story.sha256},
        )
        return dict(row.mappings().one())


# Everybody's copy of a notice is one row by constraint; that there is one notice is counted.
_COUNTS = sa.text(
    """
    select
        (select count(*) from document where sha256 = :sha256) as "the document",
        (select count(*) from document where submission_id = :draft) as "a file of the draft",
        (select count(*) from entry where act = 'submission.filed'
            and facts ->> 'submission_id' = cast(cast(:draft as uuid) as text)) as "its filing",
        (select count(*) from entry where act = 'document.judged'
            and facts -> 'documents' ? :document) as "its verdict",
        (select count(*) from notice as n where kind = 'document_received'
            and facts ->> 'receipt' = s.receipt) as "the notice to the others"
    from submission as s where id = :draft
    """
)
