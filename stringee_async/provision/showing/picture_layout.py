"""Where the boxes of a picture stand: columns from left to right, ordered so that few lines cross, each box near its own.

The usual way for layered drawings: lines that pass a column get a place in it, columns are sorted by the mean of their
neighbours a few times and the order with the fewest crossings is kept, then boxes move towards their neighbours as far as
the order lets them. All of it is arithmetic: the same picture is drawn the same everywhere.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import attrs

from .picture_data import COLUMNS, PictureData

_PASSES: Final = 12
_MOVES: Final = 16


@attrs.frozen(kw_only=True)
class Layout:
    """Where things stand.

    Args:
        columns: The boxes and passing lines of each column, from top to bottom.
        centre: The middle of each, from 0 downwards.
        paths: By line of the picture: the names of what it goes through, its two boxes included.
        height: How high the whole is.
    """

    columns: tuple[tuple[str, ...], ...]
    centre: Mapping[str, float]
    paths: tuple[tuple[str, ...], ...]
    height: float


def layout_of(
    picture: PictureData, heights: Mapping[str, float], *, gap: float, passing: float = 10.0
) -> Layout:
    """Return where the boxes stand.

    Args:
        picture: The picture.
        heights: How high each box is, by its id.
        gap: The room between two boxes of a column.
        passing: The room for a line that passes a column.
    """
    used = [column for column in COLUMNS if any(node.column == column for node in picture.nodes)]
    columns = [[node.id for node in picture.nodes if node.column == column] for column in used]
    place = {node.id: used.index(node.column) for node in picture.nodes}
    paths: list[tuple[str, ...]] = []
    sizes = dict(heights)
    for number, edge in enumerate(picture.edges):
        between = range(place[edge.start] + 1, place[edge.end])
        path = [edge.start, *(f"{number} at {column}" for column in between), edge.end]
        for column, name in zip(between, path[1:-1], strict=True):
            columns[column].append(name)
            sizes[name] = passing
        paths.append(tuple(path))
    steps = sorted({step for path in paths for step in pairwise(path)})
    columns = _ordered(columns, steps, _last(picture))
    centre = _placed(columns, steps, sizes, gap)
    height = max((centre[name] + sizes[name] / 2 for name in centre), default=0.0)
    return Layout(columns=tuple(map(tuple, columns)), centre=centre, paths=tuple(paths), height=height)


def crossings(columns: Sequence[Sequence[str]], steps: Sequence[tuple[str, str]]) -> int:
    """Return how many lines cross between neighbouring columns.

    Args:
        columns: The order of each column.
        steps: The lines, each from one column to the next.
    """
    place = {name: index for column in columns for index, name in enumerate(column)}
    of = {name: number for number, column in enumerate(columns) for name in column}
    found = 0
    for number in range(len(columns)):
        ends: list[int] = []
        for _, end in sorted((place[a], place[b]) for a, b in steps if of[a] == number):
            found += len(ends) - bisect_right(ends, end)
            insort(ends, end)
    return found


def _last(picture: PictureData) -> frozenset[str]:
    """Return the boxes that stand below the others: groups and agents that nothing leads to."""
    reached = {edge.end for edge in picture.edges}
    queues = any(node.column == "queue" for node in picture.nodes)
    return frozenset(
        node.id
        for node in picture.nodes
        if node.id not in reached and (node.column == "agent" or (node.column == "group" and queues))
    )


def _ordered(
    columns: list[list[str]], steps: Sequence[tuple[str, str]], last: frozenset[str]
) -> list[list[str]]:
    """Return the columns in the order with the fewest crossings that was found."""
    left, right = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for start, end in steps:
        right[start].append(end)
        left[end].append(start)
    order = [sorted(column, key=lambda name: name in last) for column in columns]
    best, fewest = [list(column) for column in order], crossings(order, steps)
    for turn in range(_PASSES):
        if not fewest:
            break
        forward = turn % 2 == 0
        for number in range(1, len(order)) if forward else range(len(order) - 2, -1, -1):
            beside = order[number - 1] if forward else order[number + 1]
            rows = {name: index for index, name in enumerate(beside)}
            order[number] = _by_mean(order[number], rows, left if forward else right)
            order[number].sort(key=lambda name: name in last)
        found = crossings(order, steps)
        if found < fewest:
            best, fewest = [list(column) for column in order], found
    return best


def _by_mean(
    column: Sequence[str], rows: Mapping[str, int], neighbours: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return a column sorted by the mean place of its neighbours; what has none keeps its place among the others."""
    means = {
        name: sum(rows[each] for each in found) / len(found)
        for name in column
        if (found := neighbours.get(name, ()))
    }
    moving = iter(sorted(means, key=lambda name: means[name]))
    return [next(moving) if name in means else name for name in column]


def _placed(
    columns: Sequence[Sequence[str]],
    steps: Sequence[tuple[str, str]],
    sizes: Mapping[str, float],
    gap: float,
) -> dict[str, float]:
    """Return the middle of each box: as near to the mean of its neighbours as the others of its column let it."""
    beside = defaultdict[str, list[str]](list)
    for start, end in steps:
        beside[start].append(end)
        beside[end].append(start)
    centre: dict[str, float] = {}
    for column in columns:
        centre |= _stacked(column, dict.fromkeys(column, 0.0), sizes, gap)
    middle = max((_span(column, centre, sizes)[1] for column in columns), default=0.0) / 2
    for column in columns:
        top, bottom = _span(column, centre, sizes)
        centre |= {name: centre[name] + middle - (top + bottom) / 2 for name in column}
    for turn in range(_MOVES):
        for column in columns if turn % 2 == 0 else reversed(columns):
            wish = {
                name: sum(centre[each] for each in found) / len(found) if (found := beside[name]) else None
                for name in column
            }
            centre |= _stacked(
                column,
                {name: centre[name] if each is None else each for name, each in wish.items()},
                sizes,
                gap,
            )
    top = min((centre[name] - sizes[name] / 2 for name in centre), default=0.0)
    return {name: round(value - top, 1) for name, value in centre.items()}


def _span(
    column: Sequence[str], centre: Mapping[str, float], sizes: Mapping[str, float]
) -> tuple[float, float]:
    return (
        min((centre[name] - sizes[name] / 2 for name in column), default=0.0),
        max((centre[name] + sizes[name] / 2 for name in column), default=0.0),
    )


def _stacked(
    column: Sequence[str], wish: Mapping[str, float], sizes: Mapping[str, float], gap: float
) -> dict[str, float]:
    """Return places in the given order, without overlap, whose squared distances from the wished ones are the least.

    Subtracting what stands above from each wish leaves numbers that must not fall: blocks of those that would are set to
    their mean (pool adjacent violators).
    """
    above: dict[str, float] = {}
    height = 0.0
    for name in column:
        above[name] = height + sizes[name] / 2
        height += sizes[name] + gap
    blocks: list[tuple[float, list[str]]] = []
    for name in column:
        blocks.append((wish[name] - above[name], [name]))
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (first, some), (second, more) = blocks[-2:]
            mean = (first * len(some) + second * len(more)) / (len(some) + len(more))
            blocks[-2:] = [(mean, some + more)]
    return {name: value + above[name] for value, names in blocks for name in names}
