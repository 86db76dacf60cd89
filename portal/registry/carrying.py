"""Forms in two steps, without JavaScript and without a half-written row: what was typed is carried."""

from uuid import UUID

from portal.web.visit import Visit

# Names that steer a form and say nothing: never carried on.
STEERING = frozenset({"csrf", "step"})


class NotOurForm(Exception):
    """What every form of ours carries is missing from this one; nobody typed it."""


def step_of(visit: Visit) -> str:
    """Which of the form's buttons was pressed; Enter presses the first."""
    return typed(visit, "step") or "check"


def typed(visit: Visit, name: str) -> str:
    """One posted text, without the space around it."""
    value = visit.posted.get(name)
    return value.strip() if isinstance(value, str) else ""


def key_of(visit: Visit) -> UUID:
    """The id of the thing that this form will make."""
    try:
        return UUID(typed(visit, "id"))
    except ValueError as error:
        raise NotOurForm from error


def carried(visit: Visit, *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Everything typed so far, for the hidden fields of the next step."""
    return [
        (name, value)
        for name, value in visit.posted.multi_items()
        if name not in STEERING and name not in without and isinstance(value, str)
    ]
