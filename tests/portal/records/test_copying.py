"""The case as one ZIP: what is in it, that it goes on where it stopped, and that it is never wrong."""

import csv
import io
import json
import zipfile
from hashlib import sha256
from uuid import uuid4

import pytest
import sqlalchemy as sa

from portal.models import Delegation, Document
from portal.models.review import Seal
from storage.objects import WrongBytes
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, FARIDA, NOOR, RENEE
from tests.conftest import Browser
from tests.portal.documents.conftest import acts
from tests.portal.records.shelf import pages, shelve
from tests.portal.records.test_bundling import said

COPY = f"/cases/{NOOR}/copy.zip"


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive, every checksum of which is right."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


async def test_everything_that_can_be_read_is_in_it_as_it_was_received(browser: Browser) -> None:
    """A folder for each submission; what is held or refused stays out, and is counted."""
    first, second = pages("one"), pages("two")
    (one,) = await shelve(browser.portal, ("Déclaration.pdf", first))
    (two,) = await shelve(browser.portal, ("የስደተኛ.pdf", second), days=3)
    await shelve(browser.portal, ("held.pdf", pages("x")), state="held", days=4)
    await shelve(browser.portal, ("bad.pdf", pages("y")), state="infected", days=5)
    await browser.sign_in(CLAIRE)

    answer = await browser.get(COPY)
    archive = opened(answer.content)

    names = archive.namelist()
    assert names[:3] == ["manifest.json", "index.html", "index.csv"]
    assert [name.rpartition("/")[2] for name in names[3:]] == ["Déclaration.pdf", "የስደተኛ.pdf"]
    assert names[3].startswith("2026-10-05 R-")
    assert archive.read(names[3]) == first
    assert archive.read(names[4]) == second
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "TC6-01482.zip" in answer.headers["content-disposition"]
    listed = json.loads(archive.read("manifest.json"))
    assert listed["left_out"] == 2
    told = {each["path"]: each["sha256"] for each in listed["files"]}
    assert told == {
        name: sha256(archive.read(name)).hexdigest() for name in names if name != "manifest.json"
    }
    assert {one.sha256, two.sha256} < set(told.values())


