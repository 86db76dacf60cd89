"""Of the full case: where Farida lives, and a letter to Claire that was printed and posted."""

import hashlib
from datetime import datetime

import sqlalchemy as sa

from notices.letters import Letter, Mailing
from notices.model import Service
from portal.models import PostalAddress
from portal.parts import Parts
from storage.objects import new_key, put
from tests.cast import CLAIRE, FARIDA, NOOR, RENEE, known
from tests.samples import pdf

MAILING = known("mailing of Toronto")
POSTED = known("letter to Claire")
# Nobody but the registry and Farida may ever be shown it.
LINES = ["7 RUE DE LA SENTINELLE", "MONTRÉAL QC  H2X 1Y4"]


async def put_posted(portal: Parts, now: datetime) -> None:
    """Put them there, with the mailing's file in the store."""
    data = pdf()
    key, day = new_key(), now.date()
    put(portal.store, key, data)
    async with portal.database.system_transaction() as session:
        recorded = {"recorded_by": RENEE.id, "recorded_by_name": RENEE.name}
        session.add(PostalAddress(person_id=FARIDA.id, lines=LINES, **recorded))
        kept = {"pdf_key": key, "pdf_sha256": hashlib.sha256(data).hexdigest()}
        kept |= {"pdf_size": len(data), "made_by_name": RENEE.name, "letters": 1}
        where = {"division": "rpd", "office": "toronto", "day": day}
        session.add(Mailing(id=MAILING, **where, **kept))
        await session.flush()
        service = await session.scalar(
            sa.select(Service.id).where(Service.person_id == CLAIRE.id, Service.case_id == NOOR)
        )
        printed = {"mailing_id": MAILING, "place": 1, "lines": LINES, "country": "CA"}
        posted = {"posted_on": day, "posted_at": now, "posted_by": RENEE.id}
        posted |= {"posted_by_name": RENEE.name, "deemed_on": day, "deemed_rule": "rpd_mail"}
        asked = {"why": "asked", "asked_by_name": RENEE.name}
        session.add(
            Letter(id=POSTED, service_id=service, case_id=NOOR, **asked, **printed, **posted)
        )
