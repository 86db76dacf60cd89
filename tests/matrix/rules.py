"""What every route answers to somebody in a given state: written from the rules, not from the code.

Each rule is a function of the person's state; `RULES` names one for every row of the permission
table. design.md §4: a stranger is told that nothing is there, somebody known which right is missing.
"""

from collections.abc import Callable

from tests.cast import AMIRA, CLAIRE, FARIDA, JONAS, LOUIS, Character
from tests.matrix.people import State

Rule = Callable[[State], int]


def anybody(answer: int) -> Rule:
    """Open to everybody, signed in or not."""
    return lambda state: answer


def signed_in(answer: int) -> Rule:
    """For everybody with an account: what it shows is the person's own."""
    return lambda state: answer


def to_the_only_one(state: State) -> int:
    """A claimant with a single case goes straight to it."""
    return 303 if state.calling == "claimant" else 200


def needs(right: str, answer: int = 200, *, lacking: int = 403) -> Rule:
    """A right on the case; who has none at all is a stranger."""

    def rule(state: State) -> int:
        if not state.may("see"):
            return 404
        return answer if state.may(right) else lacking

    return rule


def staff(answer: int = 200) -> Rule:
    """Officers of the case's division; to all others, people of the case included, nothing."""
    return lambda state: answer if state.may("administer") else 404


def office(answer: int = 200) -> Rule:
    """Any officer of the registry."""
    return lambda state: answer if state.staff else 404


def draft(answer: int = 200, *, right: str = "", lacking: int = 403) -> Rule:
    """A draft of Claire's: hers, and theirs who may file for her; some acts need a right besides."""

    def rule(state: State) -> int:
        if not state.may_for(CLAIRE, "file"):
            return 404
        return answer if not right or state.may(right) else lacking

    return rule


def sender(answer: int) -> Rule:
    """What Claire began to send: hers alone, for as long as she prepares documents here."""

    def rule(state: State) -> int:
        return answer if state.cast == CLAIRE and state.may("prepare") else 404

    return rule


def filer(answer: int, right: str = "file") -> Rule:
    """What was filed in Claire's name: hers, and theirs who hold this right for her."""

    def rule(state: State) -> int:
        if not state.may("see"):
            return 404
        return answer if state.may("read") and state.may_for(CLAIRE, right) else 403

    return rule


def named(answer: int = 200, *, registry: int = 200) -> Rule:
    """A document that is sealed for Claire: delegates of hers find nothing."""

    def rule(state: State) -> int:
        return registry if state.may("administer") else answer if state.cast == CLAIRE else 404

    return rule


def side(answer: int = 200) -> Rule:
    """What the claimant's side was told: the other side finds nothing, the registry reads it."""

    def rule(state: State) -> int:
        if not state.may("see") or (state.may("read") and state.side == "minister"):
            return 404
        return answer if state.may("read") else 403

    return rule


def request(answer: int = 200) -> Rule:
    """What the claimant's side asked of the registry: the other side finds nothing."""

    def rule(state: State) -> int:
        return answer if state.may("see") and state.side != "minister" else 404

    return rule


def asker(answer: int) -> Rule:
    """What was asked in Claire's name, to be taken back in it."""

    def rule(state: State) -> int:
        seen = request(answer)(state)
        return seen if seen == 404 or state.may_for(CLAIRE, "request") else 403

    return rule


def with_papers(answer: int) -> Rule:
    """Papers go with a request of whoever may also file them in that name."""

    def rule(state: State) -> int:
        asks = needs("request", answer)(state)
        return asks if asks != answer or (state.may("file") and state.may("prepare")) else 403

    return rule


def of_counsel(answer: int) -> Rule:
    """Counsel of record, and whoever makes requests in counsel's name."""

    def rule(state: State) -> int:
        counsel = state.role == "counsel" or CLAIRE in (state.principal, state.cast)
        return needs("request", answer if counsel else 404)(state)

    return rule


def of_client(answer: int) -> Rule:
    """Whom counsel acts for: a party, and the designated representative."""

    def rule(state: State) -> int:
        client = state.role in {"party", "designated_representative"}
        return needs("request", answer if client else 404)(state)

    return rule


def counsel(answer: int) -> Rule:
    """Whoever is counsel by calling, in whatever case or none."""
    return lambda state: answer if state.calling == "counsel" else 404


