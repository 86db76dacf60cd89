"""The pages of a person without counsel: short sentences, plain words, a grade that is measured."""

import re
from pathlib import Path

import pytest

from bench.figures import record
from tests.cast import FARIDA, HEARING, NOOR
from tests.reading import grade, sentences
from tests.staged import Staged, Template
from tests.test_permissions import OWN_PAGE, visitor

PAGES = (
    f"/cases/{NOOR}",
    f"/hearings/{HEARING}",
    f"/hearings/{HEARING}/sheet",
    "/device-test",
    "/notices",
    "/help",
    f"/cases/{NOOR}/requests/new?kind=contact_details",
)
MOST_WORDS = 15
GRADE = 8
# Words of offices and law; the first two of each are those that people who try services out miss.
MISSED = {
    "en": ("deadline", "get in touch", "liaise", "pursuant", "submission", "hereby"),
    "fr": ("date butoir", "échéance", "délai imparti", "conformément", "aux termes de", "ci-joint"),
}


def test_the_measure_tells_easy_from_hard() -> None:
    """Three plain sentences need the second grade, a sentence of law more than school."""
    easy = "<main><p>You have a letter. Read it now. Call us today.</p></main>"
    law = (
        "<main><p>Notwithstanding subsection twelve, applications concerning rescheduled proceedings "
        "presuppose exceptional circumstances including accommodation requirements.</p></main>"
    )

    assert grade(sentences(easy)) <= 2
    assert grade(sentences(law)) == 13


def test_what_people_wrote_is_not_measured() -> None:
    """A name counts as one short word; an icon and what is for the eye alone as none."""
    page = (
        "<main><p>Read <b translate='no'>Extraordinarily Longwinded</b> <i aria-hidden='true'>x</i>"
        " now.</p></main>"
    )

    assert sentences(page) == [["Read", "Noor", "now"]]


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_pages_of_a_claimant_are_plain(
    full_case: Template, tmp_path: Path, language: str
) -> None:
    """No sentence of more than fifteen words, no word that people miss, grade eight at most."""
    long: list[str] = []
    missed: list[str] = []
    every: list[list[str]] = []
    with full_case.copied(tmp_path) as portal:
        async with visitor(portal, headers=OWN_PAGE) as browser:
            await browser.sign_in(FARIDA, language=language)
            pages = {path: await browser.get(path) for path in (*PAGES, letter(full_case.ids))}
        await portal.database.close()
    for path, page in pages.items():
        assert page.status_code == 200, path
        found = sentences(page.text)
        every += found
        long += [f"{path}: {' '.join(words)}" for words in found if len(words) > MOST_WORDS]
        text = " ".join(" ".join(words) for words in found).lower()
        missed += [f"{path}: {one}" for one in MISSED[language] if re.search(rf"\b{one}\b", text)]

    record(f"reading_grade_{language}", grade(every), limit=GRADE, command="make test")
    assert not long, "\n".join(long)
    assert missed == []
    assert grade(every) <= GRADE


def letter(ids: Staged) -> str:
    """A letter of hers, opened."""
    return f"/notices/{ids.faridas}"
