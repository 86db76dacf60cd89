"""New contact details: effective when received, and kept nowhere but where the registry looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from portal.audit import Actor
from portal.contacts.changing import Contacts, change_contacts, is_recorded
from portal.models import Case, Request, Role
from portal.registry.letters.countries import country_names
from portal.registry.postal.form import AddressForm
from portal.registry.postal.recording import Addressee
from portal.requests.form import RequestForm
from portal.requests.kind import RequestKind, Said
from portal.requests.scene import Scene
from portal.web.formatting import Formatting
from portal.web.language import N_, say

REPRESENTING = (Role.counsel, Role.designated_representative)
SECRET = frozenset({"lines", "country", "telephone"})
NOT_SHOWN = N_("Recorded. It is not shown here, so that nobody else can read it.")
NEW_ADDRESS, NEW_NUMBER = N_("New postal address"), N_("New telephone number")
# What makes an address of the form's boxes; a country is always chosen.
BOXES = ("care_of", "street", "more", "city", "province", "postal_code", "abroad")


class ContactDetailsForm(RequestForm, AddressForm):
    """Whose, and what is new; what stays empty stays as it is."""

    whose = RadioField(
        N_("Whose contact details are new?"), [InputRequired(N_("Choose whose"))], choices=[]
    )
    telephone = StringField(
        N_("Telephone number (leave it empty if it stays the same)"),
        [
            Length(max=40, message=N_("Use at most 40 characters")),
            Regexp(
                r"^$|^[-+().\s\dx]{3,40}$",
                message=N_("Enter a telephone number, such as 416 555 0199"),
            ),
        ],
        filters=[lambda text: " ".join((text or "").split())],
    )
    purposes: Mapping[str, str] = {
        "telephone": "tel",
        "country": "country",
        "street": "address-line1",
        "more": "address-line2",
        "city": "address-level2",
        "province": "address-level1",
        "postal_code": "postal-code",
    }

    def offer(self, scene: Scene, f: Formatting) -> None:
        """Whose it can be; where it is one person alone, that one is chosen."""
        self.offer_places(f.language)
        people = addressees(scene)
        self.whose.choices = [(str(one.id), one.name) for one in people]
        if len(people) == 1 and not self.whose.data:
            self.whose.data = str(people[0].id)
        first = {"whose", "telephone"}
        self._fields = {
            one: self._fields[one] for one in sorted(self._fields, key=lambda one: one not in first)
        }
        self.country.description = N_("Fill in the address only if it is new.")
        self.postal_code.description = N_("For example: K1A 0B1")
        self.abroad.description = N_(
            "Only for another country: up to 5 lines as they are written there, without the name "
            "and the country."
        )

    @property
    def moves(self) -> bool:
        """Whether an address was typed."""
        return self.country.data != "CA" or any(self[name].data for name in BOXES)

    def validate_telephone(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """One of the two is new."""
        if not field.data and not self.moves:
            raise ValidationError(N_("Enter the new telephone number, the new address, or both"))

    def validate_postal_code(self, field: Any) -> None:  # noqa: ANN401 - WTForms has no stubs
        """Of an address that was typed."""
        if self.moves:
            super().validate_postal_code(field)

    def _wanted(self, field: Any, sentence: str) -> None:  # noqa: ANN401 - WTForms has no stubs
        if self.moves:
            super()._wanted(field, sentence)


def addressees(scene: Scene) -> list[Addressee]:
    """Whose contact details I may change here: my own, and of whom I represent, who has no account.

    A delegate has none here: no letter of the case goes to one.
    """
    chain = scene.chain
    own = Addressee(name=chain.principal_name, role=Role(chain.role), person_id=chain.principal_id)
    represented = [
        Addressee(name=one.name, role=Role.party, party_id=one.id)
        for one in scene.parties
        if one.person_id is None and chain.role in REPRESENTING
    ]
    return represented if chain.lent else [own, *represented]


@dataclass(frozen=True, kw_only=True)
class ContactDetails(RequestKind):
    """The request keeps whose they are and which changed; what they are, the registry's table alone."""

    code = "contact_details"
    order = 70
    plain = N_("Tell us that the postal address or the telephone number is new.")
    meanwhile = N_(
        "It holds from the moment you send it. Only the registry can see it. Nobody else in the "
        "case sees it. No page or paper of the case shows it."
    )
    if_granted = N_("It is recorded. Letters go to the new address from now on.")
    if_refused = ""
    form = ContactDetailsForm
    at_once = True
    takes_papers = False
    press = N_("Record it")

    whose_id: str
    whose: str
    role: str
    account: bool
    address: bool
    called: bool
    # Never kept with the request: read by people of the case.
    lines: tuple[str, ...] = ()
    country: str = "CA"
    telephone: str = ""

    @classmethod
    def may_ask(cls, scene: Scene) -> bool:
        """There is somebody whose they could be."""
        return super().may_ask(scene) and bool(addressees(scene))

    @classmethod
    def obstacle(cls, scene: Scene) -> str:
        """None: people move after their case has closed."""
        return ""

    @classmethod
    def of(cls, form: Any, scene: Scene) -> Self:  # noqa: ANN401 - a form of its own
        """Whose, and what is new."""
        one = next(one for one in addressees(scene) if str(one.id) == form.whose.data)
        return cls(
            whose_id=str(one.id),
            whose=one.name,
            role=one.role.value,
            account=one.person_id is not None,
            address=form.moves,
            called=bool(form.telephone.data),
            lines=tuple(form.lines) if form.moves else (),
            country=form.country.data,
            telephone=form.telephone.data or "",
        )

    def to_json(self) -> dict[str, Any]:
        """Without what is told to the registry alone."""
        kept = super().to_json()
        return {name: value for name, value in kept.items() if name not in SECRET}

    def summary(self, f: Formatting) -> str:
        """Whose."""
        return say(f.language, N_("New contact details of %(name)s"), name=self.whose)

    def rows(self, f: Formatting) -> list[Said]:
        """Before it is sent what was typed; afterwards that it is recorded, and never what."""
        hidden = say(f.language, NOT_SHOWN)
        said = [Said(N_("Whose"), self.whose, "whose", name=True)]
        if self.address:
            lines = list(self.lines)
            if self.country != "CA":
                lines.append(country_names(f.language)[self.country])
            shown = "\n".join(lines) if self.lines else hidden
            said.append(Said(NEW_ADDRESS, shown, "street", name=bool(self.lines)))
        if self.called:
            shown = self.telephone or hidden
            said.append(Said(NEW_NUMBER, shown, "telephone", name=bool(self.telephone)))
        return said

    async def repeats(self, session: AsyncSession, request: Request) -> bool:
        """The request does not keep what was typed: the tables of contact details do."""
        return await is_recorded(session, request.id, self._addressee, self._new)

    async def grant(
        self,
        session: AsyncSession,
        request: Request,
        decided: Mapping[str, Any],
        *,
        by: Actor,
        now: datetime,
    ) -> None:
        """Record it, with its entry."""
        case = await session.get_one(Case, request.case_id)
        await change_contacts(
            session, request.id, self._addressee, self._new, case=case, by=by, now=now
        )

    @property
    def _addressee(self) -> Addressee:
        whose = UUID(self.whose_id)
        return Addressee(
            name=self.whose,
            role=Role(self.role),
            person_id=whose if self.account else None,
            party_id=None if self.account else whose,
        )

    @property
    def _new(self) -> Contacts:
        return Contacts(
            lines=self.lines or None, country=self.country, telephone=self.telephone or None
        )
