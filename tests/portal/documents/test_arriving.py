"""What cannot be kept is refused with a sentence that says what happened and what to do next."""

import re

import psycopg
import pytest
import sqlalchemy as sa

from portal.settings import Settings
from storage.database import without_driver
from tests import samples
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA
from tests.conftest import Browser
from tests.portal.documents.conftest import (
    begin,
    documents,
    hang_up,
    send,
    send_form,
    send_while,
    stored,
)

LIMIT = 20_000
EXE = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + bytes(200)
LOCKED_DOCX = samples.locked_zip({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Small limits."""
    return settings.model_copy(
        update={"max_file": LIMIT, "max_files": 3, "max_submission": 2 * LIMIT}
    )


# name, bytes, status, what is said in English, in French
BAD: list[tuple[str, bytes, int, str, str]] = [
    (
        "large.pdf",
        samples.pdf() + bytes(LIMIT),
        413,
        "This file is larger than 20 kB, so we did not keep it.",
        "Ce fichier dépasse 20 ko, et nous ne l’avons donc pas conservé.",
    ),
    (
        "empty.pdf",
        b"",
        422,
        "This file is empty, so we did not keep it.",
        "Ce fichier est vide, et nous ne l’avons donc pas conservé.",
    ),
    (
        "run.exe",
        EXE,
        422,
        "We do not take files of this type, so we did not keep it.",
        "Nous n’acceptons pas les fichiers de ce type, et nous ne l’avons donc pas conservé.",
    ),
    (
        "letters.zip",
        samples.zipped({"a.txt": b"a"}),
        422,
        "PDF, Word, Excel, OpenDocument or RTF, plain text",
        "PDF, Word, Excel, OpenDocument ou RTF, texte brut",
    ),
    (
        "letter.pdf",
        EXE,
        422,
        "What is inside this file is not what its name says, so we did not keep it.",
        "Le contenu de ce fichier ne correspond pas à son nom, et nous ne l’avons donc pas conservé.",
    ),
    (
        "locked.docx",
        LOCKED_DOCX,
        422,
        "This file opens only with a password, so we did not keep it.",
        "Ce fichier ne s’ouvre qu’avec un mot de passe, et nous ne l’avons donc pas conservé.",
    ),
    (
        "locked.xls",
        samples.xls(locked=True),
        422,
        "Save a copy without a password and choose that.",
        "Enregistrez une copie sans mot de passe et choisissez-la.",
    ),
]


@pytest.mark.parametrize(
    ("name", "data", "status", "english", "french"),
    BAD,
    ids=lambda v: v if isinstance(v, str) and "." in v[:14] else "",
)
async def test_a_bad_file_is_refused_in_words_and_leaves_nothing(
    browser: Browser, name: str, data: bytes, status: int, english: str, french: str
) -> None:
    """Whatever is wrong with it: a row in the reader's language, no object, no document."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)

    said = await send(browser, draft, name, data)
    await browser.sign_in(CLAIRE, language="fr")
    dit = await send(browser, draft, name, data)

    assert (said.status_code, dit.status_code) == (status, status)
    assert english in text_of(said.text)
    assert french in text_of(dit.text)
    assert said.text.strip().startswith("<tr")
    assert (await documents(browser.portal.database), stored(browser)) == ([], [])


async def test_a_form_without_javascript_follows_the_same_rules(browser: Browser) -> None:
    """Good files of a form are kept, bad ones named with their reason; each has its own result."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)

    page = await send_form(
        browser,
        draft,
        {
            "good.pdf": samples.pdf(),
            "large.txt": b"a" * (LIMIT + 1),
            "run.exe": EXE,
            "also good.txt": samples.TXT,
        },
    )

    assert page.status_code == 422
    assert "2 files were not kept" in page.text
    assert "larger than 20 kB" in text_of(page.text)
    assert "We do not take files of this type" in page.text
    kept = await documents(browser.portal.database)
    assert [one.name for one in kept] == ["good.pdf", "also good.txt"]


async def test_a_form_of_good_files_goes_back_to_the_draft(browser: Browser) -> None:
    """Everything kept: the draft is shown anew, and Reload sends nothing twice."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)

    answer = await send_form(browser, draft, {"መግለጫ.pdf": samples.pdf()})

    assert (answer.status_code, answer.headers["location"]) == (303, draft)
    assert "መግለጫ.pdf" in (await browser.get(draft)).text


async def test_a_form_without_a_file_says_so(browser: Browser) -> None:
    """Pressing the button without choosing is a mistake that the page names."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)

    page = await send_form(browser, draft, {"": b""})

    assert page.status_code == 422
    assert "Choose at least one file" in page.text


async def test_a_form_from_elsewhere_is_refused(browser: Browser) -> None:
    """A browser that sends no fetch metadata must show the page's token, first in the form."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    del browser.headers["sec-fetch-site"]

    without = await browser.post(f"{draft}/documents", files=[("file", ("a.pdf", samples.pdf()))])
    forged = await browser.post(
        f"{draft}/documents",
        files=[("csrf", (None, "AAAA")), ("file", ("a.pdf", samples.pdf()))],
    )
    own = await send_form(browser, draft, {"a.pdf": samples.pdf()})

    assert (without.status_code, forged.status_code, own.status_code) == (403, 403, 303)
    assert len(await documents(browser.portal.database)) == 1


async def test_a_cut_connection_leaves_nothing(browser: Browser) -> None:
    """Whoever hangs up in the middle has sent nothing, and nothing is left of it."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)

    await hang_up(browser, draft, samples.pdf(), size=9_000)

    assert (await documents(browser.portal.database), stored(browser)) == ([], [])
    store = browser.portal.settings.state / "objects" / "incoming"
    assert list(store.iterdir()) == []


async def test_no_more_files_than_one_submission_holds(browser: Browser) -> None:
    """The fourth of three is refused, however the first three came; so is the byte too many."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    for number in range(3):
        assert (await send(browser, draft, f"{number}.txt", b"a")).status_code == 200

    said = await send(browser, draft, "fourth.txt", b"a")

    assert said.status_code == 409
    assert "There are already 3 files here" in text_of(said.text)
    assert len(stored(browser)) == 3


async def test_no_more_bytes_than_one_submission_holds(browser: Browser) -> None:
    """All files together have a limit too."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    for name in ("a.txt", "b.txt"):
        assert (await send(browser, draft, name, b"a" * (LIMIT - 10))).status_code == 200

    said = await send(browser, draft, "c.txt", b"a" * 30)

    assert said.status_code == 413
    assert "All files together would be larger than 40 kB" in text_of(said.text)
    assert len(stored(browser)) == 2


async def test_a_session_that_ends_on_the_way_keeps_nothing(browser: Browser) -> None:
    """Signed out while a file is sent: its row says to sign in again, and nothing is kept."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)

    async def sign_out() -> None:
        async with browser.portal.database.system_transaction() as session:
            await session.execute(sa.text("update session set ended_at = now()"))

    said = await send_while(browser, draft, samples.pdf(), sign_out)

    assert said.status_code == 401
    assert "You are no longer signed in, so we did not keep this file." in text_of(said.text)
    assert (await documents(browser.portal.database), stored(browser)) == ([], [])


async def test_access_that_ends_on_the_way_keeps_nothing(browser: Browser) -> None:
    """A delegation that ends while its holder sends a file lets nothing more in."""
    await browser.sign_in(AMIRA)
    draft = await begin(browser)

    async def revoke() -> None:
        async with browser.portal.database.system_transaction() as session:
            await session.execute(
                sa.text("update delegation set ended_at = now(), ended_by = :by where id = :id"),
                {"id": CLAIRE_TO_AMIRA, "by": CLAIRE.id},
            )

    said = await send_while(browser, draft, samples.pdf(), revoke)

    assert said.status_code == 404
    assert "You can no longer add files here" in text_of(said.text)
    assert (await documents(browser.portal.database), stored(browser)) == ([], [])


async def test_the_store_down_says_so_and_works_again(browser: Browser) -> None:
    """No store: 503 in plain words, the draft as it was; the same file goes through later."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    incoming = browser.portal.settings.state / "objects" / "incoming"
    incoming.rename(incoming.with_name("away"))

    said = await send(browser, draft, "a.pdf", samples.pdf())
    form = await send_form(browser, draft, {"a.pdf": samples.pdf()})
    incoming.with_name("away").rename(incoming)
    again = await send(browser, draft, "a.pdf", samples.pdf())

    assert (said.status_code, form.status_code, again.status_code) == (503, 503, 200)
    assert "We could not store this file just now." in text_of(said.text)
    assert "We could not store this file just now." in text_of(form.text)
    assert len(await documents(browser.portal.database)) == 1


async def test_the_database_gone_on_the_way_says_so(browser: Browser, database_url: str) -> None:
    """Connections that die while a file is sent: 503, nothing in the draft, and it works later."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)

    async def fail_over() -> None:
        with psycopg.connect(without_driver(database_url), autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )

    said = await send_while(browser, draft, samples.pdf(), fail_over)
    again = await send(browser, draft, "a.pdf", samples.pdf())

    assert (said.status_code, again.status_code) == (503, 200)
    assert len(await documents(browser.portal.database)) == 1


async def test_a_row_has_what_the_page_needs(browser: Browser) -> None:
    """A kept file's row names it, asks what it is, says where it stands, and can be removed."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)

    row = (await send(browser, draft, "Ärger <b>.pdf", samples.pdf())).text

    assert "Ärger &lt;b&gt;.pdf" in row
    assert 'name="type-' in row
    assert "Received; checking for viruses" in row
    assert "/removal" in row


def text_of(page: str) -> str:
    """The words of a page, its spaces made plain."""
    words = re.sub(r"<[^>]+>", " ", page)
    return re.sub(r"[\s\u00a0]+", " ", words)
