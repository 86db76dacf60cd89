"""What an appeal starts from: a claim, its decision, and the day on which the reasons were received."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.letters import Letter
from notices.model import Notice, Service
from portal.appeals.counting import local_day
from portal.gate import Chain, OpenCase, Right, Unknown, open_case
from portal.models import Party
from portal.rules import Receipt, rules
from portal.rules.receipts import deemed_receipt
from storage.bundle import Bundle


@dataclass(frozen=True)
class Received:
    """The day on which the written reasons were received, and who says so."""

    on: date
    how: Literal["set", "deemed", "stated"]
    rule: Receipt | None = None


@dataclass(frozen=True)
class Decision:
    """The last decision on a claim, as it was served on the reader's side."""

    notice_id: UUID
    facts: dict[str, Any]
    services: Sequence[Any]

    @property
    def decided(self) -> date:
        """The day of the decision."""
        return date.fromisoformat(self.facts["decided"])

    @property
    def appeal_by(self) -> date | None:
        """The last day that the notice itself names."""
        said = self.facts.get("appeal_by")
        return date.fromisoformat(said) if said else None

    @property
    def reasoned(self) -> bool:
        """Whether the written reasons came with it; if they follow, so does their day."""
        return self.facts.get("reasons") == "in_case"

    def received(self, case: Any, *, principal: UUID) -> Received | None:  # noqa: ANN401 - a row
        """By the registry's word, else by a rule: the principal's own day, else the first.

        None where nothing says so: then the appellant does.
        """
        if not self.reasoned:
            return None
        found = [
            ((day.how != "set", one.person_id != principal, day.on), day)
            for one in self.services
            for day in _days(one, case)
        ]
        return min(found, key=lambda one: one[0])[1] if found else None

    def reached_on(self, office: str) -> date | None:
        """The day on which it came into an inbox: the reasons came no earlier."""
        placed = [one.placed_at for one in self.services]
        return local_day(min(placed), office) if placed and self.reasoned else None


def _days(service: Any, case: Any) -> list[Received]:  # noqa: ANN401 - rows
    """Every day that the registry or a rule says of one service."""
    days: list[Received] = []
    if service.legal_on:
        days.append(Received(service.legal_on, "set"))
    if service.deemed_on:
        days.append(Received(service.deemed_on, "deemed", rules.receipt_rule(service.deemed_rule)))
    if service.person_id:
        sent_on = local_day(service.placed_at, case.office)
        shown = deemed_receipt(
            division=case.division, office=case.office, by="portal", sent_on=sent_on
        )
        days += [Received(shown.on, "deemed", shown.rule)] if shown else []
    return days


@dataclass(frozen=True)
class Ground:
    """A claim that somebody may appeal for, with who has appealed already."""

    opened: OpenCase
    chain: Chain
    parties: Sequence[Any]
    decision: Decision | None
    appealed: Sequence[Any]

    @property
    def zone(self) -> str:
        """The clock of the registry office, by which days are counted."""
        return rules.offices[self.opened.case.office].zone

    @property
    def open_parties(self) -> Sequence[Any]:
        """The claimants who have not appealed this decision."""
        taken = {one.claim_party_id for one in self.appealed}
        return [party for party in self.parties if party.id not in taken]

    @property
    def received(self) -> Received | None:
        """The day of the reasons, where somebody else than the appellant says it."""
        case = self.opened.case
        return self.decision and self.decision.received(case, principal=self.chain.principal_id)


def decided(case_id: UUID | sa.BindParameter[Any]) -> sa.Select[*tuple[Any, ...]]:
    """The decisions of a case that left and were not recalled, service by service, the last first."""
    letter = (
        sa.select(Letter.deemed_on, Letter.deemed_rule)
        .where(Letter.service_id == Service.id, Letter.returned_on.is_(None))
        .where(Letter.deemed_on.is_not(None))
        .order_by(Letter.deemed_on)
        .limit(1)
        .correlate(Service)
        .lateral("letter")
    )
    return (
        sa.select(
            Notice.id,
            Notice.facts,
            Service.person_id,
            Service.placed_at,
            Service.legal_on,
            letter.c.deemed_on,
            letter.c.deemed_rule,
        )
        .join(Service, Service.notice_id == Notice.id)
        .outerjoin(letter, sa.true())
        .where(Notice.case_id == case_id, Notice.kind == "decision")
        .where(Notice.recalled_at.is_(None), Notice.leaves_at <= sa.func.now())
        .where(Service.capacity == "service")
        .order_by(Notice.issued_at.desc(), Service.placed_at)
    )


def decision_of(rows: Sequence[Any]) -> Decision | None:
    """The last of these decisions, if there is one."""
    if not rows:
        return None
    last = rows[0]
    return Decision(last.id, last.facts, [one for one in rows if one.id == last.id])


def appealed(case_id: UUID | sa.BindParameter[Any]) -> sa.Select[*tuple[Any, ...]]:
    """The claimants who have appealed, when, and who filed it; told to their own side."""
    told = sa.func.portal_appealed(case_id).table_valued(
        sa.column("claim_party_id", sa.Uuid),
        sa.column("filed_at", sa.TIMESTAMP(timezone=True)),
        sa.column("filer_name", sa.Text),
        name="told",
    )
    return sa.select(*told.c)


_CASE = sa.bindparam("case", type_=sa.Uuid)
_GROUND = Bundle(
    parties=sa.select(Party).where(Party.case_id == _CASE).order_by(Party.file_number),
    decided=decided(_CASE),
    appealed=appealed(_CASE),
)


async def read_ground(
    session: AsyncSession, me: UUID, case_id: UUID, *, lock: bool = False
) -> Ground:
    """The claim, for the claimant's side; Unknown to the other, and where nothing can be appealed.

    Raises AmbiguousPrincipal where it could be for several people.
    """
    opened = await open_case(session, me, case_id, right=Right.request, lock=lock)
    chain = opened.authority.chain_for(Right.request)
    if not appealable(opened):
        raise Unknown
    found = await _GROUND.read(session, case=case_id)
    return Ground(opened, chain, found.parties, decision_of(found.decided), found.appealed)


def appealable(opened: OpenCase) -> bool:
    """Whether this reader may file a notice of appeal here: on a claim, for the claimant's side."""
    able = [one for one in opened.authority.chains if Right.request in one.rights]
    return opened.case.division == "rpd" and any(one.side == "person" for one in able)
