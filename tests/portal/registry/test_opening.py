"""Opening a case: joined claims, the title made of names, and one case however often pressed."""

from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response

from portal.models import Case, Entry, Party
from portal.registry.opening import NewParty, coming_of_age, title_for
from tests.cast import CLAIRE, NOOR, RENEE, VICTOR
from tests.conftest import Browser
from tests.portal.registry.pressing import arrive, form_on, press

TODAY = date(2026, 11, 21)


async def first_page(browser: Browser, *, language: str = "en") -> Response:
    """The empty form, as Renée gets it."""
    await browser.sign_in(RENEE, language=language)
    return await browser.get("/registry/cases/new")


async def family(browser: Browser) -> Response:
    """A mother and two children on the form, checked."""
    page = await first_page(browser)
    page = await press(browser, page, "add", name_0="Sara Haile", number_0="TC6-09001")
    page = await press(browser, page, "add", name_1="Abel Haile", number_1="TC6-09002")
    return await press(
        browser,
        page,
        "check",
        uci_0="11-2233-9999",
        interpretation_0="Tigrinya",
        name_2="Ruth Haile",
        number_2="TC6-09003",
        born_1__day="3",
        born_1__month="3",
        born_1__year="2015",
        born_2__day="4",
        born_2__month="5",
        born_2__year="2019",
    )


async def test_three_joined_claims_become_one_case(browser: Browser) -> None:
    """Each person keeps number, birthday and language; the title counts the children."""
    check = await family(browser)
    assert form_on(check).values["title"] == "Haile, S. and two children"

    page = await arrive(browser, await press(browser, check, "open"))

    assert "The case is open." in page.text
    assert "Haile, S. and two children" in page.text
    async with browser.portal.database.system_transaction() as session:
        case = (await session.scalars(sa.select(Case).where(Case.title.like("Haile%")))).one()
        parties = (
            await session.scalars(
                sa.select(Party).where(Party.case_id == case.id).order_by(Party.file_number)
            )
        ).all()
        acts = (await session.scalars(sa.select(Entry.act).where(Entry.case_id == case.id))).all()
    assert (case.division, case.office, case.language) == ("rpd", "toronto", "en")
    assert [p.file_number for p in parties] == ["TC6-09001", "TC6-09002", "TC6-09003"]
    assert parties[0].interpretation == "Tigrinya"
    assert parties[1].born_on == date(2015, 3, 3)
    assert [act for act in acts if act != "case.read"] == ["case.opened", *["party.added"] * 3]


async def test_pressed_twice_it_opens_one_case(browser: Browser) -> None:
    """A second press of the same form finds the case of the first."""
    check = await family(browser)

    once = await press(browser, check, "open")
    twice = await press(browser, check, "open")

    assert once.headers["location"] == twice.headers["location"]
    async with browser.portal.database.system_transaction() as session:
        assert (
            await session.scalar(sa.select(sa.func.count()).where(Case.title.like("Haile%"))) == 1
        )


async def test_the_same_form_with_another_title_opens_nothing(browser: Browser) -> None:
    """Back and pressed again with other words: said so, nothing done."""
    check = await family(browser)
    await press(browser, check, "open")

    again = await press(browser, check, "open", title="Somebody else")

    assert again.status_code == 409
    assert "already opened a case with other details" in again.text


async def test_a_person_is_taken_out_without_losing_the_others(browser: Browser) -> None:
    """Taking out the second of three moves the third up with everything typed."""
    check = await family(browser)
    page = await press(browser, check, "change")

    page = await press(browser, page, "remove-1")

    values = form_on(page).values
    assert (values["name_0"], values["name_1"]) == ("Sara Haile", "Ruth Haile")
    assert values["born_1-year"] == "2019"
    assert "name_2" not in values


async def test_a_made_title_is_made_again_when_names_change(browser: Browser) -> None:
    """Our own title follows the names; one that was typed stays."""
    check = await family(browser)
    page = await press(browser, check, "change")
    renamed = await press(browser, page, "check", name_0="Hanna Gebre")
    page = await press(browser, renamed, "change", title="Gebre (sealed)")
    kept = await press(browser, page, "check", name_0="Other Name")

    assert form_on(renamed).values["title"] == "Gebre, H. and two children"
    assert form_on(kept).values["title"] == "Gebre (sealed)"


@pytest.mark.parametrize("number", ["TC6-01482", "rad-77", "0018-B9", "IB3 00017"])
async def test_file_numbers_may_look_like_anything_but_be_used_once(
    browser: Browser, number: str
) -> None:
    """No pattern is asked of a number; one in use gets a sentence with its case."""
    page = await first_page(browser)

    page = await press(browser, page, "check", name_0="Somebody New", number_0=number)

    if number == "TC6-01482":
        assert page.status_code == 422
        assert "TC6-01482 belongs to the case “Noor, F. and two children” already" in page.text
    else:
        assert page.status_code == 200


