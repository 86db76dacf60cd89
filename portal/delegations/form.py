"""The form by which access is offered, and what it says of each right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import EmailField, Form, RadioField, StringField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, StopValidation

from portal.delegations.offering import MORE_THAN_OWN
from portal.delegations.terms import NO_CASES, Terms, completed
from portal.models import Right
from portal.web.fields import CheckboxesField, DayField
from portal.web.language import N_

NOT_MINE = N_("One of the cases you chose is no longer yours to lend. Look at the list again")
NO_ADDRESS = N_("Enter the e-mail address of the person")
NO_TEAM = N_("Enter the team’s code, such as T-7K2M-9QXD. Somebody who is in it can tell you")
NOT_KNOWN = N_("Choose a person or a team")

# What each right allows, as the form explains it: its name, what it means, and what it is not.
EXPLAINED: Mapping[Right, tuple[str, str, str]] = {
    Right.read: (
        N_("Read documents and notices"),
        N_("Open what was filed in the case and the letters of the tribunal."),
        N_("Changes, files and answers nothing."),
    ),
    Right.prepare: (
        N_("Prepare documents"),
        N_("Put documents together for you."),
        N_("Files nothing: you look at them and file them yourself."),
    ),
    Right.file: (
        N_("File documents"),
        N_("File in your name without asking you first. The receipt names both of you."),
        N_("Does not ask the tribunal for another date, and cannot take back what is filed."),
    ),
    Right.receive: (
        N_("Receive notices"),
        N_("Be told by e-mail, as you are, that a letter waits, and open it."),
        N_("Does not say for you that you have received it."),
    ),
    Right.request: (
        N_("Make requests"),
        N_(
            "Ask the tribunal for another date, tell it new contact details, or file a notice of "
            "appeal, in your name."
        ),
        N_("Files no documents."),
    ),
    Right.delegate: (
        N_("Manage who has access"),
        N_("Lend and end access in your name, on all of your cases."),
        N_("Cannot lend this right itself, nor give access to himself or herself."),
    ),
}

# With more cases than these, only some are listed, and a search finds the others.
LISTED = 25


@dataclass(frozen=True)
class Mine:
    """What is there to lend and to whom: cases, those ticked first; rights; teams I know."""

    cases: Sequence[Any] = ()
    rights: Sequence[Right] = ()
    teams: Sequence[Any] = ()
    # Rows (id, name, size) of the team that has the code that was typed.
    coded: Sequence[Any] = ()
    # Those in whose name the reader may lend.
    lenders: Sequence[Any] = ()
    # The cases that the loan names whose terms are changed.
    before: frozenset[UUID] = frozenset()


class LendForm(Form):
    """To whom, which rights, on which cases, from when until when, and why."""

    mine = Mine()

    whom = RadioField(N_("To whom?"), choices=[], default="person", validate_choice=False)
    email = EmailField(
        N_("E-mail address of the person"),
        filters=[lambda text: text.strip().lower() if text else text],
    )
    code = StringField(N_("Code of the team"))
    rights = CheckboxesField(N_("What else do you allow?"), validate_choice=False)
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
        N_("Why is it needed?"),
        [
            DataRequired(N_("Say why, in a few words")),
            Length(max=200, message=N_("Use at most 200 characters to say why")),
        ],
    )

    def validate_whom(self, field: RadioField) -> None:
        """A person, a team I know, or one whose code I was told."""
        if field.data not in {"person", "code", *(str(team.id) for team in self.mine.teams)}:
            raise StopValidation(NOT_KNOWN)

    def validate_email(self, field: EmailField) -> None:
        """A person has an address."""
        if self.whom.data == "person" and not field.data:
            raise StopValidation(NO_ADDRESS)

    def validate_code(self, field: StringField) -> None:
        """A code must be some team's."""
        del field
        if self.whom.data == "code" and not self.mine.coded:
            raise StopValidation(NO_TEAM)

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

    @property
    def team(self) -> Any:  # noqa: ANN401 - a row
        """The team that was chosen, as a row of id, name and size; None for a person."""
        if self.whom.data == "code":
            return self.mine.coded[0] if self.mine.coded else None
        return next((team for team in self.mine.teams if str(team.id) == self.whom.data), None)

    def terms(self, *, zone: str, **settled: Any) -> Terms:
        """What was chosen, once it is validated; `settled`: to whom, where that is not asked."""
        chosen = tuple(UUID(key) for key in self.cases.data or ())
        if not settled:
            team = self.team
            settled = {"email": None if team else str(self.email.data), "team_id": team and team.id}
        return Terms(
            **settled,
            rights=completed({Right(word) for word in self.rights.data or ()}),
            cases=chosen if self.scope.data == "listed" else None,
            first_day=self.starts.data or date.min,
            last_day=self.ends.data or date.min,
            zone=zone,
            reason=" ".join(str(self.reason.data).split()),
        )
