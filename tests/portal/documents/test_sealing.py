"""A seal: for everybody but the registry and the people named the document does not exist."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from notices.model import Notice
from portal.documents.judging import judge
from portal.documents.telling import tell
from portal.models import Document, Entry, Seal, SealReader, Submission
from storage.scanner import Clamd, Scanner
from tests.cast import (
    AMIRA,
    CLAIRE,
    DINA,
    FARIDA,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    OKAFOR,
    RENEE,
    SAM,
    VICTOR,
    Character,
    known,
)
from tests.conftest import Browser
from tests.portal.documents.conftest import (
    acts,
    begin,
    describe,
    documents,
    file,
    judge_all,
    send,
    submissions,
)
from tests.portal.registry.pressing import form_on
from tests.samples import pdf

NAME = "canary-of-the-clinic.pdf"


@pytest.fixture
def scanner(clamd_socket: Path) -> Scanner:
    """A real clamd."""
    return Clamd(clamd_socket)


async def two_filed(browser: Browser, by: Character = AMIRA) -> tuple[Submission, Document]:
    """Two documents filed for Claire; the second is the one to be sealed."""
    await browser.sign_in(by)
    draft = await begin(browser)
    for name in ("plain.pdf", NAME):
        await send(browser, draft, name, pdf())
    await describe(browser, draft)
    await file(browser, draft)
    kept = await documents(browser.portal.database)
    await judge(browser.portal, *(one.id for one in kept))
    found = await documents(browser.portal.database)
    submission = (await submissions(browser.portal.database))[-1]
    return submission, next(one for one in found if one.name == NAME)


async def seal(browser: Browser, document: Document, *people: Character) -> None:
    """Renée ticks these people and presses."""
    await browser.sign_in(RENEE)
    page = await browser.get(f"/documents/{document.id}/seal")
    assert page.status_code == 200, page.text
    key = re.findall(r'name="id" value="([^"]+)"', page.text)
    typed = {"id": key[0], "why": "order of today", "people": [str(one.id) for one in people]}
    answer = await browser.post(f"/documents/{document.id}/seal", data=typed)
    assert answer.status_code == 303, answer.text


@dataclass(frozen=True)
class Sight:
    """What one person finds."""

    listed: bool
    page: int
    download: int
    receipt: bool
    history: bool


async def sight(
    browser: Browser, person: Character, submission: Submission, document: Document
) -> Sight:
    """Look everywhere, as this person."""
    await browser.sign_in(person)
    case = await browser.get(f"/cases/{NOOR}")
    receipt = await browser.get(f"/submissions/{submission.id}/receipt")
    history = await browser.get(f"/cases/{NOOR}/history")
    return Sight(
        listed=NAME in case.text,
        page=(await browser.get(f"/documents/{document.id}")).status_code,
        download=(await browser.get(f"/documents/{document.id}/file")).status_code,
        receipt=NAME in receipt.text,
        history="sealed a document" in history.text,
    )


OPEN = Sight(listed=True, page=200, download=200, receipt=True, history=True)
SHUT = Sight(listed=False, page=404, download=404, receipt=False, history=False)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (FARIDA, OPEN),  # named
        (RENEE, OPEN),  # the registry's division
        (CLAIRE, SHUT),  # its own principal
        (AMIRA, SHUT),  # who filed it
        (MARC, SHUT),  # the other side
        (DINA, SHUT),  # a representative who is not named
        (JONAS, SHUT),  # sees the case and reads nothing in it
        (VICTOR, SHUT),  # an officer of another division
        (LOUIS, SHUT),  # counsel in another case
        (SAM, SHUT),  # a stranger
    ],
    ids=lambda one: getattr(one, "name", ""),
)
async def test_who_finds_what_of_a_sealed_document(
    browser: Browser, person: Character, expected: Sight
) -> None:
    """Lists, page, bytes, receipt and history agree for everybody."""
    submission, document = await two_filed(browser)
    await seal(browser, document, FARIDA)

    assert await sight(browser, person, submission, document) == expected


async def test_a_delegate_of_somebody_named_is_not_named(browser: Browser) -> None:
    """Claire reads it, and Amira, who reads everything else for her, does not."""
    submission, document = await two_filed(browser, by=CLAIRE)
    await seal(browser, document, CLAIRE)

    assert await sight(browser, CLAIRE, submission, document) == OPEN
    assert await sight(browser, AMIRA, submission, document) == SHUT


async def test_it_looks_like_what_is_not_there(browser: Browser) -> None:
    """To who is not named, the sealed document's page is the page of no document."""
    _, document = await two_filed(browser)
    await seal(browser, document, FARIDA)
    for person in (MARC, JONAS):
        await browser.sign_in(person)
        for end in ("", "/file", "/withdrawal"):
            hidden = await browser.get(f"/documents/{document.id}{end}")
            absent = await browser.get(f"/documents/{NOOR}{end}")

            assert hidden.status_code == absent.status_code == 404
            assert _plain(hidden.text) == _plain(absent.text)


