"""The demonstration: whole, true to the rules of the house, as of today, and never in a real place."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from notices.letters import Letter
from notices.model import Attempt, Notice, Service
from portal.audit import verify
from portal.models import (
    Answer,
    Appeal,
    Approval,
    Case,
    Delegation,
    Document,
    DocumentState,
    Entry,
    Hearing,
    Membership,
    Person,
    Request,
    Review,
    ReviewOutcome,
    Role,
    Seal,
    Standing,
    Submission,
)
from portal.parts import Parts
from portal.people.demo import DEMO_PASSWORD, FARIDA
from portal.people.passwords import SHORTEST
from portal.rules import rules
from portal.seeding import NotADemonstration, seed
from portal.seeding.cases import CASE
from portal.seeding.hearings import SITTINGS
from portal.seeding.times import working_day
from storage.objects import verified


async def rows(portal: Parts, select: sa.Select[Any]) -> list[Any]:
    """What is in the demonstration."""
    async with portal.database.system_transaction() as session:
        return list((await session.execute(select)).scalars())


async def test_it_is_never_put_into_a_real_tribunal(real_portal: Parts) -> None:
    """Without the setting that says so, seeding refuses before it asks anything."""
    with pytest.raises(NotADemonstration):
        await seed(real_portal)


async def test_it_is_seeded_once(portal: Parts) -> None:
    """A database with anybody in it is left alone."""
    before = await rows(portal, sa.select(sa.func.count()).select_from(Entry))

    assert not await seed(portal)
    assert await rows(portal, sa.select(sa.func.count()).select_from(Entry)) == before


async def test_every_chain_of_entries_holds(portal: Parts) -> None:
    """What was told today of last week is chained like anything else, in the order of time."""
    async with portal.database.system_transaction() as session:
        for case_id in (await session.scalars(sa.select(Case.id))).all():
            assert await verify(session, case_id) is None
            times = list(
                await session.scalars(
                    sa.select(Entry.at).where(Entry.case_id == case_id).order_by(Entry.number)
                )
            )
            assert times == sorted(times)
            assert times[-1] <= datetime.now(UTC)


async def test_everything_that_was_filed_can_be_proved(portal: Parts) -> None:
    """Every filing has its receipt and its entry; every document's bytes are there and whole."""
    filed = await rows(portal, sa.select(Submission).where(Submission.filed_at.is_not(None)))
    said = await rows(
        portal, sa.select(Entry.facts["receipt"].astext).where(Entry.act == "submission.filed")
    )
    documents = await rows(portal, sa.select(Document))

    assert sorted(said) == sorted(one.receipt for one in filed)
    for one in documents:
        list(verified(portal.store, one.object_key, sha256=one.sha256, size=one.size))


async def test_there_is_a_document_in_every_state(portal: Parts) -> None:
    """Somebody who looks around sees each of them, and a draft that waits."""
    states = set(await rows(portal, sa.select(Document.state)))
    failing = await rows(portal, sa.select(Document).where(Document.scans_failed > 0))
    drafts = await rows(portal, sa.select(Submission).where(Submission.filed_at.is_(None)))

    assert states == set(DocumentState)
    assert [one.state for one in failing] == ["held"]
    assert len(drafts) == 4


async def test_one_filing_came_late(portal: Parts) -> None:
    """It was taken all the same, and marked."""
    judged = await rows(portal, sa.select(Submission.judged))

    assert [bool(one and one["late"]) for one in judged].count(True) == 1


async def test_all_divisions_and_clocks_are_there(portal: Parts) -> None:
    """Cases of every division, in offices on four clocks."""
    cases = await rows(portal, sa.select(Case))

    assert {case.division for case in cases} == set(rules.divisions)
    assert len({rules.offices[case.office].zone for case in cases}) == 4
    assert len(cases) == 29


