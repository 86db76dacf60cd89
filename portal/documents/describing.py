"""Describing: what a filer says of each file, as a form posts it, and how it is written down."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.documents.drafting import hold_to_change
from portal.documents.reading import Package
from portal.models import Document, Submission
from portal.web.language import N_

LONGEST_TITLE = 200
# The button that keeps the draft for another day.
LATER = "later"
# The buttons that go on to a file's translation; the file's id follows.
TRANSLATION = "translation-"

EMPTY = N_("Choose at least one file")

# What people call the languages a document can be in.
OTHER = "other"
LANGUAGE_WORDS = {
    "en": N_("English"),
    "fr": N_("French"),
    OTHER: N_("Another language"),
}


@dataclass(frozen=True)
class Description:
    """What a filer says of a file: what it is, in which language, and what to call it."""

    type: str | None
    language: str | None
    title: str | None


@dataclass(frozen=True)
class Translation:
    """What a filer says of a file that is neither in English nor in French."""

    other_language: str | None
    translator: str | None
    translated_on: date | None
    translation_accurate: bool
    # The file of the same draft that holds it: another, or the very same.
    translation_id: UUID | None


@dataclass(frozen=True)
class Mistakes:
    """What keeps a draft from being filed: by document id, and one for the whole."""

    whole: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict[str, str])

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.whole or self.errors)


_DESCRIBE = sa.text(
    """
    update document d set type = said.type, language = said.language, title = said.title,
        other_language = case when said.language = 'other' then d.other_language end
    from unnest(cast(:ids as uuid[]), cast(:types as text[]), cast(:languages as text[]),
        cast(:titles as text[])) as said (id, type, language, title)
    where d.id = said.id and d.submission_id = :draft and d.removed_at is null
        and (d.type, d.language, d.title)
            is distinct from (said.type, said.language, said.title)
    """
)


async def describe(
    session: AsyncSession,
    draft_id: UUID,
    said: Mapping[UUID, Description],
    *,
    me: UUID,
    answers: Mapping[str, Any] | None = None,
) -> None:
    """Write down what the files are; those of another draft are left alone.

    `answers`: what was said of the filing as a whole, by column of `submission`.
    """
    await hold_to_change(session, draft_id, me=me)
    descriptions = list(said.values())
    await session.execute(
        _DESCRIBE,
        {
            "draft": draft_id,
            "ids": list(said),
            "types": [one.type for one in descriptions],
            "languages": [one.language for one in descriptions],
            "titles": [one.title for one in descriptions],
        },
    )
    if answers:
        await session.execute(
            sa.update(Submission).where(Submission.id == draft_id).values(**answers)
        )


async def describe_translation(
    session: AsyncSession, document: Document, said: Translation, *, me: UUID
) -> None:
    """Write down the language of a file, and who has translated it; the file is another's then."""
    await hold_to_change(session, document.submission_id, me=me)
    await session.execute(
        sa.update(Document)
        .where(Document.id == document.id, Document.removed_at.is_(None))
        .values(
            language=OTHER,
            other_language=said.other_language,
            translator=said.translator,
            translated_on=said.translated_on,
            translation_accurate=said.translation_accurate,
            translation_id=said.translation_id,
        )
    )


def mistakes_in(draft: Package) -> Mistakes:
    """What is missing before this draft can be filed."""
    if not draft.documents:
        return Mistakes(whole=EMPTY)
    return Mistakes(errors={str(one.id): one.name for one in draft.undescribed})


def described(posted: Mapping[str, object], draft: Package) -> dict[UUID, Description]:
    """What was posted about each file; a file that the form did not show is left alone.

    The field `all` says what those files are that nothing is said of.
    """
    known = {kind.code for kind in draft.types}
    rest = posted.get("all")
    said: dict[UUID, Description] = {}
    for one in draft.documents:
        if f"type-{one.id}" not in posted:
            continue
        kind = posted.get(f"type-{one.id}") or rest
        language = posted.get(f"language-{one.id}")
        said[one.id] = Description(
            type=str(kind) if kind in known else None,
            language=str(language) if language in LANGUAGE_WORDS else None,
            title=one_line(str(posted.get(f"title-{one.id}", ""))),
        )
    return said


def called(document: Any) -> str:  # noqa: ANN401 - a row of either kind
    """What everybody calls a document: by its title, else by its file's name."""
    return document.title or document.name


def untranslated(document: Any) -> bool:  # noqa: ANN401 - a row of either kind
    """Whether a file needs a translation, or a declaration, that nobody has told of in full."""
    whole = (
        document.other_language
        and document.translation_id
        and document.translator
        and document.translated_on
        and document.translation_accurate
    )
    return document.language == OTHER and not whole


def one_line(text: str) -> str | None:
    """Words without control or direction marks, in one line, of reasonable length."""
    shown = "".join(
        one for one in text if unicodedata.category(one)[0] != "C" or one in " \u200c\u200d"
    )
    return unicodedata.normalize("NFC", " ".join(shown.split()))[:LONGEST_TITLE] or None
