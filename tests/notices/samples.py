"""One notice of every kind, with facts no mail may ever show."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from notices.document import Letterhead
from notices.facts import Both, Kind, Moment
from notices.issuing import By, Recipient, issue
from notices.kinds import (
    CorrectionRequested,
    DocumentAccepted,
    DocumentNotAccepted,
    DocumentReceived,
    DocumentRefused,
    DocumentWithdrawn,
    GeneralLetter,
    HearingCancelled,
    HearingMoved,
    NoticeToAppear,
    WithdrawalRefused,
)
from notices.model import Notice
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, FARIDA, NOOR, RENEE

NOW = datetime(2026, 11, 21, 22, 5, tzinfo=UTC)
HEARD = Moment(datetime(2026, 12, 3, 14, 0, tzinfo=UTC), "America/Toronto")
CLAIM = Both("Hearing of the refugee claim", "Audience de la demande d’asile")

SAMPLES: tuple[Kind, ...] = (
    NoticeToAppear(
        file_number="TC6-01482/83",
        division="rpd",
        hearing=CLAIM,
        starts=HEARD,
        mode="video",
        interpreter=Both("Dari", "dari"),
        documents_due=date(2026, 11, 23),
    ),
    HearingMoved(
        file_number="TC6-01482/83",
        division="rad",
        hearing=CLAIM,
        was=HEARD,
        starts=Moment(datetime(2026, 12, 10, 18, 30, tzinfo=UTC), "America/St_Johns"),
        mode="in_person",
        place=Both("Room 7, 1 Front Street West", "Salle 7, 1, rue Front Ouest"),
        reason=Both("Counsel asked for another date.", "Le conseil a demandé une autre date."),
    ),
    HearingCancelled(file_number="TC6-01482/83", division="rpd", hearing=CLAIM, was=HEARD),
    DocumentReceived(
        file_number="TC6-01482/83",
        division="rpd",
        received=HEARD,
        receipt="R-4K7M-22",
        filed_by="Amira Haddad",
        filed_for="Claire Tremblay",
        documents=("Country evidence, Kabul", "Affidavit of F. Noor"),
    ),
    DocumentNotAccepted(
        file_number="TC6-01482/83",
        division="rpd",
        received=HEARD,
        receipt="R-4K7M-22",
        document="Identity card",
        problem="infected",
    ),
    DocumentAccepted(
        file_number="TC6-01482/83",
        division="rpd",
        received=HEARD,
        receipt="R-4K7M-22",
        documents=("Affidavit of F. Noor",),
    ),
    CorrectionRequested(
        file_number="TC6-01482/83",
        division="rpd",
        received=HEARD,
        receipt="R-4K7M-22",
        documents=("Affidavit of F. Noor", "Letter of the clinic"),
        reason=Both("Its pages are not numbered.", "Ses pages ne sont pas numérotées."),
        mend=Both("Number them.", "Numérotez-les."),
        words="From page 3 on.",
    ),
    DocumentRefused(
        file_number="TC6-01482/83",
        division="rpd",
        received=HEARD,
        receipt="R-4K7M-22",
        documents=("Affidavit of F. Noor",),
        reason=Both("It belongs to another case.", "Il concerne un autre dossier."),
        mend=Both("File it there.", "Déposez-le là."),
    ),
    DocumentWithdrawn(
        file_number="TC6-01482/83",
        division="rpd",
        withdrawn=HEARD,
        withdrawn_by="Amira Haddad",
        withdrawn_for="Claire Tremblay",
        document="Letter of the clinic",
        why="It was filed twice.",
        received=HEARD,
        receipt="R-4K7M-22",
    ),
    WithdrawalRefused(
        file_number="TC6-01482/83",
        division="rpd",
        asked=HEARD,
        document="Letter of the clinic",
        remark="The member has relied on it.",
        receipt="R-4K7M-22",
    ),
    GeneralLetter(
        file_number="TC6-01482/83",
        division="iad",
        subject=Both("Your new address", "Votre nouvelle adresse"),
        body=Both("We need it.\n\nPlease write.", "Il nous la faut.\n\nÉcrivez-nous."),
        answer_by=date(2026, 12, 1),
    ),
)
APPEAR = SAMPLES[0]

HEAD = Letterhead(
    tribunal=Both("Demonstration Tribunal", "Tribunal de démonstration"),
    office=Both("Toronto registry", "Greffe de Toronto"),
    number="N-7K2M-94QX",
    issued=Moment(NOW, "America/Toronto"),
)

COUNSEL = Recipient(
    person_id=CLAIRE.id,
    name=CLAIRE.name,
    capacity="service",
    why="counsel_of_record",
    language="en",
    address=CLAIRE.email,
)
DELEGATE = Recipient(
    person_id=AMIRA.id,
    name=AMIRA.name,
    capacity="copy",
    why="delegate",
    language="fr",
    address=AMIRA.email,
    delegation_id=CLAIRE_TO_AMIRA,
)
CLAIMANT = Recipient(
    person_id=FARIDA.id, name=FARIDA.name, capacity="copy", why="party", language="fr"
)
REGISTRY = By(RENEE.id, RENEE.name)


async def issue_sample(
    session: AsyncSession,
    facts: Kind = APPEAR,
    **change: Any,
) -> Notice:
    """Issue a notice to counsel, her delegate and the claimant, who has no address."""
    usual: dict[str, Any] = {
        "facts": facts,
        "notice_id": uuid4(),
        "case_id": NOOR,
        "language": "en",
        "recipients": [COUNSEL, DELEGATE, CLAIMANT],
        "issued_by": REGISTRY,
        "now": NOW,
    }
    return await issue(session, **{**usual, **change})
