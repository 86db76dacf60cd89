"""Hearing and notice together: who is summoned is told, and who is told is summoned."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from notices.issuing import number_of
from notices.model import Attempt, Notice, Service
from portal.hearings.scheduling import Arrangement, schedule
from portal.models import Booking, Delegation, Entry
from portal.registry.hearings import telling
from portal.settings import Settings
from storage.objects import StoreUnavailable
from tests.cast import CLAIRE, CLAIRE_TO_AMIRA, FARIDA, HEARING, NOOR, OKAFOR, RENEE
from tests.conftest import Browser
from tests.portal.hearings.test_booking import RENEE_ACTS
from tests.portal.registry.issued import pass_time
from tests.portal.registry.pressing import arrive, press
from tests.portal.registry.scheduled import (
    WHY,
    called_off,
    changed,
    day,
    hearings,
    kept,
    objects,
    planned,
    weekday_in,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The five minutes of recall that a portal has."""
    return Settings(state=tmp_path / "state", demo=True)


async def nothing_done(browser: Browser) -> bool:
    """Whether there is no trace of any act: no notice, no entry, no booking, no paper."""
    acts = await kept(browser, sa.select(Entry.act).where(Entry.act.startswith("hearing.")))
    rows = [await kept(browser, sa.select(one)) for one in (Notice.id, Booking.label)]
    (hearing,) = await hearings(browser, NOOR)
    return not any((acts, *rows, objects(browser), hearing.sequence))


async def test_the_check_shows_the_notice_and_its_people(browser: Browser) -> None:
    """Both languages, everybody with the reason, and the number on the button; nothing is written."""
    page = (await planned(browser, case=NOOR, interpreter="Dari")).text

    assert "Notice to appear" in page
    assert "Avis de convocation" in page
    assert "Counsel of record: this is service" in page
    assert "lent by Claire Tremblay" in page
    assert "Fix the hearing and tell 5 people" in page
    assert await nothing_done(browser)


async def test_one_press_fixes_books_and_tells(browser: Browser) -> None:
    """Hearing, bookings, entries, notice, services, mails and paper, and the page of the notice."""
    check = await planned(browser, case=NOOR, interpreter="Dari", member="J. Roy")

    page = await arrive(browser, await press(browser, check, "fix"))

    assert "The hearing is fixed, and this notice of it is issued." in page.text
    (notice,) = await kept(browser, sa.select(Notice))
    (fixed,) = [one for one in await hearings(browser, NOOR) if one.id != HEARING]
    assert notice.facts["starts"]["at"] == fixed.starts_at.isoformat()
    assert notice.facts["interpreter"] == {"en": "Dari", "fr": "dari"}
    assert notice.facts["documents_due"]
    assert len(await kept(browser, sa.select(Service.id))) == 5
    assert len(await kept(browser, sa.select(Attempt.id))) == 5
    held = await kept(browser, sa.select(Booking.label).where(Booking.hearing_id == fixed.id))
    assert {"J. Roy", CLAIRE.name} <= set(held)
    acts = sa.select(Entry.act).where(Entry.act != "case.read").order_by(Entry.number)
    assert await kept(browser, acts) == ["hearing.scheduled", "notice.issued"]
    assert objects(browser) == 1


@pytest.mark.parametrize("act", ["fix", "move", "cancel"])
async def test_pressed_at_once_and_again_it_is_done_once(browser: Browser, act: str) -> None:
    """Three presses together and one later: one act, one notice, one paper, one answer."""
    check = await of(browser, act)

    answers = await asyncio.gather(*(press(browser, check, act) for _ in range(3)))
    answers.append(await press(browser, check, act))

    assert {answer.status_code for answer in answers} == {303}
    (notice,) = await kept(browser, sa.select(Notice.id))
    assert {answer.headers["location"] for answer in answers} == {f"/registry/notices/{notice}"}
    acts = sa.select(Entry.act).where(Entry.act.startswith("hearing."))
    assert len(await kept(browser, acts)) == 1
    assert objects(browser) == 1


