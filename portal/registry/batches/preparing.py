"""Preparing notices case by case: what each says and whom it reaches, asked for many at once."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Kind
from portal.models import Batch, Case, Hearing, Party
from portal.registry.batches.problems import Problem
from portal.registry.batches.reading import own_facts
from portal.registry.batches.stating import hearings_meant, read_alike, state
from portal.registry.notices.known import joined
from portal.registry.recipients import Reached, fingerprint, who_receive
from portal.rules import rules


@dataclass(frozen=True)
class Prepared:
    """One notice as it would be issued at this moment."""

    case: Case
    facts: Kind
    reached: Sequence[Reached]
    hearing_id: UUID | None

    @property
    def seen(self) -> str:
        """Fingerprints of people and of facts, to find out later which of them are others."""
        stated = json.dumps(self.facts.to_json(), sort_keys=True)
        facts = hashlib.sha256(stated.encode()).hexdigest()
        return f"{fingerprint(self.reached)} {facts}"

    @property
    def counts(self) -> dict[str, int]:
        """How many people, to how many of them a mail goes, and to how many a letter."""
        return {
            "people": len(self.reached),
            "mails": sum(one.address is not None for one in self.reached),
            "letters": sum(one.letter for one in self.reached),
        }

    def changed_from(self, seen: str | None) -> list[str]:
        """Which of "people" and "facts" are not what they were."""
        pairs = zip(("people", "facts"), self.seen.split(), (seen or "").split(), strict=False)
        return [name for name, now, then in pairs if now != then]


@dataclass(frozen=True)
class Lot:
    """Some cases of a batch, with all that their notices are made of."""

    code: str
    alike: Mapping[str, Any]
    cases: Mapping[UUID, Case]
    numbers: Mapping[UUID, str]
    hearings: Mapping[UUID, Hearing]
    reached: Mapping[UUID, Sequence[Reached]]
    now: datetime

    def prepare(self, case_id: UUID, columns: Mapping[str, str]) -> Prepared:
        """The notice of one case; `columns` are the cells of its row. Raises Problem."""
        case = self.cases.get(case_id)
        if case is None:
            raise Problem("unknown")
        if case.closed_at is not None:
            raise Problem("closed")
        hearing = self.hearings.get(case_id)
        zone = hearing.zone if hearing else rules.offices[case.office].zone
        given = dict(self.alike) | own_facts(self.code, columns, zone=zone)
        number = self.numbers[case_id]
        facts = state(self.code, case, hearing, given, file_number=number, now=self.now)
        reached = self.reached.get(case_id, ())
        if not any(one.capacity == "service" for one in reached):
            raise Problem("nobody")
        return Prepared(case, facts, reached, hearing.id if hearing else None)


async def look_up(
    session: AsyncSession, batch: Batch, numbers: Mapping[UUID, str], *, now: datetime
) -> Lot:
    """All that the notices of these cases are made of; `numbers`: their file numbers, joined."""
    ids = list(numbers)
    found = await session.scalars(
        sa.select(Case).where(Case.id.in_(ids), Case.division == batch.division)
    )
    cases = {case.id: case for case in found}
    return Lot(
        code=batch.kind,
        alike=read_alike(batch.kind, batch.facts or {}),
        cases=cases,
        numbers=numbers,
        hearings=await hearings_meant(session, batch.kind, ids, now=now),
        reached=await who_receive(session, list(cases.values()), now=now),
        now=now,
    )


async def numbers_of(session: AsyncSession, cases: Collection[UUID]) -> dict[UUID, str]:
    """The file numbers of these cases, as papers have them."""
    rows = await session.execute(
        sa.select(Party.case_id, Party.file_number)
        .where(Party.case_id.in_(cases))
        .order_by(Party.file_number)
    )
    several: dict[UUID, list[str]] = {case_id: [] for case_id in cases}
    for case_id, number in rows:
        several[case_id].append(number)
    return {case_id: joined(numbers) for case_id, numbers in several.items()}
