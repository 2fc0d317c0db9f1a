"""How fast each reader is, and whether its memory stays the same however long the file is.

    python -m benchmarks.readers                       20 MB and 200 MB of each format
    python -m benchmarks.readers --megabytes 20 2000 --formats feed csv

Files are made while they are read and never exist as a whole. Each measurement is a process of its
own, whose peak memory is what the system says of it, so that what libraries in C take is counted,
too. Ends with 1 if a reader takes more than 10 MB more for the longest file than for the shortest.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape

from benchmarks.stories import story

MB = 1_000_000
ALLOWED_GROWTH_MB = 10
VARIETY = 200  # stories made once and repeated: making them must not be what is measured

Story = dict[str, str]
Format = tuple[str, Callable[[Story], str], str]


def _html(one: Story) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in one["text"].split("\n\n"))


def _feed(one: Story) -> str:
    return (
        f"<item><guid>{one['external_id']}</guid><title>{escape(one['headline'])}</title>"
        f"<content:encoded><![CDATA[{_html(one)}]]></content:encoded></item>\n"
    )


def _newsml(one: Story) -> str:
    return (
        f'<newsItem guid="{one["external_id"]}"><itemMeta><pubStatus qcode="stat:usable"/>'
        "</itemMeta>"
        f"<contentMeta><headline>{escape(one['headline'])}</headline></contentMeta><contentSet>"
        f"<inlineXML><html><body>{_html(one)}</body></html></inlineXML></contentSet></newsItem>\n"
    )


def _csv(one: Story) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="\n").writerow([one["external_id"], one["text"]])
    return row.getvalue()


def _jsonfeed(one: Story) -> str:
    return json.dumps({"id": one["external_id"], "content_html": _html(one)}) + ",\n"


def _ninjs(one: Story) -> str:
    return json.dumps({"uri": one["external_id"], "body_text": one["text"]}) + ",\n"


CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
FORMATS: dict[str, Format] = {
    "feed": (f"<rss {CONTENT}><channel>", _feed, "</channel></rss>"),
    "newsml": ("<newsMessage><itemSet>", _newsml, "</itemSet></newsMessage>"),
    "jsonl": ("", lambda one: json.dumps(one) + "\n", ""),
    "csv": ("external_id,text\n", _csv, ""),
    "jsonfeed": ('{"version": "https://jsonfeed.org/version/1.1", "items": [', _jsonfeed, "{}]}"),
    "ninjs": ("[", _ninjs, "{}]"),
}


class Generated(io.RawIOBase):
    """A file of about `size` bytes that is made while it is read."""

    def __init__(self, name: str, size: int) -> None:
        # An empty piece would be taken for the end.
        self._pieces = filter(None, self._make(name, size))
        self._rest = memoryview(b"")

    def _make(self, name: str, size: int) -> Iterator[bytes]:
        before, make, after = FORMATS[name]
        yield before.encode()
        made = [make(story(number)).encode() for number in range(VARIETY)]
        written = 0
        for piece in itertools.cycle(made):
            yield piece
            written += len(piece)
            if written >= size:
                break
        yield after.encode()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def measure(name: str, megabytes: int) -> dict[str, float]:
    """In this process: stories, seconds of work, peak memory in MB."""
    from newsroom.imports.items import Accepted
    from newsroom.imports.readers import READERS

    stream = io.BufferedReader(Generated(name, megabytes * MB), buffer_size=1 << 16)
    started, stories = time.process_time(), 0
    for item in READERS[name](stream, "benchmark"):
        stories += isinstance(item, Accepted)
    seconds = time.process_time() - started
    # Linux tells kilobytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MB
    return {"stories": stories, "seconds": seconds, "peak_mb": peak}


def measure_apart(name: str, megabytes: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.readers", "--one", name, str(megabytes)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--megabytes", type=int, nargs="+", default=[20, 200])
    parser.add_argument("--formats", nargs="+", choices=sorted(FORMATS), default=list(FORMATS))
    parser.add_argument("--one", nargs=2, metavar=("FORMAT", "MEGABYTES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
        import django

        django.setup()
        print(json.dumps(measure(options.one[0], int(options.one[1]))))
        return 0
    print(f"{'format':10} {'MB':>6} {'stories':>9} {'MB/s':>7} {'stories/s':>10} {'peak MB':>8}")
    grew = []
    for name in options.formats:
        peaks = []
        for megabytes in sorted(options.megabytes):
            one = measure_apart(name, megabytes)
            peaks.append(one["peak_mb"])
            print(
                f"{name:10} {megabytes:6,} {one['stories']:9,.0f} "
                f"{megabytes / one['seconds']:7.1f} {one['stories'] / one['seconds']:10,.0f} "
                f"{one['peak_mb']:8.1f}"
            )
        if peaks[-1] - peaks[0] > ALLOWED_GROWTH_MB:
            grew.append(name)
    if grew:
        print(f"Memory grows with the file: {', '.join(grew)}.", file=sys.stderr)
    return 1 if grew else 0


if __name__ == "__main__":
    sys.exit(main())
