"""Time in the queue, shared out between what was lacking; time in a pause counts as pause alone."""

from __future__ import annotations

from stringee_async.core.wait_meter import WaitMeter


def test_each_second_counts_once() -> None:
    now = 10.0

    def paused_by(moment: float) -> float:
        """One pause, from 12 to 15."""
        return min(3.0, max(0.0, moment - 12.0))

    meter = WaitMeter(lambda: now, paused_by, "slot")
    now = 11.5
    meter.turn_to("token")
    now = 14.0
    meter.turn_to("permit")
    now = 16.25
    assert list(meter.waits()) == [("slot", 1.5), ("permit", 1.25), ("token", 0.5), ("pause", 3.0)]


def test_the_way_through_a_free_queue_is_no_wait() -> None:
    now = 0.0
    meter = WaitMeter(lambda: now, lambda _: 0.0, "permit")
    now = 0.0009
    assert list(meter.waits()) == []
