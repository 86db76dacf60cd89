"""The statement that the foot of every page leads to, for anybody."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from starlette.responses import Response

from portal.rules import rules
from portal.rules.holidays import Office
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()

# To be set anew by whoever reads the statement against the tests again.
REVIEWED = date(2026, 11, 22)
# Within so many working days an answer goes out, whichever office it was told to.
ANSWERED_WITHIN = 5
OFFICE = "toronto"


@pages.get("/accessibility", who=Who.anyone)
async def statement(visit: Visit) -> Response:
    """What was tried and how, what is known not to work, how to tell us, by when an answer comes."""
    today = datetime.now(UTC).astimezone(ZoneInfo(rules.offices[OFFICE].zone)).date()
    return visit.render(
        "accessibility/statement.html",
        reviewed=REVIEWED,
        days=ANSWERED_WITHIN,
        answered_by=Office(OFFICE).working(today, ANSWERED_WITHIN),
        offices=rules.offices.values(),
    )
