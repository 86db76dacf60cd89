"""Tracing: the mails and letters of services, as the ladder of evidence wants them."""

from typing import Any

import sqlalchemy as sa

from notices.letters import Letter, Mailing
from notices.model import Attempt, Service


def attempts_of(services: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    """The mails of these services, in their order, as the ladder wants them."""
    columns: list[Any] = [
        Attempt.service_id,
        Attempt.purpose,
        Attempt.state,
        Attempt.tries,
        Attempt.tried_at,
        Attempt.settled_at,
        Attempt.bounced_at,
        Attempt.bounce_code,
        sa.func.portal_masked(Attempt.id, type_=sa.Text).label("masked"),
    ]
    return sa.select(*columns).join(Attempt.service).where(services).order_by(Attempt.number)


def letters_of(services: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    """The letters of these services, in their order, each with the moment it was printed."""
    printed = sa.func.portal_printed_at(Letter.mailing_id, type_=Mailing.made_at.type)
    columns: list[Any] = [
        Letter.service_id,
        Letter.why,
        Letter.asked_at,
        Letter.asked_by_name,
        printed.label("printed_at"),
        Letter.posted_on,
        Letter.deemed_on,
        Letter.deemed_rule,
        Letter.returned_on,
    ]
    return (
        sa.select(*columns)
        .join(Service, Service.id == Letter.service_id)
        .where(services)
        .order_by(Letter.number)
    )
