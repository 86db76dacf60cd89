"""Managing: acting on loans in one's own name, or in that of who lent the right to manage access."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.gate import Chain, Right, Unknown
from portal.models import Answer, Delegation, Person
from portal.web.sessions import Me


async def acting_as(session: AsyncSession, me: Me, grantor: UUID) -> Actor:
    """Me, for myself or for this principal; raises Unknown where I do not manage for him or her."""
    if grantor == me.id:
        return Actor(me.id, me.name)
    principals = sa.func.portal_principals(type_=sa.Uuid()).column_valued("principal")
    through = await session.execute(
        sa.select(Delegation.id, Delegation.ends_at, Delegation.rights, Person.name)
        .join(Answer, Answer.delegation_id == Delegation.id)
        .outerjoin(Person, Person.id == Delegation.grantor_id)
        .where(Answer.person_id == me.id, Answer.accepted_at.is_not(None))
        .where(Answer.ended_at.is_(None), Delegation.ended_at.is_(None))
        .where(Delegation.grantor_id == grantor, Delegation.rights.contains([Right.delegate.value]))
        .where(Delegation.grantor_id.in_(sa.select(principals)))
        .order_by(Delegation.ends_at.desc())
        .limit(1)
    )
    row = through.one_or_none()
    if row is None:
        raise Unknown
    rights = frozenset(Right(right) for right in row.rights)
    chain = Chain(grantor, row.name or "", row.id, row.ends_at, rights)
    return Actor(me.id, me.name, chain)
