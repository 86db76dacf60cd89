"""Who comes with a letter: one no for all that is wrong, and a way in for whose letter it is."""

import re
import time
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
import sqlalchemy as sa
from httpx2 import Response

from portal.joining import limiting
from portal.joining.limiting import ADDRESS
from portal.joining.routes import SECONDS, WRONG
from portal.joining.spelling import Purpose, grouped, new_code
from portal.models import (
    Account,
    Case,
    Entry,
    Invitation,
    InvitationLetter,
    Joining,
    Party,
    Person,
    Standing,
)
from portal.people.mailing import mail_invitation
from portal.registry.recipients import who_receives
from portal.rules import rules
from tests.cast import DINA, FARIDA, NOOR, RENEE
from tests.conftest import Browser
from tests.invited import BORN, LAILA, LETTER, invited

PASSWORD = "four ordinary words together"
EMAIL = "laila@example.org"
SAYS_NO = WRONG


@pytest.fixture(autouse=True)
async def no_tries_yet() -> None:
    """Every test begins with nobody having guessed."""
    await limiting.limiter.storage.reset()


async def letter(browser: Browser, **facts: Any) -> str:
    """A letter to Laila; its code."""
    async with browser.portal.database.system_transaction() as session:
        join, _ = await invited(session, browser.portal.settings, **facts)
    return join


async def post(browser: Browser, path: str, **data: str) -> Response:
    """Send a form as its page would."""
    page = await browser.get("/join")
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    return await browser.post(path, data={"csrf": found[1]} | data)


async def knock(browser: Browser, code: str, born: date | None = BORN, uci: str = "") -> Response:
    """Type a code and what goes with it."""
    day = {"day": born.day, "month": born.month, "year": born.year} if born else {}
    boxes = {f"born-{part}": str(value) for part, value in day.items()}
    return await post(browser, "/join", code=grouped(code).lower(), uci=uci, **boxes)


async def account(browser: Browser, email: str = EMAIL, **data: str) -> Response:
    """Choose an account, and type what is asked for."""
    form = {"email": email, "language": "fr", "password": PASSWORD, "again": PASSWORD} | data
    return await post(browser, "/join/account", **form)


async def told(browser: Browser, kind: type[Any], *where: Any) -> Any:  # noqa: ANN401 - a row
    """The row as it is now."""
    async with browser.portal.database.system_transaction() as session:
        return await session.scalar(sa.select(kind).where(*where))


def bare(page: str) -> str:
    """A page without what differs on every page, and without what was typed into it."""
    return re.sub(r'value="[^"]*"', "", page)


async def test_code_and_date_of_birth_make_an_account(browser: Browser) -> None:
    """Account, place in the case and session in one go; the history says so, the letter is used."""
    code = await letter(browser)

    answer = await knock(browser, code)
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/choice")
    assert "Laila Noor" in (await browser.get("/join/choice")).text
    made = await account(browser)
    assert (made.status_code, made.headers["location"]) == (303, f"/cases/{NOOR}")
    browser.cookies.set("language", "en")
    assert "Noor, F. and two children" in (await browser.get(f"/cases/{NOOR}")).text

    row = await told(browser, Account, Account.email == EMAIL)
    person = await told(browser, Person, Person.id == row.person_id)
    standing = await told(browser, Standing, Standing.person_id == row.person_id)
    party = await told(browser, Party, Party.id == LAILA)
    used = await told(browser, InvitationLetter, InvitationLetter.id == LETTER)
    assert (person.name, person.language, person.calling) == ("Laila Noor", "fr", "claimant")
    assert (standing.case_id, standing.role, party.person_id) == (NOOR, "party", person.id)
    assert used.used_by == person.id
    assert await told(browser, Entry, Entry.act == "invitation.used") is not None


async def test_a_uci_does_in_place_of_the_date(browser: Browser) -> None:
    """Eight or ten digits, however they are set apart."""
    code = await letter(browser)

    answer = await knock(browser, code, None, "11 2233 4455")

    assert answer.headers["location"] == "/join/choice"


async def test_who_says_two_things_must_be_right_about_both(browser: Browser) -> None:
    """A right UCI does not help a wrong date of birth."""
    code = await letter(browser)

    answer = await knock(browser, code, BORN + timedelta(days=1), "11-2233-4455")

    assert SAYS_NO in answer.text


async def test_a_representative_says_what_is_known_of_whom_she_represents(
    browser: Browser,
) -> None:
    """Dina, not yet able to sign in, comes in by the date of birth of a child."""
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Account).where(Account.person_id == DINA.id).values(password_hash=None)
        )
    code = await letter(browser, party_id=None, person_id=DINA.id, name=DINA.name)

    await knock(browser, code)
    assert (await account(browser, email="dina.new@example.org")).status_code == 303

    row = await told(browser, Account, Account.person_id == DINA.id)
    assert row.email == "dina.new@example.org"
    assert row.password_hash is not None


