"""Every kind of notice, by its code. A new kind is one folder here, and nothing anywhere else.

Its folder is named by its code and holds `__init__.py`, where one class states the facts and how
they are asked for, and `en.html` and `fr.html`, the words. It is found by being there.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from notices.facts import Kind


class KindMisfit(Exception):
    """A folder of kinds does not hold exactly the one kind that it is named for."""


def _kinds() -> Iterator[type[Kind]]:
    """The kind of each folder."""
    for folder in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{folder.name}")
        # A kind may build on another one, whose class it imports.
        own = [
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, Kind)
            and value.__module__ == module.__name__
        ]
        if [kind.code for kind in own] != [folder.name]:
            raise KindMisfit(folder.name)
        yield own[0]


# In the order in which people choose one.
KINDS: Mapping[str, type[Kind]] = {
    kind.code: kind for kind in sorted(_kinds(), key=lambda kind: (kind.order, kind.code))
}


def facts_to_json(facts: Kind) -> dict[str, Any]:
    """The facts as the database keeps them."""
    return facts.to_json()


def facts_from_json(code: str, stored: Mapping[str, Any]) -> Kind:
    """Read facts back as the kind they were issued as."""
    return KINDS[code].from_json(stored)
