"""Designated representatives: for whom, until when, who succeeds them, who is told, who sees what."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from portal.models import Case, Designation, Hearing, Party, Reminder, Role, Standing, Why
from portal.registry.designating import NotAMinor, first_moment, last_day, to_represent
from portal.registry.opening import coming_of_age, under_age
from portal.reminding import remind
from portal.rules import rules
from storage.database import Database
from tests.cast import CLAIRE, DINA, FARIDA, MARC, NOOR, RENEE, SAM, hearing, known
from tests.conftest import Browser

TODAY = date(2026, 11, 22)
LAILA = known("TC6-01483")


def party(born_on: date | None, name: str = "Laila Noor") -> Party:
    """Somebody of a case."""
    return Party(id=uuid4(), case_id=NOOR, name=name, file_number="TC6-1", born_on=born_on)


# The day


@pytest.mark.parametrize(
    ("born_on", "of_age"),
    [
        (date(2008, 11, 23), date(2026, 11, 23)),
        (date(2008, 2, 29), date(2026, 3, 1)),  # no such day in 2026: the day after 28 February
        (date(2002, 2, 29 - 1), date(2020, 2, 28)),
        (date(1998, 3, 1), date(2016, 3, 1)),
        (date(2012, 2, 29), date(2030, 3, 1)),
        (date(1904, 2, 29), date(1922, 3, 1)),
    ],
)
def test_nobody_is_18_before_the_birthday(born_on: date, of_age: date) -> None:
    """A minor until the last moment of the day before; not one day longer."""
    assert coming_of_age(born_on) == of_age
    assert under_age(born_on, of_age - timedelta(days=1))
    assert not under_age(born_on, of_age)


@given(
    born_on=st.dates(date(1990, 1, 1), date(2045, 12, 31)),
    before=st.integers(1, 18 * 365),
    office=st.sampled_from(sorted(rules.offices)),
)
def test_a_place_of_any_minor_ends_with_the_last_moment_of_17(
    born_on: date, before: int, office: str
) -> None:
    """By the office's clock the second before the end is the eve of the birthday, the end that day."""
    of_age = coming_of_age(born_on)
    child = party(born_on)
    today = of_age - timedelta(days=before)
    (one,) = to_represent([child], {child.id}, why=Why.minor, until=None, today=today)
    assert one.ends is not None
    end = first_moment(one.ends, office)
    here = ZoneInfo(rules.offices[office].zone)
    eve = (end.astimezone(UTC) - timedelta(seconds=1)).astimezone(here).date()

    assert end.astimezone(UTC).astimezone(here).date() == of_age
    assert (under_age(born_on, eve), under_age(born_on, of_age)) == (True, False)
    assert eve == of_age - timedelta(days=1)


def test_a_minor_is_represented_until_18_and_never_longer() -> None:
    """A typed day may make it shorter; a later one counts for nothing."""
    child = party(date(2010, 5, 1))
    for until, ends in (
        (None, date(2028, 5, 1)),
        (date(2027, 1, 1), date(2027, 1, 1)),
        (date(2040, 1, 1), date(2028, 5, 1)),
    ):
        (one,) = to_represent([child], {child.id}, why=Why.minor, until=until, today=TODAY)
        assert one.ends == ends


def test_nobody_ticked_means_everybody_under_18() -> None:
    """The parent is not among them; the place lasts as long as the youngest is a minor."""
    people = [
        party(date(1980, 1, 1)),
        party(date(2010, 5, 1)),
        party(date(2015, 2, 2)),
        party(None),
    ]

    found = to_represent(people, (), why=Why.minor, until=None, today=TODAY)

    assert [one.party_id for one in found] == [people[1].id, people[2].id]
    assert last_day(found) == date(2033, 2, 2)


def test_who_cannot_appreciate_the_proceedings_has_no_birthday() -> None:
    """At any age, without an end."""
    grown = party(date(1980, 1, 1))

    found = to_represent([grown], {grown.id}, why=Why.unable, until=None, today=TODAY)

    assert [one.ends for one in found] == [None]
    assert last_day(found) is None


@pytest.mark.parametrize(("born_on", "is_known"), [(date(2008, 11, 22), True), (None, False)])
def test_18_ends_nothing_that_has_no_18_to_come(born_on: date | None, *, is_known: bool) -> None:
    """Somebody who is 18 today, or whose day is not known, is not represented as a minor."""
    grown = party(born_on)

    with pytest.raises(NotAMinor) as refused:
        to_represent([grown], {grown.id}, why=Why.minor, until=None, today=TODAY)

    assert refused.value.known is is_known


# The registry's pages


async def add(browser: Browser, **typed: Any) -> str:
    """Ask for the person to be added, and press on to the end; what the last page says."""
    await browser.sign_in(RENEE)
    page = await browser.get(f"/cases/{NOOR}/people/new")
    found = re.search(r'name="id" value="([^"]+)"', page.text)
    assert found
    form = {"id": found[1], "role": "designated_representative", "how": "order of 2 May"}
    form |= {"language": "en", "party": ""} | typed
    page = await browser.post(f"/cases/{NOOR}/people/new", data=form | {"step": "check"})
    if page.status_code == 200:
        await browser.post(f"/cases/{NOOR}/people/new", data=form | {"step": "record"})
    return page.text


