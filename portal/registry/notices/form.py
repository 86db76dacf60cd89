"""The form of a notice's facts, built from the fields that its kind declares."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from functools import cache, partial
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from wtforms import Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from notices.facts import LANGUAGES, Asked, Both, Kind, Language, Moment, Served
from notices.kinds import KINDS
from portal.hearings.scheduling import NoSuchTime, instant
from portal.web.fields import ClockField, DayField
from portal.web.language import N_

# Kinds that officers write; the others are written by what happens in a case.
OFFERED: Mapping[str, type[Kind]] = {
    code: kind for code, kind in KINDS.items() if kind.served is Served.PARTIES
}
NEEDED = N_("This is needed: fill it in")
WANTED = DataRequired(NEEDED)
TOO_LONG = Length(max=20_000, message=N_("Use at most 20,000 characters"))
BOTH = N_("Say it in both languages, or leave both empty")

# What the inputs of one fact are called beside its label, whatever the fact.
IN: Mapping[Language, Both] = {
    "en": Both("%s, in English", "%s, en anglais"),
    "fr": Both("%s, in French", "%s, en français"),
}
ZONE = Both("On the clock of", "À l’heure de")


class FactsForm(Form):
    """The facts of one kind of notice as an officer types them; `facts_form` adds the fields."""

    id = HiddenField()
    kind: type[Kind]

    def offer(self, *, language: str, zones: list[tuple[str, str]]) -> None:
        """Give labels, hints and choices in the reader's language; `zones` as codes and names."""
        asked = self.kind.inputs()
        for name, hint in facts_of(self.kind):
            below = asked[name].hint
            for key, label in _labels(name, hint, asked[name]).items():
                self[key].label.text = label.said(language)
                self[key].description = below.said(language) if below else ""
            if get_origin(hint) is Literal:
                words = asked[name].choices
                choices = [(code, words[code].said(language)) for code in get_args(hint)]
                _choosing(self[name]).choices = choices
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
        day, clock = self[f"{name}_day"], self[f"{name}_at"]
        try:
            self._moment(name)
        except NoSuchTime as error:
            clock.errors = [error.text]
            return False
        if (day.data is None) == (clock.data is None):
            return True
        lacking = day if day.data is None else clock
        lacking.errors = [NEEDED]
        return False

    def _moment(self, name: str) -> Moment | None:
        day, clock = self[f"{name}_day"].data, self[f"{name}_at"].data
        if day is None or clock is None:
            return None
        zone = self[f"{name}_zone"].data
        return Moment(instant(datetime.combine(day, clock), zone), zone)

    def _value(self, name: str, hint: object) -> object:
        if hint is Moment:
            return self._moment(name)
        if hint is Both:
            english, french = self[f"{name}_en"].data, self[f"{name}_fr"].data
            return Both(english, french) if english else None
        return self[name].data or None


def facts_of(kind: type[Kind]) -> list[tuple[str, Any]]:
    """The facts an officer gives, each with its type; "or nothing" left out."""
    hints = get_type_hints(kind)
    return [(name, _plain(hints[name])) for name in kind.inputs()]


def facts_form(code: str) -> type[FactsForm]:
    """The form of an offered kind."""
    return form_of(OFFERED[code])


@cache
def form_of(kind: type[Kind]) -> type[FactsForm]:
    """The form of all the facts that this kind asks for."""
    needed = {field.name for field in fields(kind) if _needed(field)}
    asked, made = kind.inputs(), dict[str, Any](kind=kind)
    for name, hint in facts_of(kind):
        checks = [WANTED] if name in needed else [Optional()]
        made |= _inputs(name, hint, checks, long=asked[name].long)
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


def _inputs(name: str, hint: Any, checks: list[Any], *, long: bool) -> dict[str, Any]:  # noqa: ANN401 - as above
    """The inputs that one fact takes; `offer` gives them their labels."""
    text = partial(
        TextAreaField if long else StringField,
        validators=[*checks, TOO_LONG],
        filters=[_stripped],
    )
    if hint is Both:
        return {f"{name}_{language}": text() for language in LANGUAGES}
    if hint is Moment:
        return {
            f"{name}_day": DayField(validators=checks),
            f"{name}_at": ClockField(validators=checks),
            f"{name}_zone": SelectField(choices=[]),
        }
    if hint is date:
        return {name: DayField(validators=checks)}
    if get_origin(hint) is Literal:
        return {name: RadioField(validators=checks, choices=[])}
    if hint is str:
        return {name: text()}
    raise TypeError(f"{name}: no form asks for {hint}")


def _labels(name: str, hint: object, asked: Asked) -> dict[str, Both]:
    """The label of each of these inputs."""
    if hint is Both:
        en, fr = asked.label.en, asked.label.fr
        return {
            f"{name}_{language}": Both(words.en % en, words.fr % fr)
            for language, words in IN.items()
        }
    if hint is Moment:
        day, clock = f"{name}_day", f"{name}_at"
        return {day: asked.label, clock: asked.clock or asked.label, f"{name}_zone": ZONE}
    return {name: asked.label}


def _choosing(field: Any) -> SelectField:  # noqa: ANN401 - WTForms types a form's fields by none
    assert isinstance(field, SelectField)  # noqa: S101 - the form is ours
    return field


def _as_text(field: Any) -> str:  # noqa: ANN401 - as above
    return field._value()


def _stripped(text: str | None) -> str:
    return (text or "").strip()
