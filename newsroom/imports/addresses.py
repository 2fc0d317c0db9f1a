"""Web addresses in one form, so that a story is known again by the address it stands at.

courlan's `clean_url`, the usual choice for the trackers, also drops `uid`, `cid`, `source`, `page=`
without a value, and what looks like a second address: in some systems these tell stories apart. So
the trackers are named here, and w3lib does the rest.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

MAX_LENGTH = 2000
"""No longer address is looked into: it is kept as it came."""

DEFAULT_PORTS = {"http": ":80", "https": ":443"}

_tracker = re.compile(
    r"(utm|mtm|pk|itm|hsa|vero|oly|at|mc)_\w+"
    r"|(fb|g|dc|gbra|wbra|msclk|yclk|tw|igsh|ttc|li_fat_)(cl)?id"
    r"|_(ga|gl|hsenc|hsmi)|igsh|mkt_tok|cmpid|ocid|ns_campaign|ns_mchannel|smid|ref_src|ref_url",
    re.IGNORECASE,
)


# Most addresses are in their one form already. Lower-case ASCII host without a port, a path of
# harmless characters, nothing behind it: there is nothing to do for w3lib, which takes its time.
_canonical = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
    r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9_.-]*)+"
)


def is_canonical(url: str) -> bool:
    """Whether `url` is certainly an address in its one form; False says nothing."""
    return len(url) <= MAX_LENGTH and _canonical.fullmatch(url) is not None


def canonical_url(url: str) -> str:
    """`url` without trackers, fragment, default port and `/../`, its host in lower-case ASCII.

    Other parameters stay, in order of their names: `?id=5` is what tells two stories apart. The
    same for its own result. An address that cannot be taken apart comes back as it was.
    """
    if is_canonical(url):
        return url
    if len(url) > MAX_LENGTH or not url.strip().lower().startswith(("http://", "https://")):
        return url
    try:
        canonical: str = canonicalize_url(_without_trackers(url.strip()))
    except (ValueError, TypeError, LookupError):
        return url
    return canonical if len(canonical) <= MAX_LENGTH else url


def _without_trackers(url: str) -> str:
    parts = urlsplit(url)
    query = parts.query
    if query and _tracker.search(query):
        pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        kept = [(name, value) for name, value in pairs if not _tracker.fullmatch(name)]
        query = urlencode(kept, errors="surrogateescape")
    host = parts.netloc.removesuffix(DEFAULT_PORTS.get(parts.scheme.lower(), ""))
    return urlunsplit((parts.scheme, host, parts.path, query, ""))
