"""The form that opens a case: one block of fields for each person, as many as are needed."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from wtforms import Form, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.registry.opening import NewCase, NewParty
from portal.web.fields import DayField
from portal.web.language import N_

MOST = 30
PARTS = ("name", "number", "uci", "born", "interpretation")
TOO_LONG = Length(max=200, message=N_("Use at most 200 characters"))


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())


class CaseForm(Form):
    """What is said once of a case; `case_form` adds the people."""

    id = HiddenField()
    division = RadioField(N_("Division"), [InputRequired(N_("Choose the division"))], choices=[])
    office = SelectField(N_("Registry office"), choices=[])
    language = RadioField(
        N_("Language of the proceedings"),
        [InputRequired(N_("Choose the language of the proceedings"))],
        choices=[],
    )
    title = StringField(N_("Title of the case"), [Optional(), TOO_LONG], filters=[_tidy])
    people: int

    def blocks(self) -> list[dict[str, Any]]:
        """The fields of each person, by the part's name."""
        return [{part: self[f"{part}_{number}"] for part in PARTS} for number in range(self.people)]

    def parties(self) -> list[NewParty]:
        """Everybody on the form."""
        return [
            NewParty(
                name=block["name"].data,
                file_number=block["number"].data,
                uci=block["uci"].data or None,
                born_on=block["born"].data,
                interpretation=block["interpretation"].data or None,
            )
            for block in self.blocks()
        ]

    def case(self, key: UUID) -> NewCase:
        """The case that this form would open."""
        return NewCase(
            id=key,
            division=self.division.data,
            office=self.office.data,
            language=self.language.data,
            title=self.title.data or "",
            parties=self.parties(),
        )

    def check_people(self, today: date) -> None:
        """Refuse a birthday to come, and one number given to two people."""
        numbers = [block["number"].data for block in self.blocks()]
        for place, block in enumerate(self.blocks()):
            if block["born"].data and block["born"].data > today:
                _blame(block["born"], N_("This day has not come yet. Check the date of birth"))
            if block["number"].data and block["number"].data in numbers[:place]:
                _blame(
                    block["number"],
                    N_("You gave this file number to another person above. Each needs its own"),
                )

    def blame_numbers(self, sentences: Iterable[tuple[str, str]]) -> None:
        """Put a sentence at every field that holds this file number."""
        said = dict(sentences)
        for block in self.blocks():
            if block["number"].data in said:
                _blame(block["number"], said[block["number"].data])


@cache
def case_form(people: int) -> type[CaseForm]:
    """The form for so many people."""
    fields: dict[str, Any] = {"people": people}
    for number in range(people):
        fields |= {
            f"name_{number}": StringField(
                N_("Full name"),
                [DataRequired(N_("Enter the person’s name")), TOO_LONG],
                filters=[_tidy],
            ),
            f"number_{number}": StringField(
                N_("File number"),
                [DataRequired(N_("Enter the file number")), TOO_LONG],
                filters=[_tidy],
            ),
            f"uci_{number}": StringField(
                N_("UCI, if known"), [Optional(), TOO_LONG], filters=[_tidy]
            ),
            f"born_{number}": DayField(N_("Date of birth, if known"), [Optional()]),
            f"interpretation_{number}": StringField(
                N_("Language of interpretation, if one is needed"),
                [Optional(), TOO_LONG],
                filters=[_tidy],
            ),
        }
    return type("CaseFormFor", (CaseForm,), fields)


def without_person(items: Iterable[tuple[str, str]], number: int) -> list[tuple[str, str]]:
    """What was typed, with one person taken out and those below moved up."""
    kept: list[tuple[str, str]] = []
    for name, value in items:
        part, _, place = name.partition("_")
        index, dash, box = place.partition("-")
        if part not in PARTS or not index.isdecimal() or int(index) < number:
            kept.append((name, value))
        elif int(index) > number:
            kept.append((f"{part}_{int(index) - 1}{dash}{box}", value))
    return kept


def _blame(field: Any, sentence: str) -> None:  # noqa: ANN401 - WTForms has no stubs
    field.errors = [*field.errors, sentence]
