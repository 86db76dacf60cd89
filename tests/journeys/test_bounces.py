"""A notice's mail that comes back, in a browser: taken by a real server, back in a real mailbox."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from notices.facts import Both
from notices.issuing import By, Recipient, issue
from notices.kinds.general_letter import GeneralLetter
from notices.model import Attempt
from portal.bounces.taking import read_bounces
from tests.cast import CLAIRE, FARIDA, NOOR, RENEE
from tests.journeys.house import House, open_house
from tests.journeys.person import Manners, Person
from tests.notices.bounced import Sent, postfix
from tests.notices.mailroom import Mailroom, open_mailroom
from tests.postbox import Postbox
from tests.servers import free_ports
from tests.staged import Template

LETTER = GeneralLetter(
    file_number="TC6-01482/83",
    division="rpd",
    subject=Both("Your new address", "Votre nouvelle adresse"),
    body=Both("We need it.", "Il nous la faut."),
)


@pytest.fixture
def mailroom() -> Iterator[Mailroom]:
    """A mail server that takes everything."""
    with open_mailroom() as room:
        yield room


@pytest.fixture
def post_house(
    full_case: Template, tmp_path: Path, mailroom: Mailroom, postbox: Postbox
) -> Iterator[House]:
    """The portal, its mail going through that server, its bounces coming into a mailbox."""
    with full_case.copied(tmp_path, port=free_ports(1)[0]) as portal:
        channel = replace(mailroom.channel(), bounces="bounces@portal.example")
        mailed = replace(portal, channel=channel, bounces=postbox.mailbox(), caught_mail=None)
        with open_house(mailed) as house:
            yield house


async def issue_to_claire(house: House) -> UUID:
    """The registry writes to her; the id of the mail."""
    notice = uuid4()
    async with house.portal.database.system_transaction() as session:
        now = await session.scalar(sa.select(sa.func.now()))
        assert now is not None
        claire = Recipient(
            person_id=CLAIRE.id,
            name=CLAIRE.name,
            capacity="service",
            why="Counsel of record: this is service",
            language="en",
            address=CLAIRE.email,
        )
        await issue(
            session,
            notice_id=notice,
            case_id=NOOR,
            facts=LETTER,
            language="en",
            recipients=[claire],
            issued_by=By(RENEE.id, RENEE.name),
            now=now,
        )
        found = sa.select(Attempt.id).join(Attempt.service).filter_by(notice_id=notice)
        return (await session.scalars(found)).one()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("script", "width"), [(True, 1180), (False, 320)], ids=["with JavaScript", "phone, without"]
)
def test_what_comes_back_is_on_the_desk_and_said_before_the_next_notice(
    post_house: House,
    chromium: Browser,
    mailroom: Mailroom,
    postbox: Postbox,
    *,
    script: bool,
    width: int,
    language: str,
) -> None:
    """Issued, taken, back: the officer sees it, is warned, and trusts the address again."""
    officer = Person(chromium, post_house, Manners(language, script, width)).comes(RENEE)
    attempt = post_house.do(issue_to_claire(post_house))
    post_house.waits_for(lambda: mailroom.mails)
    postbox.receives(postfix(Sent(attempt, CLAIRE.email)))
    assert post_house.do(read_bounces(post_house.portal)) == 1

    officer.goes("/registry")
    officer.sees("Mail that could not be delivered")
    officer.sees(CLAIRE.name)
    officer.goes(f"/cases/{NOOR}/notices/new?kind=general_letter")
    writes(officer)
    officer.sees("Letter needed")
    officer.fits()

    officer.goes("/registry")
    officer.follows("Why each fails, and use one again")
    officer.sees("A server took the mail, and it came back.")
    officer.fits()
    # An older address of hers is on the list too.
    officer.page.get_by_role("link", name=officer.word("It works again")).first.click()
    officer.presses("Use it again")
    officer.sees("Say how you know that the address works")
    officer.forgets_refusals()
    officer.fills("How you know that it works", "Elle a appelé.")
    officer.presses("Use it again")
    officer.sees("E-mail is sent to this address again, from the next notice on.")
    officer.sees("Taken off the list in the last 90 days")
    officer.leaves()


def writes(officer: Person) -> None:
    """A letter, as far as its preview."""
    for name, text in (("subject", ("News", "Nouvelles")), ("body", ("Hello.", "Bonjour."))):
        for language, said in zip(("en", "fr"), text, strict=True):
            officer.page.locator(f"[name={name}_{language}]").fill(said)
    officer.presses("Look at the notice")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("script", "width"), [(True, 1180), (False, 320)], ids=["with JavaScript", "phone, without"]
)
def test_a_claimant_chooses_how_to_be_told(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """Once a day, no name in the subject, a second address; corrected where it cannot be."""
    reader = Person(chromium, house, Manners(language, script, width)).comes(FARIDA)
    reader.goes("/")
    reader.follows("Preferences")
    reader.sees("E-mails say only that something waits for you here. They never say what.")
    reader.fits()

    reader.chooses("Once a day, at 8:00 where you are, one e-mail for all that came")
    reader.chooses("Leave the name of the portal out of e-mails and page titles")
    reader.fills("A second e-mail address", "not an address")
    reader.presses("Keep these preferences")
    reader.sees("Enter one e-mail address, such as name@example.org, or leave it empty")
    reader.forgets_refusals()
    reader.fills("A second e-mail address", "farida.other@example.org")
    reader.page.get_by_label("Français" if language == "fr" else "English", exact=True).check()
    reader.picks("Time zone", "America/Vancouver")
    reader.presses("Keep these preferences")
    reader.sees("Your preferences are kept.")

    assert reader.page.locator("[name=second_address]").input_value() == "farida.other@example.org"
    assert reader.page.locator("[name=zone]").input_value() == "America/Vancouver"
    assert reader.page.locator("[name=rhythm][value=daily]").is_checked()
    reader.fits()
    reader.leaves()
