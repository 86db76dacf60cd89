"""New contact details: in force at once, kept with who and for whom, and read by the registry alone."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from portal.models import Entry, PostalAddress, Request, Submission, Telephone
from portal.parts import Parts
from tests.cast import AMIRA, CLAIRE, DINA, FARIDA, JONAS, MARC, NOOR, RENEE, Character, known, lend
from tests.conftest import Browser
from tests.permission_table import PEOPLE, rows
from tests.portal.registry.posted import letters, party, printed, settle, write
from tests.portal.registry.pressing import arrive, press
from tests.portal.registry.recorded import rows as found
from tests.portal.requests.asked import send
from tests.staged import Template, again
from tests.test_permissions import OWN_PAGE, ask, visitor

LAILA = known("TC6-01483")
TYPED = {
    "street": "1 Canary Row",
    "city": "Sudbury",
    "province": "ON",
    "postal_code": "P3E 5J1",
    "country": "CA",
    "telephone": "705 555 0143",
}
# What must be nowhere: however it was typed, it is written like this.
CANARIES = ("Canary Row", "SUDBURY", "P3E 5J1", "705 555 0143")
ASK = f"/cases/{NOOR}/requests/new?kind=contact_details"


async def addresses(browser: Browser) -> list[PostalAddress]:
    """Every address, the first first."""
    return await found(browser, sa.select(PostalAddress).order_by(PostalAddress.since))


async def test_a_claimant_checks_and_sends_and_the_next_letter_goes_there(browser: Browser) -> None:
    """Nothing is recorded before the check; then address and number hold at once."""
    await browser.sign_in(FARIDA, language="en")
    page = await browser.get(ASK)
    check = await press(browser, page, "check", action="requests/new", whose=FARIDA.id, **TYPED)
    assert check.status_code == 200, check.text
    assert all(one in check.text for one in CANARIES)
    assert await addresses(browser) == []

    done = await press(browser, check, action="/requests?")
    receipt = await arrive(browser, done)

    assert "It is not shown here" in receipt.text
    assert not any(one in receipt.text for one in CANARIES)
    (one,) = await addresses(browser)
    assert (one.person_id, one.recorded_by, one.recorded_for) == (FARIDA.id, FARIDA.id, None)
    assert one.lines == ["1 Canary Row", "SUDBURY ON  P3E 5J1"]
    (number,) = await found(browser, sa.select(Telephone))
    assert number.number == "705 555 0143"
    (entry,) = await found(browser, sa.select(Entry).where(Entry.act == "contacts.changed"))
    assert entry.facts == {"name": FARIDA.name}


@pytest.mark.parametrize("person", [CLAIRE, DINA], ids=lambda one: one.email)
async def test_a_representative_gives_the_address_of_who_has_no_account(
    browser: Browser, person: Character
) -> None:
    """Laila's letters go to the new address; the one before stays with from and until."""
    await settle(browser.portal, party_id=LAILA)
    await browser.sign_in(person)
    await send(browser, "contact_details", TYPED | {"whose": str(LAILA)})

    before, now = await addresses(browser)
    assert (before.ended_by, before.ended_by_name) == (person.id, person.name)
    assert (now.party_id, now.recorded_by, now.ended_at) == (LAILA, person.id, None)
    await write(browser.portal, to=await party(browser.portal))
    await printed(browser.portal)
    (letter,) = await letters(browser.portal)
    assert letter.lines == now.lines


async def test_what_came_back_stays_back_until_a_letter_goes_to_the_new_address(
    browser: Browser,
) -> None:
    """The letter to the old address is marked as returned for ever; the next goes elsewhere."""
    await settle(browser.portal, party_id=LAILA)
    await write(browser.portal, to=await party(browser.portal))
    await printed(browser.portal)
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.text(
                "update letter set posted_on = current_date, posted_at = now(), posted_by = :by,"
                " posted_by_name = 'r', returned_on = current_date, returned_at = now(),"
                " returned_by = :by, returned_by_name = 'r'"
            ),
            {"by": RENEE.id},
        )
    await browser.sign_in(CLAIRE)
    await send(browser, "contact_details", TYPED | {"whose": str(LAILA)})

    await browser.sign_in(RENEE)
    assert "Letters that came back" in (await browser.get("/registry")).text
    await write(browser.portal, "second", to=await party(browser.portal))
    await printed(browser.portal)
    old, new = await letters(browser.portal)
    assert old.returned_on is not None
    assert old.lines != new.lines
    assert new.returned_on is None


