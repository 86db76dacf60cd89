"""What the pages of asking share: the scene, the form, and what the check shows."""

from typing import Any
from uuid import uuid4

from portal.documents.reading import Package
from portal.gate import Unknown
from portal.registry.carrying import carried, typed
from portal.requests.form import RequestForm
from portal.requests.kind import RequestKind
from portal.requests.kinds import KINDS
from portal.requests.papers.gathering import may_add
from portal.requests.scene import Scene
from portal.web.visit import Visit

# Said or chosen beside the form; the check asks for it anew.
BESIDE = ("late_reasons", "seen", "papers")


def asked_kind(code: str, scene: Scene) -> type[RequestKind]:
    """The kind of this code, if this person may ask it here; things may still stand in its way."""
    kind = KINDS.get(code)
    if kind is None or not kind.may_ask(scene):
        raise Unknown
    return kind


def choice_context(scene: Scene) -> dict[str, Any]:
    """What this person may ask here, and what stands in the way of each."""
    kinds = [(one, one.obstacle(scene)) for one in KINDS.values() if one.may_ask(scene)]
    return {"kinds": kinds, "opened": scene.opened, "case": scene.case}


def fresh(visit: Visit, scene: Scene, kind: type[RequestKind]) -> RequestForm:
    """An empty form, with the id of what it will make."""
    form = kind.form(None, id=str(uuid4()))
    form.offer(scene, visit.formatting)
    return form


def as_typed(visit: Visit, scene: Scene, kind: type[RequestKind]) -> RequestForm:
    """The form as it was typed."""
    form = kind.form(visit.posted)
    form.offer(scene, visit.formatting)
    return form


def form_context(
    visit: Visit, scene: Scene, kind: type[RequestKind], form: RequestForm
) -> dict[str, Any]:
    """The form, with what is carried through it."""
    return {
        "kind": kind,
        "procedure": kind.procedure(scene.case.division),
        "form": form,
        "beside": [(name, typed(visit, name)) for name in BESIDE if typed(visit, name)],
        "opened": scene.opened,
        "case": scene.case,
    }


def check_context(
    visit: Visit, scene: Scene, wanted: RequestKind, *, papers: Package | None = None
) -> dict[str, Any]:
    """Every answer, how the limit was counted, what speaks against it, and the papers with it."""
    limit = wanted.limit(scene)
    return {
        "wanted": wanted,
        "rows": wanted.rows(visit.formatting),
        "cautions": wanted.cautions(scene.case, visit.formatting),
        "limit": limit,
        "late": bool(limit and limit.passed(scene.now)),
        "late_reasons": typed(visit, "late_reasons"),
        "carried": carried(visit, without=BESIDE),
        "chain": scene.chain,
        "papers": papers,
        "may_add": papers is None and wanted.takes_papers and may_add(scene),
        "opened": scene.opened,
        "case": scene.case,
    }
