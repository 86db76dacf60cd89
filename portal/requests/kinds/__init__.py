"""Every kind of request, by its code. A new kind is one file (or folder) here, and nothing elsewhere.

It is named by its code and holds one class that builds on RequestKind; its rules are rows of
portal/rules/requests.toml. It is found by being there.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module

from portal.requests.kind import RequestKind


class KindMisfit(Exception):
    """A file of kinds does not hold exactly the one kind that it is named for."""


def _kinds() -> Iterator[type[RequestKind]]:
    for found in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        own = [
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, RequestKind)
            and value.__module__ == module.__name__
        ]
        if [kind.code for kind in own] != [found.name]:
            raise KindMisfit(found.name)
        yield own[0]


# In the order in which people choose one.
KINDS: Mapping[str, type[RequestKind]] = {
    kind.code: kind for kind in sorted(_kinds(), key=lambda kind: (kind.order, kind.code))
}
