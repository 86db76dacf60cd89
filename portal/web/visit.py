"""One request by one person: who, in which language, in which transaction, and how to answer."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from wtforms import Form

from portal.models import Calling
from portal.navigation import sections
from portal.parts import Parts
from portal.web import csrf, language, sessions, templates
from portal.web.formatting import Formatting

F = TypeVar("F", bound=Form)


class SignedOut(Exception):
    """The page is for somebody who is signed in, and nobody is."""


class Visit:
    """What a route is given, and all it needs."""

    def __init__(self, request: Request, portal: Parts) -> None:
        """A visit begins signed out; `transaction()` finds out who it is."""
        self.request = request
        self.portal = portal
        self.posted = FormData()
        self._me: sessions.Me | None = None
        self._now: datetime | None = None
        self._session: AsyncSession | None = None
        self._told: tuple[str, dict[str, Any]] | None = None

    # Who

    @property
    def me(self) -> sessions.Me:
        """The person; raises SignedOut where there is none."""
        if self._me is None:
            raise SignedOut
        return self._me

    @property
    def someone(self) -> sessions.Me | None:
        """The person, if anybody is signed in."""
        return self._me

    @property
    def session(self) -> AsyncSession:
        """The transaction this visit runs in, as the person."""
        if self._session is None:
            raise RuntimeError("outside visit.transaction()")
        return self._session

    @property
    def now(self) -> datetime:
        """The database's time when the transaction began: the only clock that receipts go by."""
        if self._now is None:
            raise RuntimeError("outside visit.transaction()")
        return self._now

    @property
    def today(self) -> date:
        """The date where the reader is."""
        return self.now.astimezone(ZoneInfo(self.formatting.zone)).date()

    @asynccontextmanager
    async def transaction(self, *, used: bool = True) -> AsyncGenerator[AsyncSession]:
        """A transaction as the person whose session this is; commits at the end.

        `used=False` for what a page asks for by itself: it does not put off the session's end.
        """
        idle = self.portal.settings.session_idle
        async with self.portal.database.login_transaction() as session:
            self._me, self._now = await sessions.enter(session, self.token, idle=idle, used=used)
            self._session = session
            try:
                yield session
            finally:
                self._session = None

    def recall(self, other: "Visit") -> None:
        """Take over who it is from another request with the same session's token."""
        if other.token != self.token:
            raise SignedOut
        self._me, self._now = other._me, other._now

    async def arrive(self) -> None:
        """Learn who this is and what time it is, where the page's own work is the portal's."""
        async with self.transaction():
            pass

    # What was asked

    @property
    def token(self) -> str | None:
        """The session's token, as the browser sent it."""
        return self.request.cookies.get(self.portal.cookie("session"))

    @cached_property
    def secret(self) -> str:
        """What this browser's forms are bound to: its session, or a cookie made for the purpose."""
        visitor = self.request.cookies.get(self.portal.cookie("visitor"))
        return self.token or visitor or secrets.token_urlsafe(16)

    @cached_property
    def language(self) -> str:
        """The language the reader sees."""
        return language.preferred(
            self.request.cookies.get("language"),
            self._me.language if self._me else None,
            self.request.headers.get("accept-language", ""),
        )

    @property
    def formatting(self) -> Formatting:
        """Dates, times and sizes as this reader reads them."""
        return Formatting(self.language, self._me.zone if self._me else "America/Toronto")

    def form(self, kind: type[F], **start: Any) -> F:
        """A form: filled with what was posted, else with these values."""
        return kind(self.posted if self.request.method == "POST" else None, **start)

    @property
    def form_key(self) -> UUID:
        """The id that a form carries of what it makes: pressed twice, it makes one thing."""
        try:
            return UUID(str(self.posted.get("key", "")))
        except ValueError:
            return uuid4()

    def say(self, text: str, **facts: object) -> str:
        """A marked text in the reader's language."""
        return language.say(self.language, text, **facts)

    # How it is answered

    def render(
        self, name: str, *, block: str | None = None, status: int = 200, **context: Any
    ) -> Response:
        """A page (or one block of it) with what every page knows."""
        # The title of a refused form says so first: a screen reader starts there.
        context = self._context() | context | {"in_error": status == 422}
        text = templates.render(self.language, name, context, block=block)
        if context["shared"]:
            text = templates.unremembered(text)
        accepts = "gzip" in self.request.headers.get("accept-encoding", "")
        answer = templates.html(text, status=status, compress=accepts)
        self._settle_cookies(answer, page=block is None)
        return answer

    def redirect(self, path: str) -> Response:
        """Go and look there (303): what was posted is done and is not posted again by Reload."""
        answer = RedirectResponse(path, 303)
        if self._told:
            self.keep_cookie(answer, "told", self._seal(self._told))
        return answer

    def tell(self, text: str, **facts: Any) -> None:
        """Say this at the top of the next page."""
        self._told = (text, facts)

    def keep_cookie(self, answer: Response, name: str, value: str) -> None:
        """A cookie no script can read, gone when the browser closes."""
        answer.set_cookie(
            self.portal.cookie(name),
            value,
            secure=self.portal.settings.secure_cookies,
            httponly=True,
            samesite="lax",
        )

    def drop_cookie(self, answer: Response, name: str) -> None:
        """Forget a cookie."""
        secure = self.portal.settings.secure_cookies
        answer.delete_cookie(self.portal.cookie(name), secure=secure, httponly=True)

    def forget(self, answer: Response) -> None:
        """Nothing of this visit stays on the device: no cookie that names it, nothing kept.

        What browsers keep to show a page again at once (bfcache) goes with the cache.
        """
        for name in ("session", "visitor", "told"):
            self.drop_cookie(answer, name)
        answer.headers["clear-site-data"] = '"cache", "storage"'

    def _context(self) -> dict[str, Any]:
        path = self.request.url.path
        query = self.request.url.query
        return {
            "me": self._me,
            "f": self.formatting,
            "lang": self.language,
            "path": quote(path) + (f"?{query}" if query else ""),
            "nav": sections(self._me, path, self.language) if self._me else (),
            "tribunal": self.portal.tribunal(self.language),
            "staff_warnings": self._warnings(),
            "flash": self._flash(),
            "today": self.today if self._now else None,
            "now": self._now,
            **self._safety(),
            "csrf_field": self._csrf_field,
            "demo": self.portal.settings.demo,
        }

    def _safety(self) -> dict[str, Any]:
        """What keeps somebody in danger, or on a phone of somebody else's, from being found out."""
        me, settings = self._me, self.portal.settings
        idle = (me and me.idle) or settings.session_idle
        left = me.ends_at - self._now if me and self._now else settings.session_absolute
        hunted = me is None or me.calling in {Calling.claimant, Calling.representative}
        return {
            "leave_to": (settings.exit_url or "/measures") if hunted else "",
            "neutral": me is not None and me.neutral,
            "shared": me is not None and me.idle is not None,
            "idle_seconds": int(idle.total_seconds()),
            "ends_seconds": int(left.total_seconds()),
        }

    def _warnings(self) -> list[str]:
        if self._me is None or not self._me.is_staff:
            return []
        return [self.say(text, **facts) for text, facts in self.portal.watch.warnings]

    def _csrf_field(self) -> Markup:
        token = csrf.token(self.secret)
        return Markup('<input type="hidden" name="csrf" value="{}">').format(token)

    def _flash(self) -> str:
        told = self._unseal(self.request.cookies.get(self.portal.cookie("told"), ""))
        return self.say(told[0], **told[1]) if told else ""

    def _settle_cookies(self, answer: Response, *, page: bool) -> None:
        if self.token is None and self.portal.cookie("visitor") not in self.request.cookies:
            self.keep_cookie(answer, "visitor", self.secret)
        if page and self.portal.cookie("told") in self.request.cookies:
            self.drop_cookie(answer, "told")

    def _seal(self, value: object) -> str:
        text = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
        return f"{text}.{self._mac(text)}"

    def _unseal(self, sealed: str) -> tuple[str, dict[str, Any]] | None:
        text, _, mac = sealed.partition(".")
        if not text or not hmac.compare_digest(mac, self._mac(text)):
            return None
        text, facts = json.loads(base64.urlsafe_b64decode(text))
        return text, facts

    def _mac(self, text: str) -> str:
        return hmac.digest(self.secret.encode(), text.encode(), hashlib.sha256).hex()
