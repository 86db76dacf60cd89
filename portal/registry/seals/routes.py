"""Pages that seal a document for named people, and lift the seal."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from starlette.responses import Response
from wtforms import Form, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from portal.audit import Actor
from portal.documents.reading import OneDocument, read_document
from portal.gate import Right, Unknown
from portal.registry.carrying import key_of
from portal.registry.sealing import seal, seal_of, unseal, who_could_read
from portal.web.fields import CheckboxesField
from portal.web.language import N_
from portal.web.pages import Pages, Who
from portal.web.visit import Visit

pages = Pages()


class SealForm(Form):
    """Who may go on reading it, and by what order."""

    id = HiddenField()
    people = CheckboxesField(N_("Who may read it"), choices=[])
    why = StringField(
        N_("By what order"),
        [
            DataRequired(N_("Say by what order it is sealed")),
            Length(max=200, message=N_("Use at most 200 characters")),
        ],
        filters=[lambda text: " ".join((text or "").split())],
    )


@pages.get("/documents/{document_id:uuid}/seal", who=Who.staff)
async def show_seal(visit: Visit) -> Response:
    """Who can read it now, and who could if it were sealed."""
    found = await _filed(visit)
    return await _page(visit, found, None)


@pages.post("/documents/{document_id:uuid}/seal", who=Who.staff)
async def make_seal(visit: Visit) -> Response:
    """Seal it, or seal it anew for other people."""
    found = await _filed(visit)
    form = visit.form(SealForm)
    people = await who_could_read(visit.session, found.opened.id)
    _offer(form, people)
    if not form.validate():
        return await _page(visit, found, form, status=422)
    ticked = form.people.data or ()
    chosen = {person: name for person, name in people.items() if str(person) in ticked}
    by = Actor(visit.me.id, visit.me.name)
    why = form.why.data or ""
    await seal(visit.session, found.document, key=key_of(visit), people=chosen, why=why, by=by)
    visit.tell(N_("Sealed. Nobody else on the case sees that this document exists."))
    return visit.redirect(f"/documents/{found.document.id}")


@pages.post("/documents/{document_id:uuid}/seal/ending", who=Who.staff)
async def lift_seal(visit: Visit) -> Response:
    """Open it again to everybody who may read the case."""
    found = await _filed(visit)
    if await unseal(visit.session, found.document, by=Actor(visit.me.id, visit.me.name)):
        visit.tell(N_("The seal is lifted. Everybody who may read the case can read the document."))
    return visit.redirect(f"/documents/{found.document.id}")


async def _filed(visit: Visit) -> OneDocument:
    """A filed document of a case that I administer."""
    document_id = visit.request.path_params["document_id"]
    found = await read_document(visit.session, visit.me.id, document_id, right=Right.administer)
    if found.submission.filed_at is None:
        raise Unknown
    return found


async def _page(
    visit: Visit, found: OneDocument, form: SealForm | None, *, status: int = 200
) -> Response:
    now = await seal_of(visit.session, found.document.id)
    people = await who_could_read(visit.session, found.opened.id)
    if form is None:
        kept = {one.person_id for one in now[1]} if now else _filers(found)
        named = [str(one) for one in people if one in kept]
        why = now[0].why if now else ""
        form = SealForm(None, id=str(uuid4()), people=named, why=why)
    _offer(form, people)
    return visit.render(
        "registry/seal.html",
        status=status,
        found=found,
        opened=found.opened,
        form=form,
        seal=now[0] if now else None,
        readers=now[1] if now else (),
    )


def _filers(found: OneDocument) -> set[UUID | None]:
    """Whom the form names at first: who filed it, and for whom."""
    return {found.submission.filed_by, found.submission.principal_id}


def _offer(form: SealForm, people: Mapping[UUID, str]) -> None:
    form.people.choices = [(str(person), name) for person, name in people.items()]
