"""Who may sign in to a demonstration, and with what: said at start-up and on the sign-in page."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

# Public on purpose: it opens nothing but a demonstration.
DEMO_PASSWORD = "demonstration-tribunal"  # noqa: S105
_NAMES = UUID("6a1f0a52-4d0e-4f6b-9a55-2f6a4a0c1d11")


def demo_id(name: str) -> UUID:
    """The same id for the same name in every demonstration, so that addresses can be kept."""
    return uuid5(_NAMES, name)


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of the demonstration: how to sign in, and what one sees then."""

    name: str
    email: str
    calling: str
    language: str
    zone: str
    role: Mapping[str, str]

    @property
    def id(self) -> UUID:
        """His or her id."""
        return demo_id(self.email)


def _person(name: str, email: str, calling: str, where: str, *, en: str, fr: str) -> DemoPerson:
    language, _, city = where.partition(" ")
    return DemoPerson(
        name, f"{email}@example.org", calling, language, f"America/{city}", {"en": en, "fr": fr}
    )


CLAIRE = _person(
    "Claire Tremblay", "claire", "counsel", "en Toronto",
    en="Counsel in Toronto, with an assistant", fr="Conseil à Toronto, avec une adjointe",
)  # fmt: skip
LOUIS = _person(
    "Louis Okafor", "louis", "counsel", "en Vancouver",
    en="Counsel in Vancouver and Calgary", fr="Conseil à Vancouver et à Calgary",
)  # fmt: skip
GENEVIEVE = _person(
    "Geneviève Lapointe", "genevieve", "counsel", "fr Montreal",
    en="Counsel in Montréal, works in French", fr="Conseil à Montréal, travaille en français",
)  # fmt: skip
MARC = _person(
    "Marc Dubois", "marc", "counsel", "fr Montreal",
    en="Minister’s counsel, on the other side", fr="Conseil du ministre, partie adverse",
)  # fmt: skip
AMIRA = _person(
    "Amira Haddad", "amira", "delegate", "en Toronto",
    en="Delegate of Claire Tremblay: files for her", fr="Déléguée de Claire Tremblay : dépose pour elle",
)  # fmt: skip
JONAS = _person(
    "Jonas Roy", "jonas", "delegate", "fr Toronto",
    en="Delegate who may only see and read two cases", fr="Délégué qui peut seulement voir et lire deux dossiers",
)  # fmt: skip
MEI = _person(
    "Mei-Ling Fong", "mei", "delegate", "en Vancouver",
    en="Clinic worker, delegate of two counsel", fr="Intervenante en clinique, déléguée de deux conseils",
)  # fmt: skip
FARIDA = _person(
    "Farida Noor", "farida", "claimant", "en Toronto",
    en="Claimant with counsel, hearing soon", fr="Demandeure d’asile avec conseil, audience bientôt",
)  # fmt: skip
YONAS = _person(
    "Yonas Tekle", "yonas", "claimant", "en Vancouver",
    en="Claimant without counsel", fr="Demandeur d’asile sans conseil",
)  # fmt: skip
MARIE = _person(
    "Marie-Josette Désir", "marie", "claimant", "fr Montreal",
    en="Claimant without counsel, in French", fr="Demandeure d’asile sans conseil",
)  # fmt: skip
DINA = _person(
    "Dina Reyes", "dina", "representative", "en Toronto",
    en="Designated representative of two children", fr="Représentante désignée de deux enfants",
)  # fmt: skip
MARGARET = _person(
    "Margaret Chen", "registry.rpd", "registry", "en Toronto",
    en="Registry officer, refugee protection", fr="Agente du greffe, protection des réfugiés",
)  # fmt: skip
LUC = _person(
    "Luc Bergeron", "registry.appeals", "registry", "fr Montreal",
    en="Registry officer, appeals and immigration", fr="Agent du greffe, appels et immigration",
)  # fmt: skip

DEMO_PEOPLE = (
    CLAIRE, AMIRA, FARIDA, MARGARET, YONAS, MARIE, DINA, LOUIS, GENEVIEVE, MARC, JONAS, MEI, LUC,
)  # fmt: skip