async def is_born(database: Database, born_on: date, party_id: UUID = LAILA) -> None:
    """The registry knows the day."""
    async with database.system_transaction() as session:
        await session.execute(sa.update(Party).where(Party.id == party_id).values(born_on=born_on))


async def places(database: Database, role: Role = Role.designated_representative) -> list[Standing]:
    """Every place of this kind in the Noors' case, the oldest first."""
    async with database.system_transaction() as session:
        found = sa.select(Standing).where(Standing.case_id == NOOR, Standing.role == role)
        return list(await session.scalars(found.order_by(Standing.starts_at)))


async def test_the_registry_says_for_whom_and_why(browser: Browser, database: Database) -> None:
    """The check page names the child, the day and the reason; the rows keep them."""
    await is_born(database, date(2012, 2, 29))

    check = await add(browser, email=SAM.email, represents=str(LAILA))

    assert "Laila Noor" in check
    assert "until 1 March 2030" in check
    assert "because the person is under 18" in check
    assert "Takes the place of" in check
    assert DINA.name in check
    async with database.system_transaction() as session:
        (row,) = await session.scalars(sa.select(Designation))
    assert (row.party_id, row.why) == (LAILA, "minor")
    assert row.ends_at == datetime(2030, 3, 1, 5, tzinfo=UTC)
    (_, new) = await places(database)
    assert new.ends_at == row.ends_at


async def test_who_is_designated_takes_the_place_of_who_was(
    browser: Browser, database: Database
) -> None:
    """Dina's place ends in the same transaction, with its reason; the file is closed to her."""
    await is_born(database, date(2012, 2, 29))
    await add(browser, email=SAM.email, represents=str(LAILA))

    (dina, sam) = await places(database)

    assert (dina.person_id, dina.ended_how) == (DINA.id, "Another person takes this place")
    assert (sam.person_id, sam.ended_how) == (SAM.id, None)
    await browser.sign_in(DINA)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 404


async def test_who_is_18_already_is_refused_at_the_field(
    browser: Browser, database: Database
) -> None:
    """Nothing is recorded, and the page says what to do."""
    await is_born(database, date(2000, 1, 1))

    page = await add(browser, email=SAM.email, represents=str(LAILA))

    assert "Somebody you ticked is 18 or older." in page
    assert len(await places(database)) == 1


async def test_incapacity_is_kept_as_the_reason(browser: Browser, database: Database) -> None:
    """The place then has no end of its own, whatever the birthday."""
    await is_born(database, date(2000, 1, 1))

    await add(browser, email=SAM.email, represents=str(LAILA), lasting="y")

    async with database.system_transaction() as session:
        (row,) = await session.scalars(sa.select(Designation))
    assert (row.why, row.ends_at) == ("unable", None)
    assert (await places(database))[-1].ends_at is None


# What the database holds to


async def designated(
    database: Database,
    ends_at: datetime,
    *,
    born_on: date | None = None,
    party_id: UUID = LAILA,
    standing: UUID | None = None,
    why: Why = Why.minor,
) -> None:
    """Dina's place is for this person until then."""
    zone = ZoneInfo("America/Toronto")
    born = born_on or ends_at.astimezone(zone).date().replace(year=ends_at.year - 18)
    await is_born(database, born, party_id)
    async with database.system_transaction() as session:
        session.add(
            Designation(
                standing_id=standing or known(f"standing {DINA.email}"),
                party_id=party_id,
                case_id=NOOR,
                why=why,
                ends_at=ends_at,
            )
        )


async def test_access_ends_with_the_moment_and_not_with_a_job(
    browser: Browser, database: Database
) -> None:
    """A second before 18 everything is there; a second after, nothing, and no worker has run."""
    await browser.sign_in(DINA)
    async with database.system_transaction() as session:
        now = await session.scalar(sa.select(sa.func.now()))
    assert now
    await designated(database, now + timedelta(seconds=3), born_on=date(now.year - 18, 12, 31))
    before = await browser.get(f"/cases/{NOOR}")
    async with database.system_transaction() as session:
        await session.execute(
            sa.update(Designation).values(ends_at=sa.func.clock_timestamp() - timedelta(seconds=1))
        )
    after = [
        (await browser.get(path)).status_code
        for path in (f"/cases/{NOOR}", f"/cases/{NOOR}/history", f"/cases/{NOOR}/requests")
    ]

    assert before.status_code == 200
    assert after == [404, 404, 404]
    assert (await places(database))[0].ended_how is None
    page = (await browser.get("/cases")).text
    assert "You no longer represent this person, and do not see the case." in page
    assert "Laila Noor" in page
    assert "two children" not in page


