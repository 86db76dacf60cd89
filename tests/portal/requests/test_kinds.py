"""Each kind by itself: what it asks, how it is judged, and what granting it does."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from portal.models import Party
from portal.requests.kinds import KINDS
from portal.rules import rules
from tests.cast import FARIDA, HEARING, NOOR, RENEE, known
from tests.conftest import Browser
from tests.portal.requests.asked import (
    another_date,
    decide,
    hearing_day,
    in_boxes,
    preview,
    send,
    the_request,
)

CHECK = f"/cases/{NOOR}/requests/new?kind="


def test_every_kind_has_its_rules_and_every_rule_its_kind() -> None:
    """A table of requests.toml without a file would be offered to nobody, and the other way round."""
    assert set(KINDS) == set(rules.request_types)


async def hearing_in(browser: Browser, days: int) -> date:
    """Put the Noors' hearing so many days from now; its date."""
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.text(
                "update hearing set local_start = current_date + cast(:days as int) + time '09:00',"
                " starts_at = (current_date + cast(:days as int) + time '09:00')"
                " at time zone 'America/Toronto' where id = :id"
            ),
            {"days": days, "id": HEARING},
        )
        return await hearing_day(session)


class TestChangeOfDate:
    """RPD Rules, r. 54."""

    async def test_each_date_is_judged(self, browser: Browser) -> None:
        """Not a working day, not after, beyond ten working days: said, and it can be sent."""
        await browser.sign_in(FARIDA)
        on = await hearing_in(browser, 12)
        typed = await another_date(browser)
        far, before = on + timedelta(days=30), on - timedelta(days=1)
        saturday = on + timedelta(days=(5 - on.weekday()) % 7 or 7)
        for name, day in (("day_1", far), ("day_2", before), ("day_3", saturday)):
            typed |= in_boxes(name, day)

        page = await browser.post(f"{CHECK}change_of_date", data={"id": str(uuid4()), **typed})

        assert "is later than the rules allow" in page.text
        assert "is not after the date that is set" in page.text
        assert "is not a working day: Saturday" in page.text
        await send(browser, "change_of_date", typed)

    async def test_late_is_marked_and_asks_for_reasons(self, browser: Browser) -> None:
        """Fewer than three working days before: never blocked."""
        await browser.sign_in(FARIDA)
        await hearing_in(browser, 1)
        typed = await another_date(browser)

        page = await browser.post(f"{CHECK}change_of_date", data={"id": str(uuid4()), **typed})
        request_id = await send(browser, "change_of_date", typed | {"late_reasons": "Fell ill."})

        assert "The limit has passed. You can still ask" in page.text
        assert "Why does it come late?" in page.text
        row = await the_request(browser, request_id)
        assert row.judged
        assert (row.judged["code"], row.judged["late"]) == ("rpd_date", True)
        receipt = await browser.get(f"/requests/{request_id}")
        assert "Fell ill." in receipt.text
        await browser.sign_in(RENEE, language="en")
        assert "late" in (await browser.get("/registry")).text

    async def test_diagnosis_is_not_asked_for(self, browser: Browser) -> None:
        """Rule 54(7): said where medical reasons are given."""
        await browser.sign_in(FARIDA)

        page = await browser.get(f"{CHECK}change_of_date")

        assert "must not state the diagnosis" in page.text

    async def test_move_form_has_the_date_filled_in(self, browser: Browser) -> None:
        """Granting leads on; the officer checks the day and types nothing."""
        await browser.sign_in(RENEE)

        page = await browser.get(f"/hearings/{HEARING}/move?day=2027-03-05")

        assert 'name="day-year" type="text" inputmode="numeric" value="2027"' in " ".join(
            page.text.split()
        )

    @pytest.mark.parametrize(("division", "dates"), [("rpd", 3), ("rad", 6), ("iad", 6)])
    def test_dates_are_counted_by_the_division(self, division: str, dates: int) -> None:
        """Three for the RPD; six for the Appeal Divisions (domain.md §2.1)."""
        procedure = KINDS["change_of_date"].procedure(division)

        assert procedure
        assert procedure.dates == dates


class TestChangeOfLocation:
    """RPD Rules, r. 53."""

    typed: ClassVar = {"hearing": str(HEARING), "place": "Ottawa", "reasons": "I live there now."}

    async def test_twenty_days_before(self, browser: Browser) -> None:
        """Twelve days before is late; twenty-one is not."""
        await browser.sign_in(FARIDA)
        late = await the_request(browser, await send(browser, "change_of_location", self.typed))
        await hearing_in(browser, 21)
        early = await the_request(browser, await send(browser, "change_of_location", self.typed))

        assert late.judged
        assert early.judged
        assert late.judged["late"] is True
        assert early.judged["late"] is False

    async def test_granted_leads_to_the_hearing(self, browser: Browser) -> None:
        """And who asked reads that the old place stands until then."""
        await browser.sign_in(FARIDA)
        request_id = await send(browser, "change_of_location", self.typed)
        await browser.sign_in(RENEE, language="en")
        await decide(browser, request_id, {"outcome": "granted"})

        page = await browser.get(f"/requests/{request_id}")
        await browser.sign_in(FARIDA, language="en")
        mine = await browser.get(f"/requests/{request_id}")

        assert f"/hearings/{HEARING}/move" in page.text
        assert "/move" not in mine.text
        assert "Until you have it, what was set before stands" in mine.text


