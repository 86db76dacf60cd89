"""Why a file was not taken or cannot be read: what happened, and how to mend it, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.models import DocumentState
from portal.web.language import N_


@dataclass(frozen=True)
class Reason:
    """Two marked sentences; facts such as a limit are put in where they are shown."""

    what: str
    mend: str
    status: int = 422
    # Whether the same file may well go through a minute later.
    again: bool = False


KINDS = N_(
    "PDF, Word, Excel, OpenDocument or RTF, plain text, pictures (JPEG, PNG, TIFF, HEIC), sound (MP3, M4A, WAV) and video (MP4)."
)
FAIR_COPY = N_("Save or scan it again as a plain PDF without a password, and choose that.")

# By the code of the refusal on arrival: nothing of these files was kept.
ON_ARRIVAL: Mapping[str, Reason] = {
    "empty": Reason(
        N_("This file is empty, so we did not keep it."),
        N_("Open it on your computer, save it again, and choose it once more."),
    ),
    "too_large": Reason(
        N_("This file is larger than %(limit)s, so we did not keep it."),
        N_("Split it into smaller files, or save it with less detail, and choose those."),
        status=413,
    ),
    "wrong_type": Reason(
        N_("We do not take files of this type, so we did not keep it."),
        N_("Save it as one of these and choose that: %(kinds)s"),
    ),
    "type_lies": Reason(
        N_("What is inside this file is not what its name says, so we did not keep it."),
        N_("Open it in the program that made it, save it as a PDF, and choose that."),
    ),
    "password_protected": Reason(
        N_("This file opens only with a password, so we did not keep it."),
        N_("Save a copy without a password and choose that."),
    ),
    "cut_connection": Reason(
        N_("The line broke before this file arrived, so nothing of it was kept."),
        N_("Choose it again."),
        status=400,
        again=True,
    ),
    "key_taken": Reason(
        N_("This file was mixed up with another one on its way, so we did not keep it."),
        N_("Choose it again. The other file is safe."),
        status=409,
    ),
    "too_many": Reason(
        N_("There are already %(most)s files here, so we did not keep this one."),
        N_("File these first. Then begin again and send the rest."),
        status=409,
    ),
    "submission_full": Reason(
        N_("All files together would be larger than %(limit)s, so we did not keep this one."),
        N_("File what is here first. Then begin again and send the rest."),
        status=413,
    ),
    "filed_already": Reason(
        N_("These documents have been filed meanwhile, so we did not add this file to them."),
        N_("Go back to the case and begin again with this file."),
        status=409,
    ),
    "waits_for_approval": Reason(
        N_("These documents wait for approval, so we did not add this file to them."),
        N_("Take the draft back first, or give the file to the person who approves it."),
        status=409,
    ),
    "signed_out": Reason(
        N_("You are no longer signed in, so we did not keep this file."),
        N_("Sign in again in another tab. Then press “Try again” here."),
        status=401,
        again=True,
    ),
    "forged": Reason(
        N_("This page was open for too long, so we did not keep this file."),
        N_("Load the page again and choose the file once more."),
        status=403,
    ),
    "unknown": Reason(
        N_("You can no longer add files here, so we did not keep this one."),
        N_("Go back to your cases. What was sent before is safe."),
        status=404,
    ),
    "lacking": Reason(
        N_("You may not prepare documents in this case, so we did not keep this file."),
        N_("Ask the person who lent you access."),
        status=403,
    ),
    "unavailable": Reason(
        N_("We could not store this file just now. What is on this page already is safe."),
        N_("Wait a minute and send it again."),
        status=503,
        again=True,
    ),
}

INFECTED = Reason(
    N_("Our check found a virus in this file. Nobody can open it here."),
    N_("Make a clean copy on another computer, or scan the paper again, and file that."),
)
LOCKED = Reason(
    N_("This file opens only with a password, so nobody could check it or read it."),
    N_("Save a copy without a password and file that."),
)
HELD = Reason(
    N_("We have received it and are checking it for viruses. Until then nobody can open it."),
    N_("You need do nothing. This page follows the check by itself."),
)
WAITING = Reason(
    N_(
        "We have received it. The check for viruses does not work at the moment, so nobody can open it yet."
    ),
    N_("You need do nothing: it is tried again by itself. The time of receipt stays."),
)
UNCHECKED = Reason(
    N_("We could not check this file, so nobody can open it here. The registry looks at it."),
    N_("If you can, save it as a plain PDF, or as several smaller files, and file those as well."),
)
CLEAN = Reason(N_("It was received and checked, and no virus was found."), "")

PRINT = N_(
    "Open it, choose “Print”, and as the printer choose “Save as PDF”. Then file the new PDF."
)
SAVE_AS_PDF = N_("Open it in the program that made it, save it as a PDF, and file that.")

# By the check's reason, where the file holds something that is not accepted.
REFUSED: Mapping[str, Reason] = {
    "encrypted": LOCKED,
    "restricted": Reason(
        N_("This PDF is locked against printing or changing, so it cannot be kept in a case file."),
        N_("Ask whoever made it for a copy without security settings, or scan the printed pages."),
    ),
    "macros": Reason(
        N_("This file holds a program (a macro), so nobody can open it here."),
        N_("Save it as a PDF and file that."),
    ),
    "broken": Reason(
        N_("This file is damaged, so nobody could check it or read it."),
        N_("Open it on your computer, save it again as a PDF, and file that."),
    ),
    "script": Reason(
        N_("This PDF holds a small program (JavaScript), so nobody can open it here."), PRINT
    ),
    "launches": Reason(
        N_("This PDF can start another program, so nobody can open it here."), PRINT
    ),
    "sends": Reason(
        N_("This PDF can send what is typed into it elsewhere, so nobody can open it here."), PRINT
    ),
    "leads_away": Reason(
        N_(
            "This file leads to other files on a computer or a network, so nobody can open it here."
        ),
        PRINT,
    ),
    "media": Reason(
        N_("This PDF has sound, film or moving drawings in it, so nobody can open it here."),
        N_("Print it to a new PDF and file that. File sound and film as files of their own."),
    ),
    "attachments": Reason(
        N_("There are other files hidden inside this one, so nobody can open it here."),
        N_(
            "Save each of them, and file each by itself. Print this one to a new PDF and file that."
        ),
    ),
    "xfa": Reason(
        N_("This PDF is a form that works in one program only (XFA), so nobody can open it here."),
        N_("Fill it in, print it to a new PDF in that program, and file the new PDF."),
    ),
    "external": Reason(
        N_("This file loads parts of itself from elsewhere, so nobody can open it here."),
        SAVE_AS_PDF,
    ),
    "dde": Reason(
        N_("This file takes data from another program, so nobody can open it here."), SAVE_AS_PDF
    ),
    "doctype": Reason(
        N_("This file was built in an unusual way that we do not accept."), SAVE_AS_PDF
    ),
    "no_pages": Reason(
        N_("There is not one page in this PDF."),
        N_("Open the document in the program that made it, save it as a PDF again, and file that."),
    ),
    "trailing": Reason(
        N_("Something more is hidden after the end of this file, so nobody can open it here."),
        N_("Open it, save it under a new name or print it to a new PDF, and file that."),
    ),
    "two_types": Reason(
        N_("This file can be read as two different ones, so nobody can open it here."),
        N_("Open it, save it under a new name or print it to a new PDF, and file that."),
    ),
    "bomb": Reason(
        N_("What is inside this file is far too large to be opened safely."),
        N_("Save it with less detail, or as several smaller files, and file those."),
    ),
}
ODD = Reason(
    N_("This file holds something that we cannot accept, so nobody can open it."), FAIR_COPY
)


def standing(state: str, reason: str | None, *, failed: int = 0) -> Reason:
    """Where a document stands, for whoever filed it; `failed`: how often its check did."""
    match DocumentState(state):
        case DocumentState.held:
            return WAITING if failed else HELD
        case DocumentState.clean:
            return CLEAN
        case DocumentState.infected:
            return INFECTED
        case DocumentState.unscannable:
            return UNCHECKED
        case DocumentState.refused:
            return REFUSED.get(reason or "", ODD)
