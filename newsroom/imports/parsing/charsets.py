"""The characters of a page, whatever it says of its encoding."""

from __future__ import annotations

import codecs
import re

from newsroom.imports.items import Unacceptable
from newsroom.imports.models import RejectionReason

_declared = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Of the names that Python knows only these are character sets of pages; "hex" is one, too.
_charset = re.compile(
    r"(utf_?8|utf_?16(_?[lb]e)?|ascii|iso8859|iso2022|cp\d|koi8|mac_|shift_jis|euc_|big5|gb|johab"
    r"|hz|tis_?620|ptcp154)"
)


def decode_page(payload: bytes) -> str:
    """The text of an HTML page. Raises `Unacceptable` for what is none.

    UTF-8 if it is UTF-8, whatever it declares: other texts hardly ever happen to be it. Then what
    it declares, then windows-1252, as browsers do.
    """
    for mark, encoding in _MARKS:
        if payload.startswith(mark):
            return _decode(payload[len(mark) :], encoding)
    encodings = ["utf-8"]
    found = _declared.search(payload[:4096])
    if found and _is_charset(name := found.group(1).decode("ascii")):
        encodings.append(name)
    for encoding in (*encodings, "cp1252"):
        try:
            return _without_nul(payload.decode(encoding))
        except UnicodeError:
            continue
    return _without_nul(payload.decode("latin-1"))


def _decode(payload: bytes, encoding: str) -> str:
    try:
        return _without_nul(payload.decode(encoding))
    except UnicodeDecodeError as error:
        raise Unacceptable(
            RejectionReason.NOT_UTF8, f"The page begins like {encoding.upper()} and is not."
        ) from error


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise Unacceptable(RejectionReason.MALFORMED, "Not a page: it holds NUL, as binary files.")
    return text


def _is_charset(name: str) -> bool:
    try:
        return _charset.match(codecs.lookup(name).name.replace("-", "_")) is not None
    except LookupError:
        return False
