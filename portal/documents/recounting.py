"""Recounting: a document's whole life, told from its entries to those who may know each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.documents.reading import OneDocument
from portal.gate import Right
from portal.models import Document, Entry, Review, Seal, SealReader, Submission, Withdrawal
from storage.bundle import Bundle

MOST = 500


@dataclass(frozen=True)
class Life:
    """What became of one document, as far as its reader may know."""

    # The newest first.
    entries: Sequence[Any]
    reviews: Sequence[Any]
    withdrawals: Sequence[Any]
    # The seal that lasts, and who is named in it.
    seals: Sequence[Any]
    readers: Sequence[Any]
    # What was filed in its place, and in the place of what it was filed.
    replaced_by: Sequence[Any]
    replaces: Sequence[Any]
    # My rights in the name that it was filed in.
    mine: frozenset[Right]

    @property
    def review(self) -> Any | None:  # noqa: ANN401 - a row
        """The registry's word that counts."""
        return self.reviews[0] if self.reviews else None

    @property
    def withdrawal(self) -> Any | None:  # noqa: ANN401 - a row
        """The latest wish to take it back."""
        return self.withdrawals[0] if self.withdrawals else None


async def read_life(session: AsyncSession, found: OneDocument) -> Life:
    """Its life, in one question; row-level security leaves out what the reader may not know."""
    document, submission = found.document, found.submission
    lists = await _LIFE.read(
        session,
        case=document.case_id,
        document=document.id,
        text=str(document.id),
        submission=str(submission.id),
        replaces=submission.replaces_id,
        registry=found.opened.may(Right.administer),
    )
    chains = found.opened.authority.chains
    mine = [chain.rights for chain in chains if chain.principal_id == submission.principal_id]
    return Life(**vars(lists), mine=frozenset[Right]().union(*mine))


_CASE, _DOCUMENT = sa.bindparam("case", type_=sa.Uuid), sa.bindparam("document", type_=sa.Uuid)
_TEXT, _SUBMISSION = sa.bindparam("text", type_=sa.Text), sa.bindparam("submission", type_=sa.Text)
_REPLACES = sa.bindparam("replaces", type_=sa.Uuid)


def _entries() -> sa.Select[*tuple[Any, ...]]:
    facts = Entry.facts
    of_filing = sa.or_(
        facts["submission_id"].astext == _SUBMISSION, facts["replaces"].astext == _TEXT
    )
    about = sa.or_(
        facts["document_id"].astext == _TEXT,
        facts["documents"].has_key(_TEXT),
        sa.and_(Entry.act == "submission.filed", of_filing),
    )
    # Of what was read before sides were written down, only the registry knows who did.
    told = sa.or_(
        Entry.act != "document.read",
        facts.has_key("side"),
        sa.bindparam("registry", type_=sa.Boolean),
    )
    return (
        sa.select(
            Entry.number,
            Entry.at,
            Entry.act,
            Entry.actor_name,
            Entry.principal_name,
            facts,
            sa.func.coalesce(facts["replaces"].astext == _TEXT, sa.false()).label("replaced"),
        )
        .where(Entry.case_id == _CASE, about, told)
        .order_by(Entry.number.desc())
        .limit(MOST)
    )


def _named(document: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Document.id,
            Document.name,
            Document.title,
            Submission.filed_at,
            Submission.filer_name,
            Submission.principal_name,
        )
        .join(Submission, Submission.id == Document.submission_id)
        .where(document, Submission.filed_at.is_not(None), Document.removed_at.is_(None))
        .order_by(Submission.filed_at, Document.position)
    )


_LIFE = Bundle(
    entries=_entries(),
    reviews=sa.select(Review).where(Review.document_id == _DOCUMENT).order_by(Review.number.desc()),
    withdrawals=sa.select(Withdrawal)
    .where(Withdrawal.document_id == _DOCUMENT)
    .order_by(Withdrawal.asked_at.desc()),
    seals=sa.select(Seal).where(Seal.document_id == _DOCUMENT, Seal.lifted_at.is_(None)),
    readers=sa.select(SealReader.name)
    .join(Seal, Seal.id == SealReader.seal_id)
    .where(Seal.document_id == _DOCUMENT, Seal.lifted_at.is_(None))
    .order_by(SealReader.name),
    replaced_by=_named(Submission.replaces_id == _DOCUMENT),
    replaces=_named(Document.id == _REPLACES),
)
