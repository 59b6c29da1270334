"""What to say of a name that does not exist: the nearest that do, else the first few of them.

The only file beside the emulator's own that compares names by their likeness.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

_LISTED: Final = 12
"""So many names are listed where none is near."""
_NEAR: Final = 3


def nearest(name: object, known: Iterable[str], *, most: int = 1, cutoff: float = 0.6) -> list[str]:
    """Return the names that are nearest to a name, the nearest first; none where all are far.

    Args:
        name: What was given; case does not matter.
        known: The names that exist.
        most: How many to return at most.
        cutoff: How near they must be, from 0 (anything) to 1 (the same).
    """
    spelt = {one.casefold(): one for one in reversed(list(known))}
    found = difflib.get_close_matches(str(name)[:80].casefold(), spelt, most, cutoff)
    return [spelt[one] for one in found]


def near_names(name: object, known: Iterable[str], lead: str = "", *, quoted: bool = False) -> str:
    """Return the second half of a message about an unknown name.

    Args:
        name: What was given; case does not matter.
        known: The names that exist.
        lead: What a list of names begins with, such as `there are`, where none is near; without it nothing is said then.
        quoted: Whether near names stand in quotation marks.
    """
    names = list(dict.fromkeys(map(str, known)))
    found = nearest(name, names, most=_NEAR)
    if found:
        return f"did you mean {' or '.join(map(repr, found) if quoted else found)}?"
    if not lead:
        return ""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"{lead} {', '.join(names[:_LISTED]) or 'none'}{more}"
