"""A notice on its way through the registry's pages, before anything of it is in the database."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from notices.facts import Kind
from portal.gate import OpenCase, Unknown
from portal.models import Hearing
from portal.registry.notices.form import OFFERED, FactsForm, as_typed, facts_form
from portal.registry.notices.known import file_numbers, hearing_meant, known_facts
from portal.rules import rules
from portal.web.visit import Visit


@dataclass(frozen=True)
class Draft:
    """A notice on its way through the pages: nothing of it is in the database."""

    opened: OpenCase
    form: FactsForm
    # The hearing that the address names, carried along.
    hearing_id: UUID | None

    @property
    def kind(self) -> str:
        """Its code."""
        return self.form.kind.code

    @property
    def query(self) -> str:
        """What the addresses of its pages carry, so that the other language finds it again."""
        hearing = f"&hearing={self.hearing_id}" if self.hearing_id else ""
        return f"?kind={self.kind}{hearing}"

    async def hearing(self, visit: Visit) -> Hearing | None:
        """The hearing of this case that the notice is about, if it is about one."""
        return await hearing_meant(
            visit.session,
            self.opened.id,
            kind=self.kind,
            hearing_id=self.hearing_id,
            now=visit.now,
        )

    async def facts(self, visit: Visit) -> Kind:
        """What it states; only after the form was checked."""
        case = self.opened.case
        number = await file_numbers(visit.session, case.id)
        return self.form.stated(file_number=number, division=case.division)


def typed_draft(visit: Visit, opened: OpenCase) -> Draft:
    """The notice as it was posted."""
    code = visit.request.query_params.get("kind", "")
    if code not in OFFERED:
        raise Unknown
    return Draft(opened, _offer(visit, facts_form(code)(visit.posted)), _hearing_id(visit))


async def prefilled_draft(visit: Visit, opened: OpenCase) -> Draft:
    """The notice as far as the case itself states it."""
    code, hearing_id = visit.request.query_params["kind"], _hearing_id(visit)
    hearing = await hearing_meant(
        visit.session, opened.id, kind=code, hearing_id=hearing_id, now=visit.now
    )
    facts = as_typed(known_facts(code, opened.case, hearing, now=visit.now))
    form = facts_form(code)(None, id=str(uuid4()), **facts)
    return Draft(opened, _offer(visit, form), hearing.id if hearing else None)


def _hearing_id(visit: Visit) -> UUID | None:
    try:
        return UUID(visit.request.query_params.get("hearing", ""))
    except ValueError:
        return None


def _offer(visit: Visit, form: FactsForm) -> FactsForm:
    zones = [(code, visit.formatting.zone_name(code)) for code in rules.zones]
    form.offer(language=visit.language, zones=zones)
    return form
