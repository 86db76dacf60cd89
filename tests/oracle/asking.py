"""Asking the portal what somebody may do, at every door, and holding it against the oracle."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from portal.documents.placing import holders
from portal.gate import Right
from portal.models import Case
from portal.registry.recipients import who_receives
from tests.cast import RENEE
from tests.oracle.place import CASES, PAPERS, PEOPLE, Place
from tests.portal.delegations.oracle import Row

# A page costs as much as the act before it; the view is asked at every step.
OFTEN = 0.3
READABLE = {200, 303}


@dataclass
class Asking:
    """Counts what was asked; the doors are chosen by chance that a seed repeats."""

    place: Place
    chance: random.Random
    steps: int = 0
    asked: dict[str, int] = field(default_factory=dict[str, int])

    def compare(self, told: set[Row]) -> None:
        """The view `authority`, for everybody and every case in one question."""
        self.steps += 1
        rows = self.place.db.execute(
            'select person_id, case_id, "right", principal_id, delegation_id from authority'
            " where person_id = any (%s)",
            [[one.id for one in PEOPLE]],
        ).fetchall()
        seen = {(who, case, right, whose, loan) for who, case, right, whose, loan in rows}
        assert seen == told, seen ^ told

    def probe(self, told: set[Row]) -> UUID | None:
        """At three steps in ten one door, for one person and case; whoever read a document is returned."""
        if self.chance.random() > OFTEN:
            return None
        # Those with something more often than those with nothing.
        able = sorted({row[:2] for row in told})
        anybody = (self.chance.choice(PEOPLE).id, self.chance.choice(CASES))
        who, case = self.chance.choice(able) if able and self.chance.random() < 0.6 else anybody
        rights = {right for person, its, right, *_ in told if (person, its) == (who, case)}
        door = self.chance.choice(("gate", "list", "download", "recipients"))
        self.asked[door] = self.asked.get(door, 0) + 1
        if door == "gate":
            status = self.place.get(who, f"/cases/{case}").status_code
            assert status == (200 if "see" in rights else 404), (who, case, rights, status)
        elif door == "list":
            self._list(who, told)
        elif door == "recipients":
            self._recipients(case, told)
        else:
            status = self.place.get(who, f"/documents/{PAPERS[case]}/file").status_code
            wanted = READABLE if "read" in rights else {403} if rights else {404}
            assert status in wanted, (who, case, rights, status)
            return who
        return None

    def _list(self, who: UUID, told: set[Row]) -> None:
        page = self.place.get(who, "/cases").text
        listed = {case for case in CASES if f'"/cases/{case}"' in page}
        assert listed == {case for person, case, *_ in told if person == who}

    def _recipients(self, case: UUID, told: set[Row]) -> None:
        wanted = {who for who, its, right, *_ in told if (its, right) == (case, "receive")}
        assert self.place.loop.run(self._issued_to(case)) == (wanted, wanted)

    async def _issued_to(self, case_id: UUID) -> tuple[set[UUID], set[UUID]]:
        """Whom an officer's notice reaches, and whom one that the portal writes."""
        database, now = self.place.portal.database, datetime.now(UTC)
        async with database.transaction(RENEE.id) as session:
            case = await session.get_one(Case, case_id)
            officers = await who_receives(session, case, now=now)
        async with database.system_transaction() as session:
            case = await session.get_one(Case, case_id)
            portals = await holders(session, case, Right.receive)
        reached = {one.person_id for one in officers if one.person_id}
        return reached, {one.person_id for one in portals if one.person_id}
