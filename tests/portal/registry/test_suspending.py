"""Suspending counsel: everybody below loses access at once, and gets it back when it is lifted."""

import sqlalchemy as sa

from portal.models import Case, Suspension
from portal.registry.recipients import who_receives
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
    VICTOR,
    known,
    lend,
)
from tests.conftest import Browser
from tests.portal.registry.pressing import arrive, press
from tests.portal.registry.recorded import acts, recorded, rows, sees, stand

STANDING = known(f"standing {CLAIRE.email}")
PATH = f"/standings/{STANDING}/suspension"


async def suspended(browser: Browser, **typed: str) -> None:
    """Renée suspends Claire."""
    await browser.sign_in(RENEE)
    done = await press(browser, await browser.get(PATH), why="order of the law society", **typed)
    await arrive(browser, done)


async def test_the_page_says_who_loses_what(browser: Browser) -> None:
    """Before anything is suspended: Claire and everybody to whom she lent the case, by name."""
    await browser.sign_in(RENEE)

    page = await browser.get(PATH)

    for person in (CLAIRE, AMIRA, JONAS):
        assert person.name in page.text
    assert MARC.name not in page.text
    assert "delegate of Claire Tremblay" in page.text


async def test_while_suspended_nobody_below_acts(browser: Browser) -> None:
    """Claire and her delegates find no case; Farida keeps hers, and Marc the other side."""
    await suspended(browser)

    assert [await sees(browser, one) for one in (CLAIRE, AMIRA, JONAS)] == [404, 404, 404]
    assert [await sees(browser, one) for one in (FARIDA, MARC)] == [200, 200]


async def test_the_history_says_that_and_not_why(browser: Browser) -> None:
    """The entry names person and place; the reason is read by the registry alone."""
    await suspended(browser)

    (entry,) = await recorded(browser, "standing.suspended")
    assert entry.facts == {"name": CLAIRE.name, "role": "counsel"}
    assert "order of the law society" in (await browser.get(f"/cases/{NOOR}")).text
    await browser.sign_in(MARC)
    page = (await browser.get(f"/cases/{NOOR}")).text
    assert "order of the law society" not in page
    assert "suspended <span" in page


async def test_lifting_gives_back_what_still_lasts(browser: Browser) -> None:
    """From the case page: Claire and Amira are back, and the people list says so no more."""
    await suspended(browser)
    (suspension,) = await rows(browser, sa.select(Suspension))
    case = await browser.get(f"/cases/{NOOR}")
    assert f"/suspensions/{suspension.id}/ending" in case.text

    lifted = await press(browser, await browser.get(f"/suspensions/{suspension.id}/ending"))

    assert "Claire Tremblay is no longer suspended." in (await arrive(browser, lifted)).text
    assert [await sees(browser, one) for one in (CLAIRE, AMIRA, JONAS)] == [200, 200, 200]
    assert len(await recorded(browser, "standing.resumed")) == 1


async def test_every_case_of_my_divisions_at_once(browser: Browser) -> None:
    """One choice suspends Claire wherever she is counsel in Renée's divisions, and nowhere else."""
    appeal = known("appeal of Claire's client")
    async with browser.portal.database.system_transaction() as session:
        await stand(session, CLAIRE, OKAFOR)
        facts = {"office": "toronto", "language": "en", "opened_by": VICTOR.id}
        session.add(Case(id=appeal, division="rad", title="Rahimi, P.", **facts))
        await session.flush()
        await stand(session, CLAIRE, appeal)
    await browser.sign_in(RENEE)
    page = await browser.get(PATH)
    assert "Every case of this person in my divisions: 2" in page.text
    assert "on 2 cases" in page.text

    await suspended(browser, scope="all")

    found = [await sees(browser, CLAIRE, case=case) for case in (NOOR, OKAFOR, appeal)]
    assert found == [404, 404, 200]
    assert len(await recorded(browser, "standing.suspended")) == 2
    (first, _) = await rows(browser, sa.select(Suspension))
    await browser.sign_in(RENEE)
    await press(browser, await browser.get(f"/suspensions/{first.id}/ending"), scope="all")
    assert [await sees(browser, CLAIRE, case=case) for case in (NOOR, OKAFOR)] == [200, 200]


async def test_pressed_twice_it_suspends_once(browser: Browser) -> None:
    """Also when it was lifted between the two presses of the same form."""
    await browser.sign_in(RENEE)
    page = await browser.get(PATH)
    await press(browser, page, why="once")
    await press(browser, page, why="once")
    (suspension,) = await rows(browser, sa.select(Suspension))
    await press(browser, await browser.get(f"/suspensions/{suspension.id}/ending"))

    await press(browser, page, why="once")

    assert await sees(browser, CLAIRE) == 200
    assert await acts(browser) == ["standing.suspended", "standing.resumed"]


async def test_a_reason_is_asked_for(browser: Browser) -> None:
    """Without one nothing is suspended."""
    await browser.sign_in(RENEE)

    refused = await press(browser, await browser.get(PATH))

    assert refused.status_code == 422
    assert "Say why" in refused.text
    assert await sees(browser, CLAIRE) == 200


async def test_only_counsel_is_suspended(browser: Browser) -> None:
    """A party's place has no such page."""
    await browser.sign_in(RENEE)

    page = await browser.get(f"/standings/{known(f'standing {FARIDA.email}')}/suspension")

    assert page.status_code == 404


async def test_it_is_not_lifted_where_somebody_would_be_on_both_sides(browser: Browser) -> None:
    """Amira took access from Marc while Claire was suspended: that must end first."""
    await suspended(browser)
    async with browser.portal.database.system_transaction() as session:
        await lend(session, MARC, AMIRA)
    (suspension,) = await rows(browser, sa.select(Suspension))

    page = await press(browser, await browser.get(f"/suspensions/{suspension.id}/ending"))

    assert page.status_code == 409
    assert "Amira Haddad would act on both sides" in page.text
    assert "access lent by Marc Dubois" in page.text
    assert await sees(browser, CLAIRE) == 404
    assert await acts(browser) == ["standing.suspended"]


async def test_a_suspended_place_still_bars_the_other_side(browser: Browser) -> None:
    """Claire may come back as counsel: she cannot become Minister's counsel meanwhile."""
    await suspended(browser)
    page = await browser.get(f"/cases/{NOOR}/people/new")
    typed = {"email": CLAIRE.email, "role": "ministers_counsel", "how": "by letter"}
    check = await press(browser, page, "check", **typed)

    refused = await press(browser, check, "record")

    assert refused.status_code == 409


async def test_who_is_suspended_receives_nothing(browser: Browser) -> None:
    """Neither Claire nor Amira is a recipient; Farida is served in their place."""
    await suspended(browser)
    async with browser.portal.database.transaction(RENEE.id) as session:
        case = await session.get_one(Case, NOOR)
        reached = await who_receives(session, case, now=case.opened_at)

    served = {one.name for one in reached if one.capacity == "service"}
    assert not {CLAIRE.name, AMIRA.name} & {one.name for one in reached}
    assert {FARIDA.name, MARC.name} <= served


async def test_another_divisions_officer_and_counsel_find_nothing(browser: Browser) -> None:
    """Neither the page nor what it does is there for them."""
    await browser.sign_in(RENEE)
    page = await browser.get(PATH)
    for person in (VICTOR, CLAIRE, LOUIS):
        await browser.sign_in(person)
        assert (await browser.get(PATH)).status_code == 404
        assert (await press(browser, page, why="mine now")).status_code == 404
    assert await sees(browser, CLAIRE) == 200
