"""`verify`: every chain of entries recomputed, every document's bytes looked for and hashed."""

import asyncio

import sqlalchemy as sa

from portal.audit import verify
from portal.models import Case, Document
from portal.running import object_store
from portal.settings import Settings
from storage.database import Database, embedded_server
from storage.objects import ObjectMissing, ObjectStore, StoreUnavailable, verified


async def prove(settings: Settings) -> int:
    """Print what is wrong, one line each; 0 when nothing is."""
    if settings.database_url:
        return await _prove(settings, settings.database_url)
    with embedded_server(settings.state / "database") as url:
        return await _prove(settings, url)


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
