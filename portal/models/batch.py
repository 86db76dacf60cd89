"""Many notices at once: a batch is one list of cases; each line of it is a row."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.columns import Id, Moment, PersonId, one_of, together
from storage.database import Base


class BatchState(StrEnum):
    """Where a batch is on its way; `changed_at` says since when, where people changed it."""

    draft = "draft"
    running = "running"
    paused = "paused"
    stopped = "stopped"
    finished = "finished"


class RowState(StrEnum):
    """What became of one line: `left_out` by an officer's word, `stopped` with the rest."""

    problem = "problem"
    ready = "ready"
    issued = "issued"
    failed = "failed"
    left_out = "left_out"
    stopped = "stopped"
    recalled = "recalled"


class Batch(Base):
    """One kind of notice for a list of cases of one division; officers posted there see it."""

    __tablename__ = "batch"
    __table_args__ = (
        one_of("state", BatchState),
        together("issued_at", "issued_by", "issued_by_name", name="issuing_recorded"),
        together("recalled_at", "recalled_by", "recalled_by_name", name="recalling_recorded"),
        sa.CheckConstraint(
            "state = 'draft' or num_nulls(facts, checked_at, issued_at) = 0",
            name="issued_once_checked",
        ),
        sa.UniqueConstraint("id", "division", name="batch_of_division"),
        sa.Index("batch_division_begun_at_index", "division", "begun_at"),
        sa.Index("batch_running", "worked_at", postgresql_where=sa.text("state = 'running'")),
    )

    id: Mapped[Id]
    division: Mapped[str]
    kind: Mapped[str]
    # What all its notices say alike; null until an officer has filled it in.
    facts: Mapped[dict[str, Any] | None]
    # The list as it was pasted or sent, to be corrected.
    pasted: Mapped[str]
    columns_unused: Mapped[list[str]] = mapped_column(server_default="{}")
    state: Mapped[str] = mapped_column(server_default="draft")
    begun_at: Mapped[Moment]
    begun_by: Mapped[PersonId]
    begun_by_name: Mapped[str]
    checked_at: Mapped[datetime | None]
    # In whose name its notices go out: who pressed "issue", or "go on" after that.
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    issued_by_name: Mapped[str | None]
    # Who paused it, let it go on, or stopped it, and when; no name: the portal itself.
    changed_at: Mapped[datetime | None]
    changed_by_name: Mapped[str | None]
    # When a worker last had it in hand.
    worked_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    # Who asked for all of it back; a worker recalls notice by notice what has not left.
    recalled_at: Mapped[datetime | None]
    recalled_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    recalled_by_name: Mapped[str | None]


class BatchRow(Base):
    """One line of a batch's list: the case it names, what is wrong with it, what became of it."""

    __tablename__ = "batch_row"
    __table_args__ = (
        one_of("state", RowState),
        sa.CheckConstraint(
            "(state in ('problem', 'failed')) <= (problem is not null)", name="says_why"
        ),
        sa.CheckConstraint(
            "state not in ('ready', 'issued', 'stopped', 'recalled') or case_id is not null",
            name="ready_for_a_case",
        ),
        sa.CheckConstraint(
            "(state in ('issued', 'recalled')) = (notice_id is not null)", name="issued_is_a_notice"
        ),
        sa.ForeignKeyConstraint(
            ["batch_id", "division"], ["batch.id", "batch.division"], name="batch_row_same_division"
        ),
        sa.Index("batch_row_state_index", "batch_id", "state"),
        sa.Index(
            "batch_row_once",
            "batch_id",
            "case_id",
            unique=True,
            postgresql_where=sa.text(
                "state in ('ready', 'issued', 'failed', 'stopped', 'recalled')"
            ),
        ),
    )

    batch_id: Mapped[UUID] = mapped_column(primary_key=True)
    # Counted from 1; a line can name several cases, and then has several rows.
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    division: Mapped[str]
    line: Mapped[int]
    written: Mapped[str]
    # Facts of this row alone, as they were written, by the name of their input.
    columns: Mapped[dict[str, Any]]
    case_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    file_number: Mapped[str | None]
    state: Mapped[str]
    # A code of `portal.registry.batches.problems`, and what its sentence names.
    problem: Mapped[str | None]
    about: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    people: Mapped[int] = mapped_column(server_default="0")
    mails: Mapped[int] = mapped_column(server_default="0")
    letters: Mapped[int] = mapped_column(server_default="0")
    # Fingerprint of people and facts as the officer could see them, and which of the two were
    # others at the moment of issue.
    seen: Mapped[str | None]
    changed: Mapped[list[str]] = mapped_column(server_default="{}")
    # A worker has it in hand until then.
    taken_until: Mapped[datetime | None]
    notice_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("notice.id"), unique=True)
    settled_at: Mapped[datetime | None]
