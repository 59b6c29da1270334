"""Tells of waits for the vendor's limit, and for the client's own, while a run goes on."""

from __future__ import annotations

from typing import Final

from ..run_events import Waiting
from .apply_setting import Setting

_WORTH_TELLING: Final = 1.0
"""So many seconds that all workers wait for the client's own limit are told together."""


class QuotaWaits:
    """What a run has waited for, from when this was made.

    Args:
        setting: What the run works with.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._told = self._so_far()

    def tell(self) -> None:
        """Tell of pauses that the vendor asked for, and once it is a second, of waits for the client's own limit."""
        now = self._so_far()
        paused, queued = now[0] - self._told[0], now[1] - self._told[1]
        if paused > 0 or queued >= _WORTH_TELLING:
            self._setting.emit(Waiting(max(paused, queued), "quota"))
            self._told = now

    def _so_far(self) -> tuple[float, float]:
        """Return the seconds of all pauses that the vendor has asked for, and those that each worker waited for permits."""
        stats, workers = self._setting.stats(), self._setting.concurrency
        return (0.0, 0.0) if stats is None else (stats.paused, stats.permit_wait / workers)
