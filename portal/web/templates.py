"""The templates' environment: always escaped, in the reader's language, whole pages or one block."""

import gzip
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2_fragments import render_block
from markupsafe import Markup
from starlette.responses import Response

from portal.rules import rules
from portal.web import static
from portal.web.language import LANGUAGES, translations

FOLDER = Path(__file__).parent.parent.parent / "templates"


@cache
def environment(language: str) -> Environment:
    """Templates in one language. `autoescape=True`, whatever a file's name ends in."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    install: Callable[..., None] = made.install_gettext_translations  # pyright: ignore
    install(translations(language), newstyle=True)
    known: dict[str, Any] = {
        "gettext": plain_gettext(language),
        "static": static.address,
        "rules": rules,
        "parse_time": datetime.fromisoformat,
    }
    made.globals.update(known)
    return made


def plain_gettext(language: str) -> Callable[..., Markup]:
    """Jinja's own way with texts, without its cost where a text has no facts: most have none."""
    said: dict[str, Markup] = {}
    gettext = translations(language).gettext

    @pass_context
    def translate(_context: Context, text: str, /, **facts: object) -> Markup:
        if facts:
            return Markup(gettext(text)) % facts  # noqa: S704 - texts are ours; facts are escaped
        if text not in said:
            said[text] = Markup(gettext(text) % ())  # noqa: S704
        return said[text]

    return translate


def warm_up() -> None:
    """Compile every page before the first reader waits for one."""
    for language in LANGUAGES:
        made = environment(language)
        for name in made.list_templates(extensions=["html"]):
            if not name.startswith(("notices/", "mail/")):
                made.get_template(name)


def render(
    language: str, name: str, context: Mapping[str, Any], *, block: str | None = None
) -> str:
    """A page, or one block of it that the route names."""
    made = environment(language)
    if block is not None:
        return render_block(made, name, block, **context)
    return made.get_template(name).render(**context)


def unremembered(text: str) -> str:
    """The same page, asking the browser to remember nothing that is typed into it.

    What people wrote is escaped, so that both patterns find our own templates' words only.
    """
    return _FORM.sub(r'\1 autocomplete="off"', _REMEMBERED.sub("", text))


_FORM = re.compile(r"(<form)\b")
_REMEMBERED = re.compile(r' autocomplete="[^"]*"')


def html(text: str, *, status: int = 200, compress: bool = False) -> Response:
    """An answer that is a page; masked tokens make compressing it safe."""
    headers = {"vary": "accept-encoding, cookie"}
    body = text.encode()
    if compress and len(body) > 500:
        headers["content-encoding"] = "gzip"
        body = gzip.compress(body, 5, mtime=0)
    return Response(body, status, headers, media_type="text/html")
