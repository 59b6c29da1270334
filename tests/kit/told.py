"""An observer that keeps what it is told, and texts of events for comparison."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import attrs

from stringee_async.core.observer_protocol import Event

E = TypeVar("E", bound=Event)


class Told:
    """An observer that keeps all events, and when they came on the loop's clock."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.times: list[float] = []

    def on_event(self, event: Event) -> None:
        self.events.append(event)
        self.times.append(asyncio.get_running_loop().time())

    def of(self, kind: type[E]) -> list[E]:
        """Return the events of a class."""
        return [event for event in self.events if isinstance(event, kind)]

    def texts(self) -> list[str]:
        """Return each event as its class and what it says beside vendor, operation, call and time."""
        return list(map(_text, self.events))


def _text(event: Event) -> str:
    facts: list[str] = [type(event).__name__]
    for name, value in attrs.asdict(event, recurse=False).items():
        if name not in {"vendor", "operation", "call_id", "elapsed", "url_template", "server", "lane"}:
            facts.append(f"{name}={_shown(value)}")
    return " ".join(facts)


def _shown(value: Any) -> Any:
    if isinstance(value, BaseException):
        return type(value).__name__
    return round(value, 3) if isinstance(value, float) else value
