"""What a kind of request is: what it asks, who may ask it, how it is judged, what granting it does."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Facts
from portal.audit import Actor
from portal.models import Case, Decided, Request, Role
from portal.requests.form import DecisionForm, RequestForm
from portal.requests.scene import Scene
from portal.rules import Procedure, rules
from portal.rules.deadlines import Deadline, limit_from
from portal.web.formatting import Formatting
from portal.web.language import N_

EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class Said:
    """One line of a request: what it is about and what it says, in its reader's language.

    `field`: where it is changed on the form. `name`: of a person or a thing, in nobody's language.
    """

    label: str
    text: str
    field: str = ""
    name: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestKind(Facts):
    """One kind of request; the fields are what was asked, the class says how it goes.

    `code` is the name of its file in portal/requests/kinds and of its table in
    portal/rules/requests.toml, which holds its name. Texts are marked with N_.
    """

    # One plain sentence, where people choose what to ask.
    plain: ClassVar[str]
    # What holds until it is answered, and what to do once it is.
    meanwhile: ClassVar[str]
    if_granted: ClassVar[str]
    if_refused: ClassVar[str]
    # Where it stands in the list: lowest first.
    order: ClassVar[int]
    form: ClassVar[type[RequestForm]]
    roles: ClassVar[Collection[str]] = EVERYBODY
    # What the registry can say to it, and the form in which it says so.
    outcomes: ClassVar[Sequence[Decided]] = (Decided.granted, Decided.refused)
    decision_form: ClassVar[type[DecisionForm]] = DecisionForm
    # It takes effect by being received: `grant` is called when it is sent, and nobody decides.
    at_once: ClassVar[bool] = False
    # Granting it changes the case: its notice leaves at once, for recalling it would undo nothing.
    changes_case: ClassVar[bool] = False
    # Whether papers can go with it.
    takes_papers: ClassVar[bool] = True
    # The last button, and whether what it does cannot be undone.
    press: ClassVar[str] = N_("Send the request")
    final: ClassVar[bool] = False

    @classmethod
    def procedure(cls, division: str) -> Procedure | None:
        """How it goes in this division, if it takes this kind."""
        return rules.request_types[cls.code].procedures.get(division)

    @classmethod
    def may_ask(cls, scene: Scene) -> bool:
        """Whether this person may ask it here at all."""
        return cls.procedure(scene.case.division) is not None and scene.chain.role in cls.roles

    @classmethod
    def obstacle(cls, scene: Scene) -> str:
        """Why it cannot be asked as things are, as a marked sentence; "" where it can."""
        return N_("The case is closed.") if scene.case.closed_at else ""

    @classmethod
    async def hold(cls, session: AsyncSession, case_id: UUID) -> None:
        """Lock what granting it changes, before anything else of the case is held.

        Two who hold the same rows to read them cannot both go on to change them.
        """

    async def repeats(self, session: AsyncSession, request: Request) -> bool:
        """Whether this form sent the same before; its facts are the same, if it keeps them all."""
        return True

    @classmethod
    def of(cls, form: Any, scene: Scene) -> Self:  # noqa: ANN401 - a form of its own
        """What the form says; only after it was validated."""
        raise NotImplementedError

    def event_on(self, scene: Scene) -> date | None:
        """The local date that its limit is counted from."""
        return None

    def limit(self, scene: Scene) -> Deadline | None:
        """The limit that judges it; warned about and marked, never a reason to refuse."""
        procedure, day = self.procedure(scene.case.division), self.event_on(scene)
        if procedure is None or procedure.limit is None or day is None:
            return None
        return limit_from(procedure.limit, day, office=scene.case.office)

    def summary(self, f: Formatting) -> str:
        """What is asked, in one line."""
        raise NotImplementedError

    def rows(self, f: Formatting) -> list[Said]:
        """What was asked, line by line: for the check, the receipt and the registry."""
        raise NotImplementedError

    def cautions(self, case: Case, f: Formatting) -> list[str]:
        """What the rules say against it; it can be sent as it is."""
        return []

    async def grant(
        self,
        session: AsyncSession,
        request: Request,
        decided: Mapping[str, Any],
        *,
        by: Actor,
        now: datetime,
    ) -> None:
        """What granting it does, beside being told; `decided`: what the decision form states."""

    def told(self, decided: Mapping[str, Any], f: Formatting) -> str:
        """What exactly was granted, in one line, where that is not just what was asked."""
        return ""

    def leads_to(self, request: Request, decided: Mapping[str, Any]) -> tuple[str, str] | None:
        """What an officer does next once it is granted: marked words, and an address."""
        return None
