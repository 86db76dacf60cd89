"""An appeal for Laila Noor that Claire filed and does not act in: hers is the receipt alone."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Appeal, Appellant, Case, Party
from tests.cast import CLAIRE, NOOR, known

APPEAL = known("appeal for Laila Noor")


async def put_appeal(session: AsyncSession) -> None:
    """Its case, its one appellant, and what ties both to the claim."""
    now = datetime.now(UTC)
    opened = {"language": "en", "opened_at": now, "opened_by": CLAIRE.id}
    session.add(Case(id=APPEAL, division="rad", office="toronto", title="Noor, L.", **opened))
    await session.flush()
    party = known("Laila Noor, appellant")
    session.add(Party(id=party, case_id=APPEAL, name="Laila Noor", file_number="TC6-90001"))
    session.add(
        Appeal(
            case_id=APPEAL,
            claim_case_id=NOOR,
            reasons_received_on=(now - timedelta(days=3)).date(),
            received_how="stated",
            receipt="A-AB34-56",
            filed_by=CLAIRE.id,
            filer_name=CLAIRE.name,
            principal_id=CLAIRE.id,
            principal_name=CLAIRE.name,
            judged={"code": "rad_notice_of_appeal", "due": now.date().isoformat(), "late": False},
        )
    )
    await session.flush()
    session.add(Appellant(party_id=party, case_id=APPEAL, claim_party_id=known("TC6-01483")))
