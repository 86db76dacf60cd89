"""The protocol (tus 1.0.0), request by request: what is said, what is refused, and what stays."""

import base64
import hashlib
from uuid import uuid4

import pytest
from httpx2 import Response

from storage.directory import DirectoryStore
from tests.cast import AMIRA, CLAIRE
from tests.conftest import Browser
from tests.portal.documents.conftest import begin, documents, stored
from tests.samples import pdf
from tests.uploads import at_once, beginning, piece

DATA = pdf()
HALF = len(DATA) // 2


async def announce(browser: Browser, name: str = "a.pdf", size: int = len(DATA)) -> str:
    """Begin an upload into a new draft; returns its address."""
    draft = await begin(browser)
    answer = await browser.post(f"{draft}/uploads", headers=beginning(name, size))
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def patch(browser: Browser, upload: str, at: int, data: bytes, **more: str) -> Response:
    """Send bytes that begin here."""
    return await browser.patch(upload, content=data, headers=piece(at) | more)


async def head(browser: Browser, upload: str) -> Response:
    """Ask how far it has come."""
    return await browser.head(upload, headers={"tus-resumable": "1.0.0"})


def incoming(browser: Browser) -> list[str]:
    """What unfinished objects the store holds."""
    store = browser.portal.store
    assert isinstance(store, DirectoryStore)
    return [path.name for path in store.incoming.iterdir()]


def sum_of(data: bytes, algorithm: str) -> str:
    """The header of a checksum."""
    digest = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"


async def test_what_is_spoken_is_said_to_anybody(browser: Browser) -> None:
    """OPTIONS names version, extensions, checksums and the largest file."""
    answer = await browser.options(f"/submissions/{uuid4()}/uploads")

    assert answer.status_code == 204
    assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"
    said = set(answer.headers["tus-extension"].split(","))
    assert said == {"creation", "creation-with-upload", "termination", "checksum", "expiration"}
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"
    assert answer.headers["tus-max-size"] == str(browser.portal.settings.max_file)


async def test_two_pieces_become_a_document(browser: Browser) -> None:
    """Offset after offset until the last byte: then the file is in the draft, and being scanned."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser, "Déclaration.pdf")

    first = await patch(browser, upload, 0, DATA[:HALF])
    between = await head(browser, upload)
    last = await patch(browser, upload, HALF, DATA[HALF:])

    assert (first.status_code, first.headers["upload-offset"]) == (204, str(HALF))
    assert (between.status_code, between.headers["upload-offset"]) == (200, str(HALF))
    assert between.headers["upload-length"] == str(len(DATA))
    assert between.headers["cache-control"] == "no-store"
    assert "GMT" in between.headers["upload-expires"]
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(DATA)))
    [kept] = await documents(browser.portal.database)
    assert last.headers["content-location"] == f"/documents/{kept.id}"
    assert (kept.name, kept.size) == ("Déclaration.pdf", len(DATA))
    assert kept.sha256 == hashlib.sha256(DATA).hexdigest()
    assert b"".join(browser.portal.store.read(kept.object_key)) == DATA
    assert incoming(browser) == []


async def test_the_last_piece_said_twice_is_kept_once(browser: Browser) -> None:
    """Its answer may have been lost: asked again, it says where the document is."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)
    await patch(browser, upload, 0, DATA[:HALF])

    answers = [
        await patch(browser, upload, HALF, DATA[HALF:]),
        await patch(browser, upload, HALF, DATA[HALF:]),
        await head(browser, upload),
        await patch(browser, upload, len(DATA), b""),
    ]

    [kept] = await documents(browser.portal.database)
    assert {answer.headers["upload-offset"] for answer in answers} == {str(len(DATA))}
    assert {one.headers["content-location"] for one in answers} == {f"/documents/{kept.id}"}
    assert [answer.status_code for answer in answers] == [204, 204, 200, 204]


