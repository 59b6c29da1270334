"""The bad weather of the demo: rates of faults that look like a bad day at a real vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..emulator.faults import Fault

_CREATES: Final = (
    "agents.create",
    "groups.create",
    "queues.create",
    "group_agents.add",
    "group_routings.create",
)

LATE_COMMIT: Final = 0.15
"""Seconds until a create is carried out whose connection was dropped at once."""


def bad_weather() -> dict[str, list[tuple[Fault, float]]]:
    """Return probabilities of faults by operation, for `Emulator(fault_rates=...)`.

    On every call: 0.8 % HTTP 503, 0.5 % connection reset before the server acts, 0.2 % HTTP 429 with a pause.
    On every create beside that: 3 % carried out with the response lost, 1 % carried out late.
    """
    from ..emulator.faults import Fault

    creates = [(Fault.lost_answer(), 0.03), (Fault.late_commit(LATE_COMMIT), 0.01)]
    return {
        "*": [(Fault.status(503), 0.008), (Fault.reset_before(), 0.005), (Fault.retry_after(0.3), 0.002)],
        **dict.fromkeys(_CREATES, creates),
    }
