"""Drafts: one empty one is enough, files are described and removed, and nobody's name is guessed."""

from sqlalchemy import event

from portal.models import Delegation, Standing
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, LOUIS, NOOR, RENEE, lend
from tests.conftest import Browser
from tests.portal.documents.conftest import begin, describe, documents, send, submissions
from tests.portal.documents.test_arriving import text_of
from tests.portal.registry.pressing import form_on
from tests.samples import pdf


async def test_an_empty_draft_is_used_again(browser: Browser) -> None:
    """Pressing the button twice makes one draft; one with a file in it is left alone."""
    await browser.sign_in(CLAIRE)
    first, second = await begin(browser), await begin(browser)
    await send(browser, second, "a.pdf", pdf())
    third = await begin(browser)

    assert first == second != third


async def test_for_whom_is_asked_where_it_could_be_several(
    browser: Browser, database: Database
) -> None:
    """Two principals: it is asked first, and the answer begins the draft in that name."""
    await lend_too(database)
    await browser.sign_in(AMIRA)

    asked = await browser.post(f"/cases/{NOOR}/submissions")
    question = form_on(await browser.get(asked.headers["location"]), f"/cases/{NOOR}/principal")
    answered = {**question.values, "principal": str(LOUIS.id)}
    begun = await browser.post(question.action, data=answered)

    assert (asked.status_code, begun.status_code) == (303, 303)
    [draft] = await submissions(database)
    assert draft.principal_id == LOUIS.id
    assert begun.headers["location"] == f"/submissions/{draft.id}"


async def test_the_page_of_a_draft_says_what_is_due(browser: Browser) -> None:
    """The limit with the office's zone, and what time it is there now."""
    await browser.sign_in(CLAIRE)

    page = text_of((await browser.get(await begin(browser))).text)

    assert "23:59 Toronto time." in page
    assert "there. " in page.partition("23:59 Toronto time.")[2]
    assert "up to 250 MB" in page.replace("Up", "up") or "262.1 MB" in page


async def test_files_are_described_and_the_rest_at_once(browser: Browser) -> None:
    """What is said is kept; a type for all others fills the gaps only; nonsense is no type."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        await send(browser, draft, name, pdf())
    a, b, c = await documents(browser.portal.database)

    await browser.post(
        f"{draft}/descriptions",
        data={
            f"type-{a.id}": "medical",
            f"language-{a.id}": "other",
            f"title-{a.id}": "  Letter\u202e of   the hospital ",
            f"type-{b.id}": "",
            f"type-{c.id}": "no such type",
            "all": "photographs",
            "then": "check",
        },
    )

    a, b, c = await documents(browser.portal.database)
    assert (a.type, a.language, a.title) == ("medical", "other", "Letter of the hospital")
    assert (b.type, c.type) == ("photographs", None)
    assert "Needs a translation" in (await browser.get(draft)).text


async def test_what_is_kept_for_later_waits_on_the_case(browser: Browser) -> None:
    """Leaving is a button: back on the case, which leads to the draft again."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())

    answer = await browser.post(f"{draft}/descriptions", data={"then": "later"})
    case = await browser.get(answer.headers["location"])

    assert "Your draft is kept. Nothing has been filed yet." in case.text
    assert f'href="{draft}"' in case.text


async def test_removing_a_file_keeps_what_was_typed_about_the_others(browser: Browser) -> None:
    """Remove is a button of the same form."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    await send(browser, draft, "b.pdf", pdf())
    a, b = await documents(browser.portal.database)

    await browser.post(
        f"/documents/{a.id}/removal", data={f"type-{b.id}": "letter", f"title-{b.id}": "Mine"}
    )

    a, b = await documents(browser.portal.database)
    assert (a.removed_by, b.removed_by) == (CLAIRE.id, None)
    assert (b.type, b.title) == ("letter", "Mine")


async def test_a_page_of_a_draft_costs_three_questions(
    browser: Browser, database: Database
) -> None:
    """The session, the draft with all it holds, the gate."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    await describe(browser, draft)
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)

    for path in (draft, f"{draft}/check"):
        asked.clear()
        await browser.get(path)
        assert len(asked) == 3


async def lend_too(database: Database) -> None:
    """Let Louis be counsel in this case too, and lend Amira what Claire lends her."""
    async with database.system_transaction() as session:
        claires = await session.get_one(Delegation, CLAIRE_TO_AMIRA)
        session.add(
            Standing(
                case_id=NOOR,
                person_id=LOUIS.id,
                role="counsel",
                starts_at=claires.starts_at,
                began_how="recorded by the registry",
                recorded_by=RENEE.id,
            )
        )
        await lend(session, LOUIS, AMIRA, rights=claires.rights)
