"""Whom the portal did not reach: mail that came back, notices that nobody opened, addresses that failed."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from notices.kinds import KINDS
from notices.letters import Letter
from notices.model import Attempt, Notice, Service
from portal.models import Account, Case, Person, Standing
from portal.registry.incoming import MOST, Bound, total

# What is older has been seen; it stays in its case's history.
REMEMBERED = timedelta(days=30)

# Kinds by the days that each may lie unopened.
PATIENCE: dict[int, list[str]] = {}
for _code, _kind in KINDS.items():
    PATIENCE.setdefault(_kind.unopened_after, []).append(_code)


def _services(divisions: Bound) -> sa.Select[*tuple[Any, ...]]:
    columns: list[Any] = [
        Service.id,
        Service.person_name,
        Service.placed_at,
        Notice.kind,
        Notice.number,
        Notice.subject_en,
        Notice.subject_fr,
        Case.id.label("case_id"),
        Case.title,
        total(),
    ]
    return (
        sa.select(*columns)
        .join(Notice, Notice.id == Service.notice_id)
        .join(Case, Case.id == Service.case_id)
        .where(Case.division.in_(divisions), Notice.recalled_at.is_(None))
        .where(Service.opened_at.is_(None), sa.not_(_on_paper()))
        .limit(MOST)
    )


def _on_paper() -> sa.ColumnElement[bool]:
    """Whether a letter is on its way already, or has been."""
    return sa.exists(sa.select(Letter.id).where(Letter.service_id == Service.id))


def undelivered(divisions: Bound, now: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Mail that cannot arrive, of notices that nobody has opened since."""
    # Of what bounced, `settled_at` is when a server took it.
    ended_at = sa.func.coalesce(Attempt.bounced_at, Attempt.settled_at)
    return (
        _services(divisions)
        .add_columns(ended_at.label("settled_at"), Attempt.detail, Attempt.state)
        .join(Attempt, Attempt.service_id == Service.id)
        .where(sa.text("attempt.state in ('undeliverable', 'bounced')"))
        .where(ended_at > now - REMEMBERED)
        .order_by(ended_at.desc())
    )


def unopened(divisions: Bound, now: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Served by portal, not opened in the time of their kind. A copy unopened harms nobody."""
    late = [
        sa.and_(Notice.kind.in_(codes), Service.placed_at < now - timedelta(days=days))
        for days, codes in PATIENCE.items()
    ]
    soonest = now - timedelta(days=min(PATIENCE))
    return (
        _services(divisions)
        .where(Service.person_id.is_not(None), Service.capacity == "service")
        .where(Service.placed_at < soonest, sa.or_(*late))
        .order_by(Service.placed_at)
    )


def addresses(divisions: Bound) -> sa.Select[*tuple[Any, ...]]:
    """People with a place in a case whose mail address failed: they get letters until it is mended."""
    columns: list[Any] = [
        Person.name,
        Account.mail_failed_at,
        Case.id.label("case_id"),
        Case.title,
        total(),
    ]
    return (
        sa.select(*columns)
        .join(Account, Account.person_id == Person.id)
        .join(Standing, Standing.person_id == Person.id)
        .join(Case, Case.id == Standing.case_id)
        .where(Account.mail_failed_at.is_not(None), Standing.ended_how.is_(None))
        .where(Case.division.in_(divisions), Case.closed_at.is_(None))
        .group_by(Person.name, Account.mail_failed_at, Case.id, Case.title)
        .order_by(Account.mail_failed_at, Person.name)
        .limit(MOST)
    )
