"""`verify` and `reconcile`: chains of entries recomputed, rows and stored bytes compared."""

import asyncio
import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from portal.audit import verify
from portal.documents.reconciling import reconcile
from portal.models import Amiss, Case, Document
from portal.receipts.verifying import as_number, find_received
from portal.running import object_store
from portal.settings import Settings
from portal.web.formatting import Formatting
from storage.database import Database, embedded_server
from storage.objects import ObjectMissing, ObjectStore, StoreUnavailable, verified


async def prove(settings: Settings) -> int:
    """Print what is wrong, one line each; 0 when nothing is."""
    with _database_of(settings) as url:
        return await _prove(settings, url)


async def reconcile_once(settings: Settings, *, whole: bool) -> int:
    """Do what is done each night, and print what is amiss, one line each; 0 when nothing is."""
    with _database_of(settings) as url:
        database = Database(url)
        done = await reconcile(
            database, object_store(settings), days=settings.reconcile_days, whole=whole
        )
        await database.close()
    for key, kind in sorted(done.amiss.items()):
        print(f"{key}: {WORDS[kind]}")
    print(
        f"{done.objects} objects and {done.rows} rows compared, {done.read} objects read, "
        f"{len(done.amiss)} amiss"
    )
    return 1 if done.amiss else 0


async def prove_received(settings: Settings, receipt: str, file: Path) -> int:
    """Print whether this file was received under this number, and when; 0 if it was."""
    with file.open("rb") as opened:
        fingerprint = hashlib.file_digest(opened, "sha256").hexdigest()
    with _database_of(settings) as url:
        database = Database(url)
        async with database.system_transaction() as session:
            found = await find_received(session, as_number(receipt) or "", fingerprint)
        await database.close()
    if found is None:
        print(f"{file.name}: not received under this number")
        return 1
    moment = Formatting("en", found.zone).moment(found.at)
    print(f"{file.name}: {FOUND[found.what]} {found.number}, received {moment}")
    return 0


FOUND = {"file": "a file of receipt", "receipt": "the receipt"}
WORDS = {
    Amiss.missing: "a row names it, and it is not in the store",
    Amiss.wrong_bytes: "its bytes are not those that were received",
    Amiss.unnamed: "it is in the store, and no row names it",
}


@contextmanager
def _database_of(settings: Settings) -> Generator[str]:
    if settings.database_url:
        yield settings.database_url
    else:
        with embedded_server(settings.state / "database") as url:
            yield url


async def _prove(settings: Settings, url: str) -> int:
    database = Database(url)
    store = object_store(settings)
    wrong = 0
    async with database.system_transaction() as session:
        cases = (await session.scalars(sa.select(Case.id))).all()
        for case_id in cases:
            broken = await verify(session, case_id)
            if broken:
                wrong += 1
                print(f"case {case_id}: entry {broken.number} is not what was written")
        documents = list(await session.scalars(sa.select(Document)))
    for document in documents:
        try:
            await asyncio.to_thread(_look_at, store, document)
        except (ObjectMissing, StoreUnavailable) as error:
            wrong += 1
            print(f"document {document.id}: {type(error).__name__}")
    await database.close()
    print(f"{len(cases)} cases and {len(documents)} documents looked at, {wrong} wrong")
    return 1 if wrong else 0


def _look_at(store: ObjectStore, document: Document) -> None:
    pieces = verified(store, document.object_key, sha256=document.sha256, size=document.size)
    for _ in pieces:
        pass
