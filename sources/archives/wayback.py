"""The Wayback Machine's Save Page Now, in its second version (SPN2)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from newsroom.imports.http import Fetched, Unfetchable, fetch
from newsroom.imports.http.sending import post
from sources.archives.interface import Archived, Refused, Requested, Waiting

FOR_GOOD = frozenset(
    f"error:{name}"
    for name in (
        *("bad-request", "blocked", "blocked-url", "filesize-limit", "ftp-access-denied"),
        *("gone", "invalid-url-syntax", "invalid-host-resolution", "method-not-allowed"),
        *("no-access", "not-found", "not-implemented", "unauthorized", "unsupported-media-type"),
    )
)
"""What is wrong with the page itself; the rest is their server's bad day, or our daily limit."""
TOO_MANY = timedelta(minutes=5)
MOST_SAID = 300

_job = re.compile(r"[\w-]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wayback:
    base: str
    key: str
    secret: str
    name: str = "web.archive.org"

    def request(self, url: str) -> Requested | Refused:
        """Order a copy; one that is younger than a day will do."""
        answer = post(
            f"{self.base}/save",
            body=urlencode({"url": url, "if_not_archived_within": "1d"}).encode(),
            headers={"Authorization": self._keys, "Accept": "application/json"},
            content_type="application/x-www-form-urlencoded",
        )
        if isinstance(answer, Unfetchable):
            return Refused(answer.message, retry_after=answer.retry_after)
        if answer.status == 429:
            return Refused("Too many requests for now.", retry_after=answer.retry_after or TOO_MANY)
        if answer.status in (401, 403):
            return Refused("It does not accept WAYBACK_KEY and WAYBACK_SECRET.")
        said = _read(answer.beginning)
        job = said.get("job_id")
        if answer.status == 200 and isinstance(job, str) and _job.fullmatch(job):
            return Requested(job)
        return _refused(said, f"It answered with {answer.status}, and named no job.")

    def look(self, job: str) -> Archived | Waiting | Refused:
        answer = fetch(f"{self.base}/save/status/{job}", authorization=self._keys)
        if isinstance(answer, Unfetchable):
            return Refused(answer.message, retry_after=answer.retry_after)
        said = _read(answer.content.decode(errors="replace")) if isinstance(answer, Fetched) else {}
        if said.get("status") == "pending":
            return Waiting()
        if said.get("status") == "success":
            return self._archived(said)
        return _refused(said, "It does not say what became of the job.")

    def _archived(self, said: Mapping[str, Any]) -> Archived | Refused:
        """From an answer that claims success: only what can be an address and a moment is taken."""
        url, stamp = said.get("original_url"), said.get("timestamp")
        if not (isinstance(url, str) and len(url) < 1900 and _is_web(url)):
            return Refused("It does not say of which address the copy is.")
        try:
            taken_at = datetime.strptime(str(stamp), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            return Refused("It does not say when the copy was taken.")
        return Archived(f"{self.base}/web/{taken_at:%Y%m%d%H%M%S}/{url}", taken_at)

    @property
    def _keys(self) -> str:
        return f"LOW {self.key}:{self.secret}"


def _is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https") and not re.search(r"[\s\x00-\x1f]", url)
    except ValueError:
        return False


def _read(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _refused(said: Mapping[str, Any], otherwise: str) -> Refused:
    code = said.get("status_ext")
    message = said.get("message")
    told = message.replace("\x00", "").strip() if isinstance(message, str) else ""
    text = told[:MOST_SAID] or otherwise
    if isinstance(code, str) and code.startswith("error:"):
        text = f"{text} ({code[:60]})".replace("\x00", "")
    return Refused(text, for_good=isinstance(code, str) and code in FOR_GOOD)
