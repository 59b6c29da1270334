"""Events in an inbox say nothing of their contents where they are printed."""

from __future__ import annotations

from datetime import UTC, datetime

from stringee_async.webhooks import RAW, StoredEvent


def test_a_stored_event_shows_no_body_and_no_query() -> None:
    event = StoredEvent(event_id="e", received=1.5, body=b"canary", query="canary", error="canary")
    assert "canary" not in repr(event)
    assert event.received_at == datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)


def test_raw_events_are_handed_on_as_they_are() -> None:
    event = StoredEvent(event_id="e", received=1.5)
    assert RAW.parse(event) is event
    assert (RAW.event_id(event), RAW.call_id(event), RAW.methods) == (None, None, ("GET", "POST"))
