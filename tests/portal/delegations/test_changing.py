"""Changing: less counts at once, more is offered, and the page says which before it is done."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from httpx2 import Response

from portal.audit import Actor
from portal.delegations.answering import OfferOver
from portal.delegations.narrowing import NotNarrower, narrow
from portal.models import Answer, DelegationCase, Entry, Membership, Right, Team
from storage.database import Database
from tests import cast
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    CLAIRE_TO_JONAS,
    LOUIS,
    NOOR,
    SAM,
    Character,
)
from tests.conftest import Browser
from tests.portal.delegations.lending import (
    acts,
    answer,
    answer_of,
    delegation,
    end_it,
    invitations,
    offered_to,
)
from tests.portal.registry.pressing import form_on

HERS = ["read", "prepare", "file", "receive"]


async def change(
    browser: Browser, loan: UUID, *, key: UUID | None = None, **other: Any
) -> Response:
    """Whoever is signed in sends the form that changes this loan; unsaid, it is as it was."""
    path = f"/delegations/{loan}/change"
    form = form_on(await browser.get(path), path)
    kept = {name: value for name, value in form.values.items() if name not in {"rights", "cases"}}
    own = {"rights": HERS, "step": "offer", "key": str(key or uuid4())}
    return await browser.post(path, data=kept | own | other)


async def test_the_form_shows_the_present_terms(browser: Browser) -> None:
    """What is lent now is ticked and typed already; to whom is not asked."""
    await browser.sign_in(CLAIRE)

    page = await browser.get(f"/delegations/{CLAIRE_TO_AMIRA}/change")

    assert "Change the access of Amira Haddad" in page.text
    assert 'value="file"' in page.text
    assert page.text.count(" checked") == len(HERS) + 1
    assert 'value="works in my office"' in page.text
    assert 'name="email"' not in page.text


async def test_less_counts_at_once(browser: Browser, database: Database) -> None:
    """Fewer rights: said beforehand, done at once, told on the case; Amira accepts nothing anew."""
    await browser.sign_in(CLAIRE)
    key = uuid4()

    checked = await change(browser, CLAIRE_TO_AMIRA, rights=["read"], step="check")
    before = await acts(database)
    done = await change(browser, CLAIRE_TO_AMIRA, rights=["read"], key=key)

    assert "This is less than now: it counts at once" in checked.text
    assert "Taken away" in checked.text
    assert "prepare, file, receive notices" in checked.text
    assert "Added" not in checked.text
    assert before == []
    assert done.status_code == 303
    assert await acts(database) == [("delegation.narrowed", CLAIRE.name)]
    old, new = await delegation(database, CLAIRE_TO_AMIRA), await delegation(database, key)
    carried = await answer_of(database, key, AMIRA)
    assert old is not None
    assert new is not None
    assert carried is not None
    assert old.ended_by == CLAIRE.id
    assert (new.rights, new.replaces_id, new.ends_at) == (["see", "read"], old.id, old.ends_at)
    assert (carried.accepted_at, carried.undertaking) != (None, None)
    assert await invitations(database) == []
    history = (await browser.get(f"/cases/{NOOR}/history")).text
    assert "less than before" in history
    await browser.sign_in(AMIRA)
    assert (await browser.get(f"/cases/{NOOR}")).status_code == 200
    assert (await browser.get(f"/cases/{NOOR}/file")).status_code in {403, 404}


async def test_the_entry_names_who_has_less(browser: Browser, database: Database) -> None:
    """The delegates by name, both loans and the rights that are left; the other side sees nothing."""
    await browser.sign_in(CLAIRE)
    key = uuid4()
    await change(browser, CLAIRE_TO_AMIRA, rights=["read"], key=key)

    async with database.system_transaction() as session:
        entry = await session.scalar(sa.select(Entry).where(Entry.act == "delegation.narrowed"))

    assert entry is not None
    assert entry.facts["name"] == AMIRA.name
    assert entry.facts["delegations"] == [str(CLAIRE_TO_AMIRA), str(key)]
    assert entry.facts["rights"] == ["see", "read"]
    assert entry.facts["side"] == "person"


async def test_more_is_an_offer(browser: Browser, database: Database) -> None:
    """One right more: the old terms hold until Amira accepts, and then only the new ones do."""
    await browser.sign_in(CLAIRE)
    key = uuid4()

    checked = await change(browser, CLAIRE_TO_AMIRA, rights=[*HERS, "request"], step="check")
    done = await change(browser, CLAIRE_TO_AMIRA, rights=[*HERS, "request"], key=key)

    assert "This is an offer: it counts when it is accepted" in checked.text
    assert "Added" in checked.text
    assert "make requests" in checked.text
    assert "Taken away" not in checked.text
    assert done.status_code == 303
    assert await acts(database) == []
    old = await answer_of(database, CLAIRE_TO_AMIRA, AMIRA)
    assert old is not None
    assert old.ended_at is None
    await accept(browser, AMIRA, key)
    old = await answer_of(database, CLAIRE_TO_AMIRA, AMIRA)
    assert old is not None
    assert old.ended_at is not None
    assert [act for act, _ in await acts(database)] == ["delegation.accepted"]


async def test_a_later_end_is_an_offer_and_an_earlier_one_is_not(browser: Browser) -> None:
    """Days count as rights do."""
    await browser.sign_in(CLAIRE)
    ends = datetime.now(UTC).date()
    for days, words in ((290, "it counts at once"), (310, "it counts when it is accepted")):
        last = ends + timedelta(days=days)
        boxes: dict[str, Any] = {
            f"ends-{part}": getattr(last, part) for part in ("day", "month", "year")
        }

        page = await change(browser, CLAIRE_TO_AMIRA, step="check", **boxes)

        assert words in page.text
        assert "no longer until" in page.text


async def test_nothing_different_is_no_change(browser: Browser, database: Database) -> None:
    """Sent as it was, the form says so and nothing is done."""
    await browser.sign_in(CLAIRE)

    page = await change(browser, CLAIRE_TO_AMIRA, step="check")

    assert page.status_code == 422
    assert "Nothing is different" in page.text
    assert await acts(database) == []


async def test_from_all_cases_to_one_is_less_and_back_is_more(
    browser: Browser, database: Database
) -> None:
    """All cases but one taken away counts at once; all of them again is an offer."""
    await browser.sign_in(CLAIRE)
    key = uuid4()
    one: dict[str, Any] = {"scope": "listed", "cases": [str(NOOR)]}

    checked = await change(browser, CLAIRE_TO_AMIRA, step="check", **one)
    await change(browser, CLAIRE_TO_AMIRA, key=key, **one)
    back = await change(browser, key, step="check", scope="all", cases=[])

    assert "all cases but those listed below" in checked.text
    assert "it counts at once" in checked.text
    async with database.system_transaction() as session:
        named = sa.select(DelegationCase.case_id).where(DelegationCase.delegation_id == key)
        assert list(await session.scalars(named)) == [NOOR]
    assert "all cases, now and later" in back.text
    assert "it counts when it is accepted" in back.text


async def test_the_same_form_twice_changes_once(browser: Browser, database: Database) -> None:
    """A double press narrows once, offers once; with other terms it does nothing."""
    await browser.sign_in(CLAIRE)
    path = f"/delegations/{CLAIRE_TO_AMIRA}/change"
    page = await browser.get(path)
    for rights, acted in ((["read"], 1), ([*HERS, "request"], 0)):
        key, loan = uuid4(), await a_copy(database)
        path = f"/delegations/{loan}/change"
        form = form_on(await browser.get(path), path).values
        sent = form | {"rights": rights, "step": "offer", "key": str(key)}
        first, again = [await browser.post(path, data=sent) for _ in range(2)]
        other = await browser.post(path, data=sent | {"rights": ["read", "prepare"]})

        assert (first.status_code, again.status_code) == (303, 303)
        assert other.status_code == 422
        assert [act for act, _ in await acts(database)].count("delegation.narrowed") == acted or (
            acted == 0
        )
    assert page.status_code == 200
    assert len(await invitations(database)) == 1


async def test_an_offer_nobody_accepted_is_made_again(browser: Browser, database: Database) -> None:
    """Other terms take the place of an open offer: it can no longer be accepted."""
    first = await offered_to(browser, SAM)
    key = uuid4()

    less: dict[str, Any] = {"rights": ["read"], "cases": [str(NOOR)]}
    checked = await change(browser, first, step="check", **less)
    done = await change(browser, first, key=key, **less)

    assert "It is withdrawn, and this one takes its place" in checked.text
    assert done.status_code == 303
    old, new = await delegation(database, first), await delegation(database, key)
    assert old is not None
    assert new is not None
    assert (old.ended_by, new.invited_email, new.replaces_id) == (CLAIRE.id, SAM.email, None)


async def test_of_two_changes_the_newest_is_meant(browser: Browser, database: Database) -> None:
    """More is offered, then less: what was more can no longer be accepted."""
    await browser.sign_in(CLAIRE)
    more, less = uuid4(), uuid4()
    await change(browser, CLAIRE_TO_AMIRA, rights=[*HERS, "request"], key=more)
    await change(browser, CLAIRE_TO_AMIRA, rights=["read"], key=less)

    row = await delegation(database, more)
    assert row is not None
    assert row.ended_at is not None


async def test_what_is_over_is_not_changed(browser: Browser, database: Database) -> None:
    """An ended loan leads to its page; a form that was open before is refused."""
    await browser.sign_in(CLAIRE)
    path = f"/delegations/{CLAIRE_TO_AMIRA}/change"
    form = form_on(await browser.get(path), path).values
    await end_it(browser, CLAIRE_TO_AMIRA)

    page = await browser.get(path)
    late = await browser.post(path, data=form | {"rights": ["read"], "step": "offer"})

    assert page.headers["location"] == f"/delegations/{CLAIRE_TO_AMIRA}"
    assert late.status_code == 409
    assert [act for act, _ in await acts(database)] == ["delegation.ended"]


async def test_to_whom_it_is_lent_cannot_change_it(browser: Browser) -> None:
    """Nor can a stranger, nor who manages access for Claire and has it lent himself."""
    for person in (AMIRA, LOUIS):
        await browser.sign_in(person)

        assert (await browser.get(f"/delegations/{CLAIRE_TO_AMIRA}/change")).status_code == 404


async def test_who_manages_access_changes_in_the_principals_name(
    browser: Browser, database: Database
) -> None:
    """Louis manages Claire's access: he narrows Amira's, and the entry says for whom."""
    async with database.system_transaction() as session:
        await cast.lend(session, CLAIRE, LOUIS, rights=("see", "delegate"))
    await browser.sign_in(LOUIS)

    assert (await change(browser, CLAIRE_TO_AMIRA, rights=["read"])).status_code == 303

    async with database.system_transaction() as session:
        entry = await session.scalar(sa.select(Entry).where(Entry.act == "delegation.narrowed"))
    assert entry is not None
    assert (entry.actor_name, entry.principal_name) == (LOUIS.name, CLAIRE.name)


async def test_a_team_keeps_what_is_left(browser: Browser, database: Database) -> None:
    """Everybody who accepted goes on with less; each stays an answer of his or her own."""
    loan = await lent_to_a_team(database)
    await browser.sign_in(CLAIRE)
    key = uuid4()

    assert (await change(browser, loan, rights=[], key=key)).status_code == 303

    for person in (SAM, LOUIS):
        carried = await answer_of(database, key, person)
        assert carried is not None
        assert carried.accepted_at is not None
    async with database.system_transaction() as session:
        entry = await session.scalar(sa.select(Entry).where(Entry.act == "delegation.narrowed"))
    assert entry is not None
    assert entry.facts["name"] == f"{LOUIS.name}, {SAM.name}"


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"rights": frozenset({Right.see, Right.file})}, NotNarrower),
        ({"cases": None}, NotNarrower),
        ({"ends_at": datetime.now(UTC) + timedelta(days=301)}, NotNarrower),
        ({"ends_at": datetime.now(UTC) - timedelta(days=1)}, NotNarrower),
        ({"starts_at": datetime.now(UTC) - timedelta(days=300)}, NotNarrower),
        ({"loan": "offer"}, OfferOver),
    ],
)
async def test_narrowing_by_hand_gives_nothing_more(
    database: Database, other: dict[str, Any], refusal: type[Exception]
) -> None:
    """Whatever is sent: a right, a case, a day more is refused, and so is what nobody has."""
    loan = CLAIRE_TO_JONAS
    if other.pop("loan", ""):
        async with database.login_transaction() as session:
            loan = await cast.lend(session, CLAIRE, SAM, cases=[NOOR])
            await session.execute(sa.delete(Answer).where(Answer.person_id == SAM.id))
    wanted: dict[str, Any] = {
        "rights": frozenset({Right.see}),
        "cases": [NOOR],
        "ends_at": datetime.now(UTC) + timedelta(days=9),
    } | other
    with pytest.raises(refusal):
        await narrowed(database, loan, **wanted)

    assert await acts(database) == []


async def narrowed(database: Database, loan: UUID, **wanted: Any) -> None:
    """Claire narrows this loan, past all pages."""
    async with database.transaction(CLAIRE.id) as session:
        by, now = Actor(CLAIRE.id, CLAIRE.name), datetime.now(UTC)
        await narrow(session, loan, new_id=uuid4(), by=by, now=now, **wanted)


async def accept(browser: Browser, person: Character, key: UUID) -> None:
    """This person reads and accepts."""
    await browser.sign_in(person)
    done = await answer(browser, f"/delegations/{key}/acceptance", undertaken="y")
    assert done.status_code == 303


async def a_copy(database: Database) -> UUID:
    """Another loan of Claire's to Amira, over all cases."""
    async with database.system_transaction() as session:
        return await cast.lend(session, CLAIRE, AMIRA, rights=("see", *HERS))


async def lent_to_a_team(database: Database) -> UUID:
    """Claire lent reading to a team; Sam and Louis are in it and accepted."""
    team, now = uuid4(), datetime.now(UTC)
    async with database.system_transaction() as session:
        loan = await cast.lend(session, CLAIRE, SAM)
        session.add(Team(id=team, code="T-7K2M-9QXD", name="Office", started_by=SAM.id))
        await session.flush()
        for person in (SAM, LOUIS):
            session.add(
                Membership(
                    team_id=team,
                    person_id=person.id,
                    invited_email=person.email,
                    invited_by=SAM.id,
                    open_until=now,
                    joined_at=now,
                )
            )
        await session.execute(
            sa.text("update delegation set team_id = :team, invited_email = null where id = :loan"),
            {"team": team, "loan": loan},
        )
        await session.execute(
            sa.text(
                "insert into answer (delegation_id, person_id, accepted_at, undertaking)"
                " values (:loan, :louis, now(), '2026-11')"
            ),
            {"loan": loan, "louis": LOUIS.id},
        )
    return loan