async def test_any_part_of_it_is_that_part_of_the_whole(browser: Browser) -> None:
    """RFC 9110: 206 with its place, 416 behind the end, the whole where it is no longer the same."""
    await shelve(browser.portal, ("a.pdf", b"a" * 3_000_000), ("b.pdf", b"b" * 100))
    await browser.sign_in(CLAIRE)
    answer = await browser.get(COPY)
    whole, etag = answer.content, answer.headers["etag"]

    async def part(asked: str, **headers: str):  # noqa: ANN202 - as the browser has it
        return await browser.get(COPY, headers={"range": asked, **headers})

    for start, stop in ((0, 1), (700, 2_000_000), (2_999_999, len(whole)), (len(whole) - 1,) * 2):
        found = await part(f"bytes={start}-{max(start, stop - 1)}", **{"if-range": etag})
        assert found.status_code == 206
        assert found.content == whole[start : max(start + 1, stop)]
        assert found.headers["content-range"].endswith(f"/{len(whole)}")
    assert (await part("bytes=1500000-")).content == whole[1_500_000:]
    assert (await part("bytes=-22")).content == whole[-22:]
    behind = await part(f"bytes={len(whole)}-")
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    for asked in ("bytes=0-1,5-6", "lines=1-2", "bytes=9-2", "bytes=-"):
        again = await part(asked)
        assert (again.status_code, again.content == whole) == (200, True), asked

    await shelve(browser.portal, ("c.pdf", b"c"), days=1)
    changed = await part("bytes=5-", **{"if-range": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


async def test_who_loses_the_right_gets_no_more_of_it(browser: Browser) -> None:
    """Each part is asked for anew, and the gate with it."""
    await shelve(browser.portal, ("a.pdf", b"a" * 3_000_000))
    await browser.sign_in(AMIRA)
    first = await browser.get(COPY, headers={"range": "bytes=0-1000"})
    assert first.status_code == 206

    async with browser.portal.database.system_transaction() as session:
        ended = {"ended_at": sa.func.now(), "ended_by": CLAIRE.id}
        loan = sa.update(Delegation).where(Delegation.id == CLAIRE_TO_AMIRA)
        await session.execute(loan.values(**ended))
    rest = await browser.get(
        COPY, headers={"range": "bytes=1001-", "if-range": first.headers["etag"]}
    )

    assert rest.status_code == 404
    assert "etag" not in rest.headers


async def test_that_it_was_taken_is_one_entry_for_all_its_parts(browser: Browser) -> None:
    """Who, for whom, how many; a part from the middle alone leaves it too, a look at its size not."""
    await shelve(browser.portal, ("a.pdf", b"a"), ("b.pdf", b"b"))
    await browser.sign_in(AMIRA)

    head = await browser.head(COPY)
    assert (head.content, await acts(browser.portal.database, "case.taken")) == (b"", [])
    for start in (7, 0, 9):
        await browser.get(COPY, headers={"range": f"bytes={start}-"})
    taken = await acts(browser.portal.database, "case.taken")

    assert [(one["form"], one["documents"]) for one in taken] == [("zip", 2)]
    history = (await browser.get(f"/cases/{NOOR}/history")).text
    assert "took a copy of the case" in history
    assert CLAIRE.name in history
    async with browser.portal.database.system_transaction() as session:
        row = (
            await session.execute(
                sa.text("select actor_id, principal_id from entry where act = 'case.taken'")
            )
        ).one()
    assert tuple(row) == (AMIRA.id, CLAIRE.id)


async def test_wrong_bytes_in_the_store_break_it_off(browser: Browser) -> None:
    """What was changed in the store is never sent to its end, nor anything behind it."""
    whole = b"right" * 600_000
    document, _ = await shelve(browser.portal, ("a.pdf", whole), ("b.pdf", b"after"))
    path = browser.portal.settings.state / "objects" / "objects" / document.object_key
    path.write_bytes(whole[:-1] + b"!")
    await browser.sign_in(CLAIRE)

    with pytest.raises(WrongBytes):
        await browser.get(COPY)
    # Nor to somebody who goes on behind it: the directory is not made without reading it.
    with pytest.raises(WrongBytes):
        await browser.get(COPY, headers={"range": "bytes=-22"})


async def test_names_meet_on_no_system(browser: Browser) -> None:
    """The same name twice, in large and small letters, and names that Windows keeps."""
    files = [(name, name.encode()) for name in ("a.pdf", "A.PDF", "a.pdf", "con.txt", "x:y?.pdf")]
    await shelve(browser.portal, *files)
    await browser.sign_in(CLAIRE)

    names = opened((await browser.get(COPY)).content).namelist()[3:]

    shown = [name.rpartition("/")[2] for name in names]
    assert shown == ["a.pdf", "A (2).PDF", "a (3).pdf", "_con.txt", "x_y_.pdf"]


async def test_no_cell_of_its_table_is_a_formula(browser: Browser) -> None:
    """A title is text to every spreadsheet, and a page of the index runs nothing."""
    await shelve(browser.portal, ("a.pdf", b"a"), title="=cmd|' /C calc'!A0<script>")
    await browser.sign_in(CLAIRE)

    archive = opened((await browser.get(COPY)).content)

    rows = list(csv.reader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
    assert rows[1][1] == "'=cmd|' /C calc'!A0<script>"
    assert b"<script" not in archive.read("index.html")


async def test_what_is_sealed_from_me_is_not_in_my_copy(browser: Browser) -> None:
    """Nor its name, nor that there is one; the officer’s copy has it, and says that it is sealed."""
    await shelve(browser.portal, ("a.pdf", b"a"))
    (secret,) = await shelve(browser.portal, ("secret.pdf", b"sealed words"), days=1)
    sealed = {"why": "safety", "sealed_by": RENEE.id, "sealed_by_name": RENEE.name}
    async with browser.portal.database.system_transaction() as session:
        session.add(Seal(id=uuid4(), document_id=secret.id, case_id=NOOR, **sealed))
    await browser.sign_in(CLAIRE)

    mine = await browser.get(COPY)
    paper = await browser.get(f"/cases/{NOOR}/copy.pdf")
    await browser.sign_in(RENEE, language="en")
    officers = opened((await browser.get(COPY)).content)

    assert b"secret" not in mine.content
    assert json.loads(opened(mine.content).read("manifest.json"))["left_out"] == 0
    assert "Documents 1" in said(paper.content)[0]
    assert "secret.pdf" in " ".join(officers.namelist())
    assert b"Sealed" in officers.read("index.csv")
    await browser.sign_in(CLAIRE)
    history = (await browser.get(f"/cases/{NOOR}/history")).text
    assert "took a copy of the case" in history
    assert "2 documents" not in history


async def test_what_was_taken_back_is_kept_apart(browser: Browser) -> None:
    """Nothing is erased: the copy has it and says so; the paginated PDF is of what stands."""
    await shelve(browser.portal, ("a.pdf", pages("stands")))
    (back,) = await shelve(browser.portal, ("b.pdf", pages("taken back")), days=1)
    async with browser.portal.database.system_transaction() as session:
        gone = sa.update(Document).where(Document.id == back.id)
        await session.execute(gone.values(withdrawn_at=sa.func.now()))
    await browser.sign_in(CLAIRE)

    archive = opened((await browser.get(COPY)).content)
    texts = said((await browser.get(f"/cases/{NOOR}/copy.pdf")).content)

    assert b"Withdrawn" in archive.read("index.csv")
    assert len(archive.namelist()) == 5
    assert len(texts) == 2
    assert "Not in this copy 1" in texts[0]


async def test_the_same_case_is_the_same_bytes(browser: Browser) -> None:
    """Nothing in it depends on when it is made: the tag stands for every byte."""
    await shelve(browser.portal, ("a.pdf", b"a"))
    await browser.sign_in(CLAIRE)

    first, second = await browser.get(COPY), await browser.get(COPY)
    await browser.sign_in(FARIDA, language="fr")
    french = await browser.get(COPY)

    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"] != french.headers["etag"]


async def test_the_page_says_what_there_is_to_take(browser: Browser) -> None:
    """Counsel sees both ways; certifying is the registry's; an empty case has nothing to take."""
    await browser.sign_in(CLAIRE)
    assert "nothing to take yet" in (await browser.get(f"/cases/{NOOR}/copy")).text
    await shelve(browser.portal, ("a.pdf", b"a"))
    await shelve(browser.portal, ("b.pdf", b"b"), state="held", days=1)

    counsel = (await browser.get(f"/cases/{NOOR}/copy")).text
    case = (await browser.get(f"/cases/{NOOR}")).text
    await browser.sign_in(RENEE)
    officer = (await browser.get(f"/cases/{NOOR}/copy")).text

    assert "You can take 1 document." in counsel
    assert "1 document is not in this copy" in counsel
    assert f'href="{COPY}"' in counsel
    assert f'href="/cases/{NOOR}/copy"' in case
    assert "certified-record" not in counsel
    assert "certified-record" in officer
