"""What a reader must still be told of a hearing's move, until it is acknowledged or the day is over."""

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from portal.models import Hearing


def untold() -> sa.Label[Any]:
    """Null, or that this reader is still to be told of the move: {"notice": what to acknowledge}.

    Nobody may have issued a notice, or none to this reader: then it is told until the end.
    """
    row = cast("sa.Table", Hearing.__table__).table_valued()
    return sa.func.portal_untold(row, type_=JSONB).label("untold")
