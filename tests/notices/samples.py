"""One notice of every kind, with facts no mail may ever show."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from notices.document import Letterhead
from notices.facts import Both, Kind, Moment
from notices.issuing import By, Recipient, issue
from notices.kinds.appeal_acknowledged import AppealAcknowledged
from notices.kinds.correction_requested import CorrectionRequested
from notices.kinds.counsel_changed import CounselChanged
from notices.kinds.deadline_set import DeadlineSet
from notices.kinds.decision import Decision
from notices.kinds.document_accepted import DocumentAccepted
from notices.kinds.document_not_accepted import DocumentNotAccepted
from notices.kinds.document_received import DocumentReceived
from notices.kinds.document_refused import DocumentRefused
from notices.kinds.document_withdrawn import DocumentWithdrawn
from notices.kinds.general_letter import GeneralLetter
from notices.kinds.hearing_cancelled import HearingCancelled
from notices.kinds.hearing_changed import HearingChanged
from notices.kinds.hearing_moved import HearingMoved
from notices.kinds.notice_to_appear import NoticeToAppear
from notices.kinds.request_decided import RequestDecided
from notices.kinds.request_for_information import RequestForInformation
from notices.kinds.withdrawal_refused import WithdrawalRefused
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
    HearingChanged(
        file_number="TC6-01482/83",
        division="rpd",
        hearing=CLAIM,
        starts=HEARD,
        mode="video",
        what=Both("The link for joining by video", "Le lien pour participer par vidéo"),
        reason=Both("The first link did not work.", "Le premier lien ne fonctionnait pas."),
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
    RequestDecided(
        file_number="TC6-01482/83",
        division="rpd",
        request="Q-7K2M-94QX",
        asked=Moment(NOW, "America/Toronto"),
        asked_by="Amira Haddad",
        asked_for="Claire Tremblay",
        about=Both("Another date or time for a hearing", "Autre date ou heure d’audience"),
        what=Both("Another date than 3 December 2026", "Une autre date que le 3 décembre 2026"),
        outcome="refused",
        why=Both("Two of the three dates are holidays.", "Deux des trois dates sont fériées."),
        now=Both("You must come on the date that is set.", "Vous devez venir à la date fixée."),
        rule=Both("RPD Rules, r. 54", "Règles de la SPR, art. 54"),
    ),
    WithdrawalRefused(
        file_number="TC6-01482/83",
        division="rpd",
        asked=HEARD,
        document="Letter of the clinic",
        remark="The member has relied on it.",
        receipt="R-4K7M-22",
    ),
    RequestForInformation(
        file_number="TC6-01482/83",
        division="id",
        wanted=Both(
            "Your address since 2024.\n\nA copy of your identity card.",
            "Votre adresse depuis 2024.\n\nUne copie de votre carte d’identité.",
        ),
        answer_by=date(2026, 12, 1),
        why=Both("The two addresses differ.", "Les deux adresses diffèrent."),
        without=Both("We decide without it.", "Nous déciderons sans cela."),
    ),
    DeadlineSet(
        file_number="TC6-01482/83",
        division="rpd",
        task=Both("Send your documents.", "Envoyez vos documents."),
        due=date(2026, 12, 1),
        was=date(2026, 11, 24),
        reason=Both("You asked for it.", "Vous l’avez demandé."),
    ),
    Decision(
        file_number="TC6-01482/83",
        division="rpd",
        decided=date(2026, 11, 20),
        outcome=Both("Your claim is rejected.", "Votre demande est rejetée."),
        reasons="in_case",
        appeal=Both(
            "File a notice of appeal with the Refugee Appeal Division.",
            "Déposez un avis d’appel auprès de la Section d’appel des réfugiés.",
        ),
        appeal_by=date(2026, 12, 7),
    ),
    CounselChanged(
        file_number="TC6-01482/83",
        division="rad",
        since=date(2026, 11, 20),
        counsel="Claire Tremblay",
        former="Louis Gagnon",
    ),
    AppealAcknowledged(
        file_number="TC6-01482/83",
        division="rad",
        received=date(2026, 11, 20),
        against=Both("Decision of 2 November 2026", "Décision du 2 novembre 2026"),
        record_by=date(2026, 12, 15),
        next_step=Both("A member reads it.", "Un commissaire le lit."),
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
    sign_in="https://portal.example/sign-in",
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
