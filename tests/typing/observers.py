"""A consumer of observers and of OpenTelemetry, checked by type checkers in strict mode and never run."""

from __future__ import annotations

from typing import assert_type

from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import TracerProvider

from stringee_async import ItniotechClient, RingMeClient, StringeeClient, events
from stringee_async.otel import OpenTelemetry


class Retries:
    def __init__(self) -> None:
        self.seconds = 0.0

    def on_event(self, event: events.Event) -> None:
        assert_type(event.vendor, str)
        assert_type(event.call_id, int | None)
        if isinstance(event, events.Backoff):
            self.seconds += event.seconds
        elif isinstance(event, events.CallEnded):
            assert_type(event.outcome, events.EventOutcome)
            assert_type(event.error, BaseException | None)
        elif isinstance(event, events.AttemptStarted):
            assert_type(event.url_template, str | None)
        elif isinstance(event, events.AttemptEnded):
            assert_type(event.status, int | None)
        elif isinstance(event, events.Waited):
            assert_type(event.what, events.Awaited)
        elif isinstance(event, events.ListingDrifted):
            assert_type(event.what.certain, bool)
        elif isinstance(event, events.RowSetAside):
            assert_type(event.index, int)


def clients(tracers: TracerProvider, meters: MeterProvider) -> StringeeClient:
    observers: list[events.Observer] = [
        Retries(),
        OpenTelemetry(tracer_provider=tracers, meter_provider=meters, propagate=True),
    ]
    RingMeClient("app", "secret", url="https://pbx.example", observers=observers)
    ItniotechClient("key", "secret", observers=(Retries(),))
    return StringeeClient("SK", "secret", observers=observers).with_options(observers=[OpenTelemetry()])
