"""What an observer of a client is told, and what an observer is: `StringeeClient(..., observers=[...])`.

    class Retries:
        def on_event(self, event):
            if isinstance(event, events.Backoff):
                print(event.operation, event.attempt, event.seconds, event.reason)

Spans and metrics of OpenTelemetry are in `stringee_async.otel`.
"""

from .core.events import (
    AttemptEnded,
    AttemptStarted,
    Awaited,
    Backoff,
    CallEnded,
    CallStarted,
    EventOutcome,
    ListingDrifted,
    PauseEnded,
    PauseStarted,
    RowSetAside,
    TokenRenewed,
    Waited,
)
from .core.observer_protocol import Event, Observer

__all__ = [
    "AttemptEnded",
    "AttemptStarted",
    "Awaited",
    "Backoff",
    "CallEnded",
    "CallStarted",
    "Event",
    "EventOutcome",
    "ListingDrifted",
    "Observer",
    "PauseEnded",
    "PauseStarted",
    "RowSetAside",
    "TokenRenewed",
    "Waited",
]
