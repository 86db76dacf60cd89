"""The page of the quarterly review: keep, narrow or end each loan, in one form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.responses import Response
from wtforms import Form, RadioField

from portal.delegations.endings.stating import RIGHTS
from portal.delegations.managing import acting_as
from portal.delegations.reviews.reviewing import Said, answer_review, list_due
from portal.delegations.states import Lent
from portal.delegations.terms import NOT_LENT_ON, completed
from portal.models import Right
from portal.web.fields import CheckboxesField, DayField
from portal.web.language import N_
from portal.web.pages import Pages
from portal.web.visit import Visit

pages = Pages()

NOT_LESS = N_("Untick something, or choose an earlier last day that is not over")
WORDS = {
    "keep": N_("Keep it as it is"),
    "narrow": N_("Narrow it"),
    "end": N_("End it now"),
}


class LoanForm(Form):
    """What is said of one loan."""

    word = RadioField(N_("Is it still needed?"), validate_choice=False)
    rights = CheckboxesField(N_("Narrowed, they may still"), validate_choice=False)
    until = DayField(N_("Narrowed, the last day is"))


@dataclass(frozen=True)
class Asked:
    """One loan with its part of the form."""

    lent: Lent
    form: LoanForm


@pages.get("/delegations/review")
async def review(visit: Visit) -> Response:
    """Who still has access, of those whom nobody has looked at for a quarter."""
    due = await list_due(visit.session, visit.me.id, now=visit.now)
    return _page(visit, [_ask(visit, lent, None) for lent in due])


@pages.post("/delegations/review")
async def answer(visit: Visit) -> Response:
    """Keep, narrow or end; what nothing was said of stays as it is and is asked again."""
    due = await list_due(visit.session, visit.me.id, now=visit.now)
    asked = [_ask(visit, lent, visit.posted) for lent in due]
    said = [_said(visit, one) for one in asked if one.form.word.data in WORDS]
    me, now = visit.me.id, visit.now
    wrong = [_wrong(one, [s for s in said if s.lent is one.lent], me=me, now=now) for one in asked]
    if any(wrong):
        return _page(visit, asked, status=422)
    grantors = {one.lent.row.grantor_id for one in said}
    endings = await answer_review(
        visit.session,
        said,
        me=visit.me.id,
        key=visit.form_key,
        actors={key: await acting_as(visit.session, visit.me, key) for key in grantors},
        now=visit.now,
    )
    visit.tell(N_("Your answers are recorded. What you ended or narrowed counts at once."))
    return visit.redirect(f"/delegations/endings/{endings[0]}" if endings else "/delegations")


def _ask(visit: Visit, lent: Lent, posted: FormData | None) -> Asked:
    row, f = lent.row, visit.formatting
    start = {"rights": row.rights, "until": f.local_day(row.ends_at, row.zone)}
    sent = posted if posted and posted.get(f"{row.id}-word") else None
    form = LoanForm(sent, prefix=f"{row.id}-", data=start)
    form.word.choices = [(word, visit.say(text)) for word, text in WORDS.items()]
    form.rights.choices = [
        (right, visit.say(word)) for right, word in RIGHTS.items() if right in row.rights[1:]
    ]
    return Asked(lent, form)


def _said(visit: Visit, asked: Asked) -> Said:
    row = asked.lent.row
    zone = ZoneInfo(row.zone)
    day = asked.form.until.data
    known = {Right(word) for word in asked.form.rights.data or () if word in row.rights}
    # The last day that is written there already is that moment, to the second.
    moved = day is not None and day != visit.formatting.local_day(row.ends_at, row.zone)
    ends = datetime.combine(day, time(23, 59, 59), zone) if day and moved else row.ends_at
    rights = completed(known)
    return Said(lent=asked.lent, word=asked.form.word.data, rights=rights, ends_at=ends)


def _wrong(asked: Asked, said: Sequence[Said], *, me: UUID, now: datetime) -> bool:
    """Whether what was said cannot be done; why is said at its field."""
    if not said or said[0].word != "narrow":
        return False
    if not asked.form.validate():
        return True
    if Right.delegate in said[0].rights and asked.lent.row.grantor_id != me:
        asked.form.word.errors = [NOT_LENT_ON]
    elif not said[0].narrows or said[0].ends_at <= now:
        asked.form.word.errors = [NOT_LESS]
    return bool(asked.form.word.errors)


def _page(visit: Visit, asked: Sequence[Asked], *, status: int = 200) -> Response:
    return visit.render(
        "delegations/review.html",
        status=status,
        asked=asked,
        key=visit.form_key if visit.posted else uuid4(),
    )