async def test_the_place_lasts_as_long_as_the_last_person(database: Database) -> None:
    """One child of two turns 18: the place stays for the other; a lasting reason outlasts both."""
    soon = datetime.now(UTC) + timedelta(days=10)
    later = datetime.now(UTC) + timedelta(days=900)
    await designated(database, soon)
    assert (await places(database))[0].ends_at == soon

    other = uuid4()
    async with database.system_transaction() as session:
        session.add(Party(id=other, case_id=NOOR, name="Omar Noor", file_number="TC6-01484"))
    await designated(database, later, party_id=other)

    assert (await places(database))[0].ends_at == later


async def test_no_minor_is_represented_past_18(database: Database) -> None:
    """Whoever writes the row, and whatever the application thinks."""
    late = datetime.now(UTC) + timedelta(days=400)

    with pytest.raises(DBAPIError, match="a minor until 18"):
        await designated(database, late, born_on=date(late.year - 20, 1, 1))


async def test_a_representative_is_of_the_same_case(database: Database) -> None:
    """Nobody is designated for a person of another case, nor through counsel's place."""
    ends = datetime.now(UTC) + timedelta(days=400)
    with pytest.raises(DBAPIError, match="person of the case"):
        await designated(database, ends, party_id=known("V"))
    with pytest.raises(DBAPIError, match="person of the case"):
        await designated(database, ends, standing=known(f"standing {CLAIRE.email}"))


async def test_only_the_registry_designates(database: Database) -> None:
    """Who sees the case sees for whom somebody stands; a stranger nothing; none of them writes."""
    await designated(database, datetime.now(UTC) + timedelta(days=400))
    for person, seen in ((FARIDA, 1), (DINA, 1), (MARC, 1), (RENEE, 1), (SAM, 0)):
        async with database.transaction(person.id) as session:
            assert len((await session.scalars(sa.select(Designation))).all()) == seen
            changed = await session.execute(
                sa.update(Designation).values(why="unable", ends_at=None)
            )
            assert changed.rowcount == (1 if person is RENEE else 0)  # pyright: ignore
            await session.rollback()


# Who is told


@pytest.mark.parametrize(("days", "told"), [(31, 0), (30, 1), (1, 1), (-1, 1), (-8, 0)])
async def test_the_representative_is_told_before_and_at_the_end(
    browser: Browser, database: Database, days: int, told: int
) -> None:
    """Thirty days before and on the day, once each, however often the worker looks."""
    ends = datetime.now(UTC) + timedelta(days=days, seconds=-30)
    await designated(database, ends, born_on=date(ends.year - 18, 12, 31))

    for _ in range(2):
        await remind(browser.portal)

    async with database.system_transaction() as session:
        kinds = sa.select(Reminder.person_id).where(Reminder.kind == "designation")
        assert list(await session.scalars(kinds)) == [DINA.id] * told


async def test_the_desk_lists_who_turns_18_and_offers_an_account(
    browser: Browser, database: Database
) -> None:
    """The officer is led to a form that knows whose claim it is."""
    soon = datetime.now(UTC) + timedelta(days=12)
    await designated(database, soon)
    await browser.sign_in(RENEE)

    desk = (await browser.get("/registry")).text
    form = (await browser.get(f"/cases/{NOOR}/people/new?party={LAILA}")).text

    assert "Turning 18" in desk
    assert "represented by Dina Reyes" in desk
    assert f"/cases/{NOOR}/people/new?party={LAILA}" in desk
    assert f'<option selected value="{LAILA}">' in form or f'value="{LAILA}" selected' in form
    assert "Turned 18 and decides alone" in form


# Several cases on one page


async def test_joined_cases_are_one_hearing_for_all_the_children(
    browser: Browser, database: Database
) -> None:
    """Three children in three cases, two heard together: two cards, the sooner first."""
    omar, sara = uuid4(), uuid4()
    async with database.system_transaction() as session:
        for key, name, number, lead in (
            (omar, "Omar Noor", "TC6-02001", NOOR),
            (sara, "Sara Ali", "TC6-02002", None),
        ):
            session.add(
                Case(
                    id=key, division="rpd", office="toronto", title=name, language="en",
                    opened_by=RENEE.id, joined_to=lead,
                )
            )  # fmt: skip
            await session.flush()
            session.add(Party(id=uuid4(), case_id=key, name=name, file_number=number))
            session.add(
                Standing(
                    id=uuid4(), case_id=key, person_id=DINA.id, began_how="order",
                    role="designated_representative", recorded_by=RENEE.id,
                )
            )  # fmt: skip
        await session.flush()
        same = hearing(omar, uuid4(), days=12)
        noor = (await session.scalars(sa.select(Hearing).where(Hearing.case_id == NOOR))).one()
        same.local_start, same.starts_at = noor.local_start, noor.starts_at
        session.add_all([same, hearing(sara, uuid4(), days=5)])
    await browser.sign_in(DINA)

    page = (await browser.get("/cases")).text

    headings = [
        re.sub(r"<[^>]+>|\s+", " ", found).split()
        for found in re.findall(
            r'<h2 class="govuk-heading-m" id="case-[^>]+>(.*?)</h2>', page, re.S
        )
    ]
    assert [" ".join(words) for words in headings] == ["Sara Ali", "Laila Noor and Omar Noor"]
    assert page.count("One hearing for all of them:") == 1
    assert page.count("Open the file:") == 3