def _plain(page: str) -> str:
    return re.sub(r"[0-9a-f-]{36}|value=\"[^\"]+\"", "", page)


async def test_the_filers_receipt_keeps_the_fingerprint(browser: Browser) -> None:
    """Who filed can still prove what came in; the name is gone, and others see no line at all."""
    submission, document = await two_filed(browser)
    await seal(browser, document, FARIDA)

    async def lines(person: Character) -> Sequence[tuple[int, str]]:
        async with browser.portal.database.transaction(person.id) as session:
            rows = await session.execute(
                sa.text("select size, sha256 from portal_sealed_lines(:id)"), {"id": submission.id}
            )
            return [(row.size, row.sha256) for row in rows]

    assert await lines(AMIRA) == await lines(CLAIRE) == [(document.size, document.sha256)]
    for person in (FARIDA, MARC, SAM, RENEE):
        assert await lines(person) == []


async def test_nothing_of_it_is_told_to_who_is_not_named(browser: Browser) -> None:
    """Sealed before the others were told: the notice to each lists what that person may know of."""
    submission, document = await two_filed(browser)
    await seal(browser, document, FARIDA)

    await tell(browser.portal, submission.id)
    await tell(browser.portal, submission.id)

    assert await _told(browser) == {
        FARIDA.name: ["plain.pdf", NAME],
        **{one.name: ["plain.pdf"] for one in (CLAIRE, DINA, MARC)},
    }


async def test_what_was_told_before_no_longer_names_it(browser: Browser) -> None:
    """Who comes later reads the old notice, and must not find the name in it."""
    submission, document = await two_filed(browser)
    await tell(browser.portal, submission.id)
    assert ["plain.pdf", NAME] in (await _told(browser)).values()

    await seal(browser, document, FARIDA)

    assert all(NAME not in told for told in (await _told(browser)).values())
    async with browser.portal.database.system_transaction() as session:
        notices = (await session.scalars(sa.select(Notice))).all()
    assert notices
    assert not any(NAME in str(vars(one)) for one in notices)


async def _told(browser: Browser) -> dict[str, list[str]]:
    async with browser.portal.database.system_transaction() as session:
        rows = await session.execute(
            sa.text(
                "select s.person_name, n.facts -> 'documents' as documents from service s"
                " join notice n on n.id = s.notice_id where n.kind = 'document_received'"
            )
        )
        return {row.person_name: row.documents for row in rows}


async def test_no_count_tells_of_it(browser: Browser) -> None:
    """The history says two documents to who may know both, one to everybody else, and of the verdict too."""
    submission, document = await two_filed(browser)
    await tell(browser.portal, submission.id)
    await seal(browser, document, FARIDA)

    await browser.sign_in(FARIDA)
    named = (await browser.get(f"/cases/{NOOR}/history")).text
    await browser.sign_in(MARC)
    other = (await browser.get(f"/cases/{NOOR}/history")).text

    assert "filed 2 documents" in named
    assert "2 documents were checked" in named
    assert "filed one document" in other
    assert "A document was checked" in other