async def test_a_number_of_another_division_is_refused_without_naming_its_case(
    browser: Browser,
) -> None:
    """Victor is told the number is in use, and nothing about the Noors."""
    await browser.sign_in(VICTOR)
    page = await browser.get("/registry/cases/new")
    check = await press(browser, page, "check", name_0="A Person", number_0="TC6-01482")

    page = await press(browser, check, "open")

    assert page.status_code == 422
    assert "TC6-01482 belongs to a case of another division already" in page.text
    assert "Noor" not in page.text
    async with browser.portal.database.system_transaction() as session:
        assert not await session.scalar(sa.select(Case.id).where(Case.division == "rad"))


async def test_mistakes_are_said_at_their_fields_and_nothing_is_lost(browser: Browser) -> None:
    """A missing number, a birthday to come: each has its sentence, the rest stays typed."""
    page = await first_page(browser)

    page = await press(
        browser, page, "check", name_0="Sara Haile", number_0="  ", born_0__day="1",
        born_0__month="1", born_0__year="2099",
    )  # fmt: skip

    assert page.status_code == 422
    assert "Enter the file number" in page.text
    assert "This day has not come yet" in page.text
    assert form_on(page).values["name_0"] == "Sara Haile"


async def test_only_ones_own_divisions_can_be_chosen(browser: Browser) -> None:
    """Renée opens cases of the RPD; another division posted all the same is refused."""
    page = await first_page(browser)
    assert 'value="rad"' not in page.text

    page = await press(browser, page, "check", division="rad", name_0="A", number_0="N-1")

    assert page.status_code == 422


async def test_the_pages_are_for_the_registry_alone(browser: Browser) -> None:
    """To counsel there is no such page, for looking or for posting."""
    page = await first_page(browser)
    check = await press(browser, page, "check", name_0="A Person", number_0="N-1")
    await browser.sign_in(CLAIRE)

    assert (await browser.get("/registry/cases/new")).status_code == 404
    assert (await press(browser, check, "open")).status_code == 404


async def test_in_french_every_word_is_french(browser: Browser) -> None:
    """The form, its mistakes and its check speak French."""
    page = await first_page(browser, language="fr")
    wrong = await press(browser, page, "check")
    check = await press(browser, page, "check", name_0="Sara Haile", number_0="N-1")

    assert "Ouvrir un dossier" in page.text
    assert "Indiquez le numéro de dossier" in wrong.text
    assert "Vérifiez le dossier, puis ouvrez-le" in check.text


@pytest.mark.parametrize(
    ("names", "language", "title"),
    [
        (["Farida Noor"], "en", "Noor, F."),
        (["Noor, Farida"], "en", "Noor, F."),
        (["Cher"], "en", "Cher"),
        (["Farida Noor", "Ali Noor 2010"], "fr", "Noor, F. et un enfant"),
        (["Farida Noor", "Ali Noor"], "en", "Noor, F. and one other person"),
        (["Farida Noor", "A N 2010", "B N 2012"], "en", "Noor, F. and two children"),
        (["Farida Noor", "A N 2010", "B N"], "fr", "Noor, F. et deux autres personnes"),
        (["Farida Noor", *["A N 2010"] * 10], "en", "Noor, F. and 10 children"),
    ],
)
def test_titles_are_made_as_court_files_have_them(
    names: list[str], language: str, title: str
) -> None:
    """Family name, initial, and how many others, in the language of the proceedings."""
    parties = [
        NewParty(
            name=name.removesuffix(f" {name[-4:]}") if name[-1].isdigit() else name,
            file_number=str(place),
            born_on=date(int(name[-4:]), 1, 1) if name[-1].isdigit() else None,
        )
        for place, name in enumerate(names)
    ]

    assert title_for(parties, language=language, today=TODAY) == title


def test_somebody_born_on_29_february_comes_of_age_on_1_march() -> None:
    """No birthday is lost in a year without one."""
    assert coming_of_age(date(2012, 2, 29)) == date(2030, 3, 1)


async def test_the_case_of_another_division_stays_unseen(browser: Browser) -> None:
    """What Victor may not see he cannot reach by its id in the form either."""
    await browser.sign_in(VICTOR)
    page = await browser.get("/registry/cases/new")
    check = await press(browser, page, "check", id=NOOR, name_0="A", number_0="N-1")

    answer = await press(browser, check, "open")

    assert answer.status_code == 409
    assert UUID(form_on(answer).values["id"]) == NOOR
    assert "Noor" not in answer.text
