"""Saying a text of another language on a page: escaped, its facts kept apart, marked if unchecked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from portal.locale.tongue import Tongue
from portal.models import Hearing

# A sign of its own, so that nobody takes it for a footnote, a dot or a letter.
MARK = "°"
# Facts that run from left to right whatever stands around them, and that nobody may translate.
_FACT = Markup('<bdi dir="ltr" translate="no">{}</bdi>')
_IN_THE_LANGUAGE = {"day"}
# The texts that say what to do, by how the hearing takes place.
_TO_DO = {
    "video": ("video_device", "quiet_room", "video_open"),
    "telephone": ("quiet_room",),
    "in_person": ("in_person_early", "in_person_desk"),
}
_CALLED = {"video": "video_fails", "telephone": "telephone_call"}


@dataclass(frozen=True)
class Saying:
    """What a template calls: `say("danger", phone=…)`."""

    tongue: Tongue
    # A reader who listens hears of each unchecked text only where some are checked.
    _sign: Markup = field(init=False)

    def __post_init__(self) -> None:
        """Make the mark once."""
        word = ""
        if self.tongue.reviewed == "some":
            word = Markup('<span class="govuk-visually-hidden"> ({})</span>').format(
                self.tongue.phrases["unchecked_word"].text
            )
        # The word joiner before it: no line begins with the mark.
        sign = Markup('<span class="dossier-unchecked" aria-hidden="true">\u2060{}</span>').format(
            MARK
        )
        object.__setattr__(self, "_sign", sign + word)

    def __call__(self, key: str, **facts: object) -> Markup:
        """The text with its facts, and the mark if no person has checked it."""
        phrase = self.tongue.phrases[key]
        said = self._filled(phrase.text, facts)
        return said if phrase.reviewed else said + self._sign

    def plain(self, key: str) -> str:
        """The bare text, for a title or an attribute, where no mark can stand."""
        return self.tongue.phrases[key].text

    def to_do(self, hearing: Hearing) -> list[Markup]:
        """What to do for this hearing, sentence by sentence, by how it takes place."""
        said = [self(key) for key in _TO_DO[hearing.mode]]
        if hearing.dial_in and hearing.mode in _CALLED:
            said.append(self(_CALLED[hearing.mode], phone=hearing.dial_in))
        elif hearing.mode == "telephone":
            said.append(self("telephone_wait"))
        wanted = ("interpreter_free", "interpreter_wrong")
        keys = ("bring", *(wanted if hearing.interpreter else ("interpreter_needed",)))
        return [*said, *(self(key) for key in (*keys, "cannot_come", "absent"))]

    def _filled(self, text: str, facts: Mapping[str, object]) -> Markup:
        apart = {
            name: escape(fact) if name in _IN_THE_LANGUAGE else _FACT.format(fact)
            for name, fact in facts.items()
        }
        return Markup(escape(text)).format(**apart)  # noqa: S704 - escaped just there