async def test_no_is_one_answer(browser: Browser) -> None:
    """No such code, wrong date, wrong UCI, an ended letter and a closed case with a wrong date: the same bytes."""
    code = await letter(browser)
    wrong = date(1950, 1, 1)
    answers = [
        await knock(browser, new_code(Purpose.join), wrong),
        await knock(browser, code, wrong),
    ]
    await change(browser, ended_at=sa.func.now(), ended_how="revoked")
    answers.append(await knock(browser, code, wrong))
    await change(browser, ended_at=None, ended_how=None, used_at=sa.func.now(), used_by=FARIDA.id)
    answers.append(await knock(browser, code, wrong))
    await change(browser, used_at=None, used_by=None, ends_at=datetime.now(UTC))
    answers.append(await knock(browser, code, wrong))
    await close(browser)
    answers.append(await knock(browser, code, wrong))

    assert {one.status_code for one in answers} == {422}
    assert all(SAYS_NO in one.text for one in answers)
    assert len({bare(one.text) for one in answers}) == 1
    assert len({tuple(sorted(_headers(one))) for one in answers}) == 1


def _headers(answer: Response) -> list[str]:
    return [name for name in answer.headers if name not in {"content-length", "date"}]


async def test_no_takes_as_long_whatever_is_wrong(browser: Browser) -> None:
    """Time does not tell whether there is such a code."""
    code, wrong = await letter(browser), date(1950, 1, 1)
    taken: dict[str, list[float]] = {code: [], new_code(Purpose.join): []}
    for _ in range(4):
        for asked, times in taken.items():
            began = time.perf_counter()
            await knock(browser, asked, wrong)
            times.append(time.perf_counter() - began)

    ours, never = (min(times) for times in taken.values())
    assert min(ours, never) >= SECONDS
    assert abs(ours - never) < 0.03


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"used_at": sa.func.now(), "used_by": FARIDA.id}, "An account was made with this code"),
        ({"ended_at": sa.func.now(), "ended_how": "reprinted"}, "This code was ended."),
        ({"ends_at": datetime.now(UTC) - timedelta(days=1)}, "This code is too old."),
    ],
    ids=["used", "ended", "old"],
)
async def test_its_owner_is_told_why_a_code_works_no_more(
    browser: Browser, facts: dict[str, Any], said: str
) -> None:
    """Who knows code and date of birth learns what to do; nobody else does."""
    code = await letter(browser)
    await change(browser, **facts)

    answer = await knock(browser, code)

    assert answer.status_code == 422
    assert said in answer.text
    assert SAYS_NO not in answer.text


async def test_a_closed_case_takes_nobody_in(browser: Browser) -> None:
    """Told to its owner; and a pass from before the closing opens nothing any more."""
    code = await letter(browser)
    await knock(browser, code)
    await close(browser)

    assert (await browser.get("/join/choice")).status_code == 410
    assert (await account(browser)).status_code == 410
    assert "This case is closed." in (await knock(browser, code)).text


async def test_after_some_wrong_dates_the_code_ends_for_good(browser: Browser) -> None:
    """Counted on the letter, in whichever process and from whichever address; then even the right one is a no."""
    code = await letter(browser)
    for number in range(rules.joining.wrong):
        await limiting.limiter.storage.reset()
        await knock(browser, code, date(1950, 1, 1 + number))
    await limiting.limiter.storage.reset()

    answer = await knock(browser, code)

    row = await told(browser, InvitationLetter, InvitationLetter.id == LETTER)
    assert (row.ended_how, row.wrong) == ("guessed", rules.joining.wrong)
    assert SAYS_NO in answer.text
    assert await told(browser, Entry, Entry.act == "invitation.guessed") is not None


async def test_a_misspelled_code_asks_nobody_and_costs_no_try(browser: Browser) -> None:
    """One wrong letter, a hundred times: told each time, and the right one still works."""
    code = await letter(browser)
    wrong = ("C" if code[0] != "C" else "D") + code[1:]
    for _ in range(ADDRESS.amount * 2):
        assert "One character of this code is not right" in (await knock(browser, wrong)).text

    assert (await knock(browser, code)).status_code == 303
    row = await told(browser, InvitationLetter, InvitationLetter.id == LETTER)
    assert row.wrong == 0


async def test_guessing_from_one_address_is_stopped(browser: Browser) -> None:
    """Ten codes that nobody has, and the eleventh is not asked about; right ones cost nothing."""
    code = await letter(browser)
    for _ in range(2 * ADDRESS.amount):
        assert (await knock(browser, code)).status_code == 303
    for _ in range(ADDRESS.amount):
        assert (await knock(browser, new_code(Purpose.join))).status_code == 422

    assert (await knock(browser, new_code(Purpose.join))).status_code == 429


