"""What was filed in the demonstration, as a table: who, for whom, when, and which papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.people.demo import (
    AMIRA,
    CLAIRE,
    FARIDA,
    GENEVIEVE,
    LOUIS,
    MARC,
    MARIE,
    MEI,
    YONAS,
    DemoPerson,
    demo_id,
)
from portal.seeding.cases import CASE, DemoCase


@dataclass(frozen=True)
class File:
    """One paper, and what becomes of it."""

    name: str
    type: str
    title: str
    pages: int = 3
    state: str = "clean"
    # How often its scan has failed already, where it is held.
    failed: int = 0
    # Neither in English nor in French: its language and who translated it; which file of the
    # filing, from 0, holds the translation.
    tongue: str | None = None
    translator: str | None = None
    translation: int = 0


@dataclass(frozen=True)
class Filing:
    """Papers filed together; a draft waits for somebody to press the button."""

    case: DemoCase
    filer: DemoPerson
    days_ago: int
    clock: str
    files: Sequence[File]
    principal: DemoPerson
    draft: bool = False
    # A draft that waits for its principal's word.
    asks: bool = False
    # To whom and how a copy was given, the day before; why it comes late.
    served: tuple[str, str] | None = None
    why_late: str | None = None
    # A case that is heard together with this one, which it is for too.
    also: DemoCase | None = None

    @property
    def id(self) -> UUID:
        """Tells it from every other."""
        return demo_id(f"filing {self.case.key} {self.filer.email} {self.days_ago} {self.clock}")


def _filing(
    key: str, filer: DemoPerson, days_ago: int, clock: str, *files: File,
    principal: DemoPerson | None = None, draft: bool = False, asks: bool = False,
    served: tuple[str, str] | None = None, why_late: str | None = None, also: str = "",
) -> Filing:  # fmt: skip
    principal = principal or filer
    return Filing(
        CASE[key],
        filer,
        days_ago,
        clock,
        files,
        principal,
        draft,
        asks,
        served,
        why_late,
        CASE.get(also),
    )


def _form(family: str, pages: int = 14) -> File:
    return File(f"BOC-{family}.pdf", "basis_of_claim", "Basis of Claim Form", pages)


def _formulaire(family: str, pages: int = 12) -> File:
    title = "Formulaire de fondement de la demande d’asile"
    return File(f"FDA-{family}.pdf", "basis_of_claim", title, pages)


# fmt: off
FILINGS = (
    _filing("noor", FARIDA, 19, "16:12", _form("Noor")),
    _filing("noor", AMIRA, 2, "9:40", File(
        "medical-letter.pdf", "medical", "Medical letter (translated)"), principal=CLAIRE),
    # Filed this minute: the check is running, or is about to.
    _filing("noor", AMIRA, 0, "0:03", File(
        "country-evidence.pdf", "country_conditions", "Country evidence, Kabul", 86, "held"), principal=CLAIRE),
    _filing("noor", AMIRA, 0, "0:01", File(
        "affidavit-brother.pdf", "affidavit", "Affidavit of the claimant’s brother", 6),
        File("letter-hospital.pdf", "medical", "Letter of the hospital", 2, tongue="Dari"),
        principal=CLAIRE, draft=True),
    _filing("barzani", CLAIRE, 30, "11:05", _form("Barzani"), File(
        "birth-certificates.pdf", "identity", "Birth certificates", 4,
        tongue="Kurdish (Sorani)", translator="Awaz Rashid", translation=2), File(
        "birth-certificates-en.pdf", "translation", "Translation of the birth certificates", 4)),
    _filing("tekle", YONAS, 33, "20:41", _form("Tekle", 11)),
    _filing("tekle", YONAS, 3, "22:10",
            File("photos.pdf", "photographs", "Photographs of the house", 5),
            File("letter-church.pdf", "letter", "Letter from the church in Asmara", 1)),
    _filing("desir", MARIE, 26, "19:22", _formulaire("Desir")),
    _filing("shevchenko", CLAIRE, 70, "15:30", _form("Shevchenko", 17)),
    _filing("shevchenko", CLAIRE, 16, "17:55",
            File("country-package.pdf", "country_conditions", "Country package, Kharkiv", 64),
            File("service.pdf", "proof_of_service", "Statement of service", 1)),
    _filing("hosseini", CLAIRE, 90, "10:12", _form("Hosseini", 15)),
    _filing("hosseini", MARC, 8, "14:47", File(
        "intervention.pdf", "application", "Notice of intervention", 8)),
    # After its limit: received all the same, and marked.
    _filing("hosseini", CLAIRE, 1, "19:18", File(
        "late-affidavit.pdf", "affidavit", "Supplementary affidavit", 7),
        served=("Marc Dubois, Minister’s counsel", "electronic"),
        why_late="The witness could not be reached before: the telephone lines were down until Friday."),
    _filing("ozturk", CLAIRE, 200, "9:31", _form("Ozturk", 13)),
    _filing("guzman", GENEVIEVE, 55, "13:02", _formulaire("Guzman", 16)),
    _filing("guzman", GENEVIEVE, 5, "10:26",
            File("rapport-psychologue.pdf", "medical", "Rapport de la psychologue", 9),
            File("scan-acte.pdf", "identity", "Acte de naissance", 1, "refused")),
    _filing("jean-baptiste", GENEVIEVE, 20, "16:40", _formulaire("Jean-Baptiste")),
    _filing("al-masri", LOUIS, 64, "11:50", _form("Al-Masri")),
    _filing("al-masri", LOUIS, 1, "18:21",
            File("statement.txt", "affidavit", "Statement of the neighbour", 0, "infected"),
            File("photos-aleppo.pdf", "photographs", "Photographs, Aleppo", 12)),
    _filing("moreno", LOUIS, 44, "10:02", _form("Moreno", 12)),
    _filing("moreno-sofia", LOUIS, 43, "10:20", _form("Moreno-Sofia", 12)),
    _filing("moreno", LOUIS, 0, "2:10", File(
        "family-statement.pdf", "affidavit", "Statement of their mother", 4),
        draft=True, also="moreno-sofia"),
    _filing("abdi", LOUIS, 80, "12:12", _form("Abdi", 10)),
    _filing("abdi", LOUIS, 2, "16:33", File(
        "archive.pdf", "country_conditions", "Newspaper archive 2009–2025", 40, "unscannable")),
    _filing("abdi", MEI, 0, "3:20",
            File("affidavit-brother.pdf", "affidavit", "Affidavit of the brother", 4),
            File("school-records.pdf", "identity", "School records, with translation", 3),
            principal=LOUIS, draft=True, asks=True),
    _filing("gebremedhin", LOUIS, 14, "9:15", _form("Gebremedhin", 11)),
    _filing("rahimi", CLAIRE, 50, "14:14",
            File("notice-of-appeal.pdf", "notice_of_appeal", "Notice of appeal", 3)),
    _filing("rahimi", CLAIRE, 12, "21:37",
            File("record.pdf", "appellants_record", "Appellant’s record", 78),
            File("memorandum.pdf", "memorandum", "Memorandum", 22)),
    _filing("kovalenko", GENEVIEVE, 38, "15:15", File(
        "avis-appel.pdf", "notice_of_appeal", "Avis d’appel", 3)),
    _filing("ramirez", MARC, 4, "11:11", File(
        "bond-terms.pdf", "letter", "Terms proposed for release", 2, "held", failed=4)),
    _filing("petrenko", CLAIRE, 10, "15:05", File("lease.pdf", "other", "Lease and pay slips", 9)),
    _filing("nguyen", LOUIS, 120, "10:40", File(
        "appeal.pdf", "notice_of_appeal", "Notice of appeal", 4)),
    _filing("tadesse", CLAIRE, 21, "16:08", File(
        "letters-of-support.pdf", "letter", "Letters of support", 18)),
    _filing("da-costa", GENEVIEVE, 0, "1:30", File(
        "preuve-residence.pdf", "other", "Preuve de résidence", 5), draft=True),
)
# fmt: on
