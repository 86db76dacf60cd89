"""Papers for the demonstration: real small PDFs with words on them, and files that nobody can read."""

import io
import textwrap

import pikepdf

# In two pieces, so that no scanner takes this file for the test file it names.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_FILLER = {
    "en": "This page was made for a demonstration. It says nothing about anybody, and nobody "
    "wrote it in a real case. It is here so that there is something to open.",
    "fr": "Cette page a été faite pour une démonstration. Elle ne dit rien de personne et "
    "n’appartient à aucun vrai dossier. Elle est là pour qu’il y ait quelque chose à ouvrir.",
}
_PAGE = {"en": "Page {number} of {pages}", "fr": "Page {number} de {pages}"}


def paper(title: str, *, language: str, pages: int) -> bytes:
    """A PDF of letter-size pages, numbered as the rules want them (domain.md §2.2)."""
    return _saved(_document(title, language, pages))


def locked_paper(title: str, *, language: str) -> bytes:
    """The same behind a password, which nobody at the tribunal has."""
    lock = pikepdf.Encryption(user="secret", owner="secret")
    return _saved(_document(title, language, 1), encryption=lock)


def _document(title: str, language: str, pages: int) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    for number in range(1, pages + 1):
        page = pdf.add_blank_page(page_size=(612, 792))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        foot = _PAGE[language].format(number=number, pages=pages)
        page.Contents = pikepdf.Stream(pdf, _words(title, _FILLER[language], foot))
    pdf.docinfo["/Title"] = title
    return pdf


def _words(title: str, text: str, foot: str) -> bytes:
    lines = [f"BT /F1 20 Tf 72 700 Td ({_shown(title)}) Tj ET", "BT /F1 12 Tf 18 TL 72 660 Td"]
    lines += [f"({_shown(line)}) Tj T*" for line in textwrap.wrap(text, 75)]
    lines += ["ET", f"BT /F1 10 Tf 72 48 Td ({_shown(foot)}) Tj ET"]
    return "\n".join(lines).encode("cp1252", "replace")


def _shown(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _saved(pdf: pikepdf.Pdf, **how: pikepdf.Encryption) -> bytes:
    target = io.BytesIO()
    pdf.save(target, static_id=not how, **how)  # pyright: ignore[reportArgumentType]
    return target.getvalue()
