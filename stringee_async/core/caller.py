"""Where a warning points: at the first frame outside this package.

One job: find the stack level of the user's code, however deep in the package a warning is raised.
"""

from __future__ import annotations

import sys


def level_of_caller() -> int:
    """Return the `stacklevel` of the first frame outside the package, as seen from the function that calls this."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("stringee_async."):
        level, frame = level + 1, frame.f_back
    return level
