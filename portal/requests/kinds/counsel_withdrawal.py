"""Counsel asks to be removed from the record (RPD Rules, r. 15): it needs permission."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from portal.audit import Actor
from portal.counsel.ending import PERMITTED, hold_counsel, let_go
from portal.models import Case, Request, Role, Standing
from portal.requests.form import LONG, RequestForm
from portal.requests.kind import RequestKind, Said
from portal.requests.scene import Scene
from portal.web.fields import paragraphs
from portal.web.formatting import Formatting
from portal.web.language import N_, say

GROUNDS = {
    "limited": N_("My retainer was limited, and that service is done"),
    "client": N_("My client and I agree that I withdraw"),
    "other": N_("Another reason"),
}


class CounselWithdrawalForm(RequestForm):
    """Why counsel cannot go on, without what the client confided."""

    ground = RadioField(
        N_("Why do you withdraw?"), [InputRequired(N_("Choose why you withdraw"))], choices=[]
    )
    reasons = TextAreaField(
        N_("What the Division must know"),
        [DataRequired(N_("Say what the Division must know")), LONG],
        filters=[paragraphs],
        description=N_(
            "Say nothing that your client told you in confidence: your client reads this, and "
            "whoever is counsel after you."
        ),
    )

    def offer(self, scene: Scene, f: Formatting) -> None:
        """The grounds, in the reader's language."""
        self.ground.choices = [(code, say(f.language, words)) for code, words in GROUNDS.items()]


@dataclass(frozen=True, kw_only=True)
class CounselWithdrawal(RequestKind):
    """Until it is granted counsel stays; then the place ends, for counsel and every delegate."""

    code = "counsel_withdrawal"
    order = 80
    plain = N_("Ask the Division to let you go as counsel of record.")
    meanwhile = N_(
        "Until this is granted you stay counsel of record: you keep every date, and you come to "
        "the hearing."
    )
    if_granted = N_(
        "Counsel no longer acts in this case, and can no longer see it here. The person whose case "
        "it is gets our notices, must keep the dates, and can choose new counsel at any time."
    )
    if_refused = N_("Counsel stays counsel of record, keeps every date and comes to the hearing.")
    form = CounselWithdrawalForm
    roles = frozenset({Role.counsel})
    changes_case = True

    standing: str
    counsel: str
    # Who loses access with counsel.
    delegates: tuple[str, ...]
    ground: str
    reasons: str
    hearing_on: date | None = None

    @classmethod
    async def hold(cls, session: AsyncSession, case_id: UUID) -> None:
        """The places of counsel."""
        await hold_counsel(session, case_id)

    @classmethod
    def of(cls, form: Any, scene: Scene) -> Self:  # noqa: ANN401 - a form of its own
        """In the name of the counsel whose place it is."""
        mine = next(one for one in scene.counsel if one.person_id == scene.chain.principal_id)
        return cls(
            standing=str(mine.standing_id),
            counsel=mine.name,
            delegates=mine.delegates,
            ground=form.ground.data,
            reasons=form.reasons.data,
            hearing_on=scene.hearings[0].local_start.date() if scene.hearings else None,
        )

    def event_on(self, scene: Scene) -> date | None:
        """The day of the next hearing: three working days before it at the latest."""
        return self.hearing_on

    def summary(self, f: Formatting) -> str:
        """Who withdraws."""
        return say(
            f.language, N_("%(name)s asks to be removed as counsel of record"), name=self.counsel
        )

    def rows(self, f: Formatting) -> list[Said]:
        """Who withdraws and why, and who loses access with it."""
        said = [
            Said(N_("Counsel of record"), self.counsel, name=True),
            Said(N_("Why"), say(f.language, GROUNDS[self.ground]), "ground"),
            Said(N_("What the Division must know"), self.reasons, "reasons", name=True),
        ]
        if self.delegates:
            loses = N_("Loses access with counsel, if it is granted")
            said.append(Said(loses, "\n".join(self.delegates), name=True))
        return said

    def cautions(self, case: Case, f: Formatting) -> list[str]:
        """A hearing is near, or the case has none."""
        if self.hearing_on is None:
            return []
        day = f.weekday(self.hearing_on)
        return [say(f.language, N_("A hearing is fixed for %(day)s. It stays fixed."), day=day)]

    async def grant(
        self,
        session: AsyncSession,
        request: Request,
        decided: Mapping[str, Any],
        *,
        by: Actor,
        now: datetime,
    ) -> None:
        """End the place and everything lent out of it, and tell everybody who is counsel now."""
        place = await session.get_one(Standing, UUID(self.standing))
        case = await session.get_one(Case, request.case_id)
        await let_go(session, place, case=case, how=say(case.language, PERMITTED), by=by, now=now)
