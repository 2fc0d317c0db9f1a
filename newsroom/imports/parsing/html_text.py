"""HTML as the plain text that a reader of the page sees, which is what spans count in.

Paragraphs stand apart by an empty line. Marks and words stay as they are; entities are decoded;
scripts, styles and whatever else is not text is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from newsroom.imports.items import Unacceptable
from newsroom.imports.models import RejectionReason

_block_names = """
address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure
footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol option p pre section
summary table tbody tfoot thead tr ul
block hl2
"""  # the last line is NITF, which NewsML carries
_unseen_names = """
script style template noscript head title iframe object embed applet svg math canvas audio video map
select button textarea input img
media
"""
BLOCKS = frozenset(_block_names.split())
UNSEEN = frozenset(_unseen_names.split())
CELLS = frozenset({"td", "th"})

# What Word and old systems write as a control character means what it means in windows-1252.
_C1 = {code: bytes([code]).decode("cp1252", errors="ignore") or None for code in range(0x80, 0xA0)}
_blanks = re.compile(r"[ \t\n\r\f]+")
_markup = re.compile(r"<[a-zA-Z/!?]|&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]\w*);")
_not_xml = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def html_to_text(html: str) -> str:
    """The text of a piece of HTML or a whole page. Raises `Unacceptable` for endless nesting."""
    root = parse_html(html)
    return "" if root is None else _Writer().text_of(root)


def title_to_text(title: str) -> str:
    """The text of a title that may or may not hold HTML, in one line.

    RSS does not say which, and both occur. Only what is unmistakably markup is taken for it.
    """
    if _markup.search(title):
        title = html_to_text(title)
    return " ".join(title.split())


def body_to_text(body: str) -> str:
    """The text of a body that may or may not hold HTML. Without, its lines stay as they are."""
    return html_to_text(body) if _markup.search(body) else body


def parse_html(html: str) -> etree._Element | None:
    """The root of a page or of a piece of one; None where nothing is in it."""
    # In bytes with a stated encoding, so that a <meta charset> within is not believed.
    data = _not_xml.sub("", html).encode("utf-8", errors="replace")
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root: etree._Element | None = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # nothing in it that could be an element or a text
        return None
    if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        # The parser has left out what stood deeper; half a story must not pass for a whole one.
        raise Unacceptable(RejectionReason.MALFORMED, "HTML elements stand in each other too deep.")
    return root


class _Writer:
    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._parts: list[str] = []

    def text_of(self, root: etree._Element) -> str:
        for kind, name, text in _events(root):
            if kind == "text":
                self._parts.append(_blanks.sub(" ", text))
            elif name == "br":
                if kind == "start":
                    self._parts.append("\n")
            elif name == "q":
                # A browser shows the marks; without them a quotation would look like our words.
                self._parts.append("“" if kind == "start" else "”")
            elif name in CELLS:
                self._parts.append(" ")
            elif name in BLOCKS:
                self._end_block()
        self._end_block()
        return "\n\n".join(self._blocks)

    def _end_block(self) -> None:
        if not self._parts:
            return
        # Runs of blanks go first: the expressions below take their time over them.
        block = re.sub(" {2,}", " ", "".join(self._parts).translate(_C1))
        self._parts = []
        # Two line breaks are how old systems part paragraphs.
        for paragraph in re.split(r" *\n *(?:\n *)+", block):
            lines = (line.strip(" ") for line in paragraph.split("\n"))
            text = "\n".join(lines).strip("\n")
            if text.strip():
                self._blocks.append(text)


def _events(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    """(start | end | text, name of the element, text), without recursion: pages nest deeply."""
    unseen = 0
    for kind, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if kind == "start":
            unseen += element.tag in UNSEEN
            if not unseen:
                yield "start", element.tag, ""
                if element.text:
                    yield "text", "", element.text
        else:
            if not unseen:
                yield "end", element.tag, ""
            unseen -= element.tag in UNSEEN
            if not unseen and element.tail:
                yield "text", "", element.tail
