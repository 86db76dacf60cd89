"""The cases of the demonstration: who they are about, where, and who stands in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.models import Case, Party, Role
from portal.people.demo import (
    CLAIRE,
    DINA,
    FARIDA,
    GENEVIEVE,
    LOUIS,
    LUC,
    MARC,
    MARGARET,
    MARIE,
    YONAS,
    DemoPerson,
    demo_id,
)
from portal.registry.closing import close_case
from portal.registry.opening import NewCase, NewParty, coming_of_age, open_new_case, title_for
from portal.registry.recording import NewStanding, record_standing
from portal.seeding.stage import Stage
from portal.seeding.times import local

OFFICES = {"t": "toronto", "m": "montreal", "v": "vancouver", "c": "calgary"}
MINISTERS = Role.ministers_counsel
ROLES = {
    "claimant": Role.party,
    "counsel": Role.counsel,
    "representative": Role.designated_representative,
}
HOW = {
    Role.counsel: "counsel of record",
    Role.ministers_counsel: "the Minister intervenes",
    Role.party: "invited by letter",
    Role.designated_representative: "designated by the Division (IRPA 167(2))",
}


@dataclass(frozen=True)
class DemoCase:
    """One case; whoever of its people may sign in stands in it."""

    key: str
    division: str
    office: str
    language: str
    opened_days_ago: int
    standing: Sequence[tuple[DemoPerson, Role]]
    parties: Sequence[NewParty]

    @property
    def id(self) -> UUID:
        """Its id, the same in every demonstration."""
        return demo_id(f"case {self.key}")

    @property
    def officer(self) -> DemoPerson:
        """Who keeps it at the registry."""
        return MARGARET if self.division == "rpd" else LUC


def _case(where: str, days: int, people: Sequence[DemoPerson], *parties: str) -> DemoCase:
    """`where`: "rpd t en noor"; each of `parties`: "Name; file number; interpretation; born"."""
    division, office, language, key = where.split(" ")
    claims = [_party(*one.split("; ")) for one in parties]
    standing = [(one, MINISTERS if one is MARC else ROLES[one.calling]) for one in people]
    return DemoCase(key, division, OFFICES[office], language, days, standing, claims)


def _party(name: str, number: str, interpretation: str = "", born: str = "") -> NewParty:
    uci = f"11-{int(demo_id(number)) % 9000 + 1000}-{int(demo_id(name)) % 9000 + 1000}"
    return NewParty(
        name=name,
        file_number=number,
        uci=uci,
        born_on=date.fromisoformat(born) if born else None,
        interpretation=interpretation or None,
    )


# fmt: off
CASES = (
    _case("rpd t en noor", 96, (CLAIRE, FARIDA), "Farida Noor; TC6-01482; Dari",
          "Laila Noor; TC6-01483; Dari; 2015-03-09", "Sami Noor; TC6-01484; Dari; 2018-10-27"),
    _case("rpd t en barzani", 71, (CLAIRE, DINA),
          "Rojîn Barzanî; TC6-01377; Sorani; 2010-02-14", "Dîlan Barzanî; TC6-01378; Sorani; 2013-07-30"),
    _case("rpd v en tekle", 64, (YONAS,), "Yonas Tekle; VC6-00231; Tigrinya"),
    _case("rpd m fr desir", 58, (MARIE,), "Marie-Josette Désir; MC6-00917; Haitian Creole"),
    _case("rpd t en shevchenko", 120, (CLAIRE,),
          "Oksana Shevchenko; TC6-01120; Ukrainian", "Bohdan Shevchenko; TC6-01121; Ukrainian"),
    _case("rpd t en hosseini", 133, (CLAIRE, MARC), "Reza Hosseini; TC6-00986; Farsi"),
    _case("rpd t en ozturk", 240, (CLAIRE,), "Zeynep Öztürk; TC5-08841; Turkish"),
    _case("rpd m fr guzman", 88, (GENEVIEVE,),
          "Guzmán Peña, Lucía; MC6-00744; Spanish", "Guzmán Peña, Mateo; MC6-00745; Spanish; 2016-05-02"),
    _case("rpd m fr jean-baptiste", 47, (GENEVIEVE,), "Wilner Jean-Baptiste; MC6-00968; Haitian Creole"),
    _case("rpd v en al-masri", 102, (LOUIS,), "Rania Al-Masri; VC6-00198; Arabic"),
    _case("rpd v en moreno", 75, (LOUIS,), "Moreno Vélez, Andrés; VC6-00240; Spanish"),
    _case("rpd v en moreno-sofia", 73, (LOUIS,), "Moreno Vélez, Sofía; VC6-00246; Spanish"),
    _case("rpd c en abdi", 110, (LOUIS,), "Hodan Abdi; VC6-00177; Somali"),
    _case("rpd c en gebremedhin", 52, (LOUIS,), "Selam Gebremedhin; VC6-00259; Tigrinya"),
    # Refused; Louis has appealed.
    _case("rpd v en negash", 150, (LOUIS,), "Dawit Negash; VC6-00104; Tigrinya"),
    # Without counsel and without an account: what the tribunal tells him goes by post.
    _case("rpd t en haile", 35, (), "Biniam Haile; TC6-01533; Tigrinya"),
    _case("rad t en rahimi", 61, (CLAIRE,), "Parisa Rahimi; TC5-07412; Farsi"),
    _case("rad m fr kovalenko", 54, (GENEVIEVE,), "Iryna Kovalenko; MC5-03199; Ukrainian"),
    _case("rad v en osman", 40, (LOUIS, MARC), "Mahad Osman; VC5-00902; Somali"),
    _case("rad m fr fleurant", 33, (GENEVIEVE,), "Fabienne Fleurant; MC5-03240"),
    _case("id c en ramirez", 9, (LOUIS, MARC), "Joaquín Ramírez; 0001-C6-00417; Spanish"),
    _case("id t en petrenko", 26, (CLAIRE, MARC), "Taras Petrenko; 0003-C6-00388; Ukrainian"),
    _case("id m fr diallo", 30, (GENEVIEVE, MARC), "Aïssatou Diallo; 0018-C6-00152"),
    _case("id v en singh", 6, (MARC,), "Gurpreet Singh; 0001-C6-00421; Punjabi"),
    _case("iad t en tadesse", 190, (CLAIRE, MARC), "Almaz Tadesse; TC6-20311; Amharic"),
    _case("iad v en nguyen", 175, (LOUIS, MARC), "Nguyễn, Thị Hương; VC6-20118; Vietnamese"),
    _case("iad m fr da-costa", 160, (GENEVIEVE, MARC), "da Costa, Inês; MC6-20087; Portuguese"),
    _case("iad c en zielinska", 84, (LOUIS, MARC), "Małgorzata Zielińska; VC6-20133; Polish"),
)
# fmt: on
CASE = {case.key: case for case in CASES}
# Heard together: the second with the first.
JOINED = (("moreno", "moreno-sofia"),)


def plan_cases(stage: Stage) -> None:
    """The registry opens every case, and records who stands in it as they come."""
    for number, case in enumerate(CASES):
        opened = local(stage.now, case.office, -case.opened_days_ago, f"{9 + number % 7}:17")
        stage.plan(opened, case.officer.id, partial(_open, case))
        for later, (person, role) in enumerate(case.standing, start=1):
            moment = opened + timedelta(days=2 * later, hours=1)
            deed = partial(_record, case, person, role)
            stage.plan(min(moment, stage.now - timedelta(days=4)), case.officer.id, deed)

    for lead, other in JOINED:
        stage.dates.append(
            sa.update(Case).where(Case.id == CASE[other].id).values(joined_to=CASE[lead].id)
        )
    ended = local(stage.now, "toronto", -60, "11:40")
    stage.plan(ended, MARGARET.id, partial(_close, CASE["ozturk"]))


async def _close(case: DemoCase, session: AsyncSession, moment: datetime) -> None:
    """A case that was decided stays readable to its parties."""
    closed = await session.get_one(Case, case.id)
    await close_case(session, closed, by=Actor(case.officer.id, case.officer.name), now=moment)


async def _open(case: DemoCase, session: AsyncSession, moment: datetime) -> None:
    new = NewCase(
        id=case.id,
        division=case.division,
        office=case.office,
        language=case.language,
        title=title_for(case.parties, language=case.language, today=moment.date()),
        parties=case.parties,
    )
    officer = Actor(case.officer.id, case.officer.name)
    await open_new_case(session, new, by=officer, now=moment)


async def _record(
    case: DemoCase, person: DemoPerson, role: Role, session: AsyncSession, moment: datetime
) -> None:
    ends_at = None
    if role == Role.designated_representative:
        # It ends when the youngest comes of age (RPD Rules, r. 20).
        last = max(party.born_on for party in case.parties if party.born_on)
        ends_at = local(moment, case.office, (coming_of_age(last) - moment.date()).days, "0:00")
    new = NewStanding(
        id=demo_id(f"standing {case.key} {person.email}"),
        case_id=case.id,
        role=role,
        began_how=HOW[role],
        ends_at=ends_at,
        party_id=await _own_claim(session, case, person) if role == Role.party else None,
    )
    officer = Actor(case.officer.id, case.officer.name)
    await record_standing(session, new, person_id=person.id, by=officer, now=moment)


async def _own_claim(session: AsyncSession, case: DemoCase, person: DemoPerson) -> UUID | None:
    return await session.scalar(
        sa.select(Party.id).where(Party.case_id == case.id, Party.name == person.name)
    )
