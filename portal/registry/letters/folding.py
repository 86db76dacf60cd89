"""A mailing's rows and the stored papers become its file; work for a processor, and no transaction."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from notices.facts import Both, Language, Moment
from notices.issuing import Paper
from notices.letters import Mailing
from notices.mailing import Addressed, Sender, mailing_pdf
from portal.parts import Parts
from portal.registry.letters.countries import country_names
from portal.rules import Words, rules
from storage.objects import verified


def fold(
    portal: Parts,
    mailing: Mailing,
    letters: Sequence[Any],
    papers: Mapping[UUID, Paper],
) -> bytes:
    """The whole file. Raises StoreUnavailable where a notice's paper is not what was kept."""
    office, division = rules.offices[mailing.office], rules.divisions[mailing.division]
    sender = Sender(
        tribunal=Both(portal.settings.tribunal_en, portal.settings.tribunal_fr),
        division=_both(division.name),
        office=_both(office.name),
        returns=office.address,
    )
    addressed = [_addressed(portal, row, papers[row.notice_id]) for row in letters]
    made = Moment(mailing.made_at, office.zone)
    return mailing_pdf(addressed, sender=sender, made=made, day=mailing.day)


def _addressed(portal: Parts, row: Any, paper: Paper) -> Addressed:  # noqa: ANN401 - a row
    pieces = verified(portal.store, paper.key, sha256=paper.sha256, size=paper.size)
    language: Language = "fr" if row.language == "fr" else "en"
    return Addressed(
        place=row.place,
        name=row.person_name,
        lines=[*row.lines, *country_line(row.country)],
        language=language,
        number=row.number,
        pdf=b"".join(pieces),
        sha256=paper.sha256,
    )


def country_line(country: str) -> list[str]:
    """The last line of an address abroad, in the words that Canadian post offices sort by."""
    if country == "CA":
        return []
    return [country_names("en")[country].upper()]


def _both(words: Words) -> Both:
    return Both(words["en"], words["fr"])
