"""A folder of every format, from the command line to the database and again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsroom.articles.models import Article, Revision
from newsroom.imports.files import find_files, read_files
from newsroom.imports.models import ImportTrigger
from newsroom.imports.services import ImportReport, run_import
from tests.factories import OutletFactory
from tests.newsroom.imports.readers.test_html import page

FILES = {
    "a.rss": "<rss><item><guid>a</guid><description>Short.</description></item></rss>",
    "b.json": json.dumps(
        {"uri": "b", "pubstatus": "withheld", "body_text": "Held.", "ednote": "Hold."}
    ),
    "c.xml": '<newsItem guid="c"><itemMeta><pubStatus qcode="stat:canceled"/></itemMeta>'
    "</newsItem>",
    "d.json": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [{"id": "d", "content_text": "Feed."}],
        }
    ),
    "e.json": json.dumps(
        [
            {
                "id": 1,
                "date_gmt": "2026-03-04T09:30:00",
                "guid": {"rendered": "e"},
                "content": {"rendered": "<p>Post."},
            }
        ]
    ),
    "f.csv": "external_id,text,embargoed_until\nf,Row.,2026-03-05\n",
    "g.html": page(),
    "h.txt": "A headline\n\nWords.",
    "i.md": "# A headline\n\nWords.",
    "j.jsonl": '{"external_id": "j", "text": "Line."}\n',
    "k.txt": "https://post.example/1\n",
    "l.xml": "<urlset><url><loc>https://post.example/2</loc></url></urlset>",
}


@pytest.mark.django_db
def test_a_folder_of_every_format_is_taken_in_once(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    outlet = OutletFactory.create()

    def run() -> ImportReport:
        items = read_files(find_files([str(tmp_path)]))
        return run_import(outlet=outlet, items=items, trigger=ImportTrigger.COMMAND, by=None)

    report = run()

    assert dict(report.counts) == {"created": 10, "rejected": 2}
    assert {item.reason.value for item in report.rejections} == {"not_a_story"}
    found = {article.external_id: article for article in Article.objects.all()}
    assert sorted(found) == list("abcdefghij")
    assert {name for name in found if found[name].status != "live"} == {"b", "c"}
    assert (found["b"].status, found["b"].editor_note) == ("withheld", "Hold.")
    assert found["c"].status == "killed"
    assert found["f"].embargoed_until is not None
    assert found["a"].revisions.get().is_partial
    assert Revision.objects.count() == 9

    assert dict(run().counts) == {"unchanged": 10, "rejected": 2}
    assert Revision.objects.count() == 9
