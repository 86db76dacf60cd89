"""Choosing for whom one acts on a case that several people lent; remembered for that case only."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.gate import AmbiguousPrincipal, Chain, OpenCase, Unknown
from portal.models import Acting


async def choose(
    session: AsyncSession, opened: OpenCase, principal: UUID, *, now: datetime
) -> Chain:
    """From now on what I do on this case is for this person, who lent it to me."""
    chain = next((c for c in opened.authority.principals if c.principal_id == principal), None)
    if chain is None:
        raise Unknown
    chosen = {"principal_id": principal, "chosen_at": now}
    keys = {"person_id": opened.authority.person_id, "case_id": opened.id}
    await session.execute(
        insert(Acting)
        .values(**keys, **chosen)
        .on_conflict_do_update(index_elements=list(keys), set_=chosen)
    )
    return chain


def question(error: AmbiguousPrincipal, following: str) -> str:
    """Where it is asked for whom; `following`: the page to go on with."""
    asked = urlencode({"next": following, "right": error.right})
    return f"/cases/{error.case_id}/principal?{asked}"
