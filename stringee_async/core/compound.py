"""Calls that are made of several requests, such as `ensure`.

One job: say what the requests of one such call did as a whole, whatever became of the last of them. How one request
is made is the session's; what the steps are is told by who makes the call.
"""

from __future__ import annotations

from contextvars import Token
from typing import Self

from .wire import Tally, Watch, current_tally


class Compound:
    """Count the requests of one compound call apart from those around it; as a context manager.

    Args:
        repeatable: Whether the whole call may be made again without creating twice, as `ensure` may.
    """

    __slots__ = ("_outer", "_repeatable", "_tally", "_token")

    def __init__(self, *, repeatable: bool) -> None:
        self._repeatable = repeatable

    def __enter__(self) -> Self:
        self._outer = current_tally.get()
        self._tally = Tally(Watch() if self._outer is None else self._outer.run)
        self._token: Token[Tally | None] = current_tally.set(self._tally)
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        current_tally.reset(self._token)
        if self._outer is not None:
            self._outer.add(self._tally, repeatable=self._repeatable)
