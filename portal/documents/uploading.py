"""Uploading: a file's bytes from the wire into the store, then its row in the draft."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from portal.documents.drafting import Kept, Room, admit, keep
from portal.documents.reasons import KINDS, ON_ARRIVAL, Reason
from portal.gate import Lacking, Unknown
from portal.parts import Parts
from portal.web.csrf import Forged
from portal.web.pages import CutShort
from portal.web.visit import SignedOut, Visit
from storage.database import DatabaseUnavailable
from storage.intake import Received, clean_name, receive
from storage.objects import StoreUnavailable
from storage.sniffing import Refused

# What can become of a file that is sent, other than being kept.
CODES: dict[type[Exception], str] = {
    SignedOut: "signed_out",
    Forged: "forged",
    Unknown: "unknown",
    Lacking: "lacking",
    StoreUnavailable: "unavailable",
    DatabaseUnavailable: "unavailable",
    CutShort: "cut_connection",
}
NOT_KEPT = (Refused, *CODES)


@dataclass(frozen=True)
class NotKept:
    """One file that was not kept: its name, why, and the facts that the sentences need."""

    name: str
    reason: Reason
    facts: dict[str, Any]


async def upload(
    visit: Visit,
    draft_id: UUID,
    pieces: AsyncIterator[bytes],
    *,
    name: str,
    announced: int | None = None,
    key: UUID | None = None,
) -> Kept:
    """Receive one file into a draft; raises one of NOT_KEPT, and then nothing of it is kept.

    `key`: the document's id, chosen by the sender; sent again, the same file is kept once.

    The right to do so is asked before a byte is read (of a browser that sends many files, every
    20 seconds) and always, under lock, after the last.
    """
    portal = visit.portal
    await _let_in(visit, draft_id)
    received = await receive(
        pieces,
        name=name,
        store=portal.store,
        limit=portal.settings.max_file,
        announced=announced,
    )
    if key is not None:
        received = replace(received, id=key)
    lot = (visit.token, draft_id)
    try:
        kept = await portal.gathering.add(lot, (visit, received), partial(_keep, draft_id))
    except DatabaseUnavailable:
        # Perhaps it was committed and only the answer is lost: the sweep knows in 48 hours.
        raise
    except Exception:
        portal.let_in.forget(lot)
        await _forget(portal, received)
        raise
    if kept.document.object_key != received.key:  # it came before
        await _forget(portal, received)
    return kept


async def _let_in(visit: Visit, draft_id: UUID) -> None:
    key = (visit.token, draft_id)
    before: Visit | None = visit.portal.let_in.get(key)
    if before is not None:
        visit.recall(before)
        return
    async with visit.transaction() as session:
        await admit(session, draft_id, me=visit.me.id, room=room_of(visit.portal))
    visit.portal.let_in.keep(key, visit)


async def _keep(
    draft_id: UUID, together: Sequence[tuple[Visit, Received]]
) -> Sequence[Kept | Refused]:
    """One transaction for all files that one browser has just sent into one draft."""
    visit = together[0][0]
    files = [received for _, received in together]
    async with visit.transaction() as session:
        room = room_of(visit.portal)
        outcomes = await keep(session, draft_id, files, me=visit.me.id, room=room)
    for other, _ in together[1:]:
        other.recall(visit)
    return outcomes


def room_of(portal: Parts) -> Room:
    """How much one submission may hold here."""
    return Room(portal.settings.max_files, portal.settings.max_submission)


def not_kept(
    visit: Visit, name: str, error: Exception, *, reasons: Mapping[str, Reason] = ON_ARRIVAL
) -> NotKept:
    """Why a file was not kept, for the person who sent it."""
    if isinstance(error, Refused):
        code = error.code
        facts: dict[str, Any] = dict(error.params)
    else:
        code = next(CODES[kind] for kind in type(error).__mro__ if kind in CODES)
        facts = {}
    if "limit" in facts:
        facts["limit"] = visit.formatting.size(int(facts["limit"]))
    facts["kinds"] = visit.say(KINDS)
    return NotKept(clean_name(name), reasons[code], facts)


async def _forget(portal: Parts, received: Received) -> None:
    with suppress(StoreUnavailable):  # the sweep finds it
        await asyncio.to_thread(portal.store.delete, received.key)
