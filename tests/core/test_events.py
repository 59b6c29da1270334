"""Events: frozen values with the names of the contract, which every JSON encoder takes."""

from __future__ import annotations

import json

import attrs
import pytest

from stringee_async import NotSentError, events, to_dict
from stringee_async.core.drift import Drift

COMMON = {"vendor": "stringee", "operation": "agents.create", "call_id": 7}
FIELDS = {
    events.CallStarted: {"lane": "bulk"},
    events.CallEnded: {"attempts": 1, "elapsed": 0.5, "outcome": "not_sent", "error": NotSentError("no")},
    events.AttemptStarted: {"attempt": 1, "method": "GET", "url_template": "/v1/agent", "server": "a:443"},
    events.AttemptEnded: {"attempt": 1, "status": 200, "elapsed": 0.5, "outcome": "done", "error": None},
    events.Waited: {"what": "permit", "seconds": 1.0},
    events.Backoff: {"attempt": 1, "seconds": 1.0, "reason": "ServerError"},
    events.PauseStarted: {"seconds": 1.0, "reason": "RateLimitedError"},
    events.PauseEnded: {},
    events.TokenRenewed: {"seconds": 1.0, "reason": "first"},
    events.RowSetAside: {"index": 0, "error": NotSentError("no")},
    events.ListingDrifted: {"what": Drift(first_total=1, last_total=2, repeated=0, passes=2, certain=True)},
}


@pytest.mark.parametrize("kind", FIELDS, ids=lambda kind: kind.__name__)
def test_an_event_is_a_frozen_value(kind: type[events.Event]) -> None:
    event = kind(**COMMON, **FIELDS[kind])  # type: ignore[arg-type]
    assert list(to_dict(event)) == [*COMMON, *FIELDS[kind]]
    assert json.dumps(to_dict(event))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        event.vendor = "ringme"  # type: ignore[misc]


def test_the_door_has_all_of_them() -> None:
    kinds = {value for name in events.__all__ if isinstance(value := getattr(events, name), type)}
    assert {kind for kind in kinds if issubclass(kind, events.Event)} == {*FIELDS, events.Event}
