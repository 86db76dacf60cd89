"""Pages of a batch that is checked or issued: the dry run, how it goes, and what became of it."""

import asyncio
from datetime import datetime
from typing import cast

from starlette.responses import Response

from notices.facts import Language
from notices.wording import both_wordings
from portal.cases.looking import note_look
from portal.gate import Right, Unknown, open_case
from portal.models import BatchState
from portal.registry.batches.finding import all_rows, find_row
from portal.registry.batches.issuing import (
    ListChanged,
    NotReady,
    go_on,
    hold_batch,
    issue_batch,
    pause,
    stop,
    try_again,
)
from portal.registry.batches.preparing import look_up, numbers_of
from portal.registry.batches.problems import Problem
from portal.registry.batches.recalling import recall_batch
from portal.registry.batches.showing import acting, batch_id, context_of, find_batch, template
from portal.registry.batches.telling import to_csv
from portal.registry.carrying import typed
from portal.registry.notices.form import OFFERED
from portal.web.headers import SANDBOX
from portal.web.language import N_
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()

LIST_CHANGED = N_(
    "The list was checked again since you looked. Nothing was issued. Look once more."
)
NOT_READY = N_(
    "Nothing was issued. Correct the lines below or go on without them; at least one case must "
    "be left."
)


@pages.get("/registry/batches/{batch_id:uuid}", who=Who.staff)
async def show(visit: Visit) -> Response:
    """The check of a draft; of what was issued, how it goes."""
    batch = await find_batch(visit)
    if batch.state == BatchState.draft and batch.facts is None:
        return visit.redirect(f"/registry/batches/{batch.id}/facts")
    return visit.render(template(batch), **await context_of(visit, batch))


@pages.get("/registry/batches/{batch_id:uuid}/progress", who=Who.staff, mode=Mode.steps)
async def progress(visit: Visit) -> Response:
    """How it goes, for a page that follows it by itself."""
    async with visit.transaction(used=False):
        if not visit.me.is_staff:
            raise Unknown
        batch = await find_batch(visit)
        if "hx-request" not in visit.request.headers or batch.state == BatchState.draft:
            return visit.redirect(f"/registry/batches/{batch.id}")
        context = await context_of(visit, batch)
        return visit.render(template(batch), block="progress", **context)


@pages.post("/registry/batches/{batch_id:uuid}/issue", who=Who.staff)
async def issue(visit: Visit) -> Response:
    """Let the worker begin; pressed again, nothing more happens."""
    batch = await hold_batch(visit.session, batch_id(visit))
    try:
        seen = datetime.fromisoformat(typed(visit, "checked_at"))
    except ValueError:
        seen = None
    try:
        await issue_batch(visit.session, batch, checked_at=seen, by=acting(visit), now=visit.now)
    except (ListChanged, NotReady) as error:
        said = LIST_CHANGED if isinstance(error, ListChanged) else NOT_READY
        context = await context_of(visit, batch)
        return visit.render(template(batch), status=409, said=said, **context)
    return visit.redirect(f"/registry/batches/{batch.id}")


@pages.post("/registry/batches/{batch_id:uuid}/state", who=Who.staff)
async def change_state(visit: Visit) -> Response:
    """Pause, go on, stop the rest, or take everything back."""
    session, by, now = visit.session, acting(visit), visit.now
    batch = await hold_batch(session, batch_id(visit))
    match typed(visit, "to"):
        case "paused":
            pause(batch, by=by, now=now)
        case "running":
            await go_on(session, batch, by=by, now=now)
        case "stopped":
            await stop(session, batch, by=by, now=now)
        case "recalled":
            await recall_batch(session, batch, by=by, now=now)
        case _:
            pass
    return visit.redirect(f"/registry/batches/{batch.id}")


@pages.post("/registry/batches/{batch_id:uuid}/retry", who=Who.staff)
async def retry(visit: Visit) -> Response:
    """Try one failed row again, or all of them."""
    batch = await hold_batch(visit.session, batch_id(visit))
    place = typed(visit, "place")
    places = [int(place)] if place.isdecimal() else []
    await try_again(visit.session, batch, places=places, by=acting(visit), now=visit.now)
    return visit.redirect(f"/registry/batches/{batch.id}")


@pages.get("/registry/batches/{batch_id:uuid}/cases/{case_id:uuid}", who=Who.staff)
async def show_row(visit: Visit) -> Response:
    """The notice of one row in both languages, and who would receive it at this moment."""
    batch = await find_batch(visit)
    case_id = visit.request.path_params["case_id"]
    row = await find_row(visit.session, batch.id, case_id)
    if row is None or batch.facts is None:
        raise Unknown
    opened = await open_case(visit.session, visit.me.id, case_id, right=Right.administer)
    await note_look(visit.session, visit.me, opened.id)
    numbers = await numbers_of(visit.session, [opened.id])
    lot = await look_up(visit.session, batch, numbers, now=visit.now)
    try:
        prepared = lot.prepare(opened.id, row.columns)
    except Problem:
        return visit.redirect(f"/registry/batches/{batch.id}")
    first = cast("Language", prepared.case.language)
    return visit.render(
        "registry/batch_row.html",
        batch=batch,
        row=row,
        case=prepared.case,
        kind=OFFERED[batch.kind],
        wordings=both_wordings(prepared.facts, first),
        reached=prepared.reached,
    )


@pages.get("/registry/batches/{batch_id:uuid}/rows.csv", who=Who.staff, mode=Mode.steps)
async def rows_csv(visit: Visit) -> Response:
    """Every line, and what would become or became of it."""
    async with visit.transaction() as session:
        if not visit.me.is_staff:
            raise Unknown
        batch = await find_batch(visit)
        rows = await all_rows(session, batch.id)
    body = await asyncio.to_thread(to_csv, batch.kind, rows, visit.language)
    name = "check" if batch.state == BatchState.draft else "result"
    headers = {
        "content-disposition": f'attachment; filename="{name}-{batch.begun_at:%Y-%m-%d}.csv"',
        "content-security-policy": SANDBOX,
    }
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)
