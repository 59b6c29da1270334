"""Which session a client gets: the plain one, or, where it has observers, one that tells them.

One job: load what observers need only where there are some. After `opentelemetry-instrument` each new client has one more,
which is found among the loaded modules, so that it costs nothing elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, Final

from .observer_protocol import Observer
from .options import Timeouts
from .retry import RetryPolicy
from .session import Session
from .session_state import SessionState

_INSTRUMENTOR: Final = "stringee_async.otel_instrumentor"


def session_for(
    state: SessionState, retry: RetryPolicy, timeouts: Timeouts, observers: Iterable[Observer]
) -> Session:
    """Return the session of a new client.

    Raises:
        ConfigError: `observers` are none, naming it.
    """
    plain = Session(state=state, retry=retry, timeouts=timeouts)
    session = with_observers(plain, observers)
    instrumentor: Any = sys.modules.get(_INSTRUMENTOR)
    return session if instrumentor is None else instrumentor.instrumented(session)


def with_observers(session: Session, observers: Iterable[Observer]) -> Session:
    """Return a view of a session with further observers.

    It is the session itself where there are none, or where it is of another kind, such as one that sends nothing.

    Raises:
        ConfigError: `observers` are something else, naming it.
    """
    if observers == ():
        return session
    from .observed_session import ObservedSession
    from .observers import NO_OBSERVERS
    from .pause_watch import PauseWatch

    all_of_them = (session.observers or NO_OBSERVERS).and_these(observers)
    if not len(all_of_them) or type(session) not in (Session, ObservedSession):
        return session
    if isinstance(session, ObservedSession):
        pauses = session.pauses
    else:
        pauses = PauseWatch(session.state.gate, session.state.clock)
    return ObservedSession(
        state=session.state,
        retry=session.retry,
        timeouts=session.timeouts,
        lane=session.lane,
        observers=all_of_them,
        pauses=pauses,
    )
