"""Short ids of calls, by which the lines of a log can be told apart.

One job: number the calls of this process. An id is made when it is first asked for, by a line of a log or by an error:
a call that succeeds while logging is off costs nothing.
"""

from __future__ import annotations

import itertools
from typing import Final

import attrs

_numbers: Final = itertools.count(1)


def next_id() -> str:
    """Return the id of one more call."""
    return str(next(_numbers))


@attrs.define(eq=False)
class CallId:
    """The id of a call of several requests, such as an `ensure` or a listing: `7`, and `7.1`, `7.2` for its requests."""

    _id: str = attrs.field(default="", init=False)
    _requests: int = attrs.field(default=0, init=False)

    def whole(self) -> str:
        """Return the id of the whole call."""
        self._id = self._id or next_id()
        return self._id

    def part(self) -> str:
        """Return the id of one more request of it."""
        self._requests += 1
        return f"{self.whole()}.{self._requests}"
