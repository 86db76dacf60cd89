"""Refusals as people read them: what happened, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.models import Right
from portal.web.language import N_


@dataclass(frozen=True)
class Refusal:
    """A page that says no: its status, and its words as marked texts with their facts."""

    status: int
    title: str
    happened: str
    todo: str
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    # Said again after so many seconds (RFC 9110 §10.2.3).
    retry_after: int | None = None


NOT_FOUND = Refusal(
    404,
    N_("Page not found"),
    N_("There is nothing here that you can open."),
    N_(
        "Check the address, or go back to your cases. If you should see a case here, write to the registry."
    ),
)
FORGED = Refusal(
    403,
    N_("This came from another page"),
    N_(
        "Your browser sent this from a page that is not ours, or that was open for too long. Nothing was done."
    ),
    N_("Go back, load the page again and send it once more."),
)
FORM_TOO_LARGE = Refusal(
    413,
    N_("Too much text"),
    N_("The form holds more text than we can take. Nothing was done."),
    N_("Go back and shorten it, or put the text in a document and file that."),
)
FILE_TOO_LARGE = Refusal(
    413,
    N_("This file is too large"),
    N_("It is larger than any file that we take, so we did not receive it under any number."),
    N_("Go back and check that you chose the right file."),
)
CUT_SHORT = Refusal(
    400,
    N_("The line dropped"),
    N_("Your connection ended before everything had arrived. Nothing was kept."),
    N_("Go back and send it again."),
)
NOT_YOUR_NOTICE = Refusal(
    403,
    N_("This copy is somebody else’s"),
    N_("You may read this notice, but only the person it was addressed to can acknowledge it."),
    N_("Go back to your own notices."),
)
OFFER_OVER = Refusal(
    409,
    N_("This offer is no longer open"),
    N_(
        "It was withdrawn, answered before, or waited for more than 7 days. Nothing was lent to you."
    ),
    N_("If you still need access, ask the person who made the offer to make it again."),
)
BOTH_SIDES = Refusal(
    409,
    N_("Nobody can act on both sides"),
    N_(
        "You already act for the other side, or for the registry, in a case that this offer covers. Nothing was lent to you."
    ),
    N_("Refuse the offer, or end your other access first."),
)
FOR_COUNSEL = Refusal(
    409,
    N_("Only counsel can cover for counsel"),
    N_("This offer is for counsel who stands in for another. Nothing was lent to you."),
    N_("Refuse the offer, and ask for access of another kind if you need it."),
)
NOTHING_TO_LEND = Refusal(
    403,
    N_("You have nothing to lend"),
    N_("Only counsel of record and the Minister’s counsel can lend access to their cases."),
    N_("If you should be counsel in a case, write to the registry."),
)
INVITATION_OVER = Refusal(
    404,
    N_("This link no longer works"),
    N_("It was used already, is more than 7 days old, or a newer e-mail has taken its place."),
    N_(
        "If you have an account, sign in. Otherwise open the newest e-mail, or ask whoever invited you to do it again."
    ),
)
PASS_OVER = Refusal(
    410,
    N_("This page has closed"),
    N_("It stays open for some minutes only. Or the code was used meanwhile."),
    N_("Open the page for your letter, and type the code again."),
)
TRY_LATER = Refusal(
    503,
    N_("Please try again in a minute"),
    N_(
        "A part of the portal does not answer at the moment. What you had filed before is safe; what you just sent was not done."
    ),
    N_(
        "Wait a minute, go back and try again. You can press the same button again: nothing is done twice."
    ),
    retry_after=60,
)
BROKEN = Refusal(
    500,
    N_("Something went wrong on our side"),
    N_("We could not finish this, and we have noted it. What you had filed before is safe."),
    N_(
        "Go back and try again. If it happens again, write to the registry and say when it happened."
    ),
)
SLOW_DOWN = Refusal(
    429,
    N_("Too many tries"),
    N_("There were too many tries from here in a short time."),
    N_("Wait 15 minutes, then try again."),
    retry_after=900,
)
TOO_MANY_INVITATIONS = Refusal(
    429,
    N_("Too many invitations"),
    N_(
        "You have invited more people than we send e-mail for in so short a time: 30 in an hour, 200 in a day. Nothing was done."
    ),
    N_("Wait an hour, then try again. What you had offered before stands."),
    retry_after=3600,
)
TOO_MANY_RETAINERS = Refusal(
    429,
    N_("Too many cases in one hour"),
    N_("You told us of 10 new cases in the last hour. We did not take one more."),
    N_("Wait an hour, then send it again. What you sent before stands."),
    retry_after=3600,
)


def lacking(right: Right, lenders: tuple[str, ...]) -> Refusal:
    """Known to the case but without this right: which one, and who could lend it."""
    if right is Right.administer:
        return Refusal(
            403,
            N_("Only the registry can do this"),
            N_("You can see this case, but this page is for registry staff."),
            N_("Go back to the case."),
        )
    happened = {
        Right.read: N_("You can see this case, but you may not read its documents and notices."),
        Right.prepare: N_("You can see this case, but you may not prepare documents in it."),
        Right.file: N_("You can see this case, but you may not file documents in it."),
        Right.delegate: N_("You can see this case, but you may not lend access to it."),
    }.get(right, N_("You can see this case, but you may not do this in it."))
    if not lenders:
        return Refusal(403, N_("You may not do this here"), happened, N_("Go back to the case."))
    return Refusal(
        403,
        N_("You may not do this here"),
        happened,
        N_("This person can lend you that right: %(names)s."),
        {"names": ", ".join(lenders)},
    )
