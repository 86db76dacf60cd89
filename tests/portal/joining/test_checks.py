"""The hearing check: date, time and place to who has number and code; to all others one and the same no."""

import re
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from httpx2 import Response

from portal.joining import limiting
from portal.joining.checks.asking import file_numbers
from portal.joining.checks.routes import SECONDS
from portal.joining.limiting import ADDRESS, BEYOND, NUMBER, Tries, neighbourhood
from portal.joining.spelling import SPACE, Purpose, grouped, new_code
from portal.models import Case, Hearing, InvitationLetter
from portal.people.signing_in import TooManyTries
from portal.rules import rules
from tests.cast import HEARING, NOOR, RENEE
from tests.conftest import Browser
from tests.invited import LETTER, invited
from tests.portal.joining.test_door import bare, post

NO = "We found no hearing for this file number and this code."
MINE, NEVER = "TC6-01482", "TC6-99999"


@pytest.fixture(autouse=True)
async def no_tries_yet() -> None:
    """Every test begins with nobody having guessed."""
    await limiting.limiter.storage.reset()


async def letter(browser: Browser, **facts: Any) -> str:
    """A letter to Laila; its code for the hearing check."""
    async with browser.portal.database.system_transaction() as session:
        _, check = await invited(session, browser.portal.settings, **facts)
    return check


async def ask(browser: Browser, number: str, code: str) -> Response:
    """Type number and code."""
    return await post(browser, "/hearing-check", number=number, code=grouped(code))


async def change(browser: Browser, kind: type[Any], key: Any, **facts: Any) -> None:  # noqa: ANN401
    """Something became otherwise."""
    async with browser.portal.database.system_transaction() as session:
        await session.execute(sa.update(kind).where(kind.id == key).values(**facts))


async def test_it_says_when_and_how_and_nothing_else(browser: Browser) -> None:
    """Weekday, time, zone and way; no name, no title, no link, no interpreter, no id."""
    answer = await ask(browser, MINE, await letter(browser))

    assert answer.status_code == 200
    assert "9:00 in the morning" in answer.text
    assert "Toronto time (Eastern)" in answer.text
    assert "by video" in answer.text
    shown = re.sub(r'value="[^"]*"', "", answer.text) + str(answer.headers)
    for secret in (
        "Noor",
        "Farida",
        "Laila",
        "Claire",
        "Dari",
        "video.example.org",
        str(NOOR),
        str(HEARING),
    ):
        assert secret not in shown


@pytest.mark.parametrize(
    "typed",
    [
        "tc6-01482",
        " TC6 – 01482 ",
        "tc6 01482",
        "TC601482",
        "TC6-01482/83",
        "TC6-01482/01483",
        "TC6_01483",
    ],
)
async def test_a_file_number_is_read_however_it_is_typed(browser: Browser, typed: str) -> None:
    """Small letters, spaces, other dashes or none, the joined number of a family, another's of it."""
    answer = await ask(browser, typed, await letter(browser))

    assert "9:00 in the morning" in answer.text


def test_joined_numbers_are_several() -> None:
    """As letters of families write them; whatever else is typed is asked about as it is."""
    assert file_numbers("TB6-03419/20/21") == ["TB6-03419", "TB6-03420", "TB6-03421"]
    assert file_numbers("0018-b7-00123") == ["0018-B7-00123"]
    assert file_numbers("' or 1=1 --") == ["'OR1=1--"]


async def test_no_is_one_answer(browser: Browser) -> None:
    """Wrong number, wrong code, both, an ended letter, a closed case: the same status and the same bytes."""
    code = await letter(browser)
    answers = [
        await ask(browser, NEVER, code),
        await ask(browser, "VC6-00071", code),
        await ask(browser, MINE, new_code(Purpose.check)),
        await ask(browser, NEVER, new_code(Purpose.check)),
    ]
    await change(browser, InvitationLetter, LETTER, ended_at=sa.func.now(), ended_how="revoked")
    answers.append(await ask(browser, MINE, code))
    await change(browser, InvitationLetter, LETTER, ended_at=None, ended_how=None)
    await change(browser, Case, NOOR, closed_at=sa.func.now(), closed_by=RENEE.id)
    answers.append(await ask(browser, MINE, code))
    # Closed, and with no hearing to come: nothing of that either.
    await change(browser, Hearing, HEARING, starts_at=datetime.now(UTC) - timedelta(days=9))
    answers.append(await ask(browser, MINE, code))

    assert {one.status_code for one in answers} == {200}
    assert all(NO in one.text for one in answers)
    assert len({bare(one.text) for one in answers}) == 1


async def test_with_the_right_code_no_date_is_said_to_be_none(browser: Browser) -> None:
    """Cancelled, or over: the person is told to wait for a letter."""
    code = await letter(browser)
    cancelled = {"cancelled_at": sa.func.now(), "cancelled_by": RENEE.id, "cancelled_why": "x"}
    await change(browser, Hearing, HEARING, **cancelled)

    assert "No hearing date is set yet." in (await ask(browser, MINE, code)).text


