"""Claims and candidates follow their stories: what becomes of a passage in the next version.

`services.follow_revision` looks for every passage in the new text and carries over what is certain;
`decisions` are what editors make of the rest; `queue` says what waits for them.
"""
