"""Checking: every line is looked at before anything is sent, and says what is wrong with it."""

import sqlalchemy as sa

from notices.model import Notice
from portal.models import Case
from storage.database import Database
from tests.cast import NOOR, RENEE, VICTOR
from tests.many import case_of
from tests.portal.registry.batches.listed import checked, opened, rows_of


async def test_every_line_says_what_is_wrong_with_it(database: Database) -> None:
    """Unknown, twice, closed, of another division, with nobody to serve: each by its own word."""
    first, second, shut = await opened(database, 3)
    async with database.system_transaction() as session:
        closed = {"closed_at": sa.func.now(), "closed_by": RENEE.id}
        of_shut = Case.id == await case_of(session, shut)
        await session.execute(sa.update(Case).where(of_shut).values(**closed))
    list_ = f"{first}\nTC6-01482\nXX9-99999\n\nTC6-01483\n{shut}\n{first.lower()}\n{first}/{second}"

    rows = await rows_of(database, await checked(database, list_))

    assert [(row.line, row.problem) for row in rows] == [
        (1, None),
        (2, None),
        (3, "unknown"),
        (5, "twice"),
        (6, "closed"),
        (7, "twice"),
        (8, "several"),
    ]
    assert rows[3].about == {"line": "2"}
    assert (rows[1].case_id, rows[1].file_number) == (NOOR, "TC6-01482/83")
    assert (rows[0].people, rows[0].mails, rows[0].letters) == (2, 2, 0)


async def test_a_case_of_a_division_where_i_do_not_work_does_not_exist(
    database: Database,
) -> None:
    """Victor, of the Appeal Division, is not told that the Noors' number is anybody's."""
    rows = await rows_of(database, await checked(database, "TC6-01482", by=VICTOR, division="rad"))

    assert [row.problem for row in rows] == ["unknown"]


async def test_a_uci_names_a_case_too(database: Database) -> None:
    """Typed with dashes or without."""
    for written in ("11-2233-4455", "1122334455"):
        (row,) = await rows_of(database, await checked(database, written))
        assert row.case_id == NOOR


async def test_a_hearing_must_be_coming(database: Database) -> None:
    """A notice to appear takes its facts from the case: without a hearing there are none."""
    (number,) = await opened(database, 1)
    async with database.login_transaction() as session:
        await session.execute(sa.text("delete from hearing where place is null and link is null"))

    rows = await rows_of(
        database, await checked(database, f"TC6-01482\n{number}", kind="notice_to_appear")
    )

    assert [row.problem for row in rows] == [None, "no_hearing"]


async def test_a_column_gives_a_fact_to_its_row(database: Database) -> None:
    """By the name of its input or its label in either language; what cannot be read is told."""
    first, second, third = await opened(database, 3)
    list_ = (
        "Numéro de dossier;Nom;Réponse attendue au plus tard le\r\n"
        f'{first};"Noor; Farida";2027-01-15\r\n{second};;15/01/2027\r\n{third};;\r\n'
    )

    rows = await rows_of(database, await checked(database, list_))

    assert [row.problem for row in rows] == [None, "wrong", None]
    assert rows[0].columns == {"answer_by": "2027-01-15"}
    assert rows[1].about["typed"] == "15/01/2027"


async def test_a_fact_that_nobody_gave_is_missing(database: Database) -> None:
    """Neither for all cases nor in a column."""
    (number,) = await opened(database, 1)

    (row,) = await rows_of(database, await checked(database, number, kind="deadline_set"))

    assert (row.problem, row.about) == ("lacking", {"input": "task"})


async def test_checking_again_writes_the_rows_anew_and_sends_nothing(database: Database) -> None:
    """A dry run leaves no notice."""
    (number,) = await opened(database, 1)

    await checked(database, number)

    async with database.system_transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0
