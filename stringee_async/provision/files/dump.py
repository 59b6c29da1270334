"""The live state as files that plan and apply read again, in the one form that the same state always has."""

from __future__ import annotations

from collections.abc import Iterator

from ..duplicates import listed_again
from ..showing.shown_values import one_line
from ..things import NO_FIELDS, Fields, Reading
from .spec_of_reading import Stateable, stateable
from .spec_text import CENTRE, INLINE_MOST, spec_files


def dump_files(
    reading: Reading,
    *,
    vendor: str,
    ids: bool = True,
    whole: bool = False,
    defaults: Fields = NO_FIELDS,
    inline_most: int = INLINE_MOST,
) -> dict[str, bytes]:
    """Return the live state as files, by name. A plan of them against the same state has nothing to do.

    What a file cannot state stands in comments at the beginning, with its ids: objects of one name above all. Neither they
    nor what hangs on them is stated, so that a plan of the files leaves them alone.

    Args:
        reading: The live state.
        vendor: The vendor it was read from; its own fields stand under `x-` and its name.
        ids: Whether the vendor's ids stand there, as comments (in a roster as a column that is not read).
        whole: Whether defaults and empty lists are stated too, as a way back needs them.
        defaults: What the vendor takes for settings of a queue that are not stated; these are left out.
        inline_most: Up to how many agents stand in `centre.yaml` itself; more stand in `roster.csv`.
    """
    found = stateable(reading, vendor=vendor, whole=whole, defaults=defaults)
    files = spec_files(found.spec, ids=found.ids if ids else {}, inline_most=inline_most)
    comments = "".join(f"# {one_line(text)}\n" for text in _comments(reading, found))
    return {**files, CENTRE: comments.encode() + files[CENTRE]}


def dump_text(reading: Reading, *, vendor: str, whole: bool = False, defaults: Fields = NO_FIELDS) -> str:
    """Return the live state as one file, all agents in it however many there are.

    Args:
        reading: The live state.
        vendor: The vendor it was read from.
        whole: As for `dump_files`.
        defaults: As for `dump_files`.
    """
    inline = reading.count("agent")
    return dump_files(reading, vendor=vendor, whole=whole, defaults=defaults, inline_most=inline)[
        CENTRE
    ].decode()


def _comments(reading: Reading, found: Stateable) -> Iterator[str]:
    yield from (f"Doubtful, and perhaps not complete: {doubt}" for doubt in reading.doubts)
    yield from (f"Could not be read: {row}" for row in reading.malformed)
    yield from (f"Left out: {text}" for text in found.left_out)
    yield from (f"Stated once: {text}" for text in listed_again(reading))
    disabled = sum(live.disabled for live in reading.live.values())
    if disabled:
        yield f"{disabled:,} of the agents are disabled, which a file cannot say"