async def test_a_delegate_does_it_in_the_name_of_counsel(browser: Browser) -> None:
    """With the right to make requests, for whom counsel represents; it is kept in whose name."""
    async with browser.portal.database.system_transaction() as session:
        await lend(session, CLAIRE, AMIRA, rights=("see", "request"), cases=[NOOR])
    await browser.sign_in(AMIRA)
    await send(browser, "contact_details", TYPED | {"whose": str(LAILA)})

    (one,) = await addresses(browser)
    assert (one.recorded_by_name, one.recorded_for) == (AMIRA.name, CLAIRE.name)
    await browser.sign_in(RENEE)
    page = (await browser.get(f"/cases/{NOOR}/addresses/{LAILA}")).text
    assert f"by {AMIRA.name} for {CLAIRE.name}" in page
    assert "705 555 0143" in page


async def test_nobody_changes_those_of_somebody_else_with_an_account(browser: Browser) -> None:
    """Farida's are hers: counsel, representative and other side cannot name her."""
    for person in (CLAIRE, DINA, MARC):
        await browser.sign_in(person)
        form = {"id": str(uuid4()), **TYPED, "whose": str(FARIDA.id)}
        answer = await browser.post(f"/cases/{NOOR}/requests?kind=contact_details", data=form)
        assert answer.status_code == 422, person.name
    assert await addresses(browser) == []


async def test_sent_twice_it_is_recorded_once_and_changed_it_is_not_lost(browser: Browser) -> None:
    """The same form with another address is refused: nobody believes it was recorded."""
    await browser.sign_in(FARIDA)
    key = uuid4()
    typed = TYPED | {"whose": str(FARIDA.id)}
    first = await send(browser, "contact_details", typed, key=key)
    assert await send(browser, "contact_details", typed, key=key) == first

    other = {"id": str(key), **typed, "street": "2 Other Street"}
    answer = await browser.post(f"/cases/{NOOR}/requests?kind=contact_details", data=other)

    assert answer.status_code == 422
    assert "already sent another request" in answer.text
    assert len(await addresses(browser)) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"country": "CA", "telephone": ""}, "Enter the new telephone number, the new address"),
        ({"country": "CA", "telephone": "call me"}, "Enter a telephone number"),
        (TYPED | {"postal_code": "H2X 1Y4"}, "of another province"),
        (TYPED | {"street": ""}, "Enter the street"),
    ],
)
async def test_what_is_missing_is_said(
    browser: Browser, typed: dict[str, str], sentence: str
) -> None:
    """An address is whole or stays as it is."""
    await browser.sign_in(FARIDA)
    form = {"id": str(uuid4()), "whose": str(FARIDA.id), **typed}
    answer = await browser.post(f"/cases/{NOOR}/requests?kind=contact_details", data=form)

    assert answer.status_code == 422
    assert sentence in answer.text


async def test_the_telephone_alone_leaves_the_address_as_it_is(browser: Browser) -> None:
    """Empty boxes change nothing."""
    await settle(browser.portal, person_id=FARIDA.id)
    await browser.sign_in(FARIDA)
    empty = dict.fromkeys(TYPED, "") | {"country": "CA", "telephone": "705 555 0143"}
    await send(browser, "contact_details", empty | {"whose": str(FARIDA.id)})

    (one,) = await addresses(browser)
    assert one.ended_at is None


async def test_the_registry_is_told_on_its_desk(browser: Browser) -> None:
    """With a link to what was asked, and nothing to decide."""
    await browser.sign_in(FARIDA)
    await send(browser, "contact_details", TYPED | {"whose": str(FARIDA.id)})

    await browser.sign_in(RENEE)
    desk = (await browser.get("/registry")).text
    assert "Recorded by itself" in desk
    assert "New contact details" in desk
    assert not any(one in desk for one in CANARIES)


