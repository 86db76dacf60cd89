"""Who loses what when places in cases end or rest: told before it happens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Standing
from portal.registry.sides import chains


@dataclass(frozen=True)
class Loss:
    """What one person loses with these places, of his or her own or lent out of them."""

    person_id: UUID
    name: str
    # Who lent it; empty where the place is one's own.
    principal: str
    rights: frozenset[str] = frozenset()
    cases: frozenset[UUID] = frozenset()
    # Whether he or she still sees one of these cases some other way.
    stays: bool = False

    @property
    def lent(self) -> bool:
        """Whether it is a delegate who loses it."""
        return bool(self.principal)


async def what_ends(session: AsyncSession, standings: Sequence[Standing]) -> list[Loss]:
    """Who loses what with these standings: their people, and every delegate below."""
    ending = {standing.id for standing in standings}
    rows = await chains(session, {standing.case_id for standing in standings})
    elsewhere = {row.person_id for row in rows if row.standing_id not in ending}
    losses: dict[tuple[UUID, str], Loss] = {}
    for row in rows:
        if row.standing_id in ending:
            key = (row.person_id, row.principal_name if row.delegation_id else "")
            was = losses.get(key, Loss(row.person_id, row.person_name, key[1]))
            losses[key] = replace(
                was,
                rights=was.rights | set(row.rights),
                cases=was.cases | {row.case_id},
                stays=row.person_id in elsewhere,
            )
    return list(losses.values())
