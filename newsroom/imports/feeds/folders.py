"""A watched folder: files that others drop are taken in and put away, and nothing else is touched.

Everything goes by the descriptor of the folder, which is opened part by part without following
links: whoever may write into it cannot lead us elsewhere, not even between a look and a step.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from newsroom.imports.feeds.models import Feed
from newsroom.imports.feeds.outcomes import Polled
from newsroom.imports.files import read_stream, storable
from newsroom.imports.items import Item, Raw, Refused
from newsroom.imports.models import ImportRun, RejectionReason
from newsroom.imports.services import ImportReport, chunks, take_chunk

DONE, FAILED = "done", "failed"
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp", "~")
"""How programs name a file that they are still writing."""

MAX_FILES = 10_000
"""In one run; the rest follows with the next."""

READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def check_folder(folder: str) -> None:
    """Raises `ValidationError` for what cannot be a folder below FEED_FOLDERS_ROOT."""
    path = PurePosixPath(folder)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\x00" in folder:
        raise ValidationError("Name a folder below the one that FEED_FOLDERS_ROOT names.")
    if {DONE, FAILED} & set(path.parts) or any(part.startswith(".") for part in path.parts):
        raise ValidationError("done, failed and hidden folders are not watched.")


def take_in(
    feed: Feed,
    run: ImportRun,
    report: ImportReport,
    on_progress: Callable[[ImportReport], None],
    deadline: float,
) -> Polled:
    """Take in the files that are whole, in order of their names, and put each away when it is."""
    try:
        check_folder(feed.folder)
        with _opened(feed.folder) as folder:
            names = _names(folder)
            waiting = 0
            for number, name in enumerate(names[:MAX_FILES]):
                if time.monotonic() > deadline and number:
                    return Polled(more=True, notes=("Time is up; more files wait.",))
                if not _File(feed, folder, name).take_in(run, report, on_progress):
                    waiting += 1
    except ValidationError as error:
        return Polled(error=" ".join(error.messages))
    except OSError as error:
        return Polled(error=f"The folder {feed.folder} cannot be read: {error.strerror or error}.")
    notes = (f"{waiting} files are still being written.",) if waiting else ()
    return Polled(more=len(names) > MAX_FILES, notes=notes)


@contextmanager
def _opened(folder: str) -> Iterator[int]:
    """The descriptor of a folder below the root; no part of the way is a link."""
    here = os.open(settings.FEED_FOLDERS_ROOT, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in PurePosixPath(folder).parts:
            below = os.open(part, FOLDER, dir_fd=here)
            os.close(here)
            here = below
        yield here
    finally:
        os.close(here)


def _names(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        names = [
            entry.name
            for entry in entries
            if not entry.name.startswith(".")
            and not entry.name.lower().endswith(UNFINISHED)
            and not entry.is_dir(follow_symlinks=False)
        ]
    return sorted(names, key=os.fsencode)


@dataclass(slots=True)
class _File:
    """One file of the folder."""

    feed: Feed
    folder: int
    name: str

    @property
    def origin(self) -> str:
        return storable(f"{self.feed.folder}/{self.name}")

    def take_in(
        self, run: ImportRun, report: ImportReport, on_progress: Callable[[ImportReport], None]
    ) -> bool:
        """False where it is left for the next time. Killed in between, it is read again then."""
        try:
            seen = os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)
        except FileNotFoundError:  # somebody else has put it away
            return True
        if not stat.S_ISREG(seen.st_mode):
            return self._refuse(run, report, "A link or device; only files are read.")
        if not _is_settled(seen):
            return False
        try:
            descriptor = os.open(self.name, READ, dir_fd=self.folder)
        except OSError as error:
            return self._refuse(run, report, f"Cannot be read: {error.strerror or error}.")
        before = report.seen, report.rejected
        with os.fdopen(descriptor, "rb") as stream:
            now = os.fstat(stream.fileno())
            if (now.st_ino, now.st_dev) != (seen.st_ino, seen.st_dev):
                return False  # another file took its name since we looked
            for chunk in chunks(read_stream(stream, self.origin, self.feed.format or None)):
                take_chunk(run, chunk, report, run.started_by)
                on_progress(report)
            if _version(os.fstat(stream.fileno())) != _version(seen):
                return False  # it was written to meanwhile: read again when it is whole
        seen_now, rejected_now = report.seen - before[0], report.rejected - before[1]
        self._put_away(DONE if seen_now > rejected_now else FAILED)
        return True

    def _refuse(self, run: ImportRun, report: ImportReport, message: str) -> bool:
        raw = Raw(self.origin, 1, b"", 0)
        item: Item = Refused(RejectionReason.UNREADABLE, message, raw)
        take_chunk(run, [item], report, run.started_by)
        self._put_away(FAILED)
        return True

    def _put_away(self, where: str) -> None:
        """Move it, never over another one of its name."""
        with suppress(FileExistsError):
            os.mkdir(where, mode=0o770, dir_fd=self.folder)
        target = os.open(where, FOLDER, dir_fd=self.folder)
        try:
            name = self.name
            with suppress(FileNotFoundError):
                os.stat(name, dir_fd=target, follow_symlinks=False)
                name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{name}"
            with suppress(FileNotFoundError):
                os.rename(self.name, name, src_dir_fd=self.folder, dst_dir_fd=target)
        finally:
            os.close(target)


def _is_settled(seen: os.stat_result) -> bool:
    """Whether nobody has written to it for a while. `ctime` cannot be set back as `mtime` can."""
    age = time.time() - max(seen.st_mtime, seen.st_ctime)
    return age >= settings.FEED_FILE_SETTLE.total_seconds() or age < -60


def _version(seen: os.stat_result) -> tuple[int, int, int]:
    return seen.st_size, seen.st_mtime_ns, seen.st_ino
