"""A new kind of notice is one folder: found, asked for, said in both languages, put on paper."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent

FACTS = '''
"""The notice that a visit is planned."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from notices.facts import Asked, Both, Kind, Moment


@dataclass(frozen=True, kw_only=True)
class VisitPlanned(Kind):
    """Somebody comes by."""

    code = "visit_planned"
    title = Both("Visit planned", "Visite prévue")
    order = 15
    remind_after = 1
    unopened_after = 2

    purpose: Annotated[
        Both,
        Asked(Both("Purpose", "But"), hint=Both("In a few words.", "En peu de mots."), long=True),
    ]
    comes: Annotated[Moment, Asked(Both("Day", "Jour"), clock=Both("Time", "Heure"))]
    left: Annotated[Moment | None, Asked(Both("Left on", "Parti le"), clock=Both("At", "À"))] = None
    who: Annotated[str, Asked(Both("Who comes", "Qui vient"))]
    door: Annotated[
        Literal["front", "back"],
        Asked(
            Both("Which door", "Quelle porte"),
            choices={"front": Both("Front", "Devant"), "back": Both("Back", "Derrière")},
        ),
    ]
    answer_by: Annotated[date | None, Asked(Both("Answer by", "Réponse avant le"))] = None
'''
WORDS = {
    "en": "<h1>A visit is planned</h1><dl><dt>When</dt><dd>{{ comes }}, {{ door }} door</dd></dl>"
    "<p>{{ purpose }}: {{ who }}.</p>",
    "fr": "<h1>Une visite est prévue</h1><dl><dt>Quand</dt><dd>{{ comes }}, porte {{ door }}</dd></dl>"
    "<p>{{ purpose }} : {{ who }}.</p>",
}
USE = """
import json
from datetime import UTC, datetime

import pikepdf, io
from posted import Posted
from notices.document import Letterhead, letter
from notices.facts import Both, Moment
from notices.kinds import KINDS, facts_from_json
from notices.wording import both_wordings
from portal.models import Case
from portal.registry.notices.form import OFFERED, facts_form
from portal.registry.notices.known import known_facts

posted = Posted({
    "purpose_en": "To look", "purpose_fr": "Pour voir", "comes_day-day": "3", "comes_day-month": "12",
    "comes_day-year": "2026", "comes_at": "9:00", "comes_zone": "America/Toronto",
    "left_zone": "America/Toronto", "who": "An officer", "door": "back",
})
form = facts_form("visit_planned")(posted)
form.offer(language="fr", zones=[("America/Toronto", "Toronto")])
assert form.check(), form.errors
facts = form.stated(file_number="T-1", division="rpd")
assert facts == facts_from_json("visit_planned", json.loads(json.dumps(facts.to_json())))
english, french = both_wordings(facts, "en")
head = Letterhead(
    tribunal=Both("T", "T"), office=Both("O", "G"), number="N-1",
    issued=Moment(datetime(2026, 11, 21, tzinfo=UTC), "America/Toronto"),
    sign_in="https://portal.example/sign-in",
)
pdf = pikepdf.open(io.BytesIO(letter(facts, "fr", head=head)))
print(json.dumps({
    "codes": list(KINDS), "offered": "visit_planned" in OFFERED,
    "labels": {f.name: str(f.label.text) for f in form if f.name != "id"},
    "hints": {f.name: f.description for f in form if f.description},
    "choices": form["door"].choices,
    "known": known_facts("visit_planned", Case(division="rpd", office="toronto"), None,
                         now=datetime.now(UTC)),
    "said": [english.subject, english.text, french.subject, french.text],
    "left": facts.left, "title": str(pdf.docinfo["/Title"]), "pages": len(pdf.pages),
}))
"""
# What a form reads from: names to lists of values.
POSTED = """
class Posted(dict):
    def getlist(self, name):
        return [self[name]] if name in self else []
"""


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The project with one folder more, and what came of using it."""
    copy = tmp_path_factory.mktemp("project")
    for package in ("notices", "templates"):
        shutil.copytree(ROOT / package, copy / package)
    for package in ("portal", "storage"):
        (copy / package).symlink_to(ROOT / package)
    kind = copy / "notices" / "kinds" / "visit_planned"
    kind.mkdir()
    (kind / "__init__.py").write_text(FACTS.lstrip())
    for language, words in WORDS.items():
        (kind / f"{language}.html").write_text(words)
    (copy / "posted.py").write_text(POSTED)
    ran = subprocess.run(
        [sys.executable, "-c", USE], cwd=copy, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_a_folder_is_found_and_stands_in_its_place(used: dict[str, Any]) -> None:
    """Nothing lists it; its order says where it comes."""
    at = used["codes"].index("visit_planned")

    assert used["offered"]
    assert used["codes"][at - 1 : at + 2] == [
        "hearing_cancelled",
        "visit_planned",
        "request_for_information",
    ]


def test_its_form_is_made_of_its_facts(used: dict[str, Any]) -> None:
    """Label, hint and choices are its own, in the reader's language; nothing optional is asked."""
    labels = used["labels"]

    assert labels["purpose_en"] == "But, en anglais"
    assert (labels["comes_day"], labels["comes_at"], labels["comes_zone"]) == (
        "Jour",
        "Heure",
        "À l’heure de",
    )
    assert used["hints"] == dict.fromkeys(("purpose_en", "purpose_fr"), "En peu de mots.")
    assert used["choices"] == [["front", "Devant"], ["back", "Derrière"]]
    assert used["left"] is None


def test_what_the_case_knows_is_no_hindrance(used: dict[str, Any]) -> None:
    """Of a kind it never heard of, the portal knows the clock of the office and no more."""
    assert used["known"] == dict.fromkeys(("comes_zone", "left_zone"), "America/Toronto")


def test_it_is_said_and_printed(used: dict[str, Any]) -> None:
    """Both languages, and a paper with its title."""
    assert used["said"][::2] == ["A visit is planned", "Une visite est prévue"]
    assert "To look: An officer." in used["said"][1]
    assert "3 décembre 2026, 9" in used["said"][3]
    assert used["title"] == "Une visite est prévue"
    assert used["pages"] == 2
