"""Whoever holds a file and a receipt's number learns when it came in; a stranger learns nothing."""

import hashlib
import re
import time
import tracemalloc
from collections.abc import AsyncGenerator

import pytest
import sqlalchemy as sa

from portal.models import Document
from portal.receipts.asking import TRIES, limiter
from portal.receipts.routes import SECONDS
from portal.receipts.verifying import as_fingerprint, as_number
from portal.web.language import say
from tests.cast import AMIRA, CLAIRE, NOOR
from tests.conftest import Browser
from tests.portal.documents.conftest import (
    begin,
    describe,
    documents,
    file,
    file_one,
    send,
    stored,
    submissions,
)
from tests.portal.documents.test_arriving import text_of
from tests.portal.receipts.conftest import ask
from tests.samples import pdf

NO = "This file was not received under this number."
NEVER = "R-ZZZZ-99"


async def filed(browser: Browser, data: bytes, *, name: str = "affidavit.pdf") -> str:
    """File this as Claire, and sign out; the receipt's number."""
    await browser.sign_in(CLAIRE)
    await file_one(browser, name, data)
    [*_, submission] = await submissions(browser.portal.database)
    browser.cookies.clear()
    assert submission.receipt is not None
    return submission.receipt


def bare(answer: str) -> str:
    """A page without what differs on every page, and without the number that was typed."""
    page = re.sub(r'name="csrf" value="[^"]+"', "", answer)
    return re.sub(r'id="receipt" name="receipt"|value="R-[A-Z0-9]{4}-[0-9]{2}"', "", page)


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_file_itself_is_known(browser: Browser, language: str) -> None:
    """Signed out, the same bytes under the same number: yes, with the office's clock."""
    data = pdf()
    number = await filed(browser, data)
    browser.cookies.set("language", language)

    said = text_of((await ask(browser, number, data, name="another name.pdf")).text)

    yes = "This file was received under the number %(number)s."
    assert say(language, yes, number=number) in said
    assert ("Toronto time (Eastern)" if language == "en" else "heure de Toronto (Est)") in said


async def test_a_fingerprint_does_in_place_of_the_file(browser: Browser) -> None:
    """The hash, typed as people paste it, and the number as people type it."""
    data = pdf()
    number = await filed(browser, data)
    typed = hashlib.sha256(data).hexdigest().upper()

    answer = await ask(
        browser, number.lower().replace("-", " "), sha256=f" {typed[:32]}\n{typed[32:]} "
    )

    assert "This file was received" in answer.text


async def test_no_is_one_answer(browser: Browser) -> None:
    """Another file, no such number, and another receipt's number get the same page, to the byte."""
    data = pdf()
    number = await filed(browser, data)
    other = await filed(browser, data + b"\n% another\n")

    answers = [
        await ask(browser, number, data[:-1]),
        await ask(browser, NEVER, data),
        await ask(browser, other, data),
        await ask(browser, NEVER, b"whatever"),
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert all(NO in answer.text for answer in answers)
    assert len({bare(answer.text) for answer in answers}) == 1


async def test_no_takes_as_long_whatever_is_wrong(browser: Browser) -> None:
    """Time does not tell whether there is such a receipt."""
    data = pdf()
    number = await filed(browser, data)
    taken: dict[str, list[float]] = {number: [], NEVER: []}

    for _ in range(8):
        for asked, times in taken.items():
            began = time.perf_counter()
            await ask(browser, asked, b"other")
            times.append(time.perf_counter() - began)

    # The quickest of each: what else the machine does only ever adds to it.
    ours, never = (min(times) for times in taken.values())
    assert min(ours, never) >= SECONDS
    assert abs(ours - never) < 0.03


async def test_a_yes_tells_no_more_than_when(browser: Browser) -> None:
    """No name, no file number, no case, no name of the file: in no answer, and in no header."""
    data = pdf()
    number = await filed(browser, data, name="Déclaration de mon frère.pdf")

    for answer in (
        await ask(browser, number, data),
        await ask(browser, number, b"x"),
        await browser.get("/verify"),
    ):
        said = answer.text + str(answer.headers)
        for secret in (CLAIRE.name, "Tremblay", "Noor", "TC6-", "frère", str(NOOR), "affidavit"):
            assert secret not in said


@pytest.mark.parametrize(
    ("number", "sha256", "said"),
    [
        ("", "", "Enter the number of the receipt"),
        ("TC6-01482", "0" * 64, "Enter the number as it stands on the receipt"),
        (NEVER, "", "Choose the file, or enter its fingerprint"),
        (NEVER, "0" * 63, "Enter all 64 characters of the fingerprint"),
    ],
)
async def test_what_is_missing_is_said_at_its_field(
    browser: Browser, number: str, sha256: str, said: str
) -> None:
    """A form that asks nothing yet is sent back, with what was typed and nothing looked up."""
    answer = await ask(browser, number, sha256=sha256)

    assert answer.status_code == 422
    assert said in answer.text
    assert NO not in answer.text


@pytest.mark.parametrize("state", ["infected", "refused", "unscannable", "held"])
async def test_a_file_that_nobody_may_open_was_received_all_the_same(
    browser: Browser, state: str
) -> None:
    """Received is received: the verdict changes nothing about it, and is not told here."""
    data = pdf()
    number = await filed(browser, data)
    judged = {"state": state, "reason": state, "judged_at": sa.func.now()}
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Document).values(judged if state != "held" else {"state": state})
        )

    said = text_of((await ask(browser, number, data)).text)

    assert "This file was received" in said
    assert "virus" not in said


