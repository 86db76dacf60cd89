"""Pages of a draft: a list of cases, what all their notices say, and what is wrong with it."""

from starlette.datastructures import FormData
from starlette.responses import Response

from portal.cases.listing import sought
from portal.gate import Unknown
from portal.models import Batch, BatchState
from portal.registry.batches.arriving import list_form
from portal.registry.batches.checking import check_batch, leave_out
from portal.registry.batches.finding import (
    list_batches,
    numbers_found,
)
from portal.registry.batches.form import BatchForm, empty_form, sent_form
from portal.registry.batches.gathering import Unreadable, gather
from portal.registry.batches.issuing import (
    NewBatch,
    begin_batch,
    correct,
    hold_batch,
    say_alike,
)
from portal.registry.batches.showing import acting, batch_id, context_of, find_batch
from portal.registry.batches.stating import (
    alike_form,
    alike_typed,
    column_names,
    facts_alike,
    to_keep,
)
from portal.registry.carrying import key_of
from portal.registry.notices.form import OFFERED, FactsForm
from portal.rules import rules
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()


@pages.get("/registry/batches", who=Who.staff)
async def batches(visit: Visit) -> Response:
    """All batches of my divisions, the latest first."""
    found = await list_batches(visit.session, visit.me.divisions)
    return visit.render("registry/batches.html", batches=found, kinds=OFFERED)


@pages.get("/registry/batches/new", who=Who.staff)
async def new_batch(visit: Visit) -> Response:
    """An empty list, or the cases that a search found."""
    asked = visit.request.query_params
    division, words = asked.get("division", ""), sought(asked.get("q", ""))
    pasted = ""
    if words and division in visit.me.divisions:
        pasted = await numbers_found(visit.session, division, words)
    return _new_page(visit, empty_form(visit, division=division, pasted=pasted))


@pages.post("/registry/batches", who=Who.staff, mode=Mode.stream)
async def begin(visit: Visit) -> Response:
    """Keep the list as a draft; then its facts, or at once the check."""
    fields, wrong = await list_form(visit)
    visit.posted = FormData(fields)
    async with visit.transaction() as session:
        if not visit.me.is_staff:
            raise Unknown
        form = sent_form(visit)
        valid = form.validate()
        sentence = wrong or (_unreadable(form) if valid else "")
        if sentence:
            form.pasted.errors = [sentence]
        if not valid or sentence:
            return _new_page(visit, form, status=422)
        new = NewBatch(
            id=key_of(visit),
            division=form.division.data,
            kind=form.kind.data,
            pasted=form.pasted.data or "",
        )
        batch = await begin_batch(session, new, by=acting(visit), now=visit.now)
        if batch.facts is None and facts_alike(batch.kind):
            return visit.redirect(f"/registry/batches/{batch.id}/facts")
        say_alike(batch, batch.facts or {})
        await check_batch(session, batch, now=visit.now)
        return visit.redirect(f"/registry/batches/{batch.id}")


@pages.get("/registry/batches/{batch_id:uuid}/facts", who=Who.staff)
async def facts(visit: Visit) -> Response:
    """What all its notices say alike, as far as it is said."""
    batch = await find_batch(visit)
    if batch.state != BatchState.draft:
        return visit.redirect(f"/registry/batches/{batch.id}")
    form = _alike(batch)(None, **alike_typed(batch.kind, batch.facts))
    return _facts_page(visit, batch, form)


@pages.post("/registry/batches/{batch_id:uuid}/facts", who=Who.staff)
async def say_facts(visit: Visit) -> Response:
    """Keep them, and check every line."""
    batch = await hold_batch(visit.session, batch_id(visit))
    if batch.state == BatchState.draft:
        form = _offered(visit, _alike(batch)(visit.posted))
        if not form.check():
            return _facts_page(visit, batch, form, status=422)
        say_alike(batch, to_keep(form.stated(file_number="", division=batch.division)))
        await check_batch(visit.session, batch, now=visit.now)
    return visit.redirect(f"/registry/batches/{batch.id}")


@pages.post("/registry/batches/{batch_id:uuid}/list", who=Who.staff)
async def correct_list(visit: Visit) -> Response:
    """Take the corrected list, and check every line again."""
    batch = await hold_batch(visit.session, batch_id(visit))
    if batch.state == BatchState.draft and batch.facts is not None:
        pasted = str(visit.posted.get("pasted", ""))
        try:
            gather(pasted, column_names(batch.kind))
        except Unreadable as error:
            context = await context_of(visit, batch)
            context |= {"said": error.sentence, "pasted": pasted}
            return visit.render("registry/batch_check.html", status=422, **context)
        correct(batch, pasted)
        await check_batch(visit.session, batch, now=visit.now)
    return visit.redirect(f"/registry/batches/{batch.id}")


@pages.post("/registry/batches/{batch_id:uuid}/omission", who=Who.staff)
async def omit(visit: Visit) -> Response:
    """Go on without the lines that have a problem."""
    batch = await hold_batch(visit.session, batch_id(visit))
    if batch.state == BatchState.draft:
        await leave_out(visit.session, batch)
    return visit.redirect(f"/registry/batches/{batch.id}")


# What the pages share


def _unreadable(form: BatchForm) -> str:
    try:
        gather(form.pasted.data or "", column_names(form.kind.data))
    except Unreadable as error:
        return error.sentence
    return ""


def _alike(batch: Batch) -> type[FactsForm]:
    """The form of its facts; what a column of its list gives may stay empty."""
    columns = column_names(batch.kind)
    lines = gather(batch.pasted, columns).lines
    return alike_form(batch.kind, frozenset(name for line in lines for name in line.columns))


def _offered(visit: Visit, form: FactsForm) -> FactsForm:
    zones = [(code, visit.formatting.zone_name(code)) for code in rules.zones]
    form.offer(language=visit.language, zones=zones)
    return form


def _new_page(visit: Visit, form: BatchForm, *, status: int = 200) -> Response:
    return visit.render("registry/batch_new.html", status=status, form=form)


def _facts_page(visit: Visit, batch: Batch, form: FactsForm, *, status: int = 200) -> Response:
    form = _offered(visit, form) if status == 200 else form
    kind = OFFERED[batch.kind]
    return visit.render(
        "registry/batch_facts.html", status=status, batch=batch, form=form, kind=kind
    )
