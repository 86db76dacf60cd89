"""What the registry has had its say about: a sealed document, and an accepted one asked back."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import Document, Review, Seal, SealReader, Submission, Withdrawal
from portal.parts import Parts
from storage.objects import new_key, put
from tests.cast import CLAIRE, NOOR, RENEE, known
from tests.samples import pdf

REVIEWED = known("submission of Claire, reviewed")
SEALED, ACCEPTED = known("sealed"), known("accepted")
WISH = known("wish to have it back")


async def put_reviewed(session: AsyncSession, portal: Parts, now: datetime) -> None:
    """Claire filed both; one is sealed for her alone, the other she asks back."""
    session.add(
        Submission(
            id=REVIEWED,
            case_id=NOOR,
            drafted_by=CLAIRE.id,
            principal_id=CLAIRE.id,
            receipt="R-CD56-78",
            filed_at=now - timedelta(hours=4),
            filed_by=CLAIRE.id,
            filer_name=CLAIRE.name,
            principal_name=CLAIRE.name,
        )
    )
    await session.flush()
    data = pdf()
    clean = {"state": "clean", "reason": "clean", "judged_at": now, "scanned_with": "ClamAV 1.4/1"}
    for key, name in ((SEALED, "sealed.pdf"), (ACCEPTED, "letter.pdf")):
        stored = new_key()
        put(portal.store, stored, data)
        session.add(
            Document(
                id=key,
                case_id=NOOR,
                submission_id=REVIEWED,
                name=name,
                type="other",
                language="en",
                size=len(data),
                scanned_size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                media_type="application/pdf",
                object_key=stored,
                kept_by=CLAIRE.id,
                **clean,
            )
        )
    await session.flush()
    by = {"reviewed_by": RENEE.id, "reviewed_by_name": RENEE.name}
    session.add(Review(document_id=ACCEPTED, case_id=NOOR, outcome="accepted", **by))
    await session.flush()
    seal = Seal(document_id=SEALED, case_id=NOOR, why="order of the member", sealed_by=RENEE.id)
    seal.sealed_by_name = RENEE.name
    asked = {"asked_by": CLAIRE.id, "asked_by_name": CLAIRE.name}
    wish = Withdrawal(id=WISH, document_id=ACCEPTED, case_id=NOOR, why="filed twice", **asked)
    session.add_all([seal, wish])
    await session.flush()
    who = {"person_id": CLAIRE.id, "name": CLAIRE.name}
    session.add(SealReader(seal_id=seal.id, case_id=NOOR, **who))
    await session.flush()