class TestInterpreter:
    """RPD Rules, r. 19."""

    typed: ClassVar = {"parties": str(known("TC6-01482")), "language": "Somali", "dialect": "Maay"}

    async def test_granted_is_noted_with_the_person(self, browser: Browser) -> None:
        """Where scheduling looks for it; the others of the case keep theirs."""
        await browser.sign_in(FARIDA)
        request_id = await send(browser, "interpreter", self.typed)
        await browser.sign_in(RENEE, language="en")
        await decide(browser, request_id, {"outcome": "granted"})

        async with browser.portal.database.system_transaction() as session:
            rows = await session.execute(
                sa.select(Party.id, Party.interpretation).where(Party.case_id == NOOR)
            )
            spoken: dict[UUID, str | None] = {row[0]: row[1] for row in rows}
        assert spoken == {known("TC6-01482"): "Somali (Maay)", known("TC6-01483"): "Dari"}

    async def test_refused_changes_nothing(self, browser: Browser) -> None:
        """What was noted before stands."""
        await browser.sign_in(FARIDA)
        request_id = await send(browser, "interpreter", self.typed)
        await browser.sign_in(RENEE, language="en")
        why = {"why_en": "We have one for Dari.", "why_fr": "Nous en avons un."}
        await decide(browser, request_id, {"outcome": "refused", **why})

        async with browser.portal.database.system_transaction() as session:
            party = await session.get_one(Party, known("TC6-01482"))
            assert party.interpretation == "Dari"

    async def test_somebody_is_named(self, browser: Browser) -> None:
        """A party or a witness."""
        await browser.sign_in(FARIDA)

        page = await browser.post(
            f"{CHECK}interpreter", data={"id": str(uuid4()), "language": "Somali"}
        )

        assert page.status_code == 422
        assert "Tick who needs the interpreter" in page.text

    async def test_ten_days_before(self, browser: Browser) -> None:
        """Judged by the next hearing."""
        await browser.sign_in(FARIDA)

        row = await the_request(browser, await send(browser, "interpreter", self.typed))

        assert row.judged
        assert (row.judged["code"], row.judged["late"]) == ("rpd_interpreter", False)


class TestExtension:
    """RPD Rules, r. 8 and r. 70."""

    async def typed(self, browser: Browser, last_day: date) -> dict[str, str]:
        """More time for the claim form."""
        return {
            "limit": "rpd_claim_form",
            "reasons": "My papers are with the police.",
            **in_boxes("last_day", last_day),
            **in_boxes("until", last_day + timedelta(days=14)),
        }

    async def test_claim_form_three_working_days_before(self, browser: Browser) -> None:
        """Judged from the day that is to be put off."""
        await browser.sign_in(FARIDA)
        today = date.today()  # noqa: DTZ011 - days are far enough apart
        late = await self.typed(browser, today + timedelta(days=1))
        early = await self.typed(browser, today + timedelta(days=20))

        rows = [
            await the_request(browser, await send(browser, "extension", one))
            for one in (late, early)
        ]

        assert [row.judged and row.judged["late"] for row in rows] == [True, False]

    async def test_limit_of_the_case_has_its_own_day(self, browser: Browser) -> None:
        """Chosen from those that the hearing sets; nothing else judges it."""
        await browser.sign_in(FARIDA)
        async with browser.portal.database.system_transaction() as session:
            due = await hearing_day(session) - timedelta(days=10)
        typed = {"limit": f"rpd_disclosure {due}", "reasons": "The clinic is closed."}
        typed |= in_boxes("until", due + timedelta(days=4))

        row = await the_request(browser, await send(browser, "extension", typed))

        assert row.facts["last_day"] == due.isoformat()
        assert row.judged is None

    async def test_other_limit_is_said(self, browser: Browser) -> None:
        """What must be done, and its last day."""
        await browser.sign_in(FARIDA)
        typed = {"id": str(uuid4()), "limit": "other", "reasons": "x"}
        typed |= in_boxes("until", date(2027, 3, 1))

        page = await browser.post(f"{CHECK}extension", data=typed)

        assert "Say what must be done" in page.text
        assert "Enter the last day that you were told" in page.text

    async def test_granted_tells_the_new_day(self, browser: Browser) -> None:
        """The officer may give another day than was asked; the notice says which."""
        await browser.sign_in(FARIDA)
        typed = await self.typed(browser, date(2027, 3, 1))
        request_id = await send(browser, "extension", typed)
        await browser.sign_in(RENEE, language="en")
        form = await preview(
            browser, request_id, {"outcome": "granted", **in_boxes("until", date(2027, 3, 8))}
        )
        await browser.post(f"/requests/{request_id}/decision", data=form)

        page = await browser.get(f"/requests/{request_id}")

        assert "the new last day is Monday, 8 March 2027" in page.text
        assert f"/cases/{NOOR}/notices/new?kind=deadline_set" in page.text
