"""What countries are called, on envelopes and in lists to choose from."""

from collections.abc import Mapping
from typing import cast

from babel import Locale

# Unions, and codes for trying things out.
NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


def country_names(language: str) -> Mapping[str, str]:
    """What each country is called; the key is ISO 3166's two letters."""
    known = cast("Mapping[str, str]", Locale(language, "CA").territories)
    return {
        code: name
        for code, name in known.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    }
