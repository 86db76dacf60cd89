"""Cuts GOV.UK Frontend down to what we use: no brand, no fonts, right for both directions."""

import re
from collections.abc import Iterator

# Where the crown's typeface stood, ours is named; base tokens live in dossier.css.
_THEIR_FONT = "font-family:GDS Transport,arial,sans-serif"
_OUR_FONT = "font-family:var(--dossier-sans)"

_USED = re.compile(
    r"back-link|body(-[lms])?|button|checkboxes|date-input|details|error-(message|summary)"
    r"|fieldset|file-upload|form-group|grid-(row|column-(full|one-half|one-third|two-thirds))"
    r"|heading-[lms]|hint|input|inset-text|label|link|list|main-wrapper|notification-banner|panel"
    r"|radios|select|skip-link|summary-list|table|template|textarea|visually-hidden|warning-text"
    r"|width-container"
)
_UNUSED_PARTS = re.compile(
    r"--(start|inverse|xl|spaced|auto-spacing|no-visited-state|muted|text-colour|link-image"
    r"|small-text-until-tablet)\b|__(start-icon|conditional|divider|actions-list|prefix|suffix)"
    r"|panel__actions|-moz-focus-inner|frontend-supported"
)
_COMPONENT = re.compile(r"\.govuk-([a-z]+(?:-[a-z]+)*)")
_OLD_BROWSERS = re.compile(
    r"-moz-document|-ms-|\\0|@supports not|@font-face|@charset|\(margin:max\(calc|\(padding:max"
)
# True in every browser that gets this sheet, so what it guards is taken out of it.
_ALWAYS_TRUE = "@supports not (-ms-ime-align:auto)"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

_LOGICAL = (
    (re.compile(r"\b(margin|padding|border)-left\b"), r"\1-inline-start"),
    (re.compile(r"\b(margin|padding|border)-right\b"), r"\1-inline-end"),
    (re.compile(r"(?<![-\w])left:"), "inset-inline-start:"),
    (re.compile(r"(?<![-\w])right:"), "inset-inline-end:"),
    (re.compile(r"\b(text-align|float|clear):left\b"), r"\1:start"),
    (re.compile(r"\b(text-align|float|clear):right\b"), r"\1:end"),
    (re.compile(r"\b(float|clear):(start|end)\b"), r"\1:inline-\2"),
)
_SIDE = r"([^\s;()]+)"
_FOUR_SIDES = re.compile(rf"\b(margin|padding):{_SIDE} {_SIDE} {_SIDE} {_SIDE}(?=;|$)")


def prune(css: str) -> str:
    """The part of GOV.UK Frontend's stylesheet that our templates use."""
    return "".join(_kept(_COMMENT.sub("", css)))


def minify(css: str) -> str:
    """Our own sheet without comments and spare white space."""
    css = re.sub(r"\s+", " ", _COMMENT.sub("", css))
    return re.sub(r" ?([{};,>]) ?", r"\1", re.sub(r": ", ":", css)).replace(";}", "}").strip()


def _kept(css: str) -> Iterator[str]:
    for prelude, body in _rules(css):
        if prelude == _ALWAYS_TRUE:
            yield from _kept(body)
            continue
        if _OLD_BROWSERS.search(prelude):
            continue
        if prelude.startswith("@"):
            inner = "".join(_kept(body)) if "{" in body else ""
            if inner:
                yield f"{prelude}{{{inner}}}"
            continue
        selectors = [one for one in prelude.split(",") if _is_used(one)]
        declarations = _declarations(body)
        if selectors and declarations:
            yield f"{','.join(selectors)}{{{declarations}}}"


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Each `prelude{body}` of the outermost level; what ends in a semicolon is passed over."""
    start = depth = opened = 0
    for at, char in enumerate(css):
        if char == "{":
            depth += 1
            if depth == 1:
                opened = at
        elif char == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : at]
                start = at + 1
        elif char == ";" and depth == 0:
            start = at + 1


def _is_used(selector: str) -> bool:
    if _UNUSED_PARTS.search(selector):
        return False
    return all(_USED.fullmatch(name) for name in _COMPONENT.findall(selector))


def _declarations(body: str) -> str:
    body = body.replace(_THEIR_FONT, _OUR_FONT)
    kept = [one for one in body.split(";") if one and not _is_dead(one)]
    body = _FOUR_SIDES.sub(_by_direction, ";".join(kept))
    for physical, logical in _LOGICAL:
        body = physical.sub(logical, body)
    return body


def _is_dead(declaration: str) -> bool:
    return declaration.startswith(("-webkit-", "-moz-", "font-family:sans-serif")) and (
        not declaration.startswith("-webkit-text-size")
    )


def _by_direction(sides: re.Match[str]) -> str:
    name, top, right, bottom, left = sides.groups()
    if right == left:
        return sides.group(0)
    return f"{name}-block:{top} {bottom};{name}-inline:{left} {right}"
