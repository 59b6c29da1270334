"""Webhooks of all vendors: the inbox, which stores what comes before it is acknowledged.

What a vendor sends, and its signature, is in the vendor's own package: `stringee_async.stringee.webhooks`,
`stringee_async.ringme.webhooks`, `stringee_async.itniotech.webhooks`.
"""

from .core.inbox import Inbox
from .core.inbox_doors import AiohttpHandler, AsgiApp, DoorOptions
from .core.inbox_events import RAW, EventSource, State, StoredEvent
from .core.inbox_store import InboxStore, SqliteStore

__all__ = [
    "RAW",
    "AiohttpHandler",
    "AsgiApp",
    "DoorOptions",
    "EventSource",
    "Inbox",
    "InboxStore",
    "SqliteStore",
    "State",
    "StoredEvent",
]
