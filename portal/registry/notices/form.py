"""The form of a notice's facts, built from the fields that its kind declares."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from wtforms import Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from notices.facts import Both, Kind, Moment, Served
from notices.kinds import KINDS
from portal.hearings.scheduling import NoSuchTime, instant
from portal.web.fields import ClockField, DayField
from portal.web.language import N_

# Kinds that officers write; the others are written by what happens in a case.
OFFERED: Mapping[str, type[Kind]] = {
    code: kind for code, kind in KINDS.items() if kind.served is Served.PARTIES
}
# What the case itself states.
GIVEN = ("file_number", "division")

WANTED = DataRequired(N_("This is needed: fill it in"))
TOO_LONG = Length(max=20_000, message=N_("Use at most 20,000 characters"))
BOTH = N_("Say it in both languages, or leave both empty")

# The label of each input, by its name; whole sentences, because languages put words in their order.
LABELS: Mapping[str, str] = {
    "hearing_en": N_("What the hearing is about, in English"),
    "hearing_fr": N_("What the hearing is about, in French"),
    "starts_day": N_("Day of the hearing"),
    "starts_at": N_("Time of the hearing"),
    "starts_zone": N_("On the clock of"),
    "was_day": N_("The day that no longer holds"),
    "was_at": N_("The time that no longer holds"),
    "was_zone": N_("On the clock of"),
    "mode": N_("How it is held"),
    "place_en": N_("Room and address, in English"),
    "place_fr": N_("Room and address, in French"),
    "interpreter_en": N_("Language of the interpreter, in English"),
    "interpreter_fr": N_("Language of the interpreter, in French"),
    "documents_due": N_("Documents must be here by"),
    "reason_en": N_("Why, in English"),
    "reason_fr": N_("Why, in French"),
    "subject_en": N_("Subject, in English"),
    "subject_fr": N_("Subject, in French"),
    "body_en": N_("Text, in English"),
    "body_fr": N_("Text, in French"),
    "answer_by": N_("Answer wanted by"),
}
CHOICES: Mapping[str, str] = {
    "video": N_("By video"),
    "in_person": N_("In person"),
    "telephone": N_("By telephone"),
}
LONG = ("body",)


class FactsForm(Form):
    """The facts of one kind of notice as an officer types them; `facts_form` adds the fields."""

    id = HiddenField()
    kind: type[Kind]

    def offer(self, *, say: Callable[[str], str], zones: list[tuple[str, str]]) -> None:
        """Give the choices, in the reader's language."""
        for name, hint in facts_of(self.kind):
            if get_origin(hint) is Literal:
                _choosing(self[name]).choices = [
                    (code, say(CHOICES[code])) for code in get_args(hint)
                ]
            elif hint is Moment:
                _choosing(self[f"{name}_zone"]).choices = zones

    def check(self) -> bool:
        """Whether all can be stated: both languages or none, and times that exist."""
        valid = self.validate()
        for name, hint in facts_of(self.kind):
            if hint is Both:
                valid &= self._says_both(name)
            elif hint is Moment and valid:
                valid &= self._exists(name)
        return valid

    def stated(self, *, file_number: str, division: str) -> Kind:
        """The facts as the notice states them; only after check()."""
        values: dict[str, Any] = {"file_number": file_number, "division": division}
        for name, hint in facts_of(self.kind):
            values[name] = self._value(name, hint)
        return self.kind(**values)

    def as_posted(self) -> list[tuple[str, str]]:
        """Every field as a browser would send it."""
        sent: list[tuple[str, str]] = []
        for field in self:
            if isinstance(field, DayField):
                sent += [(f"{field.name}-{part}", text) for part, text in field.parts.items()]
            elif isinstance(field, RadioField | SelectField):
                sent.append((field.name, field.data or ""))
            else:
                sent.append((field.name, _as_text(field)))
        return sent

    def _says_both(self, name: str) -> bool:
        english, french = self[f"{name}_en"], self[f"{name}_fr"]
        if bool(english.data) == bool(french.data):
            return True
        lacking = french if english.data else english
        lacking.errors = lacking.errors or [BOTH]
        return False

    def _exists(self, name: str) -> bool:
        try:
            self._moment(name)
        except NoSuchTime as error:
            self[f"{name}_at"].errors = [error.text]
            return False
        return True

    def _moment(self, name: str) -> Moment:
        local = datetime.combine(self[f"{name}_day"].data, self[f"{name}_at"].data)
        zone = self[f"{name}_zone"].data
        return Moment(instant(local, zone), zone)

    def _value(self, name: str, hint: object) -> object:
        if hint is Moment:
            return self._moment(name)
        if hint is Both:
            english, french = self[f"{name}_en"].data, self[f"{name}_fr"].data
            return Both(english, french) if english else None
        return self[name].data


def facts_of(kind: type[Kind]) -> list[tuple[str, Any]]:
    """The facts an officer gives, each with its type; "or nothing" left out."""
    hints = get_type_hints(kind)
    return [
        (field.name, _plain(hints[field.name])) for field in fields(kind) if field.name not in GIVEN
    ]


@cache
def facts_form(code: str) -> type[FactsForm]:
    """The form of an offered kind."""
    kind = OFFERED[code]
    needed = {field.name for field in fields(kind) if _needed(field)}
    made: dict[str, Any] = {"kind": kind}
    for name, hint in facts_of(kind):
        made |= _inputs(name, hint, [WANTED] if name in needed else [Optional()])
    return type("FactsFormFor", (FactsForm,), made)


def as_typed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that are known already, as the fields of the form hold them."""
    typed: dict[str, Any] = {}
    for name, value in facts.items():
        match value:
            case Both():
                typed |= {f"{name}_en": value.en, f"{name}_fr": value.fr}
            case Moment():
                local = value.local
                typed |= {f"{name}_day": local.date(), f"{name}_at": local.time()}
                typed[f"{name}_zone"] = value.zone
            case _:
                typed[name] = value
    return typed


def _plain(hint: Any) -> Any:  # noqa: ANN401 - a type, of whatever form
    return get_args(hint)[0] if get_origin(hint) is UnionType else hint


def _needed(field: Field[Any]) -> bool:
    return field.default is MISSING


def _inputs(name: str, hint: Any, checks: list[Any]) -> dict[str, Any]:  # noqa: ANN401 - as above
    """The inputs that one fact takes."""
    if hint is Both:
        return _both(name, checks)
    if hint is Moment:
        return {
            f"{name}_day": DayField(LABELS[f"{name}_day"], checks),
            f"{name}_at": ClockField(LABELS[f"{name}_at"], checks),
            f"{name}_zone": SelectField(LABELS[f"{name}_zone"], choices=[]),
        }
    if hint is date:
        return {name: DayField(LABELS[name], checks)}
    if get_origin(hint) is Literal:
        return {name: RadioField(LABELS[name], checks, choices=[])}
    return {name: StringField(LABELS[name], [*checks, TOO_LONG], filters=[_stripped])}


def _both(name: str, checks: list[Any]) -> dict[str, Any]:
    kind = TextAreaField if name in LONG else StringField
    return {
        f"{name}_{language}": kind(
            LABELS[f"{name}_{language}"], [*checks, TOO_LONG], filters=[_stripped]
        )
        for language in ("en", "fr")
    }


def _choosing(field: Any) -> SelectField:  # noqa: ANN401 - WTForms types a form's fields by none
    assert isinstance(field, SelectField)  # noqa: S101 - the form is ours
    return field


def _as_text(field: Any) -> str:  # noqa: ANN401 - as above
    return field._value()


def _stripped(text: str | None) -> str:
    return (text or "").strip()
