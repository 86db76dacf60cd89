"""Stating: what an ending ended, with the number and hash of every entry that proves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.document import Table, register
from notices.facts import Moment
from portal.delegations.selecting import delegations
from portal.gate import Unknown
from portal.models import Case, Delegation, Ending, Entry, Person
from portal.parts import Parts
from portal.web.formatting import Formatting
from portal.web.language import N_, say
from storage.bundle import bundle

# As the pages call the rights.
RIGHTS = {
    "see": N_("see"),
    "read": N_("read"),
    "prepare": N_("prepare"),
    "file": N_("file"),
    "receive": N_("receive notices"),
    "request": N_("make requests"),
    "delegate": N_("manage access"),
}
PROVES = N_(
    "Each entry stands in the history of its case under this number. Its hash covers the entry and "
    "all entries before it: whoever changed one of them would change the hash."
)


@dataclass(frozen=True)
class Statement:
    """One ending: who ended what for whom, and the proof."""

    ending: Any
    loans: Sequence[Any]
    entries: Sequence[Any]


async def read_statement(session: AsyncSession, ending_id: UUID) -> Statement:
    """An ending of mine, or in the name of whom I manage access; else Unknown."""
    proving = Entry.facts["ending_id"].astext == str(ending_id)
    ended = (
        sa.select(sa.func.jsonb_array_elements_text(Entry.facts["delegations"]).label("id"))
        .where(Entry.facts.has_key("ending_id"), proving)
        .subquery()
    )
    found = await bundle(
        session,
        ending=sa.select(
            Ending.id,
            Ending.ended_at,
            Ending.ended_by,
            Ending.ended_by_name,
            Ending.grantor_id,
            Person.name.label("grantor_name"),
        )
        .outerjoin(Person, Person.id == Ending.grantor_id)
        .where(Ending.id == ending_id),
        loans=delegations()
        .where(
            sa.or_(
                Delegation.ending_id == ending_id,
                Delegation.id.in_(sa.select(sa.cast(ended.c.id, sa.Uuid))),
            )
        )
        .order_by(Delegation.offered_at),
        entries=_entries(proving),
    )
    if not found.ending:
        raise Unknown
    return Statement(found.ending[0], found.loans, found.entries)


def _entries(proving: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Entry.case_id,
            Entry.number,
            Entry.at,
            sa.func.encode(Entry.hash, "hex").label("hash"),
            Entry.facts["name"].astext.label("names"),
            Case.title,
        )
        .join(Case, Case.id == Entry.case_id)
        .where(Entry.facts.has_key("ending_id"), proving)
        .order_by(Case.title)
    )


def typeset_statement(stated: Statement, portal: Parts, f: Formatting) -> bytes:
    """The statement as an accessible PDF; work for a thread, outside any transaction."""
    ending = stated.ending
    rows = [
        (N_("Ended"), f.moment(ending.ended_at)),
        (N_("By"), ending.ended_by_name),
        (N_("In the name of"), ending.grantor_name or ""),
        (N_("Statement number"), str(ending.id)),
    ]
    return register(
        "fr" if f.language == "fr" else "en",
        title=say(f.language, N_("Statement of ended access")),
        tribunal=portal.tribunal(f.language),
        made=Moment(ending.ended_at, f.zone),
        rows=[(say(f.language, label), text) for label, text in rows],
        tables=[_loans(stated, f), _proof(stated, f)],
        note=say(f.language, PROVES),
    )


def _loans(stated: Statement, f: Formatting) -> Table:
    heads = (N_("To"), N_("Could"), N_("Until"))
    lines = [
        (
            said_to(loan),
            ", ".join(say(f.language, RIGHTS[right]) for right in RIGHTS if right in loan.rights),
            f.day(f.local_day(loan.ends_at, loan.zone)),
        )
        for loan in stated.loans
    ]
    return Table(say(f.language, N_("What ended")), [say(f.language, one) for one in heads], lines)


def _proof(stated: Statement, f: Formatting) -> Table:
    heads = (N_("Case"), N_("Who lost it"), N_("Entry"))
    lines = [
        (entry.title, entry.names, f"{entry.number} · {entry.hash}") for entry in stated.entries
    ]
    said = [say(f.language, one) for one in heads]
    return Table(say(f.language, N_("The entries that prove it")), said, lines)


def said_to(loan: Any) -> str:  # noqa: ANN401 - a row
    """The team, the people who accepted, or the address that never did."""
    names = [one["name"] for one in loan.answers or () if one["accepted_at"] and one["name"]]
    return loan.team_name or ", ".join(names) or loan.invited_email or ""
