"""A batch as its pages show it."""

from typing import Any
from uuid import UUID

from portal.audit import Actor
from portal.gate import Unknown
from portal.models import Batch, BatchState
from portal.registry.batches.finding import A_PAGE, show_batch
from portal.registry.batches.stating import facts_alike
from portal.registry.batches.telling import STATES, changes, sentence
from portal.registry.notices.form import OFFERED
from portal.web.visit import Visit


def batch_id(visit: Visit) -> UUID:
    """The batch that the address names."""
    return visit.request.path_params["batch_id"]


def acting(visit: Visit) -> Actor:
    """The officer, as the one who acts."""
    return Actor(visit.me.id, visit.me.name)


async def find_batch(visit: Visit) -> Batch:
    """The batch, to look at; Unknown to whom it is not shown."""
    batch = await visit.session.get(Batch, batch_id(visit))
    if batch is None:
        raise Unknown
    return batch


def template(batch: Batch) -> str:
    """The check of a draft; of what was issued, how it goes."""
    draft = batch.state == BatchState.draft
    return f"registry/{'batch_check' if draft else 'batch_progress'}.html"


async def context_of(visit: Visit, batch: Batch) -> dict[str, Any]:
    """What that page is made of."""
    asked = visit.request.query_params.get("page", "")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    shown = await show_batch(visit.session, batch, page=page)

    def why(row: Any) -> str:  # noqa: ANN401 - a row of whatever select
        return sentence(batch.kind, row, visit.language)

    def differs(row: Any) -> str:  # noqa: ANN401 - as above
        return changes(row, visit.language)

    return {
        "batch": batch,
        "counts": shown.counts,
        "problems": shown.problems,
        "rows": shown.rows[:A_PAGE],
        "more": len(shown.rows) > A_PAGE,
        "page": page,
        "kind": OFFERED[batch.kind],
        "alike": facts_alike(batch.kind),
        "states": STATES,
        "why": why,
        "changes": differs,
        "recall_minutes": visit.portal.settings.recall_minutes,
        "recallable": shown.counts.recallable(visit.portal.settings.recall_for, visit.now),
    }
