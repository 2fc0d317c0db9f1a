"""XML element by element, in constant memory, without entities, DTDs or anything from outside.

expat tells the place of each element in the file, so that an item which cannot be taken in is kept
byte for byte. Nothing is ever fetched: in the place of a DTD, whatever its address, the parser is
given the names of HTML (`&nbsp;`), which feeds use without declaring them. A document that declares
entities of its own is refused: no news format needs them, and attacks do.
"""

from __future__ import annotations

import html.entities
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, tostring
from xml.parsers import expat

from django.conf import settings

from newsroom.imports.items import Raw, Refused, Unacceptable
from newsroom.imports.models import RejectionReason

CHUNK = 1 << 16
MAX_DEPTH = 100
"""Deeper elements are refused: no story is, and other code walks what is built here recursively."""

MAX_ENVELOPE_FIELDS = 100
MAX_ENVELOPE_TEXT = 10_000

_HTML_NAMES = "".join(
    f'<!ENTITY {name} "&#{code};">'
    for name, code in html.entities.name2codepoint.items()
    if name not in ("lt", "gt", "amp", "quot", "apos")
).encode()


@dataclass(slots=True)
class Envelope:
    """What a document says before its items: of its root, and the texts right below or one deeper.

    `fields` are by local name; the first of a name counts.
    """

    root: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class XmlItem:
    """One element with all that is in it, the bytes it stood in, and what was said before it."""

    element: Element
    raw: Raw
    envelope: Envelope


def xml_items(
    stream: BinaryIO, origin: str, *, names: Collection[str], roots: Collection[str]
) -> Iterator[XmlItem | Refused]:
    """The outermost elements whose local name is among `names`, as they come.

    A document with another root, one that declares entities, and the place from which on it is no
    XML are refused; what stood before is read.
    """
    splitter = _Splitter(origin, names, roots)
    while not splitter.broken:
        chunk = stream.read(CHUNK)
        splitter.feed(chunk)
        yield from splitter.take()
        if not chunk:
            return


def local(name: str) -> str:
    """`name` without its namespace."""
    return name.rpartition("}")[2]


def markup_of(element: Element) -> str:
    """The XHTML in `element` as HTML. The element is changed: its namespaces go."""
    for one in element.iter():
        if isinstance(one.tag, str):
            one.tag = local(one.tag)
        one.attrib.clear()
    element.tag, element.tail = "div", None
    return tostring(element, encoding="unicode", method="html")


