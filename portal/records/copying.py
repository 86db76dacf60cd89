"""Copying: the case as one ZIP that streams, goes on in the middle, and is never other bytes.

Each object is hashed as it streams, not before: reading 1 GB twice would keep people waiting for
the first byte. The last piece of each file is withheld until its hash was right; if it was not, the
connection is cut, and what has arrived is no archive: it lacks the file's end, everything after it,
and the directory without which nothing opens it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.delegations.answering import note_use
from portal.gate import Right
from portal.models import Entry
from portal.parts import Parts
from portal.records.listing import csv_index, facts_of, html_index, manifest
from portal.records.naming import places
from portal.records.reading import Holdings
from portal.web.formatting import Formatting
from portal.web.sessions import Me
from storage.objects import checked
from storage.zipping import Archive, Member, held

# A download that goes on is the same taking, for as long as a poor line may need.
SAME_TAKING = timedelta(hours=12)


def copy_of(portal: Parts, holdings: Holdings, f: Formatting) -> Archive:
    """The archive: its index and manifest first, so that what was cut off can be told from them."""
    placed = list(places(holdings))
    newest = holdings.local(holdings.newest)
    tribunal = portal.tribunal(f.language)
    inside = [
        held("index.html", html_index(holdings, placed, f, tribunal=tribunal), at=newest),
        held("index.csv", csv_index(holdings, placed, f), at=newest),
        *members(portal, holdings),
    ]
    about = {
        "format": "dossier-copy-1",
        "tribunal": tribunal,
        "file_numbers": holdings.file_numbers,
        "left_out": len(holdings.left_out),
    }
    listed = manifest(about, inside, facts_of(holdings, placed))
    return Archive([held("manifest.json", listed, at=newest), *inside], checksums=portal.checksums)


def members(portal: Parts, holdings: Holdings, *, folder: str = "") -> Iterator[Member]:
    """Every document as a member whose bytes are checked on their way."""
    for document, path in places(holdings):
        read = partial(
            checked,
            portal.store,
            document.object_key,
            sha256=document.sha256,
            size=document.size,
        )
        at = holdings.local(document.filed_at)
        yield Member(folder + path, at, document.size, document.sha256, read)


async def note_taking(
    session: AsyncSession, me: Me, holdings: Holdings, *, form: str, now: datetime
) -> None:
    """Record who took how many documents, and for whom; once for all parts of one download.

    Raises AmbiguousPrincipal where several lent the right.
    """
    chain = holdings.opened.authority.chain_for(Right.read)
    facts: dict[str, Any] = {
        "form": form,
        "documents": len(holdings.documents),
        "up_to": holdings.newest.isoformat(),
    }
    before = await session.scalar(
        sa.select(sa.func.count())
        .select_from(Entry)
        .where(Entry.case_id == holdings.case_id, Entry.act == "case.taken")
        .where(Entry.actor_id == me.id, Entry.facts == facts)
        .where(Entry.at > sa.func.now() - SAME_TAKING)
    )
    if not before:
        by = Actor(me.id, me.name, chain)
        await record(session, holdings.case_id, "case.taken", by=by, **facts)
    await note_use(session, chain.delegation_id, by=me.id, now=now)
