"""Recording who stands in a case, and ending it for them and everybody below."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from httpx2 import Response

from portal.models import Account, Entry, Invitation, Party, Person, Standing
from tests.cast import (
    AMIRA,
    CLAIRE,
    FARIDA,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    OKAFOR,
    RENEE,
    SAM,
    VICTOR,
    known,
    lend,
)
from tests.conftest import Browser
from tests.portal.registry.pressing import arrive, form_on, press

STANDING = known(f"standing {CLAIRE.email}")


async def asked(
    browser: Browser, *, case: object = NOOR, language: str = "en", **typed: Any
) -> Response:
    """The form, filled in and sent: the check of who it is, or what is wrong."""
    await browser.sign_in(RENEE, language=language)
    page = await browser.get(f"/cases/{case}/people/new")
    return await press(
        browser, page, "check", **{"role": "counsel", "how": "form received", **typed}
    )


async def rows(browser: Browser, select: sa.Select[Any]) -> list[Any]:
    """What is in the database, as nobody in particular."""
    async with browser.portal.database.system_transaction() as session:
        return list((await session.scalars(select)).all())


async def test_somebody_with_an_account_gets_the_case(browser: Browser) -> None:
    """The check shows the name behind the address; then he sees the case, and an entry says why."""
    check = await asked(browser, email="SAM@example.org ")
    assert SAM.name in check.text
    assert "Has an account already, under this name." in check.text

    page = await arrive(browser, await press(browser, check, "record"))

    assert "Sam Stranger can see this case now." in page.text
    entry = (await rows(browser, sa.select(Entry).where(Entry.act == "standing.recorded")))[0]
    assert entry.facts == {"name": SAM.name, "role": "counsel", "how": "form received"}
    await browser.sign_in(SAM)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 200


async def test_somebody_new_is_enrolled_and_invited(browser: Browser) -> None:
    """An unknown address needs a name, then becomes a person without a password, and a mail job."""
    nameless = await asked(browser, email="nadia@example.org")
    assert nameless.status_code == 422
    assert "Nobody has an account with this address yet" in nameless.text

    check = await press(browser, nameless, "check", name="Nadia Perez", language="fr")
    assert "check every letter of it" in check.text
    page = await arrive(browser, await press(browser, check, "record"))

    assert "Nadia Perez has a place in this case. An invitation is on its way" in page.text
    (person,) = await rows(browser, sa.select(Person).where(Person.name == "Nadia Perez"))
    (account,) = await rows(browser, sa.select(Account).where(Account.person_id == person.id))
    (invitation,) = await rows(browser, sa.select(Invitation))
    assert (person.calling, person.language) == ("counsel", "fr")
    assert (account.email, account.password_hash) == ("nadia@example.org", None)
    assert (invitation.email, invitation.person_id) == ("nadia@example.org", person.id)
    assert invitation.invited_by == RENEE.id


async def test_pressed_twice_it_gives_one_place_and_sends_one_invitation(browser: Browser) -> None:
    """A second press of the same form changes nothing."""
    check = await asked(browser, email="nadia@example.org", name="Nadia Perez")

    for _ in range(2):
        assert (await press(browser, check, "record")).status_code == 303

    assert len(await rows(browser, sa.select(Invitation))) == 1
    assert len(await rows(browser, sa.select(Standing).where(Standing.case_id == NOOR))) == 5
    acts = await rows(browser, sa.select(Entry.act).where(Entry.act == "standing.recorded"))
    assert len(acts) == 1


async def test_nobody_is_on_both_sides(browser: Browser) -> None:
    """The Minister's counsel cannot become the claimant's; it is said, and nothing is recorded."""
    check = await asked(browser, email=MARC.email)

    page = await press(browser, check, "record")

    assert page.status_code == 409
    assert "Marc Dubois is on the other side of this case already." in page.text
    assert not await rows(browser, sa.select(Entry.act).where(Entry.act == "standing.recorded"))


async def test_nor_through_what_is_lent(browser: Browser) -> None:
    """Who would put a delegate of the other side on the case is refused, and told by name."""
    async with browser.portal.database.system_transaction() as session:
        await lend(session, LOUIS, AMIRA)
    check = await asked(browser, email=LOUIS.email, role="ministers_counsel")

    page = await press(browser, check, "record")

    assert page.status_code == 409
    assert "Amira Haddad would be on both sides of this case" in page.text
    assert len(await rows(browser, sa.select(Standing).where(Standing.case_id == NOOR))) == 4


async def test_the_same_place_twice_is_said(browser: Browser) -> None:
    """Claire is counsel of record already."""
    check = await asked(browser, email=CLAIRE.email)

    page = await press(browser, check, "record")

    assert page.status_code == 409
    assert "Claire Tremblay has this place in the case already." in page.text


async def test_a_party_is_tied_to_the_claim(browser: Browser) -> None:
    """Whose claim it is must be said; then the claim is that person's."""
    claim = known("V")
    forgotten = await asked(browser, case=OKAFOR, email=SAM.email, role="party")
    assert "Choose whose claim it is" in forgotten.text

    check = await press(browser, forgotten, "check", party=claim)
    await press(browser, check, "record")

    (party,) = await rows(browser, sa.select(Party).where(Party.id == claim))
    assert party.person_id == SAM.id


