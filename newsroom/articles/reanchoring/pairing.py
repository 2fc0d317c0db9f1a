"""Which unit of the old text is which of the new one, where that is beyond doubt.

What stands once in either text is itself, and so is what keeps its neighbours. Of what stands
several times, a copy is recognised only by its neighbours; where they do not tell, nothing is
paired, and whoever asks for a passage in it is told that there are several.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Sequence


def pair(
    old: Sequence[Hashable], new: Sequence[Hashable], telling: Sequence[bool]
) -> dict[int, int]:
    """Indices of `old` with those of `new`. `telling[i]`: `old[i]` is recognised anywhere.

    A unit that is too short for that (“He denied it.”) has to keep a neighbour, too.
    """
    places = _places(new)
    counts = _places(old)
    pairs: dict[int, int] = {}
    once = [
        (i, places[key][0])
        for i, key in enumerate(old)
        if len(counts[key]) == 1 and len(places.get(key, ())) == 1
    ]
    in_order = _longest_rising([j for _, j in once])
    for at, (i, j) in enumerate(once):
        if telling[i] or (at in in_order and _has_neighbour(old, new, i, j)):
            pairs[i] = j
    _extend(old, new, places, counts, pairs)
    return pairs


def _places(keys: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        found[key].append(index)
    return dict(found)


def _has_neighbour(old: Sequence[Hashable], new: Sequence[Hashable], i: int, j: int) -> bool:
    return _beside(old, i, -1) == _beside(new, j, -1) or _beside(old, i, 1) == _beside(new, j, 1)


def _beside(keys: Sequence[Hashable], index: int, step: int) -> Hashable:
    other = index + step
    return keys[other] if 0 <= other < len(keys) else None


def _longest_rising(values: list[int]) -> set[int]:
    """The places in `values` of a longest rising subsequence."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, value in enumerate(values):
        length = bisect_left(tails, value)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(value)
            ends.append(at)
        else:
            tails[length] = value
            ends[length] = at
    found: set[int] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        found.add(at)
        at = before[at]
    return found


def _extend(
    old: Sequence[Hashable],
    new: Sequence[Hashable],
    places: dict[Hashable, list[int]],
    counts: dict[Hashable, list[int]],
    pairs: dict[int, int],
) -> None:
    """Pair what stands several times, by its neighbours.

    One neighbour is enough where both texts hold as many copies; else both are asked for, since a
    copy put in beside the passage has one of its neighbours.
    """
    taken = set(pairs.values())
    for step in (1, -1):
        order = range(len(old)) if step == 1 else range(len(old) - 1, -1, -1)
        for i in order:
            if i in pairs:
                continue
            j = _follower(i, step, pairs, len(old), len(new))
            if j is None or j in taken or new[j] != old[i]:
                continue
            as_many = len(places[old[i]]) == len(counts[old[i]])
            behind = _beside(old, i, step) == _beside(new, j, step)
            if as_many or behind:
                pairs[i] = j
                taken.add(j)


def _follower(i: int, step: int, pairs: dict[int, int], olds: int, news: int) -> int | None:
    """Where old unit `i` would stand in the new text if it kept the neighbour before it."""
    neighbour = i - step
    if neighbour in pairs:
        j = pairs[neighbour] + step
    elif neighbour < 0 or neighbour >= olds:
        j = 0 if step == 1 else news - 1
    else:
        return None
    return j if 0 <= j < news else None
