"""Letters that invite people of the cast, with codes the test knows, as the registry would have printed them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.joining.sealing import sealed
from portal.joining.spelling import Purpose, new_code
from portal.models import Invitation, InvitationLetter, Party
from portal.settings import Settings
from portal.web.sessions import fingerprint
from tests.cast import NOOR, RENEE, SAM, known

LAILA = known("TC6-01483")
LETTER = known("invitation letter to Laila")
BORN = date(2001, 3, 27)
CONFIRMING = "link-that-asks-sam-whether-the-address-works"


async def invited(
    session: AsyncSession, settings: Settings, *, key: UUID = LETTER, **facts: Any
) -> tuple[str, str]:
    """A letter to Laila Noor, who has no account; the two codes that stand on it."""
    join, check = new_code(Purpose.join), new_code(Purpose.check)
    now = datetime.now(UTC)
    await session.execute(
        sa.update(Party).where(Party.id == LAILA, Party.born_on.is_(None)).values(born_on=BORN)
    )
    values: dict[str, Any] = {
        "id": key,
        "case_id": NOOR,
        "party_id": LAILA,
        "name": "Laila Noor",
        "language": "en",
        "code_hash": sealed(settings, Purpose.join, join),
        "check_hash": sealed(settings, Purpose.check, check),
        "printed_at": now - timedelta(days=2),
        "printed_by": RENEE.id,
        "printed_by_name": RENEE.name,
        "ends_at": now + timedelta(days=58),
    }
    await session.execute(sa.insert(InvitationLetter).values(values | facts))
    return join, check


def confirmation() -> Invitation:
    """The mail that asks Sam whether the address works."""
    return Invitation(
        token_hash=fingerprint(CONFIRMING),
        email=SAM.email,
        person_id=SAM.id,
        invited_by=SAM.id,
        ends_at=datetime.now(UTC) + timedelta(days=7),
    )
