"""A case of its own for one test: a claimant, her child without an account, counsel, the other side."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from portal.models import Account, Case, Party, Person, Standing
from portal.parts import Parts
from tests.cast import CHEAP, MARC, PASSWORD, RENEE, Character, hearing, known


@dataclass(frozen=True)
class Family:
    """Who is in it, and where."""

    case: UUID
    number: str
    claimant: Character
    child: str
    counsel: Character
    newcomer: Character

    @property
    def path(self) -> str:
        """The case's page."""
        return f"/cases/{self.case}"


async def gather(portal: Parts, tag: str, language: str) -> Family:
    """Write everybody down; `tag` makes their names and numbers their own."""
    name = f"Okoye{tag}"
    family = Family(
        case=known(f"case {tag}"),
        number=f"TC9-{tag}".upper(),
        claimant=Character(f"Grace {name}", f"grace.{tag}@example.org", "claimant", language),
        child=f"Ada {name}",
        counsel=Character(f"Ines Costa {tag}", f"ines.{tag}@example.org", "counsel", language),
        newcomer=Character(f"Omar Aziz {tag}", f"omar.{tag}@example.org", "counsel", language),
    )
    now = datetime.now(UTC)
    async with portal.database.system_transaction() as session:
        people = (family.claimant, family.counsel, family.newcomer)
        for one in people:
            session.add(
                Person(id=one.id, name=one.name, calling=one.calling, language=one.language)
            )
        opened = {"language": language, "opened_at": now, "opened_by": RENEE.id}
        title = f"{name}, G."
        session.add(Case(id=family.case, division="rpd", office="toronto", title=title, **opened))
        await session.flush()
        hashed = CHEAP.hash(PASSWORD)
        session.add_all(
            [Account(person_id=one.id, email=one.email, password_hash=hashed) for one in people]
        )
        for number, who, person in (
            (family.number, family.claimant.name, family.claimant.id),
            (f"{family.number}B", family.child, None),
        ):
            session.add(Party(case_id=family.case, name=who, file_number=number, person_id=person))
        for one, role in (
            (family.claimant, "party"),
            (family.counsel, "counsel"),
            (MARC, "ministers_counsel"),
        ):
            since = now - timedelta(days=5)
            given = {"starts_at": since, "began_how": "recorded", "recorded_by": RENEE.id}
            session.add(Standing(case_id=family.case, person_id=one.id, role=role, **given))
        session.add(hearing(family.case, known(f"hearing {tag}"), days=40))
    return family
