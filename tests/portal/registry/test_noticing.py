"""Issuing one notice to one case: preview, people, one act; by an officer without JavaScript."""

import asyncio
import io
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa
from httpx2 import Response

from notices.model import Attempt, Notice, Service
from portal.models import Account, Delegation, Entry, Hearing
from portal.registry.recipients import COUNSEL
from storage.objects import StoreUnavailable
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    DINA,
    FARIDA,
    HEARING,
    MARC,
    NOOR,
    OKAFOR,
    RENEE,
    SAM,
    VICTOR,
)
from tests.conftest import Browser
from tests.portal.registry.pressing import arrive, form_on, press

PREVIEW, ISSUE = "/notices/preview", f"/cases/{NOOR}/notices?"


async def facts_page(
    browser: Browser, *, kind: str = "notice_to_appear", language: str = "en"
) -> Response:
    """The form of the facts, as Renée gets it."""
    await browser.sign_in(RENEE, language=language)
    return await browser.get(f"/cases/{NOOR}/notices/new?kind={kind}")


async def previewed(browser: Browser, **asked: Any) -> Response:
    """The preview of the notice for the next hearing."""
    return await press(browser, await facts_page(browser, **asked), action=PREVIEW)


async def kept(browser: Browser, select: sa.Select[Any]) -> list[Any]:
    """What is in the database."""
    async with browser.portal.database.system_transaction() as session:
        return list((await session.scalars(select)).all())


def objects(browser: Browser) -> int:
    """How many objects the store holds."""
    return len(list(browser.portal.store.inventory()))


async def test_the_kinds_an_officer_writes_are_offered(browser: Browser) -> None:
    """Those that events write by themselves are not."""
    await browser.sign_in(RENEE)

    page = await browser.get(f"/cases/{NOOR}/notices/new")

    for offered in ("notice_to_appear", "hearing_moved", "hearing_cancelled", "general_letter"):
        assert f"kind={offered}" in page.text
    assert "document_received" not in page.text


async def test_the_facts_are_known_from_the_hearing(browser: Browser) -> None:
    """Day, time, zone, mode, interpreter in both languages, and what it is about."""
    values = form_on(await facts_page(browser), PREVIEW).values

    assert values["hearing_fr"] == "Audience de la demande d’asile"
    assert (values["starts_at"], values["starts_zone"]) == ("09:00", "America/Toronto")
    assert (values["mode"], values["interpreter_en"], values["interpreter_fr"]) == (
        "video",
        "Dari",
        "dari",
    )
    assert values["documents_due-day"]


async def test_the_preview_is_the_real_page_in_both_languages(browser: Browser) -> None:
    """Both wordings, the people with reasons and ways, the rules, and the number on the button."""
    page = (await previewed(browser)).text

    assert "Notice to appear" in page
    assert "Avis de convocation" in page
    assert "Counsel of record: this is service" in page
    assert "RPD Rules, r. 38" in page
    assert "lent by Claire Tremblay" in page
    assert "inbox, and mail to c…\N{WORD JOINER}@example.org" in page
    assert CLAIRE.email not in page
    assert "12 of 20 days, short by 8" in page
    assert "Issue to 5 people" in page


async def test_looking_writes_nothing(browser: Browser) -> None:
    """A preview leaves no row, no object and no job."""
    await previewed(browser)

    assert not await kept(browser, sa.select(Notice.id))
    assert objects(browser) == 0


async def test_the_preview_can_be_reached_by_its_address(browser: Browser) -> None:
    """Where the case states every fact, the preview is a page to go to, in the other language too."""
    await browser.sign_in(RENEE, language="fr")

    page = await browser.get(f"/cases/{NOOR}/notices/preview?kind=notice_to_appear")
    letter = await browser.get(f"/cases/{NOOR}/notices/preview?kind=general_letter")

    assert "Vérifiez l’avis, puis délivrez-le" in page.text
    assert "Délivrer à 5 personnes" in page.text
    assert letter.headers["location"].endswith("/notices/new?kind=general_letter")


async def test_the_paper_can_be_looked_at_before(browser: Browser) -> None:
    """The PDF of the preview is the letter, and nothing keeps it."""
    page = await previewed(browser)

    button = f"/cases/{NOOR}/notices/preview.pdf?kind=notice_to_appear&amp;hearing={HEARING}"
    pdf = await press(browser, page, button.replace("&amp;", "&"), action=ISSUE)

    assert pdf.headers["content-type"] == "application/pdf"
    assert "sandbox" in pdf.headers["content-security-policy"]
    with pikepdf.open(io.BytesIO(pdf.content)) as paper:
        assert len(paper.pages) >= 1
    assert objects(browser) == 0


