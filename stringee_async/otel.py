"""Spans and metrics of OpenTelemetry for the calls of a client: `StringeeClient(..., observers=[OpenTelemetry()])`.

The owner of `opentelemetry-api` (extra `otel`). While the app has set up neither a tracer provider nor a meter provider,
nothing is done. Attributes are those that tell operations apart: no name, number, id, text of an error or credential.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextvars import Token
from typing import Any, Final, Protocol

import attrs
from opentelemetry import context, metrics, trace
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from ._version import __version__
from .core.events import (
    AttemptEnded,
    AttemptStarted,
    Backoff,
    CallEnded,
    CallStarted,
    PauseStarted,
    TokenRenewed,
    Waited,
)
from .core.observer_protocol import Event
from .core.observers import Instrument

__all__ = ["OpenTelemetry"]

_NAME: Final = "stringee_async"
_SCHEMA: Final = "https://opentelemetry.io/schemas/1.23.1"
_LOOK_EVERY: Final = 0.1
"""Seconds between two looks for a provider that the app sets up later."""
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
"""Seconds; those of the conventions for `http.client.request.duration`."""
_LONG_BUCKETS: Final = (*_BUCKETS, 30.0, 60.0, 300.0, 3600.0)

Attributes = dict[str, str | int]


class _Adds(Protocol):
    def add(self, amount: int, attributes: Any = None) -> None: ...


class _Records(Protocol):
    def record(self, amount: float, attributes: Any = None) -> None: ...


@attrs.frozen
class _Open:
    """A span under way, and what made it the current one."""

    span: trace.Span
    token: Token[context.Context] | None

    def end(self, error: BaseException | None) -> None:
        """End the span; it fails with an error, of which it tells the class alone."""
        if error is not None:
            self.span.set_attribute("error.type", _class_of(error))
            self.span.set_status(Status(StatusCode.ERROR))
        self.span.end()
        # A response that is read in another task than the one that opened it leaves that one's context alone.
        if self.token is not None and trace.get_current_span() is self.span:
            context.detach(self.token)


@attrs.define
class _Call:
    """What is known of a call under way."""

    span: _Open
    attempt: _Open | None = None
    http: Attributes = attrs.field(factory=dict[str, str | int])


class OpenTelemetry(Instrument):
    """An observer that writes spans and metrics.

    Each call is an INTERNAL span (`stringee agents.create`), and each request of it a CLIENT span below
    (`POST /v1/agent`). What the call waits for is in span events. Metrics: `http.client.request.duration`,
    `stringee_async.call.duration`, `stringee_async.permit.wait`, `stringee_async.retries`, `stringee_async.pauses` and
    `stringee_async.in_flight`. One object may serve several clients.

    Args:
        tracer_provider: Where spans go; the app's own provider where it is left out.
        meter_provider: Where metrics go; likewise.
        propagate: Send the header `traceparent` to the vendor, so that it names the span of the request.
    """

    def __init__(
        self,
        *,
        tracer_provider: trace.TracerProvider | None = None,
        meter_provider: metrics.MeterProvider | None = None,
        propagate: bool = False,
    ) -> None:
        self._tracer = trace.get_tracer(_NAME, __version__, tracer_provider, _SCHEMA)
        meter = metrics.get_meter(_NAME, __version__, meter_provider, _SCHEMA)
        self._make_instruments(meter)
        self._propagator = TraceContextTextMapPropagator() if propagate else None
        self._active = tracer_provider is not None or meter_provider is not None
        self._look_at = 0.0
        self._calls: dict[int | None, _Call] = {}
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            CallStarted: self._call_started,
            CallEnded: self._call_ended,
            AttemptStarted: self._attempt_started,
            AttemptEnded: self._attempt_ended,
            Waited: self._waited,
            Backoff: self._backoff,
            PauseStarted: self._pause_started,
            TokenRenewed: self._token_renewed,
        }

    def _make_instruments(self, meter: metrics.Meter) -> None:
        def histogram(name: str, text: str, buckets: tuple[float, ...]) -> _Records:
            return meter.create_histogram(
                name, unit="s", description=text, explicit_bucket_boundaries_advisory=list(buckets)
            )

        self._requests = histogram(
            "http.client.request.duration", "Duration of HTTP client requests.", _BUCKETS
        )
        self._durations = histogram(
            "stringee_async.call.duration", "Duration of calls, with waits and retries.", _LONG_BUCKETS
        )
        self._permits = histogram(
            "stringee_async.permit.wait", "Time that calls waited for a permit of the limiter.", _LONG_BUCKETS
        )
        self._retries: _Adds = meter.create_counter(
            "stringee_async.retries", unit="{attempt}", description="Attempts after a failed one."
        )
        self._pauses: _Adds = meter.create_counter(
            "stringee_async.pauses", unit="{pause}", description="Pauses that the vendor asked for."
        )
        self._in_flight: _Adds = meter.create_up_down_counter(
            "stringee_async.in_flight", unit="{request}", description="Requests under way."
        )

    def idle(self) -> bool:
        """Return whether the app has set up no provider, so that spans and metrics would go nowhere."""
        if self._active:
            return False
        now = time.monotonic()
        if now < self._look_at:
            return True
        self._look_at = now + _LOOK_EVERY
        self._active = _is_real(trace.get_tracer_provider()) or _is_real(metrics.get_meter_provider())
        return not self._active

    def on_event(self, event: Event) -> None:
        """Write what an event tells."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def headers(self, event: AttemptStarted) -> Mapping[str, str]:
        """Return `traceparent` for the request of an attempt, and `tracestate` where there is one, if that was asked for."""
        carrier: dict[str, str] = {}
        call = self._calls.get(event.call_id)
        if self._propagator is not None and call is not None and call.attempt is not None:
            self._propagator.inject(carrier, trace.set_span_in_context(call.attempt.span))
        return carrier

    def _call_started(self, event: CallStarted) -> None:
        span = self._tracer.start_span(f"{event.vendor} {event.operation}", attributes=_names(event))
        self._calls[event.call_id] = _Call(_opened(span))

    def _attempt_started(self, event: AttemptStarted) -> None:
        call = self._calls.get(event.call_id)
        if call is None:
            return
        host, _, port = event.server.rpartition(":")
        call.http = {
            "http.request.method": event.method,
            "server.address": host.strip("[]"),
            "server.port": int(port),
        }
        more: Attributes = {}
        if event.url_template is not None:
            more["url.template"] = event.url_template
        if event.attempt > 1:
            more["http.request.resend_count"] = event.attempt - 1
        name = event.method if event.url_template is None else f"{event.method} {event.url_template}"
        span = self._tracer.start_span(
            name,
            context=trace.set_span_in_context(call.span.span),
            kind=SpanKind.CLIENT,
            attributes={**_names(event), **call.http, **more},
        )
        call.attempt = _opened(span)
        self._in_flight.add(1, _names(event))

    def _attempt_ended(self, event: AttemptEnded) -> None:
        call = self._calls.get(event.call_id)
        if call is None or call.attempt is None:
            return
        attempt, call.attempt = call.attempt, None
        found = dict(call.http)
        if event.status is not None:
            found["http.response.status_code"] = event.status
            attempt.span.set_attribute("http.response.status_code", event.status)
        attempt.span.set_attribute("stringee_async.outcome", event.outcome)
        attempt.end(event.error)
        self._requests.record(event.elapsed, _with_error(found, event.error))
        self._in_flight.add(-1, _names(event))

    def _call_ended(self, event: CallEnded) -> None:
        call = self._calls.pop(event.call_id, None)
        if call is None:
            return
        span = call.span.span
        span.set_attribute("stringee_async.outcome", event.outcome)
        span.set_attribute("stringee_async.attempts", event.attempts)
        call.span.end(event.error)
        found: Attributes = {**_names(event), "stringee_async.outcome": event.outcome}
        self._durations.record(event.elapsed, _with_error(found, event.error))

    def _waited(self, event: Waited) -> None:
        self._note(event, event.what, {"seconds": event.seconds})
        if event.what == "permit":
            self._permits.record(event.seconds, _names(event))

    def _backoff(self, event: Backoff) -> None:
        found: dict[str, str | int | float] = {
            "seconds": event.seconds,
            "attempt": event.attempt,
            "error.type": event.reason,
        }
        self._note(event, "backoff", found)
        self._retries.add(1, {**_names(event), "error.type": event.reason})

    def _pause_started(self, event: PauseStarted) -> None:
        self._note(event, "pause started", {"seconds": event.seconds, "error.type": event.reason})
        self._pauses.add(1, {**_names(event), "error.type": event.reason})

    def _token_renewed(self, event: TokenRenewed) -> None:
        self._note(event, "token renewed", {"seconds": event.seconds, "reason": event.reason})

    def _note(self, event: Event, name: str, found: Mapping[str, str | int | float]) -> None:
        """Add an event to the span of a call."""
        call = self._calls.get(event.call_id)
        if call is not None:
            call.span.span.add_event(name, found)


def _opened(span: trace.Span) -> _Open:
    """Make a span the current one, if it is recorded."""
    if not span.is_recording():
        return _Open(span, None)
    return _Open(span, context.attach(trace.set_span_in_context(span)))


def _names(event: Event) -> Attributes:
    return {"stringee_async.vendor": event.vendor, "stringee_async.operation": event.operation}


def _with_error(found: Attributes, error: BaseException | None) -> Attributes:
    return found if error is None else {**found, "error.type": _class_of(error)}


def _class_of(error: BaseException) -> str:
    """Return the name of an error's class, or of the nearest public one above it."""
    return next(kind.__name__ for kind in type(error).__mro__ if not kind.__name__.startswith("_"))


def _is_real(provider: object) -> bool:
    """Return whether a provider is not one of the API's own, which do nothing."""
    return not type(provider).__module__.startswith(("opentelemetry.trace", "opentelemetry.metrics"))
