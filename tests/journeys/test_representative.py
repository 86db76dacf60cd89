"""A representative of three children: each date, each thing to do, and what ends at 18."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Case, Designation, Party, Standing
from tests.cast import DINA, RENEE, hearing, known
from tests.journeys.examining import examinable, examine
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.journeys.roles import Filer
from tests.journeys.test_requests import fills_day
from tests.portal.requests.asked import working_days
from tests.samples import pdf

CHILDREN = ("Aline Mbeki", "Bosco Mbeki", "Celia Mbeki")
WAYS = (
    Manners("en"),
    Manners("fr", width=320),
    Manners("en", script=False, width=320),
    Manners("fr", script=False),
)


@pytest.mark.parametrize("how", WAYS, ids=str)
def test_one_of_three_children_turns_18(house: House, chromium: Browser, how: Manners) -> None:
    """All three on one page; papers for one, another date for another; then one decides alone."""
    aline, bosco, celia = house.do(three_children(house))
    dina = examinable(Filer(chromium, house, how)).comes(DINA)
    sees_them_all(dina)

    follows_the_file_of(dina, aline)
    dina.presses("Send papers")
    dina.sends_and_describes({"school.pdf": pdf()}, kind="identity")
    dina.files(1)
    assert dina.receipt()

    dina.goes(f"/cases/{bosco}")
    asks_for_another_date(dina)
    dina.sees("We have received your request")

    dina.goes(f"/cases/{celia}")
    house.do(turns_18(house, celia))
    dina.refused(f"/cases/{celia}", 404)
    dina.goes("/cases")
    dina.sees("You no longer represent this person, and do not see the case.")
    assert links(dina) >= {f"/cases/{aline}", f"/cases/{bosco}"}
    assert f"/cases/{celia}" not in links(dina)
    dina.fits()
    dina.leaves()


def sees_them_all(dina: Person) -> None:
    """Each by name, the two who are heard together on one card, and nothing wider than a phone."""
    dina.goes("/cases")
    for name in CHILDREN:
        dina.sees(name)
    dina.sees("One hearing for all of them:")
    dina.sees("You must do this next:")
    dina.fits()
    if dina.script:
        assert examine(dina) == []
        dina.page.set_viewport_size({"width": 320, "height": 900})
        dina.fits()


def follows_the_file_of(dina: Person, case: UUID) -> None:
    """From the card to the case."""
    dina.page.locator(f"main a[href='/cases/{case}']").click()
    dina.page.wait_for_url(f"**/cases/{case}")


def asks_for_another_date(dina: Person) -> None:
    """A hearing, reasons, and three working days after it."""
    dina.presses("Ask for something")
    kind = "Autre date ou heure" if dina.language == "fr" else "Another date or time"
    dina.page.locator("main a", has_text=kind).first.click()
    dina.page.get_by_role("radio").first.check()
    dina.fills("Why can you not come on that date?", "The child is in hospital.")
    labels = ("First other date", "Second other date", "Third other date")
    days = working_days((datetime.now(UTC) + timedelta(days=40)).date(), 3)
    for label, day in zip(labels, days, strict=True):
        fills_day(dina, label, day)
    dina.presses("Continue")
    dina.presses("Send the request")


def links(dina: Person) -> set[str]:
    """Where the page leads."""
    found: list[str] = dina.page.eval_on_selector_all(
        "main a", "all => all.map(one => one.getAttribute('href'))"
    )
    return set(found)


# The children


async def three_children(house: House) -> tuple[UUID, UUID, UUID]:
    """Aline and Celia heard together, Bosco later; the same three whoever asks, as they were."""
    async with house.portal.database.system_transaction() as session:
        keys = (known("case Aline"), known("case Bosco"), known("case Celia"))
        if await session.get(Case, keys[0]) is None:
            for number, key in enumerate(keys):
                await _is_opened(session, number, key, lead=keys[0] if number == 2 else None)
        ends = datetime.now(UTC) + timedelta(days=200)
        await session.execute(
            sa.update(Designation).where(Designation.case_id.in_(keys)).values(ends_at=ends)
        )
        return keys


async def _is_opened(session: AsyncSession, number: int, key: UUID, *, lead: UUID | None) -> None:
    name, now = CHILDREN[number], datetime.now(UTC)
    opened = {"division": "rpd", "office": "toronto", "language": "en", "opened_by": RENEE.id}
    session.add(Case(id=key, title=f"Mbeki, {name[0]}.", joined_to=lead, **opened))
    await session.flush()
    # Nobody is 18 yet: the year of birth leaves room for every test.
    party = known(f"party {name}")
    born = now.date().replace(year=now.year - 17, day=1)
    session.add(
        Party(id=party, case_id=key, name=name, file_number=f"TC6-0300{number}", born_on=born)
    )
    place = known(f"place {name}")
    role, told = "designated_representative", "order of the Division"
    session.add(
        Standing(
            id=place, case_id=key, person_id=DINA.id, role=role, began_how=told,
            recorded_by=RENEE.id, starts_at=now - timedelta(days=60),
        )
    )  # fmt: skip
    session.add(hearing(key, known(f"hearing {name}"), days=26 if number == 1 else 20))
    await session.flush()
    ends = now + timedelta(days=200)
    session.add(
        Designation(standing_id=place, party_id=party, case_id=key, why="minor", ends_at=ends)
    )
    await session.flush()


async def turns_18(house: House, case: UUID) -> None:
    """The birthday begins, where the registry office is, a second ago by the database's clock."""
    async with house.portal.database.system_transaction() as session:
        then = sa.func.clock_timestamp() - timedelta(seconds=1)
        await session.execute(
            sa.update(Designation).where(Designation.case_id == case).values(ends_at=then)
        )