async def test_a_representative_stays_until_the_youngest_is_18(browser: Browser) -> None:
    """The end is the 18th birthday of the youngest, at midnight where the registry office is."""
    async with browser.portal.database.system_transaction() as session:
        for number, born in (("TC6-01482", date(1990, 1, 1)), ("TC6-01483", date(2012, 2, 29))):
            await session.execute(
                sa.update(Party).where(Party.id == known(number)).values(born_on=born)
            )
    check = await asked(browser, email=SAM.email, role="designated_representative")
    assert "Friday, 1 March 2030" in check.text

    await press(browser, check, "record")

    (standing,) = await rows(browser, sa.select(Standing).where(Standing.person_id == SAM.id))
    assert standing.ends_at == datetime(2030, 3, 1, 5, tzinfo=UTC)


async def test_incapacity_has_no_birthday(browser: Browser) -> None:
    """Where the person cannot appreciate the proceedings, 18 ends nothing."""
    check = await asked(browser, email=SAM.email, role="designated_representative", lasting="y")

    assert "When the registry records its end" in check.text


async def test_one_plain_address_is_asked_for(browser: Browser) -> None:
    """Two addresses in one field, or none, are refused at the field."""
    page = await asked(browser, email="a@example.org, evil@example.net")

    assert page.status_code == 422
    assert "Enter one e-mail address" in page.text


async def test_the_preview_of_an_ending_names_everybody_who_loses(browser: Browser) -> None:
    """Claire, and the two who see the case through her; nobody else."""
    await browser.sign_in(RENEE)

    page = await browser.get(f"/standings/{STANDING}/ending")

    assert page.status_code == 200
    for person in (CLAIRE, AMIRA, JONAS):
        assert person.name in page.text
    assert MARC.name not in page.text
    assert "End it for 3 people" in page.text


async def test_ending_counsel_ends_the_delegates_at_once(browser: Browser) -> None:
    """After a revocation neither counsel nor delegates reach the case, and the entry counts them."""
    await browser.sign_in(RENEE)
    page = await browser.get(f"/standings/{STANDING}/ending")

    done = await press(browser, page, how="The client’s revocation was received")

    flash = (await arrive(browser, done)).text
    assert "No longer on this case: Claire Tremblay, Amira Haddad, Jonas Roy." in flash
    (entry,) = await rows(browser, sa.select(Entry).where(Entry.act == "standing.ended"))
    assert entry.facts["name"] == CLAIRE.name
    assert entry.facts["delegates"] == 2
    assert not {AMIRA.name, JONAS.name} & set(str(entry.facts).split("'"))
    for person in (CLAIRE, AMIRA, JONAS):
        await browser.sign_in(person)
        assert (await browser.get(f"/cases/{NOOR}")).status_code == 404
    await browser.sign_in(FARIDA)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 200


async def test_ended_twice_it_ended_once(browser: Browser) -> None:
    """The second press finds it ended, keeps the first reason and writes no second entry."""
    await browser.sign_in(RENEE)
    page = await browser.get(f"/standings/{STANDING}/ending")
    await press(browser, page, how="It was recorded by mistake")

    again = await press(browser, page, words="Something else")

    assert again.status_code == 303
    (standing,) = await rows(browser, sa.select(Standing).where(Standing.id == STANDING))
    assert standing.ended_how == "It was recorded by mistake"
    assert len(await rows(browser, sa.select(Entry).where(Entry.act == "standing.ended"))) == 1
    assert "has ended already" in (await browser.get(f"/standings/{STANDING}/ending")).text


async def test_an_ending_without_a_reason_is_refused(browser: Browser) -> None:
    """Why it ends is part of the record."""
    await browser.sign_in(RENEE)
    page = await browser.get(f"/standings/{STANDING}/ending")

    refused = await press(browser, page)

    assert refused.status_code == 422
    assert "Choose why it ends, or say it in your words" in refused.text


async def test_a_delegate_of_two_keeps_what_the_other_lends(browser: Browser) -> None:
    """Who also sees the case through somebody else is not called gone."""
    async with browser.portal.database.system_transaction() as session:
        session.add(
            Standing(
                case_id=NOOR,
                person_id=LOUIS.id,
                role="counsel",
                starts_at=datetime(2026, 1, 1, tzinfo=UTC),
                began_how="second counsel",
                recorded_by=RENEE.id,
            )
        )
        await lend(session, LOUIS, AMIRA)
    await browser.sign_in(RENEE)
    page = await browser.get(f"/standings/{STANDING}/ending")
    assert "Still on the case in another place" in page.text

    flash = await arrive(browser, await press(browser, page, words="by consent"))

    assert "No longer on this case: Claire Tremblay, Jonas Roy." in flash.text
    await browser.sign_in(AMIRA)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 200


async def test_another_divisions_officer_and_counsel_find_nothing(browser: Browser) -> None:
    """Victor's division has no such case; to counsel the registry's pages are not there."""
    check = await asked(browser, email=SAM.email)
    ending = await browser.get(f"/standings/{STANDING}/ending")
    for person in (VICTOR, CLAIRE, SAM):
        await browser.sign_in(person)
        assert (await browser.get(f"/cases/{NOOR}/people/new")).status_code == 404
        assert (await press(browser, check, "record")).status_code == 404
        assert (await browser.get(f"/standings/{STANDING}/ending")).status_code == 404
        assert (await press(browser, ending, words="mine now")).status_code == 404


async def test_the_pages_speak_french(browser: Browser) -> None:
    """Form, check and ending in French."""
    check = await asked(browser, email=SAM.email, language="fr")
    ending = await browser.get(f"/standings/{STANDING}/ending")

    assert "Est-ce la bonne personne\N{NO-BREAK SPACE}?" in check.text
    assert "Conseil inscrit au dossier" in check.text
    assert "Qui perd quoi" in ending.text
    assert form_on(check).values["email"] == SAM.email
