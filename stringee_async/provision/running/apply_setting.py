"""What one run of `apply` works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from ...core.session_state import Stats
from ..adapter import Adapter
from ..run_events import Event
from ..runner import Runner
from .state_folder import StateFolder


@attrs.frozen(kw_only=True)
class Setting:
    """What a run works with.

    Args:
        adapter: The vendor's account.
        folder: Where journal, lock and reports are.
        runner: Carries out the units.
        concurrency: How many units are worked on at once.
        patience: Seconds that an outage may last.
        allow: The numbers with which a person overrules guards, where a specification is planned.
        emit: Told what happens, in the event loop.
        stats: What the client did so far; None: that is not known.
    """

    adapter: Adapter
    folder: StateFolder
    runner: Runner
    concurrency: int = 8
    patience: float = 300.0
    allow: Mapping[str, int] | None = None
    emit: Callable[[Event], None] = lambda _: None
    stats: Callable[[], Stats | None] = lambda: None
