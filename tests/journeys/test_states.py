"""Pages in every state: nothing there yet, very long names, very many rows, closed, suspended."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Case, Document, Hearing, Party, Person, Standing, Suspension
from portal.parts import Parts
from tests.cast import AMIRA, CLAIRE, DINA, FARIDA, NOOR, RENEE, SAM, Character, hearing, known
from tests.journeys.examining import examine, examine_layout, examiner
from tests.journeys.house import House, open_house
from tests.journeys.walk import pages_in_brief
from tests.portal.inbox.served import NOTICE
from tests.servers import free_ports
from tests.staged import CLEAN, FILED, STANDING, Template

# No place to break the line; letters that stand on and below it, and from the right to the left.
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 6
ARABIC = "عبد الرحمن بن محمد بن عبد العزيز آل عبد اللطيف الأنصاري"
AMHARIC = "ገብረ ሥላሴ ወልደ ገብርኤል ኃይለ ማርያም ተስፋ ጽዮን"
PLACES = (
    "/cases",
    f"/cases/{NOOR}",
    f"/cases/{NOOR}/history",
    "/notices",
    "/hearings",
    "/hearings/month",
)
NEW = known("case in which nothing has happened")
# Three hundred of each, like the one there is.
MANY = (
    """
    insert into document select (jsonb_populate_record(one, jsonb_build_object(
        'id', md5('document' || n)::uuid, 'object_key', md5('document' || n), 'exhibit', null,
        'name', 'Paper ' || n || '.pdf', 'title', null))).*
    from document as one, generate_series(1, 300) as n where one.id = :clean
    """,
    """
    insert into notice select (jsonb_populate_record(one, jsonb_build_object(
        'id', md5('notice' || n)::uuid, 'number', 'N-' || n, 'pdf_key', null, 'pdf_sha256', null,
        'pdf_size', null))).*
    from notice as one, generate_series(1, 300) as n where one.id = :notice
    """,
    """
    insert into service select (jsonb_populate_record(one, jsonb_build_object(
        'id', md5('service' || n || one.id)::uuid, 'notice_id', md5('notice' || n)::uuid))).*
    from service as one, generate_series(1, 300) as n where one.notice_id = :notice
    """,
)


@pytest.fixture
def lent(full_case: Template, tmp_path: Path) -> Iterator[House]:
    """A house of this test's own."""
    with full_case.copied(tmp_path, port=free_ports(1)[0]) as portal, open_house(portal) as house:
        yield house


def test_long_names_break_nothing(lent: House, chromium: Browser, full_case: Template) -> None:
    """Two hundred letters without a space, Arabic and Amharic: whole, in their place, for everybody."""
    lent.do(change(lent.portal, rename))

    wrong = look(chromium, lent, FARIDA, pages_in_brief(FARIDA, full_case.ids), language="fr")
    named = (*PLACES, f"/documents/{CLEAN}", f"/submissions/{FILED}/receipt", "/delegations")
    for who, language in ((CLAIRE, "en"), (RENEE, "fr"), (AMIRA, "en")):
        wrong += look(chromium, lent, who, named, language=language)

    assert not wrong, "\n".join(wrong)


def test_many_rows_are_for_everybody(lent: House, chromium: Browser) -> None:
    """Hundreds of documents, letters and hearings: as good as three."""
    lent.do(change(lent.portal, multiply))

    wrong = look(chromium, lent, FARIDA, PLACES) + look(
        chromium, lent, CLAIRE, PLACES, language="fr"
    )

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_where_nothing_is_there_yet(
    lent: House, chromium: Browser, full_case: Template, language: str
) -> None:
    """Somebody without a case, and a claimant whose case is new: each page says how something comes."""
    lent.do(change(lent.portal, empty))

    wrong = look(chromium, lent, SAM, pages_in_brief(SAM, full_case.ids), language=language)
    new = ("/cases", f"/cases/{NEW}", f"/cases/{NEW}/history", "/notices")
    wrong += look(chromium, lent, DINA, new, language=language)

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_closed_and_suspended(lent: House, chromium: Browser, language: str) -> None:
    """A case that is closed, and counsel who is suspended: what is over is said, accessibly."""
    lent.do(change(lent.portal, close))

    wrong: list[str] = []
    for who in (FARIDA, DINA, RENEE, CLAIRE):
        wrong += look(chromium, lent, who, PLACES, language=language)

    assert not wrong, "\n".join(wrong)


def look(
    chromium: Browser,
    house: House,
    who: Character,
    paths: Sequence[str],
    *,
    language: str = "en",
) -> list[str]:
    """What is wrong with these pages, as this person sees them."""
    person = examiner(chromium, house, language).comes(who)
    wrong: list[str] = []
    for path in paths:
        person.goes(path)
        found = examine(person) + examine_layout(person)
        wrong += [f"{who.name}, {language}, {path}: {one}" for one in found]
        person.forgets_refusals()
    person.leaves()
    return wrong


async def change(portal: Parts, how: Callable[[AsyncSession], Awaitable[None]]) -> None:
    """Do this to what the house holds."""
    async with portal.database.system_transaction() as session:
        await how(session)


async def rename(session: AsyncSession) -> None:
    """Who is who, and what is what, at length."""
    for who, name in ((FARIDA, LONG), (CLAIRE, ARABIC), (AMIRA, AMHARIC)):
        await session.execute(sa.update(Person).where(Person.id == who.id).values(name=name))
    await session.execute(sa.update(Case).where(Case.id == NOOR).values(title=LONG[:180]))
    long = sa.update(Document).where(Document.id == CLEAN)
    await session.execute(long.values(name=f"{LONG[:190]}.pdf", title=f"{ARABIC} {LONG[:100]}"))
    place = f"{LONG[:90]}, {ARABIC}"
    await session.execute(sa.update(Hearing).where(Hearing.case_id == NOOR).values(place=place))


async def multiply(session: AsyncSession) -> None:
    """The one clean document and each letter, three hundred times; a hearing every other day."""
    for statement in MANY:
        await session.execute(sa.text(statement), {"clean": CLEAN, "notice": NOTICE})
    for days in range(14, 300, 2):
        session.add(hearing(NOOR, known(f"hearing in {days} days"), days=days))


async def empty(session: AsyncSession) -> None:
    """A case that Dina stands in and that nothing has happened in."""
    now = datetime.now(UTC)
    by = {"opened_at": now, "opened_by": RENEE.id}
    session.add(
        Case(id=NEW, division="rpd", office="toronto", title="New, N.", language="en", **by)
    )
    await session.flush()
    session.add(Party(case_id=NEW, name="Nasrin New", file_number="TC6-55555"))
    place = {"role": "designated_representative", "began_how": "order", "recorded_by": RENEE.id}
    session.add(
        Standing(case_id=NEW, person_id=DINA.id, starts_at=now - timedelta(days=1), **place)
    )


async def close(session: AsyncSession) -> None:
    """The Noors' case is over, and Claire may do nothing."""
    now = sa.func.now()
    await session.execute(
        sa.update(Case).where(Case.id == NOOR).values(closed_at=now, closed_by=RENEE.id)
    )
    session.add(Suspension(standing_id=STANDING, case_id=NOOR, began_by=RENEE.id, why="a test"))