@pytest.fixture
async def full(full_case: Template, tmp_path: Path) -> AsyncIterator[Parts]:
    """A portal over a copy of the full case."""
    with full_case.copied(tmp_path) as made:
        portal = again(made)
        yield portal
        await portal.database.close()


async def test_it_is_in_no_answer_to_anybody_but_the_registry(
    full: Parts,
    full_case: Template,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Every page, file, feed and archive, asked by everybody; nor in a request, entry, mail or log."""
    await _change(full)
    shown: set[tuple[str, str]] = set()
    for row in (one for one in rows() if one.method == "GET"):
        for person in PEOPLE:
            answer = await ask(full, person, row, path=row.path(full_case.ids))
            if _sung(answer.content):
                shown.add((row.route, person.name if person else "nobody"))

    for person in (one for one in PEOPLE if one):
        async with visitor(full, headers=OWN_PAGE) as browser:
            await browser.sign_in(person)
            for path in await _receipts(full):
                assert not _sung((await browser.get(path)).content), (person.name, path)
    assert {route for route, _ in shown} <= {
        "/cases/{case_id:uuid}/addresses",
        "/cases/{case_id:uuid}/addresses/{whose_id:uuid}",
        # Where the registry prints an invitation: the address on its envelope.
        "/cases/{case_id:uuid}/invitations/{whose_id:uuid}",
    }
    assert {name for _, name in shown} == {RENEE.name}
    async with full.database.system_transaction() as session:
        for table in ("request", "entry", "notice", "procrastinate_jobs", "submission"):
            kept = (await session.execute(sa.text(f"select * from {table}"))).all()
            assert not _sung(repr(kept).encode()), table
    mails = [
        path.read_bytes() for path in (full.caught_mail or Path()).rglob("*") if path.is_file()
    ]
    assert not any(_sung(one) for one in mails)
    assert not _sung((caplog.text + "".join(capfd.readouterr())).encode())


async def _change(full: Parts) -> None:
    """Farida's own and, by Claire, those of Laila: what is looked for below."""
    for person, whose in ((FARIDA, FARIDA.id), (CLAIRE, LAILA)):
        form = {"id": str(uuid4()), "whose": str(whose), **TYPED}
        async with visitor(full, headers=OWN_PAGE) as browser:
            await browser.sign_in(person)
            path = f"/cases/{NOOR}/requests?kind=contact_details"
            assert (await browser.post(path, data=form)).status_code == 303
    async with full.database.system_transaction() as session:
        wanted = sa.select(Request.facts).where(Request.kind == "contact_details")
        sent = await session.scalars(wanted)
        assert [one["address"] for one in sent] == [True, True]


async def _receipts(full: Parts) -> list[str]:
    """The pages of what was sent: its side and the registry read them."""
    async with full.database.system_transaction() as session:
        wanted = sa.select(Request.id).where(Request.kind == "contact_details")
        return [f"/requests/{one}" for one in await session.scalars(wanted)]


def _sung(content: bytes) -> bool:
    """Whether any canary is in it, in an archive too."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(_sung(archive.read(name)) for name in archive.namelist())
    text = re.sub(r"\s+", " ", content.decode("utf-8", "ignore"))
    return any(one in text for one in CANARIES)


async def test_no_draft_keeps_what_was_typed(browser: Browser) -> None:
    """Papers would keep it with them: this kind takes none."""
    await browser.sign_in(FARIDA)
    form = {"id": str(uuid4()), "whose": str(FARIDA.id), **TYPED}
    path = f"/cases/{NOOR}/requests/papers?kind=contact_details"
    answer = await browser.post(path, data=form)

    assert answer.headers["location"] == f"/cases/{NOOR}/requests/new"
    assert await found(browser, sa.select(Submission.id)) == []


async def test_a_delegate_without_the_right_and_the_other_side_cannot_ask(browser: Browser) -> None:
    """Jonas sees the case and nothing else; Marc gives his own address, and sees nobody's."""
    await browser.sign_in(JONAS)
    assert (await browser.get(ASK)).status_code == 403
    await browser.sign_in(MARC, language="en")
    page = (await browser.get(ASK)).text
    assert "Laila" not in page.split("<main")[1].split("</main")[0].replace("Noor, F.", "")
