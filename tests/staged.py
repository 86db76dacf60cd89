"""A case in full: one of each thing there is, so that no page is empty and no door untried."""

import asyncio
import hashlib
import io
import shutil
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import sqlalchemy as sa
from PIL import Image
from psycopg import sql
from sqlalchemy.ext.asyncio import AsyncSession

from notices.channels import CaughtMail
from notices.model import Service
from portal.audit import Actor, record
from portal.gate import Chain, Right
from portal.models import (
    Approval,
    Batch,
    BatchRow,
    Delegation,
    Document,
    Ending,
    Hearing,
    Invitation,
    Membership,
    Picture,
    Submission,
    Suspension,
    Team,
    Upload,
)
from portal.parts import Parts
from portal.people.passwords import Passwords
from portal.settings import Settings
from portal.watch import Watch
from portal.web.sessions import fingerprint
from storage.database import Database, without_driver
from storage.directory import DirectoryStore
from storage.objects import new_key, put
from tests.appealed import put_appeal
from tests.asking import WHY, asked, declared
from tests.cast import (
    AMIRA,
    CHEAP,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    FARIDA,
    JONAS,
    LOUIS,
    NOOR,
    RENEE,
    hearing,
    known,
)
from tests.invited import confirmation, invited
from tests.mailed import put_posted
from tests.portal.inbox.served import NOTICE, serve
from tests.reviewed import put_reviewed
from tests.samples import pdf
from tests.told import told

DRAFT = known("draft of Claire")
FILED = known("submission of Amira for Claire")
PREPARED = known("draft of Amira for Claire")
APPROVAL = known("what waits for Claire's word")
CLEAN, HELD, INFECTED = known("clean"), known("held"), known("infected")
LOCKED = known("unscannable")
DRAFTED = known("file in Claire's draft")
UNFINISHED = known("file that Claire has not sent yet")
CANCELLED = known("cancelled hearing")
OFFER = known("offer of Claire to Louis")
ENDED = known("ending of Claire's")
TEAM = known("team of Amira")
PLACE = known("place of Jonas in it")
ASKED = known("invitation of Louis into it")
STANDING = known(f"standing {CLAIRE.email}")
SUSPENSION = known("suspension of Claire, lifted")
BATCH = known("batch of Renée")
INVITATION = "invitation-of-somebody-who-has-not-come-yet"
RECEIPT = "R-AB34-56"
# Said by people of the stage, in one language only, whatever the page's.
TYPED = {
    "works in my office",
    "stands in while I am away",
    "the member is ill",
    "order of the member",
    "filed twice",
    WHY,
}


@dataclass(frozen=True)
class Staged:
    """What the test cannot know beforehand: ids that the portal chose."""

    claires: UUID
    amiras: UUID
    faridas: UUID


async def stage(portal: Parts) -> Staged:
    """Put one of each thing into the Noors' case."""
    now = datetime.now(UTC)
    async with portal.database.system_transaction() as session:
        await _papers(session, portal, now)
        await put_reviewed(session, portal, now)
        await put_appeal(session)
        cancelled = hearing(NOOR, CANCELLED, days=30)
        cancelled.cancelled_at, cancelled.cancelled_by = now, RENEE.id
        cancelled.cancelled_why = "the member is ill"
        session.add_all([cancelled, _offer(now), _invitation(now), _suspension(now), _ending()])
        session.add_all([asked(now), declared(now)])
        session.add_all(told())
        await session.flush()
        await invited(session, portal.settings)
        session.add(confirmation())
        await _acts(session, now)
        await _team(session, now)
        await _batch(session, now)
    await serve(portal)
    await put_posted(portal, now)
    return await _copies(portal)


async def _batch(session: AsyncSession, now: datetime) -> None:
    """A list that Renée has checked: one case is ready, one line must be corrected."""
    words = {"subject": {"en": "Moved", "fr": "Déménagé"}, "body": {"en": "Here.", "fr": "Ici."}}
    batch = Batch(
        id=BATCH,
        division="rpd",
        kind="general_letter",
        facts=words | {"answer_by": None},
        pasted="TC6-01482\nTC6-99999",
        begun_by=RENEE.id,
        begun_by_name=RENEE.name,
        checked_at=now,
    )
    row: dict[str, Any] = {"batch_id": BATCH, "division": "rpd", "columns": {}}
    ready = {"case_id": NOOR, "file_number": "TC6-01482/83", "state": "ready", "people": 5}
    session.add(batch)
    await session.flush()
    session.add(BatchRow(**row, place=1, line=1, written="TC6-01482", **ready))
    wrong = {"state": "problem", "problem": "unknown"}
    session.add(BatchRow(**row, place=2, line=2, written="TC6-99999", **wrong))


