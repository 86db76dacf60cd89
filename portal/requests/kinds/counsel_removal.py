"""The client removes counsel (RPD Rules, r. 16): effective when the Division receives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from portal.audit import Actor
from portal.counsel.ending import REVOKED, hold_counsel, revoke
from portal.models import Request, Role, Standing
from portal.requests.form import RequestForm
from portal.requests.kind import RequestKind, Said
from portal.requests.scene import Scene
from portal.web.formatting import Formatting
from portal.web.language import N_, say

LOSES = N_("Loses access at once")
STAYS = N_("What stays")
STAYS_SO = N_(
    "Every document that was filed, every date, and everything you can do here. New documents and "
    "notices are for you to read."
)
NOTICES = N_("Our notices from now on")
NOTICES_YOU = N_("They come to you, and nobody answers them for you.")
NOTICES_OTHER = N_("They go to your other counsel: %(names)s.")


class CounselRemovalForm(RequestForm):
    """Whom, and that it is meant."""

    counsel = RadioField(
        N_("Who is to act for you no longer?"), [InputRequired(N_("Choose who"))], choices=[]
    )
    meant = BooleanField(
        N_("I understand that it cannot be undone here"),
        [InputRequired(N_("Tick the box if this is what you want"))],
        description=N_("Only the registry can record the same person as your counsel again."),
    )

    def offer(self, scene: Scene, f: Formatting) -> None:
        """Counsel of record, by name; nobody is chosen beforehand."""
        self.counsel.choices = [(str(one.standing_id), one.name) for one in scene.counsel]


@dataclass(frozen=True, kw_only=True)
class CounselRemoval(RequestKind):
    """It ends counsel's place, and every delegate's, in the transaction that receives it."""

    code = "counsel_removal"
    order = 85
    plain = N_("End it at once: your counsel no longer acts for you, and no longer sees your case.")
    meanwhile = N_("It takes effect the moment you send it. You need nobody’s permission.")
    if_granted = N_(
        "It is done: counsel no longer acts in this case, and can no longer see it here. Both of "
        "you get a notice that says so. Keep every date; you can choose new counsel at any time."
    )
    if_refused = ""
    form = CounselRemovalForm
    roles = frozenset({Role.party, Role.designated_representative})
    at_once = True
    changes_case = True
    takes_papers = False
    press = N_("Remove counsel now")
    final = True

    standing: str
    counsel: str
    delegates: tuple[str, ...]
    # Who is counsel still, and everybody counsel acted for.
    others: tuple[str, ...]
    clients: tuple[str, ...]

    @classmethod
    def obstacle(cls, scene: Scene) -> str:
        """There is somebody to remove; in a closed case too, for counsel still reads it."""
        return "" if scene.counsel else N_("Nobody is counsel of record in this case.")

    @classmethod
    async def hold(cls, session: AsyncSession, case_id: UUID) -> None:
        """The places of counsel."""
        await hold_counsel(session, case_id)

    @classmethod
    def of(cls, form: Any, scene: Scene) -> Self:  # noqa: ANN401 - a form of its own
        """Who goes, and what goes with them."""
        one = next(one for one in scene.counsel if str(one.standing_id) == form.counsel.data)
        return cls(
            standing=str(one.standing_id),
            counsel=one.name,
            delegates=one.delegates,
            others=tuple(other.name for other in scene.counsel if other is not one),
            clients=tuple(party.name for party in scene.parties),
        )

    def summary(self, f: Formatting) -> str:
        """Who is removed."""
        return say(f.language, N_("%(name)s is removed as counsel of record"), name=self.counsel)

    def rows(self, f: Formatting) -> list[Said]:
        """Who goes, for whom, who loses access, what stays."""
        heard = NOTICES_OTHER if self.others else NOTICES_YOU
        told = say(f.language, heard, names=", ".join(self.others))
        said = [Said(N_("Counsel to be removed"), self.counsel, "counsel", name=True)]
        if len(self.clients) > 1:
            said.append(Said(N_("Acts no longer for"), "\n".join(self.clients), name=True))
        gone = "\n".join((self.counsel, *self.delegates))
        return [
            *said,
            Said(LOSES, gone, name=True),
            Said(STAYS, say(f.language, STAYS_SO)),
            Said(NOTICES, told),
        ]

    async def grant(
        self,
        session: AsyncSession,
        request: Request,
        decided: Mapping[str, Any],
        *,
        by: Actor,
        now: datetime,
    ) -> None:
        """End it now; the notice follows by itself, for a client issues none."""
        place = await session.get_one(Standing, UUID(self.standing))
        await revoke(session, place, how=REVOKED, by=by, now=now)