async def test_a_look_shows_the_hearing_and_nothing_else(browser: Browser) -> None:
    """Date and link, but no name, no title, no paper; it makes no account, the code still does."""
    code = await letter(browser)
    await knock(browser, code)
    assert (await post(browser, "/join/look")).headers["location"] == "/join/look"

    page = await browser.get("/join/look")
    assert "https://video.example.org/noor" in page.text
    for secret in ("Noor, F.", "Farida", "Laila", "Claire", "TC6-01482", str(NOOR)):
        assert secret not in page.text
    assert (await browser.get("/join/account")).status_code == 410
    assert (await account(browser)).status_code == 410
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 303

    assert (await knock(browser, code)).headers["location"] == "/join/choice"
    assert (await account(browser)).status_code == 303
    assert await told(browser, Entry, Entry.act == "invitation.looked") is not None


@pytest.mark.parametrize("ends", ["closed", "time", "revoked"])
async def test_a_look_ends(browser: Browser, ends: str) -> None:
    """By its own button, by the clock, and when the registry ends the codes."""
    await knock(browser, await letter(browser))
    await post(browser, "/join/look")
    if ends == "closed":
        token = browser.cookies.get(browser.portal.cookie("joining"))
        assert (await post(browser, "/join/ending")).status_code == 303
        browser.cookies.set(browser.portal.cookie("joining"), token or "")
    elif ends == "time":
        async with browser.portal.database.system_transaction() as session:
            await session.execute(sa.update(Joining).values(ends_at=sa.func.now()))
    else:
        await change(browser, ended_at=sa.func.now(), ended_how="revoked")

    assert (await browser.get("/join/look")).status_code == 410


async def test_pressing_twice_makes_one_account(browser: Browser) -> None:
    """The second press finds the pass used up."""
    await knock(browser, await letter(browser))
    token = browser.cookies.get(browser.portal.cookie("joining"))
    assert (await account(browser)).status_code == 303
    browser.cookies.delete(browser.portal.cookie("session"))
    browser.cookies.set(browser.portal.cookie("joining"), token or "")

    assert (await account(browser, email="second@example.org")).status_code == 410
    assert await told(browser, Account, Account.email == "second@example.org") is None


async def test_an_address_that_somebody_has_is_not_taken_over(browser: Browser) -> None:
    """Farida's own account stays hers, and the letter stays good."""
    await knock(browser, await letter(browser))

    answer = await account(browser, email=FARIDA.email)

    assert answer.status_code == 422
    assert "This address cannot be used here." in answer.text
    assert (await account(browser)).status_code == 303


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"email": "a@b.ca, c@evil.org"}, "Enter one e-mail address"),
        ({"password": "short", "again": "short"}, "Use at least 15 characters."),
        ({"again": "another one"}, "The two passwords are not the same."),
        ({"password": "Laila Noor Laila Noor", "again": "Laila Noor Laila Noor"}, "easy to guess"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    browser: Browser, data: dict[str, str], said: str
) -> None:
    """The rules for passwords and addresses are those of every account."""
    await knock(browser, await letter(browser))

    answer = await account(browser, **data)

    assert answer.status_code == 422
    assert said in answer.text


async def test_until_the_address_is_confirmed_notices_go_by_post_too(browser: Browser) -> None:
    """A mistyped address costs nobody a notice; the mailed link, and a button behind it, end that."""
    await knock(browser, await letter(browser))
    await account(browser)

    row = await told(browser, Account, Account.email == EMAIL)
    assert row.unconfirmed_since is not None
    async with browser.portal.database.transaction(RENEE.id) as session:
        case = await session.get_one(Case, NOOR)
        [one] = [
            reached
            for reached in await who_receives(session, case, now=datetime.now(UTC))
            if reached.person_id == row.person_id
        ]
    assert (one.letter, one.unconfirmed, one.bounced_at) == (True, True, None)

    invitation = await told(browser, Invitation, Invitation.email == EMAIL)
    await mail_invitation(browser.portal, invitation.id)
    assert browser.portal.caught_mail is not None
    [mail] = [
        message_from_bytes(file.read_bytes(), policy=default).get_content()
        for file in browser.portal.caught_mail.glob("*.eml")
    ]
    found = re.search(r"/join/address/[\w-]+", mail)
    assert found is not None
    assert EMAIL in (await browser.get(found[0])).text
    # Looking is not confirming: programs open links too.
    assert (await told(browser, Account, Account.email == EMAIL)).unconfirmed_since is not None
    assert (await post(browser, found[0])).status_code == 303
    assert (await told(browser, Account, Account.email == EMAIL)).unconfirmed_since is None
    assert (await browser.get(found[0])).status_code == 404


async def change(browser: Browser, **facts: Any) -> None:
    """The letter became otherwise."""
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.update(InvitationLetter).where(InvitationLetter.id == LETTER).values(**facts)
        )


async def close(browser: Browser) -> None:
    """The case is closed."""
    async with browser.portal.database.system_transaction() as session:
        closed = {"closed_at": sa.func.now(), "closed_by": RENEE.id}
        await session.execute(sa.update(Case).where(Case.id == NOOR).values(**closed))