async def test_issuing_fills_inboxes_queues_mail_and_keeps_the_paper(browser: Browser) -> None:
    """One press: notice, five inboxes, five mails, one entry; the paper is in the store."""
    page = await previewed(browser)

    case = await arrive(browser, await press(browser, page, action=ISSUE))

    assert "The notice is issued, and mail is on its way to everybody." in case.text
    (notice,) = await kept(browser, sa.select(Notice))
    services = {s.person_name: s for s in await kept(browser, sa.select(Service))}
    attempts = await kept(browser, sa.select(Attempt.state))
    (entry,) = await kept(browser, sa.select(Entry).where(Entry.act == "notice.issued"))
    assert set(services) == {p.name for p in (CLAIRE, AMIRA, FARIDA, DINA, MARC)}
    assert (services[CLAIRE.name].capacity, services[CLAIRE.name].why) == ("service", COUNSEL)
    assert services[AMIRA.name].delegation_id == CLAIRE_TO_AMIRA
    assert attempts == ["waiting"] * 5
    assert entry.facts["number"] == notice.number
    assert entry.facts["people"] == 5
    assert notice.language == "en"
    paper = b"".join(browser.portal.store.read(notice.pdf_key))
    assert (len(paper), paper[:5]) == (notice.pdf_size, b"%PDF-")


async def test_a_notice_about_a_hearing_says_which(browser: Browser) -> None:
    """The hearing that the form was filled from, and never one of another case."""
    await press(browser, await previewed(browser), action=ISSUE)
    forged = form_on(await previewed(browser), ISSUE)
    await browser.post(forged.action.replace(str(HEARING), str(NOOR)), data=forged.values)

    found = await kept(browser, sa.select(Notice.hearing_id).order_by(Notice.hearing_id))
    assert found == [HEARING, None]


async def test_who_was_served_reads_it(browser: Browser) -> None:
    """Farida opens her letter in French, her language."""
    await press(browser, await previewed(browser), action=ISSUE)
    (service,) = await kept(browser, sa.select(Service.id).where(Service.person_id == FARIDA.id))
    await browser.sign_in(FARIDA, language="fr")

    page = await browser.get(f"/notices/{service}")

    assert "Avis de convocation" in page.text


async def test_pressed_twice_it_is_issued_once(browser: Browser) -> None:
    """Twice in a row and twice at the same moment: one notice, and no paper left over."""
    page = await previewed(browser)

    answers = await asyncio.gather(*(press(browser, page, action=ISSUE) for _ in range(3)))
    answers.append(await press(browser, page, action=ISSUE))

    assert {answer.status_code for answer in answers} == {303}
    assert len(await kept(browser, sa.select(Notice.id))) == 1
    assert len(await kept(browser, sa.select(Service.id))) == 5
    assert len(await kept(browser, sa.select(Entry.act).where(Entry.act == "notice.issued"))) == 1
    assert objects(browser) == 1


async def test_the_same_form_with_other_facts_issues_nothing(browser: Browser) -> None:
    """Back, another time typed, pressed again: said so; the first notice stands."""
    page = await previewed(browser)
    await press(browser, page, action=ISSUE)

    again = await press(browser, page, action=ISSUE, starts_at="14:00")

    assert again.status_code == 409
    assert "This form has already issued another notice" in again.text
    assert len(await kept(browser, sa.select(Notice.id))) == 1
    assert objects(browser) == 1


async def test_people_who_changed_meanwhile_are_shown_again(browser: Browser) -> None:
    """Amira's loan ended after the preview: nothing is issued until the officer has seen that."""
    page = await previewed(browser)
    async with browser.portal.database.login_transaction() as session:
        await session.execute(
            sa.update(Delegation)
            .where(Delegation.id == CLAIRE_TO_AMIRA)
            .values(ended_at=sa.func.now(), ended_by=CLAIRE.id)
        )

    stopped = await press(browser, page, action=ISSUE)

    assert stopped.status_code == 409
    assert "Who receives this has changed since you looked" in stopped.text
    assert "Issue to 4 people" in stopped.text
    assert not await kept(browser, sa.select(Notice.id))
    assert objects(browser) == 0
    assert (await press(browser, stopped, action=ISSUE)).status_code == 303


async def test_a_bad_address_means_a_letter(browser: Browser) -> None:
    """It is marked before, no mail goes there, and the officer is told what to post, with its PDF."""
    async with browser.portal.database.login_transaction() as session:
        await session.execute(
            sa.update(Account)
            .where(Account.person_id == FARIDA.id)
            .values(mail_failed_at=sa.func.now())
        )
    page = await previewed(browser)
    assert "Letter needed" in page.text

    case = await arrive(browser, await press(browser, page, action=ISSUE))

    assert "A letter goes by post to: Farida Noor." in case.text
    assert len(await kept(browser, sa.select(Attempt.id))) == 4
    (notice,) = await kept(browser, sa.select(Notice.id))
    paper = await browser.get(f"/cases/{NOOR}/notices/{notice}.pdf")
    assert paper.content.startswith(b"%PDF-")


