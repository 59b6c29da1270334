"""What `opentelemetry-instrument` loads: from then on each new client has an observer for OpenTelemetry.

It needs `opentelemetry-instrumentation`, which is there wherever this is loaded; nothing of this package imports it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor  # type: ignore[attr-defined]

from .core.session import Session
from .core.session_choice import with_observers
from .otel import OpenTelemetry


class StringeeAsyncInstrumentor(BaseInstrumentor):  # type: ignore[misc]
    """Switches OpenTelemetry on for all clients that are made from then on; `uninstrument()` ends that.

    `instrument()` takes the arguments of `OpenTelemetry`.
    """

    observer: OpenTelemetry | None = None
    """What new clients get; None while nothing is instrumented."""

    def instrumentation_dependencies(self) -> Collection[str]:
        """Return what is instrumented."""
        return ("stringee-async",)

    def _instrument(self, **kwargs: Any) -> None:
        taken = ("tracer_provider", "meter_provider", "propagate")
        self.observer = OpenTelemetry(**{name: kwargs[name] for name in taken if name in kwargs})

    def _uninstrument(self, **kwargs: Any) -> None:  # noqa: ARG002 - the base's signature
        self.observer = None


def instrumented(session: Session) -> Session:
    """Return the session of a new client with the observer; one that has one of its own keeps that."""
    observer = StringeeAsyncInstrumentor().observer
    if observer is None or (session.observers is not None and session.observers.has(OpenTelemetry)):
        return session
    return with_observers(session, [observer])
