"""The people of the tests, by name, and the cases they share or must never see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import (
    Account,
    Answer,
    Case,
    Delegation,
    DelegationCase,
    Hearing,
    Party,
    Person,
    Posting,
    Standing,
)

NAMES = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
PASSWORD = "correct horse battery staple"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
TORONTO = ZoneInfo("America/Toronto")


def known(name: str) -> UUID:
    """The same id for the same name, in every test database."""
    return uuid5(NAMES, name)


@dataclass(frozen=True)
class Character:
    """One person of the cast."""

    name: str
    email: str
    calling: str
    language: str = "en"

    @property
    def id(self) -> UUID:
        """His or her id."""
        return known(self.email)


# Claire is counsel of record for the Noor family; Amira files for her, Jonas only looks.
CLAIRE = Character("Claire Tremblay", "claire@example.org", "counsel")
AMIRA = Character("Amira Haddad", "amira@example.org", "delegate")
JONAS = Character("Jonas Roy", "jonas@example.org", "delegate", "fr")
# Farida is the claimant; Dina stands for her children as designated representative.
FARIDA = Character("Farida Noor", "farida@example.org", "claimant", "fr")
DINA = Character("Dina Reyes", "dina@example.org", "representative")
# Marc is the Minister's counsel in the same case.
MARC = Character("Marc Dubois", "marc@example.org", "counsel", "fr")
# Louis is counsel in another case and must never see the Noors'.
LOUIS = Character("Louis Okafor", "louis@example.org", "counsel")
# Renée keeps the files of the RPD; Victor those of the Appeal Division, and not hers.
RENEE = Character("Renée Gagnon", "renee@example.org", "registry", "fr")
VICTOR = Character("Victor Chan", "victor@example.org", "registry")
# Sam has an account and nothing else.
SAM = Character("Sam Stranger", "sam@example.org", "counsel")

EVERYBODY = (CLAIRE, AMIRA, JONAS, FARIDA, DINA, MARC, LOUIS, RENEE, VICTOR, SAM)

NOOR = known("case Noor")
OKAFOR = known("case of Louis's client")
HEARING = known("hearing Noor")
CLAIRE_TO_AMIRA = known("delegation Claire to Amira")
CLAIRE_TO_JONAS = known("delegation Claire to Jonas")


async def appear(session: AsyncSession) -> None:
    """Write the whole cast; the session is a system one."""
    now = datetime.now(UTC)
    hashed = CHEAP.hash(PASSWORD)
    for one in EVERYBODY:
        session.add(Person(id=one.id, name=one.name, calling=one.calling, language=one.language))
    await session.flush()
    for one in EVERYBODY:
        session.add(Account(person_id=one.id, email=one.email, password_hash=hashed))
    session.add(Posting(person_id=RENEE.id, division="rpd", starts_at=now - timedelta(days=900)))
    session.add(Posting(person_id=VICTOR.id, division="rad", starts_at=now - timedelta(days=900)))
    await session.flush()
    _cases(session, now)
    await session.flush()
    _standings(session, now)
    _delegations(session, now)
    await session.flush()
    _answers(session, now)
    session.add(hearing(NOOR, HEARING, days=12))
    await session.flush()


def _cases(session: AsyncSession, now: datetime) -> None:
    opened = {"language": "en", "opened_at": now - timedelta(days=90), "opened_by": RENEE.id}
    session.add(
        Case(id=NOOR, division="rpd", office="toronto", title="Noor, F. and two children", **opened)
    )
    session.add(Case(id=OKAFOR, division="rpd", office="vancouver", title="Abebe, T.", **opened))
    for number, name in (("TC6-01482", "Farida Noor"), ("TC6-01483", "Laila Noor")):
        session.add(
            Party(
                id=known(number),
                case_id=NOOR,
                person_id=FARIDA.id if name == FARIDA.name else None,
                name=name,
                file_number=number,
                uci="11-2233-4455",
                interpretation="Dari",
            )
        )
    session.add(Party(id=known("V"), case_id=OKAFOR, name="Tesfaye Abebe", file_number="VC6-00071"))


def _standings(session: AsyncSession, now: datetime) -> None:
    for person, case, role in (
        (CLAIRE, NOOR, "counsel"),
        (FARIDA, NOOR, "party"),
        (DINA, NOOR, "designated_representative"),
        (MARC, NOOR, "ministers_counsel"),
        (LOUIS, OKAFOR, "counsel"),
    ):
        session.add(
            Standing(
                id=known(f"standing {person.email}"),
                case_id=case,
                person_id=person.id,
                role=role,
                starts_at=now - timedelta(days=80),
                began_how="recorded by the registry",
                recorded_by=RENEE.id,
            )
        )


def _delegations(session: AsyncSession, now: datetime) -> None:
    for key, delegate, rights, everything in (
        (CLAIRE_TO_AMIRA, AMIRA, ["see", "read", "prepare", "file", "receive"], True),
        (CLAIRE_TO_JONAS, JONAS, ["see"], False),
    ):
        session.add(
            Delegation(
                id=key,
                grantor_id=CLAIRE.id,
                invited_email=delegate.email,
                rights=rights,
                all_cases=everything,
                starts_at=now - timedelta(days=30),
                ends_at=now + timedelta(days=300),
                reason="works in my office",
                offered_by=CLAIRE.id,
                offered_at=now - timedelta(days=30),
                open_until=now - timedelta(days=23),
            )
        )


def _answers(session: AsyncSession, now: datetime) -> None:
    for key, delegate in ((CLAIRE_TO_AMIRA, AMIRA), (CLAIRE_TO_JONAS, JONAS)):
        session.add(
            Answer(
                delegation_id=key,
                person_id=delegate.id,
                accepted_at=now - timedelta(days=29),
                undertaking="2026-11",
            )
        )
    session.add(DelegationCase(delegation_id=CLAIRE_TO_JONAS, case_id=NOOR))


def hearing(case: UUID, key: UUID, *, days: int) -> Hearing:
    """A hearing at nine in the morning, Toronto time, so many days from now."""
    day = (datetime.now(TORONTO) + timedelta(days=days)).date()
    local = datetime.combine(day, datetime.min.time()).replace(hour=9)
    return Hearing(
        id=key,
        case_id=case,
        local_start=local,
        zone="America/Toronto",
        starts_at=local.replace(tzinfo=TORONTO).astimezone(UTC),
        minutes=180,
        mode="video",
        link="https://video.example.org/noor",
        interpreter="Dari",
        scheduled_by=RENEE.id,
    )


async def lend(
    session: AsyncSession,
    grantor: Character,
    delegate: Character,
    *,
    rights: Sequence[str] = ("see", "read"),
    cases: Sequence[UUID] = (),
    key: UUID | None = None,
    days: int = 300,
    answered: bool = True,
) -> UUID:
    """This person lent that one something, accepted a day ago; no cases named means all."""
    now, key = datetime.now(UTC), key or uuid4()
    session.add(
        Delegation(
            id=key,
            grantor_id=grantor.id,
            invited_email=delegate.email,
            rights=list(rights),
            all_cases=not cases,
            starts_at=now - timedelta(days=2),
            ends_at=now + timedelta(days=days),
            reason="works for both",
            offered_by=grantor.id,
            offered_at=now - timedelta(days=2),
            open_until=now + timedelta(days=5),
        )
    )
    await session.flush()
    if answered:
        accepted = {"accepted_at": now - timedelta(days=1), "undertaking": "2026-11"}
        session.add(Answer(delegation_id=key, person_id=delegate.id, **accepted))
    session.add_all([DelegationCase(delegation_id=key, case_id=case) for case in cases])
    await session.flush()
    return key
