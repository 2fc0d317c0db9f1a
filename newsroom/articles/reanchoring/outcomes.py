"""What becomes of a passage in the next version of its text."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from newsroom.articles.reanchoring.meaning import Bearing, Change
from newsroom.articles.selectors import Anchor


class Outcome(enum.StrEnum):
    """Unchanged and moved are certain; the others are for a person to decide."""

    UNCHANGED = "unchanged"  # the same characters at the same place
    MOVED = "moved"  # the same words at another place, or with another comma
    REWORDED = "reworded"  # other words, or the same words in a sentence that turns them
    VANISHED = "vanished"
    AMBIGUOUS = "ambiguous"  # several places are as likely


_TURNING = frozenset({Bearing.NEGATION, Bearing.NAME, Bearing.MODAL})


@dataclass(frozen=True, slots=True)
class Relocation:
    """One passage, what became of it, and where it stands now, or most likely stands.

    `changes` are the differences in meaning within the passage, `around` those in the rest of its
    sentence. `others` are further places that it may have been taken to.
    """

    anchor: Anchor
    outcome: Outcome
    proposal: Anchor | None = None
    score: float = 0.0
    changes: tuple[Change, ...] = ()
    around: tuple[Change, ...] = ()
    others: tuple[Anchor, ...] = ()

    @property
    def meaning_changed(self) -> bool:
        """Whether what was checked may no longer be what is said.

        Another speaker, a denial or a “could” beside the passage changes it too; another weekday
        beside it is only worth a look.
        """
        return bool(self.changes) or any(one.bearing in _TURNING for one in self.around)
