"""What a web process does before it answers."""

from __future__ import annotations

import gc


def test_what_is_loaded_before_the_first_request_is_left_alone_by_collections() -> None:
    from newsroom import wsgi

    assert callable(wsgi.application)
    # The views with all that they import; a process just begun holds a few thousand objects.
    assert gc.get_freeze_count() > 100_000
