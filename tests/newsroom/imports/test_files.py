"""Stories from files, folders and standard input."""

from __future__ import annotations

import gzip
import io
import os
import sys
from pathlib import Path

import pytest

from newsroom.imports.files import InputFile, find_files, read_files, storable
from newsroom.imports.items import Accepted, Item, Refused
from newsroom.imports.readers import format_of
from tests.newsroom.imports.reading import line


def read(*paths: Path | str, stdin: bytes = b"", format_name: str | None = None) -> list[Item]:
    files = find_files([str(path) for path in paths])
    return list(read_files(files, stdin=io.BytesIO(stdin), format_name=format_name))


def ids(items: list[Item]) -> list[str]:
    assert all(isinstance(item, Accepted) for item in items), items
    return [item.article.external_id for item in items if isinstance(item, Accepted)]


def names(folder: Path) -> list[str]:
    return [os.path.relpath(file.path, folder) for file in find_files([str(folder)])]


# ---------------------------------------------------------------------------------- finding


def test_a_folder_stands_for_the_stories_below_it_by_name(tmp_path: Path) -> None:
    for name in ("x.v2.md", "x.md", "x.v10.md", "b/y.txt", "a/z.JSONL", "Ä.md", "w.markdown"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Story.")

    # A version follows what it is a version of, so that it becomes the later revision.
    assert names(tmp_path) == [
        "a/z.JSONL",
        "b/y.txt",
        "w.markdown",
        "x.md",
        "x.v10.md",
        "x.v2.md",
        "Ä.md",
    ]


@pytest.mark.parametrize("suffix", ["txt", "text", "md", "markdown", "jsonl", "ndjson"])
def test_a_version_follows_its_story_in_every_format(tmp_path: Path, suffix: str) -> None:
    for name in (f"x.v2.{suffix}", f"x.{suffix}"):
        (tmp_path / name).write_text("{}")
    assert names(tmp_path) == [f"x.{suffix}", f"x.v2.{suffix}"]


def test_what_is_hidden_or_no_story_is_passed_over(tmp_path: Path) -> None:
    for name in (".hidden.md", ".git/x.md", "README", "picture.png", "x.md~", "folder.md/y.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("no story")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.md")

    assert names(tmp_path) == []


def test_a_file_that_is_named_is_read_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("Story.")
    assert ids(read(tmp_path / ".hidden")) == [".hidden"]


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "again").symlink_to(tmp_path)
    (tmp_path / "in" / "x.md").write_text("Story.")
    assert names(tmp_path) == ["in/x.md"]


def test_files_come_in_the_order_given(tmp_path: Path) -> None:
    for name in ("b.md", "a.md"):
        (tmp_path / name).write_text("Story.")
    assert ids(read(tmp_path / "b.md", "-", tmp_path / "a.md", stdin=line())) == [
        "b",
        "harbour",
        "a",
    ]


