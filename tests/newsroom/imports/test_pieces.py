"""Where a piece of a file ends makes no difference to what is read from it."""

from __future__ import annotations

from unittest import mock

import pytest
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.imports.parsing import json_values, xml_items
from tests.newsroom.imports.reading import read

FILES = {
    "feed": '<?xml version="1.0"?><rss><channel><language>en</language><item><guid>a</guid><title>'
    "“Ä”</title><description><![CDATA[<p>b</p>]]></description></item><!-- c --><item/>"
    "<item><guid>" + "long " * 30 + "</guid></item><item><guid>d</guid><description>e</description>"
    "</item></channel></rss> ",
    "jsonfeed": ' {"version": "1", "a": [1, {"b": "]}"}], "items": [ {"id": "a\\\\",'
    ' "content_text": "\\"“Ä”\\u00e4{"} , 12, "x", {"id": "' + "long " * 30 + '"}, null, {"id": 3,'
    ' "content_text": "c"}], "z": 1.5e3 } ',
    "ninjs": '[{"uri": "a", "body_text": "b"}, [], true]\n{"uri": "c", "body_text": "\\\\"} 1',
}


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 70), cut=st.integers(0, 400), limit=st.sampled_from([60, 1000]))
def test_pieces_of_any_size_give_the_same(name: str, size: int, cut: int, limit: int) -> None:
    payload = FILES[name].encode()
    payload = payload[: len(payload) - cut] if cut < len(payload) else payload
    with override_settings(IMPORT_MAX_KEPT_BYTES=limit):
        whole = read(name, payload)
        with (
            mock.patch.object(xml_items, "CHUNK", size),
            mock.patch.object(json_values, "CHUNK", size),
        ):
            in_pieces = read(name, payload)
    assert in_pieces == whole
