"""Pages for operators and their machines."""

import asyncio
import email
from collections.abc import Awaitable
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import sqlalchemy as sa
from starlette.responses import JSONResponse, PlainTextResponse, Response

from portal.gate import Unknown
from portal.parts import Parts
from portal.web.pages import Mode, Pages, Who
from portal.web.visit import Visit

pages = Pages()

PATIENCE = 5.0


@pages.get("/healthz", who=Who.anyone, mode=Mode.steps)
async def alive(visit: Visit) -> Response:
    """The process answers: nothing else is asked."""
    return PlainTextResponse("alive\n")


@pages.get("/readyz", who=Who.anyone, mode=Mode.steps)
async def ready(visit: Visit) -> Response:
    """Ask every part. Without database or store nothing can be received: 503.

    Without a scanner files are received and held, which is no reason to turn people away.
    """
    portal = visit.portal
    asked = {
        "database": _answers(_ask_database(portal)),
        "store": _answers(asyncio.to_thread(portal.store.check)),
        "scanner": _answers(_ask_scanner(portal)),
    }
    answers = dict(zip(asked, await asyncio.gather(*asked.values()), strict=True))
    well = answers["database"] == answers["store"] == "well"
    return JSONResponse(answers, 200 if well else 503)


@pages.get("/mail", who=Who.anyone, mode=Mode.steps)
async def caught_mail(visit: Visit) -> Response:
    """The mail that a demonstration caught instead of sending it."""
    folder = visit.portal.caught_mail
    if folder is None or not visit.portal.settings.demo:
        raise Unknown
    mails = await asyncio.to_thread(_read_mail, folder)
    async with visit.transaction():
        return visit.render("operations/mail.html", mails=mails)


async def _answers(question: Awaitable[None]) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            await question
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is not well
        return type(error).__name__
    return "well"


async def _ask_database(portal: Parts) -> None:
    async with portal.database.login_transaction() as session:
        await session.execute(sa.text("select 1 from person limit 1"))


async def _ask_scanner(portal: Parts) -> None:
    if portal.scanner is None:
        raise FileNotFoundError
    await asyncio.to_thread(portal.scanner.canary)


def _read_mail(folder: Path) -> list[EmailMessage]:
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [email.message_from_bytes(file.read_bytes(), policy=default) for file in files[:50]]