async def test_a_move_tells_old_and_new_and_why(browser: Browser) -> None:
    """The notice names both times on their own clocks; a reader finds them in her language."""
    (before,) = await hearings(browser, NOOR)
    new: dict[str, Any] = {"at": "13:30", "zone": "America/Vancouver"} | day(weekday_in(40))
    check = await changed(browser, **new, **WHY)
    assert "Check the new date, then move the hearing" in check.text
    assert "Do not come then." in check.text

    await press(browser, check, "move")

    (notice,) = await kept(browser, sa.select(Notice))
    (after,) = await hearings(browser, NOOR)
    assert notice.kind == "hearing_moved"
    assert notice.facts["was"] == {"at": before.starts_at.isoformat(), "zone": "America/Toronto"}
    assert notice.facts["starts"]["at"] == after.starts_at.isoformat()
    assert notice.facts["reason"]["fr"] == WHY["why_fr"]
    await pass_time(browser.portal)
    (service,) = await kept(browser, sa.select(Service.id).where(Service.person_id == FARIDA.id))
    await browser.sign_in(FARIDA, language="fr")
    assert WHY["why_fr"] in (await browser.get(f"/notices/{service}")).text


async def test_another_link_is_told_and_is_no_other_day(browser: Browser) -> None:
    """People must join elsewhere; nobody reads that a day no longer holds."""
    check = await changed(browser, link="https://video.example.org/other")
    assert "Check the change, then make it" in check.text
    assert "The day and the time stay as they were." in check.text
    assert "Do not come then" not in check.text

    await press(browser, check, "move")

    (notice,) = await kept(browser, sa.select(Notice))
    assert notice.kind == "hearing_changed"
    assert notice.facts["what"]["fr"] == "Le lien pour participer par vidéo"


@pytest.mark.parametrize(
    "typed", [{"member": "J. Roy"}, {"interpreter_name": "P. Azimi"}, {"minutes": "60"}]
)
async def test_who_sits_and_how_long_is_told_to_nobody(
    browser: Browser, typed: dict[str, str]
) -> None:
    """The check says so; pressed twice it is done once, with its entry and no notice."""
    check = await changed(browser, **typed)
    assert "Nobody is told of this" in check.text

    page = await arrive(browser, await press(browser, check, "move"))
    again = await press(browser, check, "move")

    assert "Nobody had to be told" in page.text
    assert again.status_code == 303
    (hearing,) = await hearings(browser, NOOR)
    assert hearing.sequence == 1
    assert not await kept(browser, sa.select(Notice.id))


async def test_a_cancellation_tells_why(browser: Browser) -> None:
    """The notice says the day and the reason, each in its language."""
    check = await called_off(browser)
    assert "Do not come on that date." in check.text
    assert "Le commissaire est malade." in check.text

    page = await arrive(browser, await press(browser, check, "cancel"))

    assert "The hearing is cancelled, and this notice of it is issued." in page.text
    (notice,) = await kept(browser, sa.select(Notice))
    assert notice.kind == "hearing_cancelled"
    assert notice.facts["reason"] == {"en": WHY["why_en"], "fr": WHY["why_fr"]}


@pytest.mark.parametrize("act", ["fix", "move", "cancel"])
async def test_people_who_changed_meanwhile_are_shown_again(browser: Browser, act: str) -> None:
    """Amira’s loan ended after the check: nothing is done until the officer has seen that."""
    check = await of(browser, act)
    async with browser.portal.database.login_transaction() as session:
        ended = {"ended_at": sa.func.now(), "ended_by": CLAIRE.id}
        await session.execute(
            sa.update(Delegation).where(Delegation.id == CLAIRE_TO_AMIRA).values(ended)
        )

    stopped = await press(browser, check, act)

    assert stopped.status_code == 409
    assert "Who receives the notice has changed since you looked" in stopped.text
    assert "and tell 4 people" in stopped.text
    assert await nothing_done(browser)
    assert (await press(browser, stopped, act)).status_code == 303


@pytest.mark.parametrize("act", ["move", "cancel"])
async def test_of_two_officers_the_second_looks_again(browser: Browser, act: str) -> None:
    """Somebody moved it meanwhile: the second is shown what is now, and people get no false date."""
    mine = await of(browser, act)
    theirs = await changed(browser, at="15:00")
    await press(browser, theirs, "move")

    stopped = await press(browser, mine, act)

    assert stopped.status_code == 409
    assert "Somebody has changed this hearing since you looked at it." in stopped.text
    assert "has not left yet" in stopped.text
    assert len(await kept(browser, sa.select(Notice.id))) == 1
    assert objects(browser) == 1
    await press(browser, stopped, act)
    first, second = await kept(browser, sa.select(Notice).order_by(Notice.issued_at))
    assert second.facts["was"] == first.facts["starts"]


