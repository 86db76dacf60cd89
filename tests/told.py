"""How people of the stage are told: a link that stops Claire's reminders, and a dead address of hers."""

from notices.postroom import StopLink, Suppression
from notices.wishes import hashed
from storage.database import Base
from tests.cast import CLAIRE, known

STOP = "the-link-that-stops-reminders-of-claire"
SUPPRESSION = known("an address of Claire's that does not work")


def told() -> list[Base]:
    """The rows, as a reminder and a bounce would have left them."""
    return [
        StopLink(token_hash=hashed(STOP), person_id=CLAIRE.id),
        Suppression(
            id=SUPPRESSION,
            address="claire.before@example.org",
            person_id=CLAIRE.id,
            why="bounced",
            detail="5.1.1 user unknown",
        ),
    ]
