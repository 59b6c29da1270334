"""Which session a client gets: one that tells observers only where there are some."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from stringee_async.core.dry_run import dry
from stringee_async.core.observed_session import ObservedSession
from stringee_async.core.session import Session
from stringee_async.core.session_choice import with_observers

from ..kit import ScriptedTransport, client_over
from ..kit.told import Told


@pytest.mark.parametrize(
    ("given", "kind"),
    [((), Session), ([], Session), ([Told()], ObservedSession), (iter([Told()]), ObservedSession)],
)
def test_a_client_without_observers_has_the_plain_session(given: Any, kind: type) -> None:
    client = client_over(ScriptedTransport(), observers=given)
    assert type(client._session) is kind
    assert type(client.with_options(lane="bulk")._session) is kind


def test_a_session_that_sends_nothing_stays_one() -> None:
    session = dry(client_over(ScriptedTransport())._session)
    assert with_observers(session, [Told()]) is session


def test_an_instrumented_process_gives_each_new_client_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Session] = []

    def instrumented(session: Session) -> Session:
        given.append(session)
        return session

    name = "stringee_async.otel_instrumentor"
    monkeypatch.setitem(sys.modules, name, SimpleNamespace(instrumented=instrumented))  # type: ignore[arg-type]
    client = client_over(ScriptedTransport())
    assert given == [client._session]
