"""Finding the passages of one version of a text in the next one. Knows no database.

reanchor(old, new, anchors) → one `Relocation` for each anchor, in their order
"""

from newsroom.articles.reanchoring.differences import Piece, side_by_side
from newsroom.articles.reanchoring.engine import VERSION, reanchor
from newsroom.articles.reanchoring.meaning import Bearing, Change
from newsroom.articles.reanchoring.outcomes import Outcome, Relocation

__all__ = [
    "VERSION",
    "Bearing",
    "Change",
    "Outcome",
    "Piece",
    "Relocation",
    "reanchor",
    "side_by_side",
]