async def test_a_filing_of_nothing_else_leaves_no_trace(browser: Browser) -> None:
    """Where all that was filed is sealed, the filing is no act to who is not named."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, NAME, pdf())
    await describe(browser, draft)
    await file(browser, draft)
    (document,) = await judge_all(browser)
    await seal(browser, document, CLAIRE)
    await browser.sign_in(MARC)

    assert "filed" not in (await browser.get(f"/cases/{NOOR}/history")).text.partition("<main")[2]


async def test_its_replacement_is_sealed_from_its_first_moment(browser: Browser) -> None:
    """What Claire files in its place is open to the same people; so is the draft, to her delegate."""
    _, document = await two_filed(browser, by=CLAIRE)
    await seal(browser, document, CLAIRE, FARIDA)
    await browser.sign_in(CLAIRE)
    draft = (await browser.post(f"/documents/{document.id}/replacement")).headers["location"]
    await send(browser, draft, "corrected.pdf", pdf())
    await browser.sign_in(AMIRA)
    assert (await browser.get(draft)).status_code == 404
    await browser.sign_in(CLAIRE)
    await describe(browser, draft)
    await file(browser, draft)
    new = (await judge_all(browser))[-1]
    await tell(browser.portal, new.submission_id)

    for person, status in ((CLAIRE, 200), (FARIDA, 200), (AMIRA, 404), (MARC, 404), (RENEE, 200)):
        await browser.sign_in(person)
        assert (await browser.get(f"/documents/{new.id}")).status_code == status, person.name
    assert "corrected.pdf" not in str((await _told(browser)).get(MARC.name))


async def test_a_lifted_seal_opens_it_to_everybody_again(browser: Browser) -> None:
    """Both acts are entries, and stand in its life."""
    submission, document = await two_filed(browser)
    await seal(browser, document, FARIDA)
    await browser.sign_in(RENEE)
    for _ in range(2):
        answer = await browser.post(f"/documents/{document.id}/seal/ending")
        assert answer.status_code == 303

    assert await sight(browser, MARC, submission, document) == OPEN
    page = (await browser.get(f"/documents/{document.id}")).text
    assert "lifted the seal" in page
    assert len(await acts(browser.portal.database, "document.unsealed")) == 1


async def test_a_seal_for_other_people_takes_the_place_of_the_first(browser: Browser) -> None:
    """Farida loses it, Marc has it; the first seal stays on record, lifted."""
    submission, document = await two_filed(browser)
    await seal(browser, document, FARIDA)
    await seal(browser, document, MARC)

    assert (await sight(browser, FARIDA, submission, document)).page == 404
    assert (await sight(browser, MARC, submission, document)).page == 200
    async with browser.portal.database.system_transaction() as session:
        lifted = await session.scalars(sa.select(Seal.lifted_at).order_by(Seal.sealed_at))
    assert [one is None for one in lifted] == [False, True]


async def test_a_form_sent_twice_seals_once(browser: Browser) -> None:
    """The key makes it one seal and one entry."""
    _, document = await two_filed(browser)
    await browser.sign_in(RENEE)
    page = await browser.get(f"/documents/{document.id}/seal")
    typed = form_on(page, "/seal").values | {"why": "order", "people": [str(FARIDA.id)]}
    for _ in range(2):
        await browser.post(f"/documents/{document.id}/seal", data=typed)

    async with browser.portal.database.system_transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Seal)) == 1
    assert len(await acts(browser.portal.database, "document.sealed")) == 1


async def test_the_database_itself_keeps_it(browser: Browser) -> None:
    """With the application's gate taken away, rows, entries and names stay hidden."""
    _, document = await two_filed(browser)
    await browser.sign_in(FARIDA)
    await browser.get(f"/documents/{document.id}/file")
    await seal(browser, document, FARIDA)

    async def found(person: Character) -> list[int]:
        about = Entry.facts["document_id"].astext == str(document.id)
        async with browser.portal.database.transaction(person.id) as session:
            return [
                await session.scalar(sa.select(sa.func.count()).select_from(of).where(where)) or 0
                for of, where in (
                    (Document, Document.id == document.id),
                    (Seal, Seal.document_id == document.id),
                    (SealReader, sa.true()),
                    (Entry, about),
                )
            ]

    assert await found(FARIDA) == [1, 1, 1, 2]
    assert await found(RENEE) == [1, 1, 1, 2]
    for person in (CLAIRE, AMIRA, MARC, DINA, JONAS, SAM, VICTOR):
        assert await found(person) == [0, 0, 0, 0], person.name


