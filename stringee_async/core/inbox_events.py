"""Events in an inbox: one as it is stored, and what an inbox must know of a vendor to read, tell apart and order them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

import attrs

State: TypeAlias = Literal["waiting", "handled", "dead"]
"""Whether an event waits for its handler, was handled, or was set aside after its last attempt."""

E = TypeVar("E")


@attrs.frozen(kw_only=True)
class StoredEvent:
    """An event as it came, and what became of it. Query and body are not in the repr.

    Args:
        number: Position in the line, given by the store; later events have larger ones.
        event_id: The vendor's id of the event, or the digest of what came.
        call_id: The call that it belongs to: events of one call are handled in order. None belongs to no call.
        received: When it came, in seconds since 1970.
        query: The query of its request, still encoded.
        body: The body of its request.
        state: `waiting`, `handled` or `dead`.
        attempts: How often it was handed to the handler.
        due: When it may be handed on again, in seconds since 1970.
        error: Why the last attempt failed; not in the repr.
    """

    number: int = 0
    event_id: str
    call_id: str | None = None
    received: float
    query: str = attrs.field(default="", repr=False)
    body: bytes = attrs.field(default=b"", repr=False)
    state: State = "waiting"
    attempts: int = 0
    due: float = 0.0
    error: str | None = attrs.field(default=None, repr=False)

    @property
    def received_at(self) -> datetime:
        """When it came."""
        return datetime.fromtimestamp(self.received, UTC)


@attrs.frozen(kw_only=True)
class EventSource(Generic[E]):
    """What an inbox must know of a vendor's events.

    Args:
        parse: Returns the event that a stored one holds; raises `WebhookError` where it is none.
        event_id: Returns the vendor's id of an event; None where it has none, then a digest of what came counts.
        call_id: Returns the call, or the other object, whose events are handled in order; None for an event by itself.
        methods: The HTTP methods that the vendor uses.
        same_within: Seconds within which the same id or digest is the same event that comes again; None means always.
            A vendor without ids whose events hold no time sends the same bytes for different events.
        verify: Raises `WebhookError` unless a request is signed, by key, signature (None where there is none) and the
            body; None where the vendor signs nothing.
        signature_header: The header that holds the signature.
    """

    parse: Callable[[StoredEvent], E]
    event_id: Callable[[E], str | None] = attrs.field(default=lambda _: None)
    call_id: Callable[[E], str | None] = attrs.field(default=lambda _: None)
    methods: tuple[str, ...] = ("POST",)
    same_within: float | None = None
    verify: Callable[[Any, str | None, bytes], None] | None = None
    signature_header: str = ""


def _as_stored(event: StoredEvent) -> StoredEvent:
    return event


RAW: Final[EventSource[StoredEvent]] = EventSource(parse=_as_stored, methods=("GET", "POST"))
"""Events that are handed on as they are stored, in no order, and told apart by their digests."""
