"""Acknowledging: a notice to the appellant's side that the appeal came in, and what must follow."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Both
from notices.issuing import By, Recipient, issue
from notices.kinds.appeal_acknowledged import AppealAcknowledged
from notices.lettering import ask_letters
from notices.model import Notice
from portal.appeals.counting import local_day, record_due
from portal.audit import SYSTEM, record
from portal.documents.placing import holders
from portal.gate import hold_everybody
from portal.models import Appeal, Case, Party, Right
from portal.parts import Parts
from portal.registry.notices.known import joined
from portal.registry.opening import under_age
from portal.rules import rules
from portal.web.formatting import Formatting
from portal.web.language import N_, say

AGAINST = N_("Decision of the %(division)s of %(day)s")
UNDATED = N_("Decision of the %(division)s")
NEXT = N_(
    "The case of your appeal is open in the portal. Send the appellant’s record there: the page of "
    "the case says what belongs in it. When it is here, the appeal is perfected and a member "
    "decides, in most cases without a hearing."
)


async def acknowledge_appeal(portal: Parts, appeal_id: UUID) -> None:
    """Issue it to whoever receives notices in the appeal; done again, nothing."""
    async with portal.database.system_transaction() as session:
        appeal = await session.get(Appeal, appeal_id, with_for_update=True)
        if appeal is None:
            return
        case = await session.get_one(Case, appeal_id)
        notice_id = uuid5(appeal_id, AppealAcknowledged.code)
        await hold_everybody(session, [case.id])
        if await session.get(Notice, notice_id) is None:
            await _issue(session, notice_id, appeal, case)


async def _issue(session: AsyncSession, notice_id: UUID, appeal: Appeal, case: Case) -> None:
    parties = (await session.scalars(_parties(case))).all()
    people = await holders(session, case, Right.receive)
    people = [*people, *_by_letter(parties, people, case, appeal)]
    by = By(None, SYSTEM.name)
    notice = await issue(
        session,
        notice_id=notice_id,
        case_id=case.id,
        facts=await _facts(session, appeal, case, [one.file_number for one in parties]),
        language="fr" if case.language == "fr" else "en",
        recipients=people,
        issued_by=by,
        now=await session.scalar(sa.select(sa.func.now())),  # pyright: ignore[reportArgumentType]
    )
    await ask_letters(session, notice.id, people, by=by, now=notice.issued_at)
    told = {"notice_id": str(notice.id), "number": notice.number, "kind": notice.kind}
    await record(session, case.id, "notice.issued", by=SYSTEM, **told, people=len(people))


async def _facts(
    session: AsyncSession, appeal: Appeal, case: Case, numbers: list[str]
) -> AppealAcknowledged:
    decision = await session.get(Notice, appeal.decision_notice_id or UUID(int=0))
    return AppealAcknowledged(
        file_number=joined(numbers),
        division=case.division,
        received=local_day(appeal.filed_at, case.office),
        against=Both(*(_against(language, decision, case.office) for language in ("en", "fr"))),
        record_by=record_due(appeal.reasons_received_on, office=case.office).due,
        next_step=Both(say("en", NEXT), say("fr", NEXT)),
    )


def _against(language: str, decision: Notice | None, office: str) -> str:
    division = rules.divisions["rpd"].name[language]
    if decision is None:
        return say(language, UNDATED, division=division)
    day = date.fromisoformat(decision.facts["decided"])
    f = Formatting(language, rules.offices[office].zone)
    return say(language, AGAINST, division=division, day=f.day(day))


def _parties(case: Case) -> sa.Select[Party]:
    return sa.select(Party).where(Party.case_id == case.id).order_by(Party.file_number)


def _by_letter(
    parties: Sequence[Party], people: Sequence[Recipient], case: Case, appeal: Appeal
) -> list[Recipient]:
    """Grown appellants without an account, where no counsel is served for them: by post."""
    if any(one.why == "counsel_of_record" for one in people):
        return []
    today = local_day(appeal.filed_at, case.office)
    return [
        Recipient(
            person_id=None,
            party_id=one.id,
            name=one.name,
            capacity="service",
            why="party",
            language="fr" if case.language == "fr" else "en",
        )
        for one in parties
        if one.person_id is None and not (one.born_on and under_age(one.born_on, today))
    ]