async def test_the_page_is_answered_by_the_files_row(browser: Browser) -> None:
    """Who asks for text/html gets the row of the draft with the last piece, or by asking again."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)

    last = await browser.patch(upload, content=DATA, headers=piece(0, row=True))
    again = await browser.get(upload, headers={"tus-resumable": "1.0.0", "accept": "text/html"})

    [kept] = await documents(browser.portal.database)
    for answer in (last, again):
        assert answer.status_code == 200
        assert f'id="file-{kept.id}"' in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"tus-resumable": ""}, 412),
        ({"tus-resumable": "0.2.2"}, 412),
        ({"upload-length": ""}, 400),
        ({"upload-length": "-1"}, 400),
        ({"upload-length": "9" * 30}, 400),
        ({"upload-length": "", "upload-defer-length": "1"}, 400),
        ({"upload-metadata": "filename not/base64!"}, 400),
        ({"upload-metadata": "filename YS5wZGY=,id bm8="}, 400),
        ({"upload-length": "0"}, 422),
        ({"upload-metadata": "filename cnVuLmV4ZQ=="}, 422),
        ({"upload-metadata": ""}, 422),
        ({"upload-length": str(10**12)}, 413),
    ],
    ids=str,
)
async def test_what_cannot_be_kept_is_not_begun(
    browser: Browser, headers: dict[str, str], status: int
) -> None:
    """No version, no length, nonsense, an empty or huge file, a type we do not take: no upload."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)

    answer = await browser.post(f"{draft}/uploads", headers=beginning("a.pdf", 9) | headers)

    assert answer.status_code == status
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert ("tus-version" in answer.headers) == (status == 412)
    listed = await browser.get(f"{draft}/uploads")
    assert (listed.status_code, listed.text.strip()) == (200, "")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"tus-resumable": "1.1.0"}, 412),
        ({"content-type": "application/octet-stream"}, 415),
        ({"upload-offset": ""}, 400),
        ({"upload-offset": "9"}, 409),
        ({"upload-checksum": "crc32 AAAA"}, 400),
        ({"upload-checksum": "sha1 ???"}, 400),
        ({"upload-checksum": sum_of(b"other bytes", "sha1")}, 460),
        ({"upload-checksum": sum_of(b"other bytes", "sha256")}, 460),
    ],
    ids=str,
)
async def test_a_piece_that_is_not_right_changes_nothing(
    browser: Browser, headers: dict[str, str], status: int
) -> None:
    """Refused in the protocol's own numbers; the offset is as before."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)
    await patch(browser, upload, 0, DATA[:HALF])

    answer = await browser.patch(upload, content=DATA[HALF:], headers=piece(HALF) | headers)

    assert (answer.status_code, answer.headers["tus-resumable"]) == (status, "1.0.0")
    assert (await head(browser, upload)).headers["upload-offset"] == str(HALF)
    if status == 409:
        assert answer.headers["upload-offset"] == str(HALF)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_piece_with_its_sum_is_taken(browser: Browser, algorithm: str) -> None:
    """Both sums that OPTIONS names are known."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)

    said = {"upload-checksum": sum_of(DATA, algorithm)}
    answer = await patch(browser, upload, 0, DATA, **said)

    assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(len(DATA)))


async def test_more_bytes_than_announced_are_refused(browser: Browser) -> None:
    """What was announced is what is kept; the rest is no part of it."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)

    answer = await patch(browser, upload, 0, DATA + b"!")

    assert answer.status_code == 413
    assert await documents(browser.portal.database) == []


async def test_what_is_given_up_is_gone(browser: Browser) -> None:
    """Terminated: no bytes, no row, and nothing to go on with."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)
    await patch(browser, upload, 0, DATA[:HALF])

    answer = await browser.delete(upload, headers={"tus-resumable": "1.0.0"})

    assert answer.status_code == 204
    assert incoming(browser) == []
    assert (await head(browser, upload)).status_code == 404
    assert (await patch(browser, upload, HALF, DATA[HALF:])).status_code == 404
    again = await browser.delete(upload, headers={"tus-resumable": "1.0.0"})
    assert again.status_code == 404


