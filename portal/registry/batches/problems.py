"""What can be wrong with a row, and the sentence that says what to do about it."""

from collections.abc import Mapping

from portal.web.language import N_

# By code; facts in them come with the problem.
SENTENCES: Mapping[str, str] = {
    "unknown": N_("No case here has this file number. Check it letter by letter, then correct it."),
    "several": N_(
        "This names several cases: %(numbers)s. Write the one file number that you mean."
    ),
    "twice": N_("This case is in the list already, on line %(line)s. Take one of the two out."),
    "closed": N_("This case is closed. Take it out, or reopen the case first."),
    "elsewhere": N_(
        "This case belongs to another division. Take it out, and begin a list for that division."
    ),
    "nobody": N_(
        "Nobody on this case can be served. Record the people of the case first, or take it out."
    ),
    "no_hearing": N_("No hearing is coming. Fix the hearing first, or take the case out."),
    "not_cancelled": N_("No hearing of this case was cancelled. Take the case out."),
    "not_moved": N_("No coming hearing of this case was moved. Take the case out."),
    "lacking": N_("“%(label)s” is missing. Fill it in for all cases, or in a column of its own."),
    "wrong": N_("“%(label)s” says “%(typed)s”. %(reason)s."),
    "overlong": N_(
        "This line has more cells than the first line has names. Put quotation marks around a "
        "cell that holds a comma or a semicolon."
    ),
    "paper": N_("The paper of this notice could not be made. Tell whoever runs the portal."),
    "unforeseen": N_("This notice could not be issued. Try it again, or issue it from the case."),
}


class Problem(Exception):
    """Why a row cannot be issued: a code of SENTENCES, and what its sentence names."""

    def __init__(self, code: str, about: Mapping[str, str] | None = None) -> None:
        """`about`: the facts of the sentence; an `input` by its name, a `reason` as marked text."""
        super().__init__(code)
        self.code = code
        self.about = dict(about or {})
