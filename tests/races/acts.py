"""Acts: what is done through a loan, or to its delegate, and the rows that prove it was done."""

import hashlib
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from httpx2 import Response

from portal.documents.telling import tell
from portal.models import Document, Submission
from storage.objects import new_key, put
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, FARIDA, NOOR, RENEE, Character
from tests.conftest import Browser
from tests.portal.registry.pressing import Form, form_on
from tests.samples import pdf
from tests.uploads import at_once

REFUSED = {403, 404}


class Act:
    """One kind of act, done again and again on things made anew for each."""

    # Who does it.
    actor: ClassVar[Character] = AMIRA
    # The rows that say it was done, or to whom of `losers`, and when each was committed.
    proof: ClassVar[str]

    def __init__(self, browser: Browser, claire: Browser) -> None:
        """Done with one browser; Claire looks at what becomes of it with hers."""
        self.browser, self.claire = browser, claire
        self.thing = uuid4()
        self.data = pdf()

    async def prepare(self) -> None:
        """Make what the act is about, before anything races."""
        raise NotImplementedError

    async def perform(self) -> Response | None:
        """Do it; None where nobody is answered."""
        raise NotImplementedError

    def true(self, answer: Response | None, *, done: bool) -> bool:
        """Whether the answer says what the rows say."""
        assert answer is not None
        return answer.status_code < 400 if done else answer.status_code in REFUSED

    async def left(self) -> bool:
        """Whether Claire finds what there was, although the act was refused."""
        return True

    async def add(self, *rows: object) -> None:
        """Write these rows."""
        async with self.browser.portal.database.system_transaction() as session:
            for row in rows:
                session.add(row)
                await session.flush()

    def paper(self, submission: UUID, *, clean: bool, by: Character) -> Document:
        """A file in this submission."""
        judged: dict[str, Any] = {"state": "held"}
        if clean:
            judged = {"state": "clean", "reason": "clean", "judged_at": datetime.now(UTC)}
            judged |= {"scanned_with": "ClamAV 1.4/1", "scanned_size": len(self.data)}
        paper = Document(
            id=uuid4(),
            case_id=NOOR,
            submission_id=submission,
            name="affidavit.pdf",
            type="affidavit",
            language="en",
            size=len(self.data),
            sha256=hashlib.sha256(self.data).hexdigest(),
            media_type="application/pdf",
            object_key=new_key(),
            kept_by=by.id,
            **judged,
        )
        put(self.browser.portal.store, paper.object_key, self.data)
        return paper


class Drafting(Act):
    """An act on a draft of Amira's for Claire, which is Claire's draft too."""

    async def left(self) -> bool:
        """The draft, as Claire sees it."""
        return (await self.claire.get(f"/submissions/{self.thing}")).status_code == 200

    def draft(self) -> Submission:
        """Another one."""
        self.thing = uuid4()
        return Submission(
            id=self.thing,
            case_id=NOOR,
            drafted_by=AMIRA.id,
            principal_id=CLAIRE.id,
            delegation_id=CLAIRE_TO_AMIRA,
        )


class Upload(Drafting):
    """Amira sends a file into her draft, in pieces."""

    proof = """
        select pg_xact_commit_timestamp(xmin) from document where submission_id = :thing
    """

    async def prepare(self) -> None:
        """A draft of its own."""
        await self.add(self.draft())

    async def perform(self) -> Response:
        """Send it as the page's script does."""
        headers = at_once("affidavit.pdf", len(self.data))
        address = f"/submissions/{self.thing}/uploads"
        return await self.browser.post(address, content=self._pieces(), headers=headers)

    async def _pieces(self) -> AsyncGenerator[bytes]:
        half = len(self.data) // 2
        for piece in (self.data[:half], self.data[half:]):
            yield piece


class Filing(Drafting):
    """Amira files what she prepared for Claire."""

    proof = """
        select pg_xact_commit_timestamp(xmin) from submission
        where id = :thing and filed_at is not null
        union all
        select pg_xact_commit_timestamp(xmin) from entry
        where facts ->> 'submission_id' = cast(:thing as text)
    """

    async def prepare(self) -> None:
        """A draft with one file, described."""
        await self.add(self.draft(), self.paper(self.thing, clean=False, by=AMIRA))

    async def perform(self) -> Response:
        """Press *File*."""
        return await self.browser.post(f"/submissions/{self.thing}/filing")

    async def left(self) -> bool:
        """The draft with its file."""
        page = await self.claire.get(f"/submissions/{self.thing}")
        return page.status_code == 200 and "affidavit.pdf" in page.text


class Download(Act):
    """Amira takes a copy of what Farida filed."""

    proof = """
        select pg_xact_commit_timestamp(xmin) from entry
        where act = 'document.read' and facts ->> 'document_id' = cast(:thing as text)
    """

    async def prepare(self) -> None:
        """A readable document."""
        submission = filed(uuid4())
        paper = self.paper(submission.id, clean=True, by=FARIDA)
        self.thing = paper.id
        await self.add(submission, paper)

    async def perform(self) -> Response:
        """Press *Download*."""
        return await self.browser.get(f"/documents/{self.thing}/file")

    def true(self, answer: Response | None, *, done: bool) -> bool:
        """All bytes, or none of them."""
        whole = answer is not None and answer.content == self.data
        return super().true(answer, done=done) and whole is done


class Issue(Act):
    """Renée issues a notice to all who receive; the preview names Amira among them."""

    actor = RENEE
    proof = """
        select pg_xact_commit_timestamp(xmin) from service
        where notice_id = :thing and person_id = any (cast(:losers as uuid[]))
    """
    _form: Form | None = None

    async def prepare(self) -> None:
        """A form of its own."""
        if self._form is None:
            address = f"/cases/{NOOR}/notices"
            page = await self.browser.get(f"{address}/preview?kind=notice_to_appear")
            self._form = form_on(page, f"{address}?")
        self.thing = uuid4()

    async def perform(self) -> Response:
        """Press *Issue*."""
        assert self._form is not None
        typed = self._form.values | {"id": str(self.thing)}
        return await self.browser.post(self._form.action, data=typed)

    def true(self, answer: Response | None, *, done: bool) -> bool:
        """Issued to whom was shown, or the officer is told that the people have changed."""
        assert answer is not None
        return answer.status_code == (303 if done else 409)


class Telling(Act):
    """The portal itself tells the others that Farida filed."""

    actor = FARIDA
    proof = """
        select pg_xact_commit_timestamp(s.xmin) from service as s
        join notice as n on n.id = s.notice_id
        where s.person_id = any (cast(:losers as uuid[]))
            and n.facts ->> 'receipt' = (select receipt from submission where id = :thing)
    """

    async def prepare(self) -> None:
        """A submission of which nobody has been told."""
        submission = filed(uuid4())
        self.thing = submission.id
        await self.add(submission, self.paper(submission.id, clean=True, by=FARIDA))

    async def perform(self) -> None:
        """The job, as the worker does it."""
        await tell(self.browser.portal, self.thing)

    def true(self, answer: Response | None, *, done: bool) -> bool:
        """Nobody is answered."""
        return answer is None


def filed(key: UUID) -> Submission:
    """Something that Farida filed."""
    return Submission(
        id=key,
        case_id=NOOR,
        drafted_by=FARIDA.id,
        principal_id=FARIDA.id,
        receipt=f"R-{key.hex[:8]}",
        filed_at=datetime.now(UTC),
        filed_by=FARIDA.id,
        filer_name=FARIDA.name,
        principal_name=FARIDA.name,
    )


ACTS: tuple[type[Act], ...] = (Upload, Filing, Download, Issue, Telling)