async def test_hearings_lie_around_today(portal: Parts) -> None:
    """Soon, far, past, moved and cancelled; the Noors' in twelve days, and none on a weekend."""
    hearings = await rows(portal, sa.select(Hearing))
    now = datetime.now(UTC)
    there = ZoneInfo("America/Toronto")
    [noor] = [one for one in hearings if one.case_id == CASE["noor"].id]
    days = (noor.local_start.date() - now.astimezone(there).date()).days

    assert 12 <= days <= 14
    assert noor.local_start.hour == 9
    assert any(one.starts_at < now for one in hearings)
    assert any(now < one.starts_at < now + timedelta(days=4) for one in hearings)
    assert any(one.starts_at > now + timedelta(days=60) for one in hearings)
    assert any(one.moved_from for one in hearings)
    assert any(one.cancelled_at for one in hearings)
    assert {one.local_start.weekday() for one in hearings} <= {0, 1, 2, 3, 4}


@pytest.mark.parametrize(("day", "shifted"), [(20, 20), (21, 23), (22, 23), (23, 23)])
def test_nobody_sits_on_a_weekend(day: int, shifted: int) -> None:
    """A day that falls on a Saturday or Sunday becomes the Monday after."""
    there = working_day(datetime(2026, 11, day, 9, 30), "toronto")  # noqa: DTZ001 - a wall clock

    assert there.date() == date(2026, 11, shifted)
    assert (there.hour, there.minute) == (9, 30)


async def test_notices_are_at_every_step(portal: Parts) -> None:
    """Unopened, opened, acknowledged, recalled; mail that arrived, waits, came back, was kept back."""
    services = await rows(portal, sa.select(Service))
    mails = set(await rows(portal, sa.select(Attempt.state)))
    papers = await rows(portal, sa.select(Notice).where(Notice.issued_by.is_not(None)))

    assert any(one.opened_at is None for one in services)
    assert any(one.opened_at and not one.acknowledged_at for one in services)
    assert any(one.acknowledged_at for one in services)
    assert mails == {"waiting", "accepted", "undeliverable", "withdrawn"}
    assert [bool(one.recalled_by) for one in papers].count(True) == 1
    assert all(one.pdf_key for one in papers)


async def test_loans_are_live_offered_ended_and_about_to_lapse(portal: Parts) -> None:
    """Each of these is there to be looked at, and one can be accepted."""
    loans = await rows(portal, sa.select(Delegation))
    answers = await rows(portal, sa.select(Answer))
    answered = {one.delegation_id for one in answers}
    idle = datetime.now(UTC) - timedelta(days=80)

    assert sum(one.id in answered and one.ended_at is None for one in loans) == 6
    assert sum(one.id not in answered for one in loans) == 2
    assert sum(one.ended_at is not None for one in loans) == 1
    assert sum((one.last_used_at or one.accepted_at) < idle for one in answers) == 1


async def test_a_team_a_cover_and_an_approval_are_there(portal: Parts) -> None:
    """A team is lent to and somebody invited into it; a cover begins later; a draft waits."""
    loans = await rows(portal, sa.select(Delegation))
    members = await rows(portal, sa.select(Membership.joined_at))
    [asked] = await rows(portal, sa.select(Approval))

    assert len([one for one in loans if one.team_id]) == 1
    assert [joined is None for joined in sorted(members, key=str)] == [False, True]
    [cover] = [one for one in loans if one.kind == "cover"]
    assert cover.starts_at > datetime.now(UTC)
    assert asked.answered_at is None


async def test_every_role_is_there(portal: Parts) -> None:
    """Party, counsel, Minister's counsel and designated representative stand in cases."""
    roles = set(await rows(portal, sa.select(Standing.role)))

    assert roles == {"party", "counsel", "ministers_counsel", "designated_representative"}
    assert set(await rows(portal, sa.select(Person.calling))) == {
        "claimant",
        "representative",
        "counsel",
        "delegate",
        "registry",
    }