def addressee(person: Character) -> Rule:
    """An act of the person whom the notice was served on, and of nobody else."""

    def rule(state: State) -> int:
        read = side(303)(state)
        return read if state.cast == person or read != 303 else 403

    return rule


def appellant(answer: int) -> Rule:
    """Requests on the claimant's side; to the Minister's nothing can be appealed here."""

    def rule(state: State) -> int:
        asked = needs("request", answer)(state)
        return 404 if asked == answer and state.side == "minister" else asked

    return rule


def lender(answer: int, *, managers: bool = True) -> Rule:
    """Who has something to lend on any case, or was lent the right to manage access."""

    def rule(state: State) -> int:
        own = state.principal is None and (state.may("delegate") or state.then == "elsewhere")
        return answer if own or (managers and state.may("delegate")) else 403

    return rule


def between(answer: int, *people: Character, managed: int | None = None) -> Rule:
    """A loan of Claire's: its two sides, and who manages access for her."""

    def rule(state: State) -> int:
        if state.cast in people:
            return answer
        manages = state.may_for(CLAIRE, "delegate") and state.cast is None
        return (managed or answer) if manages else 404

    return rule


def working(answer: int) -> Rule:
    """Counsel and delegates: claimants, representatives and officers have no teams."""
    return lambda state: answer if state.calling in {"counsel", "delegate"} else 404


def member(answer: int) -> Rule:
    """The people of Amira's team; she leads it."""
    return lambda state: answer if state.cast == AMIRA else 404


def nobody(state: State) -> int:
    """What is another's alone."""
    return 404