async def test_facts_that_are_missing_or_half_said_are_asked_for(browser: Browser) -> None:
    """A letter needs subject and text in both languages; what was typed stays."""
    page = await facts_page(browser, kind="general_letter")

    refused = await press(
        browser, page, action=PREVIEW, subject_en="Your address", body_en="Write.\n\nSoon."
    )

    assert refused.status_code == 422
    assert "This is needed: fill it in" in refused.text
    values = form_on(refused, PREVIEW).values
    assert values["body_en"].replace("\r", "").strip() == "Write.\n\nSoon."


async def test_what_may_be_left_out_is_said_in_both_languages_or_none(browser: Browser) -> None:
    """A room in English alone would leave French readers outside."""
    page = await facts_page(browser)

    refused = await press(browser, page, action=PREVIEW, place_en="Room 7")

    assert refused.status_code == 422
    assert "Say it in both languages, or leave both empty" in refused.text


async def test_facts_are_never_markup(browser: Browser) -> None:
    """What an officer types is text, on the preview and on the paper."""
    page = await facts_page(browser, kind="general_letter")
    naughty = "<script>alert(1)</script> {{ 7*7 }} #panic()"
    typed = {"subject_en": naughty, "subject_fr": naughty, "body_en": "a", "body_fr": "b"}

    preview = await press(browser, page, action=PREVIEW, **typed)
    issued = await press(browser, preview, action=ISSUE)

    assert "<script>alert" not in preview.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in preview.text
    assert issued.status_code == 303


async def test_back_to_the_facts_keeps_what_was_typed(browser: Browser) -> None:
    """Changing the facts is a button of the preview, not the browser's memory."""
    page = await press(
        browser, await facts_page(browser), action=PREVIEW, place_en="Room 7", place_fr="Salle 7"
    )

    button = f"/cases/{NOOR}/notices/new?kind=notice_to_appear&hearing={HEARING}"
    facts = await press(browser, page, button, action=ISSUE)

    assert form_on(facts, PREVIEW).values["place_fr"] == "Salle 7"


async def test_nothing_is_issued_when_the_store_is_down(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No paper, no notice: a page that says try again, and the same press works later."""
    page = await previewed(browser)
    with monkeypatch.context() as broken:
        folder = type(browser.portal.store)

        def down(*_: object) -> None:
            raise StoreUnavailable("down")

        broken.setattr(folder, "writer", down)
        refused = await press(browser, page, action=ISSUE)

    assert refused.status_code == 503
    assert not await kept(browser, sa.select(Notice.id))
    assert (await press(browser, page, action=ISSUE)).status_code == 303


async def test_nobody_else_issues(browser: Browser) -> None:
    """Another division's officer, counsel on the case and a stranger: no page, no act, no paper."""
    page = await previewed(browser)
    await press(browser, page, action=ISSUE)
    (notice,) = await kept(browser, sa.select(Notice.id))
    for person in (VICTOR, CLAIRE, SAM):
        await browser.sign_in(person)
        for path in ("new", "preview?kind=notice_to_appear", f"{notice}.pdf"):
            assert (await browser.get(f"/cases/{NOOR}/notices/{path}")).status_code == 404
        assert (await press(browser, page, action=ISSUE)).status_code == 404
        preview = f"/cases/{NOOR}/notices/preview?kind=notice_to_appear"
        assert (await browser.post(preview, data={})).status_code == 404
        assert (await browser.post(preview.replace("?", ".pdf?"), data={})).status_code == 404


async def test_the_paper_of_another_case_is_not_this_cases(browser: Browser) -> None:
    """A notice is reached through its own case only."""
    await press(browser, await previewed(browser), action=ISSUE)
    (notice,) = await kept(browser, sa.select(Notice.id))

    assert (await browser.get(f"/cases/{OKAFOR}/notices/{notice}.pdf")).status_code == 404


async def test_a_case_without_people_says_so(browser: Browser) -> None:
    """Nobody on it: there is nobody to issue to, and the page says what to do first."""
    async with browser.portal.database.login_transaction() as session:
        await session.execute(sa.text("delete from standing"))
        await session.execute(sa.text("update party set born_on = null, person_id = null"))
        await session.execute(sa.text("delete from party"))
        hearing = await session.get_one(Hearing, HEARING)
        assert hearing.case_id == NOOR

    page = await previewed(browser)

    assert "Nobody on this case can receive anything yet" in page.text
    assert "Issue to" not in page.text
