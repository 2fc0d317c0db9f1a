"""How public pages go out: their security policy, and their caching by ETag."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import conditional_page

_STRICT = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
CACHING = "public, max-age=60, stale-while-revalidate=600"
KEPT = 256
"""Pages that a process keeps as they were rendered."""

_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])


def _with_policy(directives: dict[str, list[str]]) -> Callable[[_View], _View]:
    return cast("Callable[[_View], _View]", csp(directives))


public = _with_policy(_STRICT)
"""For every page of the public site: no script at all, nothing from elsewhere, in no frame."""
embeddable = _with_policy({**_STRICT, "frame-ancestors": ["*"]})
"""For the card alone, which is made to stand in other people's pages."""


class Rendered:
    """Pages as they were rendered, each as long as what it shows is the same.

    Whether it is, the database is asked at each request (the stamp), so that no page is stale; only
    the work of the templates is saved.
    """

    def __init__(self) -> None:
        self._pages: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, stamp: str, render: Callable[[], str]) -> bytes:
        with self._lock:
            kept = self._pages.get(key)
            if kept is not None and kept[0] == stamp:
                self._pages.move_to_end(key)
                return kept[1]
        page = render().encode()
        with self._lock:
            self._pages[key] = (stamp, page)
            self._pages.move_to_end(key)
            while len(self._pages) > KEPT:
                self._pages.popitem(last=False)
        return page

    def forget(self) -> None:
        with self._lock:
            self._pages.clear()


class Fresh:
    """What the database said of a page, for the moment (`SITE_FRESH_SECONDS`).

    We tell everybody that a page may be a minute old; a second more of a burst of readers need not
    be asked of the database one by one.
    """

    def __init__(self) -> None:
        self._said: OrderedDict[str, tuple[float, tuple[Any, ...] | None]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, ask: Callable[[], tuple[Any, ...] | None]) -> tuple[Any, ...] | None:
        now = time.monotonic()
        with self._lock:
            said = self._said.get(key)
        if said is not None and now - said[0] < settings.SITE_FRESH_SECONDS:
            return said[1]
        answer = ask()
        with self._lock:
            self._said[key] = (now, answer)
            self._said.move_to_end(key)
            while len(self._said) > KEPT:
                self._said.popitem(last=False)
        return answer

    def forget(self) -> None:
        with self._lock:
            self._said.clear()


def conditional(view: _View) -> _View:
    """Give what `view` renders an ETag of its bytes, and answer 304 to who has just these.

    For pages that show too much for a stamp: it is rendered all the same, and not sent.
    """
    return conditional_page(view)


rendered = Rendered()
fresh = Fresh()


def respond(
    request: HttpRequest,
    stamp: str,
    content: Callable[[], bytes | Iterator[str]],
    content_type: str = "text/html; charset=utf-8",
) -> HttpResponseBase:
    """`content` with its ETag, streamed where it comes in parts; 304 where the reader has it."""
    etag = f'"{hashlib.sha256(f"{_version()}{stamp}".encode()).hexdigest()[:32]}"'
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if not isinstance(answer, HttpResponseNotModified):
        whole = content()
        kind = HttpResponse if isinstance(whole, bytes) else StreamingHttpResponse
        answer = kind(whole, content_type=content_type)
    answer["ETag"] = etag
    answer["Cache-Control"] = CACHING
    return answer


@cache
def _version() -> str:
    """Of what surrounds the content: with other templates, name or address it is another page."""
    templates = sorted((Path(__file__).parent / "templates").rglob("*.html"))
    texts = b"".join(template.read_bytes() for template in templates)
    return f"{hashlib.sha256(texts).hexdigest()}{settings.NEWSROOM_NAME}{settings.SITE_URL}"