async def test_what_is_a_document_is_not_given_up(browser: Browser) -> None:
    """Once kept, a file leaves the draft by its own button only."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)
    await patch(browser, upload, 0, DATA)

    answer = await browser.delete(upload, headers={"tus-resumable": "1.0.0"})

    assert answer.status_code == 404
    assert len(await documents(browser.portal.database)) == len(stored(browser)) == 1


async def test_networks_that_let_only_post_through(browser: Browser) -> None:
    """X-HTTP-Method-Override says what is meant; without it nothing is."""
    await browser.sign_in(CLAIRE)
    upload = await announce(browser)
    meant = {"x-http-method-override": "PATCH"}

    sent = await browser.post(upload, content=DATA[:HALF], headers=piece(0) | meant)
    asked = await browser.post(upload, headers=piece(0) | {"x-http-method-override": "HEAD"})
    silent = await browser.post(upload, headers=piece(0))
    ended = await browser.post(upload, headers=piece(0) | {"x-http-method-override": "DELETE"})

    assert [one.status_code for one in (sent, asked, silent, ended)] == [204, 200, 405, 204]
    assert asked.headers["upload-offset"] == str(HALF)


async def test_a_file_can_come_with_its_announcement(browser: Browser) -> None:
    """Whole or in part: creation with upload."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    type_ = {"content-type": "application/offset+octet-stream"}

    whole = await browser.post(
        f"{draft}/uploads", content=DATA, headers=beginning("a.pdf", len(DATA)) | type_
    )
    part = await browser.post(
        f"{draft}/uploads", content=DATA[:HALF], headers=beginning("b.pdf", len(DATA)) | type_
    )
    rest = await patch(browser, part.headers["location"], HALF, DATA[HALF:])

    assert (whole.status_code, whole.headers["upload-offset"]) == (201, str(len(DATA)))
    assert (part.status_code, part.headers["upload-offset"]) == (201, str(HALF))
    assert rest.status_code == 204
    assert [one.name for one in await documents(browser.portal.database)] == ["a.pdf", "b.pdf"]


async def test_asked_twice_under_one_id_begins_once(browser: Browser) -> None:
    """Whoever lost the answer asks again: one upload, one document, never two."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    small, large = str(uuid4()), str(uuid4())

    begun = [
        await browser.post(f"{draft}/uploads", headers=beginning("b.pdf", len(DATA), key=large))
        for _ in range(2)
    ]
    sent = [
        await browser.post(
            f"{draft}/uploads", content=DATA, headers=at_once("a.pdf", len(DATA), key=small)
        )
        for _ in range(2)
    ]

    assert {one.headers["location"] for one in begun} == {f"/uploads/{large}"}
    assert [one.status_code for one in begun + sent] == [201, 201, 200, 200]
    [kept] = await documents(browser.portal.database)
    assert str(kept.id) == small
    assert len(stored(browser)) == 1


async def test_another_file_under_the_same_id_is_refused(browser: Browser) -> None:
    """An id is for one file: other bytes are refused whether the first has come whole or in part."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    small, large = str(uuid4()), str(uuid4())
    await browser.post(f"{draft}/uploads", headers=beginning("b.pdf", len(DATA), key=large))
    first = at_once("a.pdf", len(DATA), key=small)
    await browser.post(f"{draft}/uploads", content=DATA, headers=first)

    others = [
        await browser.post(f"{draft}/uploads", headers=beginning("b.pdf", 9, key=large)),
        await browser.post(f"{draft}/uploads", headers=beginning("b.pdf", len(DATA), key=small)),
        await browser.post(f"{draft}/uploads", content=DATA[:-1] + b" ", headers=first),
    ]

    assert [one.status_code for one in others] == [409, 409, 409]
    assert all("mixed up with another" in one.text for one in others)
    assert [one.name for one in await documents(browser.portal.database)] == ["a.pdf"]
    assert len(stored(browser)) == 1


async def test_somebody_elses_id_begins_nothing(browser: Browser) -> None:
    """An id that is taken by another person is answered as what is not there."""
    await browser.sign_in(CLAIRE)
    key = str(uuid4())
    draft = await begin(browser)
    await browser.post(f"{draft}/uploads", headers=beginning("a.pdf", len(DATA), key=key))

    await browser.sign_in(AMIRA)
    answer = await browser.post(f"{draft}/uploads", headers=beginning("a.pdf", len(DATA), key=key))

    assert answer.status_code == 404
    assert (await head(browser, f"/uploads/{key}")).status_code == 404