async def _papers(session: AsyncSession, portal: Parts, now: datetime) -> None:
    """What was filed, a file in every state, and a draft with one more."""
    session.add(
        Submission(
            id=FILED,
            case_id=NOOR,
            drafted_by=AMIRA.id,
            drafted_at=now - timedelta(hours=3),
            principal_id=CLAIRE.id,
            delegation_id=CLAIRE_TO_AMIRA,
            receipt=RECEIPT,
            filed_at=now - timedelta(hours=2),
            filed_by=AMIRA.id,
            filer_name=AMIRA.name,
            principal_name=CLAIRE.name,
        )
    )
    session.add(Submission(id=DRAFT, case_id=NOOR, drafted_by=CLAIRE.id, principal_id=CLAIRE.id))
    # Amira put this before Claire when she could not file yet.
    prepared = {"case_id": NOOR, "principal_id": CLAIRE.id}
    session.add(Submission(id=PREPARED, drafted_by=AMIRA.id, drafter_name=AMIRA.name, **prepared))
    await session.flush()
    asked = {"asked_by": AMIRA.id, "asked_by_name": AMIRA.name}
    session.add(Approval(id=APPROVAL, submission_id=PREPARED, **asked, **prepared))
    data = pdf()
    judged = {"judged_at": now, "scanned_with": "ClamAV 1.4/1", "scanned_size": len(data)}
    for key, submission, name, state, verdict in (
        (CLEAN, FILED, "Déclaration – Ngo.pdf", "clean", judged | {"reason": "clean"}),
        (HELD, FILED, "medical.pdf", "held", {}),
        (INFECTED, FILED, "notes.pdf", "infected", judged | {"reason": "infected"}),
        (LOCKED, FILED, "locked.pdf", "unscannable", judged | {"reason": "encrypted"}),
        (DRAFTED, DRAFT, "affidavit.pdf", "held", {}),
        (known("file for Claire's word"), PREPARED, "statement.pdf", "held", {}),
    ):
        kept = _kept(key, submission, name, data=data)
        session.add(Document(state=state, **kept, **verdict))
        put(portal.store, kept["object_key"], data)
    session.add(unfinished())
    await session.flush()
    session.add(_picture(portal))


def unfinished() -> Upload:
    """A file that Claire began to send into her draft; nothing of it has come."""
    return Upload(
        id=UNFINISHED,
        case_id=NOOR,
        submission_id=DRAFT,
        begun_by=CLAIRE.id,
        name="half.pdf",
        size=100,
        object_key=new_key(),
        ends_at=datetime.now(UTC) + timedelta(days=7),
    )


def _kept(key: UUID, submission: UUID, name: str, *, data: bytes) -> dict[str, Any]:
    return {
        "id": key,
        "case_id": NOOR,
        "submission_id": submission,
        "name": name,
        "type": "other",
        "title": name.partition(".")[0],
        "language": "en",
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "media_type": "application/pdf",
        "object_key": new_key(),
        "kept_by": AMIRA.id if submission == FILED else CLAIRE.id,
    }


