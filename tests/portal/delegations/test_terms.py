"""What may be lent at all: to one address, two years at most, never to oneself."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from portal.delegations import terms
from portal.delegations.terms import Terms, completed, longest, usual
from portal.models import Right

TODAY = date(2026, 11, 21)


def made(**other: Any) -> Terms:
    """Terms that fit, with something changed."""
    fit: dict[str, Any] = {
        "email": "amira@example.org",
        "rights": frozenset({Right.see}),
        "cases": None,
        "first_day": TODAY,
        "last_day": date(2027, 11, 20),
        "zone": "America/Toronto",
        "reason": "works here",
    }
    return Terms(**(fit | other))


@pytest.mark.parametrize(
    ("other", "misfit"),
    [
        ({}, None),
        ({"last_day": date(2028, 11, 20)}, None),
        ({"last_day": date(2028, 11, 21)}, ("ends", terms.TOO_LONG)),
        ({"last_day": date(2026, 11, 20)}, ("ends", terms.ENDS_FIRST)),
        ({"first_day": date(2026, 11, 20)}, ("starts", terms.TOO_EARLY)),
        ({"email": "claire@example.org"}, ("email", terms.TO_MYSELF)),
        ({"email": "a@b.ca, c@evil.example"}, ("email", terms.NOT_AN_ADDRESS)),
        ({"email": "nobody"}, ("email", terms.NOT_AN_ADDRESS)),
        ({"cases": ()}, ("cases", terms.NO_CASES)),
        ({"cases": tuple(uuid4() for _ in range(501))}, ("cases", terms.TOO_MANY_CASES)),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    other: dict[str, Any], misfit: tuple[str, str] | None
) -> None:
    """Each term that cannot be lent names its field and says why."""
    found = list(made(**other).misfits(own_address="claire@example.org", today=TODAY))

    assert found == ([misfit] if misfit else [])


def test_days_are_whole_where_the_lender_is() -> None:
    """From the first second of the first day to the last of the last, in the lender's zone."""
    lent = made(zone="America/Vancouver")

    assert lent.starts_at.isoformat() == "2026-11-21T00:00:00-07:00"
    assert lent.ends_at.isoformat() == "2027-11-20T23:59:59-07:00"


def test_a_right_brings_what_it_needs() -> None:
    """Filing begins with a draft, a notice that is received is read, and everybody sees."""
    assert completed(set()) == {Right.see}
    assert completed({Right.file}) == {Right.see, Right.prepare, Right.file}
    assert completed({Right.receive}) == {Right.see, Right.read, Right.receive}


def test_a_year_is_proposed_and_two_are_the_most() -> None:
    """Also from the 29th of February, which the year after does not have."""
    assert usual(TODAY) == date(2027, 11, 20)
    assert longest(TODAY) == date(2028, 11, 20)
    assert usual(date(2028, 2, 29)) == date(2029, 2, 27)
