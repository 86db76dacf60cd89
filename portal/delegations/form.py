"""The form by which access is offered, and the cases it lets one choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from wtforms import EmailField, Form, RadioField, StringField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, StopValidation

from portal.delegations.offering import MORE_THAN_OWN, NothingToLend, lendable
from portal.delegations.terms import MOST_CASES, NO_CASES, OFFERED, Terms, completed
from portal.models import Case, Party, Right
from portal.web.fields import CheckboxesField, DayField
from portal.web.language import N_
from storage.bundle import bundle

NOT_MINE = N_("One of the cases you chose is no longer yours to lend. Look at the list again")

# What each right allows, as the form explains it: its name, and what it means.
EXPLAINED: Mapping[Right, tuple[str, str]] = {
    Right.read: (
        N_("Read documents and notices"),
        N_("Open what was filed in the case and the letters of the tribunal."),
    ),
    Right.prepare: (
        N_("Prepare documents"),
        N_("Put documents together for you. You look at them and file them yourself."),
    ),
    Right.file: (
        N_("File documents"),
        N_("File in your name without asking you first. The receipt names both of you."),
    ),
    Right.receive: (
        N_("Receive notices"),
        N_("Be told by e-mail, as you are, that a letter waits; open it in your name."),
    ),
    Right.request: (
        N_("Make requests"),
        N_("Ask the tribunal for another date or tell it new contact details, in your name."),
    ),
}

# With more cases than these, only some are listed, and a search finds the others.
LISTED = 25


@dataclass(frozen=True)
class Mine:
    """What is mine to lend: the cases that are listed, those ticked first, and the rights."""

    cases: Sequence[Any] = ()
    rights: Sequence[Right] = ()


class LendForm(Form):
    """To whom, which rights, on which cases, from when until when, and why."""

    mine = Mine()

    email = EmailField(
        N_("E-mail address of the person"),
        [InputRequired(N_("Enter the e-mail address of the person"))],
        filters=[lambda text: text.strip().lower() if text else text],
    )
    rights = CheckboxesField(N_("What else may this person do?"), validate_choice=False)
    scope = RadioField(
        N_("On which cases?"),
        [AnyOf(("all", "listed"), N_("Choose all of your cases, or some of them"))],
        choices=[],
        validate_choice=False,
    )
    find = StringField(N_("Find one of your cases by name or file number"))
    cases = CheckboxesField(N_("Which of your cases?"), validate_choice=False)
    starts = DayField(N_("First day"), [InputRequired(N_("Enter the first day"))])
    ends = DayField(N_("Last day"), [InputRequired(N_("Enter the last day"))])
    reason = StringField(
        N_("Why does this person need it?"),
        [
            DataRequired(N_("Say why, in a few words")),
            Length(max=200, message=N_("Use at most 200 characters to say why")),
        ],
    )

    def validate_rights(self, field: CheckboxesField) -> None:
        """Only what is offered here can be ticked."""
        if not set(field.data or ()) <= set(self.mine.rights):
            raise StopValidation(MORE_THAN_OWN)

    def validate_cases(self, field: CheckboxesField) -> None:
        """Only cases of one's own; and one at least where not all of them are meant."""
        if self.scope.data != "listed":
            return
        if not field.data:
            raise StopValidation(NO_CASES)
        if not set(field.data) <= {str(case.id) for case in self.mine.cases}:
            raise StopValidation(NOT_MINE)

    def terms(self, *, zone: str) -> Terms:
        """What was chosen, once it is validated."""
        chosen = tuple(UUID(key) for key in self.cases.data or ())
        return Terms(
            email=str(self.email.data),
            rights=completed({Right(word) for word in self.rights.data or ()}),
            cases=chosen if self.scope.data == "listed" else None,
            first_day=self.starts.data or date.min,
            last_day=self.ends.data or date.min,
            zone=zone,
            reason=" ".join(str(self.reason.data).split()),
        )


async def fill_in(session: AsyncSession, form: LendForm, me: UUID) -> None:
    """List what is mine to lend in the form; raises NothingToLend.

    What was ticked stays listed whatever is looked for.
    """
    ticked = [key for key in map(_id, form.cases.data or ()) if key][:MOST_CASES]
    wanted = (form.find.data or "").strip()[:100]
    own = lendable(me)
    found = await bundle(
        session,
        ticked=own.where(Case.id.in_(ticked)),
        matching=(own.where(_matches(wanted)) if wanted else own).limit(LISTED + 1),
        any=own.limit(1),
    )
    if not found.any:
        raise NothingToLend
    listed = {row.id: row for row in (*found.ticked, *found.matching[:LISTED])}
    held = {right for row in (*found.any, *listed.values()) for right in row.rights}
    form.mine = Mine([*listed.values()], [right for right in OFFERED if right in held])
    form.cases.choices = [(str(row.id), row.title) for row in listed.values()]


def _matches(text: str) -> sa.ColumnElement[bool]:
    numbered = sa.select(Party.case_id).where(
        sa.or_(
            Party.file_number.icontains(text, autoescape=True),
            Party.name.icontains(text, autoescape=True),
        )
    )
    return sa.or_(Case.title.icontains(text, autoescape=True), Case.id.in_(numbered))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
