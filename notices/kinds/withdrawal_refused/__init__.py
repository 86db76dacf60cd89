"""The notice to the filer that the registry did not let a document be withdrawn."""

from dataclasses import dataclass

from notices.facts import Both, Kind, Moment, Served


@dataclass(frozen=True, kw_only=True)
class WithdrawalRefused(Kind):
    """An accepted document stays in the file as it is, and why."""

    code = "withdrawal_refused"
    title = Both(
        "The registry did not let a document be withdrawn",
        "Le greffe n’a pas permis le retrait d’un document",
    )
    order = 66
    served = Served.FILER
    remind_after = 2
    unopened_after = 5

    asked: Moment
    document: str
    remark: str
    receipt: str
