"""What somebody asked of the registry or told it, and nobody has answered yet."""

from datetime import datetime, timedelta
from typing import Any

from portal.models import Request, Retainer
from tests.cast import CLAIRE, HEARING, NOOR, SAM, known

REQUEST = known("request of Claire for another date")
RETAINER = known("retainer of Sam")
WHY = "I am in another court that day."


def asked(now: datetime) -> Request:
    """Claire asks for another date."""
    days = [(now + timedelta(days=days)).date().isoformat() for days in (15, 16, 17)]
    facts: dict[str, Any] = {
        "hearing_id": str(HEARING),
        "hearing": {"at": (now + timedelta(days=12)).isoformat(), "zone": "America/Toronto"},
        "reasons": WHY,
        "medical": False,
        "days": days,
    }
    due = (now + timedelta(days=9)).date().isoformat()
    judged = {"code": "rpd_date", "due": due, "late": False, "from": days[0]}
    whose = {"principal_id": CLAIRE.id, "principal_name": CLAIRE.name}
    by = {"asked_by": CLAIRE.id, "asker_name": CLAIRE.name, "side": "person"}
    return Request(
        id=REQUEST,
        case_id=NOOR,
        kind="change_of_date",
        number="Q-7K2M-94QX",
        facts=facts,
        judged=judged,
        asked_at=now - timedelta(hours=3),
        **whose,
        **by,
    )


def declared(now: datetime) -> Retainer:
    """Sam says to be counsel of the Noors."""
    said = {"division": "rpd", "file_number": "TC6-01482", "family_name": "Noor"}
    paid = {"member_of": "Law Society of Ontario", "member_number": "12345A"}
    by = {"asked_by": SAM.id, "asked_by_name": SAM.name, "asked_at": now - timedelta(hours=1)}
    return Retainer(id=RETAINER, **said, **paid, **by)