def _picture(portal: Parts) -> Picture:
    """The first page of the clean file: an empty sheet."""
    made = io.BytesIO()
    Image.new("L", (600, 778), 255).save(made, "WEBP")
    key, data = new_key(), made.getvalue()
    put(portal.store, key, data)
    where = {"object_key": key, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return Picture(document_id=CLEAN, case_id=NOOR, width=600, height=778, **where)


def _offer(now: datetime) -> Delegation:
    return Delegation(
        id=OFFER,
        grantor_id=CLAIRE.id,
        invited_email=LOUIS.email,
        rights=["see", "read"],
        all_cases=True,
        starts_at=now,
        ends_at=now + timedelta(days=90),
        reason="stands in while I am away",
        offered_by=CLAIRE.id,
        offered_at=now,
        open_until=now + timedelta(days=7),
    )


def _suspension(now: datetime) -> Suspension:
    return Suspension(
        id=SUSPENSION,
        standing_id=STANDING,
        case_id=NOOR,
        began_at=now - timedelta(days=70),
        began_by=RENEE.id,
        why="order of the law society",
        ended_at=now - timedelta(days=60),
        ended_by=RENEE.id,
    )


async def _team(session: AsyncSession, now: datetime) -> None:
    """Amira leads a team that Jonas is in; Louis is asked."""
    session.add(Team(id=TEAM, code="T-9QX4-7KMP", name="Tremblay", started_by=AMIRA.id))
    await session.flush()
    places = ((known("place of Amira"), AMIRA), (PLACE, JONAS), (ASKED, LOUIS))
    for key, one in places:
        joined = one is not LOUIS
        session.add(
            Membership(
                id=key,
                team_id=TEAM,
                person_id=one.id if joined else None,
                invited_email=one.email,
                invited_by=AMIRA.id,
                open_until=now + timedelta(days=7),
                joined_at=now if joined else None,
                leads_since=now if one is AMIRA else None,
            )
        )
    await session.flush()


def _ending() -> Ending:
    return Ending(id=ENDED, grantor_id=CLAIRE.id, ended_by=CLAIRE.id, ended_by_name=CLAIRE.name)


def _invitation(now: datetime) -> Invitation:
    return Invitation(
        token_hash=fingerprint(INVITATION),
        email="newcomer@example.org",
        invited_by=RENEE.id,
        ends_at=now + timedelta(days=7),
    )


async def _acts(session: AsyncSession, now: datetime) -> None:
    """Entries as the acts above would have left them."""
    registry = Actor(RENEE.id, RENEE.name)
    lent = Chain(CLAIRE.id, CLAIRE.name, CLAIRE_TO_AMIRA, now, frozenset({Right.see, Right.file}))
    amira = Actor(AMIRA.id, AMIRA.name, lent)
    coming = await session.get_one(Hearing, CANCELLED)
    when = {"hearing_id": str(CANCELLED), "starts_at": coming.starts_at.isoformat()}
    when |= {"zone": coming.zone}
    filed = {"submission_id": str(FILED), "receipt": RECEIPT}
    await record(session, NOOR, "case.opened", by=registry, title="Noor, F. and two children")
    await record(session, NOOR, "hearing.scheduled", by=registry, **when)
    await record(session, NOOR, "hearing.cancelled", by=registry, why="illness", **when)
    await record(session, NOOR, "submission.filed", by=amira, documents=4, **filed)
    await record(session, NOOR, "document.read", by=amira, document_id=str(CLEAN))


async def _copies(portal: Parts) -> Staged:
    async with portal.database.system_transaction() as session:
        rows = await session.execute(
            sa.select(Service.person_id, Service.id).where(Service.notice_id == NOTICE)
        )
    copy = {row[0]: row[1] for row in rows}
    return Staged(copy[CLAIRE.id], copy[AMIRA.id], copy[FARIDA.id])


@dataclass(frozen=True)
class Template:
    """A database with the full case in it, to copy from, and the bytes that belong to it."""

    server: str
    objects: Path
    ids: Staged

    @contextmanager
    def copied(self, folder: Path, **settings: Any) -> Generator[Parts]:
        """A portal over a copy of its own."""
        name = f"full_{uuid4().hex}"
        shutil.copytree(self.objects, folder / "objects")
        database = sql.Identifier(name)
        with psycopg.connect(without_driver(self.server), autocommit=True) as connection:
            connection.execute(
                sql.SQL("create database {} template full_case strategy file_copy").format(database)
            )
            try:
                yield parts(_named(self.server, name), folder, **settings)
            finally:
                connection.execute(sql.SQL("drop database {} with (force)").format(database))


@pytest.fixture(scope="session")
def full_case(server: str, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The stage with one of each thing on it, made once."""
    folder = tmp_path_factory.mktemp("full")
    with psycopg.connect(without_driver(server), autocommit=True) as connection:
        connection.execute("create database full_case template stage strategy file_copy")
    portal = parts(_named(server, "full_case"), folder)
    # In a thread of its own: where a browser is driven, this one has a running loop already.
    with ThreadPoolExecutor(1) as beside:
        ids = beside.submit(asyncio.run, _set_up(portal)).result()
    return Template(server, folder / "objects", ids)


async def _set_up(portal: Parts) -> Staged:
    try:
        return await stage(portal)
    finally:
        await portal.database.close()


def again(portal: Parts) -> Parts:
    """The same portal with connections of its own, for another event loop."""
    return replace(portal, database=Database(portal.database.url))


def parts(url: str, folder: Path, **settings: Any) -> Parts:
    """A portal without a scanner over this database and folder; its notices leave at once."""
    wanted: dict[str, Any] = {"state": folder, "demo": True, "recall_minutes": 0, **settings}
    return Parts(
        settings=Settings(**wanted),
        database=Database(url),
        store=DirectoryStore(folder / "objects"),
        scanner=None,
        watch=Watch(None, accept_test=True),
        passwords=Passwords(CHEAP),
        channel=CaughtMail(
            sender="no-reply@example.org",
            link="http://localhost:8000/sign-in",
            folder=folder / "mail",
        ),
        caught_mail=folder / "mail",
    )


def _named(url: str, name: str) -> str:
    return url.replace("/postgres?", f"/{name}?")