async def test_the_code_works_as_often_as_one_likes_and_after_the_other_is_used_or_old(
    browser: Browser,
) -> None:
    """Sixty days and an account later the hearing check goes on, until the registry ends it."""
    code = await letter(browser, ends_at=datetime.now(UTC) - timedelta(days=1))
    await change(browser, InvitationLetter, LETTER, used_at=sa.func.now(), used_by=RENEE.id)

    for _ in range(3 * ADDRESS.amount):
        assert "9:00 in the morning" in (await ask(browser, MINE, code)).text


async def test_right_and_wrong_numbers_take_as_long(browser: Browser) -> None:
    """Three distributions side by side: number known, number unknown, code right but number wrong."""
    code = await letter(browser)
    questions = {
        "known": (MINE, new_code(Purpose.check)),
        "unknown": (NEVER, new_code(Purpose.check)),
        "right code": (NEVER, code),
        "right": (MINE, code),
    }
    taken: dict[str, list[float]] = {name: [] for name in questions}
    for _ in range(9):
        await limiting.limiter.storage.reset()
        for name, (number, asked) in questions.items():
            began = time.perf_counter()
            await ask(browser, number, asked)
            taken[name].append(time.perf_counter() - began)

    # The quickest, which nothing else on the machine made slower, and the middle.
    quickest = [min(times) for times in taken.values()]
    middle = [statistics.median(times) for times in taken.values()]
    assert min(quickest) >= SECONDS
    assert max(quickest) - min(quickest) < 0.02
    assert max(middle) - min(middle) < 0.04


async def test_guessing_from_one_address_is_stopped_and_misspelling_is_free(
    browser: Browser,
) -> None:
    """Ten wrong codes in a quarter of an hour, and then the right one waits too, from this address."""
    code = await letter(browser)
    slip = ("C" if code[0] != "C" else "D") + code[1:]
    for _ in range(2 * ADDRESS.amount):
        assert (await ask(browser, MINE, slip)).status_code == 422
    for _ in range(ADDRESS.amount):
        assert (await ask(browser, MINE, new_code(Purpose.check))).status_code == 200

    assert (await ask(browser, MINE, new_code(Purpose.check))).status_code == 429
    assert (await ask(browser, MINE, code)).status_code == 429


async def test_nobody_keeps_a_claimant_out_by_guessing_at_her_number(browser: Browser) -> None:
    """A thousand addresses have guessed at it; from her own she still asks, and is told."""
    code = await letter(browser)
    for number in range(1_000):
        guesser = Tries("hearing-check", f"10.{number // 250}.{number % 250}.1", number=MINE)
        async with guesser.turn():
            await guesser.wrong()

    assert "9:00 in the morning" in (await ask(browser, MINE, code)).text


async def test_beyond_the_limit_of_a_number_each_address_is_asked_once(browser: Browser) -> None:
    """The hundred-and-first wrong answer about one number costs the address its turn at it."""
    for number in range(NUMBER.amount):
        guesser = Tries("hearing-check", f"10.0.{number // 250}.{number % 250}", number=MINE)
        async with guesser.turn():
            await guesser.wrong()
    late = Tries("hearing-check", "192.0.2.1", number=MINE)
    async with late.turn():
        await late.wrong()

    with pytest.raises(TooManyTries):
        async with late.turn():
            pass
    async with Tries("hearing-check", "192.0.2.1", number=NEVER).turn():
        pass


def test_an_address_of_one_house_is_one_address() -> None:
    """Of IPv6 a whole /64; an IPv4 address written as IPv6 is itself."""
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:1")
    assert neighbourhood("2001:db8::1") != neighbourhood("2001:db8:0:1::1")
    assert neighbourhood("::ffff:192.0.2.1") == neighbourhood("192.0.2.1")


def test_guessing_is_hopeless() -> None:
    """A year at the full rate of the limits, from many addresses and at many processes: below 1e-9.

    For one file number from fifty thousand addresses; for joining, where a code alone gets nobody in,
    besides against a thousand letters that wait at once.
    """
    processes, addresses, letters = 4, 50_000, 1_000
    hours = 365 * 24

    below = NUMBER.amount * hours
    beyond = addresses * (3600 // BEYOND.get_expiry()) * hours
    of_one_number = processes * (below + beyond) / SPACE
    assert SPACE >= 2**60
    assert of_one_number < 1e-9

    # A code of somebody's is no use without the date of birth, of some 30,000 likely days.
    rate = processes * addresses * ADDRESS.amount * (3600 // ADDRESS.get_expiry()) * hours
    some_code = letters * rate / SPACE
    day = min(1.0, rules.joining.wrong / 30_000)
    assert some_code * day < 1e-5
    # Who has the paper and nothing else.
    assert day < 1e-3
