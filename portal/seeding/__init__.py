"""The demonstration: one tribunal with its people and cases, always as of today."""

from portal.people.demo import DEMO_PASSWORD, DEMO_PEOPLE
from portal.seeding.performing import NotADemonstration, seed

__all__ = ["DEMO_PASSWORD", "DEMO_PEOPLE", "NotADemonstration", "seed"]