SIDES = (CLAIRE, AMIRA)
T = "/teams/{team_id:uuid}"
ASKED = "/teams/invitations/{membership_id:uuid}"
E = "/delegations/endings/{ending_id:uuid}"
A = "/approvals/{approval_id:uuid}"
KEY = "11111111-1111-4111-8111-111111111111"
M = "/memberships/{membership_id:uuid}"
D = "/delegations/{delegation_id:uuid}"
S = "/submissions/{submission_id:uuid}"
N = "/notices/{service_id:uuid}"
B = "/registry/batches/{batch_id:uuid}"
ISSUED = "/registry/notices/{notice_id:uuid}"
C = "/cases/{case_id:uuid}"
MAILING = "/registry/mailings/{mailing_id:uuid}"
R = "/registry/services/{service_id:uuid}"
H = "/hearings/{hearing_id:uuid}"
Q = "/requests/{request_id:uuid}"
DOC = "/documents/{document_id:uuid}"
RULES: dict[str, Rule] = {
    "GET /static/{path:path}": anybody(200),
    "GET /": anybody(303),
    "GET /sign-in": anybody(200),
    "GET /language": anybody(303),
    "GET /help": anybody(200),
    "GET /help/in/{language}": anybody(200),
    "GET /healthz": anybody(200),
    "GET /readyz": anybody(200),
    "GET /mail": anybody(200),
    "GET /accessibility": anybody(200),
    "GET /verify": anybody(200),
    "POST /verify": anybody(422),
    "POST /sign-in": anybody(422),
    "GET /join": anybody(200),
    "POST /join": anybody(422),
    "GET /join/choice": anybody(410),
    "POST /join/look": anybody(410),
    "GET /join/look": anybody(410),
    "POST /join/ending": anybody(303),
    "GET /join/account": anybody(410),
    "POST /join/account": anybody(410),
    "GET /join/address/{token}": anybody(404),
    "GET /join/address/{token} @confirming": anybody(200),
    "POST /join/address/{token} @confirming": anybody(303),
    "GET /hearing-check": anybody(200),
    "POST /hearing-check": anybody(422),
    "POST /sign-out": anybody(303),
    "POST /leaving": anybody(303),
    "GET /measures": anybody(200),
    "GET /invitations/{token}": anybody(200),
    "POST /invitations/{token}": anybody(422),
    "GET /session": signed_in(204),
    # How somebody is told; a reminder's own link, and the door for mail providers.
    "GET /preferences": signed_in(200),
    "POST /preferences": signed_in(422),
    "GET /reminders/{token}": anybody(404),
    "GET /reminders/{token} @stop": anybody(200),
    "POST /reminders/{token}": anybody(404),
    "POST /reminders/{token} @stop": anybody(200),
    "POST /bounces": anybody(404),
    "GET /cases": to_the_only_one,
    # The first page's own ways; somebody with a single case goes straight to it.
    "GET /device-test": anybody(200),
    "GET /my-documents": to_the_only_one,
    "GET /my-contact-details": to_the_only_one,
    "GET /hearings": signed_in(200),
    "GET /hearings/month": signed_in(200),
    "GET /hearings/feed": signed_in(200),
    "POST /hearings/feed": signed_in(200),
    "POST /hearings/feed/ending": signed_in(303),
    # A secret that nobody has: nothing is there, for whoever asks.
    "GET /calendar/{token}.ics": anybody(404),
    "GET /notices": signed_in(200),
    "GET /delegations": signed_in(200),
    # Appeals: a notice, and the receipt of one that Claire filed and does not act in.
    f"GET {C}/appeal": appellant(200),
    f"POST {C}/appeal {KEY}": appellant(422),
    "GET /appeals/{appeal_id:uuid}": lambda state: (
        200 if state.cast == CLAIRE or "rad" in state.divisions else 404
    ),
    # Cases and hearings.
    f"GET {C}": needs("see"),
    f"GET {C}/history": needs("see"),
    f"GET {C}/in/{{language}}": needs("see"),
    f"GET {C}/documents": needs("read", 303),
    f"GET {H}": needs("see"),
    f"GET {H} @cancelled": needs("see"),
    f"GET {H}.ics": needs("see"),
    f"GET {H}/sheet": needs("see"),
    # Filing.
    f"POST {C}/submissions": needs("prepare", 303),
    f"GET {S}": draft(),
    f"GET {S} @filed": needs("read", 303),
    f"GET {S}/states": draft(303),
    f"GET {S}/states @filed": needs("read", 303),
    f"POST {S}/documents a.txt": draft(303, right="prepare"),
    f"POST {S}/documents @filed a.txt": needs("read", 303),
    f"OPTIONS {S}/uploads": anybody(204),
    f"GET {S}/uploads": draft(),
    f"GET {S}/uploads @filed": needs("read"),
    f"POST {S}/uploads whole": draft(right="prepare"),
    f"POST {S}/uploads @filed whole": needs("read", 409),
    "GET /uploads/{upload_id:uuid}": sender(200),
    "PATCH /uploads/{upload_id:uuid} elsewhere": sender(409),
    "POST /uploads/{upload_id:uuid} override": sender(409),
    "DELETE /uploads/{upload_id:uuid} end": sender(204),
    f"POST {S}/descriptions": draft(303),
    f"POST {S}/descriptions @filed": needs("read", 303),
    f"GET {S}/check": draft(),
    f"GET {S}/check @filed": needs("read", 303),
    f"POST {S}/filing": draft(303),
    f"POST {S}/filing @filed": needs("read", 303),
    f"GET {S}/receipt": draft(303),
    f"GET {S}/receipt @filed": needs("read"),
    f"GET {S}/receipt.pdf": lambda state: 404,
    f"GET {S}/receipt.pdf @filed": needs("read"),
    f"GET {S}/receipt.pdf @filed both": needs("read"),
    # Requests.
    f"GET {C}/requests/new": needs("request"),
    f"GET {C}/requests/new change_of_date": needs("request"),
    f"GET {C}/requests/new change_of_location": needs("request"),
    f"GET {C}/requests/new interpreter": needs("request"),
    f"GET {C}/requests/new extension": needs("request"),
    f"POST {C}/requests/new change_of_date": needs("request", 422),
    f"POST {C}/requests change_of_date": needs("request", 422),
    f"POST {C}/requests/papers change_of_date": with_papers(303),
    f"GET {C}/requests/new contact_details": needs("request"),
    f"GET {C}/requests/new counsel_withdrawal": needs("request"),
    f"GET {C}/requests/new counsel_removal": needs("request"),
    f"POST {C}/requests/new contact_details": needs("request", 422),
    f"POST {C}/requests contact_details": needs("request", 422),
    f"POST {C}/requests/papers contact_details": needs("request", 303),
    f"POST {C}/requests/new counsel_withdrawal": of_counsel(422),
    f"POST {C}/requests counsel_withdrawal": of_counsel(422),
    f"POST {C}/requests/new counsel_removal": of_client(422),
    f"POST {C}/requests counsel_removal": of_client(422),
    # Counsel tells of a new case, learning of none; the registry answers.
    "GET /retainers": counsel(200),
    "GET /retainers/new": counsel(200),
    "POST /retainers/new": counsel(422),
    "GET /registry/retainers/{retainer_id:uuid}": staff(),
    "POST /registry/retainers/{retainer_id:uuid}/standing": staff(422),
    "POST /registry/retainers/{retainer_id:uuid}/refusal": staff(422),
    f"GET {S}/request": draft(303),
    f"GET {S}/request @filed": needs("read", 303),
    f"GET {Q}": request(),
    f"GET {Q}/withdrawal": asker(200),
    f"POST {Q}/withdrawal": asker(303),
    f"GET {Q}/decision": staff(),
    f"POST {Q}/decision/preview": staff(422),
    f"POST {Q}/decision": staff(422),
    # Documents: nothing unscanned is readable, by whomever.
    f"GET {DOC}": needs("read"),
    f"GET {DOC} @held": needs("read"),
    f"GET {DOC} @infected": needs("read"),
    f"GET {DOC} @locked": needs("read"),
    f"GET {DOC} @drafted": draft(),
    f"GET {DOC}/file": needs("read"),
    f"GET {DOC}/file @held": needs("read", 403),
    f"GET {DOC}/file @infected": needs("read", 403),
    f"GET {DOC}/file @locked": needs("read", 403),
    f"GET {DOC}/file @drafted": draft(403),
    f"GET {DOC}/picture": needs("read"),
    f"GET {DOC}/picture @held": needs("read", 404),
    f"GET {DOC}/picture @infected": needs("read", 404),
    f"GET {DOC}/picture @drafted": draft(404, right="read"),
    f"GET {DOC}/safe-copy": staff(),
    f"GET {DOC}/safe-copy @held": staff(403),
    f"GET {DOC}/safe-copy @infected": staff(403),
    f"GET {DOC}/safe-copy @drafted": nobody,
    f"GET {DOC} @sealed": named(),
    f"GET {DOC}/file @sealed": named(),
    f"POST {DOC}/replacement": filer(303, "prepare"),
    f"POST {DOC}/replacement @sealed": named(303, registry=403),
    f"GET {DOC}/withdrawal": filer(200),
    f"GET {DOC}/withdrawal @sealed": named(registry=403),
    f"POST {DOC}/withdrawal": filer(422),
    f"GET {S}/review @filed": staff(),
    f"POST {S}/review @filed": staff(422),
    "GET /withdrawals/{withdrawal_id:uuid}/answer": staff(),
    "POST /withdrawals/{withdrawal_id:uuid}/answer": staff(422),
    f"GET {DOC}/seal": staff(),
    f"GET {DOC}/seal @sealed": staff(),
    f"POST {DOC}/seal": staff(422),
    f"POST {DOC}/seal/ending @sealed": staff(303),
    f"POST {DOC}/removal": lambda state: (
        needs("prepare", 303)(state) if state.may("read") else needs("read")(state)
    ),
    f"POST {DOC}/removal @drafted": draft(303, right="prepare"),
    f"POST {DOC}/place": lambda state: (
        needs("prepare", 303)(state) if state.may("read") else needs("read")(state)
    ),
    f"POST {DOC}/place @drafted up": draft(303, right="prepare"),
    f"POST {S}/order": draft(204, right="prepare"),
    f"POST {S}/order @filed": needs("read", 303),
    f"GET {DOC}/translation": lambda state: (
        needs("prepare", 303)(state) if state.may("read") else needs("read")(state)
    ),
    f"GET {DOC}/translation @drafted": draft(right="prepare"),
    f"POST {DOC}/translation": lambda state: (
        needs("prepare", 303)(state) if state.may("read") else needs("read")(state)
    ),
    f"POST {DOC}/translation @drafted": draft(303, right="prepare"),
    # Notices.
    f"GET {N}": side(),
    f"GET {N} @amira": side(),
    f"GET {N} @farida": side(),
    f"GET {N}/notice.pdf": side(),
    f"GET {N}/notice.pdf @amira": side(),
    f"GET {N}/notice.pdf @farida": side(),
    f"GET {N}/proof.json": side(),
    f"GET {N}/proof.pdf": side(),
    f"POST {N}/acknowledgement": addressee(CLAIRE),
    f"POST {N}/acknowledgement @amira": addressee(AMIRA),
    f"POST {N}/acknowledgement @farida": addressee(FARIDA),
    # Delegations.
    "GET /delegations/new": lender(200),
    "POST /delegations/new": lender(422),
    f"GET {D}": between(200, *SIDES),
    f"GET {D} @jonas": between(200, CLAIRE, JONAS),
    f"GET {D} @offer": between(200, CLAIRE, LOUIS),
    f"POST {D}/acceptance @offer": between(422, CLAIRE, LOUIS),
    f"POST {D}/acceptance @offer y": between(409, CLAIRE),
    f"POST {D}/acceptance y": lambda state: (
        303 if state.cast == AMIRA else between(409, CLAIRE)(state)
    ),
    f"POST {D}/refusal": lambda state: 303 if state.cast == AMIRA else 404,
    f"POST {D}/refusal @offer": lambda state: 404,
    f"GET {D}/ending": between(200, *SIDES),
    f"GET {D}/ending @jonas": between(200, CLAIRE, JONAS),
    f"GET {D}/ending @offer": between(200, CLAIRE),
    f"POST {D}/ending": between(303, *SIDES),
    f"POST {D}/ending @jonas": between(303, CLAIRE, JONAS),
    f"POST {D}/ending @offer": between(303, CLAIRE),
    "GET /delegations/cover": lender(200, managers=False),
    "POST /delegations/cover": lender(422, managers=False),
    f"GET {D}/change": between(200, CLAIRE),
    f"GET {D}/change @offer": between(200, CLAIRE),
    f"POST {D}/change": between(422, CLAIRE),
    f"POST {D}/change @offer": between(422, CLAIRE),
    f"POST {D}/resending": between(409, CLAIRE),
    f"POST {D}/resending @offer": between(303, CLAIRE),
    "GET /delegations/ending": nobody,
    "GET /delegations/ending y": signed_in(200),
    "POST /delegations/ending y": signed_in(303),
    f"GET {E}": between(200, CLAIRE),
    f"GET {E}.pdf": between(200, CLAIRE),
    "GET /delegations/acts": signed_in(200),
    "GET /delegations/acts.csv": signed_in(200),
    "GET /delegations/acts.pdf": signed_in(200),
    "GET /delegations/review": signed_in(200),
    "POST /delegations/review": signed_in(303),
    # Records: whoever may read takes them along; the registry certifies; the key is public.
    f"GET {C}/copy": needs("read"),
    f"GET {C}/copy.zip": needs("read"),
    f"GET {C}/copy.pdf": needs("read"),
    f"POST {C}/certified-record": staff(),
    "GET /record-key": anybody(200),
    "GET /record-key.pem": anybody(200),
    # Approvals: a draft's round is answered by who may file it, taken back by who asked.
    "GET /approvals": signed_in(200),
    f"POST {S}/approvals {KEY}": draft(303),
    f"POST {S}/approvals @filed {KEY}": needs("read", 303),
    f"GET {A}/return": draft(),
    f"POST {A}/return": draft(422),
    f"POST {A}/withdrawal": lambda state: 303 if state.cast == AMIRA else 404,
    # For whom one acts on a case.
    f"GET {C}/principal": needs("see", 303),
    f"POST {C}/principal": needs("see", 303),
    # Teams: for those who work on cases for a living; each known to its people alone.
    "GET /teams": working(200),
    "GET /teams/new": working(200),
    "POST /teams": working(422),
    f"GET {T}": member(200),
    f"POST {T}/invitations": member(422),
    f"POST {ASKED}/renewal @asked": member(303),
    f"POST {ASKED}/acceptance @asked": nobody,
    f"POST {ASKED}/refusal @asked": nobody,
    f"GET {M}/ending": member(200),
    f"GET {M}/ending @asked": member(303),
    f"POST {M}/ending": member(303),
    f"POST {M}/ending @asked": member(303),
    f"POST {M}/lead": member(303),
    # The registry.
    "GET /registry/authority": office(),
    "GET /registry/authority TC6-01482": lambda state: (
        200 if state.may("administer") else 422 if state.staff else 404
    ),
    "GET /standings/{standing_id:uuid}/suspension": staff(),
    "POST /standings/{standing_id:uuid}/suspension": staff(422),
    "GET /suspensions/{suspension_id:uuid}/ending": staff(),
    "POST /suspensions/{suspension_id:uuid}/ending": staff(303),
    f"GET {C}/closing": staff(),
    f"POST {C}/closing": staff(303),
    f"POST {C}/reopening": staff(303),
    f"GET {C}/joinder": staff(),
    f"POST {C}/joinder": staff(422),
    f"POST {C}/separation": staff(303),
    "GET /registry": office(),
    "GET /registry/addresses": office(),
    "GET /registry/addresses/{suppression_id:uuid}/lifting": staff(),
    "POST /registry/addresses/{suppression_id:uuid}/lifting": staff(422),
    "GET /registry/batches": office(),
    "GET /registry/batches/new": office(),
    "GET /registry/batches/new noor": office(),
    "POST /registry/batches": office(422),
    f"GET {B}": staff(),
    f"GET {B}/facts": staff(),
    f"POST {B}/facts": staff(422),
    f"POST {B}/list": staff(422),
    f"POST {B}/omission": staff(303),
    f"POST {B}/issue": staff(409),
    f"POST {B}/state": staff(303),
    f"POST {B}/retry": staff(303),
    f"GET {B}/progress": staff(303),
    f"GET {B}/cases/{{case_id:uuid}}": staff(),
    f"GET {B}/rows.csv": staff(),
    "GET /registry/cases/new": office(),
    "GET /registry/documents/{document_id:uuid}/readers": staff(),
    "POST /registry/cases/new": office(422),
    f"GET {C}/people/new": staff(),
    f"POST {C}/people/new": staff(422),
    "GET /standings/{standing_id:uuid}/ending": staff(),
    "POST /standings/{standing_id:uuid}/ending": staff(422),
    "GET /registry/hearings": office(),
    f"GET {C}/hearings/new": staff(),
    f"POST {C}/hearings/new": staff(422),
    f"GET {H}/move": staff(),
    f"POST {H}/move": staff(422),
    f"GET {H}/cancellation": staff(),
    f"POST {H}/cancellation": staff(422),
    f"GET {C}/notices/new": staff(),
    f"GET {C}/notices/new general_letter": staff(),
    f"POST {C}/notices/new general_letter": staff(),
    f"GET {C}/notices/preview": staff(303),
    f"GET {C}/notices/preview notice_to_appear": staff(),
    f"POST {C}/notices/preview general_letter": staff(422),
    f"POST {C}/notices/preview.pdf general_letter": staff(422),
    f"POST {C}/notices general_letter": staff(422),
    f"GET {C}/notices/{{notice_id:uuid}}.pdf": staff(),
    f"GET {ISSUED}": staff(),
    f"POST {ISSUED}/recall": staff(409),
    f"GET {ISSUED}/proof.json": staff(),
    f"GET {ISSUED}/proof.pdf": staff(),
    "GET /registry/letters": office(),
    f"POST /registry/mailings {KEY} rpd toronto": lambda state: (
        303 if state.may("administer") else 403 if state.staff else 404
    ),
    f"GET {MAILING}": staff(),
    f"GET {MAILING}.pdf": staff(),
    f"POST {MAILING}/posting": staff(422),
    "GET /registry/letters/{letter_id:uuid}/return": staff(),
    "POST /registry/letters/{letter_id:uuid}/return": staff(422),
    f"POST {R}/letters {KEY} unopened": staff(303),
    f"GET {R}/receipt": staff(),
    f"POST {R}/receipt": staff(422),
    f"GET {C}/addresses": staff(),
    f"GET {C}/addresses/{{whose_id:uuid}}": staff(),
    f"POST {C}/addresses/{{whose_id:uuid}}": staff(422),
    f"GET {C}/invitations": staff(),
    f"GET {C}/invitations/{{whose_id:uuid}}": staff(404),
    f"GET {C}/invitations/{{whose_id:uuid}} @laila": staff(),
    f"POST {C}/invitations/{{whose_id:uuid}} @laila": staff(422),
    "POST /invitations/{invitation_id:uuid}/revocation": staff(303),
}


# What another answer is given to once the case is closed: a notice to it cannot be looked at any
# more, and the batch says why.
WHEN_CLOSED: dict[str, Rule] = {
    f"GET {B}/cases/{{case_id:uuid}}": staff(303),
    # Nobody is invited into a case that is closed; codes can be ended all the same.
    f"POST {C}/invitations/{{whose_id:uuid}} @laila": staff(409),
}


def expected(name: str, state: State, *, closed: bool = False) -> int:
    """The status that the rules give; who is not signed in is asked to."""
    rule = (WHEN_CLOSED if closed else {}).get(name) or RULES[name]
    if state.signed_in or rule.__qualname__.startswith("anybody"):
        return rule(state)
    return 303 if name.startswith("GET") else 401
