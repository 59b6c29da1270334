"""The calls of one ITNIO TECH account that last: their records can be seen once they have ended."""

import functools
import time
from collections.abc import Callable

from ..store import Hidden
from .settings import ItniotechSettings


class CallsUnderWay:
    """The calls that have begun and not ended yet.

    Args:
        hidden: the rows of the account that cannot be seen yet.
        later: does something after so many seconds.
        settings: the vendor settings.
        ended: completes the record of a call that has ended, whose links lead to this host.
    """

    def __init__(
        self,
        hidden: Hidden[tuple[str, str]],
        later: Callable[[float, Callable[[], None]], None],
        settings: ItniotechSettings,
        ended: Callable[[int, str], None],
    ) -> None:
        self.hosts: dict[str, str] = {}
        """The host that the links of each lead to, by the id of the record."""
        self._hidden = hidden
        self._later = later
        self._settings = settings
        self._ended = ended

    def begin(self, record: int, host: str) -> None:
        """Let a call last for ``call_seconds``."""
        key, seconds = str(record), self._settings.call_seconds
        self.hosts[key] = host
        if seconds <= 0.0:
            self.end(key)
            return
        self._hidden.hide(("call_records", key), time.monotonic() + seconds)
        self._later(seconds, functools.partial(self._over, key))

    def resume(self) -> None:
        """Go on with the calls that were saved."""
        for key in list(self.hosts):
            seconds = self._hidden.seconds_left(("call_records", key))
            self._later(seconds, functools.partial(self._over, key))

    def _over(self, key: str) -> None:
        if key in self.hosts:  # it was not hung up meanwhile
            self.end(key)

    def end(self, key: str) -> None:
        """End a call now, by the id of its record; KeyError if it is not under way."""
        host = self.hosts.pop(key)
        self._hidden.show(("call_records", key))
        self._ended(int(key), host)
