"""The observers of a client or of a view of it: checked when they are given, and told of events.

One job: hand out events. An observer that raises is logged once, and harms no call.
"""

from __future__ import annotations

import abc
import inspect
import logging
from collections.abc import Iterable, Mapping
from typing import Final, cast

from .errors import ConfigError
from .events import AttemptStarted
from .observer_protocol import Event, Observer
from .options import shown, with_methods

logger: Final = logging.getLogger("stringee_async.observers")

_KIND: Final = "objects with a method on_event(event)"


class Instrument(abc.ABC):
    """An observer of this package that may have nothing to do, and may add headers to requests."""

    @abc.abstractmethod
    def on_event(self, event: Event) -> None:
        """Note an event."""

    @abc.abstractmethod
    def idle(self) -> bool:
        """Return whether nothing would be done with any event now, so that none need be made; asked once for each call."""

    @abc.abstractmethod
    def headers(self, event: AttemptStarted) -> Mapping[str, str]:
        """Return headers for the request of an attempt, after it was told of."""


class _Listener:
    """One observer, and whether it has raised before."""

    __slots__ = ("_failed", "observer", "tell")

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.tell = observer.on_event
        self._failed = False

    def failed(self, event: Event, error: BaseException) -> None:
        """Log the first exception that the observer raises."""
        if not self._failed:
            self._failed = True
            kind = type(self.observer)
            logger.warning(
                "observer %s.%s raised an exception on %s; calls go on, and what it raises from now on is not logged",
                kind.__module__, kind.__qualname__, type(event).__name__, exc_info=error,
            )  # fmt: skip


class Observers:
    """Some observers, in the order in which they were given."""

    __slots__ = ("_instruments", "_listeners", "_may_idle")

    def __init__(self, listeners: tuple[_Listener, ...]) -> None:
        self._listeners = listeners
        observers = [listener.observer for listener in listeners]
        self._instruments = tuple(one for one in observers if isinstance(one, Instrument))
        self._may_idle = len(self._instruments) == len(observers)

    def idle(self) -> bool:
        """Return whether no observer has anything to do now."""
        if not self._may_idle:
            return False
        for instrument in self._instruments:  # noqa: SIM110 - once a call, and a generator costs more than the rest
            if not instrument.idle():
                return False
        return True

    def tell(self, event: Event) -> None:
        """Tell all observers of an event.

        Whatever one of them raises ends here, a cancellation too, since the call was not cancelled; but not what ends the
        process.
        """
        for listener in self._listeners:
            try:
                listener.tell(event)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # noqa: BLE001 - an observer never harms a call
                listener.failed(event, error)

    def headers(self, event: AttemptStarted) -> dict[str, str]:
        """Return the headers that observers add to the request of an attempt."""
        found: dict[str, str] = {}
        for instrument in self._instruments:
            found.update(instrument.headers(event))
        return found

    def and_these(self, given: object) -> Observers:
        """Return these observers and further ones; one that is among them already is told once.

        Raises:
            ConfigError: `given` is something else, naming it.
        """
        listeners = list(self._listeners)
        for observer in _checked(given):
            if all(listener.observer is not observer for listener in listeners):
                listeners.append(_Listener(observer))
        return Observers(tuple(listeners))

    def has(self, kind: type) -> bool:
        """Return whether one of them is of a class."""
        return any(isinstance(listener.observer, kind) for listener in self._listeners)

    def __len__(self) -> int:
        return len(self._listeners)


NO_OBSERVERS: Final = Observers(())


def _checked(given: object) -> Iterable[Observer]:
    """Return observers as the caller gave them, if they are some."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        lone = callable(getattr(given, "on_event", None))
        hint = "; give a list, even of one" if lone else ""
        raise ConfigError(f"observers must be a list of {_KIND}; got {shown(given)}{hint}")
    found = list(cast("Iterable[object]", given))
    for observer in found:
        with_methods("observers", observer, ("on_event",), _KIND)
        if inspect.iscoroutinefunction(cast("Observer", observer).on_event):
            raise ConfigError(
                f"observers: on_event of {type(observer).__name__} must be a plain function, not async; "
                "let it start a task, or put the event into a queue"
            )
    return cast("list[Observer]", found)