def test_sizes_are_known_where_they_can_be(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_bytes(b"12345")
    missing = str(tmp_path / "missing.md")
    assert find_files([str(tmp_path), missing, "-"]) == [
        InputFile(str(tmp_path / "x.md"), 5),
        InputFile(missing, 0),
        InputFile("-", 0),
    ]


# ---------------------------------------------------------------------------------- formats


@pytest.mark.parametrize(
    ("origin", "beginning", "expected"),
    [
        ("x.md", b"{}", "markdown"),
        ("x.TXT", b"---\n", "text"),
        ("x.ndjson", b"words", "jsonl"),
        ("x", b' \n {"external_id": 1}', "jsonl"),
        ("-", b"\xef\xbb\xbf{", "jsonl"),
        ("-", b"---\nheadline: H\n---\n", "markdown"),
        ("-", b"\xef\xbb\xbf\n---\n", "markdown"),
        ("-", b"Words", "text"),
        ("-", b"", "text"),
        ("-", b"[1]", "text"),
        ("x.json", b"{", "jsonl"),
    ],
)
def test_the_format_is_told_by_the_name_or_else_by_the_content(
    origin: str, beginning: bytes, expected: str
) -> None:
    assert format_of(origin, beginning) == expected


def test_a_format_that_is_given_wins(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(line())
    assert ids(read(tmp_path / "x.txt", format_name="jsonl")) == ["harbour"]
    assert ids(read(tmp_path / "x.txt")) == ["x"]


def test_sniffing_loses_nothing() -> None:
    many = b"".join(line(external_id=str(n)) for n in range(5000))
    assert ids(read("-", stdin=many)) == [str(n) for n in range(5000)]


# ------------------------------------------------------------------------ what cannot be read


def the_refusal(items: list[Item]) -> Refused:
    (item,) = items
    assert isinstance(item, Refused)
    assert (item.reason, item.raw.payload, item.raw.size) == ("unreadable", b"", 0)
    return item


def test_a_missing_file_is_a_rejection(tmp_path: Path) -> None:
    item = the_refusal(read(tmp_path / "missing.md"))
    assert item.message == "Cannot be read: No such file or directory."
    assert item.raw.origin == str(tmp_path / "missing.md")


def test_a_name_too_long_for_any_file_is_a_rejection() -> None:
    assert the_refusal(read("x" * 5000)).message == "Cannot be read: File name too long."


def test_a_file_in_a_file_is_a_rejection(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("Story.")
    item = the_refusal(read(tmp_path / "x.md" / "y.md"))
    assert item.message == "Cannot be read: Not a directory."


def test_one_bad_file_does_not_cost_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Story.")
    items = read(tmp_path / "missing.md", tmp_path)
    assert [type(item) for item in items] == [Refused, Accepted]


def test_a_folder_in_the_place_of_a_file_is_a_rejection(tmp_path: Path) -> None:
    (item,) = read_files([InputFile(str(tmp_path), 0)], stdin=io.BytesIO())
    assert the_refusal([item]).message == "Cannot be read: Is a directory."


@pytest.fixture
def somebody(tmp_path: Path) -> int:
    """The id of a user who may not read what others have closed. Root may read everything."""
    if os.geteuid() != 0:
        return os.geteuid()
    for folder in [tmp_path, *tmp_path.parents][:4]:
        if folder.stat().st_uid == 0 and folder != Path("/tmp"):
            folder.chmod(0o755)
    return 65534


def read_as(user: int, path: Path) -> list[Item]:
    before = os.geteuid()
    if before == user:
        return read(path)
    os.seteuid(user)
    try:
        return read(path)
    finally:
        os.seteuid(before)


def test_a_file_closed_to_us_is_a_rejection(tmp_path: Path, somebody: int) -> None:
    (tmp_path / "x.md").write_text("Story.")
    (tmp_path / "x.md").chmod(0)
    item = the_refusal(read_as(somebody, tmp_path / "x.md"))
    assert item.message == "Cannot be read: Permission denied."


@pytest.mark.parametrize("inside", [False, True])
def test_a_folder_closed_to_us_is_a_rejection_and_not_an_empty_folder(
    tmp_path: Path, somebody: int, inside: bool
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "x.md").write_text("Story.")
    closed.chmod(0)
    try:
        item = the_refusal(read_as(somebody, tmp_path if inside else closed))
    finally:
        closed.chmod(0o700)
    assert item.message == "Cannot be read: Permission denied."
    assert item.raw.origin == str(closed)


def test_a_folder_that_tells_names_only_gives_a_rejection_for_each(
    tmp_path: Path, somebody: int
) -> None:
    listed = tmp_path / "listed"
    listed.mkdir()
    (listed / "x.md").write_text("Story.")
    listed.chmod(0o444)
    try:
        item = the_refusal(read_as(somebody, listed))
    finally:
        listed.chmod(0o700)
    assert item.message == "Cannot be read: Permission denied."
    assert item.raw.origin == str(listed / "x.md")


def test_a_file_in_a_folder_closed_to_us_is_a_rejection(tmp_path: Path, somebody: int) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0)
    try:
        item = the_refusal(read_as(somebody, closed / "x.md"))
    finally:
        closed.chmod(0o700)
    assert item.message == "Cannot be read: Permission denied."


class Broken(io.RawIOBase):
    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        raise OSError(5, "Input/output error")


def test_a_disk_that_fails_is_a_rejection() -> None:
    (item,) = read_files([InputFile("-", 0)], stdin=io.BufferedReader(Broken()))
    assert the_refusal([item]).message == "Cannot be read: Input/output error."


def test_a_closed_standard_input_is_a_rejection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    (item,) = read_files([InputFile("-", 0)])
    assert the_refusal([item]).message == "Cannot be read: standard input is closed."


def test_a_name_that_is_no_utf8_is_written_out(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.md"
    try:
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(b"Story.")
    except OSError:
        pytest.skip("this file system takes no such name")

    (item,) = read(tmp_path)

    assert isinstance(item, Accepted)
    assert item.article.external_id == "caf\\xe9"
    assert item.raw.origin == f"{tmp_path}/caf\\xe9.md"
    assert storable("a/ü👩‍🚒.md") == "a/ü👩‍🚒.md"


@pytest.mark.parametrize("name", ["x.txt", "x.md", "x.jsonl", "x"])
def test_a_compressed_file_is_a_rejection_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b"Story. " * 50))
    item = read(tmp_path / name)[0]
    assert isinstance(item, Refused)
    assert item.reason == "not_utf8"


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(line() * 3000)
    (tmp_path / "y.md").write_bytes(b"Story.")
    counted: list[int] = []
    files = find_files([str(tmp_path)])

    for _ in read_files(files, stdin=io.BytesIO(), on_read=counted.append):
        pass

    assert sum(counted) == sum(file.size for file in files)
    assert len(counted) > 3
