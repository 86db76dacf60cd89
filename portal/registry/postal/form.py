"""The form of a postal address: boxes for a Canadian one, free lines for one abroad."""

import re
from typing import Any

from wtforms import Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from portal.registry.letters.countries import country_names
from portal.web.fields import paragraphs
from portal.web.language import N_, say

# A letter and a digit, thrice; D, F, I, O, Q and U are never used, W and Z never first
# (Canada Post, Addressing Guidelines).
POSTAL_CODE = re.compile(r"([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d)")
# The first letters of each province's and territory's postal codes.
PROVINCES = {
    "AB": "T",
    "BC": "V",
    "MB": "R",
    "NB": "E",
    "NL": "A",
    "NS": "B",
    "NT": "X",
    "NU": "X",
    "ON": "KLMNP",
    "PE": "C",
    "QC": "GHJ",
    "SK": "S",
    "YT": "Y",
}
PROVINCE_WORDS = {
    "AB": N_("Alberta"),
    "BC": N_("British Columbia"),
    "MB": N_("Manitoba"),
    "NB": N_("New Brunswick"),
    "NL": N_("Newfoundland and Labrador"),
    "NS": N_("Nova Scotia"),
    "NT": N_("Northwest Territories"),
    "NU": N_("Nunavut"),
    "ON": N_("Ontario"),
    "PE": N_("Prince Edward Island"),
    "QC": N_("Quebec"),
    "SK": N_("Saskatchewan"),
    "YT": N_("Yukon"),
}
# What a line of the window holds.
LINE = 40
TOO_LONG = Length(max=LINE, message=N_("Use at most 40 characters: more does not fit the envelope"))
MOST_LINES = 5


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())


class AddressForm(Form):
    """Where somebody gets letters; the name is known."""

    id = HiddenField()
    country = SelectField(N_("Country"), choices=[], default="CA")
    care_of = StringField(N_("Care of (optional)"), [TOO_LONG], filters=[_tidy])
    street = StringField(N_("Number, street, apartment, or PO box"), [TOO_LONG], filters=[_tidy])
    more = StringField(N_("Second line (optional)"), [TOO_LONG], filters=[_tidy])
    city = StringField(N_("City"), [Length(max=30, message=N_("Use at most 30 characters"))])
    province = SelectField(N_("Province or territory"), choices=[])
    postal_code = StringField(N_("Postal code"), filters=[lambda text: _tidy(text).upper()])
    abroad = TextAreaField(N_("Address in another country"), filters=[paragraphs])

    def offer_places(self, language: str) -> None:
        """Give the lists their choices, in the reader's language; Canada first."""
        names = country_names(language)
        others = sorted((name, code) for code, name in names.items() if code != "CA")
        self.country.choices = [("CA", names["CA"]), *((code, name) for name, code in others)]
        self.province.choices = [("", say(language, N_("Choose a province or territory")))] + [
            (code, say(language, PROVINCE_WORDS[code])) for code in PROVINCES
        ]

    @property
    def lines(self) -> list[str]:
        """The address as it stands below the name; only after the form was checked."""
        if self.country.data != "CA":
            return _lines(self.abroad.data)
        care_of = f"C/O {self.care_of.data}" if self.care_of.data else ""
        # Canada Post: capitals, and two spaces before the postal code.
        city = f"{_tidy(self.city.data).upper()} {self.province.data}  {self.postal_code.data}"
        return [line for line in (care_of, self.street.data, self.more.data, city) if line]

    def validate_street(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """A house or a box."""
        self._wanted(field, N_("Enter the street or the PO box"))

    def validate_city(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """Of a Canadian address."""
        self._wanted(field, N_("Enter the city"))

    def validate_province(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """Of a Canadian address."""
        self._wanted(field, N_("Choose the province or territory"))

    def validate_postal_code(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """Written as Canada Post does, and of the province that was chosen."""
        if self.country.data != "CA":
            return
        found = POSTAL_CODE.fullmatch(field.data or "")
        if found is None:
            raise ValidationError(N_("Enter a Canadian postal code, such as K1A 0B1"))
        field.data = f"{found[1]} {found[2]}"
        letters = PROVINCES.get(self.province.data or "", field.data[0])
        if field.data[0] not in letters:
            raise ValidationError(N_("This postal code is of another province: check both"))

    def validate_abroad(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """As it is written there, without the name and the country."""
        lines = _lines(field.data)
        if self.country.data == "CA":
            return
        if not lines:
            raise ValidationError(N_("Enter the address as it is written in that country"))
        if len(lines) > MOST_LINES:
            raise ValidationError(N_("Use at most 5 lines: more do not fit the envelope"))
        if any(len(line) > LINE for line in lines):
            raise ValidationError(
                N_("Use at most 40 characters a line: more does not fit the envelope")
            )

    def _wanted(self, field: Any, sentence: str) -> None:  # noqa: ANN401 - WTForms has no stubs
        if self.country.data == "CA" and not field.data:
            raise ValidationError(sentence)


def _lines(text: str | None) -> list[str]:
    return [tidied for line in (text or "").split("\n") if (tidied := _tidy(line))]
