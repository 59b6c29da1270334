"""What to say of a name that does not exist: the nearest that do, else the first few of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

_LISTED: Final = 12
"""So many names are listed where none is near."""
_NEAR: Final = 3


def near_names(name: object, known: Iterable[str], lead: str = "", *, quoted: bool = False) -> str:
    """Return the second half of a message about an unknown name.

    Args:
        name: What was given; case does not matter.
        known: The names that exist.
        lead: What a list of names begins with, such as `there are`, where none is near; without it nothing is said then.
        quoted: Whether near names stand in quotation marks.
    """
    names = list(dict.fromkeys(map(str, known)))
    spelt = {one.casefold(): one for one in reversed(names)}
    found = difflib.get_close_matches(str(name)[:80].casefold(), spelt, _NEAR)
    if found:
        near = (repr(spelt[one]) if quoted else spelt[one] for one in found)
        return f"did you mean {' or '.join(near)}?"
    if not lead:
        return ""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"{lead} {', '.join(names[:_LISTED]) or 'none'}{more}"