async def test_two_officers_at_once_make_one_change(browser: Browser) -> None:
    """Both press in the same moment, for other times: one is done and told, the other looks again."""
    checks = [await changed(browser, at=at) for at in ("13:00", "14:00")]

    answers = await asyncio.gather(*(press(browser, check, "move") for check in checks))

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    (notice,) = await kept(browser, sa.select(Notice))
    (hearing,) = await hearings(browser, NOOR)
    assert hearing.sequence == 1
    assert notice.facts["starts"]["at"] == hearing.starts_at.isoformat()
    assert objects(browser) == 1


async def test_who_is_taken_loses_nothing_typed(browser: Browser) -> None:
    """A room taken after the check: back to the form with all of it, and no paper left over."""
    typed: dict[str, Any] = {
        "mode": "in_person",
        "place": "74 Example Street, room 12",
        "member": "J. Roy",
    }
    check = await planned(browser, case=NOOR, zone="America/Toronto", **typed)
    wanted = Arrangement(
        local_start=weekday_in(60).replace(hour=10, minute=0, second=0, microsecond=0, tzinfo=None),
        zone="America/Toronto", minutes=60, mode="in_person", place=typed["place"], link=None,
        dial_in=None, interpreter=None,
    )  # fmt: skip
    async with browser.portal.database.transaction(RENEE.id) as session:
        await schedule(
            session, wanted, hearing_id=uuid4(), case_id=OKAFOR, kind="hearing", by=RENEE_ACTS,
            now=datetime.now(UTC),
        )  # fmt: skip

    stopped = await press(browser, check, "fix")

    assert stopped.status_code == 422
    assert "This room is taken from" in stopped.text
    assert 'value="J. Roy"' in stopped.text
    assert not await kept(browser, sa.select(Notice.id))
    assert objects(browser) == 0


async def test_a_used_form_with_another_time_does_nothing(browser: Browser) -> None:
    """Back, another time, pressed again: said so; the first hearing and its notice stand."""
    check = await planned(browser, case=NOOR)
    await press(browser, check, "fix")

    again = await press(browser, check, "fix", at="14:00")

    assert again.status_code == 422
    assert "This form was used before, with other details." in again.text
    assert len(await hearings(browser, NOOR)) == 2
    assert len(await kept(browser, sa.select(Notice.id))) == 1


@pytest.mark.parametrize("act", ["fix", "move", "cancel"])
async def test_a_notice_that_fails_takes_the_hearing_with_it(
    browser: Browser, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last row of the notice cannot be written: no hearing, no move, no entry; then it works."""
    check = await of(browser, act)
    with monkeypatch.context() as broken:

        async def fails(*given: Any, **named: Any) -> None:
            await real(*given, **named)
            raise RuntimeError("the connection broke")

        real = telling.issue_to
        broken.setattr(telling, "issue_to", fails)
        assert (await press(browser, check, act)).status_code == 500

    notices = await kept(browser, sa.select(Notice.id))
    acts = await kept(browser, sa.select(Entry.act).where(Entry.act.startswith("hearing.")))
    (hearing,) = await hearings(browser, NOOR)
    assert (notices, acts, hearing.sequence) == ([], [], 0)
    assert (await press(browser, check, act)).status_code == 303


async def test_nothing_is_fixed_when_the_store_is_down(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No paper, no hearing: a page that says try again, and the same press works later."""
    check = await planned(browser, case=NOOR)
    with monkeypatch.context() as broken:

        def down(*_: object) -> None:
            raise StoreUnavailable("down")

        broken.setattr(type(browser.portal.store), "writer", down)
        assert (await press(browser, check, "fix")).status_code == 503

    assert await nothing_done(browser)
    assert (await press(browser, check, "fix")).status_code == 303


async def test_a_notice_that_has_not_left_is_named(browser: Browser) -> None:
    """Moved again within the minutes of recall: both notices stand, and the check says so first."""
    await press(browser, await changed(browser, at="13:00"), "move")
    (first,) = await kept(browser, sa.select(Notice.id))

    check = await changed(browser, at="14:00")
    assert number_of(first) in check.text
    assert "has not left yet" in check.text
    await press(browser, check, "move")

    moved = await kept(browser, sa.select(Notice).order_by(Notice.issued_at))
    assert moved[1].facts["was"]["at"] == moved[0].facts["starts"]["at"]
    assert not any(one.recalled_at for one in moved)


async def of(browser: Browser, act: str) -> Any:  # noqa: ANN401 - a page
    """The check of one act on the Noors' case."""
    if act == "fix":
        return await planned(browser, case=NOOR)
    return await (changed(browser, at="13:00") if act == "move" else called_off(browser))
