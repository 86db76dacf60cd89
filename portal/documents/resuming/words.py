"""What people are told when a file that comes in pieces stops on its way: what came is kept."""

from collections.abc import Mapping

from portal.documents.reasons import ON_ARRIVAL, Reason
from portal.web.language import N_

REASONS: Mapping[str, Reason] = {
    **ON_ARRIVAL,
    "signed_out": Reason(
        N_("You are no longer signed in, so sending stopped. What has arrived is kept."),
        N_("Sign in again in another tab. Then press “Try again” here: it goes on from there."),
        status=401,
        again=True,
    ),
    "unknown": Reason(
        N_("You can no longer go on with this file here."),
        N_("Load the page again. If you may still add files, choose it once more."),
        status=404,
    ),
    "unavailable": Reason(
        N_("We could not store more of this file just now. What has arrived is kept."),
        N_("Wait a minute and press “Try again”: it goes on from there."),
        status=503,
        again=True,
    ),
    "waits_for_approval": Reason(
        N_("These documents wait for approval, so we did not add this file to them."),
        N_("Take the draft back first; then press “Try again”."),
        status=409,
        again=True,
    ),
}
