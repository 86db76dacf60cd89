"""Reasons why there is no safe copy of a file, in sentences for officers."""

from portal.web.language import N_
from portal.web.visit import Visit
from storage.picturing import MOST_PAGES, NoPicture

WHY = {
    "no_pages": N_("Files of this kind have no pages that we could make pictures of."),
    "too_many_pages": N_("This file has more than %(most)s pages, too many for a safe copy."),
    "too_large": N_("The pictures in this file are too large for a safe copy."),
    "stopped": N_("Page %(page)s takes too much time or memory to draw, so there is no safe copy."),
    "damaged": N_("Page %(page)s is damaged and cannot be drawn, so there is no safe copy."),
}


def why_none(visit: Visit, none: NoPicture) -> str:
    """In a sentence."""
    return visit.say(WHY[none.reason], most=MOST_PAGES, page=none.page + 1)