@pytest.mark.parametrize("person", [CLAIRE, MARC, VICTOR], ids=lambda one: one.name)
async def test_only_the_divisions_registry_seals_and_opens(
    browser: Browser, person: Character
) -> None:
    """Neither the page nor the database lets anybody else, and nobody names himself."""
    _, document = await two_filed(browser)
    await seal(browser, document, FARIDA)
    await browser.sign_in(person)
    for path in ("seal", "seal/ending"):
        assert (await browser.post(f"/documents/{document.id}/{path}")).status_code == 404
    async with browser.portal.database.system_transaction() as session:
        seal_id = await session.scalar(sa.select(Seal.id))
    who = {"person_id": person.id, "name": person.name, "seal_id": seal_id, "case_id": NOOR}
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with browser.portal.database.transaction(person.id) as session:
            await session.execute(sa.insert(SealReader).values(**who))
    async with browser.portal.database.transaction(person.id) as session:
        lifted = {"lifted_at": sa.func.now(), "lifted_by": person.id, "lifted_by_name": "x"}
        await session.execute(sa.update(Seal).values(**lifted))

    assert (await documents(browser.portal.database))[-1].sealed_at is not None


async def test_who_is_named_and_loses_the_case_loses_it(browser: Browser) -> None:
    """A name in a seal gives nothing that the case does not give."""
    _, document = await two_filed(browser)
    await seal(browser, document, FARIDA, MARC)
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.text(
                "update standing set ends_at = now(), ended_how = 'x', ended_by = :by"
                " where person_id = :person"
            ),
            {"by": RENEE.id, "person": MARC.id},
        )
    await browser.sign_in(MARC)

    assert (await browser.get(f"/documents/{document.id}")).status_code == 404


async def test_its_copies_on_cases_heard_together_are_sealed_with_it(browser: Browser) -> None:
    """One file, filed on two cases at once: what is kept on the one must not lie open on the other."""
    submission, document = await two_filed(browser, by=CLAIRE)
    async with browser.portal.database.system_transaction() as session:
        copied = {
            "id": known("submission on the other case"),
            "case_id": OKAFOR,
            "receipt": "R-COPY-22",
        }
        kept = {"id": known("copy"), "case_id": OKAFOR, "submission_id": copied["id"]}
        for table, key, new in (
            ("submission", submission.id, copied),
            ("document", document.id, kept | {"exhibit": None}),
        ):
            # JSON carries every other column over as it is.
            changed = json.dumps(new, default=str)
            await session.execute(
                sa.text(
                    f"insert into {table} select (jsonb_populate_record({table},"
                    f" cast(:changed as jsonb))).* from {table} where id = :key"
                ),
                {"changed": changed, "key": key},
            )

    await seal(browser, document, FARIDA)

    async with browser.portal.database.system_transaction() as session:
        copy = await session.get_one(Document, known("copy"))
    assert copy.sealed_at is not None
    await browser.sign_in(LOUIS)
    assert (await browser.get(f"/documents/{copy.id}")).status_code == 404