class _Splitter:
    def __init__(self, origin: str, names: Collection[str], roots: Collection[str]) -> None:
        self._origin = origin
        self._names = names
        self._roots = roots
        self._limit = settings.IMPORT_MAX_KEPT_BYTES
        self._found: list[XmlItem | Refused] = []
        self._envelope = Envelope()
        self._envelope_name = ""
        self._depth = 0
        self._position = 0
        # Bytes of the file from `_offset` on: of the item that is being read, or of the last chunk.
        self._kept = bytearray()
        self._offset = 0
        self._fed = 0
        self._at = 0  # where the last tag, text or comment began
        self._builder: TreeBuilder | None = None
        self._item_start: int | None = None
        self._item_depth = 0
        self._head: bytes | None = None
        self._problem: Unacceptable | None = None
        self.broken = False
        self._parser = self._new_parser()

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.UseForeignDTD(True)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE)
        parser.ExternalEntityRefHandler = self._external
        parser.EntityDeclHandler = self._entity_declared
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        # Only for where they stand.
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._note_place
        return parser

    # ------------------------------------------------------------------------------- feeding

    def feed(self, chunk: bytes) -> None:
        self._kept += chunk
        self._fed += len(chunk)
        try:
            self._parser.Parse(chunk, not chunk)
            if self._fed - self._at > self._limit:
                # A tag, comment or attribute without end, which expat would go on collecting.
                raise Unacceptable(RejectionReason.TOO_LARGE, "A tag in this file does not end.")
        except Unacceptable as error:
            self._refuse_rest(error)
        except expat.ExpatError as error:
            self._refuse_rest(_not_xml(error, empty=not self._fed))
        except (LookupError, ValueError, ParseError) as error:
            message = f"Not XML: it declares a character encoding that is none ({error})."
            self._refuse_rest(Unacceptable(RejectionReason.MALFORMED, message))
        self._forget()

    def take(self) -> list[XmlItem | Refused]:
        found, self._found = self._found, []
        return found

    def _forget(self) -> None:
        """Let go of the bytes that no item needs any more."""
        start = self._item_start
        if start is not None and self._head is None and self._fed - start > self._limit:
            # Of an item that is too large the beginning is kept, and only its end looked for.
            self._head = bytes(self._kept[start - self._offset :][: self._limit])
            self._builder = None
        keep_from = self._at if start is None or self._head is not None else start
        del self._kept[: keep_from - self._offset]
        self._offset = keep_from

    # ------------------------------------------------------------------------------ handlers

    def _note_place(self, *what: object) -> None:
        self._at = self._parser.CurrentByteIndex

    def _external(self, context: str | None, base: object, system: object, public: object) -> int:
        if context is not None:  # an entity from outside, which only a declaration can have named
            return 0
        self._parser.EntityDeclHandler = None
        names = self._parser.ExternalEntityParserCreate(None)
        names.Parse(_HTML_NAMES, True)
        self._parser.EntityDeclHandler = self._entity_declared
        return 1

    def _entity_declared(self, *declaration: object) -> None:
        raise Unacceptable(
            RejectionReason.MALFORMED,
            "The document declares entities, which no feed needs and attacks do.",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._note_place()
        self._depth += 1
        name = _clark(name)
        if self._item_start is not None:
            if self._depth - self._item_depth > MAX_DEPTH and self._problem is None:
                self._problem = Unacceptable(
                    RejectionReason.MALFORMED,
                    f"Elements stand in each other more than {MAX_DEPTH} deep.",
                )
                self._builder = None
            if self._builder is not None:
                self._builder.start(name, _clark_all(attributes))
            return
        if self._depth == 1:
            self._open_root(name, attributes)
        if local(name) in self._names:
            self._item_start, self._item_depth = self._at, self._depth
            self._position += 1
            self._problem = None
            self._builder = TreeBuilder()
            self._builder.start(name, _clark_all(attributes))
        elif self._depth in (2, 3):
            self._envelope_name = local(name)
        if self._depth > MAX_DEPTH:
            raise Unacceptable(
                RejectionReason.MALFORMED,
                f"Elements stand in each other more than {MAX_DEPTH} deep.",
            )

    def _open_root(self, name: str, attributes: dict[str, str]) -> None:
        self._envelope.root = local(name)
        if self._envelope.root not in self._roots:
            raise Unacceptable(
                RejectionReason.MALFORMED,
                f"The document is <{self._envelope.root[:40]}>, not "
                f"<{'> or <'.join(sorted(self._roots))}>.",
            )
        self._envelope.attributes = _clark_all(attributes)

    def _end(self, name: str) -> None:
        self._note_place()
        self._depth -= 1
        if self._item_start is None:
            self._envelope_name = ""
            return
        if self._builder is not None:
            self._builder.end(_clark(name))
        if self._depth < self._item_depth:
            self._finish_item()

    def _text(self, text: str) -> None:
        self._note_place()
        if self._builder is not None:
            self._builder.data(text)
        elif self._item_start is None and self._envelope_name:
            fields, name = self._envelope.fields, self._envelope_name
            so_far = fields.get(name, "")
            if so_far or len(fields) < MAX_ENVELOPE_FIELDS:
                fields[name] = (so_far + text)[:MAX_ENVELOPE_TEXT]

    def _finish_item(self) -> None:
        assert self._item_start is not None
        raw = self._raw(self._item_start, self._end_of_tag())
        if raw.size > len(raw.payload):
            refused = Refused(
                RejectionReason.TOO_LARGE,
                f"The item has {raw.size:,} bytes; at most {len(raw.payload):,} are read "
                "(IMPORT_MAX_KEPT_BYTES).",
                raw,
            )
            self._found.append(refused)
        elif self._problem is not None:
            self._found.append(Refused(self._problem.reason, self._problem.message, raw))
        elif self._builder is not None:
            self._found.append(XmlItem(self._builder.close(), raw, self._envelope))
        self._item_start, self._builder, self._problem, self._head = None, None, None, None

    def _end_of_tag(self) -> int:
        """Where the tag ends that was met last; of `<a/>` the parser tells that place itself."""
        place = self._at - self._offset
        if self._kept[place : place + 4].replace(b"\0", b"").startswith(b"</"):
            close = self._kept.find(b">", place)
            return self._at if close < 0 else self._offset + close + 1
        return self._at

    def _raw(self, start: int, end: int) -> Raw:
        kept = self._kept[start - self._offset : end - self._offset][: self._limit]
        payload = bytes(kept) if self._head is None else self._head
        return Raw(self._origin, self._position, payload, end - start)

    def _refuse_rest(self, error: Unacceptable) -> None:
        """What is read from here on means nothing; it is the last item."""
        if self._item_start is None:
            self._position += 1
        start = self._offset if self._item_start is None else self._item_start
        raw = self._raw(start, self._fed)
        self._found.append(Refused(error.reason, error.message, raw))
        self._item_start, self._builder = None, None
        self.broken = True


def _clark(name: str) -> str:
    return "{" + name if "}" in name else name


def _clark_all(attributes: dict[str, str]) -> dict[str, str]:
    return {_clark(name): value for name, value in attributes.items()}


def _not_xml(error: expat.ExpatError, *, empty: bool) -> Unacceptable:
    if empty:
        return Unacceptable(RejectionReason.EMPTY, "The file is empty.")
    return Unacceptable(
        RejectionReason.MALFORMED,
        f"Not XML: line {error.lineno:,} has an error ({expat.ErrorString(error.code)}).",
    )