async def test_no_job_is_left_of_what_has_happened(portal: Parts) -> None:
    """Once it runs the appeal is acknowledged, mails go out, files are looked at, the mailing is made."""
    jobs = sa.text("select task_name from procrastinate_jobs order by 1").columns(
        sa.column("task_name", sa.Text)
    )
    async with portal.database.system_transaction() as session:
        names = (await session.execute(jobs)).scalars().all()

    assert names[0] == "acknowledge_appeal"
    assert names[1:] == ["deliver"] * 5 + ["invite"] * 4 + ["make_mailing"] + ["scan"] * 2


async def test_two_requests_wait(portal: Parts) -> None:
    """Another date and an interpreter, asked in time."""
    asked = await rows(portal, sa.select(Request).order_by(Request.asked_at))

    assert [one.kind for one in asked] == ["interpreter", "change_of_date"]
    assert not any(one.decided_at or one.judged["late"] for one in asked)
    assert datetime.now(UTC) - asked[1].asked_at > timedelta(hours=1)


async def test_one_letter_was_posted_and_one_waits(portal: Parts) -> None:
    """Biniam Haile has no account: what he is told is printed, posted and deemed received."""
    his = sa.select(Letter).join(Service, Service.id == Letter.service_id)
    his = his.where(Service.person_name == "Biniam Haile").order_by(Letter.asked_at)

    posted, waiting = await rows(portal, his)

    assert posted.posted_on is not None
    assert posted.deemed_on is not None
    assert (waiting.why, waiting.mailing_id) == ("no_account", None)


def test_the_password_keeps_to_our_own_rule() -> None:
    """It is public, and as long as anybody's must be."""
    assert len(DEMO_PASSWORD) >= SHORTEST
    assert FARIDA.email.endswith("@example.org")


async def test_the_registry_has_had_its_word(portal: Parts) -> None:
    """Accepted, sent back and refused; one paper taken back, one sealed; and some still wait."""
    reviews = await rows(portal, sa.select(Review))
    withdrawn = await rows(portal, sa.select(Document).where(Document.withdrawn_at.is_not(None)))
    sealed = await rows(portal, sa.select(Seal))
    waiting = await rows(
        portal,
        sa.select(Document)
        .join(Submission, Submission.id == Document.submission_id)
        .where(Document.review == "due", Submission.filed_at.is_not(None)),
    )
    told = set(await rows(portal, sa.select(Notice.kind).where(Notice.issued_by.is_(None))))

    assert {one.outcome for one in reviews} == set(ReviewOutcome)
    assert len(withdrawn) == len(sealed) == 1
    assert waiting
    assert {"document_refused", "correction_requested", "document_withdrawn"} <= told
    now = datetime.now(UTC)
    assert all(now - one.reviewed_at > timedelta(hours=12) for one in reviews)
    assert now - sealed[0].sealed_at > timedelta(days=2)


def test_nobody_is_booked_twice_whatever_day_it_is() -> None:
    """Days off move hearings together: for a year of first days no counsel meets himself."""
    counsel = {Role.counsel, Role.ministers_counsel}
    for day in range(370):
        now = datetime(2026, 11, 22, 12, tzinfo=UTC) + timedelta(days=day)
        spans = [
            (one, one.starts_at(now, moved=moved))
            for one in SITTINGS
            for moved in ({False, one.moved_to is not None})
        ]
        for (first, at), (second, then) in combinations(spans, 2):
            there, here = (
                {person.email for person, role in one.case.standing if role in counsel}
                for one in (first, second)
            )
            overlap = at < then + timedelta(minutes=second.minutes) and (
                then < at + timedelta(minutes=first.minutes)
            )
            assert first is second or not (overlap and there & here), (now, first, second)


async def test_an_appeal_waits_for_its_record(portal: Parts) -> None:
    """Louis has appealed a refusal in time and acts in it; the claim's Division owes its record."""
    [appeal] = await rows(portal, sa.select(Appeal))
    [place] = await rows(portal, sa.select(Standing).where(Standing.case_id == appeal.case_id))

    assert appeal.judged["late"] is False
    assert appeal.perfected_at is None
    assert appeal.decision_notice_id is not None
    assert (place.role, place.starts_at) == ("counsel", appeal.filed_at)
