"""Many notices at once: a list with mistakes is corrected, looked at, issued, followed to its result."""

import csv
import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from notices.facts import Language
from portal.web.language import say
from storage.database import Database
from tests.cast import NOOR, RENEE
from tests.journeys.house import House, open_house
from tests.journeys.person import Manners, Person
from tests.many import open_many
from tests.processes import alone
from tests.servers import free_ports
from tests.staged import Template

PLACES = {
    "subject": ("Our office has moved", "Notre bureau a déménagé"),
    "body": ("You find us on the third floor.", "Nous sommes au troisième étage."),
}


@pytest.fixture(scope="module")
def house(full_case: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A portal whose notices can be recalled for five minutes."""
    folder = tmp_path_factory.mktemp("house")
    with (
        full_case.copied(folder, port=free_ports(1)[0], recall_minutes=5) as portal,
        open_house(portal) as house,
    ):
        yield house


@pytest.fixture(scope="module")
def numbers(house: House) -> list[str]:
    """Cases enough for a list; their file numbers."""

    async def open_some() -> list[str]:
        database = Database(house.portal.database.url)
        async with database.login_transaction() as session:
            found = await open_many(session, 6)
        await database.close()
        return found

    return alone(open_some())


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("script", "width"), [(True, 1180), (False, 320)], ids=["with JavaScript", "phone, without"]
)
def test_an_officer_issues_to_many(
    house: House,
    chromium: Browser,
    numbers: list[str],
    *,
    script: bool,
    width: int,
    language: Language,
) -> None:
    """Every line that is wrong says what to do; nothing leaves before the last button."""
    officer = Person(chromium, house, Manners(language, script, width)).comes(RENEE)
    officer.goes("/registry")
    officer.follows("Issue to many cases")
    officer.fits()
    officer.presses("Issue to many cases")
    begins(officer, f"{numbers[0]}\n{numbers[1]}\nTC7-0000O\n{numbers[1]}\nTC6-01483\n", language)

    officer.sees("No case here has this file number. Check it letter by letter, then correct it.")
    officer.sees(
        "This case is in the list already, on line %(line)s. Take one of the two out.", line=2
    )
    officer.fits()
    officer.fills("The list", "\n".join([*numbers[:4], "TC6-01483", "XX9-99999"]))
    officer.presses("Check again")
    officer.presses_counted("Go on without this line", "Go on without these %(num)s lines", 1)

    officer.page.locator(f'a[href$="/cases/{NOOR}"]').last.click()
    officer.sees("Who will receive this, and why")
    for said in PLACES["subject"]:
        assert said in officer.page.content()
    officer.fits()
    officer.follows("Check the list, then issue")
    officer.presses_counted("Issue %(num)s notice", "Issue %(num)s notices", 5)

    officer.follows_until("All done")
    officer.fits()
    rows = list(csv.reader(io.StringIO(officer.downloads("Result as CSV").decode("utf-8-sig"))))
    states = [say(language, "issued")] * 5 + [say(language, "left out")]
    assert [row[3] for row in rows[1:]] == states
    officer.presses("Recall the whole batch")
    officer.follows_until("Recalled")
    officer.leaves()


def begins(officer: Person, pasted: str, language: Language) -> None:
    """Pastes a list for a letter, and says what is alike for all."""
    kind = {"en": "Letter from the registry", "fr": "Lettre du greffe"}[language]
    officer.page.get_by_label(kind, exact=True).check()
    officer.fills("File numbers, one on each line", pasted)
    officer.fits()
    officer.presses("Continue")
    for name, (english, french) in PLACES.items():
        officer.page.locator(f"#{name}_en").fill(english)
        officer.page.locator(f"#{name}_fr").fill(french)
    officer.fits()
    officer.presses("Check every line")