async def test_a_file_taken_out_of_its_draft_was_not_received(browser: Browser) -> None:
    """Only what was filed counts, not what lay in the draft for a while."""
    kept, removed = pdf(), pdf() + b"\n"
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", kept)
    await send(browser, draft, "b.pdf", removed)
    [_, second] = await documents(browser.portal.database)
    await browser.post(f"/documents/{second.id}/removal")
    await describe(browser, draft)
    number = await file(browser, draft)

    assert NO in (await ask(browser, number, removed)).text
    assert "This file was received" in (await ask(browser, number, kept)).text


async def test_many_tries_are_stopped_and_a_form_without_a_question_is_no_try(
    browser: Browser,
) -> None:
    """Numbers cannot be guessed by the thousand; who forgets a field loses no try."""
    for _ in range(3):
        await ask(browser, "", b"x")
    for _ in range(TRIES.amount):
        await limiter.hit(TRIES, "verify", "127.0.0.1")

    stopped = [await ask(browser, NEVER, b"x"), await ask(browser, NEVER, sha256="0" * 64)]
    unasked = await ask(browser, "", b"x")

    assert [one.status_code for one in stopped] == [429, 429]
    assert "Too many tries" in stopped[0].text
    assert unasked.status_code == 422


async def test_a_file_beyond_the_limit_is_not_read(browser: Browser) -> None:
    """What is larger than anything we take is refused by its announced size, and by its bytes."""
    most = browser.portal.settings.max_file
    sent = 0

    async def endless() -> AsyncGenerator[bytes]:
        nonlocal sent
        yield _head(await _token(browser))
        while True:
            sent += 1024 * 1024
            yield bytes(1024 * 1024)

    announced = await browser.post(
        "/verify",
        content=b"--x--",
        headers={"content-type": MULTIPART, "content-length": str(most * 2)},
    )
    unannounced = await browser.post(
        "/verify", content=endless(), headers={"content-type": MULTIPART}
    )

    assert (announced.status_code, unannounced.status_code) == (413, 413)
    assert "we did not receive it under any number" in unannounced.text
    assert sent < most + 4 * 1024 * 1024


async def test_a_large_file_is_hashed_at_constant_memory_and_kept_nowhere(
    browser: Browser,
) -> None:
    """64 MB go by; memory does not grow by them, and neither does the store."""
    before = stored(browser)

    async def pieces() -> AsyncGenerator[bytes]:
        yield _head(await _token(browser))
        for _ in range(64):
            yield bytes(1024 * 1024)
        yield b"\r\n--x--\r\n"

    tracemalloc.start()
    answer = await browser.post("/verify", content=pieces(), headers={"content-type": MULTIPART})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert NO in answer.text
    assert peak < 16 * 1024 * 1024
    assert stored(browser) == before


async def test_a_form_that_breaks_off_is_told_so(browser: Browser) -> None:
    """Half a form is no question."""
    half = _head(await _token(browser)) + b"half a file"

    answer = await browser.post("/verify", content=half, headers={"content-type": MULTIPART})

    assert answer.status_code == 400


async def test_no_other_page_sends_the_form(browser: Browser) -> None:
    """A multipart form without our token, or from elsewhere, is not read."""
    data = pdf()
    number = await filed(browser, data)
    parts = [("receipt", (None, number)), ("file", ("a.pdf", data))]

    tokenless = await browser.post("/verify", files=parts)
    elsewhere = await browser.post(
        "/verify",
        files=[("csrf", (None, await _token(browser))), *parts],
        headers={"sec-fetch-site": "cross-site"},
    )

    assert (tokenless.status_code, elsewhere.status_code) == (403, 403)


async def test_who_is_signed_in_may_ask_as_well(browser: Browser) -> None:
    """The same answer for anybody, whatever case they are on."""
    data = pdf()
    number = await filed(browser, data)
    await browser.sign_in(AMIRA)

    assert "This file was received" in (await ask(browser, number, data)).text


def test_numbers_and_fingerprints_are_read_as_people_type_them() -> None:
    """Spaces, dashes of any kind and small letters do not matter; anything else does."""
    assert as_number(" r–7k2m 45 ") == "R-7K2M-45"
    assert as_number("R7K2M45") == "R-7K2M-45"
    assert [as_number(text) for text in ("", "R-7K2M-4", "N-7K2M-45", "R-7K2M-455")] == [None] * 4
    assert as_fingerprint("AB:" * 31 + "ab") == "ab" * 32
    assert as_fingerprint("g" * 64) is None


MULTIPART = "multipart/form-data; boundary=x"


async def _token(browser: Browser) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', (await browser.get("/verify")).text)
    assert found is not None
    return found[1]


def _head(token: str) -> bytes:
    """A form as far as the first byte of its file."""
    fields = "".join(
        f'--x\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("csrf", token), ("receipt", NEVER))
    )
    file = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    return (fields + file).encode()
